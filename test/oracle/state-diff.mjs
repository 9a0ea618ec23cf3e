/**
 * What a block changed, in one canonical form, so that two diffs are equal exactly when their JSON is.
 *
 * Sorted addresses to `{ balance?, nonce?, code?, storage? }` with the values after the block, only those that differ;
 * an account that is gone is `{ deleted: true }`. An empty account counts as none (EIP-161). An account that went and came
 * again shows its new values, and its old slots as zero, which follows from comparing nothing but before and after.
 */
import { bytesToUnprefixedHex } from '@ethereumjs/util';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {{ balance?: string, nonce?: string, code?: string, storage?: Record<string, string>, deleted?: true }} AccountDiff */

const NO_BYTES = new Uint8Array(0);
const NO_SLOTS = new Map();

/** @param {bigint} value */
const quantity = (value) => `0x${value.toString(16)}`;
/** @param {Uint8Array} bytes */
const hex = (bytes) => `0x${bytesToUnprefixedHex(bytes)}`;

/** @param {World} world @param {string} address @returns the account, or undefined if it is absent, or empty and without storage */
function accountIn(world, address) {
  const account = world.accounts.get(address);
  const hasStorage = (world.storages.get(address)?.size ?? 0) > 0;
  return account === undefined || (account.isEmpty() && !hasStorage) ? undefined : account;
}

/** @param {World} before @param {World} after @param {string} address @returns {Record<string, string>} */
function storageDiff(before, after, address) {
  const old = before.storages.get(address) ?? NO_SLOTS;
  const now = after.storages.get(address) ?? NO_SLOTS;
  const diff = {};
  for (const slot of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const value = bytesToUnprefixedHex(now.get(slot) ?? NO_BYTES);
    if (value !== bytesToUnprefixedHex(old.get(slot) ?? NO_BYTES)) diff[`0x${slot}`] = `0x${value.padStart(64, '0')}`;
  }
  return diff;
}

/**
 * An account can be empty and have storage before EIP-161: a creation on Frontier that could not pay for its code.
 * @param {World} before @param {World} after @param {string} address @returns {AccountDiff}
 */
function accountDiff(before, after, address) {
  const old = accountIn(before, address);
  const now = accountIn(after, address);
  if (now === undefined && old !== undefined) return { deleted: true };
  /** @type {AccountDiff} */
  const diff = {};
  if (now !== undefined) {
    if (now.balance !== (old?.balance ?? 0n)) diff.balance = quantity(now.balance);
    if (now.nonce !== (old?.nonce ?? 0n)) diff.nonce = quantity(now.nonce);
    const hadCode = old?.isContract() ?? false;
    if (hadCode !== now.isContract() || (hadCode && hex(old.codeHash) !== hex(now.codeHash))) {
      diff.code = hex(after.codes.get(address) ?? NO_BYTES);
    }
  }
  const storage = storageDiff(before, after, address);
  if (Object.keys(storage).length > 0) diff.storage = storage;
  return diff;
}

/** @param {World} before @param {World} after @returns {Record<string, AccountDiff>} */
export function stateDiff(before, after) {
  const diff = {};
  for (const address of [...new Set([...before.accounts.keys(), ...after.accounts.keys()])].sort()) {
    const change = accountDiff(before, after, address);
    if (Object.keys(change).length > 0) diff[`0x${address}`] = change;
  }
  return diff;
}
