// The interpreter of one frame: runs until the frame ends, opens another one, or has to stop. It runs the code's stream
// (decode.ts): gas and stack are checked where a segment is entered, so handlers assume operands and have their base gas
// paid. Two loops do that without a jump table: the inner one goes from entry to entry, leaving it enters a segment.
//
// A handler may leave gas negative: until the next check, at a segment's head or a way out, gas is only taken.
//
// The stack grows down: operand i lies at sp + 32 i, at an immediate offset. ip, sp and gas are locals and go back to the
// frame on every way out. A status that stops the run leaves the frame at the head of a segment: of the one that a
// jump leads to, or of the one that the instruction begins which lacks something, with nothing of it done.

import { isDoomed } from './confirm';
import { EMPTY_CODE_HASH } from './constants';
import { arrive, faultOf, goOn, nextSegment, resolve } from './decode';
import { lacksCode } from './frames';
import { keccak256 } from './keccak';
import {
  BLOCK_BASE_FEE,
  BLOCK_BLOB_FEE,
  BLOCK_CHAIN_ID,
  BLOCK_COINBASE,
  BLOCK_GAS_LIMIT,
  BLOCK_HASHES,
  BLOCK_HASHES_KNOWN,
  BLOCK_NUMBER,
  BLOCK_RANDAO,
  BLOCK_TIMESTAMP,
  CODE_HASH,
  CODE_LENGTH,
  CODE_START,
  CTL_ABORT,
  CTX_ABORT_SEEN,
  CTX_BLOCK,
  CTX_DETAIL,
  CTX_GAS_PRICE,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_SENDER,
  CTX_SPEC,
  CTX_TX,
  FR_ACCOUNT,
  FR_CALLER,
  FR_CODE,
  FR_CODE_BYTES,
  FR_FLAGS,
  FR_GAS,
  FR_INPUT,
  FR_INPUT_BYTES,
  FR_MEMORY,
  FR_MEMORY_BYTES,
  FR_OUTPUT,
  FR_OUTPUT_BYTES,
  FR_PC,
  FR_SEGMENT,
  FR_SP,
  FR_STACK,
  FR_VALUE,
  FR_VIEW,
  FRAME_STATIC,
  LACC_UNKNOWN,
  LACC_WARM,
  LSLOT_TRANSIENT,
  LSLOT_VALUE,
  SEG_BYTES,
  SEG_GAS,
  SEG_LEAST,
  SEG_PC,
  SEG_RANGE,
  SPEC_COLD_ACCOUNT,
  SPEC_COLD_SLOT,
  SPEC_EXP_BYTE,
  SPEC_WARM,
  STATUS_ABORTED,
  STATUS_ARENA_FULL,
  STATUS_BAD_JUMP,
  STATUS_CALL,
  STATUS_CREATE,
  STATUS_INVALID_OPCODE,
  STATUS_MISSING_CODE,
  STATUS_MISSING_HASH,
  STATUS_OUT_OF_GAS,
  STATUS_RETURN,
  STATUS_RETURN_DATA,
  STATUS_REVERT,
  STATUS_STATIC,
  STATUS_STOP,
  TX_BLOB_COUNT,
  TX_BLOBS,
} from './layout';
import { Account, loadSlot, localAccount, localSlot, setTransient, warmAccount, warmSlot } from './local';
import { appendLog } from './logs';
import { copyPadded, GAS_ARENA_FULL, growMemory, growTo, isSmall, rangeEnd, rangeEndOf } from './memory';
import {
  ADD_SMALL,
  ADD_WORD,
  AND_LIMB,
  AND_WORD,
  BRANCH,
  BRANCH_EQ,
  BRANCH_GT,
  BRANCH_IS,
  BRANCH_LT,
  BRANCH_SGT,
  BRANCH_SLT,
  CALLDATALOAD_AT,
  EQ_LIMB,
  FALL,
  GO_ON,
  GOTO,
  IS_LIMB,
  MLOAD_AT,
  MSTORE_AT,
  OP_BACK,
  OP_NEGATE,
  OP_TO,
  POP_TWO,
  PUSH_LIMB,
  PUSH_SMALL,
  PUSH_TWO,
  PUSH_WORD,
  PUT,
  SAR_BY,
  SHL_BY,
  SHR_BY,
} from './ops';
import { selfDestruct } from './selfdestruct';
import { storageGas } from './sstore';
import { View } from './streams';
import { Trace } from './trace';
import * as u256 from './u256';
import { Words } from './u256words';

const NO_ROOM: usize = 1;

