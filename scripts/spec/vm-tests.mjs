/**
 * VM tests: a frame runs alone, and what counts is its gas, output, logs and storage. Such a frame is the outermost one
 * of a transaction whose own costs are nothing: no base gas, no gas for data, no refund at its end.
 *
 * In these tests no value moves, though CALLVALUE sees it, and the caller need not exist: the caller therefore owns just
 * what the transaction takes from it, and the callee has as much less as it gets.
 */
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  SPEC_REFUND_QUOTIENT,
  SPEC_TX_BASE,
  SPEC_TX_DATA_NONZERO,
  SPEC_TX_DATA_ZERO,
} from '../../dist/assembly/layout.js';

/** @typedef {import('../../dist/src/statetest.js').BareEngine} BareEngine */

/** The tests were made for Frontier. */
const FORK = 'chainstart';
const COST_FREE = {
  [SPEC_TX_BASE]: 0,
  [SPEC_TX_DATA_ZERO]: 0,
  [SPEC_TX_DATA_NONZERO]: 0,
  [SPEC_REFUND_QUOTIENT]: 0xffffffff,
};
const ALL = (1n << 256n) - 1n;

/** @param {Uint8Array} bytes */
const hex = (bytes) => `0x${bytesToHex(bytes)}`;
/** @param {bigint} value */
const quantity = (value) => `0x${value.toString(16)}`;
/** @param {any} text */
const word = (text) => `0x${BigInt(text).toString(16).padStart(64, '0')}`;

/** @param {any} test */
function worldOf({ exec, pre }) {
  const callee = pre[exec.address];
  const caller = pre[exec.caller];
  const value = BigInt(exec.value);
  const needs = BigInt(exec.gas) * BigInt(exec.gasPrice) + value;
  return {
    ...pre,
    [exec.caller]: { nonce: '0x0', ...caller, code: '0x', balance: quantity(needs + BigInt(caller?.balance ?? 0)) },
    [exec.address]: { ...callee, balance: quantity((BigInt(callee.balance) - value) & ALL) },
  };
}

/** @param {any} test */
function blockOf({ env, exec }) {
  return {
    number: env.currentNumber,
    timestamp: env.currentTimestamp,
    gasLimit: env.currentGasLimit,
    miner: env.currentCoinbase,
    difficulty: env.currentDifficulty,
    parentHash: word(0),
    transactions: [
      {
        type: 0,
        nonce: 0,
        from: exec.caller,
        to: exec.address,
        gas: exec.gas,
        gasPrice: exec.gasPrice,
        value: exec.value,
        input: exec.data,
      },
    ],
  };
}

/** The storage of an account without zeros, slots sorted. @param {Record<string, string>} storage */
const slots = (storage = {}) =>
  JSON.stringify(
    Object.entries(storage)
      .filter(([, value]) => BigInt(value) !== 0n)
      .map(([slot, value]) => [word(slot), word(value)])
      .sort(),
  );

/** @param {any} actual @param {any} expected */
function storageDifference(actual, expected) {
  for (const address of Object.keys({ ...expected, ...actual })) {
    const [is, should] = [slots(actual[address]?.storage), slots(expected[address]?.storage)];
    if (is !== should) return `storage of ${address} is ${is}, should be ${should}`;
  }
  return undefined;
}

/** @param {any} test @param {any} result */
function resultDifference({ exec, gas, out, logs }, { gasUsed, output, receipts }) {
  const left = BigInt(exec.gas) - gasUsed;
  if (left !== BigInt(gas)) return `${left} gas left, should be ${BigInt(gas)}`;
  if (hex(output) !== out) return `output ${hex(output)}, should be ${out}`;
  const hash = hex(keccak_256(RLP.encode(receipts[0]?.logs ?? [])));
  return hash === logs ? undefined : `logs hash ${hash}, should be ${logs}`;
}

/** @param {any} test @param {BareEngine} engine */
async function runCase(test, engine) {
  const state = await engine.createState(worldOf(test));
  try {
    const run = { block: blockOf(test), hardfork: FORK, state, overrides: COST_FREE };
    const result = await engine.run(/** @type {any} */ (run));
    if (result.invalid) return `refused: ${result.invalid.code}`;
    const failed = test.gas === undefined;
    if (failed !== (result.receipts[0]?.status === 0)) return `status ${result.receipts[0]?.status}`;
    if (failed && result.gasUsed !== BigInt(test.exec.gas)) return `a failed frame left gas`;
    const difference = failed ? undefined : resultDifference(test, result);
    return difference ?? storageDifference(await state.toJSON(), failed ? test.pre : test.post);
  } finally {
    await state.dispose();
  }
}

/** @param {any} file @returns {import('./cases.mjs').Case[]} */
export function vmCases(file) {
  return Object.entries(file).map(([test, content]) => ({
    test,
    fork: 'Frontier',
    index: 'exec',
    run: (/** @type {BareEngine} */ engine) => runCase(content, engine),
  }));
}
