// The state in shared memory, as assembly/state.ts has it: keccak-keyed entries of accounts and storage slots over
// immutable records. Here: look-ups, entries that a block adds, and publishing of confirmed records.
import { keccak_256 } from '@noble/hashes/sha3.js';
import {
  ACCOUNT_ADDRESS,
  ACCOUNT_BASE,
  ACCOUNT_BYTES,
  ACCOUNT_HAS_STORAGE,
  ACCOUNT_HEAD,
  ACCOUNT_KEY,
  ACCOUNT_NEXT,
  ACCOUNT_SLOTS,
  ACCOUNT_TOUCHED_NEXT,
  CODE_HASH,
  CODE_LENGTH,
  CODE_START,
  REC_BYTES,
  SLOT_ACCOUNT,
  SLOT_BASE,
  SLOT_BYTES,
  SLOT_HEAD,
  SLOT_INCARNATION,
  SLOT_KEY,
  SLOT_NEXT,
  SLOT_NUMBER,
  SLOT_TOUCHED_NEXT,
  STATE_ACCOUNTS,
  STATE_BUMP,
  STATE_CODES,
  STATE_FIRST_ACCOUNT,
  STATE_FULL,
  STATE_SLOTS,
  STATE_SOURCE,
  STATE_SPARE_END,
  STATE_SPARE_NEXT,
  STATE_TOUCHED_ACCOUNTS,
  STATE_TOUCHED_SLOTS,
} from '../../assembly/layout.ts';
import { codeObjectBytes, fillCode, lacksBytes } from './codes.ts';
import type { Context } from './context.ts';
import { claim, find, hasRoom } from './directory.ts';
import type { Memory } from './memory.ts';

const SPREAD = 0x9e3779b97f4a7c15n;
const KEY_WORDS = 8;
/** In place of an entry: the state's source cannot say (assembly/source.ts). */
export const UNKNOWN_ENTRY = 1;

/** keccak256 of the address whose limbs are at `address`. */
export function accountKey(memory: Memory, to: number, address: number): void {
  memory.put(to, keccak_256(memory.reversed(address, 20)));
}

/** keccak256 of the slot number whose limbs are at `number`. */
export function slotKey(memory: Memory, to: number, number: number): void {
  memory.put(to, keccak_256(memory.reversed(number, 32)));
}

/** The same slot number lies under many accounts: the account spreads them. */
const slotHash = (memory: Memory, account: number, incarnation: number, key: number): bigint =>
  BigInt.asUintN(64, memory.u64(key) + (BigInt(account) + (BigInt(incarnation) << 32n)) * SPREAD);

// ── Look-ups: any thread ─────────────────────────────────────────────────────────────────────────────────────────────

/** The entry of the account with this key, or 0. */
export function findAccount(memory: Memory, state: number, key: number): number {
  const isIt = (entry: number): boolean => memory.equal(entry + ACCOUNT_KEY, key, KEY_WORDS);
  return find(memory, state + STATE_ACCOUNTS, memory.u32(key), isIt);
}

/** The entry of a storage slot of the account's incarnation, or 0. */
export function findSlot(memory: Memory, state: number, account: number, incarnation: number, key: number): number {
  const hash = Number(BigInt.asUintN(32, slotHash(memory, account, incarnation, key)));
  const isIt = (entry: number): boolean =>
    memory.u32(entry + SLOT_ACCOUNT) === account &&
    memory.u32(entry + SLOT_INCARNATION) === incarnation &&
    memory.equal(entry + SLOT_KEY, key, KEY_WORDS);
  return find(memory, state + STATE_SLOTS, hash, isIt);
}

/** As findAccount, where the state has a source out of that: UNKNOWN_ENTRY if it cannot say. */
export function accountEntry({ memory, wasm }: Context, state: number, address: number, key: number): number {
  const known = findAccount(memory, state, key);
  if (known !== 0 || memory.u32(state + STATE_SOURCE) === 0) return known;
  return wasm.accountEntry(state, address, key) >>> 0;
}

