// Equivalence: whatever the slot count and the order of calls, a block's result is what the header claims and what the
// oracle gets by running one transaction after another, and the state afterwards is the state before with the diff.

import type { Engine, StateDiffJson } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { push, STOP, sstore } from '../oracle/bytecode.ts';
import { firstDifference, headerDifference } from '../oracle/difference.mjs';
import * as make from '../oracle/hand-made.ts';
import { type ReferenceResult, runReference } from '../oracle/reference.mjs';
import {
  Engines,
  effectsOf,
  FIXTURE_NAMES,
  fixture,
  fixtureJson,
  type Run,
  runAlone,
  type Scenario,
  scenarioOf,
  stateFor,
  withDiff,
} from './scenarios.ts';

const SLOT_COUNTS = [1, 2, 3, 4];
const SEED = process.env.SEED ?? 'equality';

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOT_COUNTS);
});
afterAll(() => engines?.close());

const diffOf = ({ result }: Run): StateDiffJson => result.stateDiff.toJSON();

test('there are fixtures of every fork from Paris to Osaka', async () => {
  const forks = await Promise.all(FIXTURE_NAMES.map(async (name) => (await fixture(name)).hardfork));
  expect(forks).toEqual(expect.arrayContaining(['paris', 'shanghai', 'cancun', 'prague', 'osaka']));
});

describe.each(FIXTURE_NAMES)('the block of %s', (name) => {
  let oracle: ReferenceResult;
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await fixture(name);
    oracle = await runReference(fixtureJson(name));
  });

  describe.each(SLOT_COUNTS)('at %i slots', (slots) => {
    let run: Run;
    beforeAll(async () => {
      run = await runAlone(engines.at(slots), scenario, true);
    });

    test('has the gas, receipts root, bloom and requests hash of its header', () => {
      expect(run.result.invalid).toBeUndefined();
      expect(headerDifference(scenario.header as never, run.result)).toBeUndefined();
    });

    test('has the receipts and the state diff of the oracle', () => {
      expect(oracle.receipts.length).toBeGreaterThan(0);
      expect(firstDifference(effectsOf(run.result), effectsOf(oracle), 'result')).toBeUndefined();
    });

    test('leaves the state as it was with the diff, when committed', () => {
      expect(Object.keys(diffOf(run)).length).toBeGreaterThan(0);
      expect(firstDifference(run.after, withDiff(run.before, diffOf(run)), 'state')).toBeUndefined();
    });

    test('leaves the state as it was, when not committed', async () => {
      const discarded = await runAlone(engines.at(slots), scenario, false);
      expect(firstDifference(discarded.after, run.before, 'state')).toBeUndefined();
      expect(firstDifference(effectsOf(discarded.result), effectsOf(run.result), 'result')).toBeUndefined();
    });
  });
});

const alice = make.person(SEED, 'alice');
const bob = make.person(SEED, 'bob');
const TALLY: make.Hex = '0x7a11e00000000000000000000000000000000001';
const increment = (slot: number): string => sstore(slot, `${push(1)}${push(slot)}5401`);
const ACCOUNTS: make.HandMadeBlock['accounts'] = {
  [alice.address]: { balance: make.ETHER },
  [bob.address]: { balance: make.ETHER },
  [TALLY]: { nonce: 1, code: `${increment(0)}${STOP}`, storage: { 0: 40 } },
};

/** Both people call the tally with the given nonce. */
const tallyBlock = (nonce: number): make.BlockJson =>
  make.blockFile({
    fork: 'cancun',
    accounts: ACCOUNTS,
    transactions: [alice, bob].map((from) => make.signed('cancun', from, { to: TALLY, nonce })),
  });

