// The hooks of trace.ts in the tracing kernels. Each appends an event to the transaction's chunks in the block's work
// memory: by slot 0 alone, which holds the token in a traced block and is the only one that works on traced calls.
//
// A step tells what the last step of its frame changed, not the whole stack and memory: what is there before each
// instruction follows from the steps before it (src/trace/steps.ts).
//
// When the job's allowance is used up, recording ends and so does the job: BLOCK_TRACE_FULL says so, and slots stop at
// their next look at the abort word.

import { bumpAlloc } from './heap';
import {
  BLOCK_TRACE,
  BLOCK_TRACE_FULL,
  BLOCK_TRACE_LEFT,
  BLOCK_WORK,
  CTL_ABORT,
  CTX_BLOCK,
  CTX_REFUND,
  CTX_SPEC,
  CTX_STEP,
  CTX_TRACE,
  CTX_TRACE_CHUNK,
  CTX_TRACE_END,
  CTX_TRACE_NEXT,
  EV_BYTES,
  EV_CALLER_GAS,
  EV_CODE_STATUS,
  EV_DEPTH,
  EV_DESTRUCT_BYTES,
  EV_FROM,
  EV_GAS,
  EV_GAS_BACK,
  EV_GAS_STOPPED,
  EV_HEIGHT,
  EV_INPUT,
  EV_INPUT_BYTES,
  EV_KIND,
  EV_LAST_HEIGHT,
  EV_LOG,
  EV_MEMORY_BYTES,
  EV_OP,
  EV_OUTPUT,
  EV_OUTPUT_BYTES,
  EV_PATCH_AT,
  EV_PATCH_BYTES,
  EV_PC,
  EV_REFUND,
  EV_SHORT_BYTES,
  EV_STATUS,
  EV_STEP_BYTES,
  EV_TO,
  EV_TOO_LONG,
  EV_VALUE,
  EV_WORDS,
  EVENT_DESTRUCT,
  EVENT_ENTER,
  EVENT_LEAVE,
  EVENT_LOG,
  EVENT_REFUSED,
  EVENT_SHORT,
  EVENT_STEP,
  FR_ACCOUNT,
  FR_CALLER,
  FR_CODE,
  FR_CODE_BYTES,
  FR_DEPTH,
  FR_FLAGS,
  FR_GAS,
  FR_INPUT,
  FR_INPUT_BYTES,
  FR_MEMORY,
  FR_MEMORY_BYTES,
  FR_OUTPUT,
  FR_OUTPUT_BYTES,
  FR_STACK,
  FR_TRACE_AT,
  FR_TRACE_GAS,
  FR_TRACE_HEIGHT,
  FR_TRACE_LENGTH,
  FR_TRACE_OP,
  FR_TRACE_OUTPUT,
  FR_TRACE_STATUS,
  FR_VALUE,
  FRAME_CREATE,
  LOG_BYTES,
  OUT_TRACE,
  READ_MET,
  SEG_BYTES,
  SEG_GAS,
  SEG_PC,
  SPEC_MAX_CODE,
  STATUS_RETURN,
  STATUS_REVERT,
  TRACE_CHUNK_END,
  TRACE_CHUNK_HEAD,
  TRACE_CHUNK_NEXT,
  TRACE_LOGS,
  TRACE_MEMORY,
  TRACE_ON,
  TRACE_STEPS,
} from './layout';
import { Account } from './local';
import { isSmall } from './memory';
import { GO_ON, GOTO } from './ops';
import * as u256 from './u256';

export const IS_TRACING: bool = true;

/** First chunks are small: most transactions have a frame or two. Chunks double up to the largest. */
const LEAST_CHUNK: u32 = 1 << 12;
const MOST_CHUNK: u32 = 1 << 20;
/** Inherits its caller's value. */
const DELEGATECALL: u32 = 0xf4;
/** FR_TRACE_OP of a frame without a step. */
const NONE: u32 = 0x100;

// ── Room for events ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Ends recording and the job. */
function giveUp(ctx: usize): void {
  store<u32>(load<u32>(ctx, CTX_BLOCK), load<u32>(ctx, CTX_STEP), BLOCK_TRACE_FULL);
  store<u32>(ctx, 0, CTX_TRACE);
  atomic.store<u32>(CTL_ABORT, 1);
}

