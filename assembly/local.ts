// The local records of an attempt: each account and storage slot that it meets, loaded once from the shared state and
// worked on here. They are its working set, its read set (source record and the fields that mattered) and its write
// set (current against original) in one.
//
// What makes it correct: a record is loaded once, so reads repeat; original values never change after loading; the
// shared records that they came from are immutable, so the confirmer can compare them later.

import { Scratch } from './context';
import { save64, save256 } from './journal';
import {
  BLOCK_COINBASE,
  CACHE_ACCOUNT,
  CACHE_BYTES,
  CACHE_ENTRY,
  CACHE_INCARNATION,
  CACHE_LINES,
  CACHE_NUMBER,
  CACHE_STAMP,
  CHECK_CHUNKS,
  CHECK_SLOTS,
  CTL_SEED,
  CTX_ACCOUNTS,
  CTX_ATTEMPT,
  CTX_BLOCK,
  CTX_CACHE,
  CTX_CHUNKS,
  CTX_COINBASE,
  CTX_FULL,
  CTX_KEPT_END,
  CTX_KEPT_NEXT,
  CTX_LOCALS,
  CTX_MODE,
  CTX_SLOT_COUNT,
  CTX_SLOTS,
  CTX_SPARE,
  CTX_SPEC,
  CTX_STATE,
  CTX_TX,
  FLAG_STATE_CLEARING,
  FLAG_WARM_COINBASE,
  FULL_AREA,
  FULL_LACK,
  LACC_ADDRESS,
  LACC_BALANCE,
  LACC_BORN,
  LACC_BUCKET_NEXT,
  LACC_BYTES,
  LACC_CODE,
  LACC_ENTRY,
  LACC_EXISTS,
  LACC_FLAGS,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_LOW,
  LACC_NEXT,
  LACC_NONCE,
  LACC_READS,
  LACC_RECORD,
  LACC_SOURCE,
  LACC_TOUCHED,
  LACC_UNKNOWN,
  LACC_WARM,
  LOCALS_ACCOUNT_BUCKETS,
  LOCALS_SLOT_BUCKETS,
  LSLOT_ACCOUNT,
  LSLOT_BUCKET_NEXT,
  LSLOT_BYTES,
  LSLOT_ENTRY,
  LSLOT_KEY,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_ORIGINAL,
  LSLOT_RECORD,
  LSLOT_SOURCE,
  LSLOT_TRANSIENT,
  LSLOT_VALUE,
  LSLOT_WARM,
  MODE_DELTAS,
  MODE_IN_TURN,
  MODE_UNCONFIRMED,
  READ_BALANCE,
  READ_CODE,
  READ_COVER,
  READ_EMPTY,
  READ_STORAGE,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SCRATCH_TEMP,
  SPEC_FLAGS,
  SPEC_P256,
  SPEC_PRECOMPILES,
  STATE_STAMP,
} from './layout';
import { accountEntry, storageEntry, UNKNOWN_ENTRY } from './source';
import { accountKey, accountRecord, slotKey, slotRecord } from './state';
import * as u256 from './u256';
import { visibleAccount, visibleSlot } from './versions';

const MIX: u64 = 0x9e3779b97f4a7c15;

/** `bytes` that live until the attempt is confirmed. On overflow the attempt is void and gets the spare record. */
export function keep(ctx: usize, bytes: u32): usize {
  const at = load<u32>(ctx, CTX_KEPT_NEXT);
  const next = at + ((bytes + 7) & ~7);
  if (next > load<u32>(ctx, CTX_KEPT_END) || next < at) {
    store<u32>(ctx, FULL_AREA, CTX_FULL);
    return 0;
  }
  store<u32>(ctx, next, CTX_KEPT_NEXT);
  return at;
}

/** A record, or the spare one. That belongs to whatever does not fit at the same time, so it must not get into a list. */
function keepRecord(ctx: usize, bytes: u32): usize {
  const at = keep(ctx, bytes);
  return at != 0 ? at : load<u32>(ctx, CTX_SPARE);
}

// ── Directory: buckets with the attempt's number, so that nothing is cleared between attempts ───────────────────────

function accountBucket(ctx: usize, hash: u64): usize {
  return load<u32>(ctx, CTX_LOCALS) + ((<usize>(hash >> 40) & (LOCALS_ACCOUNT_BUCKETS - 1)) << 3);
}

