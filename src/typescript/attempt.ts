// The end of an attempt: what the confirmer needs is kept, and what later steps may see of it is published
// (assembly/attempt.ts, which also begins it).
import {
  CHECK_CHUNKS,
  CHECK_LEAST,
  CHECK_SLOTS,
  CTX_ACCOUNTS,
  CTX_AHEAD_FLOOR,
  CTX_AHEAD_NEXT,
  CTX_CHUNKS,
  CTX_KEPT_NEXT,
  CTX_LOG_COUNT,
  CTX_LOGS,
  CTX_LOGS_NEXT,
  CTX_OUT,
  CTX_SLOT_COUNT,
  CTX_SLOTS,
  MODE_IN_TURN,
  MODE_UNCONFIRMED,
  OUT_ACCOUNTS,
  OUT_BLOOM,
  OUT_CHUNK_COUNT,
  OUT_CHUNKS,
  OUT_LARGE,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_SLOT_COUNT,
  OUT_SLOTS,
} from '../../assembly/layout.ts';
import type { Context } from './context.ts';
import { BLOOM_BYTES, bloomOf } from './logs.ts';
import { publishVersions } from './versions.ts';

function keepLogs(context: Context, out: number): void {
  const { memory, at } = context;
  const logs = memory.u32(at + CTX_LOGS);
  const bytes = memory.u32(at + CTX_LOGS_NEXT) - logs;
  const count = memory.u32(at + CTX_LOG_COUNT);
  const kept = count === 0 ? 0 : context.keep(bytes);
  const bloom = count === 0 ? 0 : context.keep(BLOOM_BYTES);
  if (count !== 0) {
    memory.copy(kept, logs, bytes);
    memory.put(bloom, bloomOf(memory, kept, count));
  }
  memory.setU32(out + OUT_LOG_COUNT, count);
  memory.setU32(out + OUT_LOGS, kept);
  memory.setU32(out + OUT_LOGS_BYTES, bytes);
  memory.setU32(out + OUT_BLOOM, bloom);
}

/** Leaves the heads of the parts of a large read set. */
function keepChunks(context: Context, out: number): void {
  const { memory, at } = context;
  const count = memory.u32(at + CTX_SLOT_COUNT);
  if (count < CHECK_LEAST) return;
  const parts = Math.min(Math.floor(count / CHECK_SLOTS), CHECK_CHUNKS);
  const list = context.keep(4 * parts);
  memory.copy(list, at + CTX_CHUNKS, 4 * parts);
  memory.setU32(out + OUT_CHUNKS, list);
  memory.setU32(out + OUT_CHUNK_COUNT, parts);
}

/** Leaves the outcome. @throws {AttemptEnd} without room */
export function endAttempt(context: Context): void {
  const { memory, at } = context;
  const out = memory.u32(at + CTX_OUT);
  keepLogs(context, out);
  memory.setU32(out + OUT_ACCOUNTS, memory.u32(at + CTX_ACCOUNTS));
  memory.setU32(out + OUT_SLOTS, memory.u32(at + CTX_SLOTS));
  memory.setU32(out + OUT_SLOT_COUNT, memory.u32(at + CTX_SLOT_COUNT));
  memory.setU32(out + OUT_CHUNK_COUNT, 0);
  const { mode } = context;
  if ((mode & MODE_IN_TURN) !== 0) return;
  keepChunks(context, out);
  const kept = memory.u32(at + CTX_KEPT_NEXT);
  memory.setU32(at + CTX_AHEAD_NEXT, kept);
  if (memory.u32(out + OUT_LARGE) !== 0) memory.setU32(at + CTX_AHEAD_FLOOR, kept);
  if ((mode & MODE_UNCONFIRMED) !== 0) publishVersions(context);
}
