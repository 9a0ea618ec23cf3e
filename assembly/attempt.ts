// An attempt: one execution of a transaction or system call on what is confirmed at the time. It starts with empty
// areas; its number makes everything that earlier attempts left in the directories stale.

import { bloomLogs } from './bloom';
import {
  BLOCK_SPEC,
  CTX_ACCOUNTS,
  CTX_AHEAD_BASE,
  CTX_AHEAD_END,
  CTX_AHEAD_NEXT,
  CTX_ATTEMPT,
  CTX_BLOCK,
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
  CTX_OUT,
  CTX_REFUND,
  CTX_RETURN_BYTES,
  CTX_SLOTS,
  CTX_SPEC,
  CTX_STATE,
  CTX_TX,
  LOCALS_BYTES,
  OUT_ACCOUNTS,
  OUT_BLOOM,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_SLOTS,
} from './layout';
import { keep } from './local';

/** Takes up a job: its block and state. */
export function attachJob(ctx: usize, block: usize, state: usize): void {
  store<u32>(ctx, <u32>block, CTX_BLOCK);
  store<u32>(ctx, <u32>state, CTX_STATE);
  store<u32>(ctx, load<u32>(block, BLOCK_SPEC), CTX_SPEC);
  resetAhead(ctx);
}

/** Forgets the results that ran ahead: all of them are confirmed. */
export function resetAhead(ctx: usize): void {
  store<u32>(ctx, load<u32>(ctx, CTX_AHEAD_BASE), CTX_AHEAD_NEXT);
}

/** Empties the areas for an attempt of `tx` (0: a system call) that reports to `out`. */
export function startAttempt(ctx: usize, tx: usize, out: usize, inTurn: bool): void {
  const number = load<u32>(ctx, CTX_ATTEMPT) + 1;
  store<u32>(ctx, number, CTX_ATTEMPT);
  if (number == 0) memory.fill(load<u32>(ctx, CTX_LOCALS), 0, LOCALS_BYTES); // the counter went around
  store<u32>(ctx, <u32>tx, CTX_TX);
  store<u32>(ctx, <u32>out, CTX_OUT);
  store<u32>(ctx, 0, CTX_FRAME);
  store<u32>(ctx, load<u32>(ctx, CTX_JOURNAL), CTX_JOURNAL_NEXT);
  store<u32>(ctx, load<u32>(ctx, CTX_LOGS), CTX_LOGS_NEXT);
  store<u32>(ctx, 0, CTX_LOG_COUNT);
  store<u32>(ctx, 0, CTX_ACCOUNTS);
  store<u32>(ctx, 0, CTX_SLOTS);
  store<u32>(ctx, 0, CTX_FULL);
  store<u32>(ctx, 0, CTX_RETURN_BYTES);
  store<i64>(ctx, 0, CTX_REFUND);
  store<u32>(ctx, inTurn ? load<u32>(ctx, CTX_IN_TURN_BASE) : load<u32>(ctx, CTX_AHEAD_NEXT), CTX_KEPT_NEXT);
  store<u32>(ctx, inTurn ? load<u32>(ctx, CTX_IN_TURN_END) : load<u32>(ctx, CTX_AHEAD_END), CTX_KEPT_END);
}

/** Leaves what the confirmer needs: local records, logs and their bloom. False: the attempt is void. */
export function endAttempt(ctx: usize, inTurn: bool): bool {
  const out: usize = load<u32>(ctx, CTX_OUT);
  const logs = load<u32>(ctx, CTX_LOGS);
  const bytes = load<u32>(ctx, CTX_LOGS_NEXT) - logs;
  const count = load<u32>(ctx, CTX_LOG_COUNT);
  let keptLogs: usize = 0;
  let bloom: usize = 0;
  if (count != 0) {
    keptLogs = keep(ctx, bytes);
    bloom = keep(ctx, 256);
    if (keptLogs == 0 || bloom == 0) return false;
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
  if (!inTurn) store<u32>(ctx, load<u32>(ctx, CTX_KEPT_NEXT), CTX_AHEAD_NEXT);
  return true;
}
