// Single transactions, made to run ahead of their turn: how the official suites reach speculation and confirming.
import { afterAll, expect, test } from 'vitest';
import type { Hex } from '../../src/block/types.ts';
import { BareEngine } from '../../src/statetest.ts';

const SENDER: Hex = `0x${'11'.repeat(20)}`;
const TARGET: Hex = `0x${'22'.repeat(20)}`;

/** A transfer with `nonce`. */
const blockOf = (nonce: number) => ({
  number: 1,
  timestamp: 1,
  gasLimit: 1_000_000,
  miner: `0x${'33'.repeat(20)}`,
  difficulty: 1,
  parentHash: `0x${'00'.repeat(32)}`,
  transactions: [{ type: 0, nonce, from: SENDER, to: TARGET, gas: 21_000, gasPrice: 1, value: 5, input: '0x' }],
});

const engines: BareEngine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** Runs the transfer on an engine of two slots, and returns the state after it as well. */
async function transfer(runsAhead: boolean, nonce = 0) {
  const engine = await BareEngine.start(2, runsAhead);
  engines.push(engine);
  const state = await engine.createState({ [SENDER]: { nonce: 0, balance: 1_000_000n } });
  const result = await engine.run({ block: blockOf(nonce) as never, hardfork: 'istanbul', state });
  return { ...result, after: await state.toJSON() };
}

test('a result that ran ahead is confirmed, and is that of a result in turn', async () => {
  const [ahead, inTurn] = [await transfer(true), await transfer(false)];
  expect([ahead.ranAhead, inTurn.ranAhead]).toEqual([1, 0]);
  expect(ahead.after).toEqual(inTurn.after);
  expect(ahead.gasUsed).toBe(21_000n);
});

test('what is invalid ahead of its turn is executed in turn before it counts', async () => {
  const { invalid, ranAhead, stats } = await transfer(true, 7);
  expect(invalid?.code).toBe('NONCE_TOO_HIGH');
  expect(ranAhead).toBe(0);
  expect(stats.attempts).toBe(2);
});
