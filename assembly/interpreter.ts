// The interpreter of one frame: runs until the frame ends, opens another one, or has to stop. Gas and stack are checked
// before the switch from the fork's opcode table, so handlers assume operands and have their base gas paid.
//
// A handler may leave gas negative: the check before the next instruction finds it.
//
// The stack grows down: operand i lies at sp + 32 i, at an immediate offset. pc, sp and gas are locals and go back to the
// frame on every way out. A status that stops the run leaves pc at the instruction and its operands on the stack, and
// nothing of the instruction done, so the frame can be entered again.

import { EMPTY_CODE_HASH } from './constants';
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
  CTX_BLOCK,
  CTX_DETAIL,
  CTX_GAS_PRICE,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_SENDER,
  CTX_SPEC,
  CTX_TX,
  FR_ACCOUNT,
  FR_BITMAP,
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
  FR_SP,
  FR_STACK,
  FR_VALUE,
  FRAME_STATIC,
  LSLOT_TRANSIENT,
  LSLOT_VALUE,
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
  STATUS_STACK,
  STATUS_STATIC,
  STATUS_STOP,
  TX_BLOB_COUNT,
  TX_BLOBS,
} from './layout';
import { Account, loadSlot, localAccount, localSlot, setTransient, warmAccount, warmSlot } from './local';
import { appendLog } from './logs';
import { copyPadded, GAS_ARENA_FULL, growMemory, isSmall, rangeEnd, rangeEndOf } from './memory';
import { selfDestruct } from './selfdestruct';
import { storageGas } from './sstore';
import * as u256 from './u256';

/** Writes the frame's registers back. */
function leave(frame: usize, pc: usize, sp: usize, gas: i64, status: i32): i32 {
  store<u32>(frame, <u32>(pc - load<u32>(frame, FR_CODE)), FR_PC);
  store<u32>(frame, <u32>sp, FR_SP);
  store<i64>(frame, gas, FR_GAS);
  return status;
}

/** Why a negative gas is negative. */
function outOf(gas: i64): i32 {
  return gas == GAS_ARENA_FULL ? STATUS_ARENA_FULL : STATUS_OUT_OF_GAS;
}

