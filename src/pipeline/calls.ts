// A job of calls: every slot claims calls until none is left. Nothing is confirmed, so results do not depend on each
// other and no call is repeated. What the calls share (the job's memory, the heap) is touched under the token only.
//
// Correct because the job is closed by a slot that found no call left to claim: whoever still executes one is inside, and
// the last slot out publishes the end (control.ts).
import { STATUS_ARENA_FULL, STATUS_STATE_FULL, STATUS_STOP, VERDICT_DONE } from '../../assembly/layout.ts';
import { type Arena, executeCallOnce, noteStatus } from './attempts.ts';
import { awaitToken, claimStep, closeJob, countAttempt, isAborted, isClosed, releaseToken } from './control.ts';
import { countStepAttempt, type Job, outcomeOf, publishOutcome } from './job.ts';

function underToken<T>(arena: Arena, slot: number, task: () => T): T {
  const { words } = arena.views;
  awaitToken(words, slot);
  const result = task();
  releaseToken(words);
  return result;
}

/** Executes in larger arenas until the call fits, then keeps its output and logs. Returns STATUS_*. */
function executeCall(arena: Arena, job: Job, step: number, slot: number): number {
  const out = outcomeOf(job, step);
  for (;;) {
    const status = executeCallOnce(arena, job, step);
    if (status === STATUS_STOP) {
      const kept = underToken(arena, slot, () => arena.core.keepCall(job.state, job.block, out));
      return kept !== 0 ? STATUS_STOP : STATUS_STATE_FULL;
    }
    if (status !== STATUS_ARENA_FULL) return status;
    if (!underToken(arena, slot, () => arena.grow(job))) return STATUS_STATE_FULL;
  }
}

/** Takes part in a job of calls until none is left or the job is aborted; outcomes that were not reached stay unready. */
export function workOnCalls(arena: Arena, job: Job, slot: number): void {
  const { words } = arena.views;
  underToken(arena, slot, () => arena.releaseOutgrown());
  for (;;) {
    const step = claimStep(words);
    if (step > job.count || isAborted(words)) break;
    countAttempt(words);
    countStepAttempt(arena.views, job, step);
    noteStatus(arena, outcomeOf(job, step), executeCall(arena, job, step, slot));
    publishOutcome(arena.views, job, step);
  }
  underToken(arena, slot, () => {
    if (!isClosed(words)) closeJob(words, { kind: VERDICT_DONE, step: job.count, code: 0, detail: 0 });
  });
}
