// Why a block was refused, and what of it could not even be read.

import { ParallelEvmError } from '../errors.ts';
import type { InvalidCode } from '../result/invalid.ts';
import type { BlockFault, BlockFaultCode } from '../rules/faults.ts';

/** Why a block was refused. */
export interface Refusal {
  /** Which rule. */
  code: BlockFaultCode | InvalidCode;
  /** The transaction at fault; -1: the block itself. */
  txIndex: number;
  /** The rule, in a sentence. */
  reason: string;
  /** The field at fault, as a path; where a transaction is refused by execution, undefined. */
  field?: string;
  /** What the rule demands: amounts in decimal, bytes in hex. */
  must?: string;
  /** What the block has, in the same form. */
  got?: string;
}

export const refusal = ({ code, ...facts }: BlockFault): Refusal => ({ code, txIndex: -1, ...facts });

/** A transaction of a type that belongs to other chains is one that this chain does not have. */
const isOfBlock = ({ code, field = '' }: ParallelEvmError): boolean =>
  code === 'BAD_ARGUMENT' || (code === 'UNSUPPORTED_CHAIN' && field.startsWith('transactions['));

/** What the decoder has refused, with the field that it names (`transactions[3].s`). */
function malformed({ field = 'block', message }: ParallelEvmError): Refusal {
  const index = /^transactions\[(\d+)\]/.exec(field)?.[1];
  return { code: 'MALFORMED_BLOCK', txIndex: index === undefined ? -1 : Number(index), reason: message, field };
}

/** What was read of a block, or why it cannot be. */
export type Decoded<T> = { value: T } | { invalid: Refusal };

export async function decoded<T>(read: () => T | Promise<T>): Promise<Decoded<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof ParallelEvmError) || !isOfBlock(error)) throw error;
    return { invalid: malformed(error) };
  }
}
