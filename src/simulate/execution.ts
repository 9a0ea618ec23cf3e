// Executing a step, in turn or ahead of it, as in pipeline/attempts.ts: it takes its recorded time, and on the way sees of
// earlier steps what is there when it needs it.
import { CTL_ABORT, STAT_ABORTS, STAT_DEPENDENCIES, STEP_DONE, STEP_FINAL } from '../../assembly/layout.ts';
import { markRunning } from '../pipeline/claims.ts';
import { count, frontier } from '../pipeline/control.ts';
import { publish, returnStep } from '../pipeline/steps.ts';
import { SUPERSEDED } from './attempts.ts';
import type { Doing } from './clock.ts';
import type { Task } from './model.ts';
import { type Site, taskOf } from './site.ts';

/** How long a running attempt goes at most without asking whether it may end. */
const POLL_US = 20;

export function* executeInTurn(site: Site, step: number): Doing<void> {
  site.attempted++;
  yield taskOf(site, step).us * site.costs.contention;
}

/** How often running attempts were called on. */
const callsOn = ({ words }: Site): number => Atomics.load(words, CTL_ABORT >>> 2);

/** Goes on to `until` microseconds of an attempt, asking on the way; false if it ended, as what it has seen is overtaken. */
function* goOn(site: Site, from: number, until: number, needs: Task['needs'], seen: readonly number[]): Doing<boolean> {
  let calls = callsOn(site);
  for (let at = from; at < until; ) {
    const next = Math.min(until, at + POLL_US);
    yield next - at;
    at = next;
    if (callsOn(site) !== calls && site.attempts.isOvertaken({ needs, seen })) return false;
    calls = callsOn(site);
  }
  return true;
}

/** Executes a step ahead of its turn. @returns the step that it has to wait for, 0 = it has a result */
function* executeAhead(site: Site, step: number): Doing<number> {
  site.attempted++;
  const { words, attempts } = site;
  const { us, needs, writes } = taskOf(site, step);
  const { contention, attempt, write } = site.costs;
  const total = us * contention;
  const seen: number[] = [];
  let at = 0;
  let isVoid = false;
  for (const need of needs) {
    const until = Math.max(at, need.at * total);
    isVoid = !(yield* goOn(site, at, until, needs, seen));
    at = until;
    if (isVoid) break;
    const found = attempts.look(need.step);
    if (found === SUPERSEDED) {
      count(words, STAT_DEPENDENCIES);
      return need.step;
    }
    seen.push(found);
  }
  if (!isVoid) isVoid = !(yield* goOn(site, at, total, needs, seen));
  if (isVoid) count(words, STAT_ABORTS);
  else yield attempt + write * writes;
  attempts.note(step, { isVoid, needs, seen });
  return 0;
}

/** Executes a step that this slot has claimed, and publishes what came of it. */
export function* perform(site: Site, step: number, slot: number): Doing<void> {
  const { words, job, place } = site;
  markRunning(words, job, step, slot);
  if (step === frontier(words)) {
    yield* executeInTurn(site, step);
    publish(place, job, step, STEP_FINAL);
  } else {
    const blocker = yield* executeAhead(site, step);
    if (blocker === 0) publish(place, job, step, STEP_DONE);
    else returnStep(words, job, step, blocker);
  }
  markRunning(words, job, 0, slot);
}
