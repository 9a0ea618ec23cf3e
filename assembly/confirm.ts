// Confirming: the holder of the token compares what an attempt read with what is confirmed now, then publishes what it
// wrote. All in block order, so "now" is exactly the state before this transaction.
//
// Validation compares records by address first: they are immutable, so the same record means the same values. Only where
// the record is another one are the fields compared that the attempt has read. Address 0 is an all-zero record: the
// first pages of the memory are never written, so an absent account or slot reads as zeros there.

import { Scratch } from './context';
import { bumpAlloc } from './heap';
import {
  BLOCK_BLOB_GAS_USED,
  BLOCK_COINBASE,
  BLOCK_CUMULATIVE_GAS,
  BLOCK_GAS_LIMIT,
  BLOCK_LOG_COUNT,
  BLOCK_MAX_BLOB_GAS,
  BLOCK_REQUESTS,
  BLOCK_SPEC,
  BLOCK_WORK,
  CODE_HASH,
  CODE_LENGTH,
  CODE_START,
  CONFIRM_FULL,
  CONFIRM_INVALID,
  CONFIRM_MISMATCH,
  CONFIRM_OK,
  FLAG_STATE_CLEARING,
  INVALID_BLOCK_BLOB_GAS,
  INVALID_BLOCK_GAS,
  LACC_ADDRESS,
  LACC_BALANCE,
  LACC_CODE,
  LACC_DESTROYED,
  LACC_ENTRY,
  LACC_EXISTS,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_NEXT,
  LACC_NONCE,
  LACC_READS,
  LACC_SOURCE,
  LACC_TOUCHED,
  LSLOT_ACCOUNT,
  LSLOT_ENTRY,
  LSLOT_KEY,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_ORIGINAL,
  LSLOT_SOURCE,
  LSLOT_VALUE,
  OUT_ACCOUNTS,
  OUT_BLOOM,
  OUT_CUMULATIVE_GAS,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_SLOTS,
  OUT_STATUS,
  READ_BALANCE,
  READ_CODE,
  READ_EMPTY,
  READ_NONCE,
  READ_STORAGE,
  REC_BALANCE,
  REC_BYTES,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SCRATCH_TEMP,
  SPEC_BLOB_GAS,
  SPEC_FLAGS,
  STATE_FULL,
  STATUS_ABORTED,
  TX_BLOB_COUNT,
  TX_GAS_LIMIT,
} from './layout';
import { Account } from './local';
import {
  accountKey,
  accountRecord,
  addAccountEntry,
  addSlotEntry,
  findAccountEntry,
  findSlotEntry,
  internCode,
  publishAccount,
  publishSlot,
  slotRecord,
} from './state';
import * as u256 from './u256';

// ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────

function isEmptyRecord(record: usize): bool {
  return load<u64>(record, REC_NONCE) == 0 && load<u32>(record, REC_CODE) == 0 && u256.isZero(record + REC_BALANCE);
}

/** True if the two records agree in the fields of `reads`. Equal codes are one object, so addresses decide. */
function agree(a: usize, b: usize, reads: u32): bool {
  if ((reads & READ_NONCE) != 0 && load<u64>(a, REC_NONCE) != load<u64>(b, REC_NONCE)) return false;
  if ((reads & READ_CODE) != 0 && load<u32>(a, REC_CODE) != load<u32>(b, REC_CODE)) return false;
  if ((reads & READ_STORAGE) != 0 && load<u32>(a, REC_INCARNATION) != load<u32>(b, REC_INCARNATION)) return false;
  if ((reads & READ_BALANCE) != 0 && !u256.eq(a + REC_BALANCE, b + REC_BALANCE)) return false;
  if ((reads & READ_EMPTY) == 0) return true;
  return isEmptyRecord(a) == isEmptyRecord(b) && load<u32>(a, REC_EXISTS) == load<u32>(b, REC_EXISTS);
}

/** Looks again for the entry of an account or slot that had none when the attempt read it. */
function currentAccountEntry(state: usize, account: usize): usize {
  let entry: usize = load<u32>(account, LACC_ENTRY);
  if (entry == 0) {
    entry = findAccountEntry(state, account + LACC_KEY);
    store<u32>(account, <u32>entry, LACC_ENTRY);
  }
  return entry;
}

