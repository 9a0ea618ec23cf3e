// CALL, CALLCODE, DELEGATECALL and STATICCALL: what the instruction costs and the frame that it opens. Each function
// returns STATUS_STOP when the run goes on (in the child, or behind the instruction), else why the caller's frame ends.
//
// Everything that can stop the run (a missing code, a small arena) is found before anything changes, so that the
// instruction can be executed again.

import { frameRuns, lacksCode, openFrame } from './frames';
import {
  CALL_DEPTH_LIMIT,
  CODE_DELEGATE,
  CODE_FLAGS,
  CODE_IS_DELEGATION,
  CTX_RETURN_BYTES,
  CTX_SPEC,
  FLAG_CALL_GAS_CAP,
  FR_ACCOUNT,
  FR_CALLER,
  FR_CODE,
  FR_DEPTH,
  FR_FLAGS,
  FR_GAS,
  FR_INPUT,
  FR_INPUT_BYTES,
  FR_MEMORY,
  FR_PC,
  FR_PRECOMPILE,
  FR_RETURN_MAX,
  FR_RETURN_TO,
  FR_SP,
  FR_VALUE,
  FRAME_PRECOMPILE,
  FRAME_STATIC,
  LACC_UNKNOWN,
  LACC_WARM,
  SPEC_CALL_STIPEND,
  SPEC_CALL_VALUE,
  SPEC_COLD_ACCOUNT,
  SPEC_FLAGS,
  SPEC_NEW_ACCOUNT,
  SPEC_WARM,
  STATUS_ARENA_FULL,
  STATUS_BALANCE,
  STATUS_CALL_DEPTH,
  STATUS_MISSING_CODE,
  STATUS_OUT_OF_GAS,
  STATUS_STATIC,
  STATUS_STOP,
} from './layout';
import {
  Account,
  bringsToLife,
  covers,
  credit,
  debit,
  localAccount,
  precompileNumber,
  touch,
  warmAccount,
} from './local';
import { afterGrowth, GAS_ARENA_FULL, growMemory, rangeEnd } from './memory';
import { Trace } from './trace';
import * as u256 from './u256';

const CALL: u32 = 0xf1;
const CALLCODE: u32 = 0xf2;
const STATICCALL: u32 = 0xfa;

/** The account that a delegation designator points to (EIP-7702), 0 if the code is none. */
export function delegate(ctx: usize, code: usize): usize {
  if (code == 0 || (load<u32>(code, CODE_FLAGS) & CODE_IS_DELEGATION) == 0) return 0;
  return localAccount(ctx, code + CODE_DELEGATE);
}

/** Gas for the callee's account and, where it delegates, for the delegate's. */
function touchGas(ctx: usize, spec: usize, account: usize, delegated: usize): i64 {
  const cold: i64 = load<u32>(spec, SPEC_COLD_ACCOUNT);
  const warm: i64 = load<u32>(spec, SPEC_WARM);
  let gas = warmAccount(ctx, account) ? cold : warm;
  if (delegated != 0) gas += warmAccount(ctx, delegated) ? cold : warm;
  return gas;
}

/** Gas for the callee: as asked, all but one 64th at most (EIP-150), before that as asked or not at all (-1). */
function callGas(spec: usize, requested: usize, available: i64): i64 {
  const capped = (load<u32>(spec, SPEC_FLAGS) & FLAG_CALL_GAS_CAP) != 0;
  const most = capped ? available - (available >> 6) : available;
  if (u256.fitsU64(requested) && u256.low(requested) <= <u64>most) return <i64>u256.low(requested);
  return capped ? most : -1;
}

/** True if the call of `account` fails for its price, whatever it is and runs: neither need be known then. */
function isUnpaid(spec: usize, frame: usize, account: usize, end: u64, pays: bool): bool {
  let gas = afterGrowth(frame, end, load<i64>(frame, FR_GAS));
  gas -= load<u32>(spec + (Account.has(account, LACC_WARM) ? SPEC_WARM : SPEC_COLD_ACCOUNT));
  if (pays) gas -= load<u32>(spec, SPEC_CALL_VALUE);
  return gas < 0 || callGas(spec, load<u32>(frame, FR_SP), gas) < 0;
}

/** Ends the instruction with `result` on the stack. */
export function pushResult(frame: usize, sp: usize, gas: i64, result: bool): void {
  sp -= 32;
  u256.set64(sp, result ? 1 : 0);
  store<u32>(frame, <u32>sp, FR_SP);
  store<i64>(frame, gas, FR_GAS);
  store<u32>(frame, load<u32>(frame, FR_PC) + 1, FR_PC);
}

