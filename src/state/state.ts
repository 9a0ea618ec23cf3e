// A state in shared memory as its owner sees it: loaded from plain data, read back field by field or as a whole.
import {
  ACCOUNT_ADDRESS,
  ACCOUNT_BASE,
  ACCOUNT_NEXT,
  ACCOUNT_SLOTS,
  CODE_FLAGS,
  CODE_HASH,
  CODE_IS_MISSING,
  CODE_LENGTH,
  CODE_START,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SLOT_BASE,
  SLOT_INCARNATION,
  SLOT_NEXT,
  SLOT_NUMBER,
  STATE_FIRST_ACCOUNT,
} from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf, hexQuantity, parseBytes, parseQuantity, type Quantity } from '../hex.ts';
import type { SharedSpace } from '../memory/shared.ts';
import type { Views } from '../memory/views.ts';

/** One account of a state. */
export interface StateAccount {
  /** Number of transactions sent, or contracts created. */
  nonce: bigint;
  /** wei */
  balance: bigint;
  /** keccak-256 of the code, 32 bytes; of nothing where there is no code. */
  codeHash: Uint8Array;
}

/** Canonical JSON of a state: addresses and slots sorted, quantities minimal hex, code and storage words full width. */
export type StateJson = Record<
  Hex,
  {
    /** 0x-quantity. */
    nonce: Hex;
    /** Wei, 0x-quantity. */
    balance: Hex;
    /** Absent where there is none. */
    code?: Hex;
    /** 32-byte slot → 32-byte value, without zeros; absent where there is none. */
    storage?: Record<Hex, Hex>;
  }
>;

/**
 * A set of accounts that blocks run on, owned by the engine that made it.
 *
 * Every method rejects with `CLOSED` after `dispose()` or after the engine was closed, and with `BAD_ARGUMENT` for an
 * address that is not 20 bytes or a slot that is not 0 to 2^256 - 1.
 */
export interface State {
  /** The account at an address (20 bytes), or undefined if there is none. */
  getAccount(address: Hex | Uint8Array): Promise<StateAccount | undefined>;
  /** The value of a storage slot; 0 where nothing is stored. */
  getStorage(address: Hex | Uint8Array, slot: Quantity): Promise<bigint>;
  /**
   * The account's code; empty where there is none.
   * @throws {ParallelEvmError} `MISSING_CODE` if only its hash was given
   */
  getCode(address: Hex | Uint8Array): Promise<Uint8Array>;
  /**
   * The state root: keccak-256 of the root node of the account trie (Yellow Paper, section 4.1), 0x-hex.
   * @throws {ParallelEvmError} `NO_TRIE` unless the state was created with `trie: true`
   */
  root(): Promise<Hex>;
  /** All accounts that exist, canonically. */
  toJSON(): Promise<StateJson>;
  /** Gives the state's memory back. */
  dispose(): Promise<void>;
}

const EMPTY_CODE_HASH = 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';

const emptyCodeHash = (): Uint8Array => parseBytes(`0x${EMPTY_CODE_HASH}`, 'codeHash');

export const wordHex = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;

/** The bytes of a code object. */
export function codeBytes(views: Views, object: number): Uint8Array {
  return views.copy(object + CODE_START, views.u32(object + CODE_LENGTH));
}

/** Reads of a state's base, between jobs. All addresses are checked by the caller. */
export class StateReader {
  readonly #space: SharedSpace;
  readonly #state: number;
  readonly #temp: number;

  /** `temp`: 64 bytes of the caller's own for arguments. */
  constructor(space: SharedSpace, state: number, temp: number) {
    this.#space = space;
    this.#state = state;
    this.#temp = temp;
  }