/** As findSlot, where the state has a source out of that: UNKNOWN_ENTRY if it cannot say. */
export function storageEntry(
  { memory, wasm }: Context,
  state: number,
  account: number,
  incarnation: number,
  number: number,
  key: number,
): number {
  const known = findSlot(memory, state, account, incarnation, key);
  if (known !== 0 || memory.u32(state + STATE_SOURCE) === 0) return known;
  return wasm.storageEntry(state, account, incarnation, number, key) >>> 0;
}

/** The newest confirmed record of an account entry. */
export function accountRecord(memory: Memory, entry: number): number {
  return memory.load32(entry + ACCOUNT_HEAD) || entry + ACCOUNT_BASE;
}

/** The newest confirmed value of a storage entry. */
export function slotRecord(memory: Memory, entry: number): number {
  return memory.load32(entry + SLOT_HEAD) || entry + SLOT_BASE;
}

// ── Entries that a block adds ────────────────────────────────────────────────────────────────────────────────────────

/** Puts an entry at the head of a list; before a directory has it, so that each entry that can be found is in its list. */
function push(memory: Memory, first: number, entry: number, nextField: number): void {
  for (;;) {
    const next = memory.load32(first);
    memory.setU32(entry + nextField, next);
    if (memory.exchange32(first, next, entry) === next) return;
  }
}

function openAccount(memory: Memory, state: number, entry: number, address: number, key: number): number {
  memory.fill(entry, 0, ACCOUNT_BYTES);
  memory.copy(entry + ACCOUNT_KEY, key, 32);
  memory.copy(entry + ACCOUNT_ADDRESS, address, 24);
  push(memory, state + STATE_FIRST_ACCOUNT, entry, ACCOUNT_NEXT);
  const isSame = (known: number): boolean => memory.equal(known + ACCOUNT_KEY, entry + ACCOUNT_KEY, KEY_WORDS);
  const first = claim(memory, state + STATE_ACCOUNTS, memory.u64(entry + ACCOUNT_KEY), entry, isSame);
  if (first !== entry) {
    memory.fill(entry + ACCOUNT_BASE, 0, REC_BYTES);
    memory.setU32(entry + ACCOUNT_HAS_STORAGE, 0);
  }
  return first;
}

/** Which slot an entry is of: limbs of its number, and its key. */
export interface SlotPlace {
  account: number;
  incarnation: number;
  number: number;
  key: number;
}

function openSlot(memory: Memory, state: number, entry: number, place: SlotPlace): number {
  const { account, incarnation, number, key } = place;
  memory.fill(entry, 0, SLOT_BYTES);
  memory.copy(entry + SLOT_KEY, key, 32);
  memory.setU32(entry + SLOT_ACCOUNT, account);
  memory.setU32(entry + SLOT_INCARNATION, incarnation);
  memory.copy(entry + SLOT_NUMBER, number, 32);
  push(memory, account + ACCOUNT_SLOTS, entry, SLOT_NEXT);
  const isSame = (known: number): boolean =>
    memory.u32(known + SLOT_ACCOUNT) === account &&
    memory.u32(known + SLOT_INCARNATION) === incarnation &&
    memory.equal(known + SLOT_KEY, entry + SLOT_KEY, KEY_WORDS);
  const first = claim(memory, state + STATE_SLOTS, slotHash(memory, account, incarnation, key), entry, isSame);
  if (first !== entry) memory.fill(entry + SLOT_BASE, 0, 32);
  return first;
}

/** Memory for an entry, by the holder of the token; 0, and the state is full, without room. */
function take({ memory, wasm }: Context, state: number, directory: number, bytes: number): number {
  const at = hasRoom(memory, directory) ? wasm.bumpAlloc(state + STATE_BUMP, bytes) >>> 0 : 0;
  if (at === 0) memory.setU32(state + STATE_FULL, 1);
  return at;
}

