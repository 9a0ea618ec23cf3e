// The state in shared memory: keccak-keyed entries of accounts and storage slots, and code objects once per hash.
//
// While a block runs, base records are frozen. The confirmer publishes a new version of an entry as an immutable record
// and one atomic store of its head; head 0 means that the base record holds. Committing copies heads into bases,
// discarding forgets them. Only the holder of the token (between blocks: the caller's thread) writes here.

import { codeObjectBytes, codeObjectFillHashed, storeAddress } from './code';
import { Scratch } from './context';
import {
  directoryClaim,
  directoryCreate,
  directoryHasRoom,
  directoryInsert,
  directoryRelease,
  directoryReserve,
  Probe,
} from './directory';
import { bumpAlloc, bumpRelease } from './heap';
import { keccak256 } from './keccak';
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
  CODE_FLAGS,
  CODE_HASH,
  CODE_IS_MISSING,
  REC_BALANCE,
  REC_BALANCE_STEP,
  REC_BYTES,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  REC_NONCE_STEP,
  SCRATCH_TEMP,
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
  STATE_BYTES,
  STATE_CODES,
  STATE_FIRST_ACCOUNT,
  STATE_FULL,
  STATE_SLOTS,
  STATE_SPARE_END,
  STATE_SPARE_NEXT,
  STATE_STAMP,
  STATE_TOUCHED_ACCOUNTS,
  STATE_TOUCHED_SLOTS,
} from './layout';
import { Point } from './points';
import * as u256 from './u256';

export class Key {
  @inline static equal(a: usize, b: usize): bool {
    return (
      load<u64>(a) == load<u64>(b) &&
      load<u64>(a, 8) == load<u64>(b, 8) &&
      load<u64>(a, 16) == load<u64>(b, 16) &&
      load<u64>(a, 24) == load<u64>(b, 24)
    );
  }
  /** Keys are keccak hashes: any eight bytes of one are a hash. */
  @inline static hash(key: usize): u64 {
    return load<u64>(key);
  }
  /** The same slot number lies under many accounts: its key alone would pile them up in one place. */
  @inline static slotHash(account: usize, incarnation: u32, key: usize): u64 {
    return load<u64>(key) + (<u64>account + ((<u64>incarnation) << 32)) * 0x9e3779b97f4a7c15;
  }
}

/** keccak256 of the 20 address bytes whose limbs are at `address`. */
export function accountKey(dst: usize, address: usize): void {
  const bytes = Scratch.at(SCRATCH_TEMP);
  storeAddress(bytes, address);
  keccak256(bytes, 20, dst);
}

/** keccak256 of the slot number (limbs) as 32 big-endian bytes. */
export function slotKey(dst: usize, number: usize): void {
  const bytes = Scratch.at(SCRATCH_TEMP);
  u256.storeBE(bytes, number);
  keccak256(bytes, 32, dst);
}

// ── Life of a state ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Makes an empty state at `state` (STATE_BYTES of memory). False when the memory is exhausted. */
export function stateCreate(state: usize, stamp: u32, accounts: u32, slots: u32, codes: u32): bool {
  memory.fill(state, 0, STATE_BYTES);
  store<u32>(state, stamp, STATE_STAMP);
  const made =
    directoryCreate(state + STATE_ACCOUNTS, accounts) &&
    directoryCreate(state + STATE_SLOTS, slots) &&
    directoryCreate(state + STATE_CODES, codes);
  if (!made) stateRelease(state);
  return made;
}

export function stateRelease(state: usize): void {
  directoryRelease(state + STATE_ACCOUNTS);
  directoryRelease(state + STATE_SLOTS);
  directoryRelease(state + STATE_CODES);
  bumpRelease(state + STATE_BUMP);
}

function accountEntryHash(entry: usize): u64 {
  return Key.hash(entry + ACCOUNT_KEY);
}
function slotEntryHash(entry: usize): u64 {
  return Key.slotHash(load<u32>(entry, SLOT_ACCOUNT), load<u32>(entry, SLOT_INCARNATION), entry + SLOT_KEY);
}
function codeObjectHash(object: usize): u64 {
  return Key.hash(object + CODE_HASH);
}

/** Makes room in the directories for what a block can add at most. Between blocks only. */
export function stateReserve(state: usize, accounts: u32, slots: u32, codes: u32): bool {
  return (
    directoryReserve(state + STATE_ACCOUNTS, accounts, accountEntryHash) &&
    directoryReserve(state + STATE_SLOTS, slots, slotEntryHash) &&
    directoryReserve(state + STATE_CODES, codes, codeObjectHash)
  );
}

