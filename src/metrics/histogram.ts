// Counts of values by size.

/** How many values were observed in each bucket. */
export interface Histogram {
  /** Upper bounds of the buckets, rising; a value that equals a bound is below it. */
  bounds: readonly number[];
  /** One per bound, and a last one for what lies above all of them. */
  counts: number[];
  /** Of all values. */
  sum: number;
  /** How many values there were. */
  count: number;
}

export const emptyHistogram = (bounds: readonly number[]): Histogram => ({
  bounds,
  counts: [...bounds.map(() => 0), 0],
  sum: 0,
  count: 0,
});

export function observe(histogram: Histogram, value: number): void {
  const bucket = histogram.bounds.findIndex((bound) => value <= bound);
  const at = bucket < 0 ? histogram.bounds.length : bucket;
  histogram.counts[at] = (histogram.counts[at] as number) + 1;
  histogram.sum += value;
  histogram.count += 1;
}

/** Adds values that were counted in the same buckets elsewhere. */
export function addCounts(histogram: Histogram, counts: readonly number[], sum: number): void {
  counts.forEach((count, i) => {
    histogram.counts[i] = (histogram.counts[i] as number) + count;
    histogram.count += count;
  });
  histogram.sum += sum;
}

export const copyHistogram = (histogram: Histogram): Histogram => ({
  ...histogram,
  bounds: [...histogram.bounds],
  counts: [...histogram.counts],
});
