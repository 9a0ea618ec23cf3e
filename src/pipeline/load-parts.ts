// A job of loading: the parts of a witness are hashed and put where look-ups find them by all slots, each part by who has
// claimed it. There is no order and nothing to confirm, so nobody takes the token.
//
// Correct because the job is closed by a slot that found no part left to claim: whoever still loads one is inside, and the
// last slot out publishes the end (control.ts). A part says itself when it is done; the caller does those that a slot has
// begun and died at (src/witness/load.ts).
import { CTL_PART_COUNT, CTL_PARTS, CTL_STATE, VERDICT_DONE } from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { claimNext, closeJob, isAborted, isClosed } from './control.ts';

/** Takes part in a job of loading until no part is left or the job is aborted. */
export function loadParts({ core, points, views }: Arena): void {
  const { words } = views;
  const [state, parts, count] = [views.u32(CTL_STATE), views.u32(CTL_PARTS), views.u32(CTL_PART_COUNT)];
  // Claims begin at 1, as those of steps. The last part comes first: a code may be the longest of all, and codes lie behind.
  for (let part = claimNext(words); part <= count && !isAborted(words); part = claimNext(words)) {
    points.reach('loading');
    core.loadPart(state, parts, count - part);
  }
  points.reach('closing');
  if (!isClosed(words)) closeJob(words, { kind: VERDICT_DONE, step: 0, code: 0, detail: 0 });
  points.reach('closed');
}
