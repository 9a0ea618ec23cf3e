/** The part of the Solidity ABI that the generator needs: elementary types, `bytes` and one-dimensional arrays. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** @param {bigint | number | string | boolean} value @returns {string} 64 hex digits */
export const word = (value) => BigInt.asUintN(256, BigInt(value)).toString(16).padStart(64, '0');

/** @param {string} value @param {string} type */
function encodeStatic(value, type) {
  if (/^bytes\d+$/.test(type)) return value.slice(2).padEnd(64, '0');
  return word(value);
}

/** @param {string} hex */
function encodeBytes(hex) {
  const digits = hex.slice(2);
  return word(digits.length / 2) + digits.padEnd(Math.ceil(digits.length / 64) * 64, '0');
}

/** @param {unknown} value @param {string} type @returns {string} */
function encodeDynamic(value, type) {
  if (type === 'bytes') return encodeBytes(/** @type {string} */ (value));
  const items = /** @type {unknown[]} */ (value);
  return word(items.length) + encodeTuple(Array(items.length).fill(type.slice(0, -2)), items);
}

/** Head and tail encoding. @param {string[]} types @param {unknown[]} values @returns {string} */
function encodeTuple(types, values) {
  let head = '';
  let tail = '';
  types.forEach((type, i) => {
    if (type === 'bytes' || type.endsWith('[]')) {
      head += word(types.length * 32 + tail.length / 2);
      tail += encodeDynamic(values[i], type);
    } else head += encodeStatic(/** @type {string} */ (values[i]), type);
  });
  return head + tail;
}

/** @param {string} signature `name(type,...)` */
export const selector = (signature) => bytesToHex(keccak_256(utf8ToBytes(signature)).subarray(0, 4));

/** @param {string} types `(type,...)` @param {unknown[]} values @returns {string} hex without prefix */
export function encodeArguments(types, ...values) {
  const names = types.slice(types.indexOf('(') + 1, -1);
  const list = names === '' ? [] : names.split(',');
  if (list.length !== values.length)
    throw new RangeError(`"${types}" takes ${list.length} values, got ${values.length}`);
  return encodeTuple(list, values);
}

/** @param {string} signature `name(type,...)` @param {unknown[]} values @returns {`0x${string}`} call data */
export const encodeCall = (signature, ...values) => `0x${selector(signature)}${encodeArguments(signature, ...values)}`;