export function enterCall(ctx: usize, frame: usize): i32 {
  const spec = load<u32>(ctx, CTX_SPEC);
  const op: u32 = load<u8>(load<u32>(frame, FR_CODE) + load<u32>(frame, FR_PC));
  const hasValue = op == CALL || op == CALLCODE;
  const sp: usize = load<u32>(frame, FR_SP);
  const value: usize = hasValue ? sp + 64 : 0;
  const ranges = hasValue ? sp + 96 : sp + 64;
  const pays = hasValue && !u256.isZero(value);
  if (op == CALL && pays && (load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return STATUS_STATIC;

  const account = localAccount(ctx, sp + 32);
  const end = max<u64>(rangeEnd(ranges, ranges + 32), rangeEnd(ranges + 64, ranges + 96));
  if (Account.has(account, LACC_UNKNOWN) && isUnpaid(spec, frame, account, end, pays)) return STATUS_OUT_OF_GAS;
  let code = Account.code(account);
  const delegated = delegate(ctx, code);
  if (delegated != 0) code = Account.code(delegated);
  if (lacksCode(ctx, code)) return isUnpaid(spec, frame, account, end, pays) ? STATUS_OUT_OF_GAS : STATUS_MISSING_CODE;

  let gas = growMemory(ctx, frame, end, load<i64>(frame, FR_GAS));
  if (gas < 0) return gas == GAS_ARENA_FULL ? STATUS_ARENA_FULL : STATUS_OUT_OF_GAS;
  gas -= touchGas(ctx, spec, account, delegated);
  if (pays) gas -= load<u32>(spec, SPEC_CALL_VALUE);
  if (op == CALL && bringsToLife(spec, account, pays)) gas -= load<u32>(spec, SPEC_NEW_ACCOUNT);
  if (gas < 0) return STATUS_OUT_OF_GAS;
  let given = callGas(spec, sp, gas);
  if (given < 0) return STATUS_OUT_OF_GAS;
  gas -= given;
  if (pays) given += load<u32>(spec, SPEC_CALL_STIPEND);

  const self: usize = load<u32>(frame, FR_ACCOUNT);
  const after = ranges + 128;
  const poor = pays && !covers(ctx, self, value);
  const deep = load<u32>(frame, FR_DEPTH) >= <u32>CALL_DEPTH_LIMIT;
  if (poor || deep) {
    store<u32>(ctx, 0, CTX_RETURN_BYTES);
    const input = load<u32>(frame, FR_MEMORY) + <u32>u256.low(ranges);
    const why = deep ? STATUS_CALL_DEPTH : STATUS_BALANCE;
    Trace.refuses(ctx, frame, op, why, self, account, value, input, <u32>u256.low(ranges + 32), given, gas);
    pushResult(frame, after, gas + given, false);
    return STATUS_STOP;
  }
  store<u32>(frame, <u32>after, FR_SP);
  store<i64>(frame, gas, FR_GAS);
  const child = openFrame(ctx, frame, load<u32>(frame, FR_FLAGS) & FRAME_STATIC);
  if (child == 0) return STATUS_ARENA_FULL;
  store<i64>(child, given, FR_GAS);
  store<u32>(child, <u32>u256.low(ranges + 64), FR_RETURN_TO);
  store<u32>(child, <u32>u256.low(ranges + 96), FR_RETURN_MAX);
  const inputBytes = <u32>u256.low(ranges + 32);
  store<u32>(child, inputBytes == 0 ? 0 : load<u32>(frame, FR_MEMORY) + <u32>u256.low(ranges), FR_INPUT);
  store<u32>(child, inputBytes, FR_INPUT_BYTES);
  assignRoles(frame, child, op, account, value);
  if (op == STATICCALL) store<u32>(child, load<u32>(child, FR_FLAGS) | FRAME_STATIC, FR_FLAGS);
  if (op == CALL && pays) {
    debit(ctx, self, value);
    credit(ctx, account, value);
  } else if (op == CALL || op == STATICCALL) {
    touch(ctx, account);
  }
  runCode(spec, child, account, delegated, code);
  Trace.enters(ctx, frame, child, op, account);
  return STATUS_STOP;
}

/** Whose storage the child works on, whom it calls its caller, and the value that it sees. */
function assignRoles(frame: usize, child: usize, op: u32, account: usize, value: usize): void {
  const self = load<u32>(frame, FR_ACCOUNT);
  const own = op == CALL || op == STATICCALL;
  const delegating = op == 0xf4;
  store<u32>(child, own ? <u32>account : self, FR_ACCOUNT);
  store<u32>(child, delegating ? load<u32>(frame, FR_CALLER) : self, FR_CALLER);
  if (delegating) u256.copy(child + FR_VALUE, frame + FR_VALUE);
  else if (value != 0) u256.copy(child + FR_VALUE, value);
  else u256.setZero(child + FR_VALUE);
}

/** A delegation to a precompile's address runs no code (EIP-7702). */
export function runCode(spec: usize, child: usize, account: usize, delegated: usize, code: usize): void {
  const number = delegated == 0 ? precompileNumber(spec, account) : 0;
  if (number != 0) {
    store<u32>(child, load<u32>(child, FR_FLAGS) | FRAME_PRECOMPILE, FR_FLAGS);
    store<u32>(child, number, FR_PRECOMPILE);
  } else {
    frameRuns(child, code);
  }
}
