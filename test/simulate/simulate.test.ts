// Under the virtual clock the pipeline takes what arithmetic says it must.
import {
  type BlockSimulation,
  calibrateSimulation,
  createEngine,
  type Hex,
  ParallelEvmError,
  readBlockFile,
  type SimulationCosts,
  simulateBlock,
  type TransactionRecord,
} from 'parallel-evm';
import { describe, expect, test } from 'vitest';
import { SHOWCASE, stateFor } from '../engine/scenarios.ts';
import { FEE_RECIPIENT, FREE, recordOf } from './records.ts';

const simulate = (records: readonly TransactionRecord[], slots: number[], costs: Partial<SimulationCosts> = {}) =>
  simulateBlock(records, { feeRecipient: FEE_RECIPIENT, costs: { ...FREE, ...costs }, slots });

const independent = (count: number, us: number): TransactionRecord[] =>
  Array.from({ length: count }, (_, i) => recordOf(i, us, [1]));

/** Each adds to the slot that all have in common. */
const chain = (count: number, us: number): TransactionRecord[] =>
  Array.from({ length: count }, (_, i) => recordOf(i, us, [1], 0));

/** Ether to a contract that counts it, with more gas than a transfer needs. */
function payment(index: number, contract: number): TransactionRecord {
  const { selector: _, ...record } = recordOf(index, 100, [1], contract);
  return { ...record, to: recordOf(contract, 0).to as Hex, gasLimit: 700_000n, gasUsed: 600_000n };
}

const msOf = ({ runs }: BlockSimulation): number[] => runs.map(({ ms }) => ms);

describe('one slot', () => {
  test('takes the sum of all costs', () => {
    const records = independent(10, 100);
    const costs = {
      post: 7,
      end: 5,
      confirmAlone: 3,
      confirmKeyAlone: 2,
      block: 11,
      receipt: 1,
      logByte: 0.5,
      clock: 4,
    };
    const logged = records.map((record) => ({ ...record, logBytes: 8 }));
    const [run] = simulate(logged, [1], costs).runs;
    expect(run?.ms).toBeCloseTo((7 + 5 + 11 + 10 * (100 - 4 + 3 + 2 + 1 + 4)) / 1000, 9);
    expect(run).toMatchObject({ slots: 1, speedup: 1, attempts: 10, redos: 0 });
  });

  test('takes no notice of what several slots cost', () => {
    const records = independent(10, 100);
    const plain = msOf(simulate(records, [1]));
    expect(msOf(simulate(records, [1], { claim: 9, attempt: 9, write: 9, confirm: 9, contention: 3 }))).toEqual(plain);
  });
});

describe('where nothing costs anything but executing', () => {
  test('independent transactions are spread evenly', () => {
    expect(msOf(simulate(independent(64, 100), [1, 2, 4, 8, 16, 32, 64]))).toEqual(
      [6.4, 3.2, 1.6, 0.8, 0.4, 0.2, 0.1].map((ms) => expect.closeTo(ms, 6)),
    );
  });

  test('nothing is redone of independent transactions', () => {
    for (const { attempts, redos, detectedInAdvance } of simulate(independent(60, 100), [2, 8]).runs)
      expect([attempts, redos, detectedInAdvance]).toEqual([60, 0, 0]);
  });

  test('a chain takes as long as its links one after another, less what runs before a value is read', () => {
    const { runs } = simulate(chain(48, 100), [2, 8, 64]);
    // A key is read half-way: the first half of a link may overlap with the one before.
    for (const { ms, redos } of runs) {
      expect(ms).toBeGreaterThanOrEqual(2.4);
      expect(ms).toBeLessThanOrEqual(4.8 * 1.35);
      expect(redos).toBeGreaterThan(0);
    }
  });

  test('payments to two contracts, each a chain, run side by side', () => {
    const records = Array.from({ length: 80 }, (_, i) => payment(i, i < 40 ? 0 : 1));
    const [run] = simulate(records, [2]).runs;
    expect(run).toMatchObject({ attempts: 80, redos: 0, detectedInAdvance: 0 });
    expect(run?.ms).toBeCloseTo(4, 6);
  });

  test('a block cannot take less than its largest transaction', () => {
    const records = [...independent(63, 10), recordOf(63, 900)];
    const [run] = simulate(records, [64]).runs;
    expect(run?.ms).toBeGreaterThanOrEqual(0.9);
    expect(run?.limit).toBe('largest');
  });

  test('blocks that an engine leaves to one slot take as long on several', () => {
    const few = independent(3, 500);
    expect(msOf(simulate(few, [1, 16]))).toEqual([1.5, 1.5]);
  });
});

