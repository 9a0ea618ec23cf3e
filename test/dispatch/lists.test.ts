// Static dispatch: whose list a transaction comes to.
import { expect, test } from 'vitest';
import {
  CTL_LINES,
  HEAP,
  LINE_BYTES,
  LINE_CURSOR,
  OUT_BYTES,
  OUT_PLAN_NEXT,
  TX_BYTES,
  TX_FROM,
  TX_TO,
} from '../../assembly/layout.ts';
import { dealLists } from '../../src/dispatch/lists.ts';
import { emptyBlock } from './empty-block.ts';

interface Given {
  from: number;
  to: number;
  gas?: number;
}

/** The steps in each slot's list, and how many transactions a full list did not take. */
function deal(given: readonly Given[], slots: number, queueLimit: number): { lists: number[][]; overflows: number } {
  const { views, txs, outcomes } = emptyBlock(given.length);
  given.forEach(({ from, to }, i) => {
    views.setU32(txs + TX_BYTES * i + TX_FROM, from);
    views.setU32(txs + TX_BYTES * i + TX_TO, to);
  });
  const overflows = dealLists(views, HEAP, slots, queueLimit, (tx) => given[(tx - txs) / TX_BYTES]?.gas ?? 21_000);
  const lists = Array.from({ length: slots }, (_, slot) => {
    const list: number[] = [];
    let step = views.u32(CTL_LINES + LINE_BYTES * slot + LINE_CURSOR);
    for (; step !== 0; step = views.u32(outcomes + OUT_BYTES * (step - 1) + OUT_PLAN_NEXT)) list.push(step);
    return list;
  });
  return { lists, overflows };
}

const toOne = (count: number): Given[] => Array.from({ length: count }, (_, i) => ({ from: 100 + i, to: 7 }));

test('who has the same sender or recipient comes to the same list, a recipient as the sender of what it sends', () => {
  const chain = [
    { from: 1, to: 2 },
    { from: 3, to: 4 },
    { from: 2, to: 5 },
    { from: 6, to: 4 },
    { from: 1, to: 9 },
  ];
  expect(deal(chain, 2, Number.POSITIVE_INFINITY)).toEqual({
    lists: [
      [1, 3, 5],
      [2, 4],
    ],
    overflows: 0,
  });
});

test('without a limit one recipient fills one list', () => {
  expect(deal(toOne(5), 2, Number.POSITIVE_INFINITY)).toEqual({ lists: [[1, 2, 3, 4, 5], []], overflows: 0 });
});

test('a list that has outgrown the shortest by the limit is full', () => {
  // 3 to the other list, which has the recipient then; it takes what comes until it is the longer one by two.
  expect(deal(toOne(8), 2, 2)).toEqual({
    lists: [
      [1, 2, 7, 8],
      [3, 4, 5, 6],
    ],
    overflows: 2,
  });
});

test('the list of the recipient takes what the list of the sender has no room for', () => {
  const given = [
    { from: 1, to: 2 },
    { from: 3, to: 4, gas: 1 },
    { from: 1, to: 5 },
    { from: 1, to: 4 },
  ];
  expect(deal(given, 3, 2)).toEqual({ lists: [[1, 3], [2, 4], []], overflows: 1 });
});
