// A slot's loop and the merger, as in pipeline/work.ts and pipeline/merger.ts, with costs in the place of kernels. Which
// step is claimed, taken back, reserved or retreated from, whom the bell wakes and who may confirm is decided by the
// pipeline's own functions on the same control words.
import {
  CONFIRM_MISMATCH,
  CONFIRM_OK,
  CTL_ABORT,
  CTL_CAP,
  CTL_NEXT,
  CTL_RECENT_STEPS,
  LEAF_CHUNK,
  STAT_ABORTS,
  STAT_DEPENDENCIES,
  STAT_DETECTED_IN_ADVANCE,
  STEP_DONE,
  STEP_FINAL,
  STEP_READY,
  VERDICT_DONE,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import { REACH } from '../pipeline/advance.ts';
import { claim, claimReserved, inTurnUntil, markRunning, newBatch, noteGas, reserve } from '../pipeline/claims.ts';
import {
  advanceFrontier,
  bellOf,
  callOnAttempts,
  closeJob,
  count,
  countRedo,
  frontier,
  isClosed,
  releaseToken,
  takeOrWantToken,
  takeToken,
  type Words,
  wasTokenWanted,
} from '../pipeline/control.ts';
import type { Job } from '../pipeline/job.ts';
import { chunksLeft, takeChunk } from '../pipeline/leaves.ts';
import { canConfirm, hasNews, wasMissed } from '../pipeline/merger.ts';
import { NO_POINTS } from '../pipeline/points.ts';
import { noteConfirmed, noteRedo } from '../pipeline/retreat.ts';
import {
  attemptOf,
  claimStep,
  controlOf,
  publish,
  restartStep,
  returnStep,
  stateOf,
  supersedeStep,
} from '../pipeline/steps.ts';
import { Attempts, SUPERSEDED } from './attempts.ts';
import type { Activity, Clock, Doing } from './clock.ts';
import { receiptUs, type SimulationCosts } from './costs.ts';
import type { Task } from './model.ts';

/** How long a running attempt goes at most without asking whether it may end. */
const POLL_US = 20;

export class SimulatedSlots {
  readonly #words: Words;
  readonly #place: { views: Views; points: typeof NO_POINTS };
  readonly #job: Job;
  readonly #tasks: readonly (Task | undefined)[];
  readonly #costs: SimulationCosts;
  readonly #clock: Clock;
  readonly #attempts: Attempts;
  /** Executions of transactions. */
  attempted = 0;

  constructor(views: Views, job: Job, tasks: readonly (Task | undefined)[], costs: SimulationCosts, clock: Clock) {
    this.#place = { views, points: NO_POINTS };
    this.#words = views.words;
    this.#job = job;
    this.#tasks = tasks;
    this.#costs = costs;
    this.#clock = clock;
    this.#attempts = new Attempts(this.#words, job);
  }

  #task(step: number): Task {
    return this.#tasks[step] as Task;
  }

  // ── Executing ──────────────────────────────────────────────────────────────────────────────────────────────────────

  *#inTurn(step: number): Doing<void> {
    this.attempted++;
    yield this.#task(step).us * this.#costs.contention;
  }

  /** True if the running attempt is called on and may end: what it has seen is overtaken. */
  #isDoomed(seenCalls: number, needs: Task['needs'], seen: readonly number[]): boolean {
    return this.#calls() !== seenCalls && this.#attempts.isOvertaken({ needs, seen });
  }

  #calls(): number {
    return Atomics.load(this.#words, CTL_ABORT >>> 2);
  }

  /** Goes on to `until` microseconds of an attempt, asking on the way; false if it ended as doomed. */
  *#goOn(from: number, until: number, needs: Task['needs'], seen: readonly number[]): Doing<boolean> {
    let calls = this.#calls();
    for (let at = from; at < until; ) {
      const next = Math.min(until, at + POLL_US);
      yield next - at;
      at = next;
      if (this.#isDoomed(calls, needs, seen)) return false;
      calls = this.#calls();
    }
    return true;
  }

  /** Executes a step ahead of its turn. @returns the step that it has to wait for, 0 = it has a result */
  *#ahead(step: number): Doing<number> {
    this.attempted++;
    const { us, needs, writes } = this.#task(step);
    const { contention, attempt, write } = this.#costs;
    const total = us * contention;
    const seen: number[] = [];
    let at = 0;
    let isVoid = false;
    for (const need of needs) {
      const until = Math.max(at, need.at * total);
      isVoid = !(yield* this.#goOn(at, until, needs, seen));
      at = until;
      if (isVoid) break;
      const found = this.#attempts.look(need.step);
      if (found === SUPERSEDED) {
        count(this.#words, STAT_DEPENDENCIES);
        return need.step;
      }
      seen.push(found);
    }
    if (!isVoid) isVoid = !(yield* this.#goOn(at, total, needs, seen));
    if (isVoid) count(this.#words, STAT_ABORTS);
    else yield attempt + write * writes;
    this.#attempts.note(step, { isVoid, needs, seen });
    return 0;
  }

  *#perform(step: number, slot: number): Doing<void> {
    const words = this.#words;
    const job = this.#job;
    markRunning(words, job, step, slot);
    if (step === frontier(words)) {
      yield* this.#inTurn(step);
      publish(this.#place, job, step, STEP_FINAL);
    } else {
      const blocker = yield* this.#ahead(step);
      if (blocker === 0) publish(this.#place, job, step, STEP_DONE);
      else returnStep(words, job, step, blocker);
    }
    markRunning(words, job, 0, slot);
  }

  // ── Confirming ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #confirmCost(step: number): number {
    return this.#costs.confirm + this.#costs.confirmKey * this.#task(step).keys;
  }

  *#executeHere(step: number): Doing<void> {
    yield* this.#inTurn(step);
    yield this.#confirmCost(step);
  }

  /** Confirms the results that are there from `step` on, as the kernel does (assembly/confirm.ts). */
  *#confirmResults(from: number): Doing<{ step: number; result: number }> {
    const words = this.#words;
    const job = this.#job;
    let step = from;
    for (; step <= job.count; step++) {
      const state = stateOf(controlOf(words, job, step));
      if (state !== STEP_DONE && state !== STEP_FINAL) break;
      yield this.#confirmCost(step);
      if (state === STEP_DONE && !this.#attempts.holds(step)) return { step, result: CONFIRM_MISMATCH };
      const recent = CTL_RECENT_STEPS >>> 2;
      if (state === STEP_DONE) words[recent] = (words[recent] as number) + 1;
      this.#pass(step);
    }
    return { step, result: CONFIRM_OK };
  }

  #pass(step: number): void {
    advanceFrontier(this.#words, step + 1);
    if (wasMissed(this.#words, this.#job, step)) callOnAttempts(this.#words);
  }

  /** Takes a result back. @returns the step that this slot executes again when it has released the token, 0 = it is done */
  *#redo(step: number, slot: number): Doing<number> {
    const words = this.#words;
    countRedo(words);
    noteRedo(words, step);
    restartStep(words, this.#job, step, slot);
    if (step >= inTurnUntil(words)) return step;
    yield* this.#executeHere(step);
    return 0;
  }

  /** What follows the transactions; the other slots hash receipts meanwhile. */
  *#after(): Doing<void> {
    if (chunksLeft(this.#words, this.#job) > 1) yield* this.#clock.ring();
    yield this.#costs.block / 2;
    while (yield* this.#hashChunk());
    closeJob(this.#words, { kind: VERDICT_DONE, step: this.#job.count + 1, code: 0, detail: 0 });
  }

  /** Takes the step at the frontier further. @returns false if that cannot be now */
  *#advance(step: number, slot: number): Doing<boolean> {
    const words = this.#words;
    const job = this.#job;
    if (step === 0) {
      yield this.#costs.block / 2;
      return true;
    }
    if (step > job.count) {
      yield* this.#after();
      return true;
    }
    const control = controlOf(words, job, step);
    const isOurs =
      stateOf(control) === STEP_READY && step < inTurnUntil(words) && claimStep(words, job, step, control, slot);
    if (isOurs) yield* this.#executeHere(step);
    return isOurs;
  }

  *#confirmRun(slot: number): Doing<number> {
    const words = this.#words;
    const job = this.#job;
    for (let step = frontier(words); !isClosed(words); step++) {
      if (step > 0 && step <= job.count) {
        const stopped = yield* this.#confirmResults(step);
        step = stopped.step;
        noteConfirmed(words, step);
        if (stopped.result === CONFIRM_MISMATCH) {
          const again = yield* this.#redo(step, slot);
          if (again !== 0) return again;
          this.#pass(step);
          continue;
        }
      }
      if (!(yield* this.#advance(step, slot))) return 0;
      if (!isClosed(words)) this.#pass(step);
    }
    return 0;
  }

  *#confirmReady(slot: number, looksAgain: boolean): Doing<void> {
    const words = this.#words;
    const job = this.#job;
    while (!isClosed(words) && canConfirm(this.#place, job)) {
      if (!(looksAgain ? takeOrWantToken(words, slot) : takeToken(words, slot))) return;
      const from = frontier(words);
      yield this.#costs.token;
      const step = yield* this.#confirmRun(slot);
      releaseToken(words);
      if (hasNews(words, job, from)) yield* this.#clock.ring();
      if (step !== 0) {
        yield* this.#inTurn(step);
        publish(this.#place, job, step, STEP_FINAL);
      } else if (!looksAgain && !wasTokenWanted(words)) return;
    }
  }

  // ── Chores ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  *#hashChunk(): Doing<boolean> {
    const chunk = takeChunk(this.#words, this.#job);
    if (chunk < 0) return false;
    const first = chunk * LEAF_CHUNK + 1;
    const tasks = this.#tasks.slice(first, first + LEAF_CHUNK) as Task[];
    yield tasks.reduce((us, task) => us + receiptUs(task, this.#costs), 0);
    return true;
  }

  *#detectInAdvance(slot: number): Doing<boolean> {
    const words = this.#words;
    const job = this.#job;
    if (!takeToken(words, slot)) return false;
    const first = frontier(words) + 1;
    const end = Math.min(first + REACH, job.count + 1, Atomics.load(words, CTL_NEXT >>> 2));
    const cap = words[CTL_CAP >>> 2] as number;
    let found = false;
    yield this.#costs.token;
    for (let step = Math.max(first, 1); step < end; step++) {
      const control = controlOf(words, job, step);
      if (stateOf(control) !== STEP_DONE || attemptOf(control) + 1 >= cap) continue;
      yield this.#costs.confirmKey * this.#task(step).keys;
      if (!this.#attempts.isStale(step)) continue;
      supersedeStep(words, job, step);
      count(words, STAT_DETECTED_IN_ADVANCE);
      found = true;
    }
    releaseToken(words);
    if (found) yield* this.#clock.ring();
    return found || canConfirm(this.#place, job);
  }

  // ── A slot ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  *runAhead(slot: number): Activity {
    const words = this.#words;
    const job = this.#job;
    const batch = newBatch();
    let isIdle = false;
    while (true) {
      const noted = bellOf(words);
      yield* this.#confirmReady(slot, isIdle);
      if (isClosed(words)) return;
      let step = claim(words, job, slot);
      if (step !== 0) {
        isIdle = false;
        reserve(words, job, step, batch);
        for (; step !== 0; step = claimReserved(words, job, batch, slot)) {
          yield this.#costs.claim;
          yield* this.#perform(step, slot);
          noteGas(words, job, step, batch);
        }
      } else if (!isIdle) isIdle = true;
      else if (!(yield* this.#detectInAdvance(slot)) && !(yield* this.#hashChunk())) yield { noted };
    }
  }
}
