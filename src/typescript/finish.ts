// Before the first transaction the DAO fork's change; after the last one credits, the encoded state diff, receipts root and
// bloom (assembly/finish.ts).
import { type Input, RLP } from '@ethereumjs/rlp';
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
  LOG_ADDRESS,
  LOG_BODY,
  LOG_BYTES,
  LOG_DATA_BYTES,
  LOG_TOPICS,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CUMULATIVE_GAS,
  OUT_HAS_STATE_ROOT,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_STATE_ROOT,
  OUT_STATUS,
  REC_BALANCE,
  REC_BYTES,
  REC_EXISTS,
  REC_INCARNATION,
  SLOT_ACCOUNT,
  SLOT_BASE,
  SLOT_INCARNATION,
  SLOT_NEXT,
  SLOT_NUMBER,
  SLOT_TOUCHED_NEXT,
  STATE_TOUCHED_ACCOUNTS,
  STATE_TOUCHED_SLOTS,
  STATUS_RETURN,
  TX_BYTES,
  TX_TYPE,
} from '../../assembly/layout.ts';
import { isEmptyRecord, sweepRecord } from './changes.ts';
import type { Context } from './context.ts';
import { confirmedEntry, creditConfirmed } from './credits.ts';
import { listRoot } from './list-root.ts';
import { BLOOM_BYTES } from './logs.ts';
import type { Memory } from './memory.ts';
import { draft, take } from './publish.ts';
import { accountRecord, publishAccount, slotRecord } from './state.ts';

// ── Balances ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A withdrawal of nothing is a touch: an account that is there and empty goes (EIP-161). Rewards are never nothing. */
function touchConfirmed(context: Context, state: number, block: number, address: number): void {
  const { memory } = context;
  const entry = confirmedEntry(context, state, address);
  const now = entry === 0 ? 0 : accountRecord(memory, entry);
  if (memory.u32(now + REC_EXISTS) === 0 || !isEmptyRecord(memory, now)) return;
  const record = draft(context, state, block, now);
  if (record === 0) return;
  sweepRecord(memory, record);
  publishAccount(memory, state, entry, record);
}

/** Withdrawals (EIP-4895), block and ommer rewards. */
export function applyCredits(context: Context, state: number, block: number): void {
  const { memory } = context;
  const step = memory.u32(block + BLOCK_TX_COUNT) + 1;
  for (let i = 0; i < memory.u32(block + BLOCK_CREDIT_COUNT); i++) {
    const item = memory.u32(block + BLOCK_CREDITS) + CREDIT_BYTES * i;
    const amount = memory.u256(item + CREDIT_AMOUNT);
    if (amount === 0n) touchConfirmed(context, state, block, item + CREDIT_ADDRESS);
    else creditConfirmed(context, state, block, item + CREDIT_ADDRESS, amount, step);
  }
}

/** Moves the whole confirmed balance of one account to another. */
function drain(context: Context, state: number, block: number, from: number, to: number): void {
  const { memory } = context;
  const entry = confirmedEntry(context, state, from);
  if (entry === 0) return;
  const before = accountRecord(memory, entry);
  creditConfirmed(context, state, block, to, memory.u256(before + REC_BALANCE), 0);
  const record = draft(context, state, block, before);
  if (record === 0) return;
  memory.setU256(record + REC_BALANCE, 0n);
  publishAccount(memory, state, entry, record);
}

/** The irregular change of the DAO fork (EIP-779): all accounts of the list pay the last one. */
export function applyDrains(context: Context, state: number, block: number): void {
  const { memory } = context;
  const last = memory.u32(block + BLOCK_DRAIN_COUNT) - 1;
  const list = memory.u32(block + BLOCK_DRAINS);
  for (let i = 0; i < last; i++) drain(context, state, block, list + DRAIN_BYTES * i, list + DRAIN_BYTES * last);
}

// ── Receipts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function logsOf(memory: Memory, out: number): Input[] {
  const logs: Input[] = [];
  let log = memory.u32(out + OUT_LOGS);
  for (let left = memory.u32(out + OUT_LOG_COUNT); left > 0; left--, log += memory.u32(log + LOG_BYTES)) {
    const topics = memory.u32(log + LOG_TOPICS);
    const words = Array.from({ length: topics }, (_, i) => memory.take(log + LOG_BODY + 32 * i, 32));
    const data = memory.take(log + LOG_BODY + 32 * topics, memory.u32(log + LOG_DATA_BYTES));
    logs.push([memory.take(log + LOG_ADDRESS, 20), words, data]);
  }
  return logs;
}

/** rlp([outcome, cumulative gas, bloom, logs]), the type's byte in front unless it is 0 (EIP-2718). */
function receiptOf(memory: Memory, out: number, type: number): Uint8Array {
  const hasRoot = memory.u32(out + OUT_HAS_STATE_ROOT) !== 0; // before Byzantium
  const status = memory.u32(out + OUT_STATUS) <= STATUS_RETURN ? 1 : 0;
  const outcome = hasRoot ? memory.take(out + OUT_STATE_ROOT, 32) : status;
  const bloom = memory.take(memory.u32(out + OUT_BLOOM), BLOOM_BYTES); // 0: the zero page
  const body = RLP.encode([outcome, memory.u64(out + OUT_CUMULATIVE_GAS), bloom, logsOf(memory, out)]);
  return type === 0 ? body : Uint8Array.from([type, ...body]);
}

