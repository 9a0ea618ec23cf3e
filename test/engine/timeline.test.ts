// A timeline accounts for what was done, and changes nothing of it.
import { chromeTrace, createEngine, type Engine, type Timeline, type TimelineSpan } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIXTURE_NAMES, fixture, stateFor } from './scenarios.ts';

/** A clock of two threads that both count in quarters of a microsecond. */
const CLOCK_MS = 0.01;

const executed = ({ spans }: Timeline): TimelineSpan[] =>
  spans.filter(({ kind }) => kind === 'execute' || kind === 'redo');

describe.each([1, 2, 3])('on %i slots', (slots) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ slots, warmUp: false, adaptive: false });
  });
  afterAll(() => engine?.close());

  test.each(FIXTURE_NAMES)('%s', async (name) => {
    const file = await fixture(name);
    const state = await stateFor(engine, file);
    const input = { block: file.block, state, blockHashes: file.blockHashes, commit: false };
    const plain = await engine.runBlock(input);
    const result = await engine.runBlock({ ...input, timeline: true });
    const timeline = result.timeline as Timeline;
    await state.dispose();
    expect(plain.timeline).toBeUndefined();
    expect(result.receiptsRoot).toEqual(plain.receiptsRoot);
    expect(timeline).toMatchObject({ slots, transactions: result.receipts.length, dropped: 0 });

    const attempts = result.stats.perTransaction.map((each) => each.attempts);
    const counted = attempts.map((_, tx) => executed(timeline).filter(({ first }) => first === tx).length);
    expect(counted).toEqual(attempts);
    for (const { slot, start, end } of timeline.spans) {
      expect(slot).toBeGreaterThanOrEqual(-1);
      expect(slot).toBeLessThan(slots);
      expect(start).toBeGreaterThan(-CLOCK_MS);
      expect(end).toBeGreaterThanOrEqual(start);
    }
    expect(timeline.spans.filter(({ kind }) => kind === 'fold')).toHaveLength(1);
    expect(timeline.spans.filter(({ kind }) => kind === 'finish')).toHaveLength(1);
    const confirmed = timeline.spans.filter(({ kind }) => kind === 'confirm').map(({ last }) => last);
    expect(Math.max(...confirmed)).toBe(result.receipts.length);
  });
});

test('a result that was taken back is a flow from the writer to what is executed again', () => {
  const at = (slot: number, kind: TimelineSpan['kind'], tx: number, start: number, end: number): TimelineSpan => ({
    ...{ slot, kind, first: tx, last: tx, start, end },
  });
  const spans = [
    at(0, 'execute', 2, 0, 4),
    at(1, 'execute', 5, 1, 2),
    at(1, 'redo', 5, 6, 7),
    at(0, 'execute', 9, 6, 8),
  ];
  const key = { address: '0x00000000000000000000000000000000000000aa', storageSlot: `0x${'0'.repeat(63)}1` } as const;
  const takenBack = [
    { slot: 1, at: 5, index: 5, cause: 'storage', by: 2, key } as const,
    { slot: 1, at: 5.5, index: 9, cause: 'limits' } as const,
  ];
  const { traceEvents } = chromeTrace({ slots: 2, transactions: 10, dropped: 0, spans, takenBack });
  const args = { transaction: 5, by: 2, cause: 'storage', key: `slot ${key.storageSlot} of ${key.address}` };
  const flow = { name: 'redo 5', cat: 'redo', id: 0, pid: 1, args };
  expect(traceEvents.slice(-2)).toEqual([
    { ...flow, ph: 's', tid: 0, ts: 3999.999 },
    { ...flow, ph: 'f', bp: 'e', tid: 1, ts: 6000 },
  ]);
  expect(traceEvents.filter((event) => 'id' in event)).toHaveLength(2);
});

test('as trace events each slot is a thread, and spans are complete events', () => {
  const span: TimelineSpan = { slot: 1, kind: 'execute', first: 7, last: 7, start: 0.5, end: 0.75 };
  const fold: TimelineSpan = { slot: -1, kind: 'fold', first: -1, last: 9, start: 1, end: 2 };
  const { traceEvents } = chromeTrace({ slots: 2, transactions: 9, dropped: 0, spans: [span, fold], takenBack: [] });
  expect(traceEvents).toEqual([
    { name: 'thread_name', ph: 'M', pid: 1, tid: 0, args: { name: 'slot 0' } },
    { name: 'thread_name', ph: 'M', pid: 1, tid: 1, args: { name: 'slot 1' } },
    { name: 'thread_name', ph: 'M', pid: 1, tid: 2, args: { name: 'caller' } },
    { name: 'execute 7', cat: 'execute', ph: 'X', pid: 1, tid: 1, ts: 500, dur: 250, args: { first: 7, last: 7 } },
    { name: 'fold -1–9', cat: 'fold', ph: 'X', pid: 1, tid: 2, ts: 1000, dur: 1000, args: { first: -1, last: 9 } },
  ]);
});
