// What a slot did when: spans in shared memory, for a timeline. Where nobody asked for one, `NO_SPANS` takes its place and
// does nothing.
//
// Each slot writes its own ring and nobody reads it before the job has ended, so nothing here is atomic.
import {
  CTL_SPAN_CAPACITY,
  CTL_SPANS,
  SPAN_BYTES,
  SPAN_CAUSE,
  SPAN_END,
  SPAN_ENTRY,
  SPAN_KIND,
  SPAN_LAST,
  SPAN_START,
  SPAN_STEP,
  SPAN_TAKEN_BACK,
  SPANS_COUNT,
  SPANS_HEAD,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';

export interface Spans {
  /** Milliseconds; of no meaning but for `add`. */
  now(): number;
  /** Notes that `kind` (SPAN_*) was done from `start` until now, at steps `step` to `last`. */
  add(kind: number, start: number, step: number, last?: number): void;
  /** Notes that the result of `step` is taken back, why (OUT_CAUSE), and the entry of the key. */
  addTakenBack(step: number, cause: number, entry: number): void;
}

export const NO_SPANS: Spans = { now: () => 0, add: () => {}, addTakenBack: () => {} };

/** Bytes of the rings of `slots` slots, each for `capacity` spans. */
export const spansBytes = (slots: number, capacity: number): number => slots * (SPANS_HEAD + capacity * SPAN_BYTES);

export const ringOf = (spans: number, slot: number, capacity: number): number =>
  spans + slot * (SPANS_HEAD + capacity * SPAN_BYTES);

/** This thread's; asking for it costs as much as looking at the clock. */
const ORIGIN = performance.timeOrigin;

/** Milliseconds since the epoch, which all threads of a process share; to a quarter of a microsecond. */
export const absoluteNow = (): number => ORIGIN + performance.now();

/** The newest spans of one slot. */
class Ring implements Spans {
  readonly #views: Views;
  readonly #at: number;
  readonly #capacity: number;

  constructor(views: Views, at: number, capacity: number) {
    this.#views = views;
    this.#at = at;
    this.#capacity = capacity;
  }

  now(): number {
    return absoluteNow();
  }

  add(kind: number, start: number, step: number, last = step): void {
    const { data } = this.#views;
    const span = this.#next();
    data.setUint32(span + SPAN_KIND, kind, true);
    data.setUint32(span + SPAN_STEP, step, true);
    data.setUint32(span + SPAN_LAST, last, true);
    data.setFloat64(span + SPAN_START, start, true);
    data.setFloat64(span + SPAN_END, this.now(), true);
  }

  addTakenBack(step: number, cause: number, entry: number): void {
    const { data } = this.#views;
    const span = this.#next();
    data.setUint32(span + SPAN_KIND, SPAN_TAKEN_BACK, true);
    data.setUint32(span + SPAN_STEP, step, true);
    data.setUint32(span + SPAN_CAUSE, cause, true);
    data.setFloat64(span + SPAN_START, this.now(), true);
    data.setUint32(span + SPAN_ENTRY, entry, true);
  }

  /** Where the next span goes; counted at once, since nobody reads before the job has ended. */
  #next(): number {
    const count = this.#views.u32(this.#at + SPANS_COUNT);
    this.#views.setU32(this.#at + SPANS_COUNT, count + 1);
    return this.#at + SPANS_HEAD + (count % this.#capacity) * SPAN_BYTES;
  }
}

/** The slot's ring in the job at hand; `NO_SPANS` where the job has none. */
export function spansOf(views: Views, slot: number): Spans {
  const spans = views.u32(CTL_SPANS);
  if (spans === 0) return NO_SPANS;
  const capacity = views.u32(CTL_SPAN_CAPACITY);
  return new Ring(views, ringOf(spans, slot, capacity), capacity);
}