/** Fills BLOCK_RECEIPTS_ROOT and BLOCK_BLOOM. */
export function finishReceipts(memory: Memory, block: number): void {
  const count = memory.u32(block + BLOCK_TX_COUNT);
  const bloom = new Uint8Array(BLOOM_BYTES);
  const receipts = Array.from({ length: count }, (_, i) => {
    const out = memory.u32(block + BLOCK_OUTCOMES) + OUT_BYTES * i;
    const own = memory.view(memory.u32(out + OUT_BLOOM), BLOOM_BYTES);
    for (let byte = 0; byte < BLOOM_BYTES; byte++) bloom[byte] = (bloom[byte] as number) | (own[byte] as number);
    return receiptOf(memory, out, memory.u32(memory.u32(block + BLOCK_TXS) + TX_BYTES * i + TX_TYPE));
  });
  memory.put(block + BLOCK_BLOOM, bloom);
  memory.put(block + BLOCK_RECEIPTS_ROOT, listRoot(receipts));
}

// ── State diff ───────────────────────────────────────────────────────────────────────────────────────────────────────

const incarnationOf = (memory: Memory, entry: number): number =>
  memory.u32(accountRecord(memory, entry) + REC_INCARNATION);
const oldIncarnation = (memory: Memory, entry: number): number => memory.u32(entry + ACCOUNT_BASE + REC_INCARNATION);

/** The entries of a list. */
function* listed(memory: Memory, first: number, nextField: number): Generator<number> {
  for (let entry = first; entry !== 0; entry = memory.u32(entry + nextField)) yield entry;
}

/** Slots that went with their account: it was deleted in this block. */
function goneSlots(memory: Memory, account: number): number[] {
  const old = oldIncarnation(memory, account);
  if (old === incarnationOf(memory, account)) return [];
  const slots = [...listed(memory, memory.u32(account + ACCOUNT_SLOTS), SLOT_NEXT)];
  return slots.filter((slot) => memory.u32(slot + SLOT_INCARNATION) === old);
}

/** A slot counts only in its account's present incarnation. */
const isLive = (memory: Memory, slot: number): boolean =>
  memory.u32(slot + SLOT_INCARNATION) === incarnationOf(memory, memory.u32(slot + SLOT_ACCOUNT));

function putAccount(memory: Memory, at: number, entry: number): void {
  memory.setU32(at + DIFF_KIND, DIFF_ACCOUNT);
  memory.copy(at + DIFF_ADDRESS, entry + ACCOUNT_ADDRESS, 24);
  memory.copy(at + DIFF_BEFORE, entry + ACCOUNT_BASE, REC_BYTES);
  memory.copy(at + DIFF_AFTER, accountRecord(memory, entry), REC_BYTES);
}

function putSlot(memory: Memory, at: number, entry: number, after: number): void {
  memory.setU32(at + DIFF_KIND, DIFF_SLOT);
  memory.copy(at + DIFF_ADDRESS, memory.u32(entry + SLOT_ACCOUNT) + ACCOUNT_ADDRESS, 24);
  memory.copy(at + DIFF_NUMBER, entry + SLOT_NUMBER, 32);
  memory.copy(at + DIFF_BEFORE, entry + SLOT_BASE, 32);
  memory.copy(at + DIFF_AFTER, after, 32);
}

/** Writes BLOCK_DIFF: accounts, slots that went with their account, changed slots. False when the memory is exhausted. */
export function encodeDiff(context: Context, state: number, block: number): boolean {
  const { memory } = context;
  const accounts = [...listed(memory, memory.u32(state + STATE_TOUCHED_ACCOUNTS), ACCOUNT_TOUCHED_NEXT)];
  const gone = accounts.flatMap((account) => goneSlots(memory, account));
  const touched = [...listed(memory, memory.u32(state + STATE_TOUCHED_SLOTS), SLOT_TOUCHED_NEXT)];
  const changed = touched.filter((slot) => isLive(memory, slot));
  const bytes = (accounts.length + gone.length + changed.length) * DIFF_BYTES;
  const diff = take(context, state, block, bytes + 64);
  if (diff === 0) return false;
  memory.fill(diff, 0, bytes);
  let at = diff - DIFF_BYTES;
  const next = (): number => {
    at += DIFF_BYTES;
    return at;
  };
  for (const account of accounts) putAccount(memory, next(), account);
  for (const slot of gone) putSlot(memory, next(), slot, 0); // 0: the zero page
  for (const slot of changed) putSlot(memory, next(), slot, slotRecord(memory, slot));
  memory.setU32(block + BLOCK_DIFF, diff);
  memory.setU32(block + BLOCK_DIFF_BYTES, bytes);
  return true;
}
