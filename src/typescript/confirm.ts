// Confirming in block order: the holder of the token publishes what an attempt wrote, pays the fee recipient, and adds the
// block's totals (assembly/confirm.ts).
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
  CONFIRM_FULL,
  CONFIRM_INVALID,
  CONFIRM_MISMATCH,
  CONFIRM_OK,
  CTL_ABORT,
  CTL_FRONTIER,
  CTL_POLICY,
  CTL_PUBLISHING,
  CTL_RECENT_STEPS,
  CTX_FULL,
  CTX_LACK,
  FLAG_RECEIPT_ROOTS,
  INVALID_BLOCK_BLOB_GAS,
  INVALID_BLOCK_GAS,
  LACC_ADDRESS,
  LACC_CODE,
  LACC_DESTROYED,
  LACC_ENTRY,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_NEXT,
  LACC_READS,
  LACC_SOURCE,
  LACK_BYTES,
  LACK_STATUS,
  LSLOT_ACCOUNT,
  LSLOT_KEY,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_RECORD,
  LSLOT_VALUE,
  OUT_ACCOUNTS,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CONTROL,
  OUT_CUMULATIVE_GAS,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_HAS_STATE_ROOT,
  OUT_INVALID,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_SLOT_COUNT,
  OUT_SLOTS,
  OUT_STATUS,
  POLICY_IN_ADVANCE,
  READ_BALANCE,
  REC_BALANCE,
  REC_BYTES,
  REC_CODE,
  REC_EXISTS,
  SPEC_BLOB_GAS,
  SPEC_FLAGS,
  STAT_DELTAS_FOLDED,
  STATE_FULL,
  STATE_LACK,
  STATE_SOURCE,
  STATUS_ABORTED,
  STEP_ATTEMPT_SHIFT,
  STEP_DONE,
  STEP_FINAL,
  STEP_STATE,
  TX_BLOB_COUNT,
  TX_BYTES,
  TX_GAS_LIMIT,
} from '../../assembly/layout.ts';
import { accountChanges, applyChanges, clearsState, sameBalance, stampChanges } from './changes.ts';
import { count, currentSlot, readsHold } from './compare.ts';
import type { Context } from './context.ts';
import { hasFlag } from './local.ts';
import type { Memory } from './memory.ts';
import {
  accountEntry,
  accountKey,
  accountRecord,
  addAccount,
  addSlot,
  internCode,
  publishAccount,
  publishSlot,
  UNKNOWN_ENTRY,
} from './state.ts';
import { slotChanges } from './versions.ts';

// ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Memory of the block; 0, and the state is full, without room. */
export function take({ memory, wasm }: Context, state: number, block: number, bytes: number): number {
  const at = wasm.bumpAlloc(block + BLOCK_WORK, bytes) >>> 0;
  if (at === 0) memory.setU32(state + STATE_FULL, 1);
  return at;
}

/** A copy of record `from` that the caller changes and publishes; 0 when the memory is exhausted. */
export function draft(context: Context, state: number, block: number, from: number): number {
  const record = take(context, state, block, REC_BYTES);
  if (record !== 0) context.memory.copy(record, from, REC_BYTES);
  return record;
}

/** The object that stands for an account's new code: the state's own, where it is kept. */
function newCode(context: Context, state: number, account: number, source: number): number {
  const { memory } = context;
  const code = memory.u32(account + LACC_CODE);
  const isNew = code !== memory.u32(source + REC_CODE) && !hasFlag(memory, account, LACC_DESTROYED);
  return isNew && code !== 0 ? internCode(context, state, code) : code;
}

function publishAccountChanges(context: Context, state: number, block: number, account: number, step: number): void {
  const { memory } = context;
  const source = memory.u32(account + LACC_SOURCE);
  let entry = memory.u32(account + LACC_ENTRY);
  const now = entry === 0 ? 0 : accountRecord(memory, entry);
  if (!accountChanges(memory, block, account, source, now)) return;
  const record = draft(context, state, block, now);
  if (record === 0) return;
  applyChanges(memory, block, account, source, record, newCode(context, state, account, source));
  stampChanges(memory, record, now, step);
  const folds = now !== source && (memory.u32(account + LACC_READS) & READ_BALANCE) === 0;
  if (folds && !sameBalance(memory, account, source)) count(memory, STAT_DELTAS_FOLDED);
  if (entry === 0) {
    if (memory.u32(record + REC_EXISTS) === 0) return;
    entry = addAccount(context, state, account + LACC_ADDRESS, account + LACC_KEY);
    if (entry === 0) return;
    memory.setU32(account + LACC_ENTRY, entry);
  }
  publishAccount(memory, state, entry, record);
}

