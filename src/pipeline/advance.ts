// Detection in advance: results that wait for their turn and will fail there are found by slots that have nothing else to
// do, so that they are redone while the frontier's transaction still runs.
//
// Only the holder of the token takes a result back: the result at the frontier must not be taken from under a holder that
// has just judged it. Passing here means nothing; every result is judged in its turn. Who had the token looks at the
// frontier again afterwards, as every holder must: a result may have come in that nobody else could confirm.
import { CTL_CAP, CTL_NEXT, POLICY_IN_ADVANCE, STAT_DETECTED_IN_ADVANCE, STEP_DONE } from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { noteCause } from './causes.ts';
import { count, frontier, hasPolicy, releaseToken, ring, takeToken } from './control.ts';
import { type Job, outcomeOf } from './job.ts';
import { canConfirm } from './merger.ts';
import { attemptOf, controlOf, stateOf, supersedeStep } from './steps.ts';

/** Results behind the frontier that are looked at. */
export const REACH = 30;

/** Takes back what is stale behind the frontier. True if there is work now. */
export function detectInAdvance(arena: Arena, job: Job, slot: number): boolean {
  const { words } = arena.views;
  if (!hasPolicy(words, POLICY_IN_ADVANCE) || !takeToken(words, slot)) return false;
  const first = frontier(words) + 1;
  const end = Math.min(first + REACH, job.count + 1, Atomics.load(words, CTL_NEXT >>> 2));
  const cap = words[CTL_CAP >>> 2] as number;
  let found = false;
  arena.points.reach('looking-ahead');
  for (let step = Math.max(first, 1); step < end; step++) {
    const control = controlOf(words, job, step);
    if (stateOf(control) !== STEP_DONE || attemptOf(control) + 1 >= cap) continue;
    if (arena.core.isStale(job.state, job.block, outcomeOf(job, step), step) === 0) continue;
    noteCause(arena, job, step, true);
    supersedeStep(words, job, step);
    count(words, STAT_DETECTED_IN_ADVANCE);
    found = true;
  }
  releaseToken(words);
  if (found) ring(words); // there may be more than this slot takes
  return found || canConfirm(arena, job);
}