/** Writes the frame's registers back: code offset and segment to go on with. */
function leave(frame: usize, pc: u32, segment: usize, sp: usize, gas: i64, status: i32): i32 {
  store<u32>(frame, pc, FR_PC);
  store<u32>(frame, <u32>segment, FR_SEGMENT);
  store<u32>(frame, <u32>sp, FR_SP);
  store<i64>(frame, gas, FR_GAS);
  return status;
}

/** Leaves the frame before the instruction at `entry`, the first of its segment, as if that had not been entered. */
function stopAt(frame: usize, entry: usize, sp: usize, gas: i64, status: i32): i32 {
  const segment = entry - SEG_BYTES;
  return leave(frame, load<u32>(segment, SEG_PC), segment, sp, gas + <i64>load<u32>(segment, SEG_GAS), status);
}

/** What stops a frame: gas that an instruction before took beyond what was there comes first. */
function haltOf(gas: i64, status: i32): i32 {
  return gas < 0 ? STATUS_OUT_OF_GAS : status;
}

/** Why a negative gas is negative. */
function outOf(gas: i64): i32 {
  return gas == GAS_ARENA_FULL ? STATUS_ARENA_FULL : STATUS_OUT_OF_GAS;
}

class Push {
  @inline static address(sp: usize, limbs: usize): void {
    Words.put(sp, load<u64>(limbs), load<u64>(limbs, 8), load<u64>(limbs, 16), 0);
  }
  @inline static bool(sp: usize, value: bool): void {
    Words.set64(sp, <u64>value);
  }
  /** A truth value that the entry may turn round. */
  @inline static test(entry: usize, sp: usize, value: bool): void {
    Words.set64(sp, <u64>value ^ <u64>load<u8>(entry, OP_NEGATE));
  }
}

class Jump {
  /** True if the branch whose entry this is goes where it leads. */
  @inline static isTaken(entry: usize, value: bool): bool {
    return <u32>value != <u32>load<u8>(entry, OP_NEGATE);
  }
  /** Segment of the destination; 0: the arena is too small. */
  @inline static segment(ctx: usize, frame: usize, entry: usize): usize {
    const known = load<u32>(entry, 4);
    return known != 0 ? known : resolve(ctx, frame, entry);
  }
  /** True if the run has to stop there. */
  @inline static stops(ctx: usize, entry: usize): bool {
    return load<u8>(entry, OP_BACK) != 0 && Jump.isCalled(ctx);
  }
  /** True if the run has to stop at its next jump back. */
  @inline static isCalled(ctx: usize): bool {
    return atomic.load<u32>(CTL_ABORT) != load<u32>(ctx, CTX_ABORT_SEEN) && isDoomed(ctx);
  }
}

class Reach {
  /** True if memory holds `bytes` at the offset in `word`. */
  @inline static covers(frame: usize, word: usize, bytes: u64): bool {
    const have: u64 = load<u32>(frame, FR_MEMORY_BYTES);
    const offset = load<u64>(word);
    return Words.fitsU64(word) && offset < have && offset + bytes <= have;
  }
}

/** True if the account cannot be told, and what reads it cannot pay for that: it need not be known then. */
function isUnknownAndUnpaid(ctx: usize, account: usize, gas: i64): bool {
  if (!Account.has(account, LACC_UNKNOWN)) return false;
  const price = Account.has(account, LACC_WARM) ? SPEC_WARM : SPEC_COLD_ACCOUNT;
  return gas < <i64>load<u32>(load<u32>(ctx, CTX_SPEC) + price);
}

/** Gas of touching an account (EIP-2929). */
function accessGas(ctx: usize, account: usize): i64 {
  const spec = load<u32>(ctx, CTX_SPEC);
  return warmAccount(ctx, account) ? load<u32>(spec, SPEC_COLD_ACCOUNT) : load<u32>(spec, SPEC_WARM);
}

/** Gas of reading a storage slot (EIP-2929). */
function slotGas(ctx: usize, slot: usize): i64 {
  const spec = load<u32>(ctx, CTX_SPEC);
  return warmSlot(ctx, slot) ? load<u32>(spec, SPEC_COLD_SLOT) : load<u32>(spec, SPEC_WARM);
}

/** Gas per word of a copy or a hash. */
function wordGas(length: usize, perWord: i64): i64 {
  return isSmall(length) ? <i64>((u256.low(length) + 31) >> 5) * perWord : i64.MAX_VALUE >> 2;
}

function codeLength(code: usize): u32 {
  return code == 0 ? 0 : load<u32>(code, CODE_LENGTH);
}

