// Every mechanism does something on a block made for it, says so in its counter, and does nothing when it is off. What
// slots do in which order is theirs to choose, so a block is run until the counter moves, some fifty times at most.

import {
  createEngine,
  type Engine,
  type MechanismStats,
  ParallelEvmError,
  type PolicyOptions,
  readBlockFile,
} from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { push, STOP } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { fixture, type Scenario, SHOWCASE, scenarioOf } from './scenarios.ts';

const RUNS = 50;
const SEED = process.env.SEED ?? 'mechanisms';
const READER: make.Hex = '0x4ead000000000000000000000000000000000001';
const BUSY: make.Hex = '0xb0b5000000000000000000000000000000000001';

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ slots: 2 });
});
afterAll(() => engine?.close());

/** The stats of up to RUNS runs, until `enough` says so. */
async function statsOf(scenario: Scenario, policy: PolicyOptions, enough: (stats: MechanismStats) => boolean) {
  await engine.configure({ preset: 'default', ...policy });
  const state = await engine.createState(scenario.preState, { codes: scenario.codes });
  const block = await engine.prepare(scenario.block);
  const all: MechanismStats[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { stats, invalid } = await engine.runBlock({
      block,
      state,
      blockHashes: scenario.blockHashes,
      commit: false,
    });
    expect(invalid).toBeUndefined();
    all.push(stats);
    if (enough(stats)) break;
  }
  await block.dispose();
  await state.dispose();
  return all;
}

type Call = Parameters<typeof make.signed>[2];

/** Room for a transaction that takes a second, beside which another slot wakes up however busy the machine is. */
const WIDE_GAS = 400_000_000;

/** What alice and bob call, of these contracts, each before a transfer to the other. */
function twoCalls(codes: Record<string, string>, alices: Call, bobs: Call): Scenario {
  const [alice, bob] = [make.person(SEED, 'alice'), make.person(SEED, 'bob')];
  const contracts = Object.entries(codes).map(([address, code]) => [address, { nonce: 1, code }]);
  const scenario = scenarioOf(
    make.blockFile({
      fork: 'shanghai',
      accounts: {
        [alice.address]: { balance: make.ETHER * 100n },
        [bob.address]: { balance: make.ETHER * 100n },
        ...Object.fromEntries(contracts),
      },
      transactions: [
        make.signed('shanghai', alice, alices),
        make.signed('shanghai', bob, bobs),
        make.signed('shanghai', alice, { to: bob.address, nonce: 1, value: 1n }),
        make.signed('shanghai', bob, { to: alice.address, nonce: 1, value: 1n }),
      ],
    }),
  );
  const gasLimit = `0x${(2 * WIDE_GAS).toString(16)}`;
  return { ...scenario, block: { ...scenario.block, gasLimit } as Scenario['block'] };
}

/** Reads 5,000 slots behind a transaction that takes so many rounds. */
function largeReadSet(busy: number): Scenario {
  const loop = (rounds: number, body: string): string =>
    `${push(rounds)}5b${body}${push(1)}900380${push(push(rounds).length / 2)}57${STOP}`;
  const codes = { [BUSY]: loop(busy, ''), [READER]: loop(5_000, '805450') };
  return twoCalls(codes, { to: BUSY, gas: WIDE_GAS }, { to: READER, gas: 11_900_000 });
}

/** Transfers, and last a transaction that asks for most of the block's gas. */
function largeOneLast(): Scenario {
  const [alice, bob] = [make.person(SEED, 'alice'), make.person(SEED, 'bob')];
  const transfers = Array.from({ length: 600 }, (_, nonce) =>
    make.signed('shanghai', alice, { to: bob.address, nonce, value: 1n, gas: 21_000 }),
  );
  return scenarioOf(
    make.blockFile({
      fork: 'shanghai',
      accounts: {
        [alice.address]: { balance: make.ETHER * 100n },
        [bob.address]: { balance: make.ETHER * 100n },
        [READER]: { nonce: 1, code: `${push(1)}54${STOP}` },
      },
      transactions: [...transfers, make.signed('shanghai', bob, { to: READER, gas: 5_000_000, data: '01' })],
    }),
  );
}

/**
 * The first raises a slot, after a while; the second reads it first and goes on for as many rounds as it says while the slot
 * is zero. What it read when it ran ahead holds no more as soon as the first is confirmed, which it outlasts by far.
 */
function doomedAttempt(first: number, second: number): Scenario {
  // SLOAD(0), to the end if it is not zero; CALLDATALOAD(0) rounds, SSTORE(0, what was read + 1)
  const codes = { [BUSY]: '5f54806018575f355b6001900380600857506001015f55005b' };
  const call = (rounds: number): Call => ({ to: BUSY, gas: WIDE_GAS, data: rounds.toString(16).padStart(64, '0') });
  return twoCalls(codes, call(first), call(second));
}

/** A block that is long enough for two slots to meet, however late the second one wakes up. */
const town = (): Promise<Scenario> => readBlockFile(SHOWCASE.pathname);

