// Constants that the decoder holds back instead of emitting their pushes, and the instructions that it carries out on them.
// Word i, counted from the bottom, lies at held + 32 i.

import { SPEC_EXP_BYTE } from './layout';
import {
  ADD_SMALL,
  ADD_WORD,
  AND_LIMB,
  AND_WORD,
  CALLDATALOAD_AT,
  EQ_LIMB,
  MLOAD_AT,
  MSTORE_AT,
  PUSH_LIMB,
  PUSH_SMALL,
  PUSH_TWO,
  PUSH_WORD,
  SAR_BY,
  SHL_BY,
  SHR_BY,
} from './ops';
import * as u256 from './u256';
import { Words } from './u256words';

export const MOST_HELD: u32 = 8;

export class Emit {
  /** A word of the stream; returns what lies behind it. */
  @inline static word(out: usize, op: u32, argument: u32): usize {
    store<u64>(out, <u64>op | ((<u64>argument) << 32));
    return out + 8;
  }
}

class Held {
  @inline static isSmall(word: usize): bool {
    return u256.fitsU64(word) && load<u64>(word) <= 0xffffffff;
  }
}

function emitLimb(out: usize, op: u32, limb: u64): usize {
  store<u64>(Emit.word(out, op, 0), limb);
  return out + 16;
}

function emitWord(out: usize, op: u32, word: usize): usize {
  u256.copy(Emit.word(out, op, 0), word);
  return out + 40;
}

function emitPush(out: usize, word: usize): usize {
  if (!u256.fitsU64(word)) return emitWord(out, PUSH_WORD, word);
  const value = load<u64>(word);
  return value <= 0xffffffff ? Emit.word(out, PUSH_SMALL, <u32>value) : emitLimb(out, PUSH_LIMB, value);
}

/** Emits the pushes of `count` constants. */
export function emitPushes(out: usize, held: usize, count: u32): usize {
  for (; count >= 2 && Held.isSmall(held) && Held.isSmall(held + 32); count -= 2) {
    store<u64>(Emit.word(out, PUSH_TWO, load<u32>(held)), <u64>load<u32>(held + 32));
    out += 16;
    held += 64;
  }
  for (; count != 0; count--) {
    out = emitPush(out, held);
    held += 32;
  }
  return out;
}

export function swapWords(a: usize, b: usize): void {
  Words.swap(a, b);
}

/** True for the instructions that emitWithTop may know an entry for. */
export function takesConstant(op: u32): bool {
  return (
    op == 0x01 ||
    op == 0x02 ||
    op == 0x14 ||
    op == 0x16 ||
    (op >= 0x1b && op <= 0x1d) ||
    op == 0x35 ||
    op == 0x51 ||
    op == 0x52
  );
}

/** True for the instructions that foldTwo carries out. */
export function foldsTwo(op: u32): bool {
  return op <= 0x04 ? op != 0 : op == 0x0a || (op >= 0x16 && op <= 0x18) || (op >= 0x1b && op <= 0x1d);
}

/** a op b to where b lies; a, the top of the stack, lies above it. Returns the gas beyond the table's. */
export function foldTwo(op: u32, b: usize, spec: usize): u64 {
  const a = b + 32;
  switch (op) {
    case 0x01:
      u256.add(b, a, b);
      break;
    case 0x02:
      u256.mul(b, a, b);
      break;
    case 0x03:
      u256.sub(b, a, b);
      break;
    case 0x04:
      u256.div(b, a, b);
      break;
    case 0x0a: {
      const gas = <u64>u256.byteLength(b) * <u64>load<u32>(spec, SPEC_EXP_BYTE);
      u256.exp(b, a, b);
      return gas;
    }
    case 0x16:
      u256.and_(b, a, b);
      break;
    case 0x17:
      u256.or_(b, a, b);
      break;
    case 0x18:
      u256.xor_(b, a, b);
      break;
    case 0x1b:
      u256.shl(b, a, b);
      break;
    case 0x1c:
      u256.shr(b, a, b);
      break;
    default:
      u256.sar(b, a, b);
  }
  return 0;
}

/** Emits `op` with the constant as its upper operand; 0 if there is no such entry. */
export function emitWithTop(out: usize, op: u32, word: usize): usize {
  const small = Held.isSmall(word);
  switch (op) {
    case 0x01:
      return small ? Emit.word(out, ADD_SMALL, load<u32>(word)) : emitWord(out, ADD_WORD, word);
    case 0x02:
      return Words.isPowerOfTwo(word) ? Emit.word(out, SHL_BY, u256.bitLength(word) - 1) : 0;
    case 0x14:
      return u256.fitsU64(word) ? emitLimb(out, EQ_LIMB, load<u64>(word)) : 0;
    case 0x16:
      return u256.fitsU64(word) ? emitLimb(out, AND_LIMB, load<u64>(word)) : emitWord(out, AND_WORD, word);
    case 0x1b:
      return small && load<u32>(word) < 256 ? Emit.word(out, SHL_BY, load<u32>(word)) : 0;
    case 0x1c:
      return small && load<u32>(word) < 256 ? Emit.word(out, SHR_BY, load<u32>(word)) : 0;
    case 0x1d:
      return small && load<u32>(word) < 256 ? Emit.word(out, SAR_BY, load<u32>(word)) : 0;
    case 0x35:
      return small ? Emit.word(out, CALLDATALOAD_AT, load<u32>(word)) : 0;
    case 0x51:
      return small ? Emit.word(out, MLOAD_AT, load<u32>(word)) : 0;
    case 0x52:
      return small ? Emit.word(out, MSTORE_AT, load<u32>(word)) : 0;
    default:
      return 0;
  }
}

/** Emits `op` with the constant as its lower operand; 0 if there is no such entry. */
export function emitWithSecond(out: usize, op: u32, word: usize): usize {
  if (op == 0x01 || op == 0x02 || op == 0x14 || op == 0x16) return emitWithTop(out, op, word);
  if (op == 0x04 && Words.isPowerOfTwo(word)) return Emit.word(out, SHR_BY, u256.bitLength(word) - 1);
  if (op != 0x03) return 0;
  u256.setZero(word + 32);
  u256.sub(word, word + 32, word);
  return emitWithTop(out, 0x01, word);
}
