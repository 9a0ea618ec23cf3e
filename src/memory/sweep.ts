// After the death of a slot: what of the heap is nobody's. A slot that dies between taking a span and naming it leaves that
// span to nobody, and so do its outgrown arenas. Everything else has a holder, and every span of the heap is held or free,
// so what lies between them is lost; it is given back.
//
// The same survey proves the heap sound: no two spans overlap, and lists end.
import {
  BUMP_FIRST,
  CHUNK_NEXT,
  CHUNK_SIZE,
  CTL_HEAP_FREE,
  CTL_HEAP_TOP,
  DIR_MASK,
  DIR_TABLE,
  HEAP,
  HEAP_CLASSES,
  HEAP_UNIT_BITS,
  STATE_ACCOUNTS,
  STATE_BUMP,
  STATE_CODES,
  STATE_SLOTS,
} from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';
import type { Span } from './heap.ts';
import type { SharedSpace } from './shared.ts';
import type { Views } from './views.ts';

/** Something whose spans the kernels allocate, so that only it knows them. */
export interface SpanHolder {
  /** While no job runs. */
  spans(views: Views): Span[];
}

const UNIT = 2 ** HEAP_UNIT_BITS;
const SLOT_BYTES = 8;

/** The spans of a bump, of which `first` is the first. */
export function bumpSpans(views: Views, first: number): Span[] {
  const spans: Span[] = [];
  for (let at = first; at !== 0; at = views.u32(at + CHUNK_NEXT)) spans.push({ at, bytes: views.u32(at + CHUNK_SIZE) });
  return spans;
}

/** The span of a directory's table. */
export const tableSpan = (views: Views, directory: number): Span => ({
  at: views.u32(directory + DIR_TABLE),
  bytes: (views.u32(directory + DIR_MASK) + 1) * SLOT_BYTES,
});

/** The spans of the state at `state`, without that of its record. */
export function stateSpans(views: Views, state: number): Span[] {
  const tables = [STATE_ACCOUNTS, STATE_SLOTS, STATE_CODES].map((directory) => tableSpan(views, state + directory));
  return [...tables, ...bumpSpans(views, views.u32(state + STATE_BUMP + BUMP_FIRST))];
}

/** The whole span that the heap hands out for `bytes`. */
function wholeBytes(bytes: number): number {
  let whole = UNIT;
  while (whole < bytes) whole *= 2;
  return whole;
}

const unsound = (what: string): ParallelEvmError => new ParallelEvmError('INTERNAL', `the heap is unsound: ${what}`);

function freeSpans(views: Views): Span[] {
  const seen = new Set<number>();
  const spans: Span[] = [];
  for (let k = 0; k < HEAP_CLASSES; k++)
    for (let at = views.u32(CTL_HEAP_FREE + 4 * k); at !== 0; at = views.u32(at)) {
      if (seen.has(at)) throw unsound(`the span at ${at} is free twice`);
      seen.add(at);
      spans.push({ at, bytes: UNIT * 2 ** k });
    }
  return spans;
}

/** Bytes of the heap, and the spans that are neither held nor free. */
export interface HeapSurvey {
  held: number;
  free: number;
  lost: Span[];
}

const sum = (spans: readonly Span[]): number => spans.reduce((total, { bytes }) => total + bytes, 0);

/**
 * While no job runs.
 * @throws {ParallelEvmError} `INTERNAL` where spans overlap
 */
export function surveyHeap({ views, owned, holders }: SharedSpace): HeapSurvey {
  views.fresh();
  const known = [...owned].map(([at, bytes]) => ({ at, bytes }));
  const held = [...known, ...[...holders].flatMap((holder) => holder.spans(views))].map(({ at, bytes }) => ({
    at,
    bytes: wholeBytes(bytes),
  }));
  const free = freeSpans(views);
  const lost: Span[] = [];
  let end = HEAP;
  for (const { at, bytes } of [...held, ...free].sort((a, b) => a.at - b.at)) {
    if (at < end) throw unsound(`the span at ${at} begins before ${end}, where another one ends`);
    if (at > end) lost.push({ at: end, bytes: at - end });
    end = at + bytes;
  }
  const top = views.u32(CTL_HEAP_TOP);
  if (end > top) throw unsound(`a span ends at ${end}, behind the heap's end at ${top}`);
  if (end < top) lost.push({ at: end, bytes: top - end });
  return { held: sum(held), free: sum(free), lost };
}

/** Gives back what nobody holds. While no job runs; returns the bytes. */
export function sweepHeap(space: SharedSpace): number {
  const { lost } = surveyHeap(space);
  for (const { at, bytes } of lost)
    for (let done = 0; done < bytes; ) {
      let piece = wholeBytes(bytes - done);
      if (piece > bytes - done) piece /= 2;
      space.core.heapFree(at + done, piece);
      done += piece;
    }
  return sum(lost);
}
