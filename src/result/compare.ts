// A block's result against what its header claims. The comparison needs nothing but the two, so it can be read as the
// definition of "the block matches".

import { isFrom, supportedFork } from '../block/forks.ts';
import { hexOf, parseBytes, parseQuantity, U64_MAX } from '../hex.ts';
import type { BlockResult } from './result.ts';

/** A field on which header and result differ, both as text: amounts in decimal, bytes in hex. */
export interface Mismatch {
  field: string;
  expected: string;
  actual: string;
}

/** What of a result is compared. */
export type ComparedResult = Pick<
  BlockResult,
  'gasUsed' | 'blobGasUsed' | 'receiptsRoot' | 'logsBloom' | 'requestsHash' | 'invalid'
>;

interface Comparison {
  field: string;
  /** The header's claim as text; undefined: it makes none. */
  expected: string | undefined;
  actual: string;
}

type Header = Readonly<Record<string, unknown>>;

const amountIn = (header: Header, field: string): string =>
  String(parseQuantity(header[field], `header.${field}`, U64_MAX));
const bytesIn = (header: Header, field: string, length: number): string =>
  hexOf(parseBytes(header[field], `header.${field}`, length));
const claims = (header: Header, field: string): boolean => header[field] !== undefined && header[field] !== null;
const textOf = (bytes: Uint8Array | undefined): string => (bytes === undefined ? 'none' : hexOf(bytes));

function comparisonsOf(header: Header, result: ComparedResult): Comparison[] {
  return [
    { field: 'gasUsed', expected: amountIn(header, 'gasUsed'), actual: String(result.gasUsed) },
    { field: 'receiptsRoot', expected: bytesIn(header, 'receiptsRoot', 32), actual: textOf(result.receiptsRoot) },
    { field: 'logsBloom', expected: bytesIn(header, 'logsBloom', 256), actual: textOf(result.logsBloom) },
    {
      field: 'requestsHash',
      expected: claims(header, 'requestsHash') ? bytesIn(header, 'requestsHash', 32) : undefined,
      actual: textOf(result.requestsHash),
    },
    {
      field: 'blobGasUsed',
      expected: claims(header, 'blobGasUsed') ? amountIn(header, 'blobGasUsed') : undefined,
      actual: String(result.blobGasUsed),
    },
  ];
}

/**
 * The fields that cannot be compared under a fork: receipts before Byzantium hold the state root after each transaction
 * (EIP-658 replaced it), which needs the whole state.
 * @throws UNSUPPORTED_CHAIN for a fork of unknown name.
 */
export function uncheckedFields(hardfork: string): readonly string[] {
  return isFrom(supportedFork(hardfork), 'byzantium') ? [] : ['receiptsRoot'];
}

function invalidity({ txIndex, code, reason }: NonNullable<ComparedResult['invalid']>): Mismatch {
  const field = txIndex < 0 ? 'block' : `transactions[${txIndex}]`;
  return { field, expected: 'valid', actual: `${code}: ${reason}` };
}

/**
 * The fields on which they differ, in the order in which they are worth looking at; none where the block matches.
 * A block that ended as invalid differs in that alone: its other fields mean nothing.
 * @throws BAD_ARGUMENT where the header lacks a field that every block has.
 */
export function compareWithHeader(
  header: Header,
  result: ComparedResult,
  unchecked: readonly string[] = [],
): Mismatch[] {
  const comparisons = comparisonsOf(header, result);
  if (result.invalid !== undefined) return [invalidity(result.invalid)];
  return comparisons.flatMap(({ field, expected, actual }) =>
    expected === undefined || expected === actual || unchecked.includes(field) ? [] : [{ field, expected, actual }],
  );
}