function slotEntry(context: Context, state: number, slot: number, owner: number): number {
  const { memory } = context;
  return (
    currentSlot(memory, state, slot) ||
    addSlot(context, state, {
      account: owner,
      incarnation: memory.u32(memory.u32(slot + LSLOT_ACCOUNT) + LACC_INCARNATION),
      number: slot + LSLOT_NUMBER,
      key: slot + LSLOT_KEY,
    })
  );
}

/** A slot's published version becomes its confirmed record. */
function publishSlotChange(context: Context, state: number, block: number, slot: number): void {
  const { memory } = context;
  if (!slotChanges(memory, slot)) return;
  const account = memory.u32(slot + LSLOT_ACCOUNT);
  const owner = memory.u32(account + LACC_ENTRY);
  if (owner === 0 || hasFlag(memory, account, LACC_DESTROYED)) return;
  const entry = slotEntry(context, state, slot, owner);
  if (entry === 0) return;
  let record = memory.u32(slot + LSLOT_RECORD);
  if (record === 0) {
    record = take(context, state, block, 32);
    if (record === 0) return;
    memory.copy(record, slot + LSLOT_VALUE, 32);
  }
  publishSlot(memory, state, entry, record);
}

/** Makes what the attempt wrote the confirmed state. */
function publishWrites(context: Context, state: number, block: number, out: number, step: number): void {
  const { memory } = context;
  for (let a = memory.u32(out + OUT_ACCOUNTS); a !== 0; a = memory.u32(a + LACC_NEXT))
    publishAccountChanges(context, state, block, a, step);
  for (let s = memory.u32(out + OUT_SLOTS); s !== 0; s = memory.u32(s + LSLOT_NEXT))
    publishSlotChange(context, state, block, s);
}

// ── Credits ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The entry of an account, 0 if there is none, or if the source cannot say: the job ends for that then. */
export function confirmedEntry(context: Context, state: number, address: number): number {
  const { memory, at } = context;
  const key = context.scratch + 64;
  accountKey(memory, key, address);
  memory.setU32(at + CTX_FULL, 0); // what the last attempt here lacked is told, or of no interest
  const entry = accountEntry(context, state, address, key);
  if (entry !== UNKNOWN_ENTRY) return entry;
  memory.copy(state + STATE_LACK, at + CTX_LACK, LACK_BYTES);
  memory.setU32(state + STATE_FULL, memory.u32(at + CTX_LACK + LACK_STATUS));
  return 0;
}

/** The entry of an account, made if there is none; 0 when the memory is exhausted. */
export function madeEntry(context: Context, state: number, address: number): number {
  const entry = confirmedEntry(context, state, address);
  if (entry !== 0 || context.memory.u32(state + STATE_FULL) !== 0) return entry;
  return addAccount(context, state, address, context.scratch + 64);
}

export function creditEntry(
  context: Context,
  state: number,
  block: number,
  entry: number,
  amount: bigint,
  step: number,
): void {
  const { memory } = context;
  const now = entry === 0 ? 0 : accountRecord(memory, entry);
  const record = entry === 0 ? 0 : draft(context, state, block, now);
  if (record === 0) return;
  memory.setU256(record + REC_BALANCE, memory.u256(record + REC_BALANCE) + amount);
  memory.setU32(record + REC_EXISTS, 1);
  stampChanges(memory, record, now, step);
  publishAccount(memory, state, entry, record);
}

/** Adds `amount` to an account's confirmed balance; from EIP-161 on an amount of zero leaves no trace. */
export function creditConfirmed(
  context: Context,
  state: number,
  block: number,
  address: number,
  amount: bigint,
  step: number,
): void {
  if (amount === 0n && clearsState(context.memory, block)) return;
  creditEntry(context, state, block, madeEntry(context, state, address), amount, step);
}

