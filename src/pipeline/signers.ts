// Slots that have nothing to execute find out who has signed the transactions to come, where that was left to the slots.
//
// Correct because who signed does not depend on the state, and an attempt that comes in between does the same work and writes
// the same (assembly/signers.ts).
import { CTL_SIGNERS, LINE_SENDERS_MS, SENDER_KNOWN, STEP_READY, TX_SENDER_PENDING } from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { addTime, frontier, type Words } from './control.ts';
import { type Job, txOf } from './job.ts';
import { controlOf, stateOf } from './steps.ts';

const NEXT = CTL_SIGNERS >>> 2;

/** The frontier's step is about to be executed, and so may the one behind it be before its signers are known. */
const LEAD = 2;

const isPending = (words: Words, job: Job, step: number): boolean =>
  Atomics.load(words, (txOf(job, step) + TX_SENDER_PENDING) >>> 2) !== SENDER_KNOWN &&
  stateOf(controlOf(words, job, step)) === STEP_READY;

/** Takes the lowest step ahead of the frontier that nobody executes and whose signers are not known; 0: there is none. */
function takePending(words: Words, job: Job): number {
  for (;;) {
    const seen = Atomics.load(words, NEXT);
    let step = Math.max(seen, frontier(words) + LEAD);
    while (step <= job.count && !isPending(words, job, step)) step++;
    if (seen > job.count) return 0;
    if (Atomics.compareExchange(words, NEXT, seen, step + 1) === seen) return step <= job.count ? step : 0;
  }
}

/** Finds out who has signed one transaction that waits. True if there was one. */
export function recoverAhead(arena: Arena, job: Job): boolean {
  const step = takePending(arena.views.words, job);
  if (step === 0) return false;
  const started = performance.now();
  arena.core.recoverSigners(arena.ctx, txOf(job, step));
  addTime(arena.views, arena.slot, LINE_SENDERS_MS, performance.now() - started);
  return true;
}
