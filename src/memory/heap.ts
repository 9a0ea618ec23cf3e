// The heap's words (assembly/heap.ts) as the caller's thread sees them between jobs.
import { CTL_HEAP_FREE, CTL_HEAP_TOP, HEAP_CLASSES, HEAP_UNIT_BITS } from '../../assembly/layout.ts';
import type { Views } from './views.ts';

/** A piece of the heap. */
export interface Span {
  at: number;
  bytes: number;
}

/** Bytes of all spans on the free lists. */
function freeBytes(views: Views): number {
  let sum = 0;
  for (let k = 0; k < HEAP_CLASSES; k++)
    for (let span = views.u32(CTL_HEAP_FREE + 4 * k); span !== 0; span = views.u32(span))
      sum += 2 ** (HEAP_UNIT_BITS + k);
  return sum;
}

/** Bytes that were handed out and not given back. */
export const heapInUse = (views: Views): number => views.u32(CTL_HEAP_TOP) - freeBytes(views);

/** Where the heap ends, if everything below is in use: undefined where there are free spans. */
export function markHeap(views: Views): number | undefined {
  return freeBytes(views) === 0 ? views.u32(CTL_HEAP_TOP) : undefined;
}

/**
 * Makes one again of the spans since `mark`, if all of them were given back: otherwise they stay on their lists, where
 * they serve their own sizes.
 */
export function rewindHeap(views: Views, mark: number | undefined): void {
  if (mark === undefined || heapInUse(views) !== mark) return;
  views.setU32(CTL_HEAP_TOP, mark);
  for (let k = 0; k < HEAP_CLASSES; k++) views.setU32(CTL_HEAP_FREE + 4 * k, 0);
}
