// 256-bit words of the EVM (Yellow Paper, appendix H): 4 little-endian u64 limbs behind a pointer, destination first.
//
// Aliasing: a destination may be any of its function's operands; otherwise operands and destination do not overlap.
// Every function therefore reads what it needs into locals, or into its own scratch area, before it stores.
import { Scratch } from './context';
import { SCRATCH_U256 } from './layout';
import { divide, GUARD_ABOVE } from './u256div';
import { multiply, multiplyFull, multiplyWord, Wide } from './u256wide';
import { Words } from './u256words';

// Scratch: a numerator of 8 limbs and its guard, its quotient, and three words. 232 of the area's 320 bytes.
const NUMERATOR: usize = 0;
const QUOTIENT: usize = NUMERATOR + 64 + GUARD_ABOVE;
const WORD_A: usize = QUOTIENT + 64;
const WORD_B: usize = WORD_A + 32;
const UNUSED: usize = WORD_B + 32;

class Work {
  @inline static at(offset: usize): usize {
    return Scratch.at(SCRATCH_U256) + offset;
  }
}

// ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────
export function set64(dst: usize, v: u64): void {
  Words.set64(dst, v);
}

export function setZero(dst: usize): void {
  Words.put(dst, 0, 0, 0, 0);
}

export function copy(dst: usize, a: usize): void {
  Words.copy(dst, a);
}

export function low(a: usize): u64 {
  return load<u64>(a);
}

export function fitsU64(a: usize): bool {
  return Words.fitsU64(a);
}

export function isZero(a: usize): bool {
  return Words.isZero(a);
}

/** Position of the highest set bit, counted from 1; 0 for zero. */
export function bitLength(a: usize): i32 {
  const a3 = load<u64>(a, 24);
  if (a3 !== 0) return 256 - <i32>i64.clz(a3);
  const a2 = load<u64>(a, 16);
  if (a2 !== 0) return 192 - <i32>i64.clz(a2);
  const a1 = load<u64>(a, 8);
  if (a1 !== 0) return 128 - <i32>i64.clz(a1);
  return 64 - <i32>i64.clz(load<u64>(a));
}

export function byteLength(a: usize): i32 {
  return (bitLength(a) + 7) >> 3;
}

/** 32 big-endian bytes at src. */
export function loadBE(dst: usize, src: usize): void {
  Words.reverse(dst, src);
}

export function storeBE(dst: usize, src: usize): void {
  Words.reverse(dst, src);
}

/** Limb of the big-endian number that ends at `end`, when `bytes` of it are left from there on up; reads 8 bytes. */
function limbBE(end: usize, bytes: i32): u64 {
  const limb = bswap<u64>(load<u64>(end - 8));
  return bytes >= 8 ? limb : bytes <= 0 ? 0 : limb & (((<u64>1) << (bytes << 3)) - 1);
}

/** n (0 to 32) big-endian bytes at src. Reads, and ignores, bytes in front of src but none behind src + n. */
export function loadBytesBE(dst: usize, src: usize, n: i32): void {
  const end = src + n;
  const w0 = limbBE(end, n);
  const w1 = limbBE(end - 8, n - 8);
  const w2 = limbBE(end - 16, n - 16);
  Words.put(dst, w0, w1, w2, limbBE(end - 24, n - 24));
}

// ── Comparison ───────────────────────────────────────────────────────────────────────────────────────────────────────
export function eq(a: usize, b: usize): bool {
  return Words.eq(a, b);
}

export function lt(a: usize, b: usize): bool {
  return Words.lt(a, b);
}

export function gt(a: usize, b: usize): bool {
  return lt(b, a);
}

export function slt(a: usize, b: usize): bool {
  return Words.slt(a, b);
}

export function sgt(a: usize, b: usize): bool {
  return slt(b, a);
}

// ── Sums ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
export function add(dst: usize, a: usize, b: usize): void {
  Words.add(dst, a, b);
}

export function sub(dst: usize, a: usize, b: usize): void {
  Words.sub(dst, a, b);
}

/** dst = a + b mod 2^256; true when the sum did not fit. */
export function addOverflows(dst: usize, a: usize, b: usize): bool {
  return Words.add(dst, a, b) !== 0;
}

/** dst = a - b mod 2^256; true when b > a. */
export function subUnderflows(dst: usize, a: usize, b: usize): bool {
  return Words.sub(dst, a, b) !== 0;
}

