// Blocks that are handed in at once: the next one runs while the state root of the one before is worked out, and nobody can tell
// but by a counter.

import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { type Chain, createChain, createEngine, type Engine, type ImportResult } from 'parallel-evm';
import { createFaultyEngine, type Point } from 'parallel-evm/testing';
import { describe, expect, it } from 'vitest';
import { blockAt, chainWith, engineOf, open, SLOT_COUNTS, useEngines } from './chains.ts';
import { BLOCKS, GENESIS, LAST_ROOT, partsOf, withField } from './export.ts';

useEngines();

const chainBefore = (number: number, engine: Engine): Promise<Chain> => chainWith(number - 1, engine);

const hashOf = (block: Uint8Array): Uint8Array => keccak_256(RLP.encode(partsOf(block)[0]));

/** The block on top of another one than its parent. */
const onTopOf = (parent: Uint8Array, block: Uint8Array): Uint8Array =>
  withField(block, 'parentHash', () => hashOf(parent));

/** The block with another state root. */
const withWrongRoot = (block: Uint8Array): Uint8Array =>
  withField(block, 'stateRoot', (root) => root.map((byte, i) => (i === 9 ? byte ^ 1 : byte)));

/** What became of an import: a refusal's code, an error's, or nothing. */
const endOf = (imported: Promise<ImportResult>): Promise<string | undefined> =>
  imported.then(
    ({ invalid }) => invalid?.code,
    (error: { code: string }) => error.code,
  );

const ends = (chain: Chain, blocks: readonly Uint8Array[]): Promise<(string | undefined)[]> =>
  Promise.all(blocks.map((block) => endOf(chain.importBlock(block))));

const pipelined = (results: readonly ImportResult[]): number =>
  results.reduce((sum, { result }) => sum + (result?.stats.pipelinedCommits ?? 0), 0);

/** Of each era some. */
const PLACES = [2, 14, 26, 35, 44, 52];

