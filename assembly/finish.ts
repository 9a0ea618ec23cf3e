// Before the first transaction the DAO fork's change, after the last one: credits, receipts root and bloom, and the state diff as one run of records that the
// caller's thread copies out before the block's memory is used again.

import { bloomOr } from './bloom';
import { sweepRecord } from './changes';
import { creditConfirmed, draft, drainConfirmed } from './confirm';
import { Scratch } from './context';
import { bumpAlloc } from './heap';
import {
  ACCOUNT_ADDRESS,
  ACCOUNT_BASE,
  ACCOUNT_SLOTS,
  ACCOUNT_TOUCHED_NEXT,
  BLOCK_BLOOM,
  BLOCK_CREDIT_COUNT,
  BLOCK_CREDITS,
  BLOCK_DIFF,
  BLOCK_DIFF_BYTES,
  BLOCK_DRAIN_COUNT,
  BLOCK_DRAINS,
  BLOCK_OUTCOMES,
  BLOCK_RECEIPTS_ROOT,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  BLOCK_WORK,
  CREDIT_ADDRESS,
  CREDIT_AMOUNT,
  CREDIT_BYTES,
  DIFF_ACCOUNT,
  DIFF_ADDRESS,
  DIFF_AFTER,
  DIFF_BEFORE,
  DIFF_BYTES,
  DIFF_KIND,
  DIFF_NUMBER,
  DIFF_SLOT,
  DRAIN_BYTES,
  LEAF_CHUNK,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CUMULATIVE_GAS,
  OUT_LEAF,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_STATUS,
  REC_BALANCE,
  REC_BYTES,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SCRATCH_TEMP,
  SLOT_ACCOUNT,
  SLOT_BASE,
  SLOT_INCARNATION,
  SLOT_NEXT,
  SLOT_NUMBER,
  SLOT_TOUCHED_NEXT,
  STATE_FULL,
  STATE_TOUCHED_ACCOUNTS,
  STATE_TOUCHED_SLOTS,
  STATUS_RETURN,
  TX_BYTES,
  TX_TYPE,
} from './layout';
import { hashReceipts, knowsReceipts } from './leaves';
import { receiptRlp, receiptRlpBytes } from './receipts';
import { confirmedEntry } from './source';
import { accountKey, accountRecord, publishAccount, slotRecord } from './state';
import { receiptRoot } from './stateroot';
import { orderedTrieRoot, orderedTrieRootOf, orderedTrieWorkBytes } from './trie';
import * as u256 from './u256';

/** A withdrawal of nothing is a touch: an account that is there and empty goes (EIP-161). Rewards are never nothing. */
function touchConfirmed(state: usize, block: usize, address: usize): void {
  const key = Scratch.at(SCRATCH_TEMP + 64);
  accountKey(key, address);
  const entry = confirmedEntry(state, address, key);
  const now = entry == 0 ? 0 : accountRecord(entry);
  if (load<u32>(now, REC_EXISTS) == 0 || load<u64>(now, REC_NONCE) != 0 || load<u32>(now, REC_CODE) != 0) return;
  if (!u256.isZero(now + REC_BALANCE)) return;
  const record = draft(state, block, now);
  if (record == 0) return;
  sweepRecord(record);
  publishAccount(state, entry, record);
}

/** Withdrawals (EIP-4895), block and ommer rewards. */
export function applyCredits(state: usize, block: usize): void {
  const step = load<u32>(block, BLOCK_TX_COUNT) + 1;
  let item: usize = load<u32>(block, BLOCK_CREDITS);
  for (let left = load<u32>(block, BLOCK_CREDIT_COUNT); left != 0; left--) {
    if (u256.isZero(item + CREDIT_AMOUNT)) touchConfirmed(state, block, item + CREDIT_ADDRESS);
    else creditConfirmed(state, block, item + CREDIT_ADDRESS, item + CREDIT_AMOUNT, step);
    item += CREDIT_BYTES;
  }
}

/** The irregular change of the DAO fork (EIP-779): all accounts of the list pay the last one. */
export function applyDrains(state: usize, block: usize): void {
  const count = load<u32>(block, BLOCK_DRAIN_COUNT);
  const list: usize = load<u32>(block, BLOCK_DRAINS);
  for (let i: u32 = 0; i + 1 < count; i++)
    drainConfirmed(state, block, list + i * DRAIN_BYTES, list + (count - 1) * DRAIN_BYTES);
}

function take(state: usize, block: usize, bytes: u32): usize {
  const at = bumpAlloc(block + BLOCK_WORK, bytes);
  if (at == 0) store<u32>(state, 1, STATE_FULL);
  return at;
}

/** Encodes the receipt of one transaction and notes it as an item of the list. False when the memory is exhausted. */
function putReceipt(state: usize, block: usize, index: u32, item: usize): bool {
  const out: usize = load<u32>(block, BLOCK_OUTCOMES) + index * OUT_BYTES;
  const type = load<u32>(load<u32>(block, BLOCK_TXS) + index * TX_BYTES, TX_TYPE);
  const gas = load<u64>(out, OUT_CUMULATIVE_GAS);
  const logs: usize = load<u32>(out, OUT_LOGS);
  const count = load<u32>(out, OUT_LOG_COUNT);
  const bloom: usize = load<u32>(out, OUT_BLOOM); // 0: the zero page
  const root = receiptRoot(out);
  const bytes = receiptRlpBytes(type, gas, logs, count, root);
  const at = take(state, block, bytes);
  if (at == 0) return false;
  const success = load<u32>(out, OUT_STATUS) <= <u32>STATUS_RETURN;
  receiptRlp(at, type, success ? 1 : 0, gas, bloom, logs, count, root);
  store<u32>(item, <u32>at);
  store<u32>(item, bytes, 4);
  return true;
}

