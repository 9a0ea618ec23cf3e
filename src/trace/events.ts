// What the tracing kernels noted of one transaction (assembly/tracing.ts), copied out of shared memory.
import { EV_BYTES, EV_KIND, TRACE_CHUNK_END, TRACE_CHUNK_HEAD, TRACE_CHUNK_NEXT } from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { hexOf, hexQuantity } from '../hex.ts';
import { Views } from '../memory/views.ts';
import type { Instruction } from '../spec/instructions.ts';

/** A transaction's events, and how it counts in its block. */
export interface TracedTransaction {
  events: Views;
  /** The instructions of its fork. */
  instructions: readonly (Instruction | undefined)[];
  gasLimit: bigint;
  /** After refunds. */
  gasUsed: bigint;
}

/** Copies the events of a list of chunks behind each other. */
export function copyEvents(views: Views, first: number): Views {
  const pieces: Uint8Array[] = [];
  for (let chunk = first; chunk !== 0; chunk = views.u32(chunk + TRACE_CHUNK_NEXT))
    pieces.push(views.bytes.subarray(chunk + TRACE_CHUNK_HEAD, views.u32(chunk + TRACE_CHUNK_END)));
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return Views.over(all);
}

/** Kind and address of each event, in order. */
export function* eachEvent(events: Views): Generator<{ kind: number; at: number }, void> {
  const end = events.bytes.length;
  for (let at = 0; at < end; at += events.u32(at + EV_BYTES)) yield { kind: events.bytes[at + EV_KIND] as number, at };
}

export const byteAt = (events: Views, at: number): number => events.bytes[at] as number;
export const addressAt = (events: Views, at: number): Hex => hexOf(events.bigEndian(at, 20));
export const quantityAt = (events: Views, at: number): Hex => hexQuantity(events.u64(at));
export const bytesAt = (events: Views, at: number, length: number): Hex =>
  hexOf(events.bytes.subarray(at, at + length));
