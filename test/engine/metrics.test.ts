// Metrics add up: to each other, to the stats of the blocks that they sum, and to what the timeline tells one by one.
import {
  type BlockResult,
  createEngine,
  type Engine,
  type EngineMetrics,
  type PolicyOptions,
  prometheusText,
  readBlockFile,
  type TakenBack,
} from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture, SHOWCASE, stateFor } from './scenarios.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const causes = ({ redoCauses }: EngineMetrics): number => sum(Object.values(redoCauses));

const POLICIES: [string, PolicyOptions][] = [
  ['default', { adaptive: false }],
  ['phase1', { preset: 'phase1' }],
  ['phase2', { preset: 'phase2' }],
  ['exact reads', { adaptive: false, deltas: false, unconfirmed: false }],
];

describe.each(POLICIES)('%s', (_name, policy) => {
  let engine: Engine;
  let results: BlockResult[];
  beforeAll(async () => {
    engine = await createEngine({ slots: 3, warmUp: false, ...policy });
    const file = await readBlockFile(SHOWCASE.pathname);
    const state = await stateFor(engine, file);
    results = [];
    for (let run = 0; run < 6; run++)
      results.push(
        await engine.runBlock({
          block: file.block,
          state,
          blockHashes: file.blockHashes,
          commit: false,
          timeline: true,
        }),
      );
    await state.dispose();
  });
  afterAll(() => engine?.close());

  const total = (value: (result: BlockResult) => number): number => sum(results.map(value));

  test('sums are those of the blocks', () => {
    const metrics = engine.metrics();
    expect(metrics).toMatchObject({
      blocks: results.length,
      invalidBlocks: 0,
      failedRuns: 0,
      transactions: total(({ receipts }) => receipts.length),
      gasUsed: results.reduce((gas, { gasUsed }) => gas + gasUsed, 0n),
      attempts: total(({ stats }) => stats.attempts),
      redos: total(({ stats }) => stats.redos),
    });
    for (const name of Object.keys(metrics.mechanisms) as (keyof EngineMetrics['mechanisms'])[])
      expect([name, metrics.mechanisms[name]]).toEqual([name, total(({ stats }) => stats[name])]);
    expect(metrics.executeMs.count).toBe(results.length);
    expect(metrics.executeMs.sum).toBeCloseTo(total(({ stats }) => stats.ms.execute));
    expect(metrics.copiedBytes).toBeGreaterThan(0);
  });

  test('every result that was taken back has a cause, and every execution a reason', () => {
    const metrics = engine.metrics();
    const { detectedInAdvance, dependencies, slotDeaths, fallbacks } = metrics.mechanisms;
    expect(causes(metrics)).toBe(metrics.redos + detectedInAdvance);
    expect([slotDeaths, fallbacks]).toEqual([0, 0]);
    expect(metrics.attempts).toBe(metrics.transactions + metrics.redos + detectedInAdvance + dependencies);
  });

  test('the timeline names the cause of each, and an earlier writer', () => {
    const metrics = engine.metrics();
    const taken = results.flatMap(({ timeline }) => timeline?.takenBack ?? []);
    const named: Record<string, number> = {};
    for (const { cause } of taken) named[cause] = (named[cause] ?? 0) + 1;
    const counted = Object.entries(metrics.redoCauses).filter(([, count]) => count > 0);
    expect(named).toEqual(Object.fromEntries(counted));
    const known = taken.filter((each): each is TakenBack & { by: number } => each.by !== undefined);
    for (const { by, index, key } of known) {
      expect(by).toBeGreaterThanOrEqual(0);
      expect(by).toBeLessThan(index);
      expect(key?.address).toMatch(/^0x[0-9a-f]{40}$/);
    }
    expect(metrics.dependencyDistance.count).toBe(known.length);
    expect(metrics.dependencyDistance.sum).toBe(sum(known.map(({ by, index }) => index - by)));
    expect(sum(metrics.dependencyDistance.counts)).toBe(known.length);
  });

  test('slots are busy and wait within the time of the jobs', () => {
    const { slots, executeMs } = engine.metrics();
    expect(slots).toHaveLength(3);
    for (const { busyMs, waitingMs } of slots) {
      expect(waitingMs).toBeGreaterThanOrEqual(0);
      // Slots leave a job at about the time when the caller hears of its end.
      expect(busyMs + waitingMs).toBeLessThanOrEqual(executeMs.sum + results.length);
    }
    expect(sum(slots.map(({ busyMs }) => busyMs))).toBeGreaterThan(0);
  });
});

test('the keys that conflict in a block are the ones that its transactions write', async () => {
  const engine = await createEngine({ slots: 2, warmUp: false, adaptive: false });
  const file = await readBlockFile(SHOWCASE.pathname);
  const state = await stateFor(engine, file);
  const input = { block: file.block, state, blockHashes: file.blockHashes, commit: false };
  const { records = [] } = await engine.runBlock({ ...input, record: true });
  let checked = 0;
  for (let run = 0; run < 30 && checked === 0; run++) {
    const { timeline } = await engine.runBlock({ ...input, timeline: true });
    for (const { by, cause, key } of timeline?.takenBack ?? []) {
      if (by === undefined || cause !== 'storage') continue;
      checked++;
      // What an attempt on stale reads writes need not be what its last one does: the key is read by both at least.
      const slots = (records[by]?.slots ?? []).map(({ address, slot }) => `${address} ${slot}`);
      expect(slots).toContain(`${key?.address} ${key?.storageSlot}`);
    }
  }
  await state.dispose();
  await engine.close();
  expect(checked).toBeGreaterThan(0);
});

