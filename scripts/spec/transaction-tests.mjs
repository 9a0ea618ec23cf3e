/**
 * Transaction tests: the bytes of a transaction, and under each fork its sender, hash and intrinsic gas, or why it is
 * refused. The library decodes the bytes and runs the transaction on a world in which only its own faults can get in its
 * way: the sender has just its nonce and all the ether there can be, and the block as much gas as a block can have.
 *
 * The hash is that of the decoded fields, encoded again, so it tells that decoding has lost nothing. The intrinsic gas is
 * found by running: with it as gas limit the transaction is valid, with one less it is not.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { rpcOfEnvelope } from '../../dist/src/block/rlp.js';
import { hex, transactionHash } from './encoding.mjs';
import { FORKS, isFrom } from './forks.mjs';
import { faultFits } from './refusals.mjs';

/** @typedef {import('../../dist/src/statetest.js').BareEngine} BareEngine */

/** EIP-1985: no block has more gas; some of the transactions, which no block can hold, do. */
const MOST_GAS = 2n ** 63n - 1n;
const MOST_WEI = 2n ** 256n - 1n;

/** @param {string} fork @param {unknown} transaction @returns {any} */
export function blockAround(fork, transaction) {
  const zeroHash = new Uint8Array(32);
  return {
    number: 1,
    timestamp: 1,
    gasLimit: MOST_GAS,
    miner: new Uint8Array(20),
    difficulty: 0,
    mixHash: zeroHash,
    parentHash: zeroHash,
    ...(isFrom(fork, 'london') && { baseFeePerGas: 0 }),
    ...(isFrom(fork, 'shanghai') && { withdrawals: [] }),
    ...(isFrom(fork, 'cancun') && { excessBlobGas: 0, parentBeaconBlockRoot: zeroHash }),
    transactions: [transaction],
  };
}

/**
 * The transaction as the engine is to run it: whether its sender owns the value is not asked, and where it has more gas
 * than a block can have, less gas at a higher price stands for the same cost.
 * @param {any} fields
 */
function affordable(fields) {
  const price = 'gasPrice' in fields ? 'gasPrice' : 'maxFeePerGas';
  if (fields.gas <= MOST_GAS) return { ...fields, value: 0 };
  const cost = fields.gas * fields[price];
  return { ...fields, value: 0, gas: MOST_GAS, [price]: (cost + MOST_GAS - 1n) / MOST_GAS };
}

/**
 * What the library says against the transaction, undefined if nothing.
 * @param {BareEngine} engine @param {string} fork @param {any} fields @param {any} sender as decoded
 */
async function invalidity(engine, fork, fields, { from, nonce }) {
  const state = await engine.createState({ [hex(from)]: { nonce, balance: MOST_WEI } });
  try {
    const block = blockAround(fork, { ...affordable(fields), from });
    const { invalid } = await engine.run(/** @type {any} */ ({ block, hardfork: fork, state }));
    return invalid?.code;
  } finally {
    await state.dispose();
  }
}

const PATH = 'transactions[0]';

/** @param {BareEngine} engine @param {string} fork @param {string} txbytes */
async function judge(engine, fork, txbytes) {
  try {
    const fields = rpcOfEnvelope(hexToBytes(txbytes.slice(2)), PATH);
    const [plain] = (await engine.decode(blockAround(fork, fields), fork)).transactions;
    return { fields, plain, fault: await invalidity(engine, fork, fields, plain) };
  } catch (error) {
    const { code, field } = /** @type {any} */ (error);
    if (code !== 'BAD_ARGUMENT') throw error;
    return { fault: field.replace(PATH, '').replace(/^\./, '') };
  }
}

/** @param {BareEngine} engine @param {string} fork @param {any} judged @param {bigint} gas */
async function intrinsicGasDifference(engine, fork, { fields, plain }, gas) {
  const enough = await invalidity(engine, fork, { ...fields, gas }, plain);
  const lacking = await invalidity(engine, fork, { ...fields, gas: gas - 1n }, plain);
  if (enough === undefined && lacking === 'INTRINSIC_GAS') return undefined;
  return `with ${gas} gas ${enough ?? 'valid'}, with one less ${lacking ?? 'valid'}`;
}

/** @param {BareEngine} engine @param {string} fork @param {string} txbytes @param {any} expected */
async function runCase(engine, fork, txbytes, expected) {
  const judged = await judge(engine, fork, txbytes);
  const { exception } = expected;
  if (exception !== undefined)
    return faultFits(judged.fault, exception) ? undefined : `${judged.fault ?? 'valid'}, should be ${exception}`;
  if (judged.fault !== undefined) return `${judged.fault}, should be valid`;
  const is = { sender: hex(judged.plain.from), hash: transactionHash(judged.fields) };
  for (const name of /** @type {const} */ (['sender', 'hash']))
    if (is[name] !== expected[name]) return `${name} ${is[name]}, should be ${expected[name]}`;
  return intrinsicGasDifference(engine, fork, judged, BigInt(expected.intrinsicGas));
}

/** @param {any} file @returns {import('./cases.mjs').Case[]} */
export function transactionCases(file) {
  return Object.entries(file).flatMap(([test, { txbytes, result }]) =>
    Object.entries(result).map(([name, expected]) => {
      const fork = FORKS[name];
      if (fork === undefined) throw new Error(`${test} is of an unknown fork ${name}`);
      const run = (/** @type {BareEngine} */ engine) => runCase(engine, fork, txbytes, expected);
      return { test, fork: name, index: 'txbytes', run };
    }),
  );
}
