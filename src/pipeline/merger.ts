// The merger: confirms steps in block order. It is a role, not a thread: whoever takes the token confirms the whole run
// of outcomes that are there and gives the token back.
//
// Correct because there is one holder; because the frontier passes a step only after its reads were compared with all
// confirmed writes below it; because only the holder takes a published result back; and because the holder looks again
// after releasing, so no last outcome stays behind.
import {
  BLOCK_STATE_ROOT_US,
  CONFIRM_FULL,
  CONFIRM_INVALID,
  CONFIRM_MISMATCH,
  CONFIRM_OK,
  CTL_FELL_BACK,
  CTL_IN_TURN_UNTIL,
  FLAG_BEACON_ROOT,
  FLAG_BLOCK_HASHES,
  FLAG_REQUESTS,
  LINE_RECEIPTS_MS,
  OUT_DETAIL,
  OUT_INVALID,
  OUT_STATUS,
  POLICY_ALONE,
  POLICY_IN_ADVANCE,
  POLICY_RECORD,
  POLICY_SHADOW,
  POLICY_STREAMING,
  SPAN_CONFIRM,
  SPAN_EXECUTE,
  SPAN_FINISH,
  SPAN_REDO,
  STAT_FALLBACKS,
  STAT_SHADOW_REDOS,
  STATE_FULL,
  STATUS_ABORTED,
  STATUS_INVALID,
  STATUS_STATE_FULL,
  STATUS_STOP,
  STEP_DONE,
  STEP_FINAL,
  STEP_READY,
  SYSTEM_BEACON_ROOT,
  SYSTEM_BLOCK_HASH,
  SYSTEM_CONSOLIDATIONS,
  SYSTEM_WITHDRAWALS,
  VERDICT_DONE,
  VERDICT_FAULT,
  VERDICT_INVALID,
} from '../../assembly/layout.ts';
import { type Arena, executeInTurn, executeRecorded, executeSystemCall } from './attempts.ts';
import { noteCause } from './causes.ts';
import { slotsHoldInParts } from './check.ts';
import { inTurnUntil } from './claims.ts';
import {
  abortJob,
  addTime,
  advanceFrontier,
  beginPublishing,
  callOnAttempts,
  closeJob,
  count,
  countRedo,
  frontier,
  hasPolicy,
  isAborted,
  isClosed,
  nothingPublished,
  releaseToken,
  ring,
  takeOrWantToken,
  takeToken,
  type Verdict,
  type Words,
  wasTokenWanted,
} from './control.ts';
import { type Job, outcomeOf, systemOutcome, txOf } from './job.ts';
import { chunksLeft, hashRest } from './leaves.ts';
import { noteConfirmed, noteRedo } from './retreat.ts';
import { rootInParts } from './root-parts.ts';
import {
  attemptOf,
  claimStep,
  controlOf,
  publish,
  restartStep,
  returnedSteps,
  stateOf,
  supersedeStep,
} from './steps.ts';
import { hashBaseTree, hashChangedTree } from './tree-parts.ts';

/** A fault of this library rather than of the block. */
export const FAULT_INCONSISTENT = 255;

/** undefined: go on. */
type Ending = Verdict | undefined;

/** The step has no result that could be confirmed now. */
const WAIT = Symbol('wait');
/** This slot has the step in its hands and executes it in turn as soon as it has released the token. */
const REDO = Symbol('redo');

type Advance = Ending | typeof WAIT | typeof REDO;

const fault = (step: number, code: number, detail = 0): Verdict => ({ kind: VERDICT_FAULT, step, code, detail });
const invalid = (step: number, code: number): Verdict => ({ kind: VERDICT_INVALID, step, code, detail: 0 });

/** What an attempt in turn that did not end means for the block. */
function endingOf(arena: Arena, step: number, out: number, status: number): Ending {
  if (status === STATUS_STOP) return undefined;
  const { views } = arena;
  if (status === STATUS_INVALID) return invalid(step, views.u32(out + OUT_INVALID));
  return fault(step, status, views.u32(out + OUT_DETAIL));
}

/** Why confirming could not go on. */
const fullStatus = ({ views }: Arena, job: Job): number =>
  Math.max(views.u32(job.state + STATE_FULL), STATUS_STATE_FULL);

function systemCall(arena: Arena, job: Job, step: number, kind: number, request: number): Ending {
  const out = systemOutcome(job);
  const ending = endingOf(arena, step, out, executeSystemCall(arena, job, step, kind));
  if (ending) return ending;
  const confirmed = arena.core.confirmSystemCall(job.state, job.block, out, request);
  return confirmed === CONFIRM_OK ? undefined : fault(step, fullStatus(arena, job));
}

