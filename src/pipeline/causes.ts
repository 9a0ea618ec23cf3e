// Why results are taken back, noted by the holder of the token at the moment it does so, and by nobody else: where results
// hold, nothing of this runs.
import {
  CAUSE_DISTANCES,
  CAUSE_INVALID,
  CAUSE_LIMITS,
  CAUSE_SHIFT,
  OUT_CAUSE,
  OUT_CAUSE_ENTRY,
  OUT_INVALID,
  OUT_STATUS,
  STAT_CAUSES,
  STAT_DISTANCE_SUM,
  STAT_DISTANCES,
  STATUS_ABORTED,
  STATUS_INVALID,
} from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { addTo, count, type Words } from './control.ts';
import { type Job, outcomeOf, txOf } from './job.ts';

const WRITER = 2 ** CAUSE_SHIFT - 1;

export const causeKind = (cause: number): number => cause >>> CAUSE_SHIFT;
/** The step that wrote what differs; 0 = none is known, or it was written before the transactions. */
export const causeWriter = (cause: number): number => cause & WRITER;

/** The bucket of a distance: 1, 2, 3 to 4, 5 to 8, …; the last one is open. */
const bucketOf = (distance: number): number => Math.min(32 - Math.clz32(distance - 1), CAUSE_DISTANCES - 1);

function countCause(words: Words, step: number, cause: number): void {
  count(words, STAT_CAUSES + 4 * causeKind(cause));
  const writer = causeWriter(cause);
  if (writer === 0 || writer >= step) return;
  count(words, STAT_DISTANCES + 4 * bucketOf(step - writer));
  addTo(words, STAT_DISTANCE_SUM, step - writer);
}

/** Notes why the result of `step` is taken back; `ahead`: before its turn. */
export function noteCause({ core, views, spans }: Arena, job: Job, step: number, ahead: boolean): void {
  const out = outcomeOf(job, step);
  const status = views.u32(out + OUT_STATUS);
  if (views.u32(out + OUT_INVALID) !== 0 || status === STATUS_INVALID) {
    views.setU32(out + OUT_CAUSE, CAUSE_INVALID << CAUSE_SHIFT);
    views.setU32(out + OUT_CAUSE_ENTRY, 0);
  } else if (status > STATUS_ABORTED) {
    views.setU32(out + OUT_CAUSE, CAUSE_LIMITS << CAUSE_SHIFT);
    views.setU32(out + OUT_CAUSE_ENTRY, 0);
  } else if (status < STATUS_ABORTED) core.findCause(job.state, job.block, step, txOf(job, step), out, Number(ahead));
  // Of an attempt that ended as doomed, its slot has noted the cause.
  const cause = views.u32(out + OUT_CAUSE);
  countCause(views.words, step, cause);
  spans.addTakenBack(step, cause, views.u32(out + OUT_CAUSE_ENTRY));
}
