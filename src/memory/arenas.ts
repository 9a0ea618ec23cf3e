// Where the slots' arenas lie, and how large they may be. A slot that moves to a larger arena leaves the old one linked behind it (CTX_FORMER) and then
// names the new one in its word: whenever it dies, its word leads to all that it holds.
import { CTL_ARENAS, CTX_FORMER, CTX_MEMORY_END } from '../../assembly/layout.ts';
import type { Core } from '../core.ts';
import type { Span } from './heap.ts';
import type { Views } from './views.ts';

/** First size of a slot's arena. */
export const ARENA_BYTES: number = 2 ** 24;
/** Where a transaction in turn needs more: steps so large that all sizes on the way fit the memory together. */
export const GROWTH = 4;
/**
 * What a slot keeps for the jobs to come. If each kept what its largest transaction took, one that fits the memory would not
 * fit any more where another slot comes to execute it.
 */
const MOST_KEPT_BYTES = GROWTH * ARENA_BYTES;

/** Address of the word that names a slot's arena. */
export const arenaWord = (slot: number): number => CTL_ARENAS + 4 * slot;

/** Bytes of the arena at `at`: it ends with EVM memory. */
export const arenaBytes = (views: Views, at: number): number => views.u32(at + CTX_MEMORY_END) - at;

/** The arenas that the one at `at` took the place of and that were not given back, newest first. */
export function formerArenas(views: Views, at: number): Span[] {
  const formers: Span[] = [];
  for (let former = views.u32(at + CTX_FORMER); former !== 0; former = views.u32(former + CTX_FORMER))
    formers.push({ at: former, bytes: arenaBytes(views, former) });
  return formers;
}

/** A slot's arena and those before it. While no job runs. */
export function arenasOf(views: Views, slot: number): Span[] {
  const at = views.u32(arenaWord(slot));
  return [{ at, bytes: arenaBytes(views, at) }, ...formerArenas(views, at)];
}

/** Leaves a dead slot with its last arena alone; the others are nobody's, for the sweep to find. */
export function dropFormerArenas(views: Views, slot: number): void {
  views.setU32(views.u32(arenaWord(slot)) + CTX_FORMER, 0);
}

/**
 * Puts one of the first size in the place of an arena that is larger than what a slot keeps. By the caller, while no job runs and
 * nothing of the last one is needed; the slot goes over to it with its next job.
 */
export function shrinkArena(core: Core, views: Views, slot: number): void {
  const [present, ...formers] = arenasOf(views.fresh(), slot) as [Span, ...Span[]];
  if (present.bytes <= MOST_KEPT_BYTES) return;
  for (const { at, bytes } of [present, ...formers]) core.heapFree(at, bytes);
  const span = core.heapAlloc(ARENA_BYTES) >>> 0; // there is room now, though maybe behind the memory's end of before
  core.arenaCreate(span, ARENA_BYTES);
  views.fresh().setU32(span + CTX_FORMER, 0);
  views.setU32(arenaWord(slot), span);
}
