// Confirming: the holder of the token compares what an attempt read with what is confirmed now, then publishes what it
// wrote. All in block order, so "now" is exactly the state before this transaction.
//
// Validation compares records by address first: they are immutable, so the same record means the same values. Only where
// the record is another one are the fields compared that the attempt has read. Address 0 is an all-zero record: the
// first pages of the memory are never written, so an absent account or slot reads as zeros there.

import { accountChanges, applyChanges, clearsState, isEmptyRecord, stampChanges } from './changes';
import { Scratch } from './context';
import { Effect, publishEffects } from './effects';
import { bumpAlloc } from './heap';
import {
  BLOCK_BLOB_GAS_USED,
  BLOCK_COINBASE,
  BLOCK_COINBASE_ENTRY,
  BLOCK_CUMULATIVE_GAS,
  BLOCK_GAS_LIMIT,
  BLOCK_LOG_COUNT,
  BLOCK_MAX_BLOB_GAS,
  BLOCK_OUTCOMES,
  BLOCK_REQUESTS,
  BLOCK_SPEC,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  BLOCK_WORK,
  CHECK_LEAST,
  CHECK_SLOTS,
  CODE_HASH,
  CODE_LENGTH,
  CODE_START,
  CONFIRM_FULL,
  CONFIRM_INVALID,
  CONFIRM_MISMATCH,
  CONFIRM_OK,
  CTL_ABORT,
  CTL_FRONTIER,
  CTL_POLICY,
  CTL_PUBLISHING,
  CTL_RECENT_STEPS,
  CTL_STATS,
  CTX_ABORT_SEEN,
  CTX_ACCOUNTS,
  CTX_BLOCK,
  CTX_MODE,
  CTX_SLOTS,
  CTX_STATE,
  CTX_STEP,
  EFF_BYTES,
  EFF_ENTRY,
  EFF_HEAD,
  INVALID_BLOCK_BLOB_GAS,
  INVALID_BLOCK_GAS,
  LACC_ADDRESS,
  LACC_BALANCE,
  LACC_CODE,
  LACC_DESTROYED,
  LACC_ENTRY,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_LOW,
  LACC_NEXT,
  LACC_READS,
  LACC_SOURCE,
  LSLOT_ACCOUNT,
  LSLOT_ENTRY,
  LSLOT_KEY,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_ORIGINAL,
  LSLOT_RECORD,
  LSLOT_SOURCE,
  LSLOT_VALUE,
  MODE_IN_TURN,
  OUT_ACCOUNTS,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CHUNK_COUNT,
  OUT_CHUNKS,
  OUT_CONTROL,
  OUT_CUMULATIVE_GAS,
  OUT_EFFECT_ACCOUNTS,
  OUT_EFFECT_SLOTS,
  OUT_EFFECTS,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_IS_LASTING,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_SLOT_COUNT,
  OUT_SLOTS,
  OUT_STATUS,
  POLICY_DIRTY_READ,
  POLICY_IN_ADVANCE,
  READ_BALANCE,
  READ_CODE,
  READ_COVER,
  READ_EMPTY,
  READ_NONCE,
  READ_STATED_NONCE,
  READ_STORAGE,
  REC_BALANCE,
  REC_BALANCE_STEP,
  REC_BYTES,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  REC_NONCE_STEP,
  REC_OTHER_STEP,
  RECORD_NONE,
  SCRATCH_TEMP,
  SLOT_BASE,
  SPEC_BLOB_GAS,
  STAT_DELTAS_FOLDED,
  STAT_VALUE_MATCHES,
  STATE_FULL,
  STATUS_ABORTED,
  STEP_ATTEMPT_SHIFT,
  STEP_DONE,
  STEP_FINAL,
  STEP_STATE,
  TX_BLOB_COUNT,
  TX_BYTES,
  TX_GAS_LIMIT,
  TX_NONCE,
  VER_RECORD,
  VER_STEP,
} from './layout';
import { Account } from './local';
import { Point } from './points';
import { confirmedEntry } from './source';
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
import { keepStateRoot } from './stateroot';
import * as u256 from './u256';
import { Words } from './u256words';
import { accountAt, slotAt } from './versions';

// ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────

function count(stat: i32): void {
  store<u32>(CTL_STATS + stat, load<u32>(CTL_STATS + stat) + 1);
}