describe.each(SLOT_COUNTS)('at %i slots', (slots) => {
  it('all blocks at once give what they give one after the other', async () => {
    const chain = await chainBefore(1, engineOf(slots));
    const results = await Promise.all(BLOCKS.map((block) => chain.importBlock(block)));
    for (const [i, { invalid, number, result }] of results.entries()) {
      expect(invalid).toBeUndefined();
      expect(number).toBe(BigInt(i + 1));
      expect(result?.stateRoot).toEqual(partsOf(blockAt(i + 1))[0][3]);
    }
    expect(pipelined(results)).toBe(BLOCKS.length - 1);
    expect(chain.head).toMatchObject({ number: BigInt(BLOCKS.length), stateRoot: LAST_ROOT });
    expect(await chain.state.root()).toBe(LAST_ROOT);
    const alone = await chainBefore(BLOCKS.length + 1, engineOf(slots));
    expect(await chain.state.toJSON()).toEqual(await alone.state.toJSON());
    expect(chain.head).toEqual(alone.head);
  });

  it("'sequential' waits for each root", async () => {
    const engine = engineOf(slots);
    await engine.configure({ commit: 'sequential' });
    const chain = await chainBefore(1, engine);
    const results = await Promise.all(BLOCKS.map((block) => chain.importBlock(block)));
    await engine.configure({ commit: 'pipelined' });
    expect(results.map(({ invalid }) => invalid?.code)).toEqual(BLOCKS.map(() => undefined));
    expect(pipelined(results)).toBe(0);
    expect(await chain.state.root()).toBe(LAST_ROOT);
  });

  it.each(PLACES)('block %i with a wrong root is refused, and what was run on it is taken back', async (at) => {
    const chain = await chainBefore(at, engineOf(slots));
    const [before, state] = [{ ...chain.head }, await chain.state.toJSON()];
    const wrong = withWrongRoot(blockAt(at));
    const next = onTopOf(wrong, blockAt(at + 1));
    const [refused, child] = [chain.importBlock(wrong), chain.importBlock(next)];
    const codes = Promise.all([endOf(refused), endOf(child)]);
    expect(await codes).toEqual(['WRONG_STATE_ROOT', 'UNKNOWN_PARENT']);
    const { invalid } = await refused;
    expect(invalid).toMatchObject({ txIndex: -1, field: 'stateRoot' });
    expect(chain.head).toEqual(before);
    expect(await chain.state.root()).toBe(before.stateRoot);
    expect(await chain.state.toJSON()).toEqual(state);
    // Again, and the right ones behind them.
    const right = [blockAt(at), blockAt(at + 1)];
    expect(await ends(chain, [wrong, next, wrong, ...right])).toEqual([
      ...['WRONG_STATE_ROOT', 'UNKNOWN_PARENT', 'WRONG_STATE_ROOT'],
      ...[undefined, undefined],
    ]);
    expect(chain.head.number).toBe(BigInt(at + 1));
    expect(await chain.state.root()).toBe(chain.head.stateRoot);
  });

  it.each(PLACES)('block %i stays, whatever is wrong with the next one', async (at) => {
    const chain = await chainBefore(at, engineOf(slots));
    const block = blockAt(at);
    const next = blockAt(at + 1);
    const wrongs: [Uint8Array, string][] = [
      [new Uint8Array(40), 'MALFORMED_BLOCK'],
      [blockAt(at + 2), 'UNKNOWN_PARENT'],
      [withField(next, 'gasLimit', () => 4999n), 'WRONG_GAS_LIMIT'],
      [withField(next, 'gasUsed', () => 1n), 'WRONG_GAS_USED'],
      [withWrongRoot(next), 'WRONG_STATE_ROOT'],
      [block, 'UNKNOWN_PARENT'],
    ];
    expect(await endOf(chain.importBlock(block))).toBeUndefined();
    for (const [wrong, code] of wrongs) {
      const other = await chainBefore(at, engineOf(slots));
      expect(await ends(other, [block, wrong])).toEqual([undefined, code]);
      expect(other.head).toEqual(chain.head);
      expect(await other.state.toJSON()).toEqual(await chain.state.toJSON());
      expect(await other.state.root()).toBe(chain.head.stateRoot);
      await other.close();
    }
  });

  it('an import that is aborted takes nothing along', async () => {
    const chain = await chainBefore(10, engineOf(slots));
    const signal = AbortSignal.abort();
    const imports = [chain.importBlock(blockAt(10)), chain.importBlock(blockAt(11), { signal })];
    expect(await Promise.all(imports.map(endOf))).toEqual([undefined, 'ABORTED']);
    expect(await chain.state.root()).toBe(chain.head.stateRoot);
    expect(await ends(chain, [blockAt(11), blockAt(12)])).toEqual([undefined, undefined]);
  });

  it('who reads meanwhile sees a block whose root is known', async () => {
    const chain = await chainBefore(20, engineOf(slots));
    const roots = new Map(BLOCKS.map((block, i) => [hex(partsOf(block)[0][3] as Uint8Array), i + 1]));
    const imports = BLOCKS.slice(19, 40).map((block) => chain.importBlock(block));
    const seen: number[] = [];
    while (seen.at(-1) !== 40) {
      seen.push(roots.get(await chain.state.root()) as number);
      expect(roots.get(chain.head.stateRoot)).toBeGreaterThanOrEqual(19);
      if (seen.length > 10_000) throw new Error('the chain does not come to its end');
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect((await Promise.all(imports)).map(({ invalid }) => invalid)).toEqual(imports.map(() => undefined));
  });

  it('closing it, or the engine, ends what is queued', async () => {
    const chain = await chainBefore(10, engineOf(slots));
    const queued = [endOf(chain.importBlock(blockAt(10))), chain.close(), endOf(chain.importBlock(blockAt(11)))];
    expect(await Promise.all(queued)).toEqual([undefined, undefined, 'CLOSED']);
    const engine = await createEngine({ slots, warmUp: false });
    const other = await createChain({ engine, genesis: GENESIS });
    const all = BLOCKS.slice(0, 12).map((block) => endOf(other.importBlock(block)));
    await all[2];
    await engine.close();
    const codes = await Promise.all(all);
    const closed = codes.indexOf('CLOSED');
    expect(closed).toBeGreaterThan(2);
    // What is on top of a block that could not be imported has no parent.
    for (const [i, code] of codes.entries())
      expect(i < closed ? [undefined] : ['CLOSED', 'UNKNOWN_PARENT']).toContain(code);
  });

  it.each<Point>([
    ...(['joined', 'token', 'judging', 'confirmed', 'advanced', 'closing', 'closed', 'released', 'left'] as const),
    ...(slots === 2 ? (['hashing'] as const) : []),
  ])('a slot that ends at "%s" of the second block', async (point) => {
    const { engine, faults } = await createFaultyEngine({ slots, warmUp: false, adaptive: false });
    const chain = await chainBefore(30, engine);
    const first = chain.importBlock(blockAt(30));
    const second = first.then(() => undefined);
    faults.plan({ kind: 'exception', point });
    const imports = [endOf(first), ...[31, 32].map((number) => endOf(chain.importBlock(blockAt(number))))];
    await second.catch(() => {});
    const codes = await Promise.all(imports);
    for (const [i, code] of codes.entries()) {
      if (code === undefined) continue;
      expect([['SLOT_DIED'], ['SLOT_DIED', 'UNKNOWN_PARENT'], ['SLOT_DIED', 'UNKNOWN_PARENT']][i]).toContain(code);
    }
    expect(codes.filter((code) => code === 'SLOT_DIED').length).toBeLessThanOrEqual(1);
    expect(await chain.state.root()).toBe(chain.head.stateRoot);
    for (let number = Number(chain.head.number) + 1; number <= 33; number++)
      expect(await endOf(chain.importBlock(blockAt(number)))).toBeUndefined();
    expect(await chain.state.root()).toBe(hex(partsOf(blockAt(33))[0][3] as Uint8Array));
    expect(await faults.heap()).toMatchObject({ lost: 0 });
    await engine.close();
    open.length = 0;
  });

  it('blocks that are taken back leave nothing in the memory', async () => {
    const { engine, faults } = await createFaultyEngine({ slots, warmUp: false });
    const chain = await chainBefore(40, engine);
    const wrong = withWrongRoot(blockAt(40));
    const next = onTopOf(wrong, blockAt(41));
    const usage: number[] = [];
    for (let i = 0; i < 20; i++) {
      expect(await ends(chain, [wrong, next])).toEqual(['WRONG_STATE_ROOT', 'UNKNOWN_PARENT']);
      usage.push((await faults.heap()).held);
    }
    expect(usage.slice(2)).toEqual(usage.slice(2).map(() => usage[2]));
    await engine.close();
    open.length = 0;
  });
});

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
