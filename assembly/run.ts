// The run loop over frames. It can end with a status and be entered again: everything it needs lies in the context.

import { enterCall } from './calls';
import { depositCode, enterCreate } from './creates';
import { interpret } from './interpreter';
import { revertTo } from './journal';
import {
  CTX_FRAME,
  CTX_FULL,
  CTX_LOG_COUNT,
  CTX_LOGS_NEXT,
  CTX_MEMORY_END,
  CTX_REFUND,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_RETURN_CAPACITY,
  CTX_SPEC,
  CTX_TOP_STATUS,
  FR_ACCOUNT,
  FR_BYTES,
  FR_CODE,
  FR_CODE_BYTES,
  FR_DEPTH,
  FR_FLAGS,
  FR_GAS,
  FR_INPUT,
  FR_INPUT_BYTES,
  FR_JOURNAL_MARK,
  FR_LOG_COUNT_MARK,
  FR_LOGS_MARK,
  FR_MEMORY,
  FR_OUTPUT,
  FR_OUTPUT_BYTES,
  FR_PC,
  FR_PRECOMPILE,
  FR_REFUND_MARK,
  FR_RETURN_MAX,
  FR_RETURN_TO,
  FR_SEGMENT,
  FR_SP,
  FRAME_CREATE,
  FRAME_PRECOMPILE,
  STATUS_ABORTED,
  STATUS_ARENA_FULL,
  STATUS_CALL,
  STATUS_CREATE,
  STATUS_HOST_NOT_READY,
  STATUS_OUT_OF_GAS,
  STATUS_PRECOMPILE,
  STATUS_RETURN,
  STATUS_REVERT,
  STATUS_STOP,
} from './layout';
import { precompileGas, precompileOutputBound, runPrecompile } from './precompiles';
import { Trace } from './trace';
import * as u256 from './u256';

const HOST_NOT_READY: i32 = -2;

function isScheduling(status: i32): bool {
  return status >= STATUS_ABORTED;
}

/** Runs a precompile's frame. Its output lies where the frame's memory would. */
function runPrecompileFrame(ctx: usize, frame: usize): i32 {
  const spec = load<u32>(ctx, CTX_SPEC);
  const number = load<u32>(frame, FR_PRECOMPILE);
  const src = load<u32>(frame, FR_INPUT);
  const length = load<u32>(frame, FR_INPUT_BYTES);
  const cost = precompileGas(number, src, length, spec);
  const gas = load<i64>(frame, FR_GAS);
  if (cost > <u64>gas) return STATUS_OUT_OF_GAS;
  const dst = load<u32>(frame, FR_MEMORY);
  const bound = <u64>precompileOutputBound(number, src, length);
  if (<u64>dst + bound > <u64>load<u32>(ctx, CTX_MEMORY_END)) return STATUS_ARENA_FULL;
  const written = runPrecompile(number, src, length, dst, spec);
  if (written == HOST_NOT_READY) return STATUS_HOST_NOT_READY;
  if (written < 0) return STATUS_PRECOMPILE;
  store<i64>(frame, gas - <i64>cost, FR_GAS);
  store<u32>(frame, dst, FR_OUTPUT);
  store<u32>(frame, written, FR_OUTPUT_BYTES);
  return STATUS_RETURN;
}

/** Undoes what the frame did. */
function undo(ctx: usize, frame: usize): void {
  revertTo(ctx, load<u32>(frame, FR_JOURNAL_MARK));
  store<u32>(ctx, load<u32>(frame, FR_LOGS_MARK), CTX_LOGS_NEXT);
  store<u32>(ctx, load<u32>(frame, FR_LOG_COUNT_MARK), CTX_LOG_COUNT);
  store<i64>(ctx, load<i64>(frame, FR_REFUND_MARK), CTX_REFUND);
}

/** Makes the frame's output the return data. False when it does not fit. */
function keepOutput(ctx: usize, frame: usize): bool {
  const bytes = load<u32>(frame, FR_OUTPUT_BYTES);
  store<u32>(ctx, bytes, CTX_RETURN_BYTES);
  if (bytes > load<u32>(ctx, CTX_RETURN_CAPACITY)) return false;
  if (bytes != 0) memory.copy(load<u32>(ctx, CTX_RETURN), load<u32>(frame, FR_OUTPUT), bytes);
  return true;
}

