// The lower part of the receipts trie is hashed in chunks, behind the frontier, by slots that have nothing else to do, and what
// is left at the end by all of them. A chunk with many bytes of logs comes before what else there is to do: nobody can share it,
// so begun last it would be waited for.
//
// Correct because a chunk is hashed after its last receipt is confirmed, and what is confirmed does not change; the holder
// of the token waits for who is at one, and hashes what it then finds unhashed (assembly/leaves.ts).
import { CTL_LEAVES, LEAF_CHUNK, LINE_HASHING, LINE_RECEIPTS_MS, OUT_LOGS_BYTES } from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { addTime, frontier, lineWord, type Words } from './control.ts';
import { awaitSlots } from './helpers.ts';
import { type Job, outcomeOf } from './job.ts';

const NEXT = CTL_LEAVES >>> 2;

/** Hashing so many bytes of logs takes some 0.2 ms. */
const HEAVY_BYTES = 2 ** 16;

/** The lowest chunk that nobody hashes yet. */
export const nextChunk = (words: Words): number => Atomics.load(words, NEXT);

/** Chunks that nobody hashes yet, confirmed or not. */
export const chunksLeft = (words: Words, job: Job): number =>
  Math.max(0, Math.ceil(job.count / LEAF_CHUNK) - nextChunk(words));

/** The step of a chunk's last receipt. */
const lastStep = (job: Job, chunk: number): number => Math.min((chunk + 1) * LEAF_CHUNK, job.count);

const isConfirmed = (words: Words, job: Job, chunk: number): boolean =>
  chunk * LEAF_CHUNK < job.count && frontier(words) > lastStep(job, chunk);

/** Takes the next chunk, if all of its receipts are confirmed; -1: there is none. */
export function takeChunk(words: Words, job: Job): number {
  for (;;) {
    const chunk = nextChunk(words);
    if (!isConfirmed(words, job, chunk)) return -1;
    if (Atomics.compareExchange(words, NEXT, chunk, chunk + 1) === chunk) return chunk;
  }
}

function isHeavy(words: Words, job: Job, chunk: number): boolean {
  let bytes = 0;
  for (let step = chunk * LEAF_CHUNK + 1; step <= lastStep(job, chunk); step++)
    bytes += words[(outcomeOf(job, step) + OUT_LOGS_BYTES) >>> 2] as number;
  return bytes >= HEAVY_BYTES;
}

/** The first heavy chunk from `from` on among those that are confirmed; without one ~ the first that is not confirmed. */
export function findHeavy(words: Words, job: Job, from: number): number {
  let chunk = from;
  for (; isConfirmed(words, job, chunk); chunk++) if (isHeavy(words, job, chunk)) return chunk;
  return ~chunk;
}

/** Hashes one chunk, if there is one. True if there was. */
export function hashChunk(arena: Arena, job: Job): boolean {
  const { core, slot, views } = arena;
  const { words } = views;
  const hashing = lineWord(slot, LINE_HASHING);
  Atomics.store(words, hashing, 1);
  const chunk = takeChunk(words, job);
  if (chunk >= 0) {
    const started = performance.now();
    core.hashReceipts(job.block, chunk);
    addTime(views, slot, LINE_RECEIPTS_MS, performance.now() - started);
  }
  Atomics.store(words, hashing, 0);
  return chunk >= 0;
}

/** Hashes a heavy chunk that is confirmed, with those before it, if there is one from `from` on. Returns where to look next. */
export function hashHeavy(arena: Arena, job: Job, from: number): number {
  const { words } = arena.views;
  const chunk = findHeavy(words, job, from);
  if (chunk < 0) return ~chunk;
  while (nextChunk(words) <= chunk && hashChunk(arena, job));
  return chunk + 1;
}

/** Hashes the chunks that are left, and waits for those that others hash. By the holder of the token, when all are confirmed. */
export function hashRest(arena: Arena, job: Job): void {
  while (hashChunk(arena, job));
  awaitSlots(arena.views.words, LINE_HASHING);
}
