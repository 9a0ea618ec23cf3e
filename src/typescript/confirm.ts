// Confirming in block order: the holder of the token compares what an attempt read, publishes what it wrote, pays the fee
// recipient, and adds the block's totals (assembly/confirm.ts).
import {
  BLOCK_BLOB_GAS_USED,
  BLOCK_CUMULATIVE_GAS,
  BLOCK_GAS_LIMIT,
  BLOCK_LOG_COUNT,
  BLOCK_MAX_BLOB_GAS,
  BLOCK_OUTCOMES,
  BLOCK_REQUESTS,
  BLOCK_SPEC,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
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
  INVALID_BLOCK_BLOB_GAS,
  INVALID_BLOCK_GAS,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CONTROL,
  OUT_CUMULATIVE_GAS,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_SLOT_COUNT,
  OUT_STATUS,
  POLICY_IN_ADVANCE,
  SPEC_BLOB_GAS,
  STATE_FULL,
  STATUS_ABORTED,
  STEP_ATTEMPT_SHIFT,
  STEP_DONE,
  STEP_FINAL,
  STEP_STATE,
  TX_BLOB_COUNT,
  TX_BYTES,
  TX_GAS_LIMIT,
} from '../../assembly/layout.ts';
import { readsHold } from './compare.ts';
import type { Context } from './context.ts';
import { creditReward } from './credits.ts';
import type { Memory } from './memory.ts';
import { publishWrites, take } from './publish.ts';

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
  // The tries are the WASM kernels', and with them what a receipt before Byzantium holds of a state that has one.
  const fits = memory.u32(state + STATE_FULL) === 0 && context.wasm.keepStateRoot(state, block, out) !== 0;
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
