// Which step a slot executes next. The plan (OUT_GROUP, the slots' lists) lies in shared memory, written before the job.
//
//   1. the frontier's step, whatever the plan says: the frontier never waits for a busy slot's list
//   2. static dispatch: the slot's own list, in block order
//   3. dynamic dispatch: the small steps that the slot has reserved; the large steps of the block, the largest first (dispatch/groups.ts); then the lowest ready one,
//      first of those that no running step is likely to conflict with; a step of another slot's list is stolen
//
// Live because of 1, and because a step with `cap` attempts behind it waits for its turn.
import {
  CTL_CAP,
  CTL_IN_TURN_UNTIL,
  CTL_LARGE,
  CTL_NEXT,
  LINE_CURSOR,
  LINE_GROUP,
  OUT_GAS_USED,
  OUT_GROUP,
  OUT_LARGE,
  OUT_LARGE_NEXT,
  OUT_PLAN_NEXT,
  OUT_PLAN_SLOT,
  POLICY_DYNAMIC,
  POLICY_STATIC,
  STAT_AVOIDED,
  STAT_EARLY,
  STAT_RESERVED,
  STAT_STATIC_CLAIMS,
  STAT_STEALS,
  STEP_READY,
  TX_GAS_LIMIT,
} from '../../assembly/layout.ts';
import { addTo, count, frontier, hasPolicy, lineWord, slotCount, type Words } from './control.ts';
import { type Job, outcomeOf, txOf } from './job.ts';
import { attemptOf, blockerOf, claimStep, controlOf, returnedSteps, stateOf } from './steps.ts';

const NEXT = CTL_NEXT >>> 2;
const CAP = CTL_CAP >>> 2;
const LARGE = CTL_LARGE >>> 2;
const IN_TURN_UNTIL = CTL_IN_TURN_UNTIL >>> 2;

/** Most steps that a slot has claimed and reserved at once, and gas that they are expected to use: some 20 µs of work. */
const BATCH = 8;
const BATCH_GAS = 8 * 21000;
/** A step that may use more than this is not reserved: one that takes long must not keep others from the slots. */
const MOST_RESERVED_GAS = 400_000;
/** Weight of a slot's newest step in what it expects of the next ones. */
const NEWEST = 1 / 4;

/**
 * How far behind the lowest unclaimed step a slot looks for one without a likely conflict: beyond the payouts and deposits
 * of one contract that stand in a row.
 */
const WINDOW = 64;

/** Slots claim steps below it only at the frontier, and there the holder of the token executes them. */
export const inTurnUntil = (words: Words): number => Atomics.load(words, IN_TURN_UNTIL);

const planOf = (words: Words, job: Job, step: number, field: number): number =>
  words[(outcomeOf(job, step) + field) >>> 2] as number;

/** Claims a step that is ready and worth an attempt ahead of its turn. */
function claimAhead(words: Words, job: Job, step: number, confirmed: number, slot: number): boolean {
  const control = controlOf(words, job, step);
  if (stateOf(control) !== STEP_READY || attemptOf(control) >= (words[CAP] as number)) return false;
  if (attemptOf(control) !== 0 && blockerOf(words, job, step) >= confirmed) return false;
  return claimStep(words, job, step, control, slot);
}

/** Claims the frontier's step, if it is ready. Without theft only the slot that has it in its list may. */
export function claimFrontier(words: Words, job: Job, step: number, slot: number): boolean {
  if (step === 0 || step > job.count || step < inTurnUntil(words)) return false;
  if (!hasPolicy(words, POLICY_DYNAMIC) && planOf(words, job, step, OUT_PLAN_SLOT) !== slot) return false;
  const control = controlOf(words, job, step);
  return stateOf(control) === STEP_READY && claimStep(words, job, step, control, slot);
}

/** The next step of the slot's own list. Lists are in block order; a step that was given back is found by 3. */
function claimOwn(words: Words, job: Job, confirmed: number, slot: number): number {
  const cursor = lineWord(slot, LINE_CURSOR);
  for (;;) {
    const step = words[cursor] as number;
    if (step === 0) return 0;
    words[cursor] = planOf(words, job, step, OUT_PLAN_NEXT);
    if (step < confirmed || !claimAhead(words, job, step, confirmed, slot)) continue;
    count(words, STAT_STATIC_CLAIMS);
    return step;
  }
}

/** Steps that were given back lie below the lowest unclaimed one. */
function claimReturned(words: Words, job: Job, confirmed: number, end: number, slot: number): number {
  if (returnedSteps(words) === 0) return 0;
  for (let step = confirmed; step < end; step++)
    if (step > 0 && attemptOf(controlOf(words, job, step)) !== 0 && claimAhead(words, job, step, confirmed, slot))
      return step;
  return 0;
}

/** The lowest step that was never claimed. */
function lowestUnclaimed(words: Words, job: Job): number {
  let step = Atomics.load(words, NEXT);
  while (step <= job.count && controlOf(words, job, step) !== STEP_READY) {
    const seen = Atomics.compareExchange(words, NEXT, step, step + 1);
    step = seen === step ? step + 1 : seen;
  }
  return step;
}

/** The next large step that is not claimed and must not be executed in turn. */
function claimLarge(words: Words, job: Job, confirmed: number, slot: number): number {
  for (let step = Atomics.load(words, LARGE); step !== 0; ) {
    const next = planOf(words, job, step, OUT_LARGE_NEXT);
    const seen = Atomics.compareExchange(words, LARGE, step, next);
    if (seen === step && step >= inTurnUntil(words) && claimAhead(words, job, step, confirmed, slot)) {
      count(words, STAT_EARLY);
      return step;
    }
    step = seen === step ? next : seen;
  }
  return 0;
}

