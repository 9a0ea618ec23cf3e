// A block that does not end in time, and what tests of an engine's life ask beside.
import { createFeeMarket1559Tx } from '@ethereumjs/tx';
import { createAddressFromString } from '@ethereumjs/util';
import * as make from '../oracle/hand-made.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';

/** Where the loop is. */
export const LOOP: make.Hex = '0x1009000000000000000000000000000000000001';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The code of the error that `promise` rejects with. */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** A block whose one transaction turns in a loop for 2^36 gas, some minutes in WebAssembly. */
export function endlessBlock(seed: string): Scenario {
  const alice = make.person(seed, 'alice');
  const fees = { maxFeePerGas: make.BASE_FEE, maxPriorityFeePerGas: 0n };
  const tx = createFeeMarket1559Tx({ chainId: 1, to: createAddressFromString(LOOP), gasLimit: 2n ** 36n, ...fees });
  const file = make.blockFile({
    fork: 'cancun',
    accounts: { [alice.address]: { balance: 10_000n * make.ETHER }, [LOOP]: { nonce: 1, code: '5b600056' } },
    transactions: [tx.sign(alice.key)],
  });
  Object.assign(file.header, { gasLimit: '0x2000000000' });
  return scenarioOf(file);
}