// ── Look-ups: any thread ─────────────────────────────────────────────────────────────────────────────────────────────

/** The entry of the account with this key, or 0. */
export function findAccountEntry(state: usize, key: usize): usize {
  const directory = state + STATE_ACCOUNTS;
  const hash = Key.hash(key);
  let at = Probe.start(directory, hash);
  while (true) {
    const slot = Probe.slot(directory, at);
    if (slot == 0) return 0;
    const entry = <usize>(<u32>slot);
    if (Probe.matches(slot, hash) && Key.equal(entry + ACCOUNT_KEY, key)) return entry;
    at = Probe.next(directory, at);
  }
}

/** The entry of a storage slot of the account's incarnation, or 0. */
export function findSlotEntry(state: usize, account: usize, incarnation: u32, key: usize): usize {
  const directory = state + STATE_SLOTS;
  const hash = Key.slotHash(account, incarnation, key);
  let at = Probe.start(directory, hash);
  while (true) {
    const slot = Probe.slot(directory, at);
    if (slot == 0) return 0;
    const entry = <usize>(<u32>slot);
    if (
      Probe.matches(slot, hash) &&
      load<u32>(entry, SLOT_ACCOUNT) == <u32>account &&
      load<u32>(entry, SLOT_INCARNATION) == incarnation &&
      Key.equal(entry + SLOT_KEY, key)
    )
      return entry;
    at = Probe.next(directory, at);
  }
}

/** The code object with this hash, one that has its bytes before one that lacks them, or 0. */
export function findCode(state: usize, hash: usize): usize {
  const directory = state + STATE_CODES;
  let at = Probe.start(directory, Key.hash(hash));
  let missing: usize = 0;
  while (true) {
    const slot = Probe.slot(directory, at);
    if (slot == 0) return missing;
    const object = <usize>(<u32>slot);
    if (Key.equal(object + CODE_HASH, hash)) {
      if (!lacksBytes(object)) return object;
      missing = object;
    }
    at = Probe.next(directory, at);
  }
}

function lacksBytes(object: usize): bool {
  return (load<u32>(object, CODE_FLAGS) & CODE_IS_MISSING) != 0;
}

/** The newest confirmed record of an account entry. */
export function accountRecord(entry: usize): usize {
  Point.shared();
  const head = atomic.load<u32>(entry, ACCOUNT_HEAD);
  return head != 0 ? <usize>head : entry + ACCOUNT_BASE;
}

/** The newest confirmed value of a storage entry. */
export function slotRecord(entry: usize): usize {
  Point.shared();
  const head = atomic.load<u32>(entry, SLOT_HEAD);
  return head != 0 ? <usize>head : entry + SLOT_BASE;
}

// ── Writing: the holder of the token ─────────────────────────────────────────────────────────────────────────────────

function take(state: usize, directory: usize, bytes: u32): usize {
  const at = directoryHasRoom(directory) ? bumpAlloc(state + STATE_BUMP, bytes) : 0;
  if (at == 0) store<u32>(state, 1, STATE_FULL);
  return at;
}

/**
 * Puts `entry` at the head of a list whose first address lies at `first`. Before it is found in a directory: whatever
 * becomes of the slot that makes it, each entry that somebody can write to is in its list. One that lost the race for its
 * key stays in the list, absent or zero for ever.
 */
function push(first: usize, entry: usize, nextField: usize): void {
  while (true) {
    const next = atomic.load<u32>(first);
    store<u32>(entry + nextField, next);
    Point.shared();
    if (atomic.cmpxchg<u32>(first, next, <u32>entry) == next) return;
  }
}

function openAccount(state: usize, entry: usize, address: usize, key: usize): usize {
  fillAccount(entry, address, key);
  return claimAccount(state, entry);
}

function fillAccount(entry: usize, address: usize, key: usize): void {
  memory.fill(entry, 0, ACCOUNT_BYTES);
  memory.copy(entry + ACCOUNT_KEY, key, 32);
  memory.copy(entry + ACCOUNT_ADDRESS, address, 24);
}

/**
 * Publishes a complete entry, unless its key has one; returns the one that it has then. An entry that lost is emptied: it
 * stays in the list.
 */