const OFF: [keyof MechanismStats, PolicyOptions, PolicyOptions][] = [
  ['staticClaims', { dispatch: { static: true } }, { dispatch: { static: false } }],
  ['overflows', { dispatch: { static: true, queueLimit: 1 } }, { dispatch: { static: true } }],
  ['steals', { dispatch: { static: true } }, { dispatch: { static: true, dynamic: false } }],
  ['avoided', {}, { dispatch: { static: true, dynamic: false } }],
  ['unconfirmedReads', { adaptive: false }, { unconfirmed: false }],
  ['recycledBytes', {}, { unconfirmed: false }],
  ['shadowRedos', { adaptive: false }, { shadow: false }],
  ['deltasFolded', { adaptive: false }, { deltas: false }],
  ['waits', { pipeline: 'wait' }, { pipeline: 'streaming' }],
  ['retreats', { deltas: false, unconfirmed: false }, { deltas: false, adaptive: false }],
];

describe.each(OFF)('%s', (counter, on, off) => {
  test('moves on a busy block', async () => {
    const stats = await statsOf(await town(), on, (each) => each[counter] > 0);
    expect(stats.at(-1)?.[counter]).toBeGreaterThan(0);
  });

  test('stays at zero when its mechanism is off', async () => {
    const stats = await statsOf(await fixture('conflicts'), off, () => false);
    expect(stats.map((each) => each[counter])).toEqual(stats.map(() => 0));
  });
});

test('large read sets are compared in parts, and whole when that is off', async () => {
  const on = await statsOf(largeReadSet(10_000_000), {}, (each) => each.parallelKvChecks > 0);
  expect(on.at(-1)?.parallelKvChecks).toBeGreaterThan(0);
  const off = await statsOf(largeReadSet(500_000), { parallelKvCheck: false }, () => false);
  expect(off.map((each) => each.parallelKvChecks)).toEqual(off.map(() => 0));
});

test('small transactions are reserved together, and not when dynamic dispatch is off', async () => {
  const scenario = largeOneLast();
  const on = await statsOf(scenario, {}, (each) => each.reserved > 0);
  expect(on.at(-1)?.reserved).toBeGreaterThan(0);
  const off = await statsOf(scenario, { dispatch: { static: true, dynamic: false } }, () => false);
  expect(off.map((each) => each.reserved)).toEqual(off.map(() => 0));
});

test('a large transaction starts early, and in its place when dynamic dispatch is off', async () => {
  const scenario = largeOneLast();
  const on = await statsOf(scenario, {}, (each) => each.early > 0);
  expect(on.at(-1)?.early).toBeGreaterThan(0);
  const off = await statsOf(scenario, { dispatch: { static: true, dynamic: false } }, () => false);
  expect(off.map((each) => each.early)).toEqual(off.map(() => 0));
});

test('an attempt whose read is overtaken stops, and goes on to its end when that is off', async () => {
  const on = await statsOf(doomedAttempt(3_000_000, 15_000_000), {}, (each) => each.aborts > 0);
  expect(on.at(-1)?.aborts).toBeGreaterThan(0);
  const off = await statsOf(doomedAttempt(500_000, 600_000), { detectInAdvance: false }, () => false);
  expect(off.map((each) => each.aborts)).toEqual(off.map(() => 0));
});

test('a read holds by its value where something was written in between', async () => {
  const stats = await statsOf(await town(), { adaptive: false }, (each) => each.valueMatches > 0);
  expect(stats.at(-1)?.valueMatches).toBeGreaterThan(0);
});

test('nothing falls back', async () => {
  const stats = await statsOf(await fixture('swaps'), {}, () => false);
  expect(stats.map(({ fallbacks }) => fallbacks)).toEqual(stats.map(() => 0));
});

describe('options', () => {
  const faults: [string, unknown][] = [
    ['preset', { preset: 'phase3' }],
    ['detection', { detection: 'none' }],
    ['pipeline', { pipeline: 1 }],
    ['dispatch', { dispatch: { static: false, dynamic: false } }],
    ['dispatch.static', { dispatch: { static: 'yes' } }],
    ['dispatch.queueLimit', { dispatch: { queueLimit: 0 } }],
    ['dispatch.queueLimit', { dispatch: { queueLimit: 2.5 } }],
    ['dispatch.queueLimit', { dispatch: { queueLimit: '20' } }],
    ['speculationCap', { speculationCap: 0 }],
    ['unconfirmed', { unconfirmed: null }],
    ['adaptive', { adaptive: 1 }],
  ];
  test.each(faults)('a bad "%s" is named, and nothing changes', async (field, options) => {
    const before = engine.policy;
    const error = await engine.configure(options as PolicyOptions).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ParallelEvmError);
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field });
    expect(engine.policy).toBe(before);
  });

  test('a preset sets what is not named', async () => {
    await engine.configure({ preset: 'phase1', shadow: true });
    expect(engine.policy).toMatchObject({ preset: 'phase1', detection: 'dirty-read', pipeline: 'wait', shadow: true });
  });

  test('a history is taken over as it was given away', async () => {
    await statsOf(await fixture('swaps'), { dispatch: { static: true } }, () => true);
    const history = engine.exportHistory();
    expect(Object.keys(history).length).toBeGreaterThan(0);
    engine.importHistory(history);
    expect(engine.exportHistory()).toEqual(history);
    expect(() => engine.importHistory({ nobody: 1 })).toThrow(ParallelEvmError);
  });
});
