// Blocks that can be taken back: random histories in which a block is kept, the next one runs on it, and then it stays or goes,
// against a state that never keeps.
import { createEngine, type Engine, type Hex, type RunBlockInput } from 'parallel-evm';
import { createFaultyEngine } from 'parallel-evm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partsOf } from '../../dist/src/engine.js';
import { Random } from '../../scripts/showcase/random.mjs';
import { type PlainState, witnessOf } from '../oracle/witness.ts';
import { EDITOR, EDITORS, History, hex, PEOPLE, PLACES, preState, quantity, STRANGERS, word } from './histories.ts';

const SEED = process.env.SEED ?? 'layers';
const SLOT_COUNTS = [1, 2];

type Parts = ReturnType<typeof partsOf>;
type OwnedState = Awaited<ReturnType<Parts['createState']>>;
type Block = RunBlockInput['block'];

/** The engine below its public face: blocks run as a chain runs them. */
class Bench {
  readonly parts: Parts;
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
    this.parts = partsOf(engine);
  }

  createState(before: PlainState): Promise<OwnedState> {
    return this.parts.createState(before as never, {});
  }

  /** Runs a block on the state, on a kept block too. `keeps`: it becomes the base and can be taken back. */
  async run(block: Block, state: OwnedState, keeps: boolean, accepts: () => boolean) {
    const laidOut = (await this.engine.prepare(block as never)) as unknown as Parameters<Parts['runner']['run']>[0];
    const modes = { commit: true, record: false, keeps, runsOnLayer: true, prepareMs: 0, depositContract: '' };
    const options = { blockHashes: {}, signal: undefined, ...modes, accepts };
    try {
      return await this.parts.workspace.inTurn(() => this.parts.runner.run(laidOut, state, options));
    } finally {
      await (laidOut as unknown as { dispose(): Promise<void> }).dispose();
    }
  }

  /** The kept block stays, or goes. Returns the root after it. */
  end(state: OwnedState, holds: boolean): Promise<Hex> {
    return this.parts.workspace.inTurn(() => {
      const root = hex(state.layer?.root() as Uint8Array);
      state.endLayer(holds);
      return root;
    });
  }
}

const referenceRoot = async (json: PlainState): Promise<Hex> => (await witnessOf(json)).root;

let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(SLOT_COUNTS.map((slots) => createEngine({ slots, adaptive: false })));
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

const engineOf = (slots: number): Engine => engines[SLOT_COUNTS.indexOf(slots)] as Engine;