/** True if the step's result is kept until the job ends, so that it does not hold up what the slot keeps besides. */
export const isLarge = (words: Words, job: Job, step: number): boolean => planOf(words, job, step, OUT_LARGE) !== 0;

function isGroupRunning(words: Words, group: number, slot: number): boolean {
  for (let other = 0; other < slotCount(words); other++)
    if (other !== slot && Atomics.load(words, lineWord(other, LINE_GROUP)) === group) return true;
  return false;
}

/** The lowest unclaimed step, or one a little behind it if the lowest is likely to conflict with what runs. */
function claimLowest(words: Words, job: Job, confirmed: number, first: number, slot: number): number {
  const end = Math.min(first + WINDOW, job.count + 1);
  let avoided = 0;
  for (let step = first; step < end; step++) {
    const group = planOf(words, job, step, OUT_GROUP);
    if (group !== 0 && (group === avoided || isGroupRunning(words, group, slot))) {
      avoided = group; // a row of one group is passed over by plain reads
      continue;
    }
    if (controlOf(words, job, step) !== STEP_READY) continue;
    if (!claimAhead(words, job, step, confirmed, slot)) continue;
    if (step !== first) count(words, STAT_AVOIDED);
    return step;
  }
  for (let step = first; step < end; step++) if (claimAhead(words, job, step, confirmed, slot)) return step;
  return 0;
}

function claimDynamic(words: Words, job: Job, confirmed: number, slot: number): number {
  const lowest = Math.max(lowestUnclaimed(words, job), inTurnUntil(words));
  const step =
    claimReturned(words, job, confirmed, lowest, slot) ||
    claimLarge(words, job, confirmed, slot) ||
    claimLowest(words, job, confirmed, lowest, slot);
  if (step !== 0 && hasPolicy(words, POLICY_STATIC) && planOf(words, job, step, OUT_PLAN_SLOT) !== slot)
    count(words, STAT_STEALS);
  return step;
}

/** Claims a step for the slot; 0: there is none that it could execute now. */
export function claim(words: Words, job: Job, slot: number): number {
  const confirmed = frontier(words);
  if (claimFrontier(words, job, confirmed, slot)) return confirmed;
  if (confirmed < inTurnUntil(words)) return 0;
  const own = hasPolicy(words, POLICY_STATIC) ? claimOwn(words, job, confirmed, slot) : 0;
  return own !== 0 || !hasPolicy(words, POLICY_DYNAMIC) ? own : claimDynamic(words, job, confirmed, slot);
}

/** Steps that only this slot looks for, but for the frontier's, which any slot may claim: [next, end). */
export interface Batch {
  next: number;
  end: number;
  /** Gas that the slot's steps have used of late. */
  usual: number;
}

/** Nothing is reserved, and nothing known of the block's transactions. */
export const newBatch = (): Batch => ({ next: 0, end: 0, usual: BATCH_GAS });

/** Notes what the slot's step has used. */
export function noteGas(words: Words, job: Job, step: number, batch: Batch): void {
  batch.usual += (planOf(words, job, step, OUT_GAS_USED) - batch.usual) * NEWEST;
}

/**
 * Reserves the steps behind `step`, which this slot has claimed, as many as the slot expects to be done with soon, as far as
 * none may take long, none is a likely conflict of others than these, and the other slots have enough to do. Moving on the
 * next unclaimed step is all that it takes: a reserved step stays ready, and is claimed when its turn in the batch comes.
 */
export function reserve(words: Words, job: Job, step: number, batch: Batch): void {
  const next = Atomics.load(words, NEXT);
  if (next !== step && next !== step + 1) return;
  const group = planOf(words, job, step, OUT_GROUP);
  const soon = Math.floor(BATCH_GAS / batch.usual);
  const most = Math.min(step + soon, step + BATCH - 1, step + Math.ceil((job.count - step) / (4 * slotCount(words))));
  let end = step + 1;
  for (; end <= most; end++) {
    const other = planOf(words, job, end, OUT_GROUP);
    if (gasLimit(words, job, end) > MOST_RESERVED_GAS || (other !== 0 && other !== group)) break;
  }
  if (end === step + 1 || Atomics.compareExchange(words, NEXT, next, end) !== next) return;
  batch.next = step + 1;
  batch.end = end;
  addTo(words, STAT_RESERVED, end - batch.next);
}

/** Low word of the gas limit of a step's transaction: no block has room for more. */
const gasLimit = (words: Words, job: Job, step: number): number =>
  (words[(txOf(job, step) + TX_GAS_LIMIT) >>> 2] as number) >>> 0;

/** Claims the next step of the batch that is still ready; 0: there is none. */
export function claimReserved(words: Words, job: Job, batch: Batch, slot: number): number {
  while (batch.next < batch.end) {
    const step = batch.next++;
    if (step >= inTurnUntil(words) && claimAhead(words, job, step, step, slot)) return step;
  }
  return 0;
}

/** Tells the others which group of likely conflicts this slot works on; 0 = none. Nobody else writes its word. */
export function markRunning(words: Words, job: Job, step: number, slot: number): void {
  const group = step === 0 ? 0 : planOf(words, job, step, OUT_GROUP);
  const word = lineWord(slot, LINE_GROUP);
  if (words[word] !== group) Atomics.store(words, word, group);
}