/** Step 0: the DAO fork, EIP-4788 and EIP-2935. */
function before(arena: Arena, job: Job): Ending {
  beginPublishing(arena.views.words, 0);
  arena.releaseOutgrown();
  arena.core.applyDrains(job.state, job.block);
  if (job.flags & FLAG_BEACON_ROOT) {
    const ending = systemCall(arena, job, 0, SYSTEM_BEACON_ROOT, -1);
    if (ending) return ending;
  }
  return job.flags & FLAG_BLOCK_HASHES ? systemCall(arena, job, 0, SYSTEM_BLOCK_HASH, -1) : undefined;
}

/** Works the state root out, if the state has a trie; false where that cannot be. */
function stateRoot(arena: Arena, job: Job): boolean {
  const { core, views } = arena;
  const started = performance.now();
  hashBaseTree(arena);
  let isDone = core.changeStateTrie(job.state, job.block) !== 0;
  const isAlone = hasPolicy(views.words, POLICY_ALONE);
  if (isDone && !isAlone) hashChangedTree(arena, job);
  isDone = isDone && ((!isAlone && rootInParts(arena, job)) || core.putStateRoot(job.state, job.block) !== 0);
  views.setU32(job.block + BLOCK_STATE_ROOT_US, (performance.now() - started) * 1000);
  return isDone;
}

/** The step behind the last transaction: withdrawals, requests, state diff, state root, receipts. */
function after(arena: Arena, job: Job): Verdict {
  const step = job.count + 1;
  const { core } = arena;
  const { words } = arena.views;
  if (chunksLeft(words, job) > 1) ring(words);
  beginPublishing(words, step);
  core.applyCredits(job.state, job.block);
  if (job.flags & FLAG_REQUESTS) {
    const ending =
      systemCall(arena, job, step, SYSTEM_WITHDRAWALS, 0) ?? systemCall(arena, job, step, SYSTEM_CONSOLIDATIONS, 1);
    if (ending) return ending;
  }
  if (core.encodeDiff(job.state, job.block) === 0) return fault(step, fullStatus(arena, job));
  if (!stateRoot(arena, job)) return fault(step, fullStatus(arena, job));
  const started = arena.spans.now();
  hashRest(arena, job);
  const since = performance.now();
  const fits = core.finishReceipts(job.state, job.block) !== 0;
  addTime(arena.views, arena.slot, LINE_RECEIPTS_MS, performance.now() - since);
  arena.spans.add(SPAN_FINISH, started, step);
  if (!fits) return fault(step, fullStatus(arena, job));
  return { kind: VERDICT_DONE, step, code: 0, detail: 0 };
}

function confirm(arena: Arena, job: Job, step: number, inTurn: boolean): number {
  const { core, points, views } = arena;
  const out = outcomeOf(job, step);
  const isVoid = views.u32(out + OUT_STATUS) >= STATUS_ABORTED;
  const known = inTurn || isVoid ? undefined : slotsHoldInParts(arena, job, out);
  if (known === false) return CONFIRM_MISMATCH;
  const [turn, checked] = [Number(inTurn), Number(known === true)];
  beginPublishing(views.words, step);
  points.reach('judging');
  const result = core.confirmTransaction(job.state, job.block, step, txOf(job, step), out, turn, checked);
  if (result === CONFIRM_MISMATCH) nothingPublished(views.words);
  points.reach('confirmed');
  return result;
}

/** What confirming a result that is final came to. */
function finalEnding(arena: Arena, job: Job, step: number, result: number): Ending {
  if (result === CONFIRM_OK) return undefined;
  if (result === CONFIRM_INVALID) return invalid(step, arena.views.u32(outcomeOf(job, step) + OUT_INVALID));
  return fault(step, result === CONFIRM_FULL ? fullStatus(arena, job) : FAULT_INCONSISTENT);
}

/** Executes the step now, under the token, and confirms it. */
function executeHere(arena: Arena, job: Job, step: number, slot: number): Ending {
  const out = outcomeOf(job, step);
  const started = arena.spans.now();
  const ending = endingOf(arena, step, out, executeInTurn(arena, job, step, slot, true));
  arena.spans.add(attemptOf(controlOf(arena.views.words, job, step)) === 0 ? SPAN_EXECUTE : SPAN_REDO, started, step);
  return ending ?? finalEnding(arena, job, step, confirm(arena, job, step, true));
}