function slotBucket(ctx: usize, hash: u64): usize {
  const table = load<u32>(ctx, CTX_LOCALS) + (LOCALS_ACCOUNT_BUCKETS << 3);
  return table + ((<usize>(hash >> 40) & (LOCALS_SLOT_BUCKETS - 1)) << 3);
}

/** Two words to one hash that nobody can aim at without the seed; its upper half is the good one. */
function mix(a: u64, b: u64): u64 {
  const seed = load<u64>(CTL_SEED);
  const mixed = ((a ^ seed) * MIX) ^ (b * (seed | 1));
  return (mixed ^ (mixed >> 31)) * MIX;
}

function bucketFirst(ctx: usize, at: usize): usize {
  const slot = load<u64>(at);
  return <u32>(slot >> 32) == load<u32>(ctx, CTX_ATTEMPT) ? <usize>(<u32>slot) : 0;
}

function bucketPush(ctx: usize, at: usize, record: usize): void {
  store<u64>(at, ((<u64>load<u32>(ctx, CTX_ATTEMPT)) << 32) | <u64>record);
}

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The local account of the address whose limbs are at `address` (bits above 160 are ignored). */
export function localAccount(ctx: usize, address: usize): usize {
  const a = load<u64>(address);
  const b = load<u64>(address, 8);
  const c = load<u64>(address, 16) & 0xffffffff;
  const at = accountBucket(ctx, mix(a, b ^ (c << 13)));
  const first = bucketFirst(ctx, at);
  for (let r = first; r != 0; r = load<u32>(r, LACC_BUCKET_NEXT)) {
    if (load<u64>(r) == a && load<u64>(r, 8) == b && load<u64>(r, 16) == c) return r;
  }
  const record = keepRecord(ctx, LACC_BYTES);
  store<u64>(record, a);
  store<u64>(record, b, 8);
  store<u64>(record, c, 16);
  if (record != load<u32>(ctx, CTX_SPARE)) {
    store<u32>(record, <u32>first, LACC_BUCKET_NEXT);
    bucketPush(ctx, at, record);
    store<u32>(record, load<u32>(ctx, CTX_ACCOUNTS), LACC_NEXT);
    store<u32>(ctx, <u32>record, CTX_ACCOUNTS);
  }
  loadAccount(ctx, record);
  const isCoinbase = isAddress(load<u32>(ctx, CTX_BLOCK) + BLOCK_COINBASE, a, b, c);
  if (isCoinbase) store<u32>(ctx, <u32>record, CTX_COINBASE);
  const spec = load<u32>(ctx, CTX_SPEC);
  if ((isCoinbase && isWarmCoinbase(ctx, spec)) || precompileNumber(spec, record) != 0)
    store<u32>(record, load<u32>(record, LACC_FLAGS) | LACC_WARM, LACC_FLAGS);
  return record;
}

function isAddress(address: usize, a: u64, b: u64, c: u64): bool {
  return load<u64>(address) == a && load<u64>(address, 8) == b && load<u64>(address, 16) == c;
}

/** EIP-3651: the fee recipient is warm from the start of a transaction; system calls are none. */
function isWarmCoinbase(ctx: usize, spec: usize): bool {
  return load<u32>(ctx, CTX_TX) != 0 && (load<u32>(spec, SPEC_FLAGS) & FLAG_WARM_COINBASE) != 0;
}

/** The number of the precompile at this account's address, 0 if none is active there. They are always warm (EIP-2929). */
export function precompileNumber(spec: usize, account: usize): u32 {
  const low = load<u64>(account);
  if (low > 0x100 || load<u64>(account, 8) != 0 || load<u64>(account, 16) != 0) return 0;
  if (low == 0x100) return load<u32>(spec, SPEC_P256) != 0 ? 0x100 : 0;
  return low < 32 && ((load<u32>(spec, SPEC_PRECOMPILES) >> <u32>low) & 1) != 0 ? <u32>low : 0;
}

/** True if the newest published write below answers before what is confirmed; in its turn both are the same. */
function seesUnconfirmed(ctx: usize): bool {
  return (load<u32>(ctx, CTX_MODE) & (MODE_UNCONFIRMED | MODE_IN_TURN)) == MODE_UNCONFIRMED;
}

