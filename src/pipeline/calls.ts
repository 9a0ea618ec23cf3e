// A job of calls: every slot claims calls until none is left. Nothing is confirmed, so results do not depend on each
// other and no call is repeated. What the calls share (the job's memory, the heap) is touched under the token only.
//
// Correct because the job is closed by a slot that found no call left to claim: whoever still executes one is inside, and
// the last slot out publishes the end (control.ts).
import {
  POLICY_RECORD,
  STATUS_ARENA_FULL,
  STATUS_STATE_FULL,
  STATUS_STOP,
  STEP_FINAL,
  VERDICT_DONE,
} from '../../assembly/layout.ts';
import { type Arena, executeCallOnce, noteStatus, underToken } from './attempts.ts';
import { claimNext, closeJob, hasPolicy, isAborted, isClosed } from './control.ts';
import { countStepAttempt, type Job, outcomeOf } from './job.ts';
import { controlOf, publish, stateOf } from './steps.ts';

/** Keeps what outlives the arena's next use: output and logs, and what the call met where that is recorded. */
function keep({ core, views, points }: Arena, { state, block }: Job, out: number): boolean {
  points.reach('keeping');
  if (core.keepCall(state, block, out) === 0) return false;
  return !hasPolicy(views.words, POLICY_RECORD) || core.keepFootprint(state, block, out) !== 0;
}

/** Executes in larger arenas until the call fits, then keeps its output and logs. Returns STATUS_*. */
function executeCall(arena: Arena, job: Job, step: number, slot: number): number {
  const out = outcomeOf(job, step);
  const execute = (): number => executeCallOnce(arena, job, step);
  for (;;) {
    // the tracing kernels allocate: nobody else is here, but that takes the token
    const status = job.isTraced ? underToken(arena.views.words, slot, execute) : execute();
    if (status === STATUS_STOP) {
      const kept = underToken(arena.views.words, slot, () => keep(arena, job, out));
      return kept ? STATUS_STOP : STATUS_STATE_FULL;
    }
    if (status !== STATUS_ARENA_FULL) return status;
    if (!underToken(arena.views.words, slot, () => arena.grow(job))) return STATUS_STATE_FULL;
  }
}

/** Takes part in a job of calls until none is left or the job is aborted; outcomes that were not reached stay unready. */
export function workOnCalls(arena: Arena, job: Job, slot: number): void {
  const { words } = arena.views;
  underToken(arena.views.words, slot, () => arena.releaseOutgrown());
  for (;;) {
    const step = claimNext(words);
    if (step > job.count || isAborted(words)) break;
    if (stateOf(controlOf(words, job, step)) === STEP_FINAL) continue; // from before another slot died
    arena.points.reach('calling');
    countStepAttempt(words, job, step);
    noteStatus(arena, outcomeOf(job, step), executeCall(arena, job, step, slot));
    publish(arena, job, step, STEP_FINAL);
  }
  underToken(arena.views.words, slot, () => {
    arena.points.reach('closing');
    if (!isClosed(words)) closeJob(words, { kind: VERDICT_DONE, step: job.count, code: 0, detail: 0 });
    arena.points.reach('closed');
  });
}