/** A new chunk with room for an event of `bytes`; 0: there is none, recording has ended. */
function nextChunk(ctx: usize, bytes: u32): usize {
  const block: usize = load<u32>(ctx, CTX_BLOCK);
  const last = load<u32>(ctx, CTX_TRACE_CHUNK);
  const usual = last == 0 ? LEAST_CHUNK : min<u32>((load<u32>(ctx, CTX_TRACE_END) - last) << 1, MOST_CHUNK);
  const size = max<u32>(usual, (bytes + TRACE_CHUNK_HEAD + 63) & ~63);
  const left = load<u32>(block, BLOCK_TRACE_LEFT);
  const chunk = size > left ? 0 : bumpAlloc(block + BLOCK_WORK, size);
  if (chunk == 0) {
    if (size > left) store<u32>(block, 0, BLOCK_TRACE_LEFT);
    giveUp(ctx);
    return 0;
  }
  store<u32>(block, left - size, BLOCK_TRACE_LEFT);
  store<u32>(chunk, 0, TRACE_CHUNK_NEXT);
  store<u32>(chunk, <u32>chunk + TRACE_CHUNK_HEAD, TRACE_CHUNK_END);
  if (last != 0) store<u32>(last, <u32>chunk, TRACE_CHUNK_NEXT);
  store<u32>(ctx, <u32>chunk, CTX_TRACE_CHUNK);
  store<u32>(ctx, <u32>chunk + TRACE_CHUNK_HEAD, CTX_TRACE_NEXT);
  store<u32>(ctx, <u32>chunk + size, CTX_TRACE_END);
  return chunk;
}

/** Appends an event of `bytes` (rounded up to 8) with its head filled in, the rest zero; 0: recording has ended. */
function append(ctx: usize, kind: u32, op: u32, bytes: u32): usize {
  const size = (bytes + 7) & ~7;
  if (load<u32>(ctx, CTX_TRACE_END) - load<u32>(ctx, CTX_TRACE_NEXT) < size && nextChunk(ctx, size) == 0) return 0;
  const event: usize = load<u32>(ctx, CTX_TRACE_NEXT);
  const end = <u32>event + size;
  memory.fill(event, 0, size);
  store<u8>(event, <u8>kind, EV_KIND);
  store<u8>(event, <u8>op, EV_OP);
  store<u32>(event, size, EV_BYTES);
  store<u32>(ctx, end, CTX_TRACE_NEXT);
  store<u32>(load<u32>(ctx, CTX_TRACE_CHUNK), end, TRACE_CHUNK_END);
  return event;
}

function records(ctx: usize, what: u32): bool {
  return (load<u32>(ctx, CTX_TRACE) & what) != 0;
}

// ── Frames ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The event of a frame; `value` 0: it has none. */
function frameEvent(
  ctx: usize,
  kind: u32,
  op: u32,
  from: usize,
  to: usize,
  value: usize,
  src: usize,
  length: u32,
  gas: i64,
): usize {
  const event = append(ctx, kind, op, EV_INPUT + length);
  if (event == 0) return 0;
  memory.copy(event + EV_FROM, from, 24);
  memory.copy(event + EV_TO, to, 24);
  if (value != 0) u256.copy(event + EV_VALUE, value);
  store<u32>(event, length, EV_INPUT_BYTES);
  if (length != 0) memory.copy(event + EV_INPUT, src, length);
  store<i64>(event, gas, EV_GAS);
  return event;
}

function resetFrame(frame: usize): void {
  store<u32>(frame, NONE, FR_TRACE_OP);
  store<u32>(frame, 0, FR_TRACE_LENGTH);
}

// ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Words on top of the stack that `op` leaves otherwise than they were. */
function wordsChangedBy(ctx: usize, op: u32): u32 {
  if (op == NONE) return 0;
  if (op - 0x80 < 16) return 1; // DUP
  const facts = load<u64>(load<u32>(ctx, CTX_SPEC) + ((<usize>op) << 3));
  return (<u32>((facts >> 16) & 0xffff) + <u32>(<i32>(<i16>(facts >> 48)))) >> 5;
}

/** Where the instruction's memory offset lies on the stack (bytes from the top); -1: it writes no memory. */
function offsetOperand(op: u32): i32 {
  switch (op) {
    case 0x37:
    case 0x39:
    case 0x3e:
    case 0x52:
    case 0x53:
    case 0x5e:
      return 0;
    case 0x3c:
      return 32;
    case 0xf4:
    case 0xfa:
      return 128;
    case 0xf1:
    case 0xf2:
      return 160;
    default:
      return -1;
  }
}

