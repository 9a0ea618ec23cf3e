// The plan of a block: who is likely to conflict with whom, and what starts early.
import { describe, expect, test } from 'vitest';
import {
  BLOCK_LARGE,
  HEAP,
  OUT_BYTES,
  OUT_GROUP,
  OUT_LARGE_NEXT,
  TX_BYTES,
  TX_DATA_BYTES,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_TO,
} from '../../assembly/layout.ts';
import { planBlock } from '../../src/dispatch/groups.ts';
import { emptyBlock } from './empty-block.ts';

interface Given {
  to?: number;
  gas?: number;
  dataBytes?: number;
}

/** The groups of all steps, the list of the large ones, and the expected time of a block of these transactions. */
function plan(given: readonly Given[]): { groups: number[]; large: number[]; us: number } {
  const { views, txs, outcomes } = emptyBlock(given.length);
  given.forEach(({ to, gas = 21_000, dataBytes = 0 }, i) => {
    const tx = txs + TX_BYTES * i;
    views.setU32(tx + TX_IS_CREATE, Number(to === undefined));
    views.setU32(tx + TX_TO, to ?? 0);
    views.setU32(tx + TX_DATA_BYTES, dataBytes);
    views.setU64(tx + TX_GAS_LIMIT, BigInt(gas));
    views.setU32(outcomes + OUT_BYTES * i + OUT_GROUP, 99); // of a former plan
  });
  const us = planBlock(
    views,
    HEAP,
    given.reduce((sum, { gas = 21_000 }) => sum + gas, 0),
  );
  const groups = given.map((_, i) => views.u32(outcomes + OUT_BYTES * i + OUT_GROUP));
  const large: number[] = [];
  for (let step = views.u32(HEAP + BLOCK_LARGE); step !== 0; ) {
    large.push(step);
    step = views.u32(outcomes + OUT_BYTES * (step - 1) + OUT_LARGE_NEXT);
  }
  return { groups, large, us };
}

const call = (to: number, gas = 100_000): Given => ({ to, gas, dataBytes: 4 });
const creation = (gas: number): Given => ({ gas, dataBytes: 100 });
const payment = (to: number, gas = 100_000): Given => ({ to, gas });

describe('groups', () => {
  test('are transactions that call the same contract', () => {
    expect(plan([call(7), call(8), call(7), call(8), call(7)]).groups).toEqual([1, 2, 1, 2, 1]);
  });

  test('of one transaction are none', () => {
    expect(plan([call(7), call(8), call(9), call(8)]).groups).toEqual([0, 2, 0, 2]);
  });

  test('hold ether that is sent with gas to run code, beside calls', () => {
    expect(plan([payment(7), payment(7, 21_001), call(7)]).groups).toEqual([1, 1, 1]);
  });

  test('do not hold transfers that can run none', () => {
    expect(plan([payment(7, 21_000), payment(7, 21_000), call(7), call(7)]).groups).toEqual([0, 0, 3, 3]);
  });

  test('do not hold creations', () => {
    expect(
      plan([
        { gas: 500_000, dataBytes: 99 },
        { gas: 500_000, dataBytes: 99 },
      ]).groups,
    ).toEqual([0, 0]);
  });
});

describe('large transactions', () => {
  const small = Array.from({ length: 64 }, (_, i) => payment(100 + i, 21_000));

  test('are listed by gas limit, the first of each contract', () => {
    const block = [...small, call(7, 400_000), call(7, 900_000), call(8, 500_000)];
    expect(plan(block).large).toEqual([67, 65]);
  });

  test('are none that only pay, whatever gas they allow', () => {
    expect(plan([...small, payment(7, 900_000)]).large).toEqual([]);
  });

  test('are all creations, which need nothing of each other', () => {
    expect(plan([...small, creation(400_000), creation(900_000)]).large).toEqual([66, 65]);
  });

  test('are none in small blocks', () => {
    expect(plan([...small.slice(2), call(7, 900_000)]).large).toEqual([]);
  });
});

test('gas that a payment allows but is unlikely to use does not make a block seem long', () => {
  expect(plan([payment(7, 200_000), payment(8, 200_000)]).us).toBe(plan([payment(7, 21_000), payment(8, 21_000)]).us);
  expect(plan([call(7, 200_000)]).us).toBeGreaterThan(plan([call(7, 21_000)]).us);
});
