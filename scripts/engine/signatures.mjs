/**
 * Signing and recovery by the native secp256k1 addon where it is installed, for the library that makes and decodes the blocks:
 * with its own JavaScript curve most of a matrix' time would go there. Signatures are deterministic (RFC 6979) on both.
 */
import { createRequire } from 'node:module';
import { concatBytes, setLengthLeft } from '@ethereumjs/util';
import { commonOf } from '../../test/oracle/reference.mjs';

const require = createRequire(import.meta.url);

function loadAddon() {
  try {
    return require('secp256k1/bindings.js');
  } catch {
    return undefined; // an optional dependency: without it everything is the same, and slower
  }
}

const addon = loadAddon();

/** @param {Uint8Array} digest @param {Uint8Array} key @returns {Uint8Array} recovery bit, r and s */
function ecsign(digest, key) {
  const { signature, recid } = addon.ecdsaSign(digest, key);
  return concatBytes(Uint8Array.of(recid), signature);
}

/** @param {bigint} v @param {bigint} [chainId] @returns {number} the parity, from any of the forms that `v` had over time */
function parityOf(v, chainId) {
  if (v < 2n) return Number(v);
  return Number(v - (chainId === undefined ? 27n : 35n + 2n * chainId));
}

/** @param {Uint8Array} digest @param {bigint} v @param {Uint8Array} r @param {Uint8Array} s @param {bigint} [chainId] */
function ecrecover(digest, v, r, s, chainId) {
  const signature = concatBytes(setLengthLeft(r, 32), setLengthLeft(s, 32));
  return addon.ecdsaRecover(signature, parityOf(v, chainId), digest, false).slice(1);
}

/** @type {Map<string, import('@ethereumjs/common').Common>} */
const commons = new Map();

/** @param {string} hardfork @returns {import('@ethereumjs/common').Common} mainnet's rules of that fork */
export function rulesOf(hardfork) {
  let common = commons.get(hardfork);
  if (common === undefined) {
    common = commonOf({ chainId: 1, hardfork });
    if (addon !== undefined) Object.assign(common.customCrypto, { ecsign, ecrecover });
    commons.set(hardfork, common);
  }
  return common;
}