describe('every execution has a reason', () => {
  test.each([2, 3, 7, 64])('on %i slots', (slots) => {
    const mixed = Array.from({ length: 200 }, (_, i) => recordOf(i, 10 + ((i * 37) % 90), [1], i % 2));
    const [run] = simulate(mixed, [slots], { confirm: 0.3, claim: 0.2, wake: 40, spin: 20, token: 0.05 }).runs;
    const { attempts = 0, redos = 0, detectedInAdvance = 0, dependencies = 0 } = run ?? {};
    expect(attempts).toBe(200 + redos + detectedInAdvance + dependencies);
    expect(redos + detectedInAdvance + dependencies).toBeGreaterThan(0);
  });
});

describe('the limit is named', () => {
  const limitOf = (records: TransactionRecord[], slots: number, costs: Partial<SimulationCosts> = {}) =>
    simulate(records, [slots], costs).runs[0]?.limit;

  test.each<[string, number, Partial<SimulationCosts>]>([
    ['confirmation', 16, { confirm: 20 }],
    ['hand-off', 16, { post: 900 }],
    ['finish', 16, { block: 900 }],
    ['attempts', 4, { claim: 50 }],
    ['contention', 4, { contention: 1.8 }],
    ['work', 4, {}],
  ])('%s', (name, slots, costs) => {
    expect(limitOf(independent(128, 100), slots, costs)).toBe(name);
  });

  test('dependencies', () => {
    expect(limitOf(chain(64, 100), 8)).toBe('dependencies');
  });

  test('confirmation in order takes at least its sum', () => {
    const [run] = simulate(independent(128, 100), [64], { confirm: 20, confirmKey: 5 }).runs;
    expect(run?.ms).toBeGreaterThanOrEqual((128 * 25) / 1000);
    expect(run?.savings.confirmation).toBeGreaterThan(1);
  });
});

describe('a real block', () => {
  test('is simulated the same every time, never faster than its work allows', async () => {
    const engine = await createEngine({ slots: 1, warmUp: false });
    const file = await readBlockFile(SHOWCASE.pathname);
    const state = await stateFor(engine, file);
    const { records = [] } = await engine.runBlock({
      block: file.block,
      state,
      blockHashes: file.blockHashes,
      commit: false,
      record: true,
    });
    await state.dispose();
    await engine.close();
    const before = structuredClone(records);
    const costs = { confirm: 0.2, confirmKey: 0.05, claim: 0.2, wake: 40, spin: 20, post: 50, end: 50, receipt: 1 };
    const first = simulate(records, [1, 2, 16, 64], costs);
    expect(simulate(records, [1, 2, 16, 64], costs)).toEqual(first);
    expect(records).toEqual(before);
    expect(first.transactions).toBe(records.length);
    for (const { slots, ms } of first.runs) expect(ms).toBeGreaterThanOrEqual(first.recordedMs / slots);
    expect(first.runs[1]?.speedup).toBeGreaterThan(1);
  });
});

test('a calibration gives costs that a simulation takes', async () => {
  const costs = await calibrateSimulation();
  for (const [name, value] of Object.entries(costs)) expect([name, value >= 0]).toEqual([name, true]);
  expect(costs.receipt).toBeGreaterThan(0);
  expect(costs.post).toBeGreaterThan(0);
  expect(costs.confirmAlone + costs.confirmKeyAlone).toBeGreaterThan(0);
  expect(simulate(independent(50, 100), [2], costs).runs[0]?.speedup).toBeGreaterThan(1);
}, 60_000);

describe('arguments', () => {
  const options = { feeRecipient: FEE_RECIPIENT, costs: FREE };
  const faults: [string, unknown, unknown][] = [
    ['records', undefined, options],
    ['options', [], undefined],
    ['feeRecipient', [], { ...options, feeRecipient: '0x12' }],
    ['costs', [], { ...options, costs: undefined }],
    ['costs.claim', [], { ...options, costs: { ...FREE, claim: -1 } }],
    ['costs.contention', [], { ...options, costs: { ...FREE, contention: 0.5 } }],
    ['costs.wake', [], { ...options, costs: { ...FREE, wake: Number.NaN } }],
    ['slots', [], { ...options, slots: 4 }],
    ['slots[1]', [], { ...options, slots: [1, 65] }],
  ];
  test.each(faults)('%s', (field, records, given) => {
    let error: unknown;
    try {
      simulateBlock(records as TransactionRecord[], given as never);
    } catch (cause) {
      error = cause;
    }
    expect(error).toBeInstanceOf(ParallelEvmError);
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field });
  });

  test('a block without transactions has nothing to spread', () => {
    expect(simulate([], [1, 4], { post: 1 }).runs.map(({ ms }) => ms)).toEqual([0.001, 0.001]);
  });
});