export function claimAccount(state: usize, entry: usize): usize {
  push(state + STATE_FIRST_ACCOUNT, entry, ACCOUNT_NEXT);
  const first = directoryClaim(state + STATE_ACCOUNTS, accountEntryHash(entry), entry, isSameAccount);
  if (first != entry) {
    memory.fill(entry + ACCOUNT_BASE, 0, REC_BYTES);
    store<u32>(entry, 0, ACCOUNT_HAS_STORAGE);
  }
  return first;
}

function openSlot(state: usize, entry: usize, account: usize, incarnation: u32, number: usize, key: usize): usize {
  fillSlot(entry, account, incarnation, number, key);
  return claimSlot(state, entry);
}

function fillSlot(entry: usize, account: usize, incarnation: u32, number: usize, key: usize): void {
  memory.fill(entry, 0, SLOT_BYTES);
  memory.copy(entry + SLOT_KEY, key, 32);
  store<u32>(entry, <u32>account, SLOT_ACCOUNT);
  store<u32>(entry, incarnation, SLOT_INCARNATION);
  memory.copy(entry + SLOT_NUMBER, number, 32);
}

/** As claimAccount. */
export function claimSlot(state: usize, entry: usize): usize {
  push(load<u32>(entry, SLOT_ACCOUNT) + ACCOUNT_SLOTS, entry, SLOT_NEXT);
  const first = directoryClaim(state + STATE_SLOTS, slotEntryHash(entry), entry, isSameSlot);
  if (first != entry) u256.setZero(entry + SLOT_BASE);
  return first;
}

function isSameAccount(a: usize, b: usize): bool {
  return Key.equal(a + ACCOUNT_KEY, b + ACCOUNT_KEY);
}

function isSameSlot(a: usize, b: usize): bool {
  return (
    load<u32>(a, SLOT_ACCOUNT) == load<u32>(b, SLOT_ACCOUNT) &&
    load<u32>(a, SLOT_INCARNATION) == load<u32>(b, SLOT_INCARNATION) &&
    Key.equal(a + SLOT_KEY, b + SLOT_KEY)
  );
}

/** The entry of an account that had none; its base record says that it does not exist. 0 when full. */
export function addAccountEntry(state: usize, address: usize, key: usize): usize {
  const entry = take(state, state + STATE_ACCOUNTS, ACCOUNT_BYTES);
  return entry == 0 ? 0 : openAccount(state, entry, address, key);
}

/** The entry of a storage slot that had none; its base value is zero. 0 when full. */
export function addSlotEntry(state: usize, account: usize, incarnation: u32, number: usize, key: usize): usize {
  const entry = take(state, state + STATE_SLOTS, SLOT_BYTES);
  return entry == 0 ? 0 : openSlot(state, entry, account, incarnation, number, key);
}

// ── Entries that any slot makes while a job runs ─────────────────────────────────────────────────────────────────────

/** Makes sure that slots find `bytes` for entries. Between jobs. False when the memory is exhausted. */
export function stateReserveSpare(state: usize, bytes: u32): bool {
  const next = load<u32>(state, STATE_SPARE_NEXT);
  const end = load<u32>(state, STATE_SPARE_END);
  if (next <= end && end - next >= bytes) return true;
  const at = bumpAlloc(state + STATE_BUMP, bytes);
  if (at == 0) return false;
  store<u32>(state, <u32>at, STATE_SPARE_NEXT);
  store<u32>(state, <u32>at + bytes, STATE_SPARE_END);
  return true;
}

function takeSpare(state: usize, directory: usize, bytes: u32): usize {
  if (!directoryHasRoom(directory)) return 0;
  const at = atomic.add<u32>(state, bytes, STATE_SPARE_NEXT);
  return at + bytes <= load<u32>(state, STATE_SPARE_END) ? <usize>at : 0;
}

/** An account entry to be completed and claimed, by any slot; 0 when full. */
export function spareAccount(state: usize, address: usize, key: usize): usize {
  const entry = takeSpare(state, state + STATE_ACCOUNTS, ACCOUNT_BYTES);
  if (entry != 0) fillAccount(entry, address, key);
  return entry;
}

/** As spareAccount. */
export function spareSlot(state: usize, account: usize, incarnation: u32, number: usize, key: usize): usize {
  const entry = takeSpare(state, state + STATE_SLOTS, SLOT_BYTES);
  if (entry != 0) fillSlot(entry, account, incarnation, number, key);
  return entry;
}

