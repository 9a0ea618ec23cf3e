// The merger: confirms steps in block order. It is a role, not a thread: whoever takes the token confirms the whole run
// of outcomes that are there, redoes at once what no longer holds, and gives the token back.
//
// Correct because there is one holder; because the frontier passes a step only after its reads were compared with all
// confirmed writes below it; and because the holder looks again after releasing, so no last outcome stays behind.
import {
  CONFIRM_FULL,
  CONFIRM_INVALID,
  CONFIRM_MISMATCH,
  CONFIRM_OK,
  FLAG_BEACON_ROOT,
  FLAG_BLOCK_HASHES,
  FLAG_REQUESTS,
  OUT_DETAIL,
  OUT_INVALID,
  STATUS_ABORTED,
  STATUS_INVALID,
  STATUS_STATE_FULL,
  STATUS_STOP,
  SYSTEM_BEACON_ROOT,
  SYSTEM_BLOCK_HASH,
  SYSTEM_CONSOLIDATIONS,
  SYSTEM_WITHDRAWALS,
  VERDICT_DONE,
  VERDICT_FAULT,
  VERDICT_INVALID,
} from '../../assembly/layout.ts';
import { type Arena, executeInTurn, executeSystemCall } from './attempts.ts';
import {
  advanceFrontier,
  closeJob,
  countRedo,
  frontier,
  isAborted,
  isClosed,
  releaseToken,
  takeToken,
  type Verdict,
} from './control.ts';
import { hasOutcome, type Job, outcomeOf, systemOutcome, txOf } from './job.ts';

/** A fault of this library rather than of the block. */
export const FAULT_INCONSISTENT = 255;

/** undefined: go on. */
type Ending = Verdict | undefined;

const fault = (step: number, code: number, detail = 0): Verdict => ({ kind: VERDICT_FAULT, step, code, detail });
const invalid = (step: number, code: number): Verdict => ({ kind: VERDICT_INVALID, step, code, detail: 0 });

/** What an attempt in turn that did not end means for the block. */
function endingOf(arena: Arena, step: number, out: number, status: number): Ending {
  if (status === STATUS_STOP) return undefined;
  const { views } = arena;
  if (status === STATUS_INVALID) return invalid(step, views.u32(out + OUT_INVALID));
  return fault(step, status, views.u32(out + OUT_DETAIL));
}

function systemCall(arena: Arena, job: Job, step: number, kind: number, request: number): Ending {
  const out = systemOutcome(job);
  const ending = endingOf(arena, step, out, executeSystemCall(arena, job, kind));
  if (ending) return ending;
  const confirmed = arena.core.confirmSystemCall(job.state, job.block, out, request);
  return confirmed === CONFIRM_OK ? undefined : fault(step, STATUS_STATE_FULL);
}

/** Step 0: the DAO fork, EIP-4788 and EIP-2935. */
function before(arena: Arena, job: Job): Ending {
  arena.releaseOutgrown();
  arena.core.applyDrains(job.state, job.block);
  if (job.flags & FLAG_BEACON_ROOT) {
    const ending = systemCall(arena, job, 0, SYSTEM_BEACON_ROOT, -1);
    if (ending) return ending;
  }
  return job.flags & FLAG_BLOCK_HASHES ? systemCall(arena, job, 0, SYSTEM_BLOCK_HASH, -1) : undefined;
}

/** The step behind the last transaction: withdrawals, requests, receipts, state diff. */
function after(arena: Arena, job: Job): Verdict {
  const step = job.count + 1;
  const { core } = arena;
  core.applyCredits(job.state, job.block);
  if (job.flags & FLAG_REQUESTS) {
    const ending =
      systemCall(arena, job, step, SYSTEM_WITHDRAWALS, 0) ?? systemCall(arena, job, step, SYSTEM_CONSOLIDATIONS, 1);
    if (ending) return ending;
  }
  const fits = core.finishReceipts(job.state, job.block) !== 0 && core.encodeDiff(job.state, job.block) !== 0;
  return fits ? { kind: VERDICT_DONE, step, code: 0, detail: 0 } : fault(step, STATUS_STATE_FULL);
}

function confirm(arena: Arena, job: Job, step: number, inTurn: boolean): number {
  const tx = txOf(job, step);
  return arena.core.confirmTransaction(job.state, job.block, tx, outcomeOf(job, step), Number(inTurn));
}

/** Confirms one transaction: what ran ahead if it holds, else by executing it now, which is final. */
function confirmStep(arena: Arena, job: Job, step: number, ranAhead: boolean): Ending {
  const out = outcomeOf(job, step);
  let result = ranAhead ? confirm(arena, job, step, false) : CONFIRM_MISMATCH;
  if (result === CONFIRM_MISMATCH) {
    if (ranAhead) countRedo(arena.views.words);
    const ending = endingOf(arena, step, out, executeInTurn(arena, job, step));
    if (ending) return ending;
    result = confirm(arena, job, step, true);
  }
  if (result === CONFIRM_OK) return undefined;
  if (result === CONFIRM_INVALID) return invalid(step, arena.views.u32(out + OUT_INVALID));
  return fault(step, result === CONFIRM_FULL ? STATUS_STATE_FULL : FAULT_INCONSISTENT);
}

/** Takes the next step if it can be taken: `false` = its outcome is not there yet. */
function advance(arena: Arena, job: Job, step: number, alone: boolean): Ending | false {
  if (isAborted(arena.views.words)) return fault(step, STATUS_ABORTED);
  if (step === 0) return before(arena, job);
  if (step > job.count) return after(arena, job);
  if (alone) return confirmStep(arena, job, step, false);
  return hasOutcome(arena.views, job, step) ? confirmStep(arena, job, step, true) : false;
}

/** Confirms steps until one is missing or the job ends. By the holder of the token. */
function confirmRun(arena: Arena, job: Job, alone: boolean): void {
  const { words } = arena.views;
  for (let step = frontier(words); !isClosed(words); step++) {
    const ending = advance(arena, job, step, alone);
    if (ending === false) return;
    if (ending) closeJob(words, ending);
    else advanceFrontier(words, step + 1);
  }
}

const isReady = (arena: Arena, job: Job, step: number): boolean =>
  step === 0 || step > job.count || hasOutcome(arena.views, job, step);

/** Confirms whatever can be confirmed now, unless another slot is at it. */
export function confirmReady(arena: Arena, job: Job, slot: number): void {
  const { words } = arena.views;
  while (!isClosed(words) && (isAborted(words) || isReady(arena, job, frontier(words)))) {
    if (!takeToken(words, slot)) return;
    confirmRun(arena, job, false);
    releaseToken(words);
  }
}

/** One slot, no speculation: every step in its turn. */
export function confirmAll(arena: Arena, job: Job, slot: number): void {
  if (!takeToken(arena.views.words, slot)) return;
  confirmRun(arena, job, true);
  releaseToken(arena.views.words);
}