export function add64(dst: usize, a: usize, v: u64): void {
  const s0 = load<u64>(a) + v;
  const c0 = Wide.carry(s0, v);
  const s1 = load<u64>(a, 8) + c0;
  const c1 = Wide.carry(s1, c0);
  const s2 = load<u64>(a, 16) + c1;
  Words.put(dst, s0, s1, s2, load<u64>(a, 24) + Wide.carry(s2, c1));
}

/** dst = -a in two's complement. */
function negate(dst: usize, a: usize): void {
  not_(dst, a);
  add64(dst, dst, 1);
}

/** dst = |a| of a two's complement number; 2^255 for the lowest one. */
function absolute(dst: usize, a: usize): void {
  if (Words.isNegative(a)) negate(dst, a);
  else copy(dst, a);
}

/** (a + b) mod m without overflow of the sum; 0 for m = 0. */
export function addmod(dst: usize, a: usize, b: usize, m: usize): void {
  if (isZero(m)) {
    setZero(dst);
    return;
  }
  const sum = Work.at(NUMERATOR);
  const reduced = lt(a, m) && lt(b, m);
  const carry = Words.add(sum, a, b);
  if (reduced) {
    if (carry !== 0 || !lt(sum, m)) Words.sub(dst, sum, m);
    else copy(dst, sum);
    return;
  }
  store<u64>(sum, carry, 32);
  divide(sum, 5, m, Work.at(QUOTIENT), dst);
}

// ── Products ─────────────────────────────────────────────────────────────────────────────────────────────────────────
export function mul(dst: usize, a: usize, b: usize): void {
  if (!fitsU64(b)) {
    if (fitsU64(a)) multiplyWord(dst, b, load<u64>(a));
    else multiply(dst, a, b);
    return;
  }
  const factor = load<u64>(b);
  if (!fitsU64(a)) {
    multiplyWord(dst, a, factor);
    return;
  }
  const a0 = load<u64>(a);
  Words.put(dst, a0 * factor, Wide.high(a0, factor), 0, 0);
}

export function mul64(dst: usize, a: usize, v: u64): void {
  multiplyWord(dst, a, v);
}

/** dst = a * v mod 2^256; true when the product did not fit. */
export function mulOverflows64(dst: usize, a: usize, v: u64): bool {
  return multiplyWord(dst, a, v) !== 0;
}

/** (a * b) mod m of the full product; 0 for m = 0. */
export function mulmod(dst: usize, a: usize, b: usize, m: usize): void {
  if (isZero(m)) {
    setZero(dst);
    return;
  }
  const product = Work.at(NUMERATOR);
  multiplyFull(product, a, b);
  divide(product, 8, m, Work.at(QUOTIENT), dst);
}

/** dst = 2^e for e < 256. */
function setBit(dst: usize, e: u64): void {
  setZero(dst);
  store<u64>(dst + ((<usize>e >> 6) << 3), (<u64>1) << (e & 63));
}

/** a^e mod 2^256, 0^0 = 1: from the exponent's top bit down, squaring and multiplying by a. */
export function exp(dst: usize, a: usize, e: usize): void {
  const bits = bitLength(e);
  if (bits === 0) {
    set64(dst, 1);
    return;
  }
  const exponent = load<u64>(e);
  // An even base to a power of 256 or more is 0 mod 2^256, which also keeps the shift below small.
  if ((load<u64>(a) & 1) === 0 && bits > 8) {
    setZero(dst);
    return;
  }
  if (Words.isPowerOfTwo(a)) {
    const shift = <u64>(bitLength(a) - 1) * exponent;
    if (shift < 256) setBit(dst, shift);
    else setZero(dst);
    return;
  }
  const base = Work.at(WORD_A);
  const digits = Work.at(WORD_B);
  copy(base, a);
  copy(digits, e);
  copy(dst, base);
  for (let i = bits - 2; i >= 0; i--) {
    mul(dst, dst, dst);
    if ((load<u64>(digits + ((<usize>i >> 6) << 3)) >> (i & 63)) & 1) mul(dst, dst, base);
  }
}

// ── Quotients ────────────────────────────────────────────────────────────────────────────────────────────────────────
export function div(dst: usize, a: usize, b: usize): void {
  if (fitsU64(b)) {
    const divisor = load<u64>(b);
    if (divisor === 0) {
      setZero(dst);
      return;
    }
    if (fitsU64(a)) {
      set64(dst, load<u64>(a) / divisor);
      return;
    }
  }
  if (Words.isPowerOfTwo(b)) {
    Words.shiftRight(dst, bitLength(b) - 1, a, 0);
    return;
  }
  const numerator = Work.at(NUMERATOR);
  copy(numerator, a);
  divide(numerator, 4, b, dst, Work.at(UNUSED));
}

