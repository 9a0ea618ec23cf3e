/**
 * A complete in-memory state for `@ethereumjs/vm`: flat maps and an undo list, so a checkpoint costs nothing and a
 * revert only what was written since. It is right because every write goes through `#write`, which notes the old value.
 * The library's own `SimpleStateManager` copies all accounts per checkpoint and forgets to drop code on deletion.
 */

import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { OriginalStorageCache } from '@ethereumjs/statemanager';
import { Account, bytesToHex, hexToBytes, unpadBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';

const NO_BYTES = new Uint8Array(0);

/** @typedef {import('@ethereumjs/util').Address} Address */

export class JournaledState {
  /** @type {Map<string, Account>} */
  accounts = new Map();
  /** @type {Map<string, Uint8Array>} */
  codes = new Map();
  /** Address to slot to value, both hex; the inner maps are replaced, never shared. @type {Map<string, Map<string, Uint8Array>>} */
  storages = new Map();
  /** @type {(() => void)[]} */
  #undo = [];
  /** @type {number[]} */
  #checkpoints = [];

  constructor() {
    this.originalStorageCache = new OriginalStorageCache((address, key) => this.getStorage(address, key));
  }

  /** @template V @param {Map<string, V>} map @param {string} key @param {V | undefined} value absent: remove */
  #write(map, key, value) {
    const old = map.get(key);
    this.#undo.push(() => (old === undefined ? map.delete(key) : map.set(key, old)));
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }

  /** @param {Address} address */
  async getAccount(address) {
    const found = this.accounts.get(address.toString());
    // a copy: the interpreter changes what it gets and only later puts it back
    return found && new Account(found.nonce, found.balance, found.storageRoot, found.codeHash);
  }

  /** @param {Address} address @param {Account} [account] */
  async putAccount(address, account) {
    if (account === undefined) return this.deleteAccount(address);
    const { nonce, balance, storageRoot, codeHash } = account;
    this.#write(this.accounts, address.toString(), new Account(nonce, balance, storageRoot, codeHash));
  }

  /** @param {Address} address */
  async deleteAccount(address) {
    for (const map of [this.accounts, this.codes, this.storages]) this.#write(map, address.toString(), undefined);
  }

  /** @param {Address} address @param {Partial<Account>} fields */
  async modifyAccountFields(address, fields) {
    const account = (await this.getAccount(address)) ?? new Account();
    await this.putAccount(address, Object.assign(account, fields));
  }

  /** @param {Address} address @param {Uint8Array} code */
  async putCode(address, code) {
    this.#write(this.codes, address.toString(), code.length > 0 ? code : undefined);
    await this.modifyAccountFields(address, { codeHash: keccak_256(code) });
  }

  /** @param {Address} address */
  async getCode(address) {
    return this.codes.get(address.toString()) ?? NO_BYTES;
  }

  /** @param {Address} address */
  async getCodeSize(address) {
    return (await this.getCode(address)).length;
  }

  /** @param {Address} address @param {Uint8Array} key */
  async getStorage(address, key) {
    return this.storages.get(address.toString())?.get(bytesToHex(key)) ?? NO_BYTES;
  }

  /** @param {Address} address @param {Uint8Array} key @param {Uint8Array} value */
  async putStorage(address, key, value) {
    const owner = address.toString();
    if (!this.storages.has(owner)) this.#write(this.storages, owner, new Map());
    const trimmed = unpadBytes(value);
    this.#write(this.storages.get(owner) ?? new Map(), bytesToHex(key), trimmed.length > 0 ? trimmed : undefined);
  }

  /** @param {Address} address */
  async clearStorage(address) {
    this.#write(this.storages, address.toString(), undefined);
  }

  async checkpoint() {
    this.#checkpoints.push(this.#undo.length);
  }

  async commit() {
    this.#checkpoints.pop();
    if (this.#checkpoints.length === 0) this.#undo.length = 0;
  }

  async revert() {
    const mark = this.#checkpoints.pop() ?? 0;
    while (this.#undo.length > mark) this.#undo.pop()?.();
  }

  /** The Merkle root of everything, computed anew: the worlds are small. */
  async getStateRoot() {
    const trie = await createMPT({ useKeyHashing: true });
    for (const [address, account] of this.accounts) {
      const storageRoot = await this.#storageRoot(this.storages.get(address));
      const body = new Account(account.nonce, account.balance, storageRoot, account.codeHash);
      await trie.put(hexToBytes(address), body.serialize());
    }
    return trie.root();
  }

  /** @param {Map<string, Uint8Array> | undefined} slots */
  async #storageRoot(slots) {
    const trie = await createMPT({ useKeyHashing: true });
    for (const [slot, value] of slots ?? []) await trie.put(hexToBytes(slot), RLP.encode(value));
    return trie.root();
  }

  async setStateRoot() {}

  async hasStateRoot() {
    return true;
  }

  clearCaches() {}

  /** @returns {never} */
  shallowCopy() {
    throw new Error('the generator never copies its state');
  }
}
