/**
 * A drafted transaction with its numbers filled in from the state at its turn: plain data that both sides are given.
 */
import {
  bigIntMax,
  bigIntToBytes,
  bytesToBigInt,
  createAddressFromString,
  eoaCode7702SignAuthorization,
  hexToBytes,
} from '@ethereumjs/util';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { floorGas, intrinsicGas } from './faults.mjs';
import { isFrom } from './forks.mjs';

/** @typedef {import('./transactions.mjs').Draft} Draft */
/** @typedef {(address: string) => { nonce: bigint, balance: bigint }} Accounts what the senders have at this turn */

/**
 * @typedef {object} Resolved
 * @property {number} type
 * @property {string} from
 * @property {string | null} to
 * @property {bigint} nonce
 * @property {bigint} gas
 * @property {bigint} maxFee
 * @property {bigint} tip
 * @property {bigint} value
 * @property {string} data 0x-hex
 * @property {{ address: string, storageKeys: string[] }[]} accessList
 * @property {string[]} blobs
 * @property {bigint} maxBlobFee
 * @property {Uint8Array[][]} authorizations tuples as they are encoded
 */

const GAS_PER_BLOB = 131_072n;
const MAX_NONCE = 2n ** 64n - 1n;
const hex = (/** @type {bigint} */ value) => /** @type {`0x${string}`} */ (`0x${value.toString(16)}`);

/** Signatures cost a millisecond to make, and the same ones come again. @type {Map<string, Uint8Array[]>} */
const signatures = new Map();

/** @param {import('./transactions.mjs').AuthorizationDraft} draft @param {bigint} nonce @returns {Uint8Array[]} */
function signed({ authority, address, chainId }, nonce) {
  const name = [authority.address, address, chainId, nonce].join();
  const known = signatures.get(name);
  if (known !== undefined) return known;
  const unsigned = { chainId: hex(chainId), address: /** @type {`0x${string}`} */ (address), nonce: hex(nonce) };
  const tuple = eoaCode7702SignAuthorization(unsigned, authority.key);
  if (signatures.size > 5000) signatures.clear();
  signatures.set(name, tuple);
  return tuple;
}

/** @param {import('./transactions.mjs').AuthorizationDraft} draft @param {Accounts} accounts @param {boolean} isSender */
function authorization(draft, accounts, isSender) {
  const expected = accounts(draft.authority.address).nonce + (isSender ? 1n : 0n) + BigInt(draft.nonceDelta);
  const nonce =
    draft.spoil === 'nonceMax' ? MAX_NONCE : expected < 0n ? 0n : expected > MAX_NONCE ? MAX_NONCE : expected;
  const tuple = [...signed(draft, nonce)];
  if (draft.spoil === 'highS') {
    tuple[3] = tuple[3].length === 0 ? Uint8Array.of(1) : new Uint8Array(0);
    tuple[5] = bigIntToBytes(secp256k1.Point.Fn.ORDER - bytesToBigInt(tuple[5]));
  }
  if (draft.spoil === 'parity') tuple[3] = Uint8Array.of(2);
  if (draft.spoil === 'r') tuple[4] = bigIntToBytes(secp256k1.Point.Fn.ORDER);
  return tuple;
}

/** @param {Resolved} tx what `createTx` of the library takes */
export function fieldsOf(tx) {
  const { type, to, nonce, gas, maxFee, tip, value, data, accessList, blobs, maxBlobFee, authorizations } = tx;
  return {
    ...{ type, nonce, gasLimit: gas, value, data: hexToBytes(/** @type {any} */ (data)) },
    ...(to !== null && { to: createAddressFromString(to) }),
    ...(type < 2 ? { gasPrice: maxFee } : { maxFeePerGas: maxFee, maxPriorityFeePerGas: tip }),
    ...(type > 0 && { chainId: 1n, accessList }),
    ...(type === 3 && { blobVersionedHashes: blobs, maxFeePerBlobGas: maxBlobFee }),
    ...(type === 4 && { authorizationList: authorizations }),
  };
}

/**
 * @param {Draft} draft @param {import('./world.mjs').World} world @param {Accounts} accounts @param {bigint} blobFee
 * @returns {Resolved}
 */
export function resolve(draft, { fork, block }, accounts, blobFee) {
  const { type, from, to, tip, data, accessList, blobs, authorizations } = draft;
  const sender = accounts(from);
  const atLeast = (/** @type {bigint} */ value) => (value < 0n ? 0n : value);
  const nonce = sender.nonce + BigInt(draft.nonceDelta);
  const tx = {
    ...{ type, from, to, accessList, blobs, data: `0x${data}` },
    nonce: nonce < 0n ? 1n : nonce > MAX_NONCE ? MAX_NONCE : nonce,
    gas: 0n,
    value: draft.value ?? 0n,
    maxFee: atLeast(block.baseFee + draft.maxFeeDelta),
    tip: type < 2 ? atLeast(block.baseFee + draft.maxFeeDelta) : tip,
    maxBlobFee: atLeast(blobFee + draft.blobFeeDelta),
    authorizations: authorizations.map((each) => authorization(each, accounts, each.authority.address === from)),
  };
  const gas = draft.gas ?? bigIntMax(intrinsicGas(tx, fork), floorGas(tx, fork)) + draft.gasExtra;
  const capped = draft.gas === undefined && isFrom(fork, 'osaka') && gas > 2n ** 24n ? 2n ** 24n : gas;
  const funds =
    sender.balance - capped * tx.maxFee - BigInt(type === 3 ? blobs.length : 0) * GAS_PER_BLOB * tx.maxBlobFee;
  const value = draft.fundsDelta === undefined ? tx.value : atLeast(funds - BigInt(draft.fundsDelta));
  return { ...tx, gas: capped, value };
}
