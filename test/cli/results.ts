// Results and files made by hand, and a library that gives them: the command line is tested without an engine.

import type { Library, Output } from '../../src/cli/engines.ts';
import { ParallelEvmError } from '../../src/errors.ts';
import { hexOf, hexQuantity } from '../../src/hex.ts';
import type { BlockFile, BlockResult } from '../../src/index.ts';

export const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

export function resultOf(change: Partial<BlockResult> = {}): BlockResult {
  return {
    gasUsed: 21_000n,
    blobGasUsed: 0n,
    logsBloom: filled(256, 1),
    receiptsRoot: filled(32, 2),
    requestsHash: filled(32, 3),
    receipts: [],
    stateDiff: { toJSON: () => ({ b: { y: 1, x: [2, { d: 3, c: 4 }] }, a: '0x1' }) },
    stats: {
      ms: { prepare: 1, execute: 2, finish: 3, total: 6, busy: { senders: 0, receipts: 0.5 } },
      attempts: 1,
      redos: 7,
    },
    ...change,
  } as unknown as BlockResult;
}

export type Header = Record<string, unknown>;

export const headerOf = (change: Header = {}): Header => ({
  number: '0x1312d00',
  timestamp: hexQuantity(1_750_000_000),
  gasUsed: '0x5208',
  logsBloom: hexOf(filled(256, 1)),
  receiptsRoot: hexOf(filled(32, 2)),
  requestsHash: hexOf(filled(32, 3)),
  blobGasUsed: '0x0',
  ...change,
});

export const fileOf = (number: number, change: Partial<BlockFile> = {}): BlockFile =>
  ({
    ...{ format: 'evm-block/1', network: 'mainnet', chainId: 1, number, hardfork: 'prague' },
    ...{ block: { transactions: [{}] }, preState: {}, codes: {}, blockHashes: {}, expect: {}, raw: {} },
    header: headerOf(),
    ...change,
  }) as BlockFile;

export interface Recorded {
  lines: string[];
  errors: string[];
  /** Chains for which an engine was created, and how many were closed. */
  engines: { chainId: bigint; hardfork: string; slots: number | undefined }[];
  closed: number;
  output: Output;
  fake: Library;
}

/** A library whose `readBlockFile` and `runBlock` do what the functions say. */
export function fakeLibrary(
  read: (path: string) => BlockFile,
  run: (file: BlockFile) => BlockResult = () => resultOf(),
): Recorded {
  let current: BlockFile | undefined;
  const recorded: Recorded = {
    lines: [],
    errors: [],
    engines: [],
    closed: 0,
    output: {
      out: (line) => void recorded.lines.push(line),
      err: (line) => void recorded.errors.push(line),
      isTerminal: false,
    },
    fake: {
      readBlockFile: async (path: string) => {
        current = read(path);
        return current;
      },
      createEngine: async (options: { slots?: number; common: { chainId(): bigint; hardfork(): string } }) => {
        const { common, slots } = options;
        recorded.engines.push({ chainId: common.chainId(), hardfork: common.hardfork(), slots });
        return {
          createState: async () => ({ dispose: () => {} }),
          runBlock: async () => run(current as BlockFile),
          close: async () => void recorded.closed++,
        };
      },
    } as unknown as Library,
  };
  return recorded;
}

export const badFile = (message: string): never => {
  throw new ParallelEvmError('BAD_FILE', message);
};