/** The segment that a jump to the offset in `word` enters: 0 = no destination, NO_ROOM = the arena is too small. */
function jumpTarget(ctx: usize, frame: usize, word: usize): usize {
  const to = <u32>u256.low(word);
  const view: usize = load<u32>(frame, FR_VIEW);
  if (!isSmall(word) || !View.isDestination(view, to)) return 0;
  const known = load<u32>(View.slot(view, to));
  if (known != 0) return known;
  const made = arrive(ctx, frame, to);
  return made == 0 ? NO_ROOM : made;
}

function callDataLoad(frame: usize, word: usize): void {
  const size = load<u32>(frame, FR_INPUT_BYTES);
  const src = load<u32>(frame, FR_INPUT);
  if (!isSmall(word) || u256.low(word) >= <u64>size) {
    u256.setZero(word);
    return;
  }
  const at = <u32>u256.low(word);
  const left = size - at;
  if (left >= 32) {
    u256.loadBE(word, src + at);
    return;
  }
  u256.loadBytesBE(word, src + at, left);
  padRight(word, 32 - left);
}

/** Shifts left by whole bytes: value << (8 × bytes). */
function padRight(word: usize, bytes: u32): void {
  for (; bytes >= 8; bytes -= 8) {
    store<u64>(word, load<u64>(word, 16), 24);
    store<u64>(word, load<u64>(word, 8), 16);
    store<u64>(word, load<u64>(word), 8);
    store<u64>(word, 0);
  }
  if (bytes == 0) return;
  const up: u64 = bytes << 3;
  const down: u64 = 64 - up;
  store<u64>(word, (load<u64>(word, 24) << up) | (load<u64>(word, 16) >> down), 24);
  store<u64>(word, (load<u64>(word, 16) << up) | (load<u64>(word, 8) >> down), 16);
  store<u64>(word, (load<u64>(word, 8) << up) | (load<u64>(word) >> down), 8);
  store<u64>(word, load<u64>(word) << up);
}

/** BLOCKHASH: 1 = answered, 0 = inside the window but not known. */
function blockHash(ctx: usize, word: usize): bool {
  const block = load<u32>(ctx, CTX_BLOCK);
  const current = load<u64>(block, BLOCK_NUMBER);
  const asked = u256.low(word);
  if (!u256.fitsU64(word) || asked >= current || current - asked > 256) {
    u256.setZero(word);
    return true;
  }
  const index = <u32>(current - asked - 1);
  if (load<u8>(load<u32>(block, BLOCK_HASHES_KNOWN) + index) == 0) {
    store<u32>(ctx, index, CTX_DETAIL);
    return false;
  }
  u256.copy(word, load<u32>(block, BLOCK_HASHES) + (index << 5));
  return true;
}

function blobHash(ctx: usize, word: usize): void {
  const tx = load<u32>(ctx, CTX_TX);
  if (u256.fitsU64(word) && u256.low(word) < <u64>load<u32>(tx, TX_BLOB_COUNT))
    u256.copy(word, load<u32>(tx, TX_BLOBS) + ((<u32>u256.low(word)) << 5));
  else u256.setZero(word);
}

function extCodeHash(account: usize, dst: usize): void {
  const code = Account.code(account);
  if (Account.isEmpty(account)) u256.setZero(dst);
  else if (code == 0) u256.loadBE(dst, EMPTY_CODE_HASH);
  else u256.loadBE(dst, code + CODE_HASH);
}

/** RETURNDATACOPY may not read beyond the data (EIP-211). */
function returnDataCovers(ctx: usize, offset: usize, length: usize): bool {
  if (!isSmall(offset) || !isSmall(length)) return false;
  return u256.low(offset) + u256.low(length) <= <u64>load<u32>(ctx, CTX_RETURN_BYTES);
}

/** The offset of an empty range may lie anywhere, and a bulk copy traps outside the memory even for no bytes. */
function copyWithin(dst: usize, src: usize, length: u64): void {
  if (length != 0) memory.copy(dst, src, <usize>length);
}

function setOutput(frame: usize, offset: usize, length: usize): void {
  const size = <u32>u256.low(length);
  store<u32>(frame, size, FR_OUTPUT_BYTES);
  store<u32>(frame, size == 0 ? 0 : load<u32>(frame, FR_MEMORY) + <u32>u256.low(offset), FR_OUTPUT);
}

