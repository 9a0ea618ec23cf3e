// A block's result against what its header claims. The comparison needs nothing but the two, so it can be read as the
// definition of "the block matches".

import { hexOf, parseBytes, parseQuantity, U64_MAX } from '../hex.ts';
import type { BlockResult } from '../index.ts';

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
 * The fields on which they differ, in the order in which they are worth looking at; none where the block matches.
 * A block that ended at an invalid transaction differs in that transaction only: its other fields mean nothing.
 * @throws BAD_ARGUMENT where the header lacks a field that every block has.
 */
export function compareWithHeader(header: Header, result: ComparedResult): Mismatch[] {
  const comparisons = comparisonsOf(header, result);
  if (result.invalid !== undefined) {
    const { txIndex, code, reason } = result.invalid;
    return [{ field: `transactions[${txIndex}]`, expected: 'valid', actual: `${code}: ${reason}` }];
  }
  return comparisons.flatMap(({ field, expected, actual }) =>
    expected === undefined || expected === actual ? [] : [{ field, expected, actual }],
  );
}