/** True if the two records agree in the fields of `reads`. Equal codes are one object, so addresses decide. */
function agree(a: usize, b: usize, reads: u32): bool {
  const readsNonce = (reads & (READ_NONCE | READ_STATED_NONCE)) == READ_NONCE;
  if (readsNonce && load<u64>(a, REC_NONCE) != load<u64>(b, REC_NONCE)) return false;
  if ((reads & READ_CODE) != 0 && load<u32>(a, REC_CODE) != load<u32>(b, REC_CODE)) return false;
  if ((reads & READ_STORAGE) != 0 && load<u32>(a, REC_INCARNATION) != load<u32>(b, REC_INCARNATION)) return false;
  if ((reads & READ_BALANCE) != 0 && !Words.eqSettled(a + REC_BALANCE, b + REC_BALANCE)) return false;
  if ((reads & READ_EMPTY) == 0) return true;
  return isEmptyRecord(a) == isEmptyRecord(b) && load<u32>(a, REC_EXISTS) == load<u32>(b, REC_EXISTS);
}

/**
 * True if no step has written the fields of `reads` since `source`, whatever was written ('dirty-read'). Two attempts of
 * one step count as the same, so this is asked beside the values, not in their place.
 */
function untouched(now: usize, source: usize, reads: u32): bool {
  const readsNonce = (reads & (READ_NONCE | READ_EMPTY)) != 0;
  if (readsNonce && load<u32>(now, REC_NONCE_STEP) != load<u32>(source, REC_NONCE_STEP)) return false;
  const readsBalance = (reads & (READ_BALANCE | READ_EMPTY)) != 0;
  if (readsBalance && load<u32>(now, REC_BALANCE_STEP) != load<u32>(source, REC_BALANCE_STEP)) return false;
  const readsOther = (reads & (READ_CODE | READ_STORAGE | READ_EMPTY)) != 0;
  return !readsOther || load<u32>(now, REC_OTHER_STEP) == load<u32>(source, REC_OTHER_STEP);
}

/** The predicates of an account on the record that is confirmed now: enough balance, and the nonce that was stated. */
function predicatesHold(tx: usize, account: usize, now: usize): bool {
  const reads = load<u32>(account, LACC_READS);
  if ((reads & READ_STATED_NONCE) != 0 && load<u64>(now, REC_NONCE) != load<u64>(tx, TX_NONCE)) return false;
  const source: usize = load<u32>(account, LACC_SOURCE);
  if ((reads & READ_COVER) == 0 || now == source) return true;
  if (!u256.lt(account + LACC_LOW, source + REC_BALANCE)) return true; // what it received was enough
  const need = Scratch.at(SCRATCH_TEMP);
  u256.sub(need, source + REC_BALANCE, account + LACC_LOW);
  return !u256.lt(now + REC_BALANCE, need);
}

/** Looks again for the entry of an account or slot that had none when the attempt read it. */
export function currentAccountEntry(state: usize, account: usize): usize {
  let entry: usize = load<u32>(account, LACC_ENTRY);
  if (entry == 0) {
    entry = findAccountEntry(state, account + LACC_KEY);
    store<u32>(account, <u32>entry, LACC_ENTRY);
  }
  return entry;
}

export function currentSlotEntry(state: usize, slot: usize): usize {
  let entry: usize = load<u32>(slot, LSLOT_ENTRY);
  if (entry != 0) return entry;
  const account = load<u32>(slot, LSLOT_ACCOUNT);
  const owner = load<u32>(account, LACC_ENTRY);
  if (owner == 0) return 0;
  entry = findSlotEntry(state, owner, load<u32>(account, LACC_INCARNATION), slot + LSLOT_KEY);
  store<u32>(slot, <u32>entry, LSLOT_ENTRY);
  return entry;
}

function accountHolds(state: usize, tx: usize, account: usize, dirty: bool): bool {
  const entry = currentAccountEntry(state, account);
  const now = entry == 0 ? 0 : accountRecord(entry);
  if (!predicatesHold(tx, account, now)) return false;
  const source: usize = load<u32>(account, LACC_SOURCE);
  if (now == source) return true;
  const reads = load<u32>(account, LACC_READS);
  if (!agree(now, source, reads) || (dirty && !untouched(now, source, reads))) return false;
  if (reads != 0) count(STAT_VALUE_MATCHES);
  return true;
}

function accountsHold(state: usize, tx: usize, first: usize, dirty: bool): bool {
  for (let a = first; a != 0; a = load<u32>(a, LACC_NEXT)) if (!accountHolds(state, tx, a, dirty)) return false;
  return true;
}

