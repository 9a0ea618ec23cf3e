// What a slot that died leaves behind in a job, put right by the caller's thread, so that the others go on without it. Only
// when nothing of the slot runs any more: nothing here could be right for one that is merely slow.
//
//   steps in RUN → READY, next attempt · its list → the others' · its part in a check → does not hold
//   → the check that it had opened is closed, the token is free → the bell rings for whoever slept through it
//
// What else it leaves does no harm: versions of an attempt that will never be the current one, entries of absent accounts,
// counts of sleepers and of returned steps that are too high. Its results that are published stay: they are complete, and
// its arena is used again only after the job.
//
// A part of a witness that the slot was at stays undone, and the caller does it when the job has ended.
//
// Where one slot executes everything, or all are dead that executed calls, a newcomer goes on from the frontier: nothing that
// is still of use lies in the arena that it lays out anew. Only in two cases a job cannot go on and ends with SLOT_DIED, the
// state as before: all slots are dead that ran ahead; or the holder of the token died while a step's changes were becoming
// the confirmed state, and nobody can tell which of them did.
import {
  JOB_CALLS,
  LINE_GROUP,
  LINE_HASHING,
  LINE_HELPING,
  LINE_INSIDE,
  OUT_PLAN_SLOT,
  POLICY_ALONE,
  POLICY_STATIC,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import { closeCheck, dropHelper } from './check.ts';
import {
  currentJob,
  frontier,
  hasPolicy,
  isClosed,
  isLoading,
  isPublishing,
  lineWord,
  releaseToken,
  ring,
  tokenHolder,
  type Words,
} from './control.ts';
import { type Job, outcomeOf, readJob } from './job.ts';
import { returnStepsOf } from './steps.ts';

/** Deals what is left of the dead slot's list to the others, who find it at the frontier. */
function bequeath(words: Words, job: Job, dead: number, heirs: readonly number[]): void {
  for (let step = Math.max(frontier(words), 1); step <= job.count; step++) {
    const word = (outcomeOf(job, step) + OUT_PLAN_SLOT) >>> 2;
    if (words[word] === dead) Atomics.store(words, word, heirs[step % heirs.length] as number);
  }
}

/** How a job goes on without a slot. */
export interface Recovery {
  /** The steps that the slot was at. */
  steps: number[];
  /** Another slot has to be started for it. */
  needsNewcomer: boolean;
}

/**
 * Puts right what slot `dead` has left in the job of the moment, for those of `heirs` to go on.
 * @returns undefined: the job cannot go on
 */
export function recoverJob(views: Views, dead: number, heirs: readonly number[]): Recovery | undefined {
  const { words } = views;
  if (isLoading(words)) return { steps: [], needsNewcomer: !isClosed(words) && heirs.length === 0 };
  const job = readJob(views, currentJob(words));
  const isHolder = tokenHolder(words) === dead;
  const isOpen = !isClosed(words);
  const isBlock = job.command !== JOB_CALLS;
  const isAlone = isBlock && hasPolicy(words, POLICY_ALONE);
  if (isOpen && isBlock && ((isHolder && isPublishing(words)) || (heirs.length === 0 && !isAlone))) return undefined;
  const steps = isBlock ? returnStepsOf(words, job, dead) : [];
  if (isAlone && isHolder) steps.push(frontier(words)); // not claimed: nobody else could take it
  if (isBlock && heirs.length > 0 && hasPolicy(words, POLICY_STATIC)) bequeath(words, job, dead, heirs);
  for (const field of [LINE_GROUP, LINE_HASHING]) Atomics.store(words, lineWord(dead, field), 0);
  dropHelper(words, dead);
  if (isHolder) {
    closeCheck(words);
    releaseToken(words);
  }
  ring(words);
  // Slots that could not have the token of a job for one have left it.
  return { steps, needsNewcomer: isOpen && (heirs.length === 0 || (isAlone && isHolder)) };
}

/** What a slot tells the others of itself, as of one that has just been started. By the caller, before it is. */
export function clearLine(words: Words, slot: number): void {
  for (const field of [LINE_GROUP, LINE_INSIDE, LINE_HELPING, LINE_HASHING])
    Atomics.store(words, lineWord(slot, field), 0);
}