/** Memory for an entry, by any slot; 0 without room. */
function takeSpare(memory: Memory, state: number, directory: number, bytes: number): number {
  if (!hasRoom(memory, directory)) return 0;
  const at = memory.add32(state + STATE_SPARE_NEXT, bytes);
  return at + bytes <= memory.u32(state + STATE_SPARE_END) ? at : 0;
}

/** The entry of an account that had none; its base says that it does not exist. 0 when full. By the holder of the token. */
export function addAccount(context: Context, state: number, address: number, key: number): number {
  const entry = take(context, state, state + STATE_ACCOUNTS, ACCOUNT_BYTES);
  return entry === 0 ? 0 : openAccount(context.memory, state, entry, address, key);
}

/** The entry of a storage slot that had none; its base is zero. 0 when full. By the holder of the token. */
export function addSlot(context: Context, state: number, place: SlotPlace): number {
  const entry = take(context, state, state + STATE_SLOTS, SLOT_BYTES);
  return entry === 0 ? 0 : openSlot(context.memory, state, entry, place);
}

/** As addAccount, by any slot; who loses a race for a key gets the winner's entry. */
export function shareAccount(memory: Memory, state: number, address: number, key: number): number {
  const known = findAccount(memory, state, key);
  if (known !== 0) return known;
  const entry = takeSpare(memory, state, state + STATE_ACCOUNTS, ACCOUNT_BYTES);
  return entry === 0 ? 0 : openAccount(memory, state, entry, address, key);
}

/** As addSlot, by any slot. */
export function shareSlot(memory: Memory, state: number, place: SlotPlace): number {
  const known = findSlot(memory, state, place.account, place.incarnation, place.key);
  if (known !== 0) return known;
  const entry = takeSpare(memory, state, state + STATE_SLOTS, SLOT_BYTES);
  return entry === 0 ? 0 : openSlot(memory, state, entry, place);
}

/** The state's own object of the code that the object `code` holds; 0 when full. By the holder of the token. */
export function internCode(context: Context, state: number, code: number): number {
  const { memory } = context;
  const directory = state + STATE_CODES;
  const hash = code + CODE_HASH;
  const isIt = (known: number): boolean =>
    memory.equal(known + CODE_HASH, hash, KEY_WORDS) && !lacksBytes(memory, known);
  const known = find(memory, directory, memory.u32(hash), isIt);
  if (known !== 0) return known;
  const length = memory.u32(code + CODE_LENGTH);
  const object = take(context, state, directory, codeObjectBytes(length));
  if (object === 0) return 0;
  fillCode(memory, object, memory.take(code + CODE_START, length));
  return claim(memory, directory, memory.u64(object + CODE_HASH), object, isIt);
}

// ── Publishing: the holder of the token ──────────────────────────────────────────────────────────────────────────────

/** Publishes `record` as the newest one of an account. */
export function publishAccount(memory: Memory, state: number, entry: number, record: number): void {
  if (memory.u32(entry + ACCOUNT_HEAD) === 0) {
    memory.setU32(entry + ACCOUNT_TOUCHED_NEXT, memory.u32(state + STATE_TOUCHED_ACCOUNTS));
    memory.setU32(state + STATE_TOUCHED_ACCOUNTS, entry);
  }
  memory.store32(entry + ACCOUNT_HEAD, record);
}

/** Publishes the value at `record` as the newest one of a storage slot. */
export function publishSlot(memory: Memory, state: number, entry: number, record: number): void {
  if (memory.u32(entry + SLOT_HEAD) === 0) {
    memory.setU32(entry + SLOT_TOUCHED_NEXT, memory.u32(state + STATE_TOUCHED_SLOTS));
    memory.setU32(state + STATE_TOUCHED_SLOTS, entry);
  }
  memory.store32(entry + SLOT_HEAD, record);
}