function loadAccount(ctx: usize, record: usize): void {
  accountKey(record + LACC_KEY, record + LACC_ADDRESS);
  let entry = accountEntry(load<u32>(ctx, CTX_STATE), record + LACC_ADDRESS, record + LACC_KEY);
  const isUnknown = entry == UNKNOWN_ENTRY;
  if (isUnknown) entry = 0;
  let source = entry != 0 && seesUnconfirmed(ctx) ? visibleAccount(ctx, entry) : 0;
  if (source == 0 && entry != 0) source = accountRecord(entry);
  store<u32>(record, <u32>entry, LACC_ENTRY);
  store<u32>(record, <u32>source, LACC_SOURCE);
  store<u32>(record, 0, LACC_READS);
  store<u32>(record, 0, LACC_RECORD);
  if (source == 0) {
    store<u64>(record, isUnknown ? LACC_UNKNOWN : 0, LACC_FLAGS);
    store<u64>(record, 0, LACC_NONCE);
    store<u64>(record, 0, LACC_CODE);
    store<u32>(record, 0, LACC_INCARNATION);
    u256.setZero(record + LACC_BALANCE);
    return;
  }
  store<u64>(record, <u64>(load<u32>(source, REC_EXISTS) != 0 ? LACC_EXISTS : 0), LACC_FLAGS);
  store<u64>(record, load<u64>(source, REC_NONCE), LACC_NONCE);
  store<u64>(record, <u64>load<u32>(source, REC_CODE), LACC_CODE);
  store<u32>(record, load<u32>(source, REC_INCARNATION), LACC_INCARNATION);
  u256.copy(record + LACC_BALANCE, source + REC_BALANCE);
}

/** One-line views of a local account; those that read a field note that the result depends on it. */
export class Account {
  @inline static has(account: usize, flag: u32): bool {
    return (load<u32>(account, LACC_FLAGS) & flag) != 0;
  }
  @inline static raise(ctx: usize, account: usize, flags: u32): void {
    save64(ctx, account + LACC_FLAGS);
    store<u32>(account, load<u32>(account, LACC_FLAGS) | flags, LACC_FLAGS);
  }
  @inline static note(account: usize, reads: u32): void {
    store<u32>(account, load<u32>(account, LACC_READS) | reads, LACC_READS);
  }
  @inline static nonce(account: usize): u64 {
    return load<u64>(account, LACC_NONCE);
  }
  @inline static code(account: usize): usize {
    Account.note(account, READ_CODE);
    return load<u32>(account, LACC_CODE);
  }
  @inline static balance(account: usize): usize {
    Account.note(account, READ_BALANCE);
    return account + LACC_BALANCE;
  }
  /** EIP-161: no code, nonce 0, balance 0. Of an account that paid, only its exact balance tells. */
  @inline static isEmpty(account: usize): bool {
    Account.note(account, (load<u32>(account, LACC_READS) & READ_COVER) != 0 ? READ_EMPTY | READ_BALANCE : READ_EMPTY);
    return (
      load<u64>(account, LACC_NONCE) == 0 && load<u32>(account, LACC_CODE) == 0 && u256.isZero(account + LACC_BALANCE)
    );
  }
}

/** Marks the account warm (EIP-2929). Returns true if it was cold. */
export function warmAccount(ctx: usize, account: usize): bool {
  if (Account.has(account, LACC_WARM)) return false;
  Account.raise(ctx, account, LACC_WARM);
  return true;
}

const RIPEMD160: u64 = 3;

/**
 * A transfer of nothing. With EIP-161 an account that is empty at the end of the transaction then goes; before, it comes
 * into being. The touch of precompile 3 outlives a revert: mainnet's history has it so (block 2675119).
 */
export function touch(ctx: usize, account: usize): void {
  if ((load<u32>(load<u32>(ctx, CTX_SPEC), SPEC_FLAGS) & FLAG_STATE_CLEARING) == 0) {
    if (!Account.has(account, LACC_BORN)) Account.raise(ctx, account, LACC_EXISTS | LACC_BORN);
  } else if (precompileNumber(load<u32>(ctx, CTX_SPEC), account) == RIPEMD160) {
    store<u32>(account, load<u32>(account, LACC_FLAGS) | LACC_TOUCHED, LACC_FLAGS);
  } else if (!Account.has(account, LACC_TOUCHED)) {
    Account.raise(ctx, account, LACC_TOUCHED);
  }
}