function currentSlotEntry(state: usize, slot: usize): usize {
  let entry: usize = load<u32>(slot, LSLOT_ENTRY);
  if (entry != 0) return entry;
  const account = load<u32>(slot, LSLOT_ACCOUNT);
  const owner = load<u32>(account, LACC_ENTRY);
  if (owner == 0) return 0;
  entry = findSlotEntry(state, owner, load<u32>(account, LACC_INCARNATION), slot + LSLOT_KEY);
  store<u32>(slot, <u32>entry, LSLOT_ENTRY);
  return entry;
}

/** True if everything that the attempt read still holds. */
function readsHold(state: usize, out: usize): bool {
  for (let a: usize = load<u32>(out, OUT_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT)) {
    const entry = currentAccountEntry(state, a);
    const now = entry == 0 ? 0 : accountRecord(entry);
    const source = load<u32>(a, LACC_SOURCE);
    if (now != source && !agree(now, source, load<u32>(a, LACC_READS))) return false;
  }
  for (let s: usize = load<u32>(out, OUT_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT)) {
    if (load<u32>(s, LSLOT_LOADED) == 0) continue;
    const entry = currentSlotEntry(state, s);
    const now = entry == 0 ? 0 : slotRecord(entry);
    if (now != load<u32>(s, LSLOT_SOURCE) && !u256.eq(now, s + LSLOT_ORIGINAL)) return false;
  }
  return true;
}

// ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** A copy of `from` that the caller changes and publishes; 0 when the memory is exhausted. */
export function draft(state: usize, block: usize, from: usize): usize {
  const record = bumpAlloc(block + BLOCK_WORK, REC_BYTES);
  if (record == 0) store<u32>(state, 1, STATE_FULL);
  else memory.copy(record, from, REC_BYTES);
  return record;
}

/** Takes over the fields that the attempt changed; the others stay as they are now. */
function takeChanges(state: usize, block: usize, account: usize, source: usize, record: usize): void {
  if (load<u64>(account, LACC_NONCE) != load<u64>(source, REC_NONCE))
    store<u64>(record, load<u64>(account, LACC_NONCE), REC_NONCE);
  if (!u256.eq(account + LACC_BALANCE, source + REC_BALANCE)) u256.copy(record + REC_BALANCE, account + LACC_BALANCE);
  const code = load<u32>(account, LACC_CODE);
  if (code != load<u32>(source, REC_CODE)) {
    const kept = code == 0 ? 0 : internCode(state, code + CODE_HASH, code + CODE_START, load<u32>(code, CODE_LENGTH));
    store<u32>(record, <u32>kept, REC_CODE);
  }
  if (Account.has(account, LACC_EXISTS)) store<u32>(record, 1, REC_EXISTS);
  if (Account.has(account, LACC_TOUCHED) && isEmptyRecord(record) && clearsState(block))
    store<u32>(record, 0, REC_EXISTS);
}

/** EIP-161. */
function clearsState(block: usize): bool {
  return (load<u32>(load<u32>(block, BLOCK_SPEC), SPEC_FLAGS) & FLAG_STATE_CLEARING) != 0;
}

function fieldsChanged(account: usize, source: usize): bool {
  return (
    load<u64>(account, LACC_NONCE) != load<u64>(source, REC_NONCE) ||
    load<u32>(account, LACC_CODE) != load<u32>(source, REC_CODE) ||
    !u256.eq(account + LACC_BALANCE, source + REC_BALANCE)
  );
}

/** True if the account comes or goes without a change of its fields: EIP-161 sweeps it away, or it was brought to life. */
function existenceChanges(block: usize, account: usize, now: usize): bool {
  const exists = load<u32>(now, REC_EXISTS) != 0;
  if (clearsState(block)) return Account.has(account, LACC_TOUCHED) && exists && isEmptyRecord(now);
  return Account.has(account, LACC_EXISTS) && !exists;
}

function erase(record: usize): void {
  const incarnation = load<u32>(record, REC_INCARNATION) + 1;
  memory.fill(record, 0, REC_BYTES);
  store<u32>(record, incarnation, REC_INCARNATION);
}