test('without deltas the next transaction of a sender is not valid yet, or its nonce differs', async () => {
  const engine = await createEngine({ slots: 2, warmUp: false, adaptive: false, deltas: false, unconfirmed: false });
  const file = await readBlockFile(SHOWCASE.pathname);
  const state = await stateFor(engine, file);
  const seen = (): number => engine.metrics().redoCauses.invalid + engine.metrics().redoCauses.nonce;
  for (let run = 0; run < 30 && seen() === 0; run++)
    await engine.runBlock({ block: file.block, state, blockHashes: file.blockHashes, commit: false });
  await state.dispose();
  const metrics = engine.metrics();
  await engine.close();
  expect(seen()).toBeGreaterThan(0);
  expect(causes(metrics)).toBe(metrics.redos + metrics.mechanisms.detectedInAdvance);
});

describe('where a mechanism is off, its counters stay at zero', () => {
  test('one slot takes nothing back and never waits', async () => {
    const engine = await createEngine({ slots: 1, warmUp: false });
    const file = await fixture('conflicts');
    const state = await stateFor(engine, file);
    await engine.runBlock({ block: file.block, state, blockHashes: file.blockHashes, commit: false });
    await state.dispose();
    const metrics = engine.metrics();
    await engine.close();
    expect(metrics.blocks).toBe(1);
    expect(metrics.attempts).toBe(metrics.transactions);
    expect([metrics.redos, causes(metrics), metrics.dependencyDistance.count]).toEqual([0, 0, 0]);
    expect(metrics.slots).toHaveLength(1);
    expect(metrics.slots[0]?.waitingMs).toBe(0);
    expect(metrics.slots[0]?.busyMs).toBeGreaterThan(0);
  });

  test('calls and single transactions are no blocks; the warm-up is nothing', async () => {
    const engine = await createEngine({ slots: 2 });
    expect(engine.metrics()).toMatchObject({ blocks: 0, transactions: 0, gasUsed: 0n, attempts: 0, redos: 0 });
    expect(engine.metrics().slots).toEqual([
      { busyMs: 0, waitingMs: 0 },
      { busyMs: 0, waitingMs: 0 },
    ]);
    const state = await engine.createState({ '0x00000000000000000000000000000000000000aa': { nonce: 0, balance: 9n } });
    const to = '0x00000000000000000000000000000000000000aa';
    await engine.simulate({ state, calls: [{ to }, { to }] });
    await state.dispose();
    expect(engine.metrics()).toMatchObject({ calls: 2, blocks: 0, failedRuns: 0 });
    await engine.close();
  });
});

test('a snapshot does not change', async () => {
  const engine = await createEngine({ slots: 1, warmUp: false });
  const before = engine.metrics();
  const copy = structuredClone(before);
  const file = await fixture('conflicts');
  const state = await stateFor(engine, file);
  await engine.runBlock({ block: file.block, state, blockHashes: file.blockHashes, commit: false });
  await state.dispose();
  expect(engine.metrics().blocks).toBe(1);
  await engine.close();
  expect(before).toEqual(copy);
});

test('as Prometheus text: names once, buckets cumulative, seconds', async () => {
  const engine = await createEngine({ slots: 2, warmUp: false });
  const metrics = engine.metrics();
  await engine.close();
  metrics.redoCauses.storage = 3;
  metrics.executeMs.counts[0] = 2;
  metrics.executeMs.counts[2] = 1;
  metrics.executeMs.count = 3;
  metrics.executeMs.sum = 700;
  const lines = prometheusText(metrics).trimEnd().split('\n');
  expect(lines).toContain('parallel_evm_taken_back_total{cause="storage"} 3');
  expect(lines).toContain('parallel_evm_execute_seconds_bucket{le="0.0001"} 2');
  expect(lines).toContain('parallel_evm_execute_seconds_bucket{le="0.0005"} 3');
  expect(lines).toContain('parallel_evm_execute_seconds_bucket{le="+Inf"} 3');
  expect(lines).toContain('parallel_evm_execute_seconds_sum 0.7');
  expect(lines).toContain('parallel_evm_slot_busy_seconds_total{slot="1"} 0');
  const samples = lines.filter((line) => !line.startsWith('#'));
  for (const line of samples) expect(line).toMatch(/^parallel_evm_[a-z_]+(\{[a-z]+="[^"]+"\})? \d+(\.\d+)?(e-\d+)?$/);
  expect(new Set(samples.map((line) => line.split(' ')[0])).size).toBe(samples.length);
  const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
  expect(new Set(types).size).toBe(types.length);
});
