/**
 * What the blocks of a case must come to: the oracle runs them one after another, each on the state that the last one left.
 * Of an invalid block it says which transaction is at fault and, as far as its message tells, why.
 */
import { bytesToHex } from '@ethereumjs/util';
import { decodeFile, prepareBlock } from '../../test/oracle/reference.mjs';
import { stateDiff } from '../../test/oracle/state-diff.mjs';
import { worldOf } from '../../test/oracle/world.mjs';
import { isFrom } from './forks.mjs';
import { rulesOf } from './signatures.mjs';

/** @typedef {import('./scenarios.mjs').Case} Case */
/** @typedef {import('./scene.mjs').Invalid} Invalid */
/** @typedef {import('../../test/oracle/world.mjs').World} World */

/** What is compared of a block's result. @typedef {Record<string, any>} Effects */
/** @typedef {{ effects: Effects, after: object }} Expected `after`: the state, as `State.toJSON` gives it */

/** The oracle's messages, and the codes that each can stand for. @type {readonly [RegExp, readonly string[]][]} */
const MESSAGES = [
  [/correct nonce/, ['NONCE_TOO_LOW', 'NONCE_TOO_HIGH']],
  [/enough funds/, ['INSUFFICIENT_FUNDS']],
  [/not EOA/, ['SENDER_NOT_EOA']],
  [/INTRINSIC_GAS_TOO_LOW/, ['INTRINSIC_GAS', 'FLOOR_GAS']],
  [/less than the block's baseFeePerGas/, ['FEE_BELOW_BASE_FEE']],
  [/less than block blobGasPrice/, ['BLOB_FEE_BELOW_BASE_FEE']],
  [/higher gas limit than the block/, ['BLOCK_GAS_LIMIT', 'BLOCK_BLOB_GAS']],
  [/system contract call failed/, ['SYSTEM_CALL_FAILED']],
  [/deposit/i, ['DEPOSIT_MALFORMED']],
];

/** @param {string} message @returns {readonly string[]} */
const codesOf = (message) => MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? [];

/** @param {any} receipt only what both sides have; before Byzantium receipts hold state roots, which execution does not give */
const receiptOf = ({ status, cumulativeBlockGasUsed, bitvector, logs, blobGasUsed, blobGasPrice }, hasStatus) => ({
  ...(hasStatus && { status }),
  cumulativeBlockGasUsed,
  bitvector,
  logs,
  blobGasUsed,
  blobGasPrice,
});

/** @param {any} result of the oracle or of the engine @param {object} diff @param {string} fork @returns {Effects} */
export function effectsOf(result, diff, fork) {
  const hasStatus = isFrom(fork, 'byzantium');
  const { gasUsed, logsBloom, receiptsRoot, requestsHash, receipts } = result;
  return {
    receipts: receipts.map((receipt) => receiptOf(receipt, hasStatus)),
    gasUsed,
    logsBloom,
    ...(hasStatus && { receiptsRoot }),
    requestsHash,
    stateDiff: diff,
  };
}

const quantity = (/** @type {bigint} */ value) => `0x${value.toString(16)}`;
const sorted = (/** @type {[string, unknown][]} */ entries) =>
  Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

/** @param {World} world @returns {object} as `State.toJSON` writes a state */
export function worldJson({ accounts, codes, storages }) {
  const all = [...accounts].map(([address, { nonce, balance }]) => {
    const code = codes.get(address);
    const slots = [...(storages.get(address) ?? [])].map(([slot, value]) => [
      `0x${slot}`,
      `0x${bytesToHex(value).slice(2).padStart(64, '0')}`,
    ]);
    return [
      `0x${address}`,
      {
        nonce: quantity(nonce),
        balance: quantity(balance),
        ...(code !== undefined && { code: bytesToHex(code) }),
        ...(slots.length > 0 && { storage: sorted(/** @type {any} */ (slots)) }),
      },
    ];
  });
  return sorted(/** @type {any} */ (all));
}

/** @param {any} file @param {World} world */
const execute = (file, world) => prepareBlock(decodeFile(file, rulesOf(file.hardfork)), world, file.blockHashes).run();

/** @param {any} file @param {World} world @returns {Promise<any>} the error that the block ends with, if it does */
const errorOf = (file, world) =>
  execute(file, world).then(
    () => undefined,
    (cause) => cause,
  );

/** What the oracle does not see: that everything before it is valid, it says. @param {any} file @param {World} world @param {Invalid} stated */
async function unseen(file, world, { txIndex, code }) {
  const transactions = txIndex < 0 ? file.transactions : file.transactions.slice(0, txIndex);
  const error = await errorOf({ ...file, transactions }, world);
  if (error !== undefined) throw new Error(`before ${code} at ${txIndex}: ${error.message}`);
  return { txIndex, codes: [code] };
}

/** @param {any} file @param {World} world @param {Invalid} [stated] */
async function invalidOf(file, world, stated) {
  if (stated?.isSeen === false) return unseen(file, world, stated);
  const error = await errorOf(file, world);
  if (error?.txIndex === undefined) throw error ?? new Error('the oracle finds the block valid');
  const txIndex = error.txIndex === file.transactions.length ? -1 : error.txIndex;
  const codes = codesOf(error.message);
  if (codes.length === 0) throw error;
  if (stated === undefined) return { txIndex, codes };
  if (stated.txIndex !== txIndex || !codes.includes(stated.code))
    throw new Error(`meant to be ${stated.code} at ${stated.txIndex}, the oracle says ${codes} at ${txIndex}`);
  return { txIndex, codes: [stated.code] };
}

/** @param {any} file @param {World} world @param {Invalid} [stated] */
async function outcome(file, world, stated) {
  if (stated !== undefined) return { invalid: await invalidOf(file, world, stated) };
  try {
    return await execute(file, world);
  } catch (error) {
    if (/** @type {any} */ (error).txIndex === undefined) throw error;
    return { invalid: await invalidOf(file, world) };
  }
}

/** @param {Case} subject @returns {Promise<Expected[]>} one per block, up to and with the first invalid one */
export async function expectedOf({ files, fork }) {
  let world = worldOf(files[0].file);
  const expected = [];
  for (const { file, invalid } of files) {
    const result = /** @type {any} */ (await outcome(file, world, invalid));
    if (result.invalid !== undefined) {
      expected.push({ effects: { invalid: result.invalid }, after: worldJson(world) });
      break;
    }
    const diff = stateDiff(world, result.world);
    world = result.world;
    expected.push({ effects: effectsOf(result, diff, fork), after: worldJson(world) });
  }
  return expected;
}

/** @param {Case} subject @param {Expected[]} expected @returns {string | undefined} why the case is not about what it says */
export function faultOfMeaning({ scenario: { fails = 0, shows }, fork, files }, expected) {
  const valid = expected.map(({ effects }) => effects).filter(({ invalid }) => invalid === undefined);
  const isMeant = files.every(
    ({ invalid }, i) =>
      expected[i] === undefined || (invalid === undefined) === (expected[i].effects.invalid === undefined),
  );
  if (!isMeant && fails !== 'any') return 'the oracle finds a block invalid that is meant to be valid';
  const receipts = valid.flatMap((effects) => effects.receipts);
  const failed = receipts.filter(({ status }) => status === 0).length;
  if (isFrom(fork, 'byzantium') && valid.length > 0) {
    if (fails === 'some' ? false : fails !== 'any' && failed !== fails) return `${failed} transactions fail`;
  }
  const logs = receipts.flatMap((receipt) => receipt.logs.map(([, , data]) => bytesToHex(data)));
  if (shows !== undefined && !shows({ logs })) return `the logs do not show it: ${logs.join(' ').slice(0, 400)}`;
  return undefined;
}