/** Notes which memory the instruction at hand writes, so that the next step can tell its content. */
function noteMemory(frame: usize, op: u32, sp: usize): void {
  const operand = offsetOperand(op);
  store<u32>(frame, 0, FR_TRACE_LENGTH);
  if (operand < 0) return;
  const offset = sp + operand;
  if (!isSmall(offset)) return;
  store<u32>(frame, <u32>u256.low(offset), FR_TRACE_AT);
  if (op == 0x52 || op == 0x53) {
    store<u32>(frame, op == 0x52 ? 32 : 1, FR_TRACE_LENGTH);
    return;
  }
  const length = op >= 0xf0 ? offset + 32 : offset + 64;
  if (isSmall(length)) store<u32>(frame, <u32>u256.low(length), FR_TRACE_LENGTH);
}

/** Bytes of memory that the last step wrote. What a failed instruction did not reach is not there. */
function patchBytes(frame: usize): u32 {
  const have = load<u32>(frame, FR_MEMORY_BYTES);
  const at = load<u32>(frame, FR_TRACE_AT);
  return at >= have ? 0 : min<u32>(load<u32>(frame, FR_TRACE_LENGTH), have - at);
}

function appendStep(ctx: usize, frame: usize, pc: u32, op: u32, height: u32, sp: usize, gas: i64): void {
  const words = min<u32>(wordsChangedBy(ctx, load<u32>(frame, FR_TRACE_OP)), height);
  const patch = records(ctx, TRACE_MEMORY) ? patchBytes(frame) : 0;
  const event = append(ctx, EVENT_STEP, op, EV_STEP_BYTES + (words << 5) + patch);
  if (event == 0) return;
  store<u32>(event, pc, EV_PC);
  store<u32>(event, load<u32>(frame, FR_MEMORY_BYTES), EV_MEMORY_BYTES);
  store<i64>(event, gas, EV_GAS);
  store<i64>(event, load<i64>(ctx, CTX_REFUND), EV_REFUND);
  store<u16>(event, <u16>height, EV_HEIGHT);
  store<u16>(event, <u16>words, EV_WORDS);
  store<u32>(event, patch, EV_PATCH_BYTES);
  memory.copy(event + EV_STEP_BYTES, sp, words << 5);
  if (patch != 0) {
    const at = load<u32>(frame, FR_TRACE_AT);
    store<u32>(event, at, EV_PATCH_AT);
    memory.copy(event + EV_STEP_BYTES + (words << 5), load<u32>(frame, FR_MEMORY) + at, patch);
  }
}

/** Tells how much the last instruction lacked. */
function noteShort(ctx: usize, gas: i64): void {
  if (!records(ctx, TRACE_STEPS)) return;
  const event = append(ctx, EVENT_SHORT, 0, EV_SHORT_BYTES);
  if (event != 0) store<i64>(event, gas, EV_GAS);
}

/** True for a segment that only leads to another one. That of a JUMPDEST may begin with a GOTO, too, but costs gas. */
function leadsOn(segment: usize): bool {
  const op: u32 = load<u8>(segment, SEG_BYTES);
  return (op == GO_ON || op == GOTO) && load<u32>(segment, SEG_GAS) == 0;
}

export class Trace {
  static begins(ctx: usize, out: usize): void {
    const isWanted = load<u32>(out, OUT_TRACE) != 0;
    store<u32>(ctx, isWanted ? load<u32>(load<u32>(ctx, CTX_BLOCK), BLOCK_TRACE) | TRACE_ON : 0, CTX_TRACE);
    store<u32>(ctx, 0, CTX_TRACE_CHUNK);
    store<u32>(ctx, 0, CTX_TRACE_NEXT);
    store<u32>(ctx, 0, CTX_TRACE_END);
    if (isWanted) store<u32>(out, <u32>nextChunk(ctx, 0), OUT_TRACE);
  }

  static enters(ctx: usize, parent: usize, frame: usize, op: u32, to: usize): void {
    if (!records(ctx, TRACE_ON)) return;
    const creates = (load<u32>(frame, FR_FLAGS) & FRAME_CREATE) != 0;
    const from = parent == 0 ? load<u32>(frame, FR_CALLER) : load<u32>(parent, FR_ACCOUNT);
    const src = creates ? load<u32>(frame, FR_CODE) : load<u32>(frame, FR_INPUT);
    const length = creates ? load<u32>(frame, FR_CODE_BYTES) : load<u32>(frame, FR_INPUT_BYTES);
    const event = frameEvent(ctx, EVENT_ENTER, op, from, to, frame + FR_VALUE, src, length, load<i64>(frame, FR_GAS));
    resetFrame(frame);
    if (event == 0) return;
    store<u32>(event, load<u32>(frame, FR_DEPTH), EV_DEPTH);
    if (parent != 0) store<i64>(event, load<i64>(parent, FR_GAS), EV_CALLER_GAS);
  }

