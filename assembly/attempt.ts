// An attempt: one execution of a transaction or system call on what is confirmed at the time. It starts with empty
// areas; its number makes everything that earlier attempts left in the directories stale.

import { bloomLogs } from './bloom';
import { listEffects } from './effects';
import {
  BLOCK_COINBASE_ENTRY,
  BLOCK_OUTCOMES,
  BLOCK_SPEC,
  BLOCK_TX_COUNT,
  CHECK_CHUNKS,
  CHECK_LEAST,
  CHECK_SLOTS,
  CTL_ABORT,
  CTL_POLICY,
  CTX_ABORT_SEEN,
  CTX_ACCOUNTS,
  CTX_AHEAD_BASE,
  CTX_AHEAD_END,
  CTX_AHEAD_FLOOR,
  CTX_AHEAD_NEXT,
  CTX_ATTEMPT,
  CTX_BLOCK,
  CTX_CHUNKS,
  CTX_COINBASE,
  CTX_DEPENDENCY,
  CTX_FRAME,
  CTX_FULL,
  CTX_IN_TURN_BASE,
  CTX_IN_TURN_END,
  CTX_JOURNAL,
  CTX_JOURNAL_NEXT,
  CTX_KEPT_END,
  CTX_KEPT_NEXT,
  CTX_LOCALS,
  CTX_LOG_COUNT,
  CTX_LOGS,
  CTX_LOGS_NEXT,
  CTX_MODE,
  CTX_OUT,
  CTX_REFUND,
  CTX_RETURN_BYTES,
  CTX_SLOT_COUNT,
  CTX_SLOTS,
  CTX_SPEC,
  CTX_STATE,
  CTX_STEP,
  CTX_TX,
  CTX_UNCONFIRMED_READS,
  CTX_VERSIONS_BASE,
  CTX_VERSIONS_NEXT,
  LOCALS_BYTES,
  MODE_IN_TURN,
  MODE_UNCONFIRMED,
  OUT_ACCOUNTS,
  OUT_AFTER,
  OUT_ATTEMPTS,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CHUNK_COUNT,
  OUT_CHUNKS,
  OUT_CONTROL,
  OUT_EFFECTS,
  OUT_HAS_STATE_ROOT,
  OUT_IS_LASTING,
  OUT_LARGE,
  OUT_LEAF_KNOWN,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_SLOT_COUNT,
  OUT_SLOTS,
  POLICY_ALONE,
  POLICY_UNCONFIRMED,
  STEP_READY,
} from './layout';
import { keep } from './local';
import { attemptLack } from './source';
import { Trace } from './trace';
import { keepForJob, publishVersions } from './versions';

/** Takes up a job: its block and state. */
export function attachJob(ctx: usize, block: usize, state: usize): void {
  store<u32>(ctx, <u32>block, CTX_BLOCK);
  store<u32>(ctx, <u32>state, CTX_STATE);
  store<u32>(ctx, load<u32>(block, BLOCK_SPEC), CTX_SPEC);
  store<u32>(ctx, load<u32>(ctx, CTX_VERSIONS_BASE), CTX_VERSIONS_NEXT);
  store<u32>(ctx, 0, CTX_UNCONFIRMED_READS);
  store<u32>(ctx, load<u32>(ctx, CTX_AHEAD_BASE), CTX_AHEAD_FLOOR);
  resetAhead(ctx);
}

/** Makes every step of a block ready for its first attempt. By the caller's thread, before the job. */
export function readySteps(block: usize): void {
  store<u32>(block, 0, BLOCK_COINBASE_ENTRY);
  let out: usize = load<u32>(block, BLOCK_OUTCOMES);
  for (let left = load<u32>(block, BLOCK_TX_COUNT); left != 0; left--) {
    store<u32>(out, STEP_READY, OUT_CONTROL);
    store<u32>(out, 0, OUT_ATTEMPTS);
    store<u32>(out, 0, OUT_AFTER);
    store<u32>(out, 0, OUT_LEAF_KNOWN);
    store<u32>(out, 0, OUT_HAS_STATE_ROOT);
    out += OUT_BYTES;
  }
}

/** Forgets the results that ran ahead but those of large transactions: all of them are confirmed. */
export function resetAhead(ctx: usize): void {
  store<u32>(ctx, load<u32>(ctx, CTX_AHEAD_FLOOR), CTX_AHEAD_NEXT);
}

