// What a transaction met and changed, read from its footprint (assembly/footprint.ts) as plain data.
import {
  CODE_FLAGS,
  CODE_HASH,
  CODE_IS_MISSING,
  CODE_LENGTH,
  CODE_START,
  FACC_ADDRESS,
  FACC_AFTER,
  FACC_BEFORE,
  FACC_BYTES,
  FACC_CODE_AFTER,
  FACC_CODE_AFTER_BYTES,
  FACC_CODE_BEFORE,
  FACC_FLAGS,
  FACC_NONCE_AFTER,
  FACC_NONCE_BEFORE,
  FACC_READS,
  FACC_WRITES,
  FOOTPRINT_ACCOUNTS,
  FOOTPRINT_HEAD,
  FOOTPRINT_RECIPIENT,
  FOOTPRINT_SLOTS,
  FOUND_DESTROYED,
  FOUND_MET,
  FSLOT_AFTER,
  FSLOT_BEFORE,
  FSLOT_BYTES,
  FSLOT_NUMBER,
  FSLOT_OWNER,
  READ_NONCE,
  READ_STORAGE,
  WRITE_CODE,
} from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { Views } from '../memory/views.ts';

/** Code as bytes, or its hash alone where the state knows no more of it; both absent: none. */
export interface FoundCode {
  code?: Hex;
  codeHash?: Hex;
}

/** An account at one moment. */
export interface FoundFields extends FoundCode {
  /** wei */
  balance: bigint;
  nonce: bigint;
}

export interface FoundSlot {
  /** 32 bytes each. */
  slot: Hex;
  before: Hex;
  after: Hex;
}

/** An account that a transaction met, or the fee recipient. */
export interface FoundAccount {
  address: Hex;
  isMet: boolean;
  /** It goes with the transaction. */
  isDestroyed: boolean;
  /** Something was to be created there. */
  isCreationTarget: boolean;
  before: FoundFields;
  after: FoundFields;
  /** By number. */
  slots: FoundSlot[];
}

const addressAt = (views: Views, at: number): Hex => hexOf(views.bigEndian(at, 20));
const wordAt = (views: Views, at: number): Hex => hexOf(views.bigEndian(at, 32));
const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** Reads footprints of one run; a code that many transactions meet is decoded once. */
export class Footprints {
  readonly #views: Views;
  readonly #withCode: boolean;
  readonly #codes = new Map<number, FoundCode>();

  /** `withCode`: false where nobody looks at codes, whose text is most of what there is to decode. */
  constructor(views: Views, withCode: boolean) {
    this.#views = views;
    this.#withCode = withCode;
  }

  /**
   * The accounts of a footprint by address, with the fee recipient, who gets `reward` wei; undefined: there is no reward,
   * because it is a call's.
   */
  read(head: number, reward: bigint | undefined): FoundAccount[] {
    const views = this.#views;
    const count = views.u32(head + FOOTPRINT_ACCOUNTS);
    const accounts = new Map<Hex, FoundAccount>();
    for (let i = 0; i < count; i++) {
      const at = head + FOOTPRINT_HEAD + FACC_BYTES * i;
      if ((views.u32(at + FACC_FLAGS) & FOUND_MET) === 0) continue;
      accounts.set(addressAt(views, at + FACC_ADDRESS), this.#account(at));
    }
    const slots = head + FOOTPRINT_HEAD + FACC_BYTES * count;
    for (let i = 0; i < views.u32(head + FOOTPRINT_SLOTS); i++) this.#addSlot(accounts, slots + FSLOT_BYTES * i);
    this.#addRecipient(accounts, head + FOOTPRINT_RECIPIENT, reward);
    for (const account of accounts.values()) account.slots.sort((a, b) => byText(a.slot, b.slot));
    return [...accounts.values()].sort((a, b) => byText(a.address, b.address));
  }

  #account(at: number): FoundAccount {
    const views = this.#views;
    const flags = views.u32(at + FACC_FLAGS);
    const before = this.#code(views.u32(at + FACC_CODE_BEFORE));
    const probed = READ_NONCE | READ_STORAGE;
    return {
      address: addressAt(views, at + FACC_ADDRESS),
      isMet: true,
      isDestroyed: (flags & FOUND_DESTROYED) !== 0,
      isCreationTarget: (views.u32(at + FACC_READS) & probed) === probed,
      before: { balance: views.u256(at + FACC_BEFORE), nonce: views.u64(at + FACC_NONCE_BEFORE), ...before },
      after: {
        balance: views.u256(at + FACC_AFTER),
        nonce: views.u64(at + FACC_NONCE_AFTER),
        ...((views.u32(at + FACC_WRITES) & WRITE_CODE) === 0 ? before : this.#codeAfter(at)),
      },
      slots: [],
    };
  }

  #code(object: number): FoundCode {
    if (object === 0 || !this.#withCode) return {};
    const views = this.#views;
    const known = this.#codes.get(object);
    if (known !== undefined) return known;
    const isMissing = (views.u32(object + CODE_FLAGS) & CODE_IS_MISSING) !== 0;
    const found = isMissing
      ? { codeHash: hexOf(views.copy(object + CODE_HASH, 32)) }
      : { code: hexOf(views.copy(object + CODE_START, views.u32(object + CODE_LENGTH))) };
    this.#codes.set(object, found);
    return found;
  }

  #codeAfter(at: number): FoundCode {
    const bytes = this.#views.u32(at + FACC_CODE_AFTER_BYTES);
    return bytes === 0 || !this.#withCode
      ? {}
      : { code: hexOf(this.#views.copy(this.#views.u32(at + FACC_CODE_AFTER), bytes)) };
  }

  #addSlot(accounts: Map<Hex, FoundAccount>, at: number): void {
    const views = this.#views;
    accounts.get(addressAt(views, at + FSLOT_OWNER))?.slots.push({
      slot: wordAt(views, at + FSLOT_NUMBER),
      before: wordAt(views, at + FSLOT_BEFORE),
      after: wordAt(views, at + FSLOT_AFTER),
    });
  }

  /** A reward is no part of what a transaction does (it is a difference that confirmation applies), so it is added here. */
  #addRecipient(accounts: Map<Hex, FoundAccount>, at: number, reward: bigint | undefined): void {
    const views = this.#views;
    const confirmed = views.u256(at + FACC_AFTER);
    const address = addressAt(views, at + FACC_ADDRESS);
    const known = accounts.get(address);
    if (known) {
      if (reward !== undefined) known.after.balance = confirmed;
      return;
    }
    const fields = { nonce: views.u64(at + FACC_NONCE_AFTER), ...this.#code(views.u32(at + FACC_CODE_BEFORE)) };
    accounts.set(address, {
      ...{ address, isMet: false, isDestroyed: false, isCreationTarget: false, slots: [] },
      before: { balance: confirmed - (reward ?? 0n), ...fields },
      after: { balance: confirmed, ...fields },
    });
  }
}