/** Executes the step, confirms it, and keeps what it read and wrote. */
function record(arena: Arena, job: Job, step: number): Ending {
  const out = outcomeOf(job, step);
  const started = arena.spans.now();
  const ending = endingOf(arena, step, out, executeRecorded(arena, job, step));
  arena.spans.add(SPAN_EXECUTE, started, step);
  if (ending) return ending;
  const result = confirm(arena, job, step, true);
  if (result !== CONFIRM_OK) return finalEnding(arena, job, step, result);
  return arena.core.keepFootprint(job.state, job.block, out) !== 0 ? undefined : fault(step, STATUS_STATE_FULL);
}

/**
 * A result in turn that does not hold is a fault of this library. The rest of the block is executed in turn, on confirmed
 * state alone, and the fault is counted; a second one ends the job.
 */
function fallBack(arena: Arena, job: Job, step: number, slot: number): Ending {
  const { words } = arena.views;
  if (words[CTL_FELL_BACK >>> 2] !== 0) return fault(step, FAULT_INCONSISTENT);
  words[CTL_FELL_BACK >>> 2] = 1;
  count(words, STAT_FALLBACKS);
  Atomics.store(words, CTL_IN_TURN_UNTIL >>> 2, job.count + 1);
  restartStep(words, job, step, slot);
  return executeHere(arena, job, step, slot);
}

function confirmFinal(arena: Arena, job: Job, step: number, slot: number): Ending {
  const out = outcomeOf(job, step);
  const status = arena.views.u32(out + OUT_STATUS);
  if (status >= STATUS_ABORTED) return endingOf(arena, step, out, status);
  return inTurnEnding(arena, job, step, slot, confirm(arena, job, step, true));
}

/** What the judgement on a result in turn leads to. */
function inTurnEnding(arena: Arena, job: Job, step: number, slot: number, result: number): Ending {
  if (result === CONFIRM_MISMATCH) return fallBack(arena, job, step, slot);
  return finalEnding(arena, job, step, result);
}

/** Takes a result back that does not hold. With a shadow this slot redoes it at once, else whoever claims it. */
function redo(arena: Arena, job: Job, step: number, slot: number): Advance {
  const { words } = arena.views;
  countRedo(words);
  noteCause(arena, job, step, false);
  noteRedo(words, step);
  if (step < inTurnUntil(words)) {
    restartStep(words, job, step, slot);
    return executeHere(arena, job, step, slot);
  }
  if (!hasPolicy(words, POLICY_SHADOW)) {
    supersedeStep(words, job, step);
    return WAIT;
  }
  count(words, STAT_SHADOW_REDOS);
  restartStep(words, job, step, slot);
  return REDO;
}

/** What the judgement on a result that ran ahead leads to. */
function aheadEnding(arena: Arena, job: Job, step: number, slot: number, result: number): Advance {
  if (result === CONFIRM_MISMATCH) return redo(arena, job, step, slot);
  return finalEnding(arena, job, step, result);
}

/** Takes the step at the frontier as far as it can be taken now. */
function advance(arena: Arena, job: Job, step: number, slot: number): Advance {
  const { words } = arena.views;
  if (isAborted(words)) return fault(step, STATUS_ABORTED);
  if (step === 0) return before(arena, job);
  if (step > job.count) return after(arena, job);
  if (hasPolicy(words, POLICY_RECORD)) return record(arena, job, step);
  if (hasPolicy(words, POLICY_ALONE)) return executeHere(arena, job, step, slot);
  const control = controlOf(words, job, step);
  const state = stateOf(control);
  if (state === STEP_DONE) return aheadEnding(arena, job, step, slot, confirm(arena, job, step, false));
  if (state === STEP_FINAL) return confirmFinal(arena, job, step, slot);
  const isOurs = state === STEP_READY && step < inTurnUntil(words) && claimStep(words, job, step, control, slot);
  return isOurs ? executeHere(arena, job, step, slot) : WAIT;
}

/** True if attempts may have read past what the step wrote: it left no versions, or other ones before. */
export function wasMissed(words: Words, job: Job, step: number): boolean {
  if (!hasPolicy(words, POLICY_IN_ADVANCE) || hasPolicy(words, POLICY_ALONE)) return false;
  if (step === 0) return true;
  const control = controlOf(words, job, step);
  return stateOf(control) !== STEP_DONE || attemptOf(control) !== 0;
}