/** True if the lower part of the receipts trie is hashed. What another slot is still at is hashed here as well. */
function knowsLeaves(block: usize, count: u32): bool {
  for (let chunk: u32 = 0; chunk * LEAF_CHUNK < count; chunk++) {
    if (!knowsReceipts(block, chunk)) hashReceipts(block, chunk);
    if (!knowsReceipts(block, chunk)) return false;
  }
  return count > 1;
}

function joinBlooms(block: usize, count: u32): void {
  memory.fill(block + BLOCK_BLOOM, 0, 256);
  let out: usize = load<u32>(block, BLOCK_OUTCOMES);
  for (let left = count; left != 0; left--) {
    const bloom: usize = load<u32>(out, OUT_BLOOM);
    if (bloom != 0) bloomOr(block + BLOCK_BLOOM, bloom);
    out += OUT_BYTES;
  }
}

/** Fills BLOCK_RECEIPTS_ROOT and BLOCK_BLOOM. False when the memory is exhausted. */
export function finishReceipts(state: usize, block: usize): bool {
  const count = load<u32>(block, BLOCK_TX_COUNT);
  joinBlooms(block, count);
  if (knowsLeaves(block, count)) {
    const work = take(state, block, orderedTrieWorkBytes(0, 0));
    if (work == 0) return false;
    orderedTrieRootOf(load<u32>(block, BLOCK_OUTCOMES) + OUT_LEAF, count, block + BLOCK_RECEIPTS_ROOT, work);
    return true;
  }
  const items = take(state, block, (count << 3) + 8);
  if (items == 0) return false;
  for (let i: u32 = 0; i < count; i++) if (!putReceipt(state, block, i, items + ((<usize>i) << 3))) return false;
  const work = take(state, block, orderedTrieWorkBytes(items, count));
  if (work == 0) return false;
  orderedTrieRoot(items, count, block + BLOCK_RECEIPTS_ROOT, work);
  return true;
}

// ── State diff ───────────────────────────────────────────────────────────────────────────────────────────────────────

function countDiff(state: usize): u32 {
  let count: u32 = 0;
  let entry: usize = load<u32>(state, STATE_TOUCHED_ACCOUNTS);
  for (; entry != 0; entry = load<u32>(entry, ACCOUNT_TOUCHED_NEXT)) {
    count++;
    if (isReborn(entry))
      for (let s: usize = load<u32>(entry, ACCOUNT_SLOTS); s != 0; s = load<u32>(s, SLOT_NEXT)) count++;
  }
  entry = load<u32>(state, STATE_TOUCHED_SLOTS);
  for (; entry != 0; entry = load<u32>(entry, SLOT_TOUCHED_NEXT)) count++;
  return count;
}

/** True if the account was deleted in this block: the slots of its old incarnation are gone. */
function isReborn(entry: usize): bool {
  return load<u32>(entry, ACCOUNT_BASE + REC_INCARNATION) != load<u32>(accountRecord(entry), REC_INCARNATION);
}

function putAccount(at: usize, entry: usize): usize {
  store<u32>(at, DIFF_ACCOUNT, DIFF_KIND);
  memory.copy(at + DIFF_ADDRESS, entry + ACCOUNT_ADDRESS, 24);
  memory.copy(at + DIFF_BEFORE, entry + ACCOUNT_BASE, REC_BYTES);
  memory.copy(at + DIFF_AFTER, accountRecord(entry), REC_BYTES);
  return at + DIFF_BYTES;
}

function putSlot(at: usize, entry: usize, after: usize): usize {
  store<u32>(at, DIFF_SLOT, DIFF_KIND);
  memory.copy(at + DIFF_ADDRESS, load<u32>(entry, SLOT_ACCOUNT) + ACCOUNT_ADDRESS, 24);
  memory.copy(at + DIFF_NUMBER, entry + SLOT_NUMBER, 32);
  memory.copy(at + DIFF_BEFORE, entry + SLOT_BASE, 32);
  memory.copy(at + DIFF_AFTER, after, 32);
  return at + DIFF_BYTES;
}

/** A slot counts only in its account's present incarnation. */
function isLive(entry: usize): bool {
  return (
    load<u32>(entry, SLOT_INCARNATION) == load<u32>(accountRecord(load<u32>(entry, SLOT_ACCOUNT)), REC_INCARNATION)
  );
}

/** Writes BLOCK_DIFF: accounts, slots that went with their account, changed slots. False when the memory is exhausted. */
export function encodeDiff(state: usize, block: usize): bool {
  const diff = take(state, block, countDiff(state) * DIFF_BYTES + 64);
  if (diff == 0) return false;
  let at = diff;
  let entry: usize = load<u32>(state, STATE_TOUCHED_ACCOUNTS);
  for (; entry != 0; entry = load<u32>(entry, ACCOUNT_TOUCHED_NEXT)) {
    at = putAccount(at, entry);
    if (!isReborn(entry)) continue;
    const old = load<u32>(entry, ACCOUNT_BASE + REC_INCARNATION);
    for (let s: usize = load<u32>(entry, ACCOUNT_SLOTS); s != 0; s = load<u32>(s, SLOT_NEXT)) {
      if (load<u32>(s, SLOT_INCARNATION) == old) at = putSlot(at, s, 0);
    }
  }
  entry = load<u32>(state, STATE_TOUCHED_SLOTS);
  for (; entry != 0; entry = load<u32>(entry, SLOT_TOUCHED_NEXT)) {
    if (isLive(entry)) at = putSlot(at, entry, slotRecord(entry));
  }
  store<u32>(block, <u32>diff, BLOCK_DIFF);
  store<u32>(block, <u32>(at - diff), BLOCK_DIFF_BYTES);
  return true;
}