describe.each(SLOT_COUNTS)('an engine with %i slots', (slots) => {
  let engine: Engine;
  beforeAll(() => {
    engine = engines.at(slots);
  });

  test('gives the same result in fifty runs of one prepared block', async () => {
    const mini = await fixture('mini');
    const block = await engine.prepare(mini.block);
    const state = await stateFor(engine, mini);
    const results = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const result = await engine.runBlock({ block, state, blockHashes: mini.blockHashes, commit: false });
      expect(headerDifference(mini.header as never, result)).toBeUndefined();
      results.add(JSON.stringify(result.stateDiff));
    }
    expect(results.size).toBe(1);
    await Promise.all([block.dispose(), state.dispose()]);
  });

  test('keeps two states and two blocks apart, run in turns and handed in at once', async () => {
    const files = [await fixture('mini'), await fixture('erc20')];
    const parts = await Promise.all(
      files.map(async (file) => ({
        file,
        block: await engine.prepare(file.block),
        state: await stateFor(engine, file),
      })),
    );
    const runs = [...parts, ...parts, ...parts, ...parts].map(({ file, block, state }) =>
      engine.runBlock({ block, state, blockHashes: file.blockHashes, commit: false }),
    );
    const results = await Promise.all(runs);
    results.forEach((result, i) => {
      expect(headerDifference(files[i % 2]?.header as never, result)).toBeUndefined();
    });
    expect(results[0]?.gasUsed).not.toBe(results[1]?.gasUsed);
    await Promise.all(parts.flatMap(({ block, state }) => [block.dispose(), state.dispose()]));
  });

  test('queues calls: a block handed in before the last one has ended runs on what that one left', async () => {
    const [first, second] = [tallyBlock(0), tallyBlock(1)].map(scenarioOf) as [Scenario, Scenario];
    const state = await stateFor(engine, first);
    const blocks = [first, second, first].map((it) => engine.prepare(it.block));
    const [one, two, stale] = await Promise.all(
      (await Promise.all(blocks)).map((block) => engine.runBlock({ block, state })),
    );
    expect(one?.stateDiff.toJSON()[TALLY]?.storage).toEqual({ [`0x${'0'.repeat(64)}`]: `0x${'0'.repeat(62)}2a` });
    expect(two?.stateDiff.toJSON()[TALLY]?.storage).toEqual({ [`0x${'0'.repeat(64)}`]: `0x${'0'.repeat(62)}2c` });
    expect(stale?.invalid).toMatchObject({ txIndex: 0, code: 'NONCE_TOO_LOW' });
    expect(await state.getStorage(TALLY, 0)).toBe(44n);
    await state.dispose();
  });

  test('a block on the state of the one before has the diff that the oracle gets on that state', async () => {
    const first = scenarioOf(tallyBlock(0));
    const state = await stateFor(engine, first);
    await engine.runBlock({ block: first.block, state });
    const between = await state.toJSON();
    const next = { ...tallyBlock(1), preState: between, codes: {} };
    const result = await engine.runBlock({ block: scenarioOf(next as never).block, state });
    const oracle = await runReference(next);
    expect(oracle.stateDiff[TALLY]).toHaveProperty('storage');
    expect(firstDifference(effectsOf(result), effectsOf(oracle), 'result')).toBeUndefined();
    expect(await state.toJSON()).toEqual(withDiff(between, result.stateDiff.toJSON()));
    await state.dispose();
  });
});

describe.each([2, 4, 8])('three hundred runs of mini at %i slots', (slots) => {
  test('give one receipts root and leave the state alone', async () => {
    const own = await Engines.start([slots]);
    const engine = own.at(slots);
    const mini = await fixture('mini');
    const state = await stateFor(engine, mini);
    const before = await state.toJSON();
    const block = await engine.prepare(mini.block);
    for (let i = 0; i < 300; i++) {
      const result = await engine.runBlock({ block, state, blockHashes: mini.blockHashes, commit: false });
      expect(headerDifference(mini.header as never, result), `run ${i}`).toBeUndefined();
    }
    expect(await state.toJSON()).toEqual(before);
    await own.close();
  });
});