function publishAccountChanges(state: usize, block: usize, account: usize): void {
  const source: usize = load<u32>(account, LACC_SOURCE);
  let entry: usize = load<u32>(account, LACC_ENTRY);
  const now = entry == 0 ? 0 : accountRecord(entry);
  const changes = Account.has(account, LACC_DESTROYED) || fieldsChanged(account, source);
  if (!changes && !existenceChanges(block, account, now)) return;
  const record = draft(state, block, now);
  if (record == 0) return;
  if (Account.has(account, LACC_DESTROYED)) erase(record);
  else takeChanges(state, block, account, source, record);
  if (entry == 0) {
    if (load<u32>(record, REC_EXISTS) == 0) return;
    entry = addAccountEntry(state, account + LACC_ADDRESS, account + LACC_KEY);
    if (entry == 0) return;
    store<u32>(account, <u32>entry, LACC_ENTRY);
  }
  publishAccount(state, entry, record);
}

function publishSlotChange(state: usize, block: usize, slot: usize): void {
  if (load<u32>(slot, LSLOT_LOADED) == 0 || u256.eq(slot + LSLOT_VALUE, slot + LSLOT_ORIGINAL)) return;
  const account: usize = load<u32>(slot, LSLOT_ACCOUNT);
  const owner: usize = load<u32>(account, LACC_ENTRY);
  if (owner == 0 || Account.has(account, LACC_DESTROYED)) return;
  let entry = currentSlotEntry(state, slot);
  if (entry == 0)
    entry = addSlotEntry(state, owner, load<u32>(account, LACC_INCARNATION), slot + LSLOT_NUMBER, slot + LSLOT_KEY);
  const record = entry == 0 ? 0 : bumpAlloc(block + BLOCK_WORK, 32);
  if (record == 0) {
    store<u32>(state, 1, STATE_FULL);
    return;
  }
  u256.copy(record, slot + LSLOT_VALUE);
  publishSlot(state, entry, record);
}

function publishWrites(state: usize, block: usize, out: usize): void {
  for (let a: usize = load<u32>(out, OUT_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT))
    publishAccountChanges(state, block, a);
  for (let s: usize = load<u32>(out, OUT_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT))
    publishSlotChange(state, block, s);
}

/** Moves the whole confirmed balance of one account to another (DAO fork). */
export function drainConfirmed(state: usize, block: usize, from: usize, to: usize): void {
  const key = Scratch.at(SCRATCH_TEMP + 64);
  accountKey(key, from);
  const entry = findAccountEntry(state, key);
  if (entry == 0) return;
  const before = accountRecord(entry);
  creditConfirmed(state, block, to, before + REC_BALANCE);
  const record = draft(state, block, before);
  if (record == 0) return;
  u256.setZero(record + REC_BALANCE);
  publishAccount(state, entry, record);
}

/** Adds `amount` to an account's confirmed balance; from EIP-161 on an amount of zero leaves no trace. */
export function creditConfirmed(state: usize, block: usize, address: usize, amount: usize): void {
  if (u256.isZero(amount) && clearsState(block)) return;
  const key = Scratch.at(SCRATCH_TEMP + 64);
  accountKey(key, address);
  let entry = findAccountEntry(state, key);
  if (entry == 0) entry = addAccountEntry(state, address, key);
  if (entry == 0) return;
  const record = draft(state, block, accountRecord(entry));
  if (record == 0) return;
  u256.add(record + REC_BALANCE, record + REC_BALANCE, amount);
  store<u32>(record, 1, REC_EXISTS);
  publishAccount(state, entry, record);
}

// ── Outcomes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Copies an area of the attempt's arena to the block's memory, where it lives until the result is read. */
function preserve(state: usize, block: usize, out: usize, field: usize, bytes: u32): void {
  const src: usize = load<u32>(out + field);
  if (src == 0 || bytes == 0) return;
  const dst = bumpAlloc(block + BLOCK_WORK, bytes);
  if (dst == 0) {
    store<u32>(state, 1, STATE_FULL);
    return;
  }
  memory.copy(dst, src, bytes);
  store<u32>(out + field, <u32>dst);
}