describe.each(SLOT_COUNTS)(`at %i slots, SEED=${SEED}`, (slots) => {
  describe.each(Object.entries(PLACES))('histories of random blocks, %s', (fork, place) => {
    test.each([0, 1, 2])('history %i', async (number) => {
      const random = new Random(`${SEED}/${fork}/${number}`);
      const before = preState(random);
      const engine = engineOf(slots);
      const bench = new Bench(engine);
      const state = await bench.createState(before);
      const plain = await engine.createState(before as never, { trie: true });
      const history = new History(random, place);
      const seen = { stayed: 0, gone: 0 };
      for (let i = 0; i < 20; i++) {
        const known = (await state.toJSON()) as PlainState;
        const kept = history.block(false);
        await bench.run(kept.block, state, true, () => true);
        const holds = random.chance(0.6);
        seen[holds ? 'stayed' : 'gone'] += 1;
        if (holds) {
          kept.accept();
          const { stateRoot, stateDiff } = await engine.runBlock({ block: kept.block, state: plain });
          const changes = Object.entries(stateDiff.toJSON());
          history.noteCreated(
            changes.filter(([, { code }]) => code === `0x${EDITOR}`).map(([address]) => address as Hex),
          );
          // The next block finds the root, and is committed, refused, or cannot be executed.
          const next = history.block(random.chance(0.2));
          const commits = random.chance(0.5);
          let root: Uint8Array | undefined;
          const result = await bench.run(next.block, state, false, () => {
            root = state.layer?.root();
            state.endLayer(true);
            return commits;
          });
          if (result.invalid !== undefined) root = Buffer.from((await bench.end(state, true)).slice(2), 'hex');
          expect(hex(root as Uint8Array)).toBe(hex(stateRoot as Uint8Array));
          expect(result.stats.pipelinedCommits).toBe(result.invalid === undefined ? 1 : 0);
          if (result.invalid === undefined && commits) {
            next.accept();
            const { stateRoot: after } = await engine.runBlock({ block: next.block, state: plain });
            expect(hex(result.stateRoot as Uint8Array)).toBe(hex(after as Uint8Array));
          }
        } else {
          if (random.chance(0.7)) await bench.run(history.block(false).block, state, false, () => false);
          await bench.end(state, false);
          expect(await state.toJSON()).toEqual(known);
        }
        const json = (await state.toJSON()) as PlainState;
        expect(json).toEqual(await plain.toJSON());
        expect(await state.root()).toBe(await referenceRoot(json));
      }
      expect(Math.min(seen.stayed, seen.gone)).toBeGreaterThan(0);
      await Promise.all([state.dispose(), plain.dispose()]);
    });
  });

  test('the slots hash much of a kept block beside the next one', async () => {
    const bench = new Bench(engineOf(slots));
    const before = preState(new Random(SEED));
    const [state, plain] = [await bench.createState(before), await bench.createState(before)];
    const random = new Random(`${SEED}/much`);
    let kept = '';
    for (let round = 0; round < 6; round++) {
      const block = largeBlock(random, round);
      const { stateRoot } = await bench.run(block, plain, false, () => true);
      let root: Uint8Array | undefined;
      const isKept = round % 2 === 0;
      const result = await bench.run(block, state, isKept, () => {
        root = state.layer?.root();
        state.endLayer(true);
        return true;
      });
      if (!isKept) expect(hex(result.stateRoot as Uint8Array)).toBe(hex(stateRoot as Uint8Array));
      if (!isKept) expect(hex(root as Uint8Array)).toBe(kept);
      kept = hex(stateRoot as Uint8Array);
    }
    expect(await state.root()).toBe(await referenceRoot((await state.toJSON()) as PlainState));
    await Promise.all([state.dispose(), plain.dispose()]);
  });

  test('blocks that are taken back take no more memory', async () => {
    const { engine, faults } = await createFaultyEngine({ slots, warmUp: false });
    const bench = new Bench(engine);
    const state = await bench.createState(preState(new Random(SEED)));
    const root = await state.root();
    const usage: number[] = [];
    for (let i = 0; i < 30; i++) {
      await bench.run(largeBlock(new Random(`${SEED}/back`), 0), state, true, () => true);
      await bench.run(largeBlock(new Random(`${SEED}/back`), 1), state, false, () => false);
      await bench.end(state, false);
      usage.push((await faults.heap()).held);
    }
    expect(await state.root()).toBe(root);
    expect(usage.slice(3)).toEqual(usage.slice(3).map(() => usage[3]));
    await state.dispose();
    await engine.close();
  });

  test('a state is read, and run on, only when the kept block is verified', async () => {
    const bench = new Bench(engineOf(slots));
    const state = await bench.createState(preState(new Random(SEED)));
    const before = (await state.toJSON()) as PlainState;
    let asked = 0;
    state.verifies = async () => {
      asked += 1;
      state.endLayer(false);
    };
    const [alice] = PEOPLE as [Hex];
    const block = largeBlock(new Random(SEED), 0);
    const readers: [string, () => Promise<unknown>][] = [
      ['getAccount', async () => (await state.getAccount(alice))?.nonce],
      ['runBlock', async () => (await bench.engine.runBlock({ block, state, commit: false })).invalid],
      [
        'call',
        async () => (await bench.engine.call({ state, from: alice, to: STRANGERS[0] as Hex, value: 1n })).gasUsed,
      ],
    ];
    for (const [name, read] of readers) {
      const expected = await read();
      expect(asked).toBe(0);
      await bench.run(block, state, true, () => true);
      expect([name, await read(), asked]).toEqual([name, expected, 1]);
      asked = 0;
    }
    expect(await state.toJSON()).toEqual(before);
    await state.dispose();
  });
});

/** Changes of two storages and of 300 accounts. */
function largeBlock(random: Random, nonce: number): Block {
  const edits = (count: number): Hex =>
    `0x${Array.from({ length: count }, () => word(BigInt(random.int(0, 2000))) + word(random.next() % 3n)).join('')}`;
  const sent = { type: '0x0', value: '0x0', gas: '0x4c4b40', gasPrice: '0xa', nonce: quantity(nonce) };
  const transactions = PEOPLE.slice(0, 8).map((from, i) => ({ ...sent, from, to: EDITORS[i % 6], input: edits(100) }));
  const withdrawals = Array.from({ length: 300 }, (_, i) => ({
    ...{ index: quantity(i), validatorIndex: '0x0', amount: '0x1' },
    address: `0x3a7e${quantity(random.int(0, 5000)).slice(2).padStart(36, '0')}`,
  }));
  const header = { gasLimit: '0x1000000000', miner: STRANGERS[0], mixHash: `0x${'00'.repeat(32)}` };
  return { ...header, ...PLACES.shanghai, parentHash: `0x${'00'.repeat(32)}`, transactions, withdrawals } as never;
}