function slotHolds(state: usize, slot: usize, dirty: bool): bool {
  if (load<u32>(slot, LSLOT_LOADED) == 0) return true;
  const entry = currentSlotEntry(state, slot);
  const now = entry == 0 ? 0 : slotRecord(entry);
  const source: usize = load<u32>(slot, LSLOT_SOURCE);
  if (now == source) return true;
  return dirty ? source == 0 && now == entry + SLOT_BASE : Words.eqSettled(now, slot + LSLOT_ORIGINAL);
}

/** True if the slots of a list, `most` at most, still have the values that were read. */
export function slotsHold(state: usize, first: usize, most: u32, dirty: bool): bool {
  for (let s = first; s != 0 && most != 0; s = load<u32>(s, LSLOT_NEXT)) {
    most--;
    if (!slotHolds(state, s, dirty)) return false;
  }
  return true;
}

/**
 * True if nothing has come between what the attempt read and now, by its effects in short. False says nothing: values may
 * be equal in other records.
 */
function effectsHold(state: usize, tx: usize, out: usize, dirty: bool): bool {
  let item: usize = load<u32>(out, OUT_EFFECTS);
  if (item == 0) return false;
  for (let left = load<u32>(out, OUT_EFFECT_ACCOUNTS); left != 0; left--, item += EFF_BYTES) {
    if (!Effect.isSettled(item)) return false;
    if (load<u32>(item, EFF_ENTRY) == 0 && !accountHolds(state, tx, load<u32>(item, EFF_HEAD), dirty)) return false;
  }
  for (let left = load<u32>(out, OUT_EFFECT_SLOTS); left != 0; left--, item += EFF_BYTES) {
    if (!Effect.isSettled(item)) return false;
    if (load<u32>(item, EFF_ENTRY) == 0 && !slotHolds(state, load<u32>(item, EFF_HEAD), dirty)) return false;
  }
  return true;
}

/**
 * Checks part `part` of a large read set: 0 to OUT_CHUNK_COUNT − 1 from a noted slot down, OUT_CHUNK_COUNT what was read
 * after the last of them. By any slot, while the holder of the token waits for the check.
 */
export function checkPart(state: usize, out: usize, part: u32): bool {
  const dirty = comparesWrites(false);
  const parts = load<u32>(out, OUT_CHUNK_COUNT);
  const heads: usize = load<u32>(out, OUT_CHUNKS);
  if (part < parts) return slotsHold(state, load<u32>(heads + (part << 2)), CHECK_SLOTS, dirty);
  return slotsHold(state, load<u32>(out, OUT_SLOTS), load<u32>(out, OUT_SLOT_COUNT) - parts * CHECK_SLOTS, dirty);
}

/** True if the policy says that any write between is a conflict, equal values or not. */
export function comparesWrites(inTurn: bool): bool {
  return !inTurn && (load<u32>(CTL_POLICY) & POLICY_DIRTY_READ) != 0;
}

/** True if what step `step` has read (lists of local records) is not what it would read now, as far as can be seen. */
function areStale(state: usize, block: usize, accounts: usize, slots: usize, step: u32): bool {
  for (let a = accounts; a != 0; a = load<u32>(a, LACC_NEXT)) {
    const reads = load<u32>(a, LACC_READS);
    const entry = reads == 0 ? 0 : currentAccountEntry(state, a);
    if (entry == 0) continue;
    let now = accountAt(block, entry, step);
    if (now == 1) continue;
    if (now == 0) now = accountRecord(entry);
    const source: usize = load<u32>(a, LACC_SOURCE);
    if (now != source && !agree(now, source, reads)) return true;
  }
  for (let s = slots; s != 0; s = load<u32>(s, LSLOT_NEXT)) {
    const entry = load<u32>(s, LSLOT_LOADED) == 0 ? 0 : currentSlotEntry(state, s);
    if (entry == 0) continue;
    let now = slotAt(block, entry, step);
    if (now == 1) continue;
    if (now == 0) now = slotRecord(entry);
    if (now != load<u32>(s, LSLOT_SOURCE) && !Words.eqSettled(now, s + LSLOT_ORIGINAL)) return true;
  }
  return false;
}

/**
 * True if the outcome of `step`, which waits for its turn, will fail there as far as can be seen now: what it read is not
 * what it would read again. Sources are compared first, values where they differ. By the holder of the token.
 */
