// What a slot did when: spans in shared memory, for a timeline. Reading the clock is most of what they cost. With a
// timeline or without, it is the same object: code that was optimised for the one serves the other.
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

/** Bytes of the rings of `slots` slots, each for `capacity` spans. */
export const spansBytes = (slots: number, capacity: number): number => slots * (SPANS_HEAD + capacity * SPAN_BYTES);

export const ringOf = (spans: number, slot: number, capacity: number): number =>
  spans + slot * (SPANS_HEAD + capacity * SPAN_BYTES);

/** This thread's; asking for it costs as much as looking at the clock. */
const ORIGIN = performance.timeOrigin;

/** Milliseconds since the epoch, which all threads of a process share; to a quarter of a microsecond. */
export const absoluteNow = (): number => ORIGIN + performance.now();

/** The newest spans of one slot, where they are asked for. */
export class Spans {
  readonly #views: Views;
  readonly #slot: number;
  /** Where the ring of the job at hand lies; 0: it has none. */
  #ring = 0;
  #capacity = 0;
  #count = 0;

  constructor(views: Views, slot: number) {
    this.#views = views;
    this.#slot = slot;
  }

  /** Takes the slot's ring in the job at hand, which the slot is in; from then on what is noted goes there. */
  open(): void {
    const views = this.#views;
    const spans = views.u32(CTL_SPANS);
    this.#ring = 0;
    if (spans === 0) return;
    this.#capacity = views.u32(CTL_SPAN_CAPACITY);
    this.#ring = ringOf(spans, this.#slot, this.#capacity);
    this.#count = views.u32(this.#ring + SPANS_COUNT); // not 0 where the slot is a dead one's successor
  }

  /** Milliseconds; of no meaning but for `add`. */
  now(): number {
    return this.#ring === 0 ? 0 : absoluteNow();
  }

  /** Notes that `kind` (SPAN_*) was done from `start` until now, at steps `step` to `last`. */
  add(kind: number, start: number, step: number, last: number = step): void {
    if (this.#ring === 0) return;
    const { data } = this.#views;
    const span = this.#next();
    data.setUint32(span + SPAN_KIND, kind, true);
    data.setUint32(span + SPAN_STEP, step, true);
    data.setUint32(span + SPAN_LAST, last, true);
    data.setFloat64(span + SPAN_START, start, true);
    data.setFloat64(span + SPAN_END, absoluteNow(), true);
  }

  /** Notes that the result of `step` is taken back, why (OUT_CAUSE), and the entry of the key. */
  addTakenBack(step: number, cause: number, entry: number): void {
    if (this.#ring === 0) return;
    const { data } = this.#views;
    const span = this.#next();
    data.setUint32(span + SPAN_KIND, SPAN_TAKEN_BACK, true);
    data.setUint32(span + SPAN_STEP, step, true);
    data.setUint32(span + SPAN_CAUSE, cause, true);
    data.setFloat64(span + SPAN_START, absoluteNow(), true);
    data.setUint32(span + SPAN_ENTRY, entry, true);
  }

  /** Where the next span goes; counted at once, since nobody reads before the job has ended. */
  #next(): number {
    const at = this.#ring + SPANS_HEAD + (this.#count % this.#capacity) * SPAN_BYTES;
    this.#count += 1;
    this.#views.setU32(this.#ring + SPANS_COUNT, this.#count);
    return at;
  }
}
