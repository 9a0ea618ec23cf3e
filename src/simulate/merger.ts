// Confirming steps in block order, as in pipeline/merger.ts.
import {
  CONFIRM_MISMATCH,
  CONFIRM_OK,
  CTL_RECENT_STEPS,
  STEP_DONE,
  STEP_FINAL,
  STEP_READY,
  VERDICT_DONE,
} from '../../assembly/layout.ts';
import { inTurnUntil } from '../pipeline/claims.ts';
import {
  advanceFrontier,
  callOnAttempts,
  closeJob,
  countRedo,
  frontier,
  isClosed,
  releaseToken,
  takeOrWantToken,
  takeToken,
  wasTokenWanted,
} from '../pipeline/control.ts';
import { chunksLeft } from '../pipeline/leaves.ts';
import { canConfirm, hasNews, wasMissed } from '../pipeline/merger.ts';
import { noteConfirmed, noteRedo } from '../pipeline/retreat.ts';
import { claimStep, controlOf, publish, restartStep, stateOf } from '../pipeline/steps.ts';
import { hashChunk } from './chores.ts';
import type { Doing } from './clock.ts';
import { executeInTurn } from './execution.ts';
import { type Site, taskOf } from './site.ts';

const confirmCost = (site: Site, step: number): number =>
  site.costs.confirm + site.costs.confirmKey * taskOf(site, step).keys;

function* executeHere(site: Site, step: number): Doing<void> {
  yield* executeInTurn(site, step);
  yield confirmCost(site, step);
}

function pass({ words, job }: Site, step: number): void {
  advanceFrontier(words, step + 1);
  if (wasMissed(words, job, step)) callOnAttempts(words);
}

/** Confirms the results that are there from `step` on, as the kernel does (assembly/confirm.ts). */
function* confirmResults(site: Site, from: number): Doing<{ step: number; result: number }> {
  const { words, job, attempts } = site;
  let step = from;
  for (; step <= job.count; step++) {
    const state = stateOf(controlOf(words, job, step));
    if (state !== STEP_DONE && state !== STEP_FINAL) break;
    yield confirmCost(site, step);
    if (state === STEP_DONE && !attempts.holds(step)) return { step, result: CONFIRM_MISMATCH };
    const recent = CTL_RECENT_STEPS >>> 2;
    if (state === STEP_DONE) words[recent] = (words[recent] as number) + 1;
    pass(site, step);
  }
  return { step, result: CONFIRM_OK };
}

/** Takes a result back. @returns the step that this slot executes again when it has released the token, 0 = it is done */
function* redo(site: Site, step: number, slot: number): Doing<number> {
  const { words, job } = site;
  countRedo(words);
  noteRedo(words, step);
  restartStep(words, job, step, slot);
  if (step >= inTurnUntil(words)) return step;
  yield* executeHere(site, step);
  return 0;
}

/** What follows the transactions; the other slots hash receipts meanwhile. */
function* after(site: Site): Doing<void> {
  const { words, job, clock, costs } = site;
  if (chunksLeft(words, job) > 1) yield* clock.ring();
  yield costs.block / 2;
  while (yield* hashChunk(site));
  closeJob(words, { kind: VERDICT_DONE, step: job.count + 1, code: 0, detail: 0 });
}

/** Takes the step at the frontier further. @returns false if that cannot be now */
function* advance(site: Site, step: number, slot: number): Doing<boolean> {
  const { words, job, costs } = site;
  if (step === 0) {
    yield costs.block / 2;
    return true;
  }
  if (step > job.count) {
    yield* after(site);
    return true;
  }
  const control = controlOf(words, job, step);
  const isOurs =
    stateOf(control) === STEP_READY && step < inTurnUntil(words) && claimStep(words, job, step, control, slot);
  if (isOurs) yield* executeHere(site, step);
  return isOurs;
}

/** Confirms steps until one is missing or the job ends. @returns the step that this slot has to redo, 0 = none */
function* confirmRun(site: Site, slot: number): Doing<number> {
  const { words, job } = site;
  for (let step = frontier(words); !isClosed(words); step++) {
    if (step > 0 && step <= job.count) {
      const stopped = yield* confirmResults(site, step);
      step = stopped.step;
      noteConfirmed(words, step);
      if (stopped.result === CONFIRM_MISMATCH) {
        const again = yield* redo(site, step, slot);
        if (again !== 0) return again;
        pass(site, step);
        continue;
      }
    }
    if (!(yield* advance(site, step, slot))) return 0;
    if (!isClosed(words)) pass(site, step);
  }
  return 0;
}

/** Confirms what can be confirmed now, unless another slot is at it; `looksAgain`: until nothing is left. */
export function* confirmReady(site: Site, slot: number, looksAgain: boolean): Doing<void> {
  const { words, job, place, costs, clock } = site;
  while (!isClosed(words) && canConfirm(place, job)) {
    if (!(looksAgain ? takeOrWantToken(words, slot) : takeToken(words, slot))) return;
    const from = frontier(words);
    yield costs.token;
    const step = yield* confirmRun(site, slot);
    releaseToken(words);
    if (hasNews(words, job, from)) yield* clock.ring();
    if (step !== 0) {
      yield* executeInTurn(site, step);
      publish(place, job, step, STEP_FINAL);
    } else if (!looksAgain && !wasTokenWanted(words)) return;
  }
}
