// System calls before and after the transactions (EIP-4788, EIP-2935, EIP-7002, EIP-7251): a call by the system address
// with 30 million gas that pays nothing and counts for nothing.

import { runCode } from './calls';
import { SYSTEM_ADDRESS, SYSTEM_TARGETS } from './constants';
import { lacksCode, openFrame } from './frames';
import {
  BLOCK_BEACON_ROOT,
  BLOCK_PARENT_HASH,
  CTX_BLOCK,
  CTX_GAS_PRICE,
  CTX_OUT,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_SENDER,
  CTX_SPEC,
  CTX_TOP_STATUS,
  FR_ACCOUNT,
  FR_CALLER,
  FR_GAS,
  FR_INPUT,
  FR_INPUT_BYTES,
  FR_VALUE,
  INVALID_SYSTEM_CALL,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_STATUS,
  STATUS_ARENA_FULL,
  STATUS_INVALID,
  STATUS_MISSING_CODE,
  STATUS_RETURN,
  STATUS_STOP,
  SYSTEM_BEACON_ROOT,
  SYSTEM_BLOCK_HASH,
} from './layout';
import { Account, localAccount } from './local';
import * as u256 from './u256';

const SYSTEM_GAS: i64 = 30_000_000;

/** The two calls before the transactions are skipped where their contract is absent; the two after them may not fail. */
function mayFail(kind: i32): bool {
  return kind == SYSTEM_BEACON_ROOT || kind == SYSTEM_BLOCK_HASH;
}

function input(block: usize, kind: i32): usize {
  if (kind == SYSTEM_BEACON_ROOT) return block + BLOCK_BEACON_ROOT;
  return kind == SYSTEM_BLOCK_HASH ? block + BLOCK_PARENT_HASH : 0;
}

/** Opens the frame of system call `kind`. STATUS_STOP: run() comes next (with no frame open where there is nothing to do). */
export function beginSystemCall(ctx: usize, kind: i32): i32 {
  const out: usize = load<u32>(ctx, CTX_OUT);
  const block: usize = load<u32>(ctx, CTX_BLOCK);
  store<u32>(out, 0, OUT_INVALID);
  store<u32>(ctx, STATUS_STOP, CTX_TOP_STATUS);
  u256.setZero(ctx + CTX_GAS_PRICE);
  const sender = localAccount(ctx, SYSTEM_ADDRESS);
  store<u32>(ctx, <u32>sender, CTX_SENDER);
  const to = localAccount(ctx, SYSTEM_TARGETS + ((<usize>kind) << 5));
  const code = Account.code(to);
  if (code == 0) {
    if (mayFail(kind)) return STATUS_STOP;
    store<u32>(out, INVALID_SYSTEM_CALL, OUT_INVALID);
    return STATUS_INVALID;
  }
  if (lacksCode(ctx, code)) return STATUS_MISSING_CODE;
  const frame = openFrame(ctx, 0, 0);
  if (frame == 0) return STATUS_ARENA_FULL;
  store<i64>(frame, SYSTEM_GAS, FR_GAS);
  store<u32>(frame, <u32>to, FR_ACCOUNT);
  store<u32>(frame, <u32>sender, FR_CALLER);
  store<u32>(frame, <u32>input(block, kind), FR_INPUT);
  store<u32>(frame, mayFail(kind) ? 32 : 0, FR_INPUT_BYTES);
  u256.setZero(frame + FR_VALUE);
  runCode(load<u32>(ctx, CTX_SPEC), frame, to, 0, code);
  return STATUS_STOP;
}

/** Writes the outcome after run() returned STATUS_STOP. Returns STATUS_INVALID if a call failed that may not. */
export function finishSystemCall(ctx: usize, kind: i32): i32 {
  const out: usize = load<u32>(ctx, CTX_OUT);
  const status = load<u32>(ctx, CTX_TOP_STATUS);
  store<u64>(out, 0, OUT_GAS_USED);
  store<u32>(out, status, OUT_STATUS);
  u256.setZero(out + OUT_FEE);
  store<u32>(out, load<u32>(ctx, CTX_RETURN), OUT_OUTPUT);
  store<u32>(out, load<u32>(ctx, CTX_RETURN_BYTES), OUT_OUTPUT_BYTES);
  if (status <= <u32>STATUS_RETURN || mayFail(kind)) return STATUS_STOP;
  store<u32>(out, INVALID_SYSTEM_CALL, OUT_INVALID);
  return STATUS_INVALID;
}