/** The object of a code of which a slot finds only the hash; it is not in the directory. 0 when full. */
export function spareMissingCode(state: usize, hash: usize): usize {
  const object = takeSpare(state, state + STATE_CODES, (codeObjectBytes(0) + 63) & ~63);
  if (object == 0) return 0;
  memory.copy(object + CODE_HASH, hash, 32);
  codeObjectFillHashed(object, 0, 0);
  store<u32>(object, CODE_IS_MISSING, CODE_FLAGS);
  return object;
}

/** As addAccountEntry, by any slot; who loses a race for a key gets the winner's entry. */
export function shareAccountEntry(state: usize, address: usize, key: usize): usize {
  const known = findAccountEntry(state, key);
  if (known != 0) return known;
  const entry = takeSpare(state, state + STATE_ACCOUNTS, ACCOUNT_BYTES);
  return entry == 0 ? 0 : openAccount(state, entry, address, key);
}

/** As addSlotEntry, by any slot. */
export function shareSlotEntry(state: usize, account: usize, incarnation: u32, number: usize, key: usize): usize {
  const known = findSlotEntry(state, account, incarnation, key);
  if (known != 0) return known;
  const entry = takeSpare(state, state + STATE_SLOTS, SLOT_BYTES);
  return entry == 0 ? 0 : openSlot(state, entry, account, incarnation, number, key);
}

/** The state's code object for the code [src, src + length) with this hash; made if it is not there. 0 when full. */
export function internCode(state: usize, hash: usize, src: usize, length: u32): usize {
  const known = findCode(state, hash);
  if (known != 0 && !lacksBytes(known)) return known;
  const object = take(state, state + STATE_CODES, codeObjectBytes(length));
  if (object == 0) return 0;
  memory.copy(object + CODE_HASH, hash, 32);
  codeObjectFillHashed(object, src, length);
  directoryInsert(state + STATE_CODES, codeObjectHash(object), object);
  return object;
}

function isSameCode(a: usize, b: usize): bool {
  return Key.equal(a + CODE_HASH, b + CODE_HASH);
}

/** Publishes a complete code object, unless there is one of its hash. By any thread, with room; no code is known to be missing. */
export function shareCode(state: usize, object: usize): void {
  directoryClaim(state + STATE_CODES, codeObjectHash(object), object, isSameCode);
}

/** Publishes `record` as the newest version of an account. */
export function publishAccount(state: usize, entry: usize, record: usize): void {
  if (load<u32>(entry, ACCOUNT_HEAD) == 0) {
    store<u32>(entry, load<u32>(state, STATE_TOUCHED_ACCOUNTS), ACCOUNT_TOUCHED_NEXT);
    store<u32>(state, <u32>entry, STATE_TOUCHED_ACCOUNTS);
  }
  Point.shared();
  atomic.store<u32>(entry, <u32>record, ACCOUNT_HEAD);
}

/** Publishes the value at `record` as the newest version of a storage slot. */
export function publishSlot(state: usize, entry: usize, record: usize): void {
  if (load<u32>(entry, SLOT_HEAD) == 0) {
    store<u32>(entry, load<u32>(state, STATE_TOUCHED_SLOTS), SLOT_TOUCHED_NEXT);
    store<u32>(state, <u32>entry, STATE_TOUCHED_SLOTS);
  }
  Point.shared();
  atomic.store<u32>(entry, <u32>record, SLOT_HEAD);
}

// ── End of a block ───────────────────────────────────────────────────────────────────────────────────────────────────

function foldAccount(entry: usize): void {
  const head = load<u32>(entry, ACCOUNT_HEAD);
  if (load<u32>(head, REC_INCARNATION) != load<u32>(entry, ACCOUNT_BASE + REC_INCARNATION))
    store<u32>(entry, 0, ACCOUNT_HAS_STORAGE);
  memory.copy(entry + ACCOUNT_BASE, head, REC_BYTES);
  store<u32>(entry, 0, ACCOUNT_BASE + REC_BALANCE_STEP);
  store<u64>(entry, 0, ACCOUNT_BASE + REC_NONCE_STEP);
}

function foldSlot(entry: usize): void {
  memory.copy(entry + SLOT_BASE, load<u32>(entry, SLOT_HEAD), 32);
  const account: usize = load<u32>(entry, SLOT_ACCOUNT);
  const isCurrent = load<u32>(entry, SLOT_INCARNATION) == load<u32>(account, ACCOUNT_BASE + REC_INCARNATION);
  if (isCurrent && !u256.isZero(entry + SLOT_BASE)) store<u32>(account, 1, ACCOUNT_HAS_STORAGE);
}