/** The fee recipient's reward. Its entry is looked up once per block. */
function creditReward(context: Context, state: number, block: number, reward: bigint, step: number): void {
  const { memory } = context;
  let entry = memory.u32(block + BLOCK_COINBASE_ENTRY);
  if (entry === 0) {
    entry = madeEntry(context, state, block + BLOCK_COINBASE);
    memory.setU32(block + BLOCK_COINBASE_ENTRY, entry);
  }
  creditEntry(context, state, block, entry, reward, step);
}

// ── Outcomes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Copies an area of the attempt's arena to the block's memory, where it lives until the result is read. */
export function preserve(context: Context, state: number, block: number, field: number, bytes: number): void {
  const { memory } = context;
  const from = memory.u32(field);
  if (from === 0 || bytes === 0) return;
  const to = take(context, state, block, bytes);
  if (to === 0) return;
  memory.copy(to, from, bytes);
  memory.setU32(field, to);
}

const blobGas = (memory: Memory, block: number, tx: number): bigint =>
  BigInt(memory.u32(tx + TX_BLOB_COUNT)) * BigInt(memory.u32(memory.u32(block + BLOCK_SPEC) + SPEC_BLOB_GAS));

/** The block's own limits: gas that is left for the transaction's limit, and blob gas. */
function limitFault(memory: Memory, block: number, tx: number): number {
  const left = memory.u64(block + BLOCK_GAS_LIMIT) - memory.u64(block + BLOCK_CUMULATIVE_GAS);
  if (memory.u64(tx + TX_GAS_LIMIT) > left) return INVALID_BLOCK_GAS;
  const blobs = memory.u64(block + BLOCK_BLOB_GAS_USED) + blobGas(memory, block, tx);
  return blobs > memory.u64(block + BLOCK_MAX_BLOB_GAS) ? INVALID_BLOCK_BLOB_GAS : 0;
}

/** Raises the block's running totals and writes the transaction's share of them to its outcome. */
function addTotals(memory: Memory, block: number, tx: number, out: number): void {
  const gas = memory.u64(block + BLOCK_CUMULATIVE_GAS) + memory.u64(out + OUT_GAS_USED);
  memory.setU64(block + BLOCK_CUMULATIVE_GAS, gas);
  memory.setU64(out + OUT_CUMULATIVE_GAS, gas);
  memory.setU64(block + BLOCK_BLOB_GAS_USED, memory.u64(block + BLOCK_BLOB_GAS_USED) + blobGas(memory, block, tx));
  memory.setU32(block + BLOCK_LOG_COUNT, memory.u32(block + BLOCK_LOG_COUNT) + memory.u32(out + OUT_LOG_COUNT));
}

/** The state root that a receipt holds before Byzantium, where the state has a trie. False when the memory is exhausted. */
function keepStateRoot({ memory, wasm }: Context, state: number, block: number, out: number): boolean {
  const flags = memory.u32(memory.u32(block + BLOCK_SPEC) + SPEC_FLAGS);
  memory.setU32(out + OUT_HAS_STATE_ROOT, 0);
  if ((flags & FLAG_RECEIPT_ROOTS) === 0 || memory.u32(state + STATE_SOURCE) === 0) return true;
  return wasm.keepStateRoot(state, block, out) !== 0;
}

/** Where a transaction and its outcome lie, and its step. */
export interface Place {
  step: number;
  tx: number;
  out: number;
}

/** Confirms an outcome. CONFIRM_MISMATCH: it has to be executed again; CONFIRM_INVALID: it is invalid (OUT_INVALID). */
export function confirmTransaction(
  context: Context,
  state: number,
  block: number,
  { step, tx, out }: Place,
  inTurn: boolean,
  slotsKnown: boolean,
): number {
  const { memory } = context;
  if (memory.u32(out + OUT_INVALID) !== 0) return inTurn ? CONFIRM_INVALID : CONFIRM_MISMATCH;
  if (memory.u32(out + OUT_STATUS) >= STATUS_ABORTED) return CONFIRM_MISMATCH;
  if (!readsHold(memory, state, tx, out, inTurn, slotsKnown)) return CONFIRM_MISMATCH;
  const fault = limitFault(memory, block, tx);
  if (fault !== 0) {
    memory.setU32(out + OUT_INVALID, fault);
    return CONFIRM_INVALID;
  }
  publishWrites(context, state, block, out, step);
  const fee = memory.u256(out + OUT_FEE);
  if (fee !== 0n) creditReward(context, state, block, fee, step);
  addTotals(memory, block, tx, out);
  preserve(context, state, block, out + OUT_LOGS, memory.u32(out + OUT_LOGS_BYTES));
  preserve(context, state, block, out + OUT_BLOOM, 256);
  const fits = memory.u32(state + STATE_FULL) === 0 && keepStateRoot(context, state, block, out);
  return fits ? CONFIRM_OK : CONFIRM_FULL;
}

