// The state as `@ethereumjs/evm` asks for it, over the local records of the attempt at hand. Every method returns at once;
// the promises are the library's interface.
import type { AccountFields, StateManagerInterface } from '@ethereumjs/common';
import type { Account, Address } from '@ethereumjs/util';
import {
  CODE_HASH,
  CODE_LENGTH,
  CODE_START,
  FLAG_STATE_CLEARING,
  LACC_EXISTS,
  READ_EMPTY,
} from '../../assembly/layout.ts';
import { LocalAccount } from './account.ts';
import { needBytes } from './codes.ts';
import { endIfDoomed } from './compare.ts';
import type { Context } from './context.ts';
import { markOf, revertTo } from './journal.ts';
import { codeOf, hasFlag, localAccountOf, note, setBalance, setCode, setNonce, touch } from './local.ts';
import { currentOf, localSlot, originalOf, setValue } from './slots.ts';
import { keepCode } from './transaction.ts';

const NO_BYTES = new Uint8Array(0);
/** Codes that are held beside the shared memory, because the library wants bytes of its own. */
const MOST_CODES = 1024;

interface HeldCode {
  hash: Uint8Array;
  code: Uint8Array;
}

const unsupported = (what: string): never => {
  throw new Error(`${what} is not a part of execution`);
};

export class SlotState implements StateManagerInterface {
  readonly #context: Context;
  readonly #marks: number[] = [];
  /** By address of the code object. */
  readonly #codes = new Map<number, HeldCode>();
  readonly originalStorageCache: StateManagerInterface['originalStorageCache'];

  constructor(context: Context) {
    this.#context = context;
    this.originalStorageCache = {
      get: async (address, key) => originalOf(context, localSlot(context, localAccountOf(context, address.bytes), key)),
      clear: () => {},
    };
  }

  /** Forgets the checkpoints of an attempt that did not end. */
  reset(): void {
    this.#marks.length = 0;
  }

  // ── Accounts ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Before EIP-161 the library tells accounts that are absent from empty ones; afterwards both are empty accounts. */
  async getAccount(address: Address): Promise<Account | undefined> {
    const context = this.#context;
    const local = localAccountOf(context, address.bytes);
    if (!context.has(FLAG_STATE_CLEARING)) {
      note(context.memory, local, READ_EMPTY);
      if (!hasFlag(context.memory, local, LACC_EXISTS)) return undefined;
    }
    return new LocalAccount(context, local);
  }

  async putAccount(address: Address, account?: Account): Promise<void> {
    if (account instanceof LocalAccount) return account.put();
    if (account === undefined) return unsupported('deleting an account');
    this.#putPlain(localAccountOf(this.#context, address.bytes), account);
  }

  /** An account that the library has made, because there was none. */
  #putPlain(local: number, account: Account): void {
    const present = new LocalAccount(this.#context, local);
    if (account.nonce !== present.nonce) setNonce(this.#context, local, account.nonce);
    if (account.balance !== present.balance) setBalance(this.#context, local, account.balance);
    touch(this.#context, local);
  }

  async deleteAccount(): Promise<void> {
    unsupported('deleting an account');
  }

  async modifyAccountFields(address: Address, { nonce, balance }: AccountFields): Promise<void> {
    const local = localAccountOf(this.#context, address.bytes);
    if (typeof nonce === 'bigint') setNonce(this.#context, local, nonce);
    if (typeof balance === 'bigint') setBalance(this.#context, local, balance);
  }

  // ── Code ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  #bytesOf(object: number): Uint8Array {
    const { memory } = this.#context;
    needBytes(this.#context, object);
    const hash = memory.view(object + CODE_HASH, 32);
    const held = this.#codes.get(object); // of another state, whose object lay there, where the hash differs
    if (held?.hash.every((byte, i) => byte === hash[i])) return held.code;
    const code = memory.take(object + CODE_START, memory.u32(object + CODE_LENGTH));
    if (this.#codes.size >= MOST_CODES) this.#codes.clear();
    this.#codes.set(object, { hash: hash.slice(), code });
    return code;
  }

  async getCode(address: Address): Promise<Uint8Array> {
    const object = codeOf(this.#context.memory, localAccountOf(this.#context, address.bytes));
    return object === 0 ? NO_BYTES : this.#bytesOf(object);
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length;
  }

  async putCode(address: Address, code: Uint8Array): Promise<void> {
    const local = localAccountOf(this.#context, address.bytes);
    setCode(this.#context, local, code.length === 0 ? 0 : keepCode(this.#context, code));
  }

  // ── Storage ────────────────────────────────────────────────────────────────────────────────────────────────────────

  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    endIfDoomed(this.#context);
    return currentOf(this.#context, localSlot(this.#context, localAccountOf(this.#context, address.bytes), key));
  }

  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    setValue(this.#context, localSlot(this.#context, localAccountOf(this.#context, address.bytes), key), value);
  }

  /** Only accounts without storage come into being (EIP-7610). */
  async clearStorage(): Promise<void> {}

  // ── Checkpoints ────────────────────────────────────────────────────────────────────────────────────────────────────

  async checkpoint(): Promise<void> {
    this.#marks.push(markOf(this.#context));
  }

  async commit(): Promise<void> {
    this.#marks.pop();
  }

  async revert(): Promise<void> {
    const mark = this.#marks.pop();
    if (mark !== undefined) revertTo(this.#context, mark);
  }

  // ── What no execution asks for ─────────────────────────────────────────────────────────────────────────────────────

  async getStateRoot(): Promise<Uint8Array> {
    return unsupported('a state root');
  }
  async setStateRoot(): Promise<void> {
    unsupported('a state root');
  }
  async hasStateRoot(): Promise<boolean> {
    return unsupported('a state root');
  }
  clearCaches(): void {}
  shallowCopy(): StateManagerInterface {
    return unsupported('a copy of the state');
  }
}