/** True if a transfer to the account is charged as a new one: to nobody (before EIP-161), of value to an empty one. */
export function bringsToLife(spec: usize, account: usize, pays: bool): bool {
  if ((load<u32>(spec, SPEC_FLAGS) & FLAG_STATE_CLEARING) != 0) return pays && Account.isEmpty(account);
  Account.note(account, READ_EMPTY);
  return !Account.has(account, LACC_EXISTS);
}

/** True where a change of a balance depends on that balance: nothing is known of sums then. */
function isExact(ctx: usize): bool {
  return (load<u32>(ctx, CTX_MODE) & MODE_DELTAS) == 0;
}

/**
 * True if the account's balance covers `amount`. That it does is a predicate, which later credits and debits of others
 * may leave true; that it does not is an exact read.
 */
export function covers(ctx: usize, account: usize, amount: usize): bool {
  const balance = account + LACC_BALANCE;
  if (isExact(ctx) || u256.lt(balance, amount)) {
    Account.note(account, READ_BALANCE);
    return !u256.lt(balance, amount);
  }
  const rest = Scratch.at(SCRATCH_TEMP);
  u256.sub(rest, balance, amount);
  const isFirst = (load<u32>(account, LACC_READS) & READ_COVER) == 0;
  if (isFirst || u256.lt(rest, account + LACC_LOW)) u256.copy(account + LACC_LOW, rest);
  if (isFirst) Account.note(account, READ_COVER);
  return true;
}

export function credit(ctx: usize, account: usize, amount: usize): void {
  if (isExact(ctx)) Account.note(account, READ_BALANCE);
  save256(ctx, account + LACC_BALANCE);
  u256.add(account + LACC_BALANCE, account + LACC_BALANCE, amount);
  Account.raise(ctx, account, LACC_TOUCHED | LACC_EXISTS | LACC_BORN);
}

/** The caller has checked that the balance covers the amount. */
export function debit(ctx: usize, account: usize, amount: usize): void {
  if (isExact(ctx)) Account.note(account, READ_BALANCE);
  save256(ctx, account + LACC_BALANCE);
  u256.sub(account + LACC_BALANCE, account + LACC_BALANCE, amount);
  touch(ctx, account);
}

export function setNonce(ctx: usize, account: usize, nonce: u64): void {
  save64(ctx, account + LACC_NONCE);
  store<u64>(account, nonce, LACC_NONCE);
  Account.raise(ctx, account, LACC_TOUCHED | LACC_EXISTS | LACC_BORN);
}

export function setCode(ctx: usize, account: usize, code: usize): void {
  save64(ctx, account + LACC_CODE);
  store<u64>(account, <u64>code, LACC_CODE);
  Account.raise(ctx, account, LACC_TOUCHED | LACC_EXISTS | LACC_BORN);
}

// ── Storage slots ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The local record of storage slot `number` (limbs) of a local account. Its value is not loaded yet. */
export function localSlot(ctx: usize, account: usize, number: usize): usize {
  const a = load<u64>(number);
  const b = load<u64>(number, 8);
  const c = load<u64>(number, 16);
  const d = load<u64>(number, 24);
  const at = slotBucket(ctx, mix(a, b + (c << 7) + (d << 17) + ((<u64>account) << 29)));
  const first = bucketFirst(ctx, at);
  for (let r = first; r != 0; r = load<u32>(r, LSLOT_BUCKET_NEXT)) {
    if (
      load<u64>(r) == a &&
      load<u32>(r, LSLOT_ACCOUNT) == <u32>account &&
      load<u64>(r, 8) == b &&
      load<u64>(r, 16) == c &&
      load<u64>(r, 24) == d
    )
      return r;
  }
  const record = keepRecord(ctx, LSLOT_BYTES);
  u256.copy(record + LSLOT_NUMBER, number);
  store<u32>(record, <u32>account, LSLOT_ACCOUNT);
  store<u32>(record, 0, LSLOT_LOADED);
  store<u32>(record, 0, LSLOT_RECORD);
  countSlot(ctx, record);
  store<u64>(record, 0, LSLOT_WARM);
  u256.setZero(record + LSLOT_TRANSIENT);
  if (record == load<u32>(ctx, CTX_SPARE)) return record;
  store<u32>(record, <u32>first, LSLOT_BUCKET_NEXT);
  bucketPush(ctx, at, record);
  store<u32>(record, load<u32>(ctx, CTX_SLOTS), LSLOT_NEXT);
  store<u32>(ctx, <u32>record, CTX_SLOTS);
  return record;
}