/** True if attempts may have read past what a step wrote: it left no versions, or other ones before. */
const wasMissed = (control: number): boolean =>
  (control & STEP_STATE) !== STEP_DONE || control >>> STEP_ATTEMPT_SHIFT !== 0;

/** True if the pipeline judges the outcome: its attempt did not end, or its read set is compared in parts. */
const isLeft = (memory: Memory, out: number): boolean =>
  memory.u32(out + OUT_STATUS) >= STATUS_ABORTED || memory.u32(out + OUT_SLOT_COUNT) >= CHECK_LEAST;

/**
 * Confirms the results that are there, one after another from step `first`, and moves the frontier.
 * @returns step << 2 | what confirming it came to: CONFIRM_OK where it was not judged
 */
export function confirmRun(context: Context, state: number, block: number, first: number): number {
  const { memory } = context;
  const last = memory.u32(block + BLOCK_TX_COUNT);
  const callsOn = (memory.u32(CTL_POLICY) & POLICY_IN_ADVANCE) !== 0;
  let step = first;
  for (; step <= last; step++) {
    const out = memory.u32(block + BLOCK_OUTCOMES) + (step - 1) * OUT_BYTES;
    const tx = memory.u32(block + BLOCK_TXS) + (step - 1) * TX_BYTES;
    const control = memory.load32(out + OUT_CONTROL);
    const inTurn = (control & STEP_STATE) === STEP_FINAL;
    if (!inTurn && (control & STEP_STATE) !== STEP_DONE) break;
    if (isLeft(memory, out) || (memory.load32(CTL_ABORT) & 1) !== 0) break;
    memory.setU32(CTL_PUBLISHING, step + 1);
    const result = confirmTransaction(context, state, block, { step, tx, out }, inTurn, false);
    if (result === CONFIRM_MISMATCH) memory.setU32(CTL_PUBLISHING, 0);
    if (result !== CONFIRM_OK) return (step << 2) | result;
    if (!inTurn) memory.setU32(CTL_RECENT_STEPS, memory.u32(CTL_RECENT_STEPS) + 1);
    memory.store32(CTL_FRONTIER, step + 1);
    if (callsOn && wasMissed(control)) memory.add32(CTL_ABORT, 2);
  }
  return (step << 2) | CONFIRM_OK;
}

/** Publishes what a system call wrote; its output goes to request list `request` (0 or 1), none if negative. */
export function confirmSystemCall(
  context: Context,
  state: number,
  block: number,
  out: number,
  request: number,
): number {
  const { memory } = context;
  publishWrites(context, state, block, out, 0);
  if (request >= 0) {
    const bytes = memory.u32(out + OUT_OUTPUT_BYTES);
    preserve(context, state, block, out + OUT_OUTPUT, bytes);
    memory.setU32(block + BLOCK_REQUESTS + 8 * request, memory.u32(out + OUT_OUTPUT));
    memory.setU32(block + BLOCK_REQUESTS + 8 * request + 4, bytes);
  }
  return memory.u32(state + STATE_FULL) !== 0 ? CONFIRM_FULL : CONFIRM_OK;
}

/** Keeps output and logs of a call for the job's end. False when the memory is exhausted. */
export function keepCall(context: Context, state: number, block: number, out: number): boolean {
  const { memory } = context;
  preserve(context, state, block, out + OUT_LOGS, memory.u32(out + OUT_LOGS_BYTES));
  preserve(context, state, block, out + OUT_OUTPUT, memory.u32(out + OUT_OUTPUT_BYTES));
  return memory.u32(state + STATE_FULL) === 0;
}
