/**
 * The rules by which a transaction may be in a block (Yellow Paper 6.2 and the EIPs named below), as a third opinion: which
 * of a transaction's faults is reported first is everyone's own choice, but it must be one that it has.
 */
import { isFrom } from './forks.mjs';

/** @typedef {import('./resolve.mjs').Resolved} Resolved */
/** @typedef {{ nonce: bigint, balance: bigint, code?: Uint8Array }} Sender */

const GAS_PER_BLOB = 131_072n;
const MAX_NONCE = 2n ** 64n - 1n;
const NEWEST_TYPE = /** @type {const} */ ([
  ['prague', 4],
  ['cancun', 3],
  ['london', 2],
  ['berlin', 1],
  ['chainstart', 0],
]);

/** @param {string} fork */
export const newestType = (fork) => NEWEST_TYPE.find(([first]) => isFrom(fork, first))?.[1] ?? 0;

/** @param {string} data 0x-hex */
function countBytes(data) {
  let zeros = 0;
  for (let i = 2; i < data.length; i += 2) if (data[i] === '0' && data[i + 1] === '0') zeros++;
  return { zeros, others: data.length / 2 - 1 - zeros };
}

/** Gas before the first instruction. @param {Resolved} tx @param {string} fork */
export function intrinsicGas({ to, data, accessList, authorizations }, fork) {
  const { zeros, others } = countBytes(data);
  const keys = accessList.reduce((sum, { storageKeys }) => sum + storageKeys.length, 0);
  let gas = 21_000 + 4 * zeros + (isFrom(fork, 'istanbul') ? 16 : 68) * others; // EIP-2028
  if (to === null && isFrom(fork, 'homestead')) gas += 32_000; // EIP-2
  if (to === null && isFrom(fork, 'shanghai')) gas += 2 * Math.ceil((zeros + others) / 32); // EIP-3860
  gas += 2400 * accessList.length + 1900 * keys; // EIP-2930
  return BigInt(gas + 25_000 * authorizations.length); // EIP-7702
}

/** What the data costs at least, EIP-7623. @param {Resolved} tx @param {string} fork */
export function floorGas({ data }, fork) {
  if (!isFrom(fork, 'prague')) return 0n;
  const { zeros, others } = countBytes(data);
  return BigInt(21_000 + 10 * (zeros + 4 * others));
}

/** @param {Resolved} tx @param {{ fee: bigint, mostGas: bigint }} blobs @param {string} fork */
function blobFaults({ to, blobs: hashes, maxBlobFee }, { fee, mostGas }, fork) {
  const count = BigInt(hashes.length);
  return [
    [to === null, 'BAD_ARGUMENT tx.to'], // EIP-4844
    [count === 0n, 'BLOB_NONE'],
    [hashes.some((hash) => !hash.startsWith('0x01')), 'BLOB_HASH_VERSION'],
    [count > 6n && isFrom(fork, 'osaka'), 'BLOB_COUNT'], // EIP-7594
    [count * GAS_PER_BLOB > mostGas, 'BLOCK_BLOB_GAS'],
    [maxBlobFee < fee, 'BLOB_FEE_BELOW_BASE_FEE'],
  ];
}

/** @param {Resolved} tx @param {string} fork @param {import('./world.mjs').Block} block */
function gasFaults(tx, fork, { gasLimit }) {
  return [
    [tx.gas > gasLimit, 'BLOCK_GAS_LIMIT'],
    [tx.gas > 2n ** 24n && isFrom(fork, 'osaka'), 'TX_GAS_CAP'], // EIP-7825
    [tx.gas < intrinsicGas(tx, fork), 'INTRINSIC_GAS'],
    [tx.gas < floorGas(tx, fork), 'FLOOR_GAS'],
  ];
}

/** @param {Resolved} tx @param {Sender} sender */
function senderFaults({ type, nonce, gas, maxFee, value, blobs, maxBlobFee }, sender) {
  const blobCost = type === 3 ? BigInt(blobs.length) * GAS_PER_BLOB * maxBlobFee : 0n;
  const isContract = sender.code !== undefined && Buffer.from(sender.code.subarray(0, 3)).toString('hex') !== 'ef0100';
  return [
    [nonce < sender.nonce, 'NONCE_TOO_LOW'],
    [nonce > sender.nonce, 'NONCE_TOO_HIGH'],
    [nonce === MAX_NONCE, 'NONCE_MAX'], // EIP-2681
    [isContract, 'SENDER_NOT_EOA'], // EIP-3607, EIP-7702
    [gas * maxFee + value + blobCost > sender.balance, 'INSUFFICIENT_FUNDS'],
  ];
}

/**
 * All faults of a transaction, as our codes.
 * @param {Resolved} tx @param {string} fork @param {import('./world.mjs').Block} block
 * @param {Sender} sender @param {{ fee: bigint, mostGas: bigint }} blobs
 * @returns {string[]}
 */
export function faultsOf(tx, fork, block, sender, blobs) {
  const { type, to, data, maxFee, tip, authorizations } = tx;
  const rules = [
    [type > newestType(fork), 'BAD_ARGUMENT tx.type'],
    [to === null && isFrom(fork, 'shanghai') && data.length / 2 - 1 > 49_152, 'INITCODE_SIZE'], // EIP-3860
    [maxFee < block.baseFee, 'FEE_BELOW_BASE_FEE'], // EIP-1559
    [maxFee < tip, 'PRIORITY_ABOVE_MAX_FEE'],
    ...gasFaults(tx, fork, block),
    ...senderFaults(tx, sender),
    ...(type === 3 ? blobFaults(tx, blobs, fork) : []),
    [type === 4 && to === null, 'BAD_ARGUMENT tx.to'], // EIP-7702
    [type === 4 && authorizations.length === 0, 'AUTHORIZATION_NONE'],
  ];
  return rules.filter(([holds]) => holds).map(([, code]) => /** @type {string} */ (code));
}
