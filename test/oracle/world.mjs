/**
 * The state of a block file as flat maps: account, code and storage by address. Keys are lower-case hex without prefix
 * and of full width, values have no leading zeros, so two worlds are equal exactly when their maps are.
 * What a block file does not list does not exist or is zero.
 */
import { Account, bytesToUnprefixedHex, hexToBytes, KECCAK256_NULL, unpadBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';

/**
 * @typedef {object} World
 * @property {Map<string, Account>} accounts
 * @property {Map<string, Uint8Array>} codes by address; absent for an account without code
 * @property {Map<string, Map<string, Uint8Array>>} storages address to slot to value; zero slots are absent
 */

/** @param {string} text 0x-hex, odd lengths allowed @returns {Uint8Array} */
export const bytesOf = (text) => hexToBytes(`0x${text.length % 2 === 0 ? '' : '0'}${text.slice(2)}`);

/** @param {string} text @param {number} bytes @returns {string} full-width lower-case hex without prefix */
const keyOf = (text, bytes) =>
  text
    .slice(2)
    .toLowerCase()
    .padStart(2 * bytes, '0');

/** @param {Uint8Array} address @returns {string} */
export const addressKey = (address) => bytesToUnprefixedHex(address);

/** @param {Record<string, string>} [storage] @returns {Map<string, Uint8Array>} */
function slotsOf(storage = {}) {
  const slots = new Map();
  for (const [slot, text] of Object.entries(storage)) {
    const value = unpadBytes(bytesOf(text));
    if (value.length > 0) slots.set(keyOf(slot, 32), value);
  }
  return slots;
}

/**
 * The code of an account and its hash. A file may leave out a code that its block never runs: then only the hash is known.
 * @param {any} account @param {Record<string, string>} codes
 */
function codeOf({ code, codeHash }, codes) {
  const text = code ?? codes[codeHash];
  const bytes = text === undefined ? undefined : bytesOf(text);
  if (codeHash !== undefined) return { bytes, hash: bytesOf(codeHash) };
  return { bytes, hash: bytes === undefined || bytes.length === 0 ? KECCAK256_NULL : keccak_256(bytes) };
}

/** @param {any} file a parsed block file @returns {World} */
export function worldOf({ preState, codes }) {
  const world = { accounts: new Map(), codes: new Map(), storages: new Map() };
  for (const [address, account] of Object.entries(preState)) {
    if (account === null) continue;
    const key = keyOf(address, 20);
    const { bytes, hash } = codeOf(account, codes);
    world.accounts.set(key, new Account(BigInt(account.nonce), BigInt(account.balance), undefined, hash));
    if (bytes !== undefined && bytes.length > 0) world.codes.set(key, bytes);
    world.storages.set(key, slotsOf(account.storage));
  }
  return world;
}

/** @param {World} world @returns {World} a copy whose maps can be changed; accounts and bytes are never changed in place */
export function copyWorld({ accounts, codes, storages }) {
  const slots = new Map();
  for (const [address, of] of storages) slots.set(address, new Map(of));
  return { accounts: new Map(accounts), codes: new Map(codes), storages: slots };
}