export function isStale(state: usize, block: usize, out: usize, step: u32): bool {
  const status = load<u32>(out, OUT_STATUS);
  if (status == STATUS_ABORTED) return true;
  if (status > <u32>STATUS_ABORTED) return false; // it left no reads
  return areStale(state, block, load<u32>(out, OUT_ACCOUNTS), load<u32>(out, OUT_SLOTS), step);
}

/**
 * True if the running attempt may end at once: the job is aborted, or what it read ahead of its turn holds no more. Asked
 * where CTL_ABORT differs from what the attempt has seen of it.
 */
export function isDoomed(ctx: usize): bool {
  const now = atomic.load<u32>(CTL_ABORT);
  if ((now & 1) != 0) return true;
  store<u32>(ctx, now, CTX_ABORT_SEEN);
  if ((load<u32>(ctx, CTX_MODE) & MODE_IN_TURN) != 0) return false;
  const block: usize = load<u32>(ctx, CTX_BLOCK);
  const accounts: usize = load<u32>(ctx, CTX_ACCOUNTS);
  return areStale(load<u32>(ctx, CTX_STATE), block, accounts, load<u32>(ctx, CTX_SLOTS), load<u32>(ctx, CTX_STEP));
}

// ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** A copy of `from` that the caller changes and publishes; 0 when the memory is exhausted. */
export function draft(state: usize, block: usize, from: usize): usize {
  const record = bumpAlloc(block + BLOCK_WORK, REC_BYTES);
  if (record == 0) store<u32>(state, 1, STATE_FULL);
  else memory.copy(record, from, REC_BYTES);
  return record;
}

/** The state's own object of an account's code. */
function keptCode(state: usize, code: usize): u32 {
  if (code == 0) return 0;
  return <u32>internCode(state, code + CODE_HASH, code + CODE_START, load<u32>(code, CODE_LENGTH));
}

function publishAccountChanges(state: usize, block: usize, account: usize, step: u32): void {
  const source: usize = load<u32>(account, LACC_SOURCE);
  let entry: usize = load<u32>(account, LACC_ENTRY);
  const now = entry == 0 ? 0 : accountRecord(entry);
  if (!accountChanges(block, account, source, now)) return;
  const record = draft(state, block, now);
  if (record == 0) return;
  const code: usize = load<u32>(account, LACC_CODE);
  const isNew = code != load<u32>(source, REC_CODE) && !Account.has(account, LACC_DESTROYED);
  applyChanges(block, account, source, record, isNew ? keptCode(state, code) : <u32>code);
  stampChanges(record, now, step);
  const folds = now != source && (load<u32>(account, LACC_READS) & READ_BALANCE) == 0;
  if (folds && !u256.eq(account + LACC_BALANCE, source + REC_BALANCE)) count(STAT_DELTAS_FOLDED);
  if (entry == 0) {
    if (load<u32>(record, REC_EXISTS) == 0) return;
    entry = addAccountEntry(state, account + LACC_ADDRESS, account + LACC_KEY);
    if (entry == 0) return;
    store<u32>(account, <u32>entry, LACC_ENTRY);
  }
  publishAccount(state, entry, record);
}

/** A record of a confirmed slot has the head of a version, which names the step that wrote it. */
function slotDraft(block: usize, slot: usize, step: u32): usize {
  const version = bumpAlloc(block + BLOCK_WORK, VER_RECORD + 32);
  if (version == 0) return 0;
  store<u32>(version, step, VER_STEP);
  u256.copy(version + VER_RECORD, slot + LSLOT_VALUE);
  return version + VER_RECORD;
}

function publishSlotChange(state: usize, block: usize, slot: usize, step: u32): void {
  if (load<u32>(slot, LSLOT_LOADED) == 0 || Words.eqSettled(slot + LSLOT_VALUE, slot + LSLOT_ORIGINAL)) return;
  const account: usize = load<u32>(slot, LSLOT_ACCOUNT);
  const owner: usize = load<u32>(account, LACC_ENTRY);
  if (owner == 0 || Account.has(account, LACC_DESTROYED)) return;
  let entry = currentSlotEntry(state, slot);
  if (entry == 0)
    entry = addSlotEntry(state, owner, load<u32>(account, LACC_INCARNATION), slot + LSLOT_NUMBER, slot + LSLOT_KEY);
  let record: usize = load<u32>(slot, LSLOT_RECORD);
  if (record <= <usize>RECORD_NONE && entry != 0) record = slotDraft(block, slot, step);
  if (entry == 0 || record == 0) store<u32>(state, 1, STATE_FULL);
  else publishSlot(state, entry, record);
}

