/**
 * Signed transactions of all types. Signatures are deterministic (RFC 6979), so a transaction is a function of its
 * fields. An `Actor` counts its own nonce: transactions must be made in the order in which they stand in the block.
 */
import { createTx } from '@ethereumjs/tx';
import {
  bigIntToBytes,
  bytesToBigInt,
  bytesToHex,
  createAddressFromPrivateKey,
  eoaCode7702SignAuthorization,
  hexToBytes,
} from '@ethereumjs/util';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hashOf } from './random.mjs';

/** @typedef {import('@ethereumjs/common').Common} Common */
/** @typedef {`0x${string}`} Hex */
/** @typedef {{ address: Hex, storageKeys: Hex[] }} Access */

export class Actor {
  /** The nonce of the next transaction. */
  nonce = 0n;

  /** @param {string} name what the key is derived from */
  constructor(name) {
    this.key = hexToBytes(hashOf(name));
    /** @type {Hex} */
    this.address = createAddressFromPrivateKey(this.key).toString();
  }
}

/**
 * An EIP-7702 tuple to be signed. Without `nonce` it is valid: it takes the authority's next nonce, after the sender's.
 * @typedef {object} Authorization
 * @property {Actor} authority
 * @property {Hex} address the code to delegate to; zero clears
 * @property {bigint} [nonce] a nonce of the caller's choice; the authority's is left alone
 * @property {boolean} [highS] the malleable twin of the signature, which EIP-2 forbids
 * @property {bigint} [chainId] default 1; another one makes the tuple invalid, 0 fits every chain
 */

/**
 * What a mix says about a transaction; the rest follows from the block.
 * @typedef {object} Draft
 * @property {Actor} from
 * @property {Hex} [to] absent: contract creation
 * @property {bigint} [value]
 * @property {Hex} [data]
 * @property {bigint | number} gas
 * @property {number} [type] default 2
 * @property {bigint} [nonce] of the caller's choice; the actor's is left alone
 * @property {bigint} [tip] wei per gas above the base fee
 * @property {bigint} [maxFee] default: twice the base fee and the tip
 * @property {Access[]} [accessList]
 * @property {Hex[]} [blobs] versioned hashes
 * @property {Authorization[]} [authorizations]
 * @property {boolean} [unprotected] legacy signature without chain id
 * @property {Actor} [creator] whose delegated code runs CREATE, which takes a nonce
 */

/** @param {Draft} draft @param {bigint} baseFee */
function feeFields(draft, baseFee) {
  const tip = draft.tip ?? 1_000_000n;
  if ((draft.type ?? 2) < 2) return { gasPrice: baseFee + tip };
  return { maxFeePerGas: draft.maxFee ?? baseFee * 2n + tip, maxPriorityFeePerGas: tip };
}

const hex = (/** @type {bigint} */ value) => /** @type {Hex} */ (`0x${value.toString(16)}`);

/** @param {Authorization} tuple */
function authorize({ authority, address, nonce, chainId = 1n, highS = false }) {
  const used = nonce ?? authority.nonce++;
  const tuple = eoaCode7702SignAuthorization({ chainId: hex(chainId), address, nonce: hex(used) }, authority.key);
  if (!highS) return tuple;
  const [, , , parity, , s] = tuple;
  tuple[3] = parity.length === 0 ? Uint8Array.of(1) : new Uint8Array(0);
  tuple[5] = bigIntToBytes(secp256k1.Point.Fn.ORDER - bytesToBigInt(s));
  return tuple;
}

/** @param {Draft} draft */
function typeFields({ type = 2, accessList = [], blobs, authorizations }) {
  return {
    ...(type >= 1 && { chainId: 1n, accessList }),
    ...(type === 3 && { blobVersionedHashes: blobs, maxFeePerBlobGas: 10n ** 11n }),
    ...(type === 4 && { authorizationList: authorizations?.map(authorize) }),
  };
}

/** @param {Draft} draft @param {bigint} baseFee @param {Common} common */
export function sign(draft, baseFee, common) {
  const { from, to, value = 0n, data = '0x', gas, type = 2 } = draft;
  const nonce = draft.nonce ?? from.nonce++;
  const plain = { type, nonce, to, value, data, gasLimit: BigInt(gas) };
  const fields = { ...plain, ...feeFields(draft, baseFee), ...typeFields(draft) };
  if (draft.creator) draft.creator.nonce++;
  if (!draft.unprotected) return createTx(fields, { common }).sign(from.key);
  const old = common.copy();
  old.setHardfork('homestead'); // before EIP-155 signatures carry no chain id; they are still valid today
  const signed = createTx(fields, { common: old }).sign(from.key);
  return createTx({ ...fields, v: signed.v, r: signed.r, s: signed.s }, { common });
}

/** @param {Actor} actor @param {string} digest 32 bytes @returns {[number, Hex, Hex]} v, r and s, as ECRECOVER takes them */
export function signDigest(actor, digest) {
  const signature = secp256k1.sign(hexToBytes(digest), actor.key, { prehash: false, format: 'recovered' });
  const [recovery, ...rest] = signature;
  return [27 + recovery, bytesToHex(Uint8Array.from(rest.slice(0, 32))), bytesToHex(Uint8Array.from(rest.slice(32)))];
}

/** @param {Uint8Array} bytes @returns {Hex} an EIP-4844 versioned hash */
export const versionedHash = (bytes) => /** @type {Hex} */ (`0x01${bytesToHex(bytes).slice(4)}`);
