// A slot's arena: one span cut into the areas of its context. Areas that a transaction uses and leaves behind start anew
// with each attempt; the kept areas hold what the confirmer still needs, one for attempts that run ahead of the frontier
// and one for attempts in turn, whose results are confirmed at once.
import {
  CACHE_BYTES,
  CACHE_LINES,
  CTX_AHEAD_BASE,
  CTX_AHEAD_END,
  CTX_AHEAD_NEXT,
  CTX_BYTES,
  CTX_CACHE,
  CTX_FRAMES,
  CTX_IN_TURN_BASE,
  CTX_IN_TURN_END,
  CTX_JOURNAL,
  CTX_JOURNAL_END,
  CTX_LOCALS,
  CTX_LOGS,
  CTX_LOGS_END,
  CTX_MEMORY,
  CTX_MEMORY_END,
  CTX_RETURN,
  CTX_RETURN_CAPACITY,
  CTX_SPARE,
  CTX_STACK,
  CTX_STACK_END,
  CTX_VERSIONS_BASE,
  CTX_VERSIONS_END,
  CTX_VERSIONS_NEXT,
  FR_BYTES,
  FR_COUNT,
  LOCALS_BYTES,
  STACK_LIMIT_BYTES,
} from './layout';
import { placeStreams } from './streams';

const SPARE_BYTES: u32 = 256;
const FIXED_BYTES: u32 = CTX_BYTES + LOCALS_BYTES + CACHE_LINES * CACHE_BYTES + FR_COUNT * FR_BYTES + SPARE_BYTES;
/** What no transaction outgrows: full stacks in all frames, and for the other areas as much as gigagas fill. */
const MOST_STACK_BYTES: u32 = FR_COUNT * STACK_LIMIT_BYTES;
const MOST_AREA_BYTES: u32 = 1 << 27;
/** Decoded code is made again when it is dropped: more room than any block's contracts take is of no use. */
const MOST_STREAM_BYTES: u32 = 1 << 26;

/** Lays a context out at the head of [ctx, ctx + bytes), at least 2 MiB. What the areas do not need is EVM memory. */
export function arenaCreate(ctx: usize, bytes: u32): void {
  memory.fill(ctx, 0, FIXED_BYTES);
  let at = <u32>ctx + CTX_BYTES;
  store<u32>(ctx, at, CTX_LOCALS);
  at += LOCALS_BYTES;
  store<u32>(ctx, at, CTX_CACHE);
  at += CACHE_LINES * CACHE_BYTES;
  store<u32>(ctx, at, CTX_FRAMES);
  at += FR_COUNT * FR_BYTES;
  store<u32>(ctx, at, CTX_SPARE);
  at += SPARE_BYTES;
  const streams = min<u32>(bytes >> 1, MOST_STREAM_BYTES) & ~63;
  placeStreams(ctx, at, streams);
  at += streams;
  const eighth = ((bytes - FIXED_BYTES - streams) >> 3) & ~63;
  const area = min<u32>(eighth, MOST_AREA_BYTES);
  store<u32>(ctx, at, CTX_STACK);
  at += min<u32>(eighth, MOST_STACK_BYTES);
  store<u32>(ctx, at, CTX_STACK_END);
  store<u32>(ctx, at, CTX_JOURNAL);
  at += area;
  store<u32>(ctx, at, CTX_JOURNAL_END);
  store<u32>(ctx, at, CTX_LOGS);
  at += area;
  store<u32>(ctx, at, CTX_LOGS_END);
  store<u32>(ctx, at, CTX_RETURN);
  store<u32>(ctx, area, CTX_RETURN_CAPACITY);
  at += area;
  store<u32>(ctx, at, CTX_IN_TURN_BASE);
  at += area;
  store<u32>(ctx, at, CTX_IN_TURN_END);
  store<u32>(ctx, at, CTX_AHEAD_BASE);
  store<u32>(ctx, at, CTX_AHEAD_NEXT);
  at += area;
  store<u32>(ctx, at, CTX_AHEAD_END);
  store<u32>(ctx, at, CTX_VERSIONS_BASE);
  store<u32>(ctx, at, CTX_VERSIONS_NEXT);
  at += area;
  store<u32>(ctx, at, CTX_VERSIONS_END);
  store<u32>(ctx, at, CTX_MEMORY);
  store<u32>(ctx, <u32>ctx + bytes, CTX_MEMORY_END);
}