/** Ends the block on this state: its versions become the base (`commit`) or are forgotten. */
export function stateSettle(state: usize, commit: bool): void {
  let entry = load<u32>(state, STATE_TOUCHED_ACCOUNTS);
  for (; entry != 0; entry = load<u32>(entry, ACCOUNT_TOUCHED_NEXT)) {
    if (commit) foldAccount(entry);
    store<u32>(entry, 0, ACCOUNT_HEAD);
  }
  entry = load<u32>(state, STATE_TOUCHED_SLOTS);
  for (; entry != 0; entry = load<u32>(entry, SLOT_TOUCHED_NEXT)) {
    if (commit) foldSlot(entry);
    store<u32>(entry, 0, SLOT_HEAD);
  }
  store<u32>(state, 0, STATE_TOUCHED_ACCOUNTS);
  store<u32>(state, 0, STATE_TOUCHED_SLOTS);
  store<u32>(state, 0, STATE_FULL);
}

// ── Loading: the caller's thread, between blocks ─────────────────────────────────────────────────────────────────────

/**
 * Sets an account of the base: address limbs, nonce, balance limbs, code object or 0.
 * @returns its entry, or 0 when the memory is exhausted
 */
export function stateSetAccount(state: usize, address: usize, nonce: u64, balance: usize, code: usize): usize {
  if (!directoryReserve(state + STATE_ACCOUNTS, 1, accountEntryHash)) return 0;
  const key = Scratch.at(SCRATCH_TEMP + 32);
  accountKey(key, address);
  let entry = findAccountEntry(state, key);
  if (entry == 0) entry = addAccountEntry(state, address, key);
  if (entry == 0) return 0;
  const record = entry + ACCOUNT_BASE;
  store<u64>(record, nonce, REC_NONCE);
  store<u32>(record, <u32>code, REC_CODE);
  store<u32>(record, 1, REC_EXISTS);
  memory.copy(record + REC_BALANCE, balance, 32);
  return entry;
}

/** Sets a storage slot of the base; number and value as limbs. False when the memory is exhausted. */
export function stateSetSlot(state: usize, account: usize, number: usize, value: usize): bool {
  if (!directoryReserve(state + STATE_SLOTS, 1, slotEntryHash)) return false;
  const key = Scratch.at(SCRATCH_TEMP + 32);
  slotKey(key, number);
  const incarnation = load<u32>(account, ACCOUNT_BASE + REC_INCARNATION);
  let entry = findSlotEntry(state, account, incarnation, key);
  if (entry == 0) entry = addSlotEntry(state, account, incarnation, number, key);
  if (entry == 0) return false;
  memory.copy(entry + SLOT_BASE, value, 32);
  if (!u256.isZero(value)) store<u32>(account, 1, ACCOUNT_HAS_STORAGE);
  return true;
}

/**
 * The code object of [src, src + length), hashed here unless `hash` names it already (the caller vouches for it).
 * @returns 0 when the memory is exhausted
 */
export function stateSetCode(state: usize, hash: usize, src: usize, length: u32): usize {
  if (!directoryReserve(state + STATE_CODES, 1, codeObjectHash)) return 0;
  if (hash == 0) {
    hash = Scratch.at(SCRATCH_TEMP + 32);
    keccak256(src, length, hash);
  }
  return internCode(state, hash, src, length);
}

/** The entry of the account at `address` (limbs), or 0. */
export function stateFindAccount(state: usize, address: usize): usize {
  const key = Scratch.at(SCRATCH_TEMP + 32);
  accountKey(key, address);
  return findAccountEntry(state, key);
}

/** The entry of a storage slot of the base, or 0. */
export function stateFindSlot(state: usize, account: usize, number: usize): usize {
  const key = Scratch.at(SCRATCH_TEMP + 32);
  slotKey(key, number);
  return findSlotEntry(state, account, load<u32>(account, ACCOUNT_BASE + REC_INCARNATION), key);
}

/** The object of a code of which only the hash is known; using it ends an attempt with STATUS_MISSING_CODE. */
export function stateSetMissingCode(state: usize, hash: usize): usize {
  const known = findCode(state, hash);
  if (known != 0) return known;
  const object = stateSetCode(state, hash, hash, 0);
  if (object != 0) store<u32>(object, CODE_IS_MISSING, CODE_FLAGS);
  return object;
}
