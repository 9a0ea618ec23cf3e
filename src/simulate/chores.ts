// What a slot does that finds no step to execute: hash receipts (pipeline/leaves.ts), detect in advance
// (pipeline/advance.ts).
import { CTL_CAP, CTL_NEXT, LEAF_CHUNK, STAT_DETECTED_IN_ADVANCE, STEP_DONE } from '../../assembly/layout.ts';
import { REACH } from '../pipeline/advance.ts';
import { count, frontier, releaseToken, takeToken } from '../pipeline/control.ts';
import { findHeavy, nextChunk, takeChunk } from '../pipeline/leaves.ts';
import { canConfirm } from '../pipeline/merger.ts';
import { attemptOf, controlOf, stateOf, supersedeStep } from '../pipeline/steps.ts';
import type { Doing } from './clock.ts';
import { receiptUs } from './costs.ts';
import type { Task } from './model.ts';
import { type Site, taskOf } from './site.ts';

/** Hashes some confirmed receipts. False: none were left. */
export function* hashChunk({ words, job, tasks, costs }: Site): Doing<boolean> {
  const chunk = takeChunk(words, job);
  if (chunk < 0) return false;
  const first = chunk * LEAF_CHUNK + 1;
  const own = tasks.slice(first, first + LEAF_CHUNK) as Task[];
  yield own.reduce((us, task) => us + receiptUs(task, costs), 0);
  return true;
}

/** Hashes a heavy chunk that is confirmed, with those before it, if there is one from `from` on. Returns where to look next. */
export function* hashHeavy(site: Site, from: number): Doing<number> {
  const { words, job } = site;
  const chunk = findHeavy(words, job, from);
  if (chunk < 0) return ~chunk;
  while (nextChunk(words) <= chunk && (yield* hashChunk(site)));
  return chunk + 1;
}

/** Takes results back that will not hold. False: there is nothing to do, nor to confirm. */
export function* detectInAdvance(site: Site, slot: number): Doing<boolean> {
  const { words, job, costs, attempts, clock, place } = site;
  if (!takeToken(words, slot)) return false;
  const first = frontier(words) + 1;
  const end = Math.min(first + REACH, job.count + 1, Atomics.load(words, CTL_NEXT >>> 2));
  const cap = words[CTL_CAP >>> 2] as number;
  let found = false;
  yield costs.token;
  for (let step = Math.max(first, 1); step < end; step++) {
    const control = controlOf(words, job, step);
    if (stateOf(control) !== STEP_DONE || attemptOf(control) + 1 >= cap) continue;
    yield costs.confirmKey * taskOf(site, step).keys;
    if (!attempts.isStale(step)) continue;
    supersedeStep(words, job, step);
    count(words, STAT_DETECTED_IN_ADVANCE);
    found = true;
  }
  releaseToken(words);
  if (found) yield* clock.ring();
  return found || canConfirm(place, job);
}