  static refuses(
    ctx: usize,
    parent: usize,
    op: u32,
    status: i32,
    from: usize,
    to: usize,
    value: usize,
    src: usize,
    length: u32,
    gas: i64,
    callerGas: i64,
  ): void {
    if (!records(ctx, TRACE_ON)) return;
    const paid = op == DELEGATECALL ? parent + FR_VALUE : value;
    const event = frameEvent(ctx, EVENT_REFUSED, op, from, to, paid, src, length, gas);
    if (event == 0) return;
    store<u8>(event, <u8>status, EV_STATUS);
    store<u32>(event, parent == 0 ? 0 : load<u32>(parent, FR_DEPTH) + 1, EV_DEPTH);
    store<i64>(event, callerGas, EV_CALLER_GAS);
  }

  static stops(ctx: usize, frame: usize, status: i32): void {
    if (!records(ctx, TRACE_ON)) return;
    store<u32>(frame, status, FR_TRACE_STATUS);
    store<u32>(frame, status == STATUS_RETURN ? load<u32>(frame, FR_OUTPUT_BYTES) : 0, FR_TRACE_OUTPUT);
    store<i64>(frame, load<i64>(frame, FR_GAS), FR_TRACE_GAS);
  }

  static leaves(ctx: usize, frame: usize, status: i32): void {
    if (!records(ctx, TRACE_ON)) return;
    const creates = (load<u32>(frame, FR_FLAGS) & FRAME_CREATE) != 0;
    const isCode = creates && status <= STATUS_RETURN;
    let length = isCode ? load<u32>(frame, FR_TRACE_OUTPUT) : load<u32>(frame, FR_OUTPUT_BYTES);
    if (status > STATUS_REVERT) length = 0;
    const event = append(ctx, EVENT_LEAVE, load<u32>(frame, FR_TRACE_OP), EV_OUTPUT + length);
    if (event == 0) return;
    const most = load<u32>(load<u32>(ctx, CTX_SPEC), SPEC_MAX_CODE);
    const isTooLong = creates && most != 0 && load<u32>(frame, FR_TRACE_OUTPUT) > most;
    store<u8>(event, <u8>status, EV_STATUS);
    store<i64>(event, load<i64>(frame, FR_GAS), EV_GAS_BACK);
    store<i64>(event, load<i64>(frame, FR_TRACE_GAS), EV_GAS_STOPPED);
    store<u8>(event, <u8>load<u32>(frame, FR_TRACE_STATUS), EV_CODE_STATUS);
    store<u8>(event, isTooLong ? 1 : 0, EV_TOO_LONG);
    store<u16>(event, <u16>load<u32>(frame, FR_TRACE_HEIGHT), EV_LAST_HEIGHT);
    store<u32>(event, length, EV_OUTPUT_BYTES);
    if (length != 0) memory.copy(event + EV_OUTPUT, load<u32>(frame, FR_OUTPUT), length);
  }

  static destroys(ctx: usize, account: usize, heir: usize, balance: usize): void {
    Account.note(heir, READ_MET);
    if (!records(ctx, TRACE_ON)) return;
    const event = append(ctx, EVENT_DESTRUCT, 0xff, EV_DESTRUCT_BYTES);
    if (event == 0) return;
    memory.copy(event + EV_FROM, account, 24);
    memory.copy(event + EV_TO, heir, 24);
    u256.copy(event + EV_VALUE, balance);
  }

  static logs(ctx: usize, record: usize): void {
    if (!records(ctx, TRACE_LOGS)) return;
    const bytes = load<u32>(record, LOG_BYTES);
    const event = append(ctx, EVENT_LOG, 0, EV_LOG + bytes);
    if (event != 0) memory.copy(event + EV_LOG, record, bytes);
  }

  static steps(ctx: usize, frame: usize, segment: usize, sp: usize, gas: i64): void {
    if (!records(ctx, TRACE_ON) || leadsOn(segment)) return;
    if (gas < 0) {
      noteShort(ctx, gas);
      return;
    }
    const pc = load<u32>(segment, SEG_PC);
    const op: u32 = load<u8>(load<u32>(frame, FR_CODE) + pc);
    const height = (load<u32>(frame, FR_STACK) - <u32>sp) >> 5;
    if (records(ctx, TRACE_STEPS)) appendStep(ctx, frame, pc, op, height, sp, gas);
    store<u32>(frame, op, FR_TRACE_OP);
    store<u32>(frame, height, FR_TRACE_HEIGHT);
    if (records(ctx, TRACE_MEMORY)) noteMemory(frame, op, sp);
  }
}
