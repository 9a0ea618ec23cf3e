// Disagreements that the fuzzer found (npm run fuzz:evm), cut down to their core and settled by the rule that each names.

import type { Engine, Hex, RpcTransaction, TxResult } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLER } from '../oracle/bytecode.ts';
import { ETHER, type HandMadeAccount } from '../oracle/hand-made.ts';
import { Engines } from './scenarios.ts';

const SLOT_COUNTS = [1, 2];
const ALICE: Hex = '0xa11ce00000000000000000000000000000000001';
const CONTRACT: Hex = '0xc0de000000000000000000000000000000000001';

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOT_COUNTS);
});
afterAll(() => engines?.close());

const transaction = (fields: object): RpcTransaction =>
  ({
    type: '0x0',
    from: ALICE,
    to: CONTRACT,
    nonce: '0x0',
    gas: '0x186a0',
    gasPrice: '0x1',
    value: '0x0',
    input: '0x',
    ...fields,
  }) as never;

/** Runs one transaction of Alice's, who is rich, and tells what is there afterwards. */
async function run(engine: Engine, accounts: Record<Hex, HandMadeAccount>, tx: object, block: object) {
  const entries = Object.entries({ [ALICE]: { balance: ETHER }, ...accounts } as Record<Hex, HandMadeAccount>);
  const preState = entries.map(([address, { nonce = 0, balance = 0n, code = '' }]) => [
    address,
    { nonce: `0x${nonce.toString(16)}`, balance: `0x${balance.toString(16)}`, code: `0x${code}` },
  ]);
  const state = await engine.createState(Object.fromEntries(preState));
  const result: TxResult = await engine.runTx({ tx: transaction(tx), state, block });
  const after = await state.toJSON();
  await state.dispose();
  return { result, after };
}

describe.each(SLOT_COUNTS)('at %i slots', (slots) => {
  let engine: Engine;
  beforeAll(() => {
    engine = engines.at(slots);
  });

  // Yellow Paper section 6.2: the fee is paid first, then the accounts of the self-destruct set are deleted.
  test.each(['chainstart', 'tangerineWhistle', 'london'])(
    'a fee recipient that destroys itself is gone, %s',
    async (hardfork) => {
      const accounts = { [CONTRACT]: { nonce: 1, balance: 5n, code: `${CALLER}ff` } };
      const { result, after } = await run(engine, accounts, {}, { hardfork, coinbase: CONTRACT });
      expect(result.success).toBe(true);
      expect(after[CONTRACT]).toBeUndefined();
    },
  );

  // Before EIP-161 a reward of nothing brings its recipient to life; from then on it leaves no trace.
  test.each([
    ['chainstart', true],
    ['spuriousDragon', false],
  ])('a reward of nothing, %s', async (hardfork, exists) => {
    const { after } = await run(engine, {}, { gasPrice: '0x0' }, { hardfork, coinbase: CONTRACT });
    expect(CONTRACT in after).toBe(exists);
  });
});
