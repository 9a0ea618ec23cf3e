// A timeline as Chrome's trace events, which Perfetto and chrome://tracing open: "Trace Event Format", complete events of
// one process and a thread per slot, and a flow from each writer to what was executed again because of it.
import type { Timeline, TimelineSpan } from '../result/timeline.ts';
import { causeText, type RedoArrow, redoArrows } from './arrows.ts';

const PROCESS = 1;
/** The caller's thread comes last. */
const threadOf = ({ slots }: Timeline, slot: number): number => (slot < 0 ? slots : slot);
const microseconds = (ms: number): number => Math.round(ms * 1e6) / 1e3;

const nameOf = ({ kind, first, last }: TimelineSpan): string =>
  first === last ? `${kind} ${first}` : `${kind} ${first}–${last}`;

function complete(timeline: Timeline, span: TimelineSpan): object {
  const { slot, kind, first, last, start, end } = span;
  const place = { ph: 'X', pid: PROCESS, tid: threadOf(timeline, slot), ts: microseconds(start) };
  return { name: nameOf(span), cat: kind, ...place, dur: microseconds(end - start), args: { first, last } };
}

/** A flow begins inside of the span that it comes from and ends at the beginning of the one that it leads to. */
function flow(timeline: Timeline, { taken, from, to }: RedoArrow, id: number): object[] {
  const { index, by, cause } = taken;
  const common = { name: `redo ${index}`, cat: 'redo', id, pid: PROCESS };
  const args = { transaction: index, by, cause, key: causeText(taken) };
  const [start, end] = [microseconds(from.start), microseconds(from.end)];
  const inside = Math.max(start, Math.min(end, microseconds(taken.at)) - 0.001);
  return [
    { ...common, ph: 's', tid: threadOf(timeline, from.slot), ts: inside, args },
    { ...common, ph: 'f', bp: 'e', tid: threadOf(timeline, to.slot), ts: microseconds(to.start), args },
  ];
}

function threadNames(timeline: Timeline): object[] {
  const names = [...Array.from({ length: timeline.slots }, (_, slot) => `slot ${slot}`), 'caller'];
  return names.map((name, tid) => ({ name: 'thread_name', ph: 'M', pid: PROCESS, tid, args: { name } }));
}

/** The object that goes into a trace file. */
export function chromeTrace(timeline: Timeline): { displayTimeUnit: 'ms'; traceEvents: object[] } {
  const spans = timeline.spans.map((span) => complete(timeline, span));
  const flows = redoArrows(timeline).flatMap((arrow, id) => flow(timeline, arrow, id));
  return { displayTimeUnit: 'ms', traceEvents: [...threadNames(timeline), ...spans, ...flows] };
}
