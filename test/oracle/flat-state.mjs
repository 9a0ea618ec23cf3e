/**
 * A state manager for `@ethereumjs/vm` over flat maps, the fair baseline: no trie, no database, a checkpoint costs nothing
 * and a revert only what was written since.
 *
 * It is right because every change goes through `#write`, which notes what stood there before, and because nothing that
 * it hands out or keeps is shared: accounts are copied both ways (the interpreter changes them in place), bytes are
 * replaced and never changed. Deleting an account takes its code and storage with it; the library's own
 * `SimpleStateManager` forgets the code, so a contract made anew at the same address would find it.
 */
import { OriginalStorageCache } from '@ethereumjs/statemanager';
import { Account, bytesToHex, bytesToUnprefixedHex, KECCAK256_RLP, unpadBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { addressKey, copyWorld } from './world.mjs';

/** @typedef {import('@ethereumjs/util').Address} Address */
/** @typedef {import('./world.mjs').World} World */

const NO_BYTES = new Uint8Array(0);
/** Stands for every storage root but the empty one: all that the interpreter asks of it is which (EIP-7610). */
const SOME_STORAGE = new Uint8Array(32).fill(1);

export class FlatState {
  /** @type {World} */
  world;
  /** What stood in a map before each write, oldest first. @type {{ map: Map<string, any>, key: string, old: any }[]} */
  #undo = [];
  /** @type {number[]} */
  #checkpoints = [];
  #stateRoot;

  /**
   * @param {World} before is copied
   * @param {Uint8Array} stateRoot what `getStateRoot` answers: there is no trie here to work it out
   */
  constructor(before, stateRoot) {
    this.world = copyWorld(before);
    this.#stateRoot = stateRoot;
    this.originalStorageCache = new OriginalStorageCache((address, slot) => this.getStorage(address, slot));
  }

  /** Starts over from another world, for machines that run many. @param {World} before is copied */
  reset(before) {
    this.world = copyWorld(before);
    this.#undo.length = 0;
    this.#checkpoints.length = 0;
    this.originalStorageCache.clear();
  }

  /** @template V @param {Map<string, V>} map @param {string} key @param {V | undefined} value absent: remove */
  #write(map, key, value) {
    this.#undo.push({ map, key, old: map.get(key) });
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }

  /** @param {Address} address */
  async getAccount(address) {
    const key = addressKey(address.bytes);
    const found = this.world.accounts.get(key);
    if (found === undefined) return undefined;
    const hasStorage = (this.world.storages.get(key)?.size ?? 0) > 0;
    return new Account(found.nonce, found.balance, hasStorage ? SOME_STORAGE : KECCAK256_RLP, found.codeHash);
  }

  /** @param {Address} address @param {Account} [account] */
  async putAccount(address, account) {
    if (account === undefined) return this.deleteAccount(address);
    const { nonce, balance, codeHash } = account;
    this.#write(this.world.accounts, addressKey(address.bytes), new Account(nonce, balance, undefined, codeHash));
  }

  /** @param {Address} address */
  async deleteAccount(address) {
    const key = addressKey(address.bytes);
    const { accounts, codes, storages } = this.world;
    for (const map of [accounts, codes, storages]) if (map.has(key)) this.#write(map, key, undefined);
  }

  /** @param {Address} address @param {Partial<Account>} fields */
  async modifyAccountFields(address, fields) {
    const account = (await this.getAccount(address)) ?? new Account();
    await this.putAccount(address, Object.assign(account, fields));
  }

  /** @param {Address} address @returns {Promise<Uint8Array>} */
  async getCode(address) {
    const key = addressKey(address.bytes);
    const code = this.world.codes.get(key);
    if (code !== undefined) return code;
    if (this.world.accounts.get(key)?.isContract()) throw new Error(`the code of 0x${key} is not in the file`);
    return NO_BYTES;
  }

  /** @param {Address} address */
  async getCodeSize(address) {
    return (await this.getCode(address)).length;
  }

  /** @param {Address} address @param {Uint8Array} code */
  async putCode(address, code) {
    this.#write(this.world.codes, addressKey(address.bytes), code.length > 0 ? code : undefined);
    await this.modifyAccountFields(address, { codeHash: keccak_256(code) });
  }

  /** @param {Address} address @param {Uint8Array} slot 32 bytes @returns {Promise<Uint8Array>} no leading zeros */
  async getStorage(address, slot) {
    return this.world.storages.get(addressKey(address.bytes))?.get(bytesToUnprefixedHex(slot)) ?? NO_BYTES;
  }

  /** @param {Address} address @param {Uint8Array} slot 32 bytes @param {Uint8Array} value */
  async putStorage(address, slot, value) {
    const key = addressKey(address.bytes);
    let slots = this.world.storages.get(key);
    if (slots === undefined) {
      slots = new Map();
      this.#write(this.world.storages, key, slots);
    }
    const trimmed = value[0] === 0 ? unpadBytes(value) : value;
    this.#write(slots, bytesToUnprefixedHex(slot), trimmed.length > 0 ? trimmed : undefined);
  }

  /** @param {Address} address */
  async clearStorage(address) {
    this.#write(this.world.storages, addressKey(address.bytes), undefined);
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
    while (this.#undo.length > mark) {
      const { map, key, old } = this.#undo.pop();
      if (old === undefined) map.delete(key);
      else map.set(key, old);
    }
  }

  async getStateRoot() {
    return this.#stateRoot;
  }

  /** @param {Uint8Array} root */
  async setStateRoot(root) {
    throw new Error(`the flat state cannot go to ${bytesToHex(root)}`);
  }

  async hasStateRoot() {
    return true;
  }

  clearCaches() {}

  /** @returns {never} */
  shallowCopy() {
    throw new Error('a flat state belongs to one run of one block');
  }
}
