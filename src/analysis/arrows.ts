// Which span made which other one necessary: from the writer's to the one that executes again what was taken back.
import type { TakenBack, Timeline, TimelineSpan } from '../result/timeline.ts';

export interface RedoArrow {
  taken: TakenBack;
  /** The writer's execution that the result had not seen; the one before the result was taken back that began last. */
  from: TimelineSpan;
  /** The next execution of the transaction. */
  to: TimelineSpan;
}

const isExecution = ({ kind }: TimelineSpan): boolean => kind === 'execute' || kind === 'redo';

/** One arrow for each result that was taken back and whose writer is known; of spans that were dropped there are none. */
export function redoArrows({ spans, takenBack }: Timeline): RedoArrow[] {
  const executions = new Map<number, TimelineSpan[]>();
  for (const span of spans.filter(isExecution))
    executions.set(span.first, [...(executions.get(span.first) ?? []), span]);
  return takenBack.flatMap((taken) => {
    if (taken.by === undefined) return [];
    const from = (executions.get(taken.by) ?? []).filter(({ start }) => start <= taken.at).at(-1);
    const to = (executions.get(taken.index) ?? []).find(({ start }) => start >= taken.at);
    return from === undefined || to === undefined ? [] : [{ taken, from, to }];
  });
}

/** What made a result stale, in words. */
export function causeText({ cause, key }: TakenBack): string {
  if (key === undefined) return cause;
  if (key.storageSlot !== undefined) return `slot ${key.storageSlot} of ${key.address}`;
  return `${cause} of ${key.address}`;
}
