// What each slot did while a block ran, copied out of the rings that the slots wrote.
import {
  SPAN_BYTES,
  SPAN_CONFIRM,
  SPAN_END,
  SPAN_EXECUTE,
  SPAN_FINISH,
  SPAN_KIND,
  SPAN_LAST,
  SPAN_REDO,
  SPAN_START,
  SPAN_STEP,
  SPAN_VALIDATE,
  SPAN_WAIT,
  SPANS_COUNT,
  SPANS_HEAD,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import { ringOf } from '../pipeline/spans.ts';

/**
 * `execute`: a first attempt; `redo`: a later one; `confirm`: results made the confirmed state, with what is executed in
 * turn in between; `validate`: results looked at by a slot that has nothing else to do; `wait`: nothing to do; `finish`:
 * the receipts' root; `fold`: the block's changes made the state's base, by the caller's thread.
 */
export type SpanKind = 'execute' | 'redo' | 'confirm' | 'validate' | 'wait' | 'finish' | 'fold';

export interface TimelineSpan {
  /** -1: the caller's thread. */
  slot: number;
  kind: SpanKind;
  /** Indexes of the transactions that it is about; -1 before the first, their count behind the last. */
  first: number;
  last: number;
  /** Milliseconds since the block was posted. */
  start: number;
  end: number;
}

export interface Timeline {
  slots: number;
  transactions: number;
  /** In the order of starting. */
  spans: TimelineSpan[];
  /** Older spans that a slot's ring had no room for. */
  dropped: number;
}

const KINDS: Readonly<Record<number, SpanKind>> = {
  [SPAN_EXECUTE]: 'execute',
  [SPAN_REDO]: 'redo',
  [SPAN_CONFIRM]: 'confirm',
  [SPAN_VALIDATE]: 'validate',
  [SPAN_WAIT]: 'wait',
  [SPAN_FINISH]: 'finish',
};

/** Where the rings lie, and since when. */
export interface Rings {
  address: number;
  capacity: number;
  slots: number;
  /** Milliseconds since the epoch. */
  posted: number;
}

function readRing(views: Views, { address, capacity, posted }: Rings, slot: number): TimelineSpan[] {
  const ring = ringOf(address, slot, capacity);
  const count = Math.min(views.u32(ring + SPANS_COUNT), capacity);
  return Array.from({ length: count }, (_, i) => {
    const span = ring + SPANS_HEAD + SPAN_BYTES * i;
    return {
      slot,
      kind: KINDS[views.u32(span + SPAN_KIND)] as SpanKind,
      first: views.u32(span + SPAN_STEP) - 1,
      last: views.u32(span + SPAN_LAST) - 1,
      start: views.data.getFloat64(span + SPAN_START, true) - posted,
      end: views.data.getFloat64(span + SPAN_END, true) - posted,
    };
  });
}

const droppedBy = (views: Views, { address, capacity }: Rings, slot: number): number =>
  Math.max(0, views.u32(ringOf(address, slot, capacity) + SPANS_COUNT) - capacity);

/** The timeline of a job that has ended. */
export function readTimeline(views: Views, rings: Rings, transactions: number): Timeline {
  const slots = Array.from({ length: rings.slots }, (_, slot) => slot);
  const spans = slots.flatMap((slot) => readRing(views, rings, slot)).sort((a, b) => a.start - b.start);
  const dropped = slots.reduce((sum, slot) => sum + droppedBy(views, rings, slot), 0);
  return { slots: rings.slots, transactions, spans, dropped };
}

/** Notes when the caller's thread made the changes of the block the state's base. */
export function noteFold(timeline: Timeline, { posted }: Rings, start: number, end: number): void {
  const place = { slot: -1, first: -1, last: timeline.transactions };
  timeline.spans.push({ ...place, kind: 'fold', start: start - posted, end: end - posted });
}
