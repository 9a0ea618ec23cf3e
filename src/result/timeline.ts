// What each slot did while a block ran, copied out of the rings that the slots wrote.
import {
  BLOCK_TXS,
  SPAN_BYTES,
  SPAN_CAUSE,
  SPAN_CONFIRM,
  SPAN_END,
  SPAN_ENTRY,
  SPAN_EXECUTE,
  SPAN_FINISH,
  SPAN_KIND,
  SPAN_LAST,
  SPAN_REDO,
  SPAN_START,
  SPAN_STEP,
  SPAN_TAKEN_BACK,
  SPAN_VALIDATE,
  SPAN_WAIT,
  SPANS_COUNT,
  SPANS_HEAD,
  TX_BYTES,
  TX_FROM,
} from '../../assembly/layout.ts';
import { hexOf } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import { causeKind, causeWriter } from '../pipeline/causes.ts';
import { ringOf } from '../pipeline/spans.ts';
import { type CauseKey, causeKey, causeName, type RedoCause } from './causes.ts';
import type { Rings } from './rings.ts';

/**
 * `execute`: a first attempt; `redo`: a later one; `confirm`: results made the confirmed state, with what is executed in
 * turn in between; `validate`: what a slot does that finds nothing to execute: results looked at, signers found out, receipts and
 * parts of roots hashed; `wait`: nothing to do; `finish`: the receipts' root; `fold`: the block's changes made the state's base, by the caller's thread.
 */
export type SpanKind = 'execute' | 'redo' | 'confirm' | 'validate' | 'wait' | 'finish' | 'fold';

/** A stretch of time in which a slot did one thing. */
export interface TimelineSpan {
  /** -1: the caller's thread. */
  slot: number;
  /** What it did. */
  kind: SpanKind;
  /** Index of the first transaction that it is about; -1: what comes before the transactions. */
  first: number;
  /** Index of the last one; the transactions' count: what comes behind them. */
  last: number;
  /** Milliseconds since the block was posted. */
  start: number;
  /** Milliseconds since the block was posted. */
  end: number;
}

/** A result that was taken back: its transaction is executed again. */
export interface TakenBack {
  /** Which slot found it. */
  slot: number;
  /** When, milliseconds since the block was posted. */
  at: number;
  /** Index of the transaction. */
  index: number;
  /** What differed. */
  cause: RedoCause;
  /** Index of the transaction that wrote what differs; absent if none is known or the block's beginning wrote it. */
  by?: number;
  /** What differs, where it is about a key. */
  key?: CauseKey;
}

/** What each slot did while a block ran. */
export interface Timeline {
  /** Slots of the engine. */
  slots: number;
  /** Transactions in the block. */
  transactions: number;
  /** In the order of starting. */
  spans: TimelineSpan[];
  /** In the order of being found. */
  takenBack: TakenBack[];
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

/** Where the ring's entries lie that it still has. */
function entriesOf(views: Views, { address, capacity }: Rings, slot: number): number[] {
  const ring = ringOf(address, slot, capacity);
  const count = Math.min(views.u32(ring + SPANS_COUNT), capacity);
  return Array.from({ length: count }, (_, i) => ring + SPANS_HEAD + SPAN_BYTES * i);
}

const isSpan = (views: Views, at: number): boolean => views.u32(at + SPAN_KIND) !== SPAN_TAKEN_BACK;

const readSpan = (views: Views, span: number, slot: number, posted: number): TimelineSpan => ({
  slot,
  kind: KINDS[views.u32(span + SPAN_KIND)] as SpanKind,
  first: views.u32(span + SPAN_STEP) - 1,
  last: views.u32(span + SPAN_LAST) - 1,
  start: views.data.getFloat64(span + SPAN_START, true) - posted,
  end: views.data.getFloat64(span + SPAN_END, true) - posted,
});

/** The key of a cause: predicates of an account that is not there are about the sender. */
function keyOf(views: Views, block: number, step: number, kind: number, entry: number): CauseKey | undefined {
  if (entry !== 0) return causeKey(views, kind, entry);
  if (causeName(kind) !== 'predicate') return undefined;
  return { address: hexOf(views.bigEndian(views.u32(block + BLOCK_TXS) + TX_BYTES * (step - 1) + TX_FROM, 20)) };
}

function readTakenBack(views: Views, at: number, slot: number, posted: number, block: number): TakenBack {
  const step = views.u32(at + SPAN_STEP);
  const cause = views.u32(at + SPAN_CAUSE);
  const kind = causeKind(cause);
  const key = keyOf(views, block, step, kind, views.u32(at + SPAN_ENTRY));
  const writer = causeWriter(cause);
  return {
    slot,
    at: views.data.getFloat64(at + SPAN_START, true) - posted,
    index: step - 1,
    cause: causeName(kind),
    ...(writer > 0 && writer < step && { by: writer - 1 }),
    ...(key !== undefined && { key }),
  };
}

const droppedBy = (views: Views, { address, capacity }: Rings, slot: number): number =>
  Math.max(0, views.u32(ringOf(address, slot, capacity) + SPANS_COUNT) - capacity);

/** The timeline of a job that has ended, on a block that lies at `block`. */
export function readTimeline(views: Views, rings: Rings, block: number, transactions: number): Timeline {
  const slots = Array.from({ length: rings.slots }, (_, slot) => slot);
  const entries = slots.flatMap((slot) => entriesOf(views, rings, slot).map((at) => [at, slot] as const));
  const spans = entries
    .filter(([at]) => isSpan(views, at))
    .map(([at, slot]) => readSpan(views, at, slot, rings.posted))
    .sort((a, b) => a.start - b.start);
  const takenBack = entries
    .filter(([at]) => !isSpan(views, at))
    .map(([at, slot]) => readTakenBack(views, at, slot, rings.posted, block))
    .sort((a, b) => a.at - b.at);
  const dropped = slots.reduce((sum, slot) => sum + droppedBy(views, rings, slot), 0);
  return { slots: rings.slots, transactions, spans, takenBack, dropped };
}

/** Notes when the caller's thread made the changes of the block the state's base. */
export function noteFold(timeline: Timeline, { posted }: Rings, start: number, end: number): void {
  const place = { slot: -1, first: -1, last: timeline.transactions };
  timeline.spans.push({ ...place, kind: 'fold', start: start - posted, end: end - posted });
}
