// The memory in which slots note what they do when: a ring for each (src/pipeline/spans.ts), there for one run.
import { CTL_SPAN_CAPACITY, CTL_SPANS, SPANS_COUNT } from '../../assembly/layout.ts';
import type { SharedSpace } from '../memory/shared.ts';
import { absoluteNow, ringOf, spansBytes } from '../pipeline/spans.ts';

/** Where the rings lie, and since when. */
export interface Rings {
  address: number;
  capacity: number;
  slots: number;
  /** Milliseconds since the epoch. */
  posted: number;
}

/** Room of a slot's ring. */
const SPANS_PER_TRANSACTION = 4;
const LEAST_SPANS = 1024;

/** Memory for what slots note of a block: some spans for each of its transactions. Between jobs. */
export function openRings({ alloc, views }: SharedSpace, slots: number, transactionCount: number): Rings {
  const capacity = SPANS_PER_TRANSACTION * transactionCount + LEAST_SPANS;
  const address = alloc(spansBytes(slots, capacity), 'the timeline');
  for (let slot = 0; slot < slots; slot++) views.setU32(ringOf(address, slot, capacity) + SPANS_COUNT, 0);
  views.setU32(CTL_SPANS, address);
  views.setU32(CTL_SPAN_CAPACITY, capacity);
  return { address, capacity, slots, posted: absoluteNow() };
}

/** Gives it back. Between jobs. */
export function closeRings({ free, views }: SharedSpace, { address }: Rings): void {
  views.setU32(CTL_SPANS, 0);
  free(address);
}
