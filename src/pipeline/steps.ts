// The control word of a step: attempt, slot and state in one word, so that one compare-and-swap claims a step and one
// store publishes an attempt or takes it back.
//
//           claim                   publish
//   READY(a) ──▶ RUN(a, slot) ──▶ DONE(a) ──▶ confirmed (the frontier passes it)
//      ▲             │              │
//      └─────────────┴──────────────┘  ends without a result, or is superseded by the holder of the token: a + 1
//
//   In its turn a step is published as FINAL: it ran on confirmed state alone. Stamps (step, attempt) are never used twice.
import {
  CTL_RETURNED,
  OUT_AFTER,
  OUT_CONTROL,
  STEP_ATTEMPT_SHIFT,
  STEP_READY,
  STEP_RUN,
  STEP_SLOT,
  STEP_SLOT_SHIFT,
  STEP_STATE,
} from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import type { Words } from './control.ts';
import { type Job, outcomeOf } from './job.ts';

const RETURNED = CTL_RETURNED >>> 2;

const wordOf = (job: Job, step: number): number => (outcomeOf(job, step) + OUT_CONTROL) >>> 2;
const afterOf = (job: Job, step: number): number => (outcomeOf(job, step) + OUT_AFTER) >>> 2;

export const controlOf = (words: Words, job: Job, step: number): number => Atomics.load(words, wordOf(job, step));
export const stateOf = (control: number): number => control & STEP_STATE;
/** Attempts before the one that the word speaks of. */
export const attemptOf = (control: number): number => control >>> STEP_ATTEMPT_SHIFT;

const controlWord = (attempt: number, slot: number, state: number): number =>
  (attempt << STEP_ATTEMPT_SHIFT) | (slot << STEP_SLOT_SHIFT) | state;

/** Claims a ready step for the slot. False: somebody else was faster. */
export function claimStep(words: Words, job: Job, step: number, ready: number, slot: number): boolean {
  const word = wordOf(job, step);
  const running = controlWord(attemptOf(ready), slot, STEP_RUN);
  if (Atomics.compareExchange(words, word, ready, running) !== ready) return false;
  if (attemptOf(ready) !== 0) Atomics.sub(words, RETURNED, 1);
  return true;
}

/** Publishes the attempt that this slot runs, as DONE or FINAL: everything that it leaves is complete. */
export function publish(
  { views: { words }, points }: Pick<Arena, 'views' | 'points'>,
  job: Job,
  step: number,
  state: number,
): void {
  const word = wordOf(job, step);
  points.reach('executed');
  Atomics.store(words, word, ((words[word] as number) & ~STEP_STATE) | state);
  points.reach('published');
}

/** Gives a step back that this slot runs and has no result for; it waits until `after` is confirmed (0: for nothing). */
export function returnStep(words: Words, job: Job, step: number, after: number): void {
  const word = wordOf(job, step);
  words[afterOf(job, step)] = after;
  Atomics.add(words, RETURNED, 1);
  Atomics.store(words, word, controlWord(attemptOf(words[word] as number) + 1, 0, STEP_READY));
}

/** Takes a published result back: the step is ready again. By the holder of the token. */
export function supersedeStep(words: Words, job: Job, step: number): void {
  returnStep(words, job, step, 0);
}

/** Takes a published result back and begins the next attempt in the same breath. By the holder of the token. */
export function restartStep(words: Words, job: Job, step: number, slot: number): void {
  const word = wordOf(job, step);
  Atomics.store(words, word, controlWord(attemptOf(words[word] as number) + 1, slot, STEP_RUN));
}

/** Gives back what a dead slot runs: READY, with the next attempt. By the caller; returns the steps. */
export function returnStepsOf(words: Words, job: Job, dead: number): number[] {
  const steps: number[] = [];
  for (let step = 1; step <= job.count; step++) {
    const control = controlOf(words, job, step);
    if (stateOf(control) !== STEP_RUN || ((control >>> STEP_SLOT_SHIFT) & STEP_SLOT) !== dead) continue;
    returnStep(words, job, step, 0);
    steps.push(step);
  }
  return steps;
}

/** Steps that were given back and are not claimed again. */
export const returnedSteps = (words: Words): number => Atomics.load(words, RETURNED);

/** The step that must be confirmed before this one is worth an attempt; 0 = none. */
export const blockerOf = (words: Words, job: Job, step: number): number => words[afterOf(job, step)] as number;