/** Confirms the results that are there from `step` on. Returns the step where that ends << 2 | what judging it came to. */
function confirmResults(arena: Arena, job: Job, step: number): number {
  const { words } = arena.views;
  if (step === 0 || step > job.count || hasPolicy(words, POLICY_ALONE) || arena.points.stepwise)
    return (step << 2) | CONFIRM_OK;
  const stopped = arena.core.confirmRun(job.state, job.block, step);
  noteConfirmed(words, stopped >>> 2);
  return stopped;
}

/** What the judgement on the step at the frontier leads to, which is not CONFIRM_OK. */
function judged(arena: Arena, job: Job, step: number, slot: number, result: number): Advance {
  const isInTurn = stateOf(controlOf(arena.views.words, job, step)) === STEP_FINAL;
  return isInTurn ? inTurnEnding(arena, job, step, slot, result) : aheadEnding(arena, job, step, slot, result);
}

/** Confirms steps until one is missing or the job ends; returns the step that this slot has to redo, 0 = none. */
function confirmRun(arena: Arena, job: Job, slot: number): number {
  const { words } = arena.views;
  for (let step = frontier(words); !isClosed(words); step++) {
    const stopped = confirmResults(arena, job, step);
    const result = stopped & 3;
    step = stopped >>> 2;
    const ending = result === CONFIRM_OK ? advance(arena, job, step, slot) : judged(arena, job, step, slot, result);
    if (ending === WAIT) return 0;
    if (ending === REDO) return step;
    if (ending) {
      arena.points.reach('closing');
      closeJob(words, ending);
      if (ending.kind !== VERDICT_DONE) abortJob(words); // what still runs is of no use
      arena.points.reach('closed');
    } else {
      advanceFrontier(words, step + 1);
      if (wasMissed(words, job, step)) callOnAttempts(words);
      arena.points.reach('advanced');
    }
  }
  return 0;
}

/** True if the holder of the token could take the frontier further. */
export function canConfirm(arena: Pick<Arena, 'views'>, job: Job): boolean {
  const { words } = arena.views;
  const step = frontier(words);
  if (step === 0 || step > job.count || isAborted(words)) return true;
  const state = stateOf(controlOf(words, job, step));
  return state >= STEP_DONE || (state === STEP_READY && step < inTurnUntil(words));
}

/** True if confirming from step `from` on has made work appear for slots that sleep. */
export function hasNews(words: Words, job: Job, from: number): boolean {
  if (isClosed(words) || returnedSteps(words) !== 0 || !hasPolicy(words, POLICY_STREAMING)) return true;
  const step = frontier(words);
  const until = inTurnUntil(words);
  if (from < until && step >= until) return true; // a stretch in turn is over: steps behind the frontier may be claimed
  return step > 0 && step <= job.count && stateOf(controlOf(words, job, step)) === STEP_READY;
}

/**
 * Confirms what can be confirmed now, unless another slot is at it, and redoes what this slot found to be stale. A slot with
 * nothing else to do looks again until nothing is left (`looksAgain`): nobody else may come. One that goes on to other work
 * comes back, with more results to confirm at once, and looks again only for a slot that has nothing else to do.
 */
export function confirmReady(arena: Arena, job: Job, slot: number, looksAgain: boolean): void {
  const { words } = arena.views;
  while (!isClosed(words) && canConfirm(arena, job)) {
    if (!(looksAgain ? takeOrWantToken(words, slot) : takeToken(words, slot))) return;
    arena.points.reach('token');
    const from = frontier(words);
    const started = arena.spans.now();
    const step = confirmRun(arena, job, slot);
    const last = isClosed(words) ? job.count + 1 : frontier(words) - 1;
    arena.spans.add(SPAN_CONFIRM, started, from, Math.max(from, last));
    releaseToken(words);
    arena.points.reach('released');
    if (hasNews(words, job, from)) ring(words);
    if (step !== 0) {
      arena.points.reach('redoing');
      const again = arena.spans.now();
      executeInTurn(arena, job, step, slot, false);
      publish(arena, job, step, STEP_FINAL);
      arena.spans.add(SPAN_REDO, again, step);
    } else if (!looksAgain && !wasTokenWanted(words)) return;
  }
}

/** One slot, no speculation: every step in its turn. */
export function confirmAll(arena: Arena, job: Job, slot: number): void {
  if (!takeToken(arena.views.words, slot)) return;
  arena.points.reach('token');
  const started = arena.spans.now();
  confirmRun(arena, job, slot);
  arena.spans.add(SPAN_CONFIRM, started, 0, job.count + 1);
  releaseToken(arena.views.words);
  arena.points.reach('released');
}
