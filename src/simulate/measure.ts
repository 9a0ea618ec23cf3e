// What blocks without conflicts take, and what of it their transactions take: the times that costs are fitted to. The least
// of many runs counts, as whatever else runs on the machine only adds.
import type { Engine } from '../api.ts';
import type { TransactionRecord } from '../result/record.ts';
import type { BlockResult } from '../result/result.ts';
import type { Timeline, TimelineSpan } from '../result/timeline.ts';
import type { CalibrationBlock } from './calibration-blocks.ts';
import { writesOf } from './model.ts';

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const least = (values: readonly number[]): number => Math.min(...values);

/** A block's transactions are all alike: the median is what one takes that nothing else on the machine disturbs. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Microseconds with two slots at work: the least of some runs. */
export interface Together {
  /** Both were at work at the same time: where others use the machine, one often waits while the other works. */
  isAtOnce: boolean;
  /** Runs that it is from. */
  runs: number;
  /** The attempt of a transaction, and confirming it. */
  attempt: number;
  confirm: number;
  /** Per attempt, between what a slot did and what it did next. */
  between: number;
  /** Until the second slot had begun. */
  wake: number;
}

/** What was measured of one block, microseconds. */
export interface Measured {
  records: readonly TransactionRecord[];
  keys: number;
  writes: number;
  logBytes: number;
  /** A transaction; and one slot from the call to its answer. */
  time: number;
  alone: number;
  /** One slot: everything but executing and the receipts, and these. */
  confirming: number;
  finish: number;
  /** Of each run: until the slot had begun, and from its end to the answer. */
  post: number[];
  end: number[];
  /** Absent where no run had two slots at work. */
  together?: Together | undefined;
}

const durationOf = ({ start, end }: TimelineSpan): number => 1000 * (end - start);

const ofKind = ({ spans }: Timeline, ...kinds: TimelineSpan['kind'][]): TimelineSpan[] =>
  spans.filter(({ kind, slot }) => slot >= 0 && kinds.includes(kind));

const isWithin = (inner: TimelineSpan, outer: TimelineSpan): boolean =>
  inner !== outer && inner.slot === outer.slot && inner.start >= outer.start && inner.end <= outer.end;

/** Confirming without what is executed and hashed in between. */
function confirmingOf(timeline: Timeline, clock: number): number {
  const own = ofKind(timeline, 'confirm');
  const inner = ofKind(timeline, 'execute', 'redo', 'finish').filter((span) =>
    own.some((outer) => isWithin(span, outer)),
  );
  return sum(own.map(durationOf)) - sum(inner.map(durationOf)) - clock * (own.length + inner.length);
}

/** Two slots that do not save at least a fifth of one slot's time were not at work at the same time. */
const SHARED_TIME = 0.8;

/** Both slots had a fair part of the work. */
function isShared({ spans, transactions }: Timeline): boolean {
  const executed = (slot: number) => spans.filter((span) => span.slot === slot && span.kind === 'execute').length;
  return [0, 1].every((slot) => 5 * executed(slot) > transactions);
}

/**
 * Confirming a transaction: of the spans in which several were confirmed and nothing was executed, without the block's
 * beginning and end. Infinite where a run has no such span.
 */
function confirmOf(timeline: Timeline, clock: number): number {
  const executed = ofKind(timeline, 'execute', 'redo');
  const runs = ofKind(timeline, 'confirm').filter(
    ({ first, last }) => first >= 0 && last > first && last < timeline.transactions,
  );
  const plain = runs.filter((run) => !executed.some((span) => isWithin(span, run)));
  if (plain.length === 0) return Number.POSITIVE_INFINITY;
  return medianOf(plain.map((run) => Math.max(0, durationOf(run) - clock) / (run.last - run.first + 1)));
}

