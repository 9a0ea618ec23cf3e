/** What the library decoded, encoded again: equal hashes tell that nothing was lost or changed on the way. */
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** @param {Uint8Array} bytes */
export const hex = (bytes) => `0x${bytesToHex(bytes)}`;

const NOTHING = new Uint8Array(0);

/** @param {any} value a decoded field @returns {any} the RLP item */
function itemOf(value) {
  if (value === null) return NOTHING;
  if (Array.isArray(value)) return value.map(itemOf);
  return typeof value === 'object' && !(value instanceof Uint8Array) ? Object.values(value).map(itemOf) : value;
}

/** RLP of decoded fields, which stand in the order of the encoding. @param {Record<string, unknown>} fields */
export const encodeFields = (fields) => RLP.encode(Object.values(fields).map(itemOf));

/** @param {any} transaction as the library decodes its bytes */
export function transactionHash({ type, ...fields }) {
  const encoded = encodeFields(fields);
  return hex(keccak_256(type === 0 ? encoded : Uint8Array.of(type, ...encoded)));
}

/** @param {any} block as the library decodes its RLP */
export function blockHash({ transactions: _, ommers: __, withdrawals: ___, ...header }) {
  return hex(keccak_256(encodeFields(header)));
}
