// The page of `parallel-evm explain --html`: the best schedules as lanes, and what stands in their way.
import { listSchedule } from '../analysis/schedule.ts';
import type { BlockExplanation, Hex, StateKey, TransactionRecord } from '../index.ts';
import type { Chart, PageTable, PageTransaction } from './page/data.ts';
import { pageHtml } from './page/page.ts';

const SLOT_COUNTS = [2, 1, 4, 8, 16];
const INDEPENDENT = 0;
const DEPENDENT = 1;

/** Small numbers of slots are read as such: without the zeros before them. */
const slotText = ({ address, slot }: { address: Hex; slot: Hex }): string =>
  `slot 0x${BigInt(slot).toString(16)} of ${address}`;

const keyText = ({ kind, address, slot }: StateKey): string =>
  slot === undefined ? `${kind} of ${address}` : slotText({ address, slot });

function chartOf(slots: number, costs: readonly number[], { dependencies }: BlockExplanation): Chart {
  const kindOf = (index: number): number => (dependencies[index]?.length === 0 ? INDEPENDENT : DEPENDENT);
  return {
    name: `best schedule on ${slots} ${slots === 1 ? 'slot' : 'slots'}`,
    lanes: Array.from({ length: slots }, (_, i) => `slot ${i}`),
    spans: listSchedule(costs, dependencies, slots).map(
      ({ index, slot, start, end }) => [slot, start, end, kindOf(index), index, ''] as const,
    ),
    arrows: [],
    frontier: [],
  };
}

/** What the page tells of a transaction. */
export function pageTransaction(record: TransactionRecord, needs: PageTransaction['needs']): PageTransaction {
  const { from, to, selector, gasUsed, ms, accounts, slots } = record;
  return {
    facts: [
      ['from', from],
      ['to', to ?? 'creation'],
      ...(selector === undefined ? [] : [['function', selector] as const]),
      ['gas used', String(gasUsed)],
      ['time', `${(ms * 1000).toFixed(0)} µs`],
    ],
    needs,
    reads: [
      ...accounts.flatMap(({ address, reads }) => reads.map((read) => `${read} of ${address}`)),
      ...slots.filter(({ written }) => !written).map(slotText),
    ],
    writes: [
      ...accounts.flatMap(({ address, writes }) => writes.map((write) => `${write} of ${address}`)),
      ...slots.filter(({ written }) => written).map(slotText),
    ],
  };
}

function tablesOf({ hotKeys, hotContracts, ms }: BlockExplanation): PageTable[] {
  const share = (part: number): string => `${((100 * part) / ms).toFixed(1)} %`;
  return [
    {
      heading: 'Hottest keys',
      head: ['key', 'transactions that wait', 'share of time'],
      rows: hotKeys.map((key) => [keyText(key), String(key.dependents), share(key.ms)]),
    },
    {
      heading: 'Contracts',
      head: ['contract', 'calls', 'that wait', 'share of time', 'functions'],
      rows: hotContracts.map(({ address, transactions, dependents, ms: own, functions }) => [
        address,
        String(transactions),
        String(dependents),
        share(own),
        functions.map(({ name, calls }) => `${name} ×${calls}`).join(', '),
      ]),
    },
  ];
}

export function explanationPage(
  number: number,
  records: readonly TransactionRecord[],
  explanation: BlockExplanation,
): string {
  const { transactions, gasUsed, ms, dependents, criticalPath, speedups, reasons, dependencies } = explanation;
  const costs = records.map((record) => record.ms);
  const factors = speedups.map(({ slots, factor }) => `${factor.toFixed(2)}x on ${slots}`).join(', ');
  return pageHtml({
    title: `Block ${number}: what more slots could bring`,
    notes: [
      `${transactions} transactions, ${(Number(gasUsed) / 1e6).toFixed(1)} Mgas, ${ms.toFixed(2)} ms on one slot; ${dependents} need an earlier one; the longest chain has ${criticalPath.links.length} and takes ${criticalPath.ms.toFixed(2)} ms.`,
      `At best, with dependencies and times known before: ${factors || 'nothing to gain'}.`,
      ...reasons.map(({ text }) => text),
    ],
    data: {
      kinds: ['needs nobody', 'needs an earlier transaction'],
      charts: SLOT_COUNTS.map((slots) => chartOf(slots, costs, explanation)),
      transactions: records.map((record, i) =>
        pageTransaction(
          record,
          (dependencies[i] ?? []).map(({ on, key }) => [on, keyText(key)] as const),
        ),
      ),
    },
    tables: tablesOf(explanation),
  });
}
