/**
 * General state tests: one transaction in an environment on a small world, per fork and per choice of data, gas and value.
 * A case holds if the world's state root and the hash of the logs are the stated ones, if the transaction is refused
 * exactly where the test says so, for that reason, and if the root of the library's own trie of the world is that of the
 * world.
 */
import { RLP } from '@ethereumjs/rlp';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { FORKS, isFrom } from './forks.mjs';
import { refusalFits } from './refusals.mjs';
import { stateRoot } from './trie.mjs';

/** @typedef {import('../../dist/src/statetest.js').BareEngine} BareEngine */

const ZERO_HASH = `0x${'00'.repeat(32)}`;

/** @param {Uint8Array} bytes */
const hex = (bytes) => `0x${bytesToHex(bytes)}`;
/** @param {string} text full of zeros on the left */
const word = (text) => `0x${BigInt(text).toString(16).padStart(64, '0')}`;

/** @type {Map<string, Record<string, string>>} */
const hashesBefore = new Map();

/** State tests have no chain: the hash of a block is that of its number as decimal text. @param {string} number */
function blockHashes(number) {
  const known = hashesBefore.get(number);
  if (known !== undefined) return known;
  const current = BigInt(number);
  /** @type {Record<string, string>} */
  const hashes = {};
  for (let n = current - 1n; n >= 0n && n >= current - 256n; n--)
    hashes[String(n)] = hex(keccak_256(new TextEncoder().encode(String(n))));
  hashesBefore.set(number, hashes);
  return hashes;
}

/** @param {any} transaction */
function senderOf({ sender, secretKey }) {
  if (sender !== undefined) return sender;
  const key = secp256k1.getPublicKey(hexToBytes(secretKey.slice(2)), false);
  return hex(keccak_256(key.subarray(1)).subarray(12));
}

/** @param {any} transaction @param {unknown} accessList */
function typeOf(transaction, accessList) {
  if (transaction.authorizationList !== undefined) return 4;
  if (transaction.blobVersionedHashes !== undefined || transaction.maxFeePerBlobGas !== undefined) return 3;
  if (transaction.maxFeePerGas !== undefined) return 2;
  return accessList === undefined || accessList === null ? 0 : 1;
}

/** The transaction of a choice, as JSON-RPC. @param {any} transaction @param {any} indexes */
function transactionOf(transaction, { data, gas, value }) {
  const accessList = transaction.accessLists?.[data];
  const type = typeOf(transaction, accessList);
  return {
    ...transaction,
    type,
    from: senderOf(transaction),
    chainId: type === 0 ? undefined : 1,
    to: transaction.to === '' ? null : transaction.to,
    gas: transaction.gasLimit[gas],
    value: transaction.value[value],
    input: transaction.data[data],
    data: undefined,
    accessList: type === 0 ? undefined : (accessList ?? []),
  };
}

/** @param {any} env @param {string} fork */
function headerOf(env, fork) {
  return {
    number: env.currentNumber,
    timestamp: env.currentTimestamp,
    gasLimit: env.currentGasLimit,
    miner: env.currentCoinbase,
    difficulty: env.currentDifficulty,
    mixHash: isFrom(fork, 'paris') ? word(env.currentRandom ?? env.currentDifficulty) : undefined,
    baseFeePerGas: isFrom(fork, 'london') ? env.currentBaseFee : undefined,
    excessBlobGas: isFrom(fork, 'cancun') ? env.currentExcessBlobGas : undefined,
    parentHash: env.previousHash ?? ZERO_HASH,
    parentBeaconBlockRoot: isFrom(fork, 'cancun') ? ZERO_HASH : undefined,
    withdrawals: isFrom(fork, 'shanghai') ? [] : undefined,
  };
}

/** @param {readonly any[]} logs */
const logsHash = (logs) => hex(keccak_256(RLP.encode(/** @type {any} */ (logs))));

/**
 * Runs the transaction; a block that the library does not even decode is refused as well.
 * @param {BareEngine} engine @param {any} run
 */
async function execute(engine, run) {
  try {
    const { invalid, receipts } = await engine.run(run);
    return { refusal: invalid?.code, logs: receipts[0]?.logs ?? [] };
  } catch (error) {
    if (/** @type {any} */ (error).code === 'BAD_ARGUMENT')
      return { refusal: `BAD_ARGUMENT: ${/** @type {any} */ (error).message}`, logs: [] };
    throw error;
  }
}

