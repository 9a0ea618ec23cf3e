// The shared heap hands out spans of 64 KiB << k and takes them back on a free list per k. It has no lock: only one
// thread at a time allocates, the holder of the token while a job runs and the caller's thread between jobs. When the
// memory is exhausted, larger free spans are cut in halves; they are not joined again.
//
// A Bump hands out small pieces in order from a chain of spans. Resetting it keeps the spans, releasing gives them back.
//
// A thread may die between any two stores here. Lists, chains and bumps are whole after each of them; a span that was on
// its way is nobody's then, and found by the sweep (src/memory/sweep.ts).
import {
  BUMP_CHUNK,
  BUMP_END,
  BUMP_FIRST,
  BUMP_NEXT,
  BUMP_SHARES,
  CHUNK_HEADER,
  CHUNK_NEXT,
  CHUNK_SIZE,
  CTL_HEAP_FREE,
  CTL_HEAP_LIMIT,
  CTL_HEAP_TOP,
  HEAP_CLASSES,
  HEAP_UNIT_BITS,
  SHARE_END,
  SHARE_NEXT,
} from './layout';
import { Point } from './points';

const MIN_CHUNK: u32 = 1 << 18;

function sizeClass(bytes: u32): i32 {
  const units = (bytes + ((1 << HEAP_UNIT_BITS) - 1)) >> HEAP_UNIT_BITS;
  return units <= 1 ? 0 : 32 - clz<i32>(units - 1);
}

/** Extends the memory so that `top` is inside, false when the host refuses. */
function reach(top: u64): bool {
  const pages = <i32>((top + 0xffff) >> 16);
  const have = memory.size();
  return pages <= have || memory.grow(pages - have) >= 0;
}

function push(k: i32, span: u32): void {
  const list: usize = CTL_HEAP_FREE + ((<usize>k) << 2);
  store<u32>(span, load<u32>(list));
  Point.alone();
  store<u32>(list, span);
}

/** A span of class `k` cut from a larger one that is free, 0 if there is none. What is left goes to the lists. */
function cut(k: i32): usize {
  for (let j = k + 1; j < HEAP_CLASSES; j++) {
    const list: usize = CTL_HEAP_FREE + ((<usize>j) << 2);
    const span = load<u32>(list);
    if (span == 0) continue;
    store<u32>(list, load<u32>(span));
    Point.alone();
    while (--j >= k) push(j, span + ((<u32>1) << (HEAP_UNIT_BITS + j)));
    return span;
  }
  return 0;
}

/** A span of at least `bytes`, or 0 when the memory is exhausted. Contents are undefined. */
export function heapAlloc(bytes: u32): usize {
  if (bytes > 0x80000000) return 0;
  const k = sizeClass(bytes);
  if (k >= HEAP_CLASSES) return 0;
  const list: usize = CTL_HEAP_FREE + ((<usize>k) << 2);
  const free = load<u32>(list);
  if (free != 0) {
    store<u32>(list, load<u32>(free));
    return free;
  }
  const span = load<u32>(CTL_HEAP_TOP);
  const top = <u64>span + ((<u64>1) << (HEAP_UNIT_BITS + k));
  if (top > <u64>load<u32>(CTL_HEAP_LIMIT) || !reach(top)) return cut(k);
  store<u32>(CTL_HEAP_TOP, <u32>top);
  return span;
}

/** Gives back a span that heapAlloc(bytes) handed out. */
export function heapFree(span: usize, bytes: u32): void {
  push(sizeClass(bytes), <u32>span);
}

/** Bytes that a bump takes at a time of what it shares with others. */
const PIECE: u32 = 4096;

/** The bump takes pieces of the SHARE_* record at `share`: so do others, at the same time. */
export function bumpShares(bump: usize, share: usize): void {
  store<u32>(bump, 0, BUMP_NEXT);
  store<u32>(bump, 0, BUMP_END);
  store<i32>(bump, BUMP_SHARES, BUMP_CHUNK);
  store<u32>(bump, <u32>share, BUMP_FIRST);
}

/** What is left of the bump's last piece is lost. False: what is shared is used up. */
function nextPiece(bump: usize, share: usize, bytes: u32): bool {
  const size = max<u32>(PIECE, bytes);
  Point.shared();
  const end = load<u32>(share, SHARE_END);
  if (size > end - atomic.load<u32>(share, SHARE_NEXT)) return false;
  const at = atomic.add<u32>(share, size, SHARE_NEXT);
  if (at > end || size > end - at) return false;
  store<u32>(bump, at, BUMP_NEXT);
  store<u32>(bump, at + size, BUMP_END);
  return true;
}

function nextChunk(bump: usize, bytes: u32): bool {
  const chunk = load<u32>(bump, BUMP_CHUNK);
  if (chunk == <u32>BUMP_SHARES) return nextPiece(bump, load<u32>(bump, BUMP_FIRST), bytes);
  let next = chunk == 0 ? load<u32>(bump, BUMP_FIRST) : load<u32>(chunk, CHUNK_NEXT);
  if (next == 0 || load<u32>(next, CHUNK_SIZE) < bytes + CHUNK_HEADER) {
    const size = max<u32>(MIN_CHUNK, bytes + CHUNK_HEADER);
    const span = <u32>heapAlloc(size);
    if (span == 0) return false;
    Point.alone();
    store<u32>(span, next, CHUNK_NEXT);
    store<u32>(span, size, CHUNK_SIZE);
    if (chunk == 0) store<u32>(bump, span, BUMP_FIRST);
    else store<u32>(chunk, span, CHUNK_NEXT);
    next = span;
  }
  store<u32>(bump, 0, BUMP_END); // nothing fits until the other words agree
  store<u32>(bump, next, BUMP_CHUNK);
  Point.alone();
  store<u32>(bump, next + CHUNK_HEADER, BUMP_NEXT);
  Point.alone();
  store<u32>(bump, next + load<u32>(next, CHUNK_SIZE), BUMP_END);
  return true;
}

/** `bytes` (rounded up to a 64-byte line) from the bump, or 0 when the memory is exhausted. */
export function bumpAlloc(bump: usize, bytes: u32): usize {
  const size = (bytes + 63) & ~63;
  const end = <u64>load<u32>(bump, BUMP_NEXT) + <u64>size;
  if (end > <u64>load<u32>(bump, BUMP_END) && !nextChunk(bump, size)) return 0;
  const at = load<u32>(bump, BUMP_NEXT);
  store<u32>(bump, at + size, BUMP_NEXT);
  return at;
}

/** Makes all of the bump's memory free for its next use. */
export function bumpReset(bump: usize): void {
  store<u32>(bump, 0, BUMP_END);
  store<u32>(bump, 0, BUMP_NEXT);
  store<u32>(bump, 0, BUMP_CHUNK);
}

/** Gives the bump's spans back to the heap. */
export function bumpRelease(bump: usize): void {
  let chunk = load<u32>(bump, BUMP_FIRST);
  while (chunk != 0) {
    const next = load<u32>(chunk, CHUNK_NEXT);
    heapFree(chunk, load<u32>(chunk, CHUNK_SIZE));
    chunk = next;
  }
  store<u32>(bump, 0, BUMP_FIRST);
  bumpReset(bump);
}
