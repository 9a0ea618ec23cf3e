/** RLP tests (Yellow Paper, appendix B) of the codec that the library uses: both ways, and refusal of what is no RLP. */
import { RLP } from '@ethereumjs/rlp';
import { hexToBytes } from '@noble/hashes/utils.js';
import { decodeRlp } from '../../dist/src/block/rlp.js';
import { hex } from './encoding.mjs';

/** Integers that JSON cannot hold are text behind a #. @param {any} value @returns {any} */
function itemOf(value) {
  if (Array.isArray(value)) return value.map(itemOf);
  return typeof value === 'string' && value.startsWith('#') ? BigInt(value.slice(1)) : value;
}

/** @param {Uint8Array} bytes */
function refusalDifference(bytes) {
  try {
    return `decoded to ${JSON.stringify(decodeRlp(bytes, 'in', 'an item'))}, should be refused`;
  } catch (error) {
    const { code } = /** @type {any} */ (error);
    return code === 'BAD_ARGUMENT' ? undefined : `refused with ${code}, should be BAD_ARGUMENT`;
  }
}

/** @param {{ in: any, out: string }} test @returns {string | undefined} */
function difference({ in: value, out }) {
  const bytes = hexToBytes(out.replace(/^0x/, ''));
  if (value === 'INVALID') return refusalDifference(bytes);
  const again = hex(RLP.encode(decodeRlp(bytes, 'in', 'an item')));
  if (again !== hex(bytes)) return `decoded and encoded again it is ${again}`;
  const encoded = value === 'VALID' ? again : hex(RLP.encode(itemOf(value)));
  return encoded === hex(bytes) ? undefined : `encoded it is ${encoded}, should be ${out}`;
}

/** @param {any} file @returns {import('./cases.mjs').Case[]} */
export function rlpCases(file) {
  return Object.entries(file).map(([test, content]) => ({
    ...{ test, fork: 'all', index: 'rlp' },
    run: async () => difference(content),
  }));
}