/**
 * The classic tests, which have no `config`, end with a reward of nothing to the fee recipient, even where the
 * transaction was refused: it comes to life before EIP-161 and is cleared away after it if it is empty.
 * @param {any} state @param {any} test @param {string} fork
 */
function settled(state, { env, config }, fork) {
  if (config !== undefined) return state;
  const coinbase = env.currentCoinbase.toLowerCase();
  const account = state[coinbase];
  if (!isFrom(fork, 'spuriousDragon')) return { [coinbase]: { nonce: '0x0', balance: '0x0' }, ...state };
  if (account === undefined || account.nonce !== '0x0' || account.balance !== '0x0' || account.code) return state;
  const { [coinbase]: _, ...rest } = state;
  return rest;
}

/** @param {any} account of a fixture, in the library's canonical form */
function canonical({ nonce, balance, code, storage }) {
  const quantity = (/** @type {string} */ text) => `0x${BigInt(text).toString(16)}`;
  const slots = Object.entries(storage).map(([slot, value]) => [word(slot), word(/** @type {string} */ (value))]);
  const kept = slots.filter(([, value]) => BigInt(/** @type {string} */ (value)) !== 0n).sort();
  return {
    nonce: quantity(nonce),
    balance: quantity(balance),
    ...(code === '0x' ? {} : { code }),
    ...(kept.length === 0 ? {} : { storage: Object.fromEntries(kept) }),
  };
}

/** @param {any} actual @param {any} expected where the fixture lists the accounts */
export function firstDifference(actual, expected = {}) {
  for (const address of Object.keys({ ...expected, ...actual }).sort()) {
    const should = JSON.stringify(expected[address] && canonical(expected[address]));
    const is = JSON.stringify(actual[address]);
    if (is !== should) return `${address} is ${is}, should be ${should}`;
  }
  return undefined;
}

/** What the engine is to run. @param {any} test @param {string} fork @param {any} post @param {any} state */
export function runOf({ env, transaction }, fork, { indexes }, state) {
  const block = { ...headerOf(env, fork), transactions: [transactionOf(transaction, indexes)] };
  return { block, hardfork: fork, state, blockHashes: blockHashes(env.currentNumber) };
}

/** @param {any} test @param {string} fork @param {any} post @param {BareEngine} engine */
async function runCase(test, fork, post, engine) {
  const state = await engine.createState(test.pre, true);
  try {
    const { refusal, logs } = await execute(engine, runOf(test, fork, post, state));
    if (!refusalFits(refusal, post.expectException))
      return `refused: ${refusal ?? 'no'}, should be: ${post.expectException}`;
    const world = await state.toJSON();
    const after = settled(world, test, fork);
    const root = stateRoot(after);
    const [own, worldRoot] = [await state.root(), after === world ? root : stateRoot(world)];
    if (own !== worldRoot) return `its trie has root ${own} instead of ${worldRoot}`;
    const hint = refusal === undefined ? '' : ` (refused: ${refusal})`;
    if (root !== post.hash) {
      const difference = post.state && firstDifference(after, post.state);
      return `${difference ?? `state root ${root} instead of ${post.hash}`}${hint}`;
    }
    const hash = logsHash(logs);
    return hash === post.logs ? undefined : `logs hash ${hash} instead of ${post.logs}${hint}`;
  } finally {
    await state.dispose();
  }
}

/** @param {any} file @returns {import('./cases.mjs').Case[]} */
export function stateCases(file) {
  return Object.entries(file).flatMap(([test, content]) =>
    Object.entries(content.post).flatMap(([name, posts]) =>
      posts.map((/** @type {any} */ post) => {
        const fork = FORKS[name];
        if (fork === undefined) throw new Error(`${test} is of an unknown fork ${name}`);
        const { data, gas, value } = post.indexes;
        const index = `d${data}g${gas}v${value}`;
        return {
          test,
          fork: name,
          index,
          run: (/** @type {BareEngine} */ engine) => runCase(content, fork, post, engine),
        };
      }),
    ),
  );
}