export function mod(dst: usize, a: usize, b: usize): void {
  if (fitsU64(b)) {
    const divisor = load<u64>(b);
    if (divisor === 0) {
      setZero(dst);
      return;
    }
    if (fitsU64(a)) {
      set64(dst, load<u64>(a) % divisor);
      return;
    }
  }
  const numerator = Work.at(NUMERATOR);
  copy(numerator, a);
  divide(numerator, 4, b, Work.at(QUOTIENT), dst);
}

/** Rounds towards zero. The one quotient out of range, -2^255 / -1, wraps to -2^255 as the EVM wants it. */
export function sdiv(dst: usize, a: usize, b: usize): void {
  const negative = Words.isNegative(a) !== Words.isNegative(b);
  const divisor = Work.at(WORD_B);
  absolute(divisor, b);
  absolute(dst, a);
  div(dst, dst, divisor);
  if (negative) negate(dst, dst);
}

/** The remainder has the sign of a. */
export function smod(dst: usize, a: usize, b: usize): void {
  const negative = Words.isNegative(a);
  const divisor = Work.at(WORD_B);
  absolute(divisor, b);
  absolute(dst, a);
  mod(dst, dst, divisor);
  if (negative) negate(dst, dst);
}

// ── Bits ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
export function and_(dst: usize, a: usize, b: usize): void {
  const w0 = load<u64>(a) & load<u64>(b);
  const w1 = load<u64>(a, 8) & load<u64>(b, 8);
  const w2 = load<u64>(a, 16) & load<u64>(b, 16);
  Words.put(dst, w0, w1, w2, load<u64>(a, 24) & load<u64>(b, 24));
}

export function or_(dst: usize, a: usize, b: usize): void {
  const w0 = load<u64>(a) | load<u64>(b);
  const w1 = load<u64>(a, 8) | load<u64>(b, 8);
  const w2 = load<u64>(a, 16) | load<u64>(b, 16);
  Words.put(dst, w0, w1, w2, load<u64>(a, 24) | load<u64>(b, 24));
}

export function xor_(dst: usize, a: usize, b: usize): void {
  const w0 = load<u64>(a) ^ load<u64>(b);
  const w1 = load<u64>(a, 8) ^ load<u64>(b, 8);
  const w2 = load<u64>(a, 16) ^ load<u64>(b, 16);
  Words.put(dst, w0, w1, w2, load<u64>(a, 24) ^ load<u64>(b, 24));
}

export function not_(dst: usize, a: usize): void {
  Words.put(dst, ~load<u64>(a), ~load<u64>(a, 8), ~load<u64>(a, 16), ~load<u64>(a, 24));
}

/** Number of leading zeros (EIP-7939), 256 for zero. */
export function clz(dst: usize, x: usize): void {
  set64(dst, 256 - bitLength(x));
}

export function shl(dst: usize, shift: usize, x: usize): void {
  const by = load<u64>(shift);
  if (by > 255 || !fitsU64(shift)) {
    setZero(dst);
    return;
  }
  Words.shiftLeft(dst, by, x);
}

export function shr(dst: usize, shift: usize, x: usize): void {
  const by = load<u64>(shift);
  if (by > 255 || !fitsU64(shift)) {
    setZero(dst);
    return;
  }
  Words.shiftRight(dst, by, x, 0);
}

export function sar(dst: usize, shift: usize, x: usize): void {
  const by = load<u64>(shift);
  const sign = <u64>(load<i64>(x, 24) >> 63);
  if (by > 255 || !fitsU64(shift)) {
    Words.put(dst, sign, sign, sign, sign);
    return;
  }
  Words.shiftRight(dst, by, x, sign);
}

/** Byte i of x counted from the most significant; 0 from i = 32 on. */
export function byteAt(dst: usize, i: usize, x: usize): void {
  const index = load<u64>(i);
  set64(dst, index > 31 || !fitsU64(i) ? 0 : load<u8>(x + 31 - <usize>index));
}

/** Extends the sign of x from byte b, counted from the least significant, upwards. */
export function signextend(dst: usize, b: usize, x: usize): void {
  const byte = load<u64>(b);
  const whole = byte > 30 || !fitsU64(b);
  copy(dst, x);
  if (whole) return;
  const unused = 56 - ((byte & 7) << 3);
  let at = dst + (<usize>byte & 24);
  const limb = (load<i64>(at) << unused) >> unused;
  store<i64>(at, limb);
  for (at += 8; at < dst + 32; at += 8) store<i64>(at, limb >> 63);
}