function togetherOf({ timeline, stats }: BlockResult, alone: number, clock: number): Together | undefined {
  if (timeline === undefined || !isShared(timeline)) return undefined;
  const executed = ofKind(timeline, 'execute', 'redo');
  const confirms = ofKind(timeline, 'confirm');
  const all = ofKind(timeline, 'execute', 'redo', 'confirm', 'validate', 'wait');
  const outer = all.filter((span) => !confirms.some((confirm) => span.kind !== 'confirm' && isWithin(span, confirm)));
  const ofSlot = (slot: number): TimelineSpan[] => outer.filter((span) => span.slot === slot);
  const gaps = [0, 1].map((slot) => {
    const own = ofSlot(slot);
    const whole = Math.max(...own.map(({ end }) => end)) - least(own.map(({ start }) => start));
    return 1000 * whole - sum(own.map(durationOf)) - clock * own.length;
  });
  return {
    isAtOnce: 1000 * stats.ms.execute < SHARED_TIME * alone,
    runs: 1,
    attempt: medianOf(executed.map(durationOf)) - clock,
    confirm: confirmOf(timeline, clock),
    between: Math.max(0, sum(gaps)) / executed.length,
    wake: 1000 * Math.max(...[0, 1].map((slot) => least(ofSlot(slot).map(({ start }) => start)))),
  };
}

/** Runs in which slots were at work at the same time count before those in which one often waited for the other's core. */
function leastTogether(a: Together | undefined, b: Together | undefined): Together | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.isAtOnce !== b.isAtOnce) return a.isAtOnce ? a : b;
  return {
    isAtOnce: a.isAtOnce,
    runs: a.runs + b.runs,
    attempt: Math.min(a.attempt, b.attempt),
    confirm: Math.min(a.confirm, b.confirm),
    between: Math.min(a.between, b.between),
    wake: Math.min(a.wake, b.wake),
  };
}

const leastOf = (a: Measured, b: Measured): Measured => ({
  ...a,
  time: Math.min(a.time, b.time),
  alone: Math.min(a.alone, b.alone),
  confirming: Math.min(a.confirming, b.confirming),
  finish: Math.min(a.finish, b.finish),
  post: [...a.post, ...b.post],
  end: [...a.end, ...b.end],
  together: leastTogether(a.together, b.together),
});

type Run = (options: { record?: boolean; timeline?: boolean }) => Promise<BlockResult>;

async function held<T>(
  engine: Engine,
  { block, preState }: CalibrationBlock,
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const state = await engine.createState(preState);
  const prepared = await engine.prepare(block);
  try {
    return await use((options) => engine.runBlock({ block: prepared, state, commit: false, ...options }));
  } finally {
    await prepared.dispose();
    await state.dispose();
  }
}

async function measureOnce(one: Run, two: Run | undefined, clock: number): Promise<Measured> {
  const { records = [] } = await one({ record: true });
  const told = await one({ timeline: true });
  const timeline = told.timeline as Timeline;
  const confirms = ofKind(timeline, 'confirm');
  const alone = 1000 * told.stats.ms.execute;
  const both = await two?.({ timeline: true });
  return {
    records,
    keys: sum(records.map(({ accounts, slots }) => accounts.length + slots.length)),
    writes: sum(records.map(writesOf)),
    logBytes: sum(records.map(({ logBytes }) => logBytes)),
    time: medianOf(records.map(({ ms }) => 1000 * ms)) - clock,
    alone,
    confirming: confirmingOf(timeline, clock),
    finish: sum(ofKind(timeline, 'finish').map(durationOf)),
    post: [1000 * least(confirms.map(({ start }) => start))],
    end: [1000 * (told.stats.ms.execute - Math.max(...confirms.map(({ end }) => end)))],
    together: both && togetherOf(both, alone, clock),
  };
}

/** Where no two slots were at work at the same time, it is tried so many times as often. */
const MOST_TRIES = 2;

/** Runs a block some times on an engine of one slot, and on one of two if it is given. `clock`: what a look at it takes. */
export function measureBlock(
  block: CalibrationBlock,
  { one, two }: { one: Engine; two?: Engine | undefined },
  rounds: number,
  clock: number,
): Promise<Measured> {
  const measure = async (runOne: Run, runTwo?: Run): Promise<Measured> => {
    let all = await measureOnce(runOne, runTwo, clock);
    const lacks = (): boolean => runTwo !== undefined && !all.together?.isAtOnce;
    for (let round = 1; round < rounds || (lacks() && round < MOST_TRIES * rounds); round++)
      all = leastOf(all, await measureOnce(runOne, runTwo, clock));
    return all;
  };
  return held(one, block, (runOne) =>
    two === undefined ? measure(runOne) : held(two, block, (runTwo) => measure(runOne, runTwo)),
  );
}