/** Runs the frame. Returns STATUS_*; every status but STATUS_STOP to STATUS_REVERT and halts leaves it resumable. */
export function interpret(ctx: usize, frame: usize): i32 {
  const stack: usize = load<u32>(frame, FR_STACK);
  const mem: usize = load<u32>(frame, FR_MEMORY);
  let sp: usize = load<u32>(frame, FR_SP);
  let gas: i64 = load<i64>(frame, FR_GAS);
  let ip: usize = nextSegment(ctx, frame);
  if (ip == 0) return STATUS_ARENA_FULL;
  while (true) {
    Trace.steps(ctx, frame, ip, sp, gas);
    gas -= <i64>load<u32>(ip, SEG_GAS);
    const used = <u32>(stack - sp);
    if (gas < 0 || used - <u32>load<u16>(ip, SEG_LEAST) > <u32>load<u16>(ip, SEG_RANGE))
      return faultOf(ctx, frame, ip, used, gas + <i64>load<u32>(ip, SEG_GAS));
    ip += SEG_BYTES;
    while (true) {
      const op: u32 = load<u8>(ip);
      switch (op) {
        case 0x00:
          if (gas < 0) return STATUS_OUT_OF_GAS;
          return leave(frame, load<u32>(ip, 4), 0, sp, gas, STATUS_STOP);
        case 0x01:
          Words.add(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x02:
          u256.mul(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x03:
          Words.sub(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x04:
          u256.div(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x05:
          u256.sdiv(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x06:
          u256.mod(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x07:
          u256.smod(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x08:
          u256.addmod(sp + 64, sp, sp + 32, sp + 64);
          sp += 64;
          ip += 8;
          continue;
        case 0x09:
          u256.mulmod(sp + 64, sp, sp + 32, sp + 64);
          sp += 64;
          ip += 8;
          continue;
        case 0x0a:
          gas -= <i64>u256.byteLength(sp + 32) * <i64>load<u32>(load<u32>(ctx, CTX_SPEC), SPEC_EXP_BYTE);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          u256.exp(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x0b:
          u256.signextend(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x10:
          Push.test(ip, sp + 32, Words.lt(sp, sp + 32));
          sp += 32;
          ip += 8;
          continue;
        case 0x11:
          Push.test(ip, sp + 32, Words.lt(sp + 32, sp));
          sp += 32;
          ip += 8;
          continue;
        case 0x12:
          Push.test(ip, sp + 32, Words.slt(sp, sp + 32));
          sp += 32;
          ip += 8;
          continue;
        case 0x13:
          Push.test(ip, sp + 32, Words.slt(sp + 32, sp));
          sp += 32;
          ip += 8;
          continue;
        case 0x14:
          Push.test(ip, sp + 32, Words.eq(sp, sp + 32));
          sp += 32;
          ip += 8;
          continue;
        case 0x15:
          Push.test(ip, sp, Words.isZero(sp));
          ip += 8;
          continue;
        case 0x16:
          u256.and_(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x17:
          u256.or_(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x18:
          u256.xor_(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x19:
          u256.not_(sp, sp);
          ip += 8;
          continue;
        case 0x1a:
          u256.byteAt(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x1b:
          u256.shl(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x1c:
          u256.shr(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x1d:
          u256.sar(sp + 32, sp, sp + 32);
          sp += 32;
          ip += 8;
          continue;
        case 0x1e:
          u256.clz(sp, sp);
          ip += 8;
          continue;
        case 0x20:
          gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas - wordGas(sp + 32, 6));
          if (gas < 0) return outOf(gas);
          keccak256(mem + <usize>u256.low(sp), <u32>u256.low(sp + 32), sp + 32);
          Words.reverse(sp + 32, sp + 32);
          sp += 32;
          ip += 8;
          continue;

        case 0x30:
          sp -= 32;
          Push.address(sp, load<u32>(frame, FR_ACCOUNT));
          ip += 8;
          continue;
        case 0x31: {
          const account = localAccount(ctx, sp);
          gas -= accessGas(ctx, account);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          Words.copy(sp, Account.balance(account));
          ip += 8;
          continue;
        }
        case 0x32:
          sp -= 32;
          Push.address(sp, load<u32>(ctx, CTX_SENDER));
          ip += 8;
          continue;
        case 0x33:
          sp -= 32;
          Push.address(sp, load<u32>(frame, FR_CALLER));
          ip += 8;
          continue;
        case 0x34:
          sp -= 32;
          Words.copy(sp, frame + FR_VALUE);
          ip += 8;
          continue;
        case 0x35:
          callDataLoad(frame, sp);
          ip += 8;
          continue;
        case 0x36:
          sp -= 32;
          Words.set64(sp, load<u32>(frame, FR_INPUT_BYTES));
          ip += 8;
          continue;
        case 0x37:
          gas = growMemory(ctx, frame, rangeEnd(sp, sp + 64), gas - wordGas(sp + 64, 3));
          if (gas < 0) return outOf(gas);
          copyPadded(
            mem + <usize>u256.low(sp),
            load<u32>(frame, FR_INPUT),
            load<u32>(frame, FR_INPUT_BYTES),
            sp + 32,
            <u32>u256.low(sp + 64),
          );
          sp += 96;
          ip += 8;
          continue;
        case 0x39:
          gas = growMemory(ctx, frame, rangeEnd(sp, sp + 64), gas - wordGas(sp + 64, 3));
          if (gas < 0) return outOf(gas);
          copyPadded(
            mem + <usize>u256.low(sp),
            load<u32>(frame, FR_CODE),
            load<u32>(frame, FR_CODE_BYTES),
            sp + 32,
            <u32>u256.low(sp + 64),
          );
          sp += 96;
          ip += 8;
          continue;
        case 0x3a:
          sp -= 32;
          Words.copy(sp, ctx + CTX_GAS_PRICE);
          ip += 8;
          continue;
        case 0x3b: {
          const account = localAccount(ctx, sp);
          if (isUnknownAndUnpaid(ctx, account, gas)) return STATUS_OUT_OF_GAS;
          const object = Account.code(account);
          if (lacksCode(ctx, object)) return stopAt(frame, ip, sp, gas, STATUS_MISSING_CODE);
          gas -= accessGas(ctx, account);
          Words.set64(sp, codeLength(object));
          ip += 8;
          continue;
        }
        case 0x3c: {
          const account = localAccount(ctx, sp);
          if (isUnknownAndUnpaid(ctx, account, gas)) return STATUS_OUT_OF_GAS;
          const object = Account.code(account);
          if (lacksCode(ctx, object)) return stopAt(frame, ip, sp, gas, STATUS_MISSING_CODE);
          gas -= accessGas(ctx, account) + wordGas(sp + 96, 3);
          gas = growMemory(ctx, frame, rangeEnd(sp + 32, sp + 96), gas);
          if (gas < 0) return outOf(gas);
          copyPadded(
            mem + <usize>u256.low(sp + 32),
            object + CODE_START,
            codeLength(object),
            sp + 64,
            <u32>u256.low(sp + 96),
          );
          sp += 128;
          ip += 8;
          continue;
        }
        case 0x3d:
          sp -= 32;
          Words.set64(sp, load<u32>(ctx, CTX_RETURN_BYTES));
          ip += 8;
          continue;
        case 0x3e: {
          if (!returnDataCovers(ctx, sp + 32, sp + 64)) return haltOf(gas, STATUS_RETURN_DATA);
          gas = growMemory(ctx, frame, rangeEnd(sp, sp + 64), gas - wordGas(sp + 64, 3));
          if (gas < 0) return outOf(gas);
          copyWithin(mem + <usize>u256.low(sp), load<u32>(ctx, CTX_RETURN) + <u32>u256.low(sp + 32), u256.low(sp + 64));
          sp += 96;
          ip += 8;
          continue;
        }
        case 0x3f: {
          const account = localAccount(ctx, sp);
          gas -= accessGas(ctx, account);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          extCodeHash(account, sp);
          ip += 8;
          continue;
        }
        case 0x40:
          if (!blockHash(ctx, sp)) return stopAt(frame, ip, sp, gas, STATUS_MISSING_HASH);
          ip += 8;
          continue;
        case 0x41:
          sp -= 32;
          Push.address(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_COINBASE);
          ip += 8;
          continue;
        case 0x42:
          sp -= 32;
          Words.set64(sp, load<u64>(load<u32>(ctx, CTX_BLOCK), BLOCK_TIMESTAMP));
          ip += 8;
          continue;
        case 0x43:
          sp -= 32;
          Words.set64(sp, load<u64>(load<u32>(ctx, CTX_BLOCK), BLOCK_NUMBER));
          ip += 8;
          continue;
        case 0x44:
          sp -= 32;
          Words.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_RANDAO);
          ip += 8;
          continue;
        case 0x45:
          sp -= 32;
          Words.set64(sp, load<u64>(load<u32>(ctx, CTX_BLOCK), BLOCK_GAS_LIMIT));
          ip += 8;
          continue;
        case 0x46:
          sp -= 32;
          Words.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_CHAIN_ID);
          ip += 8;
          continue;
        case 0x47:
          sp -= 32;
          Words.copy(sp, Account.balance(load<u32>(frame, FR_ACCOUNT)));
          ip += 8;
          continue;
        case 0x48:
          sp -= 32;
          Words.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_BASE_FEE);
          ip += 8;
          continue;
        case 0x49:
          blobHash(ctx, sp);
          ip += 8;
          continue;
        case 0x4a:
          sp -= 32;
          Words.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_BLOB_FEE);
          ip += 8;
          continue;

        case 0x50:
          sp += 32;
          ip += 8;
          continue;
        case 0x51: {
          if (!Reach.covers(frame, sp, 32)) {
            gas = growMemory(ctx, frame, rangeEndOf(sp, 32), gas);
            if (gas < 0) return outOf(gas);
          }
          Words.reverse(sp, mem + <usize>load<u64>(sp));
          ip += 8;
          continue;
        }
        case 0x52: {
          if (!Reach.covers(frame, sp, 32)) {
            gas = growMemory(ctx, frame, rangeEndOf(sp, 32), gas);
            if (gas < 0) return outOf(gas);
          }
          Words.reverse(mem + <usize>load<u64>(sp), sp + 32);
          sp += 64;
          ip += 8;
          continue;
        }
        case 0x53: {
          if (!Reach.covers(frame, sp, 1)) {
            gas = growMemory(ctx, frame, rangeEndOf(sp, 1), gas);
            if (gas < 0) return outOf(gas);
          }
          store<u8>(mem + <usize>u256.low(sp), <u8>u256.low(sp + 32));
          sp += 64;
          ip += 8;
          continue;
        }
        case 0x54: {
          const slot = localSlot(ctx, load<u32>(frame, FR_ACCOUNT), sp);
          gas -= slotGas(ctx, slot);
          if (gas < 0) return STATUS_OUT_OF_GAS; // what is not paid for is not read: a witness need not have it
          loadSlot(ctx, slot);
          Words.copy(sp, slot + LSLOT_VALUE);
          ip += 8;
          continue;
        }
        case 0x55: {
          if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return haltOf(gas, STATUS_STATIC);
          gas = storageGas(ctx, load<u32>(frame, FR_ACCOUNT), sp, sp + 32, gas);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          sp += 64;
          ip += 8;
          break;
        }
        case 0x56: {
          const to = jumpTarget(ctx, frame, sp);
          if (to <= NO_ROOM) return to == 0 ? haltOf(gas, STATUS_BAD_JUMP) : STATUS_ARENA_FULL;
          const offset = <u32>load<u64>(sp);
          sp += 32;
          if (offset <= load<u32>(ip, 4) && Jump.isCalled(ctx))
            return leave(frame, offset, to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case 0x57: {
          if (Words.isZero(sp + 32)) {
            sp += 64;
            ip += 8;
            break;
          }
          const to = jumpTarget(ctx, frame, sp);
          if (to <= NO_ROOM) return to == 0 ? haltOf(gas, STATUS_BAD_JUMP) : STATUS_ARENA_FULL;
          const offset = <u32>load<u64>(sp);
          sp += 64;
          if (offset <= load<u32>(ip, 4) && Jump.isCalled(ctx))
            return leave(frame, offset, to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case 0x59:
          sp -= 32;
          Words.set64(sp, load<u32>(frame, FR_MEMORY_BYTES));
          ip += 8;
          continue;
        case 0x5a:
          sp -= 32;
          Words.set64(sp, <u64>gas);
          ip += 8;
          break;
        case 0x5c: {
          const slot = localSlot(ctx, load<u32>(frame, FR_ACCOUNT), sp);
          Words.copy(sp, slot + LSLOT_TRANSIENT);
          ip += 8;
          continue;
        }
        case 0x5d: {
          if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return haltOf(gas, STATUS_STATIC);
          const slot = localSlot(ctx, load<u32>(frame, FR_ACCOUNT), sp);
          setTransient(ctx, slot, sp + 32);
          sp += 64;
          ip += 8;
          continue;
        }
        case 0x5e: {
          const end = max<u64>(rangeEnd(sp, sp + 64), rangeEnd(sp + 32, sp + 64));
          gas = growMemory(ctx, frame, end, gas - wordGas(sp + 64, 3));
          if (gas < 0) return outOf(gas);
          copyWithin(mem + <usize>u256.low(sp), mem + <usize>u256.low(sp + 32), u256.low(sp + 64));
          sp += 96;
          ip += 8;
          continue;
        }
        case 0x5f:
          sp -= 32;
          Words.put(sp, 0, 0, 0, 0);
          ip += 8;
          continue;
        case PUSH_SMALL:
          sp -= 32;
          Words.set64(sp, load<u32>(ip, 4));
          ip += 8;
          continue;
        case PUSH_LIMB:
          sp -= 32;
          Words.set64(sp, load<u64>(ip, 8));
          ip += 16;
          continue;
        case PUSH_TWO:
          sp -= 64;
          Words.set64(sp + 32, load<u32>(ip, 4));
          Words.set64(sp, load<u64>(ip, 8));
          ip += 16;
          continue;
        case PUSH_WORD:
          sp -= 32;
          Words.copy(sp, ip + 8);
          ip += 40;
          continue;
        case ADD_SMALL:
          Words.addLimb(sp, sp, load<u32>(ip, 4));
          ip += 8;
          continue;
        case ADD_WORD:
          Words.add(sp, sp, ip + 8);
          ip += 40;
          continue;
        case AND_LIMB:
          Words.set64(sp, load<u64>(sp) & load<u64>(ip, 8));
          ip += 16;
          continue;
        case AND_WORD:
          u256.and_(sp, sp, ip + 8);
          ip += 40;
          continue;
        case EQ_LIMB:
          Push.test(ip, sp, Words.isLimb(sp, load<u64>(ip, 8)));
          ip += 16;
          continue;
        case IS_LIMB:
          sp -= 32;
          Push.test(ip, sp, Words.isLimb(sp + 32, load<u64>(ip, 8)));
          ip += 16;
          continue;
        case SHL_BY:
          Words.shiftLeft(sp, load<u32>(ip, 4), sp);
          ip += 8;
          continue;
        case SHR_BY:
          Words.shiftRight(sp, load<u32>(ip, 4), sp, 0);
          ip += 8;
          continue;
        case SAR_BY:
          Words.shiftRight(sp, load<u32>(ip, 4), sp, <u64>(load<i64>(sp, 24) >> 63));
          ip += 8;
          continue;
        case MLOAD_AT: {
          const offset = load<u32>(ip, 4);
          gas = growTo(ctx, frame, <u64>offset + 32, gas);
          if (gas < 0) return outOf(gas);
          sp -= 32;
          Words.reverse(sp, mem + offset);
          ip += 8;
          continue;
        }
        case MSTORE_AT: {
          const offset = load<u32>(ip, 4);
          gas = growTo(ctx, frame, <u64>offset + 32, gas);
          if (gas < 0) return outOf(gas);
          Words.reverse(mem + offset, sp);
          sp += 32;
          ip += 8;
          continue;
        }
        case CALLDATALOAD_AT:
          sp -= 32;
          Words.set64(sp, load<u32>(ip, 4));
          callDataLoad(frame, sp);
          ip += 8;
          continue;
        case PUT:
          Words.copy(sp + load<u32>(ip, 4), sp);
          sp += 32;
          ip += 8;
          continue;
        case POP_TWO:
          sp += 64;
          ip += 8;
          continue;
        case FALL:
          ip += 8;
          break;
        case GO_ON:
          ip = goOn(ctx, frame, ip);
          if (ip == 0) return STATUS_ARENA_FULL;
          break;
        case GOTO: {
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case BRANCH: {
          const isTaken = Jump.isTaken(ip, !Words.isZero(sp));
          sp += 32;
          if (!isTaken) {
            ip += 16;
            break;
          }
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case BRANCH_LT: {
          const isTaken = Jump.isTaken(ip, Words.lt(sp, sp + 32));
          sp += 64;
          if (!isTaken) {
            ip += 16;
            break;
          }
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case BRANCH_GT: {
          const isTaken = Jump.isTaken(ip, Words.lt(sp + 32, sp));
          sp += 64;
          if (!isTaken) {
            ip += 16;
            break;
          }
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case BRANCH_SLT: {
          const isTaken = Jump.isTaken(ip, Words.slt(sp, sp + 32));
          sp += 64;
          if (!isTaken) {
            ip += 16;
            break;
          }
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case BRANCH_SGT: {
          const isTaken = Jump.isTaken(ip, Words.slt(sp + 32, sp));
          sp += 64;
          if (!isTaken) {
            ip += 16;
            break;
          }
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case BRANCH_EQ: {
          const isTaken = Jump.isTaken(ip, Words.eq(sp, sp + 32));
          sp += 64;
          if (!isTaken) {
            ip += 16;
            break;
          }
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case BRANCH_IS: {
          const isTaken = Jump.isTaken(ip, Words.isLimb(sp, load<u64>(ip, 16)));
          if (!isTaken) {
            ip += 24;
            break;
          }
          const to = Jump.segment(ctx, frame, ip);
          if (to == 0) return STATUS_ARENA_FULL;
          if (Jump.stops(ctx, ip)) return leave(frame, load<u32>(ip, OP_TO), to, sp, gas, STATUS_ABORTED);
          ip = to;
          break;
        }
        case 0x80:
          sp -= 32;
          Words.copy(sp, sp + 32);
          ip += 8;
          continue;
        case 0x81:
          sp -= 32;
          Words.copy(sp, sp + 64);
          ip += 8;
          continue;
        case 0x82:
          sp -= 32;
          Words.copy(sp, sp + 96);
          ip += 8;
          continue;
        case 0x83:
          sp -= 32;
          Words.copy(sp, sp + 128);
          ip += 8;
          continue;
        case 0x84:
          sp -= 32;
          Words.copy(sp, sp + 160);
          ip += 8;
          continue;
        case 0x85:
          sp -= 32;
          Words.copy(sp, sp + 192);
          ip += 8;
          continue;
        case 0x86:
          sp -= 32;
          Words.copy(sp, sp + 224);
          ip += 8;
          continue;
        case 0x87:
          sp -= 32;
          Words.copy(sp, sp + 256);
          ip += 8;
          continue;
        case 0x88:
          sp -= 32;
          Words.copy(sp, sp + 288);
          ip += 8;
          continue;
        case 0x89:
          sp -= 32;
          Words.copy(sp, sp + 320);
          ip += 8;
          continue;
        case 0x8a:
          sp -= 32;
          Words.copy(sp, sp + 352);
          ip += 8;
          continue;
        case 0x8b:
          sp -= 32;
          Words.copy(sp, sp + 384);
          ip += 8;
          continue;
        case 0x8c:
          sp -= 32;
          Words.copy(sp, sp + 416);
          ip += 8;
          continue;
        case 0x8d:
          sp -= 32;
          Words.copy(sp, sp + 448);
          ip += 8;
          continue;
        case 0x8e:
          sp -= 32;
          Words.copy(sp, sp + 480);
          ip += 8;
          continue;
        case 0x8f:
          sp -= 32;
          Words.copy(sp, sp + 512);
          ip += 8;
          continue;
        case 0x90:
          Words.swap(sp, sp + 32);
          ip += 8;
          continue;
        case 0x91:
          Words.swap(sp, sp + 64);
          ip += 8;
          continue;
        case 0x92:
          Words.swap(sp, sp + 96);
          ip += 8;
          continue;
        case 0x93:
          Words.swap(sp, sp + 128);
          ip += 8;
          continue;
        case 0x94:
          Words.swap(sp, sp + 160);
          ip += 8;
          continue;
        case 0x95:
          Words.swap(sp, sp + 192);
          ip += 8;
          continue;
        case 0x96:
          Words.swap(sp, sp + 224);
          ip += 8;
          continue;
        case 0x97:
          Words.swap(sp, sp + 256);
          ip += 8;
          continue;
        case 0x98:
          Words.swap(sp, sp + 288);
          ip += 8;
          continue;
        case 0x99:
          Words.swap(sp, sp + 320);
          ip += 8;
          continue;
        case 0x9a:
          Words.swap(sp, sp + 352);
          ip += 8;
          continue;
        case 0x9b:
          Words.swap(sp, sp + 384);
          ip += 8;
          continue;
        case 0x9c:
          Words.swap(sp, sp + 416);
          ip += 8;
          continue;
        case 0x9d:
          Words.swap(sp, sp + 448);
          ip += 8;
          continue;
        case 0x9e:
          Words.swap(sp, sp + 480);
          ip += 8;
          continue;
        case 0x9f:
          Words.swap(sp, sp + 512);
          ip += 8;
          continue;
        case 0xa0:
        case 0xa1:
        case 0xa2:
        case 0xa3:
        case 0xa4: {
          if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return haltOf(gas, STATUS_STATIC);
          gas -= isSmall(sp + 32) ? <i64>u256.low(sp + 32) * 8 : i64.MAX_VALUE >> 2;
          gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas);
          if (gas < 0) return outOf(gas);
          appendLog(ctx, frame, sp, op - 0xa0);
          sp += 64 + ((op - 0xa0) << 5);
          ip += 8;
          continue;
        }
        case 0xf0:
        case 0xf5:
          return leave(frame, load<u32>(ip, 4), ip + 8, sp, gas, STATUS_CREATE);
        case 0xf1:
        case 0xf2:
        case 0xf4:
        case 0xfa:
          return leave(frame, load<u32>(ip, 4), ip + 8, sp, gas, STATUS_CALL);
        case 0xf3:
          gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas);
          if (gas < 0) return outOf(gas);
          setOutput(frame, sp, sp + 32);
          return leave(frame, load<u32>(ip, 4), 0, sp, gas, STATUS_RETURN);
        case 0xfd:
          gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas);
          if (gas < 0) return outOf(gas);
          setOutput(frame, sp, sp + 32);
          return leave(frame, load<u32>(ip, 4), 0, sp, gas, STATUS_REVERT);
        case 0xff:
          if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return haltOf(gas, STATUS_STATIC);
          gas = selfDestruct(ctx, load<u32>(frame, FR_ACCOUNT), sp, gas);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          return leave(frame, load<u32>(ip, 4), 0, sp + 32, gas, STATUS_STOP);
        default:
          return haltOf(gas, STATUS_INVALID_OPCODE);
      }
      break;
    }
  }
}
