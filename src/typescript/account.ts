// An account as `@ethereumjs/evm` works with it, over a local record: what it reads it notes, what it is assigned waits
// until the library puts the account back. A live view serves for the copy that the library expects, because nothing else
// changes an account between its reading and its putting back.
import { Account, KECCAK256_NULL, KECCAK256_RLP } from '@ethereumjs/util';
import {
  ACCOUNT_BASE,
  ACCOUNT_HAS_STORAGE,
  CODE_HASH,
  LACC_BALANCE,
  LACC_CODE,
  LACC_ENTRY,
  LACC_INCARNATION,
  LACC_NONCE,
  LACC_TOUCHED,
  READ_BALANCE,
  READ_CODE,
  READ_NONCE,
  READ_STORAGE,
  REC_INCARNATION,
} from '../../assembly/layout.ts';
import type { Context } from './context.ts';
import { covers, hasFlag, isEmpty, note, setBalance, setNonce, touch } from './local.ts';

/** The library asks of a storage root only whether it is that of nothing (EIP-7610). */
const SOME_STORAGE = new Uint8Array(32).fill(1);

export class LocalAccount extends Account {
  readonly #context: Context;
  readonly local: number;
  #assignedNonce: bigint | undefined;
  #assignedBalance: bigint | undefined;
  /** What the next question about the balance is about: whether it covers so much. undefined: how much it is. */
  need: bigint | undefined;

  constructor(context: Context, local: number) {
    super(null, null, null, null, null, null);
    this.#context = context;
    this.local = local;
  }

  override get nonce(): bigint {
    if (this.#assignedNonce !== undefined) return this.#assignedNonce;
    const { memory } = this.#context;
    note(memory, this.local, READ_NONCE);
    return memory.u64(this.local + LACC_NONCE);
  }
  override set nonce(value: bigint) {
    this.#assignedNonce = value;
  }

  override get balance(): bigint {
    if (this.#assignedBalance !== undefined) return this.#assignedBalance;
    const { memory } = this.#context;
    if (this.need === undefined) note(memory, this.local, READ_BALANCE);
    else if (this.need !== 0n) covers(this.#context, this.local, this.need); // every balance covers nothing
    return memory.u256(this.local + LACC_BALANCE);
  }
  override set balance(value: bigint) {
    this.#assignedBalance = value;
  }

  override get codeHash(): Uint8Array {
    const { memory } = this.#context;
    note(memory, this.local, READ_CODE);
    const code = memory.u32(this.local + LACC_CODE);
    return code === 0 ? KECCAK256_NULL : memory.take(code + CODE_HASH, 32);
  }

  override get storageRoot(): Uint8Array {
    const { memory } = this.#context;
    note(memory, this.local, READ_STORAGE);
    const entry = memory.u32(this.local + LACC_ENTRY);
    if (entry === 0 || memory.u32(entry + ACCOUNT_HAS_STORAGE) === 0) return KECCAK256_RLP;
    const incarnation = memory.u32(entry + ACCOUNT_BASE + REC_INCARNATION);
    return incarnation === memory.u32(this.local + LACC_INCARNATION) ? SOME_STORAGE : KECCAK256_RLP;
  }

  override isContract(): boolean {
    const { memory } = this.#context;
    note(memory, this.local, READ_CODE);
    return memory.u32(this.local + LACC_CODE) !== 0;
  }

  override isEmpty(): boolean {
    return isEmpty(this.#context.memory, this.local);
  }

  /** Writes what was assigned. */
  assign(): void {
    const [nonce, balance] = [this.#assignedNonce, this.#assignedBalance];
    this.#assignedNonce = undefined;
    this.#assignedBalance = undefined;
    if (nonce !== undefined) setNonce(this.#context, this.local, nonce);
    if (balance !== undefined) setBalance(this.#context, this.local, balance);
  }

  /** The same, and touches the account in any case; who was assigned something that is left of it is touched already. */
  put(): void {
    this.assign();
    if (!hasFlag(this.#context.memory, this.local, LACC_TOUCHED)) touch(this.#context, this.local);
  }
}