function blobGas(block: usize, tx: usize): u64 {
  return <u64>load<u32>(tx, TX_BLOB_COUNT) * <u64>load<u32>(load<u32>(block, BLOCK_SPEC), SPEC_BLOB_GAS);
}

/** The block's own limits: gas that is left for the transaction's limit, and blob gas. */
function checkBlockLimits(block: usize, tx: usize): i32 {
  const left = load<u64>(block, BLOCK_GAS_LIMIT) - load<u64>(block, BLOCK_CUMULATIVE_GAS);
  if (load<u64>(tx, TX_GAS_LIMIT) > left) return INVALID_BLOCK_GAS;
  const total = load<u64>(block, BLOCK_BLOB_GAS_USED) + blobGas(block, tx);
  return total > load<u64>(block, BLOCK_MAX_BLOB_GAS) ? INVALID_BLOCK_BLOB_GAS : 0;
}

/** Raises the block's running totals and writes the transaction's share of them to its outcome. */
function addTotals(block: usize, tx: usize, out: usize): void {
  const gas = load<u64>(block, BLOCK_CUMULATIVE_GAS) + load<u64>(out, OUT_GAS_USED);
  store<u64>(block, gas, BLOCK_CUMULATIVE_GAS);
  store<u64>(out, gas, OUT_CUMULATIVE_GAS);
  store<u64>(block, load<u64>(block, BLOCK_BLOB_GAS_USED) + blobGas(block, tx), BLOCK_BLOB_GAS_USED);
  store<u32>(block, load<u32>(block, BLOCK_LOG_COUNT) + load<u32>(out, OUT_LOG_COUNT), BLOCK_LOG_COUNT);
}

/**
 * Confirms the outcome of transaction `tx`. CONFIRM_MISMATCH: it has to be executed again, in turn; CONFIRM_INVALID: it
 * was in turn and is invalid (OUT_INVALID); CONFIRM_FULL: the state's memory is exhausted.
 */
export function confirmTransaction(state: usize, block: usize, tx: usize, out: usize, inTurn: bool): i32 {
  const status = load<u32>(out, OUT_STATUS);
  if (load<u32>(out, OUT_INVALID) != 0) return inTurn ? CONFIRM_INVALID : CONFIRM_MISMATCH;
  if (status >= <u32>STATUS_ABORTED) return CONFIRM_MISMATCH;
  if (!readsHold(state, out)) return CONFIRM_MISMATCH;
  const fault = checkBlockLimits(block, tx);
  if (fault != 0) {
    store<u32>(out, fault, OUT_INVALID);
    return CONFIRM_INVALID;
  }
  publishWrites(state, block, out);
  creditConfirmed(state, block, block + BLOCK_COINBASE, out + OUT_FEE);
  addTotals(block, tx, out);
  preserve(state, block, out, OUT_LOGS, load<u32>(out, OUT_LOGS_BYTES));
  preserve(state, block, out, OUT_BLOOM, 256);
  return load<u32>(state, STATE_FULL) != 0 ? CONFIRM_FULL : CONFIRM_OK;
}

/** Keeps output and logs of a call for the job's end; the arena is free again. By the holder of the token. False when full. */
export function keepCall(state: usize, block: usize, out: usize): bool {
  preserve(state, block, out, OUT_LOGS, load<u32>(out, OUT_LOGS_BYTES));
  preserve(state, block, out, OUT_OUTPUT, load<u32>(out, OUT_OUTPUT_BYTES));
  return load<u32>(state, STATE_FULL) == 0;
}

/** Publishes what a system call wrote; its output goes to request list `request` (0 or 1), none if negative. */
export function confirmSystemCall(state: usize, block: usize, out: usize, request: i32): i32 {
  publishWrites(state, block, out);
  if (request >= 0) {
    const bytes = load<u32>(out, OUT_OUTPUT_BYTES);
    preserve(state, block, out, OUT_OUTPUT, bytes);
    const list = block + BLOCK_REQUESTS + ((<usize>request) << 3);
    store<u32>(list, load<u32>(out, OUT_OUTPUT));
    store<u32>(list, bytes, 4);
  }
  return load<u32>(state, STATE_FULL) != 0 ? CONFIRM_FULL : CONFIRM_OK;
}
