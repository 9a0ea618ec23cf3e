// The lower part of the receipts trie is hashed in chunks by slots that have nothing else to do, behind the frontier, and
// what is left at the end by all of them.
//
// Correct because a chunk is hashed after its last receipt is confirmed, and what is confirmed does not change; the holder
// of the token hashes again what it finds unhashed at the end, so nothing depends on who took a chunk (assembly/leaves.ts).
import { CTL_LEAVES, LEAF_CHUNK, LINE_RECEIPTS_MS } from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { addTime, frontier, type Words } from './control.ts';
import type { Job } from './job.ts';

const NEXT = CTL_LEAVES >>> 2;

/** Chunks that nobody hashes yet, confirmed or not. */
export const chunksLeft = (words: Words, job: Job): number =>
  Math.max(0, Math.ceil(job.count / LEAF_CHUNK) - Atomics.load(words, NEXT));

/** Takes the next chunk, if all of its receipts are confirmed; -1: there is none. */
export function takeChunk(words: Words, job: Job): number {
  for (;;) {
    const chunk = Atomics.load(words, NEXT);
    const end = Math.min((chunk + 1) * LEAF_CHUNK, job.count);
    if (chunk * LEAF_CHUNK >= job.count || frontier(words) <= end) return -1;
    if (Atomics.compareExchange(words, NEXT, chunk, chunk + 1) === chunk) return chunk;
  }
}

/** Hashes one chunk, if there is one. True if there was. */
export function hashChunk(arena: Arena, job: Job): boolean {
  const chunk = takeChunk(arena.views.words, job);
  if (chunk < 0) return false;
  const started = performance.now();
  arena.core.hashReceipts(job.block, chunk);
  addTime(arena.views, arena.slot, LINE_RECEIPTS_MS, performance.now() - started);
  return true;
}