/** Makes what the attempt wrote the confirmed state. A slot's published version becomes its confirmed record. */
function publishWrites(state: usize, block: usize, out: usize, step: u32): void {
  for (let a: usize = load<u32>(out, OUT_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT))
    publishAccountChanges(state, block, a, step);
  for (let s: usize = load<u32>(out, OUT_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT))
    publishSlotChange(state, block, s, step);
}

/** Moves the whole confirmed balance of one account to another (DAO fork). */
export function drainConfirmed(state: usize, block: usize, from: usize, to: usize): void {
  const key = Scratch.at(SCRATCH_TEMP + 64);
  accountKey(key, from);
  const entry = confirmedEntry(state, from, key);
  if (entry == 0) return;
  const before = accountRecord(entry);
  creditConfirmed(state, block, to, before + REC_BALANCE, 0);
  const record = draft(state, block, before);
  if (record == 0) return;
  u256.setZero(record + REC_BALANCE);
  publishAccount(state, entry, record);
}

/** Adds `amount` to an account's confirmed balance; from EIP-161 on an amount of zero leaves no trace. */
export function creditConfirmed(state: usize, block: usize, address: usize, amount: usize, step: u32): void {
  if (u256.isZero(amount) && clearsState(block)) return;
  creditEntry(state, block, entryOf(state, address), amount, step);
}

/** The entry of an account, made if there is none; 0 when the memory is exhausted. */
function entryOf(state: usize, address: usize): usize {
  const key = Scratch.at(SCRATCH_TEMP + 64);
  accountKey(key, address);
  const entry = confirmedEntry(state, address, key);
  if (entry != 0 || load<u32>(state, STATE_FULL) != 0) return entry;
  return addAccountEntry(state, address, key);
}

/** The fee recipient's reward. Its entry is looked up once per block. */
function creditReward(state: usize, block: usize, reward: usize, step: u32): void {
  let entry: usize = load<u32>(block, BLOCK_COINBASE_ENTRY);
  if (entry == 0) {
    entry = entryOf(state, block + BLOCK_COINBASE);
    store<u32>(block, <u32>entry, BLOCK_COINBASE_ENTRY);
  }
  creditEntry(state, block, entry, reward, step);
}

