// Captures of a real node's blocks, from every source of state. Needs `npm run build`.
import { type BlockFile, captureBlock, createCapturer, createEngine, type Engine, readBlockFile } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainOf } from '../../src/block/file-chain.ts';
import { compareWithHeader } from '../../src/result/compare.ts';
import { Anvil, type Json } from './anvil.ts';
import { proofsOf, withMethods } from './nodes.ts';
import { buildTown } from './town.ts';

const SOURCES = ['auto', 'prestate', 'proof', 'values'] as const;
const KINDS = [
  ...['transfers', 'storageAndLogs', 'accessLists', 'creations', 'blockHashes', 'failures', 'madeAndUsed', 'nothing'],
];
const FORKS = ['cancun', 'prague', 'osaka'];

/** Captures of all kinds of blocks from one source. */
type Captures = Record<string, BlockFile>;

describe.each(FORKS)('blocks of a node under %s', (hardfork) => {
  const kinds = hardfork === 'cancun' ? KINDS : [...KINDS, 'delegations'];
  const captures: Record<string, Captures> = {};
  let node: Anvil;
  let blocks: Record<string, number>;
  let engine: Engine;

  /** Executes a file as a user would, read from its bytes. */
  async function mismatchesOf(file: BlockFile): Promise<unknown[]> {
    const read = await readBlockFile(new TextEncoder().encode(JSON.stringify(file.raw)));
    engine ??= await createEngine({ slots: 1, warmUp: false, common: chainOf(read).common });
    const state = await engine.createState(read.preState, { codes: read.codes });
    return compareWithHeader(read.header, await engine.runBlock({ ...read, state }));
  }

  const captured = (source: string, kind: string): BlockFile => captures[source]?.[kind] as BlockFile;

  beforeAll(async () => {
    node = await Anvil.start(hardfork);
    blocks = await buildTown(node, hardfork);
    for (const source of SOURCES) {
      const capturer = await createCapturer({ rpc: node.url, source, hardfork });
      const files: Captures = {};
      for (const kind of kinds) files[kind] = await capturer.capture({ block: blocks[kind] as number });
      captures[source] = files;
    }
  });
  afterAll(async () => {
    await engine?.close();
    await node?.stop();
  });

  it('have receipts and statuses of the kinds that they are named for', async () => {
    const receipts = async (kind: string) =>
      node.ask<{ status: string; logs: unknown[]; type: string }[]>('eth_getBlockReceipts', [
        `0x${blocks[kind]?.toString(16)}`,
      ]);
    expect((await receipts('storageAndLogs')).every(({ logs }) => logs.length === 1)).toBe(true);
    expect((await receipts('failures')).map(({ status }) => status)).toEqual(['0x0', '0x0']);
    expect((await receipts('madeAndUsed')).map(({ status }) => status)).toEqual(['0x1', '0x1', '0x1', '0x1']);
    expect((await receipts('accessLists')).map(({ type }) => type)).toEqual(['0x1', '0x2']);
    if (kinds.includes('delegations')) expect((await receipts('delegations'))[0]?.type).toBe('0x4');
  });

  it.each(SOURCES)('are executed as captured from %s', async (source) => {
    for (const kind of kinds) {
      const mismatches = await mismatchesOf(captured(source, kind));
      expect({ kind, mismatches }).toEqual({ kind, mismatches: [] });
    }
  });

  it.each(SOURCES)('have the state that proofs show when captured from %s', (source) => {
    for (const kind of kinds) {
      const { preState, codes, blockHashes } = captured(source, kind);
      const proven = captured('proof', kind);
      expect({ kind, preState }).toEqual({ kind, preState: proven.preState });
      expect({ kind, codes, blockHashes }).toEqual({ kind, codes: proven.codes, blockHashes: proven.blockHashes });
    }
  });

  it('name in the file the sources that answered, and whether hashes prove the state', () => {
    const origin = (source: string): unknown => captured(source, 'storageAndLogs').raw.source;
    expect(origin('auto')).toMatchObject({ state: ['prestate', 'proof'], proven: false });
    expect(origin('prestate')).toMatchObject({ state: ['prestate', 'proof'], proven: false });
    expect(origin('proof')).toMatchObject({ state: ['proof'], proven: true });
    expect(origin('values')).toMatchObject({ state: ['values'], proven: false });
  });

  it('are in the file as the chain has them, with the state that they read', async () => {
    const file = captured('proof', 'storageAndLogs');
    const block = await node.ask<Json>('eth_getBlockByNumber', [`0x${blocks.storageAndLogs?.toString(16)}`, false]);
    expect(file).toMatchObject({ chainId: 31337, network: 'chain-31337', hardfork, number: blocks.storageAndLogs });
    expect(file.header.hash).toBe(block.hash);
    expect(file.raw.stats).toMatchObject({ txTypes: { 2: 3 }, contractCreations: 0 });
    expect(file.raw.expect).toMatchObject({ stateRootCheckable: false, receiptsRootCheckable: true });
    // The slots that the two transactions before have written, and one that nobody has.
    const counter = String(file.block.transactions[0]?.to);
    expect(Object.keys(file.preState[counter as `0x${string}`]?.storage ?? {})).toHaveLength(2);
  });

  it('bring the hashes that they ask for', () => {
    const { blockHashes, number } = captured('proof', 'blockHashes');
    expect(Object.keys(blockHashes).map(Number)).toEqual(expect.arrayContaining([number - 1, number - 3, number - 5]));
  });

  it('are captured from a witness, which is kept in the file', async () => {
    const block = blocks.creations as number;
    const proven = captured('proof', 'creations');
    const witness = await proofsOf(node, proven);
    const rpc = withMethods(node, { debug_executionWitness: () => witness });
    const file = await captureBlock({ rpc, block, source: 'auto', hardfork });
    expect(file.raw.source).toMatchObject({ state: ['witness'], proven: true });
    expect(file.preState).toEqual(proven.preState);
    expect(file.raw.witness).toEqual({
      parentStateRoot: (file.raw.parentHeader as Json).stateRoot,
      nodes: witness.state,
    });
    expect(file.raw.expect).toMatchObject({ stateRootCheckable: true });
    expect(await mismatchesOf(file)).toEqual([]);
  });

  it('are found by number, hash and name', async () => {
    const capturer = await createCapturer({ rpc: node.url, hardfork });
    const number = blocks.nothing as number;
    const { hash } = await node.ask<{ hash: `0x${string}` }>('eth_getBlockByNumber', ['latest', false]);
    expect(await capturer.numberOf('latest')).toBe(number);
    for (const block of [number, BigInt(number), `0x${number.toString(16)}` as const, hash, 'latest' as const]) {
      expect((await capturer.capture({ block })).header.hash).toBe(hash);
    }
  });

  it('are captured further from where a capture was interrupted', async () => {
    const asked: string[] = [];
    const rpc = async (method: string, params: readonly unknown[]) => {
      asked.push(method);
      return node.ask(method, params);
    };
    const input = { rpc, block: blocks.creations as number, source: 'values' as const, hardfork };
    const whole = await captureBlock(input);
    const askedForAll = asked.splice(0).length;
    let partial: BlockFile | undefined;
    const interrupted = captureBlock({
      ...input,
      onCheckpoint: (file) => {
        partial = file();
        throw new Error('interrupted');
      },
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    const before = asked.splice(0).length;
    const resumed = await captureBlock({ ...input, resumeFrom: partial });
    expect(resumed.raw).toEqual(whole.raw);
    expect(asked.length).toBeLessThan(askedForAll);
    expect(before).toBeGreaterThan(10);
    // What belongs to another block is not taken.
    const other = await captureBlock({ ...input, block: blocks.transfers as number, resumeFrom: partial });
    expect(other.raw).toEqual((await captureBlock({ ...input, block: blocks.transfers as number })).raw);
  });
});
