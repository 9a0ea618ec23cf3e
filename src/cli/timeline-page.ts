// The page of `parallel-evm run --timeline FILE.html`: what every slot did, and the confirmed frontier.
import { causeText, type RedoArrow, redoArrows } from '../analysis/arrows.ts';
import type { BlockResult, Receipt, Timeline, TimelineSpan, TransactionRecord } from '../index.ts';
import { pageTransaction } from './explain-page.ts';
import type { Arrow, Chart, PageTransaction, Span } from './page/data.ts';
import { pageHtml } from './page/page.ts';

const KINDS: readonly TimelineSpan['kind'][] = ['execute', 'confirm', 'redo', 'validate', 'wait', 'finish', 'fold'];

/** Longest first where they begin together, so that what lies in another is drawn over it. */
const outerFirst = (a: TimelineSpan, b: TimelineSpan): number => a.start - b.start || b.end - a.end;

function spanOf({ slot, kind, first, last, start, end }: TimelineSpan, slots: number): Span {
  const runs = kind === 'execute' || kind === 'redo';
  const note = runs || first === last ? '' : `transactions ${first} to ${last}`;
  return [slot < 0 ? slots : slot, start, end, KINDS.indexOf(kind), runs ? first : -1, note];
}

function arrowOf({ taken, from, to }: RedoArrow): Arrow {
  const note = `transaction ${taken.index} was redone because of transaction ${taken.by}: ${causeText(taken)}`;
  return [from.slot, Math.min(from.end, taken.at), to.slot, to.start, taken.index, note];
}

function chartOf(timeline: Timeline): Chart {
  const { slots, spans } = timeline;
  return {
    name: 'timeline',
    lanes: [...Array.from({ length: slots }, (_, slot) => `slot ${slot}`), 'caller'],
    spans: [...spans].sort(outerFirst).map((span) => spanOf(span, slots)),
    arrows: redoArrows(timeline).map(arrowOf),
    frontier: spans.filter(({ kind }) => kind === 'confirm').map(({ end, last }) => [end, last] as const),
  };
}

/** What made the transaction's results stale, once for each of them. */
const needsOf = ({ takenBack }: Timeline, tx: number): PageTransaction['needs'] =>
  takenBack.filter(({ index }) => index === tx).map((taken) => [taken.by ?? -1, `redone for ${causeText(taken)}`]);

function transactionOf(
  receipt: Receipt,
  gasUsed: bigint,
  attempts: number,
  record: TransactionRecord | undefined,
  needs: PageTransaction['needs'],
): PageTransaction {
  const recorded = record && pageTransaction(record, needs);
  const facts = recorded?.facts.filter(([label]) => label !== 'gas used' && label !== 'time') ?? [];
  return {
    facts: [
      ...facts,
      ['status', receipt.status === 1 ? 'success' : 'failed'],
      ['gas used', String(gasUsed)],
      ['gas used in the block so far', String(receipt.cumulativeBlockGasUsed)],
      ['logs', String(receipt.logs.length)],
      ['executions', String(attempts)],
    ],
    needs,
    reads: recorded?.reads ?? [],
    writes: recorded?.writes ?? [],
  };
}

const total = (spans: readonly TimelineSpan[], kind: TimelineSpan['kind']): number =>
  spans.reduce((sum, span) => sum + (span.kind === kind ? span.end - span.start : 0), 0);

/** `records`: of the same block, for what its transactions read and wrote. */
export function timelinePage(
  number: number,
  { receipts, stats, timeline }: BlockResult & { timeline: Timeline },
  records: readonly TransactionRecord[],
): string {
  const { spans, slots, dropped } = timeline;
  const shares = KINDS.map((kind) => `${kind} ${total(spans, kind).toFixed(2)} ms`).join(', ');
  return pageHtml({
    title: `Block ${number} on ${slots} ${slots === 1 ? 'slot' : 'slots'}`,
    notes: [
      `${receipts.length} transactions in ${stats.ms.execute.toFixed(2)} ms, ${stats.redos} redone; arrows lead from the transaction that wrote what had changed. The dashed line is the confirmed frontier, the first transaction at the bottom. Sums over all lanes: ${shares}.`,
      ...(dropped === 0 ? [] : [`${dropped} older spans had no room.`]),
    ],
    data: {
      kinds: KINDS,
      charts: [chartOf(timeline)],
      transactions: receipts.map((receipt, i) => {
        const { gasUsed = 0n, attempts = 0 } = stats.perTransaction[i] ?? {};
        return transactionOf(receipt, gasUsed, attempts, records[i], needsOf(timeline, i));
      }),
    },
    tables: [],
  });
}
