// What blocks without conflicts take, and what of it their transactions take: the times that costs are fitted to. The least
// of many runs counts, as whatever else runs on the machine only adds.
import type { Engine } from '../engine.ts';
import type { TransactionRecord } from '../result/record.ts';
import type { BlockResult } from '../result/result.ts';
import type { Timeline, TimelineSpan } from '../result/timeline.ts';
import type { CalibrationBlock } from './calibration-blocks.ts';
import { writesOf } from './model.ts';

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const least = (values: readonly number[]): number => Math.min(...values);

/** Microseconds with two slots at work. */
export interface Together {
  /** Each transaction's attempt. */
  attempts: number[];
  confirming: number;
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
  /** The least of each transaction. */
  times: number[];
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

/** Each of two slots made a fair part of the attempts. */
const isShared = ({ spans, transactions }: Timeline): boolean =>
  [0, 1].every(
    (slot) => 5 * spans.filter((span) => span.slot === slot && span.kind === 'execute').length > transactions,
  );

function togetherOf(timeline: Timeline, clock: number): Together {
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
  const attempts = Array.from({ length: timeline.transactions }, (_, tx) =>
    least(executed.filter(({ first }) => first === tx).map((span) => durationOf(span) - clock)),
  );
  return {
    attempts,
    confirming: confirmingOf(timeline, clock),
    between: Math.max(0, sum(gaps)) / executed.length,
    wake: 1000 * Math.max(...[0, 1].map((slot) => least(ofSlot(slot).map(({ start }) => start)))),
  };
}

const leastEach = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, i) => Math.min(value, b[i] as number));

const leastTogether = (a: Together | undefined, b: Together | undefined): Together | undefined =>
  a === undefined || b === undefined
    ? (a ?? b)
    : {
        attempts: leastEach(a.attempts, b.attempts),
        confirming: Math.min(a.confirming, b.confirming),
        between: Math.min(a.between, b.between),
        wake: Math.min(a.wake, b.wake),
      };

const leastOf = (a: Measured, b: Measured): Measured => ({
  ...a,
  times: leastEach(a.times, b.times),
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
  const times = records.map(({ ms }) => Math.max(0, 1000 * ms - clock));
  const shared = two && (await two({ timeline: true })).timeline;
  return {
    records,
    keys: sum(records.map(({ accounts, slots }) => accounts.length + slots.length)),
    writes: sum(records.map(writesOf)),
    logBytes: sum(records.map(({ logBytes }) => logBytes)),
    times,
    confirming: confirmingOf(timeline, clock),
    finish: sum(ofKind(timeline, 'finish').map(durationOf)),
    post: [1000 * least(confirms.map(({ start }) => start))],
    end: [1000 * (told.stats.ms.execute - Math.max(...confirms.map(({ end }) => end)))],
    together: shared && isShared(shared) ? togetherOf(shared, clock) : undefined,
  };
}

/** Runs a block some times on an engine of one slot, and on one of two if it is given. `clock`: what a look at it takes. */
export function measureBlock(
  block: CalibrationBlock,
  { one, two }: { one: Engine; two?: Engine | undefined },
  rounds: number,
  clock: number,
): Promise<Measured> {
  const measure = async (runOne: Run, runTwo?: Run): Promise<Measured> => {
    let all = await measureOnce(runOne, runTwo, clock);
    for (let round = 1; round < rounds; round++) all = leastOf(all, await measureOnce(runOne, runTwo, clock));
    return all;
  };
  return held(one, block, (runOne) =>
    two === undefined ? measure(runOne) : held(two, block, (runTwo) => measure(runOne, runTwo)),
  );
}