function creditEntry(state: usize, block: usize, entry: usize, amount: usize, step: u32): void {
  const record = entry == 0 ? 0 : draft(state, block, accountRecord(entry));
  if (record == 0) return;
  u256.add(record + REC_BALANCE, record + REC_BALANCE, amount);
  store<u32>(record, 1, REC_EXISTS);
  stampChanges(record, accountRecord(entry), step);
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
 * True if everything that the attempt of `tx` read still holds. With `slotsKnown` somebody has compared the slots already.
 */
export function readsHold(state: usize, tx: usize, out: usize, inTurn: bool, slotsKnown: bool): bool {
  const dirty = comparesWrites(inTurn);
  if (!accountsHold(state, tx, load<u32>(out, OUT_ACCOUNTS), dirty)) return false;
  return slotsKnown || slotsHold(state, load<u32>(out, OUT_SLOTS), u32.MAX_VALUE, dirty);
}

/**
 * Confirms the outcome of step `step`, transaction `tx`. CONFIRM_MISMATCH: it has to be executed again; CONFIRM_INVALID:
 * it was in turn and is invalid (OUT_INVALID); CONFIRM_FULL: the state's memory is exhausted.
 */
export function confirmTransaction(
  state: usize,
  block: usize,
  step: u32,
  tx: usize,
  out: usize,
  inTurn: bool,
  slotsKnown: bool,
): i32 {
  const status = load<u32>(out, OUT_STATUS);
  if (load<u32>(out, OUT_INVALID) != 0) return inTurn ? CONFIRM_INVALID : CONFIRM_MISMATCH;
  if (status >= <u32>STATUS_ABORTED) return CONFIRM_MISMATCH;
  const isSettled = effectsHold(state, tx, out, comparesWrites(inTurn));
  if (!isSettled && !readsHold(state, tx, out, inTurn, slotsKnown)) return CONFIRM_MISMATCH;
  const fault = checkBlockLimits(block, tx);
  if (fault != 0) {
    store<u32>(out, fault, OUT_INVALID);
    return CONFIRM_INVALID;
  }
  if (isSettled) publishEffects(state, out);
  else publishWrites(state, block, out, step);
  // A recipient that a reward of nothing brings to life was touched by the attempt; one that it destroyed stays absent.
  if (!u256.isZero(out + OUT_FEE)) creditReward(state, block, out + OUT_FEE, step);
  addTotals(block, tx, out);
  if (load<u32>(out, OUT_LOG_COUNT) != 0 && load<u32>(out, OUT_IS_LASTING) == 0) {
    preserve(state, block, out, OUT_LOGS, load<u32>(out, OUT_LOGS_BYTES));
    preserve(state, block, out, OUT_BLOOM, 256);
  }
  if (load<u32>(state, STATE_FULL) != 0 || !keepStateRoot(state, block, out)) return CONFIRM_FULL;
  return CONFIRM_OK;
}

/** True if attempts may have read past what a step wrote: it left no versions, or other ones before. */
function wasMissed(control: u32): bool {
  return (control & STEP_STATE) != STEP_DONE || control >> STEP_ATTEMPT_SHIFT != 0;
}

/**
 * Confirms the results that are there, one after another from step `first`, and moves the frontier. Stops before a step
 * without a result, before one that the pipeline judges (its attempt did not end, its read set is compared in parts, the job is
 * aborted), and at one that does not hold.
 * @returns step << 2 | what confirming it came to: CONFIRM_OK where it was not judged
 */
export function confirmRun(state: usize, block: usize, first: u32): u32 {
  const count = load<u32>(block, BLOCK_TX_COUNT);
  const callsOn = (load<u32>(CTL_POLICY) & POLICY_IN_ADVANCE) != 0;
  let step = first;
  for (; step <= count; step++) {
    const out: usize = load<u32>(block, BLOCK_OUTCOMES) + (step - 1) * OUT_BYTES;
    const tx: usize = load<u32>(block, BLOCK_TXS) + (step - 1) * TX_BYTES;
    Point.shared();
    const control = atomic.load<u32>(out, OUT_CONTROL);
    const reached = control & STEP_STATE;
    const inTurn = reached == STEP_FINAL;
    if (!inTurn && reached != STEP_DONE) break;
    if (load<u32>(out, OUT_STATUS) >= <u32>STATUS_ABORTED || load<u32>(out, OUT_SLOT_COUNT) >= <u32>CHECK_LEAST) break;
    Point.shared();
    if ((atomic.load<u32>(CTL_ABORT) & 1) != 0) break;
    store<u32>(CTL_PUBLISHING, step + 1);
    const result = confirmTransaction(state, block, step, tx, out, inTurn, false);
    if (result == CONFIRM_MISMATCH) store<u32>(CTL_PUBLISHING, 0);
    if (result != CONFIRM_OK) return (step << 2) | result;
    if (!inTurn) store<u32>(CTL_RECENT_STEPS, load<u32>(CTL_RECENT_STEPS) + 1);
    Point.shared();
    atomic.store<u32>(CTL_FRONTIER, step + 1);
    if (callsOn && wasMissed(control)) atomic.add<u32>(CTL_ABORT, 2);
  }
  return (step << 2) | CONFIRM_OK;
}

/** Keeps output and logs of a call for the job's end; the arena is free again. By the holder of the token. False when full. */
export function keepCall(state: usize, block: usize, out: usize): bool {
  preserve(state, block, out, OUT_LOGS, load<u32>(out, OUT_LOGS_BYTES));
  preserve(state, block, out, OUT_OUTPUT, load<u32>(out, OUT_OUTPUT_BYTES));
  return load<u32>(state, STATE_FULL) == 0;
}

/** Publishes what a system call wrote; its output goes to request list `request` (0 or 1), none if negative. */
export function confirmSystemCall(state: usize, block: usize, out: usize, request: i32): i32 {
  publishWrites(state, block, out, 0);
  if (request >= 0) {
    const bytes = load<u32>(out, OUT_OUTPUT_BYTES);
    preserve(state, block, out, OUT_OUTPUT, bytes);
    const list = block + BLOCK_REQUESTS + ((<usize>request) << 3);
    store<u32>(list, load<u32>(out, OUT_OUTPUT));
    store<u32>(list, bytes, 4);
  }
  return load<u32>(state, STATE_FULL) != 0 ? CONFIRM_FULL : CONFIRM_OK;
}
