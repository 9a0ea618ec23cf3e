// Where the slots' arenas lie. A slot that moves to a larger arena leaves the old one linked behind it (CTX_FORMER) and then
// names the new one in its word: whenever it dies, its word leads to all that it holds.
import { CTL_ARENAS, CTX_FORMER, CTX_MEMORY_END } from '../../assembly/layout.ts';
import type { Span } from './heap.ts';
import type { Views } from './views.ts';

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