/** Empties the areas for an attempt of `tx` (0: a system call), step `step`, that reports to `out`. `mode`: MODE_*. */
export function startAttempt(ctx: usize, tx: usize, out: usize, step: u32, mode: u32): void {
  const inTurn = (mode & MODE_IN_TURN) != 0;
  const number = load<u32>(ctx, CTX_ATTEMPT) + 1;
  store<u32>(ctx, number, CTX_ATTEMPT);
  if (number == 0) memory.fill(load<u32>(ctx, CTX_LOCALS), 0, LOCALS_BYTES); // the counter went around
  store<u32>(ctx, <u32>tx, CTX_TX);
  store<u32>(ctx, <u32>out, CTX_OUT);
  store<u32>(ctx, 0, CTX_COINBASE);
  store<u32>(ctx, 0, CTX_FRAME);
  store<u32>(ctx, load<u32>(ctx, CTX_JOURNAL), CTX_JOURNAL_NEXT);
  store<u32>(ctx, load<u32>(ctx, CTX_LOGS), CTX_LOGS_NEXT);
  store<u32>(ctx, 0, CTX_LOG_COUNT);
  store<u32>(ctx, 0, CTX_ACCOUNTS);
  store<u32>(ctx, 0, CTX_SLOTS);
  store<u32>(ctx, 0, CTX_SLOT_COUNT);
  store<u32>(ctx, step, CTX_STEP);
  store<u32>(ctx, mode, CTX_MODE);
  store<u32>(ctx, 0, CTX_DEPENDENCY);
  store<u32>(ctx, 0, CTX_FULL);
  store<u32>(ctx, atomic.load<u32>(CTL_ABORT) & ~1, CTX_ABORT_SEEN);
  store<u32>(ctx, 0, CTX_RETURN_BYTES);
  store<i64>(ctx, 0, CTX_REFUND);
  store<u32>(ctx, inTurn ? load<u32>(ctx, CTX_IN_TURN_BASE) : load<u32>(ctx, CTX_AHEAD_NEXT), CTX_KEPT_NEXT);
  store<u32>(ctx, inTurn ? load<u32>(ctx, CTX_IN_TURN_END) : load<u32>(ctx, CTX_AHEAD_END), CTX_KEPT_END);
  Trace.begins(ctx, out);
}

/** Leaves the heads of the parts of a large read set: the last part runs from the newest slot to the first full part. */
function keepChunks(ctx: usize, out: usize): void {
  const count = load<u32>(ctx, CTX_SLOT_COUNT);
  if (count < <u32>CHECK_LEAST) return;
  const parts = min<u32>(count / CHECK_SLOTS, CHECK_CHUNKS);
  const list = keep(ctx, parts << 2);
  if (list == 0) return;
  memory.copy(list, ctx + CTX_CHUNKS, parts << 2);
  store<u32>(out, <u32>list, OUT_CHUNKS);
  store<u32>(out, parts, OUT_CHUNK_COUNT);
}

/** True if slots' memory for versions is left as it is until the job ends: a slot that is alone may be replaced before. */
function keepsVersions(): bool {
  return (load<u32>(CTL_POLICY) & (POLICY_UNCONFIRMED | POLICY_ALONE)) == POLICY_UNCONFIRMED;
}

/**
 * Leaves what the confirmer needs: local records, logs and their bloom; and what later steps may see of it, if they may.
 * False: the attempt is void.
 */
export function endAttempt(ctx: usize): bool {
  const mode = load<u32>(ctx, CTX_MODE);
  const out: usize = load<u32>(ctx, CTX_OUT);
  if (attemptLack(ctx) != 0) return false;
  const logs = load<u32>(ctx, CTX_LOGS);
  const bytes = load<u32>(ctx, CTX_LOGS_NEXT) - logs;
  const count = load<u32>(ctx, CTX_LOG_COUNT);
  let keptLogs: usize = 0;
  let bloom: usize = 0;
  if (count != 0) {
    keptLogs = keepsVersions() ? keepForJob(ctx, bytes + 256) : 0;
    store<u32>(out, keptLogs == 0 ? 0 : 1, OUT_IS_LASTING);
    if (keptLogs == 0) keptLogs = keep(ctx, bytes + 256);
    if (keptLogs == 0) return false;
    bloom = keptLogs + bytes;
    memory.copy(keptLogs, logs, bytes);
    memory.fill(bloom, 0, 256);
    bloomLogs(bloom, keptLogs, count);
  }
  if (load<u32>(ctx, CTX_FULL) != 0) return false;
  store<u32>(out, count, OUT_LOG_COUNT);
  store<u32>(out, <u32>keptLogs, OUT_LOGS);
  store<u32>(out, bytes, OUT_LOGS_BYTES);
  store<u32>(out, <u32>bloom, OUT_BLOOM);
  store<u32>(out, load<u32>(ctx, CTX_ACCOUNTS), OUT_ACCOUNTS);
  store<u32>(out, load<u32>(ctx, CTX_SLOTS), OUT_SLOTS);
  store<u32>(out, load<u32>(ctx, CTX_SLOT_COUNT), OUT_SLOT_COUNT);
  store<u32>(out, 0, OUT_CHUNK_COUNT);
  store<u32>(out, 0, OUT_EFFECTS);
  if ((mode & MODE_IN_TURN) != 0) return true;
  keepChunks(ctx, out);
  if ((mode & MODE_UNCONFIRMED) != 0) {
    publishVersions(ctx);
    listEffects(ctx, out);
  }
  store<u32>(ctx, load<u32>(ctx, CTX_KEPT_NEXT), CTX_AHEAD_NEXT);
  if (load<u32>(out, OUT_LARGE) != 0) store<u32>(ctx, load<u32>(ctx, CTX_KEPT_NEXT), CTX_AHEAD_FLOOR);
  return true;
}
