// Transactions that outgrow their slot's arena within one frame: the attempt goes on, void, until it ends by itself, and is
// then repeated in a larger arena with the result that it would have had at once.

import { createEngine, type Hex } from 'parallel-evm';
import { createFaultyEngine } from 'parallel-evm/testing';
import { describe, expect, test } from 'vitest';
import { push } from '../oracle/bytecode.ts';

const CONTRACT: Hex = '0xc0de000000000000000000000000000000000001';
const OTHER: Hex = '0xc0de000000000000000000000000000000000002';
const ROUNDS = 30_000;
const LOOP_GAS = 1 + 3 + 3 + 3 + 3 + 3 + 10;

/** Runs `body` with each number from `ROUNDS` down to 1 on the stack, then returns the word that `result` leaves. */
const loop = (body: string, result: string): Hex =>
  `0x${push(ROUNDS)}5b${body}${push(1)}900380${push(3)}57${result}${push(0)}52${push(32)}${push(0)}f3`;
const RESULT_GAS = 3 + 6 + 3 + 3;

/** Each of them meets as many slots or accounts as the loop has rounds: code, gas of a round, of the result, the result. */
const LOOPS: [string, string, number, string, number, bigint][] = [
  // A state test of EIP-1153 (15_tstoreCannotBeDosd) was where this was first missed.
  ['transient slots', '80805d', 3 + 3 + 100, `${push(7)}5c`, 3 + 100, 7n],
  ['storage slots', '805450', 3 + 2100 + 2, `${push(7)}54`, 3 + 100, 0n],
  ['accounts', '80193150', 3 + 3 + 2600 + 2, `${push(7)}1931`, 3 + 3 + 100, 0n],
];

describe.each([1, 2])('at %i slots', (slots) => {
  test.each(LOOPS)('many %s in one frame end, as in a larger arena', async (_, body, gas, result, resultGas, value) => {
    const engine = await createEngine({ slots });
    const state = await engine.createState({ [CONTRACT]: { nonce: 1, balance: 0, code: loop(body, result) } });
    const run = () => engine.call({ state, to: CONTRACT, gas: 10n ** 9n, block: { hardfork: 'cancun' } });
    const first = await run();
    expect(BigInt(`0x${Buffer.from(first.output).toString('hex')}`)).toBe(value);
    expect(first.executionGasUsed).toBe(BigInt(3 + ROUNDS * (LOOP_GAS + gas) + resultGas + RESULT_GAS));
    expect(await run()).toEqual(first);
    await engine.close();
  });
});

describe.each([1, 2])('memory that a call takes once, at %i slots', (slots) => {
  /** Writes a word behind twenty megabytes: an arena of 256 MiB. */
  const wide: Hex = `0x${push(1)}${push(20 * 2 ** 20)}5200`;

  test('is given back with the end of the job, and there again when it is needed', async () => {
    const { engine, faults } = await createFaultyEngine({ slots, warmUp: false });
    const state = await engine.createState({
      [CONTRACT]: { nonce: 1, balance: 0, code: wide },
      [OTHER]: { nonce: 1, balance: 0, code: '0x00' },
    });
    const run = (to: Hex, count = 1) =>
      engine.simulate({
        state,
        calls: Array.from({ length: count }, () => ({ to, gas: 2n * 10n ** 9n })),
        block: { hardfork: 'cancun' },
      });
    await run(OTHER);
    const { held } = await faults.heap();
    for (let times = 0; times < 2; times++) {
      for (const { success } of await run(CONTRACT, 6)) expect(success).toBe(true);
      expect(await faults.heap()).toMatchObject({ held, lost: 0 });
      await run(OTHER);
    }
    await engine.close();
  });

  test('may be more than half of all there is, whichever slot needs it', async () => {
    const engine = await createEngine({ slots, warmUp: false, memory: { maxBytes: 2 ** 29 + 2 ** 26 } });
    const state = await engine.createState({ [CONTRACT]: { nonce: 1, balance: 0, code: wide } });
    const [from, gas]: [Hex, bigint] = ['0x5e4de40000000000000000000000000000000001', 2n * 10n ** 9n];
    const tx = { type: '0x0', from, to: CONTRACT, value: '0x0', input: '0x', nonce: '0x0', gasPrice: '0x0' };
    const block = { hardfork: 'cancun', gasLimit: gas, baseFeePerGas: 0n };
    for (let i = 0; i < 30; i++) {
      const result = await engine.runTx({
        tx: { ...tx, gas: `0x${gas.toString(16)}` } as never,
        state,
        commit: false,
        block: block as never,
      });
      expect(result.receipt?.status ?? result).toBe(1);
    }
    await engine.close();
  });
});