class Push {
  @inline static u64(sp: usize, value: u64): void {
    u256.set64(sp, value);
  }
  @inline static address(sp: usize, limbs: usize): void {
    store<u64>(sp, load<u64>(limbs));
    store<u64>(sp, load<u64>(limbs, 8), 8);
    store<u64>(sp, load<u64>(limbs, 16), 16);
    store<u64>(sp, 0, 24);
  }
  @inline static bool(sp: usize, value: bool): void {
    u256.set64(sp, value ? 1 : 0);
  }
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

function isJumpDestination(frame: usize, word: usize): bool {
  if (!isSmall(word)) return false;
  const to = <u32>u256.low(word);
  if (to >= load<u32>(frame, FR_CODE_BYTES)) return false;
  return ((load<u8>(load<u32>(frame, FR_BITMAP) + (to >> 3)) >> (to & 7)) & 1) != 0;
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
  const table: usize = load<u32>(ctx, CTX_SPEC);
  const stack: usize = load<u32>(frame, FR_STACK);
  const mem: usize = load<u32>(frame, FR_MEMORY);
  const code: usize = load<u32>(frame, FR_CODE);
  let pc: usize = code + load<u32>(frame, FR_PC);
  let sp: usize = load<u32>(frame, FR_SP);
  let gas: i64 = load<i64>(frame, FR_GAS);
  while (true) {
    const op: u32 = load<u8>(pc);
    const facts = load<u64>(table + ((<usize>op) << 3));
    const used = <u64>(stack - sp);
    if (used < ((facts >> 16) & 0xffff) || used > ((facts >> 32) & 0xffff))
      return facts >> 48 != 0 ? STATUS_INVALID_OPCODE : STATUS_STACK;
    gas -= <i64>(facts & 0xffff);
    if (gas < 0) return STATUS_OUT_OF_GAS;
    switch (op) {
      case 0x00:
        return leave(frame, pc, sp, gas, STATUS_STOP);
      case 0x01:
        u256.add(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x02:
        u256.mul(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x03:
        u256.sub(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x04:
        u256.div(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x05:
        u256.sdiv(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x06:
        u256.mod(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x07:
        u256.smod(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x08:
        u256.addmod(sp + 64, sp, sp + 32, sp + 64);
        sp += 64;
        break;
      case 0x09:
        u256.mulmod(sp + 64, sp, sp + 32, sp + 64);
        sp += 64;
        break;
      case 0x0a:
        gas -= <i64>u256.byteLength(sp + 32) * <i64>load<u32>(table, SPEC_EXP_BYTE);
        if (gas < 0) return STATUS_OUT_OF_GAS;
        u256.exp(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x0b:
        u256.signextend(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x10:
        Push.bool(sp + 32, u256.lt(sp, sp + 32));
        sp += 32;
        break;
      case 0x11:
        Push.bool(sp + 32, u256.gt(sp, sp + 32));
        sp += 32;
        break;
      case 0x12:
        Push.bool(sp + 32, u256.slt(sp, sp + 32));
        sp += 32;
        break;
      case 0x13:
        Push.bool(sp + 32, u256.sgt(sp, sp + 32));
        sp += 32;
        break;
      case 0x14:
        Push.bool(sp + 32, u256.eq(sp, sp + 32));
        sp += 32;
        break;
      case 0x15:
        Push.bool(sp, u256.isZero(sp));
        break;
      case 0x16:
        u256.and_(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x17:
        u256.or_(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x18:
        u256.xor_(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x19:
        u256.not_(sp, sp);
        break;
      case 0x1a:
        u256.byteAt(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x1b:
        u256.shl(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x1c:
        u256.shr(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x1d:
        u256.sar(sp + 32, sp, sp + 32);
        sp += 32;
        break;
      case 0x1e:
        u256.clz(sp, sp);
        break;
      case 0x20:
        gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas - wordGas(sp + 32, 6));
        if (gas < 0) return outOf(gas);
        keccak256(mem + <usize>u256.low(sp), <u32>u256.low(sp + 32), sp + 32);
        u256.loadBE(sp + 32, sp + 32);
        sp += 32;
        break;

      case 0x30:
        sp -= 32;
        Push.address(sp, load<u32>(frame, FR_ACCOUNT));
        break;
      case 0x31: {
        const account = localAccount(ctx, sp);
        gas -= accessGas(ctx, account);
        u256.copy(sp, Account.balance(account));
        break;
      }
      case 0x32:
        sp -= 32;
        Push.address(sp, load<u32>(ctx, CTX_SENDER));
        break;
      case 0x33:
        sp -= 32;
        Push.address(sp, load<u32>(frame, FR_CALLER));
        break;
      case 0x34:
        sp -= 32;
        u256.copy(sp, frame + FR_VALUE);
        break;
      case 0x35:
        callDataLoad(frame, sp);
        break;
      case 0x36:
        sp -= 32;
        Push.u64(sp, load<u32>(frame, FR_INPUT_BYTES));
        break;
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
        break;
      case 0x38:
        sp -= 32;
        Push.u64(sp, load<u32>(frame, FR_CODE_BYTES));
        break;
      case 0x39:
        gas = growMemory(ctx, frame, rangeEnd(sp, sp + 64), gas - wordGas(sp + 64, 3));
        if (gas < 0) return outOf(gas);
        copyPadded(mem + <usize>u256.low(sp), code, load<u32>(frame, FR_CODE_BYTES), sp + 32, <u32>u256.low(sp + 64));
        sp += 96;
        break;
      case 0x3a:
        sp -= 32;
        u256.copy(sp, ctx + CTX_GAS_PRICE);
        break;
      case 0x3b: {
        const account = localAccount(ctx, sp);
        const object = Account.code(account);
        if (lacksCode(ctx, object)) return leave(frame, pc, sp, gas + <i64>(facts & 0xffff), STATUS_MISSING_CODE);
        gas -= accessGas(ctx, account);
        Push.u64(sp, codeLength(object));
        break;
      }
      case 0x3c: {
        const account = localAccount(ctx, sp);
        const object = Account.code(account);
        if (lacksCode(ctx, object)) return leave(frame, pc, sp, gas + <i64>(facts & 0xffff), STATUS_MISSING_CODE);
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
        break;
      }
      case 0x3d:
        sp -= 32;
        Push.u64(sp, load<u32>(ctx, CTX_RETURN_BYTES));
        break;
      case 0x3e: {
        if (!returnDataCovers(ctx, sp + 32, sp + 64)) return STATUS_RETURN_DATA;
        gas = growMemory(ctx, frame, rangeEnd(sp, sp + 64), gas - wordGas(sp + 64, 3));
        if (gas < 0) return outOf(gas);
        copyWithin(mem + <usize>u256.low(sp), load<u32>(ctx, CTX_RETURN) + <u32>u256.low(sp + 32), u256.low(sp + 64));
        sp += 96;
        break;
      }
      case 0x3f: {
        const account = localAccount(ctx, sp);
        gas -= accessGas(ctx, account);
        extCodeHash(account, sp);
        break;
      }
      case 0x40:
        if (!blockHash(ctx, sp)) return leave(frame, pc, sp, gas + <i64>(facts & 0xffff), STATUS_MISSING_HASH);
        break;
      case 0x41:
        sp -= 32;
        Push.address(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_COINBASE);
        break;
      case 0x42:
        sp -= 32;
        Push.u64(sp, load<u64>(load<u32>(ctx, CTX_BLOCK), BLOCK_TIMESTAMP));
        break;
      case 0x43:
        sp -= 32;
        Push.u64(sp, load<u64>(load<u32>(ctx, CTX_BLOCK), BLOCK_NUMBER));
        break;
      case 0x44:
        sp -= 32;
        u256.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_RANDAO);
        break;
      case 0x45:
        sp -= 32;
        Push.u64(sp, load<u64>(load<u32>(ctx, CTX_BLOCK), BLOCK_GAS_LIMIT));
        break;
      case 0x46:
        sp -= 32;
        u256.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_CHAIN_ID);
        break;
      case 0x47:
        sp -= 32;
        u256.copy(sp, Account.balance(load<u32>(frame, FR_ACCOUNT)));
        break;
      case 0x48:
        sp -= 32;
        u256.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_BASE_FEE);
        break;
      case 0x49:
        blobHash(ctx, sp);
        break;
      case 0x4a:
        sp -= 32;
        u256.copy(sp, load<u32>(ctx, CTX_BLOCK) + BLOCK_BLOB_FEE);
        break;

      case 0x50:
        sp += 32;
        break;
      case 0x51: {
        gas = growMemory(ctx, frame, rangeEndOf(sp, 32), gas);
        if (gas < 0) return outOf(gas);
        u256.loadBE(sp, mem + <usize>u256.low(sp));
        break;
      }
      case 0x52: {
        gas = growMemory(ctx, frame, rangeEndOf(sp, 32), gas);
        if (gas < 0) return outOf(gas);
        u256.storeBE(mem + <usize>u256.low(sp), sp + 32);
        sp += 64;
        break;
      }
      case 0x53: {
        gas = growMemory(ctx, frame, rangeEndOf(sp, 1), gas);
        if (gas < 0) return outOf(gas);
        store<u8>(mem + <usize>u256.low(sp), <u8>u256.low(sp + 32));
        sp += 64;
        break;
      }
      case 0x54: {
        const slot = localSlot(ctx, load<u32>(frame, FR_ACCOUNT), sp);
        loadSlot(ctx, slot);
        gas -= slotGas(ctx, slot);
        u256.copy(sp, slot + LSLOT_VALUE);
        break;
      }
      case 0x55: {
        if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return STATUS_STATIC;
        gas = storageGas(ctx, load<u32>(frame, FR_ACCOUNT), sp, sp + 32, gas);
        if (gas < 0) return STATUS_OUT_OF_GAS;
        sp += 64;
        break;
      }
      case 0x56: {
        if (!isJumpDestination(frame, sp)) return STATUS_BAD_JUMP;
        const to = code + <usize>u256.low(sp);
        if (to <= pc && atomic.load<u32>(CTL_ABORT) != 0)
          return leave(frame, pc, sp, gas + <i64>(facts & 0xffff), STATUS_ABORTED);
        sp += 32;
        pc = to;
        continue;
      }
      case 0x57: {
        if (u256.isZero(sp + 32)) {
          sp += 64;
          break;
        }
        if (!isJumpDestination(frame, sp)) return STATUS_BAD_JUMP;
        const to = code + <usize>u256.low(sp);
        if (to <= pc && atomic.load<u32>(CTL_ABORT) != 0)
          return leave(frame, pc, sp, gas + <i64>(facts & 0xffff), STATUS_ABORTED);
        sp += 64;
        pc = to;
        continue;
      }
      case 0x58:
        sp -= 32;
        Push.u64(sp, <u64>(pc - code));
        break;
      case 0x59:
        sp -= 32;
        Push.u64(sp, load<u32>(frame, FR_MEMORY_BYTES));
        break;
      case 0x5a:
        sp -= 32;
        Push.u64(sp, <u64>gas);
        break;
      case 0x5b:
        break;
      case 0x5c: {
        const slot = localSlot(ctx, load<u32>(frame, FR_ACCOUNT), sp);
        u256.copy(sp, slot + LSLOT_TRANSIENT);
        break;
      }
      case 0x5d: {
        if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return STATUS_STATIC;
        const slot = localSlot(ctx, load<u32>(frame, FR_ACCOUNT), sp);
        setTransient(ctx, slot, sp + 32);
        sp += 64;
        break;
      }
      case 0x5e: {
        const end = max<u64>(rangeEnd(sp, sp + 64), rangeEnd(sp + 32, sp + 64));
        gas = growMemory(ctx, frame, end, gas - wordGas(sp + 64, 3));
        if (gas < 0) return outOf(gas);
        copyWithin(mem + <usize>u256.low(sp), mem + <usize>u256.low(sp + 32), u256.low(sp + 64));
        sp += 96;
        break;
      }
      case 0x5f:
        sp -= 32;
        u256.setZero(sp);
        break;
      case 0x60:
        sp -= 32;
        Push.u64(sp, load<u8>(pc, 1));
        pc += 2;
        continue;
      case 0x61:
        sp -= 32;
        Push.u64(sp, bswap<u16>(load<u16>(pc, 1)));
        pc += 3;
        continue;
      case 0x63:
        sp -= 32;
        Push.u64(sp, bswap<u32>(load<u32>(pc, 1)));
        pc += 5;
        continue;
      case 0x7f:
        sp -= 32;
        u256.loadBE(sp, pc + 1);
        pc += 33;
        continue;
      case 0x80:
        sp -= 32;
        u256.copy(sp, sp + 32);
        break;
      case 0x81:
        sp -= 32;
        u256.copy(sp, sp + 64);
        break;
      case 0x82:
        sp -= 32;
        u256.copy(sp, sp + 96);
        break;
      case 0x83:
        sp -= 32;
        u256.copy(sp, sp + 128);
        break;
      case 0x90:
        swap(sp, sp + 32);
        break;
      case 0x91:
        swap(sp, sp + 64);
        break;
      case 0x92:
        swap(sp, sp + 96);
        break;
      case 0xa0:
      case 0xa1:
      case 0xa2:
      case 0xa3:
      case 0xa4: {
        if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return STATUS_STATIC;
        gas -= isSmall(sp + 32) ? <i64>u256.low(sp + 32) * 8 : i64.MAX_VALUE >> 2;
        gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas);
        if (gas < 0) return outOf(gas);
        appendLog(ctx, frame, sp, op - 0xa0);
        sp += 64 + ((op - 0xa0) << 5);
        break;
      }
      case 0xf0:
      case 0xf5:
        return leave(frame, pc, sp, gas, STATUS_CREATE);
      case 0xf1:
      case 0xf2:
      case 0xf4:
      case 0xfa:
        return leave(frame, pc, sp, gas, STATUS_CALL);
      case 0xf3:
        gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas);
        if (gas < 0) return outOf(gas);
        setOutput(frame, sp, sp + 32);
        return leave(frame, pc, sp, gas, STATUS_RETURN);
      case 0xfd:
        gas = growMemory(ctx, frame, rangeEnd(sp, sp + 32), gas);
        if (gas < 0) return outOf(gas);
        setOutput(frame, sp, sp + 32);
        return leave(frame, pc, sp, gas, STATUS_REVERT);
      case 0xff:
        if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return STATUS_STATIC;
        gas = selfDestruct(ctx, load<u32>(frame, FR_ACCOUNT), sp, gas);
        if (gas < 0) return STATUS_OUT_OF_GAS;
        return leave(frame, pc, sp + 32, gas, STATUS_STOP);
      default: {
        if (op - 0x60 < 32) {
          sp -= 32;
          u256.loadBytesBE(sp, pc + 1, op - 0x5f);
          pc += op - 0x5e;
          continue;
        }
        if (op - 0x80 < 16) {
          sp -= 32;
          u256.copy(sp, sp + ((op - 0x7f) << 5));
        } else if (op - 0x90 < 16) {
          swap(sp, sp + ((op - 0x8f) << 5));
        } else {
          return STATUS_INVALID_OPCODE;
        }
      }
    }
    pc++;
  }
}

function swap(a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const a3 = load<u64>(a, 24);
  u256.copy(a, b);
  store<u64>(b, a0);
  store<u64>(b, a1, 8);
  store<u64>(b, a2, 16);
  store<u64>(b, a3, 24);
}