  /** The entry of an address, 0 where there is none. */
  entry(address: Uint8Array): number {
    const { core, views } = this.#space;
    views.fresh().setBigEndian(this.#temp, address, 24);
    return core.stateFindAccount(this.#state, this.#temp) >>> 0;
  }

  account(address: Uint8Array): StateAccount | undefined {
    const { views } = this.#space;
    const entry = this.entry(address);
    if (entry === 0 || views.u32(entry + ACCOUNT_BASE + REC_EXISTS) === 0) return undefined;
    const record = entry + ACCOUNT_BASE;
    const code = views.u32(record + REC_CODE);
    return {
      nonce: views.u64(record + REC_NONCE),
      balance: views.u256(record + REC_BALANCE),
      codeHash: code === 0 ? emptyCodeHash() : views.copy(code + CODE_HASH, 32),
    };
  }

  storage(address: Uint8Array, slot: bigint): bigint {
    const { core, views } = this.#space;
    const account = this.entry(address);
    if (account === 0) return 0n;
    views.setU256(this.#temp, slot);
    const entry = core.stateFindSlot(this.#state, account, this.#temp) >>> 0;
    return entry === 0 ? 0n : views.u256(entry + SLOT_BASE);
  }

  code(address: Uint8Array): Uint8Array {
    const { views } = this.#space;
    const entry = this.entry(address);
    const code = entry === 0 ? 0 : views.u32(entry + ACCOUNT_BASE + REC_CODE);
    if (code === 0) return new Uint8Array(0);
    if (views.u32(code + CODE_FLAGS) & CODE_IS_MISSING) throw missingCode(views, code);
    return codeBytes(views, code);
  }

  json(): StateJson {
    const { views } = this.#space;
    views.fresh();
    const accounts: [Hex, StateJson[Hex]][] = [];
    for (let at = views.u32(this.#state + STATE_FIRST_ACCOUNT); at !== 0; at = views.u32(at + ACCOUNT_NEXT)) {
      if (views.u32(at + ACCOUNT_BASE + REC_EXISTS) === 0) continue;
      accounts.push([hexOf(views.bigEndian(at + ACCOUNT_ADDRESS, 20)), this.#accountJson(at)]);
    }
    return Object.fromEntries(accounts.sort(byKey));
  }

  #accountJson(entry: number): StateJson[Hex] {
    const { views } = this.#space;
    const record = entry + ACCOUNT_BASE;
    const json: StateJson[Hex] = {
      nonce: hexQuantity(views.u64(record + REC_NONCE)),
      balance: hexQuantity(views.u256(record + REC_BALANCE)),
    };
    const code = views.u32(record + REC_CODE);
    if (code !== 0) json.code = hexOf(codeBytes(views, code));
    const storage = this.#storageJson(entry);
    if (storage.length > 0) json.storage = Object.fromEntries(storage.sort(byKey));
    return json;
  }

  #storageJson(entry: number): [Hex, Hex][] {
    const { views } = this.#space;
    const incarnation = views.u32(entry + ACCOUNT_BASE + REC_INCARNATION);
    const slots: [Hex, Hex][] = [];
    for (let at = views.u32(entry + ACCOUNT_SLOTS); at !== 0; at = views.u32(at + SLOT_NEXT)) {
      const value = views.u256(at + SLOT_BASE);
      if (views.u32(at + SLOT_INCARNATION) !== incarnation || value === 0n) continue;
      slots.push([wordHex(views.u256(at + SLOT_NUMBER)), wordHex(value)]);
    }
    return slots;
  }
}

export const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);

export function missingCode(views: Views, object: number, txIndex?: number): ParallelEvmError {
  const hash = hexOf(views.copy(object + CODE_HASH, 32));
  return new ParallelEvmError('MISSING_CODE', `the state does not hold the code with hash ${hash}`, {
    field: 'codes',
    value: hash,
    ...(txIndex !== undefined && { txIndex }),
  });
}

export const parseAddress = (address: Hex | Uint8Array): Uint8Array => parseBytes(address, 'address', 20);
export const parseSlot = (slot: Quantity): bigint => parseQuantity(slot, 'slot');
