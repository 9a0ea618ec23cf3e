// The page of `parallel-evm run --timeline FILE.html`: what every slot did, and the confirmed frontier.
import type { BlockResult, Receipt, Timeline, TimelineSpan } from '../index.ts';
import type { Chart, PageTransaction, Span } from './page/data.ts';
import { pageHtml } from './page/page.ts';

const KINDS: readonly TimelineSpan['kind'][] = ['execute', 'confirm', 'redo', 'validate', 'wait', 'finish', 'fold'];

/** Longest first where they begin together, so that what lies in another is drawn over it. */
const outerFirst = (a: TimelineSpan, b: TimelineSpan): number => a.start - b.start || b.end - a.end;

function spanOf({ slot, kind, first, last, start, end }: TimelineSpan, slots: number): Span {
  const runs = kind === 'execute' || kind === 'redo';
  const note = runs || first === last ? '' : `transactions ${first} to ${last}`;
  return [slot < 0 ? slots : slot, start, end, KINDS.indexOf(kind), runs ? first : -1, note];
}

function chartOf({ slots, spans }: Timeline): Chart {
  return {
    name: 'timeline',
    lanes: [...Array.from({ length: slots }, (_, slot) => `slot ${slot}`), 'caller'],
    spans: [...spans].sort(outerFirst).map((span) => spanOf(span, slots)),
    frontier: spans.filter(({ kind }) => kind === 'confirm').map(({ end, last }) => [end, last] as const),
  };
}

function transactionOf(receipt: Receipt, gasUsed: bigint, attempts: number): PageTransaction {
  return {
    facts: [
      ['status', receipt.status === 1 ? 'success' : 'failed'],
      ['gas used', String(gasUsed)],
      ['gas used in the block so far', String(receipt.cumulativeBlockGasUsed)],
      ['logs', String(receipt.logs.length)],
      ['executions', String(attempts)],
    ],
    needs: [],
    reads: [],
    writes: [],
  };
}

const total = (spans: readonly TimelineSpan[], kind: TimelineSpan['kind']): number =>
  spans.reduce((sum, span) => sum + (span.kind === kind ? span.end - span.start : 0), 0);

export function timelinePage(
  number: number,
  { receipts, stats, timeline }: BlockResult & { timeline: Timeline },
): string {
  const { spans, slots, dropped } = timeline;
  const shares = KINDS.map((kind) => `${kind} ${total(spans, kind).toFixed(2)} ms`).join(', ');
  return pageHtml({
    title: `Block ${number} on ${slots} ${slots === 1 ? 'slot' : 'slots'}`,
    notes: [
      `${receipts.length} transactions in ${stats.ms.execute.toFixed(2)} ms, ${stats.redos} redone. Sums over all lanes: ${shares}.`,
      ...(dropped === 0 ? [] : [`${dropped} older spans had no room.`]),
    ],
    data: {
      kinds: KINDS,
      charts: [chartOf(timeline)],
      transactions: receipts.map((receipt, i) => {
        const { gasUsed = 0n, attempts = 0 } = stats.perTransaction[i] ?? {};
        return transactionOf(receipt, gasUsed, attempts);
      }),
    },
    tables: [],
  });
}
