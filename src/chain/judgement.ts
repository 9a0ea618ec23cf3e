// What a chain says of a block.
import type { Hex } from '../block/types.ts';
import type { InvalidCode } from '../result/invalid.ts';
import type { BlockResult } from '../result/result.ts';
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

/** What became of a block. Of bytes in which no header could be read, nothing but `invalid` is known. */
export interface ImportResult {
  /** Number of the block. */
  number?: bigint;
  /** Hash of the block, 32 bytes. */
  hash?: Hex;
  /** Rules of the block, as `@ethereumjs/common` names them. */
  hardfork?: string;
  /** Transactions in it. */
  transactionCount?: number;
  /** Set if the block is invalid: chain and state are then as before. */
  invalid?: Refusal;
  /** What executing the block gave, if it came to that. */
  result?: BlockResult;
}

/** What became of a block that is on top of the head. */
export type Judgement = Pick<ImportResult, 'invalid' | 'result'>;

export const refusal = ({ code, ...facts }: BlockFault): Refusal => ({ code, txIndex: -1, ...facts });