/** Ends the innermost frame with `status` and hands its result to the parent. May end with STATUS_ARENA_FULL. */
function endFrame(ctx: usize, frame: usize, status: i32): i32 {
  const creates = (load<u32>(frame, FR_FLAGS) & FRAME_CREATE) != 0;
  Trace.stops(ctx, frame, status);
  if (creates && status <= STATUS_RETURN) {
    if (status == STATUS_STOP) store<u32>(frame, 0, FR_OUTPUT_BYTES);
    status = depositCode(ctx, frame);
    if (status == STATUS_ARENA_FULL) return status;
    if (status == STATUS_STOP) store<u32>(frame, 0, FR_OUTPUT_BYTES);
  }
  if (status > STATUS_RETURN) undo(ctx, frame);
  if (status > STATUS_REVERT) {
    store<i64>(frame, 0, FR_GAS);
    store<u32>(frame, 0, FR_OUTPUT_BYTES);
  }
  Trace.leaves(ctx, frame, status);
  if (!keepOutput(ctx, frame)) return STATUS_ARENA_FULL;
  if (load<u32>(frame, FR_DEPTH) == 0) {
    store<u32>(ctx, status, CTX_TOP_STATUS);
    store<u32>(ctx, 0, CTX_FRAME);
    return STATUS_STOP;
  }
  resumeParent(ctx, frame, creates, status <= STATUS_RETURN);
  return STATUS_STOP;
}

function resumeParent(ctx: usize, frame: usize, creates: bool, success: bool): void {
  const parent = frame - FR_BYTES;
  const sp = load<u32>(parent, FR_SP) - 32;
  if (success && creates) {
    memory.copy(sp, load<u32>(frame, FR_ACCOUNT), 24);
    store<u64>(sp, 0, 24);
  } else {
    u256.set64(sp, success ? 1 : 0);
  }
  if (!creates) {
    const bytes = min<u32>(load<u32>(ctx, CTX_RETURN_BYTES), load<u32>(frame, FR_RETURN_MAX));
    if (bytes != 0)
      memory.copy(load<u32>(parent, FR_MEMORY) + load<u32>(frame, FR_RETURN_TO), load<u32>(ctx, CTX_RETURN), bytes);
  }
  store<u32>(parent, sp, FR_SP);
  store<i64>(parent, load<i64>(parent, FR_GAS) + load<i64>(frame, FR_GAS), FR_GAS);
  store<u32>(parent, load<u32>(parent, FR_PC) + 1, FR_PC);
  store<u32>(ctx, <u32>parent, CTX_FRAME);
}

function runFrame(ctx: usize, frame: usize): i32 {
  return load<u32>(frame, FR_CODE_BYTES) == 0 ? STATUS_STOP : interpret(ctx, frame);
}

/** Sets the frame back before the instruction at its offset, with the base gas that was paid for it. */
function repeatInstruction(ctx: usize, frame: usize): void {
  const op = <usize>load<u8>(load<u32>(frame, FR_CODE) + load<u32>(frame, FR_PC));
  const gas = <i64>load<u16>(load<u32>(ctx, CTX_SPEC) + (op << 3));
  store<i64>(frame, load<i64>(frame, FR_GAS) + gas, FR_GAS);
  store<u32>(frame, 0, FR_SEGMENT);
}

/**
 * Runs the open frames to their end: STATUS_STOP with the outcome in CTX_TOP_STATUS, gas in the outermost frame and
 * output in CTX_RETURN. Any other status is a stop: entering again goes on where it stood, except after
 * STATUS_ARENA_FULL, which voids the attempt.
 */
export function run(ctx: usize): i32 {
  while (true) {
    const frame: usize = load<u32>(ctx, CTX_FRAME);
    if (frame == 0) return STATUS_STOP;
    const isPrecompile = (load<u32>(frame, FR_FLAGS) & FRAME_PRECOMPILE) != 0;
    let status = isPrecompile ? runPrecompileFrame(ctx, frame) : runFrame(ctx, frame);
    if (status == STATUS_CALL || status == STATUS_CREATE) {
      status = status == STATUS_CALL ? enterCall(ctx, frame) : enterCreate(ctx, frame);
      if (load<u32>(ctx, CTX_FULL) != 0) return STATUS_ARENA_FULL;
      if (status == STATUS_STOP) continue;
      if (isScheduling(status)) repeatInstruction(ctx, frame);
    }
    if (isScheduling(status)) return status;
    status = endFrame(ctx, frame, status);
    if (status != STATUS_STOP) return status;
  }
}
