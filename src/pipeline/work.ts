// The life of a slot: wait for a job, work on it, leave it. A slot in here never reaches its event loop; it comes out
// when it is told to stop.
import { JOB_CALLS } from '../../assembly/layout.ts';
import { type Arena, executeAhead } from './attempts.ts';
import { workOnCalls } from './calls.ts';
import { awaitJob, claimStep, currentJob, frontier, isClosed, isStop, joinJob, leaveJob } from './control.ts';
import { type Job, publishOutcome, readJob } from './job.ts';
import { confirmAll, confirmReady } from './merger.ts';

/** Runs ahead of the frontier: claims one transaction at a time, tries to confirm after each. */
function runAhead(arena: Arena, job: Job, slot: number): void {
  const { words } = arena.views;
  let newest = 0;
  confirmReady(arena, job, slot);
  while (!isClosed(words)) {
    const step = claimStep(words);
    if (step > job.count) break;
    if (newest < frontier(words)) arena.core.resetAhead(arena.ctx);
    executeAhead(arena, job, step);
    newest = step;
    publishOutcome(arena.views, job, step);
    confirmReady(arena, job, slot);
  }
  confirmReady(arena, job, slot);
}

/** Works on the posted job, if it is still open. */
export function workOn(arena: Arena, slot: number, alone: boolean): void {
  const { words } = arena.views;
  const number = joinJob(words);
  if (number < 0) return;
  const job = readJob(arena.views, number);
  arena.attach(job);
  if (job.command === JOB_CALLS) workOnCalls(arena, job, slot);
  else if (alone) confirmAll(arena, job, slot);
  else runAhead(arena, job, slot);
  leaveJob(words, number);
}

/** Works until the stop command comes. */
export function workUntilStopped(arena: Arena, slot: number, alone: boolean): void {
  const { words } = arena.views;
  let last = 0;
  for (;;) {
    awaitJob(words, last);
    last = currentJob(words);
    if (isStop(words)) return;
    workOn(arena, slot, alone);
  }
}
