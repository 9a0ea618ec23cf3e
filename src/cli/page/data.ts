// What a page shows: plain data, so that it can lie in the page as JSON.

/** Something that a slot did: lane, start and end in milliseconds, index of its kind, transaction (-1: none), note. */
export type Span = readonly [lane: number, start: number, end: number, kind: number, tx: number, note: string];

/** From a moment in one lane to one in another; the transaction that it leads to, and why. */
export type Arrow = readonly [fromLane: number, fromMs: number, toLane: number, toMs: number, tx: number, note: string];

/** Facts of a transaction that the page shows when it is picked. */
export interface PageTransaction {
  /** Label and value, in the order in which they are shown. */
  facts: readonly (readonly [string, string])[];
  /** Earlier transactions that it needs or was redone for, and why. */
  needs: readonly (readonly [index: number, why: string])[];
  reads: readonly string[];
  writes: readonly string[];
}

export interface PageTable {
  heading: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** One picture of lanes; a page may have several to choose from. */
export interface Chart {
  name: string;
  lanes: readonly string[];
  spans: readonly Span[];
  /** Always drawn. Without any, what the picked transaction needs is. */
  arrows: readonly Arrow[];
  /** Milliseconds at which the confirmed frontier reached a transaction: a line over the lanes. */
  frontier: readonly (readonly [ms: number, tx: number])[];
}

export interface PageData {
  /** What a span's colour means, by its kind. */
  kinds: readonly string[];
  charts: readonly Chart[];
  transactions: readonly PageTransaction[];
}