/** Counts a local slot and notes the heads of parts of the list, so that a large read set can be checked in parts. */
function countSlot(ctx: usize, record: usize): void {
  const count = load<u32>(ctx, CTX_SLOT_COUNT) + 1;
  store<u32>(ctx, count, CTX_SLOT_COUNT);
  const part = count / CHECK_SLOTS - 1;
  if (count % CHECK_SLOTS == 0 && part < <u32>CHECK_CHUNKS) store<u32>(ctx + CTX_CHUNKS + (part << 2), <u32>record);
}

/** Loads a local slot's value from the shared state, once per attempt. */
export function loadSlot(ctx: usize, slot: usize): void {
  if (load<u32>(slot, LSLOT_LOADED) != 0) return;
  const account = load<u32>(slot, LSLOT_ACCOUNT);
  Account.note(account, READ_STORAGE);
  const entry = slotEntry(ctx, slot, load<u32>(account, LACC_ENTRY), load<u32>(account, LACC_INCARNATION));
  store<u32>(slot, 1, LSLOT_LOADED);
  store<u32>(slot, <u32>entry, LSLOT_ENTRY);
  let source = entry != 0 && seesUnconfirmed(ctx) ? visibleSlot(ctx, entry) : 0;
  if (source == 0 && entry != 0) source = slotRecord(entry);
  store<u32>(slot, <u32>source, LSLOT_SOURCE);
  if (source == 0) u256.setZero(slot + LSLOT_VALUE);
  else u256.copy(slot + LSLOT_VALUE, source);
  u256.copy(slot + LSLOT_ORIGINAL, slot + LSLOT_VALUE);
}

/**
 * The shared entry of a local slot; 0, with LSLOT_KEY derived, where there is none. Entries never move or go away while
 * their state lives, so this slot's private cache of raw slot numbers spares most keccak hashes (0.3 µs each).
 */
function slotEntry(ctx: usize, slot: usize, account: u32, incarnation: u32): usize {
  if (account == 0) {
    slotKey(slot + LSLOT_KEY, slot + LSLOT_NUMBER);
    return 0;
  }
  const state = load<u32>(ctx, CTX_STATE);
  const number = slot + LSLOT_NUMBER;
  const mixed = mix(load<u64>(number), load<u64>(number, 8) + load<u64>(number, 24) + ((<u64>account) << 29));
  const line = load<u32>(ctx, CTX_CACHE) + (<usize>(mixed >> 40) & (CACHE_LINES - 1)) * CACHE_BYTES;
  if (
    load<u32>(line, CACHE_STAMP) == load<u32>(state, STATE_STAMP) &&
    load<u32>(line, CACHE_ACCOUNT) == account &&
    load<u32>(line, CACHE_INCARNATION) == incarnation &&
    u256.eq(line + CACHE_NUMBER, number)
  )
    return load<u32>(line, CACHE_ENTRY);
  slotKey(slot + LSLOT_KEY, number);
  const entry = storageEntry(state, account, incarnation, number, slot + LSLOT_KEY);
  if (entry == 0) return 0;
  if (entry == UNKNOWN_ENTRY) {
    store<u32>(ctx, FULL_LACK, CTX_FULL);
    return 0;
  }
  store<u32>(line, load<u32>(state, STATE_STAMP), CACHE_STAMP);
  store<u32>(line, account, CACHE_ACCOUNT);
  store<u32>(line, incarnation, CACHE_INCARNATION);
  store<u32>(line, <u32>entry, CACHE_ENTRY);
  u256.copy(line + CACHE_NUMBER, number);
  return entry;
}

/** Marks the slot warm (EIP-2929). Returns true if it was cold. */
export function warmSlot(ctx: usize, slot: usize): bool {
  if (load<u64>(slot, LSLOT_WARM) != 0) return false;
  save64(ctx, slot + LSLOT_WARM);
  store<u64>(slot, 1, LSLOT_WARM);
  return true;
}

export function setSlot(ctx: usize, slot: usize, value: usize): void {
  save256(ctx, slot + LSLOT_VALUE);
  u256.copy(slot + LSLOT_VALUE, value);
}

export function setTransient(ctx: usize, slot: usize, value: usize): void {
  save256(ctx, slot + LSLOT_TRANSIENT);
  u256.copy(slot + LSLOT_TRANSIENT, value);
}
