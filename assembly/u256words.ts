// The short operations on words, inlined where they are used (u256.ts, the interpreter's handlers): operands are loaded
// before the first store, so a destination may be any operand.
import { Wide } from './u256wide';

export class Words {
  @inline static put(dst: usize, w0: u64, w1: u64, w2: u64, w3: u64): void {
    store<u64>(dst, w0);
    store<u64>(dst, w1, 8);
    store<u64>(dst, w2, 16);
    store<u64>(dst, w3, 24);
  }

  @inline static set64(dst: usize, v: u64): void {
    Words.put(dst, v, 0, 0, 0);
  }

  @inline static copy(dst: usize, a: usize): void {
    Words.put(dst, load<u64>(a), load<u64>(a, 8), load<u64>(a, 16), load<u64>(a, 24));
  }

  @inline static swap(a: usize, b: usize): void {
    const a0 = load<u64>(a);
    const a1 = load<u64>(a, 8);
    const a2 = load<u64>(a, 16);
    const a3 = load<u64>(a, 24);
    Words.copy(a, b);
    Words.put(b, a0, a1, a2, a3);
  }

  /** Between limbs and 32 big-endian bytes: the conversion is its own inverse. */
  @inline static reverse(dst: usize, src: usize): void {
    const w0 = bswap<u64>(load<u64>(src, 24));
    const w1 = bswap<u64>(load<u64>(src, 16));
    const w2 = bswap<u64>(load<u64>(src, 8));
    Words.put(dst, w0, w1, w2, bswap<u64>(load<u64>(src)));
  }

  @inline static fitsU64(a: usize): bool {
    return (load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) === 0;
  }

  @inline static isZero(a: usize): bool {
    return (load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) === 0;
  }

  @inline static isLimb(a: usize, limb: u64): bool {
    return ((load<u64>(a) ^ limb) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) === 0;
  }

  /** dst = a + limb. */
  @inline static addLimb(dst: usize, a: usize, limb: u64): void {
    const s0 = load<u64>(a) + limb;
    const c0 = Wide.carry(s0, limb);
    const s1 = load<u64>(a, 8) + c0;
    const c1 = Wide.carry(s1, c0);
    const s2 = load<u64>(a, 16) + c1;
    Words.put(dst, s0, s1, s2, load<u64>(a, 24) + Wide.carry(s2, c1));
  }

  @inline static eq(a: usize, b: usize): bool {
    const low = (load<u64>(a) ^ load<u64>(b)) | (load<u64>(a, 8) ^ load<u64>(b, 8));
    return (low | (load<u64>(a, 16) ^ load<u64>(b, 16)) | (load<u64>(a, 24) ^ load<u64>(b, 24))) === 0;
  }

  /**
   * As eq, on vectors: a fifth to a third faster in the caches, a nanosecond (bench/results/kernels.json). For words that
   * were stored a while ago: a vector that is loaded right behind the stores of its limbs waits for them.
   */
  @inline static eqSettled(a: usize, b: usize): bool {
    const low = v128.xor(v128.load(a), v128.load(b));
    return !v128.any_true(v128.or(low, v128.xor(v128.load(a, 16), v128.load(b, 16))));
  }

  @inline static lt(a: usize, b: usize): bool {
    const a3 = load<u64>(a, 24);
    const b3 = load<u64>(b, 24);
    const a2 = load<u64>(a, 16);
    const b2 = load<u64>(b, 16);
    const a1 = load<u64>(a, 8);
    const b1 = load<u64>(b, 8);
    if (((a3 ^ b3) | (a2 ^ b2) | (a1 ^ b1)) === 0) return load<u64>(a) < load<u64>(b);
    return a3 !== b3 ? a3 < b3 : a2 !== b2 ? a2 < b2 : a1 < b1;
  }

  /** Two's complement: with equal signs the order is that of the unsigned values. */
  @inline static slt(a: usize, b: usize): bool {
    const negative = Words.isNegative(a);
    return negative === Words.isNegative(b) ? Words.lt(a, b) : negative;
  }

  /** dst = a + b, returns the carry out of the top. */
  @inline static add(dst: usize, a: usize, b: usize): u64 {
    const b0 = load<u64>(b);
    const b1 = load<u64>(b, 8);
    const b2 = load<u64>(b, 16);
    const b3 = load<u64>(b, 24);
    const s0 = load<u64>(a) + b0;
    const c0 = Wide.carry(s0, b0);
    const t1 = load<u64>(a, 8) + b1;
    const s1 = t1 + c0;
    const c1 = Wide.carry(t1, b1) | Wide.carry(s1, c0);
    const t2 = load<u64>(a, 16) + b2;
    const s2 = t2 + c1;
    const c2 = Wide.carry(t2, b2) | Wide.carry(s2, c1);
    const t3 = load<u64>(a, 24) + b3;
    const s3 = t3 + c2;
    Words.put(dst, s0, s1, s2, s3);
    return Wide.carry(t3, b3) | Wide.carry(s3, c2);
  }

  /** dst = a - b, returns the borrow from above. */
  @inline static sub(dst: usize, a: usize, b: usize): u64 {
    const a0 = load<u64>(a);
    const a1 = load<u64>(a, 8);
    const a2 = load<u64>(a, 16);
    const a3 = load<u64>(a, 24);
    const b0 = load<u64>(b);
    const b1 = load<u64>(b, 8);
    const b2 = load<u64>(b, 16);
    const b3 = load<u64>(b, 24);
    const c0 = <u64>(a0 < b0);
    const t1 = a1 - b1;
    const c1 = <u64>(a1 < b1) | <u64>(t1 < c0);
    const t2 = a2 - b2;
    const c2 = <u64>(a2 < b2) | <u64>(t2 < c1);
    const t3 = a3 - b3;
    Words.put(dst, a0 - b0, t1 - c0, t2 - c1, t3 - c2);
    return <u64>(a3 < b3) | <u64>(t3 < c2);
  }

  /** dst = x << shift (0 to 255). */
  @inline static shiftLeft(dst: usize, shift: u64, x: usize): void {
    let x0 = load<u64>(x);
    let x1 = load<u64>(x, 8);
    let x2 = load<u64>(x, 16);
    let x3 = load<u64>(x, 24);
    if (shift & 128) {
      x3 = x1;
      x2 = x0;
      x1 = 0;
      x0 = 0;
    }
    if (shift & 64) {
      x3 = x2;
      x2 = x1;
      x1 = x0;
      x0 = 0;
    }
    const bits = shift & 63;
    const back = 63 - bits;
    Words.put(
      dst,
      x0 << bits,
      (x1 << bits) | ((x0 >> 1) >> back),
      (x2 << bits) | ((x1 >> 1) >> back),
      (x3 << bits) | ((x2 >> 1) >> back),
    );
  }

  /** dst = x >> shift (0 to 255), with the bits of `fill` coming in at the top. */
  @inline static shiftRight(dst: usize, shift: u64, x: usize, fill: u64): void {
    let x0 = load<u64>(x);
    let x1 = load<u64>(x, 8);
    let x2 = load<u64>(x, 16);
    let x3 = load<u64>(x, 24);
    if (shift & 128) {
      x0 = x2;
      x1 = x3;
      x2 = fill;
      x3 = fill;
    }
    if (shift & 64) {
      x0 = x1;
      x1 = x2;
      x2 = x3;
      x3 = fill;
    }
    const bits = shift & 63;
    const back = 63 - bits;
    Words.put(
      dst,
      (x0 >> bits) | ((x1 << 1) << back),
      (x1 >> bits) | ((x2 << 1) << back),
      (x2 >> bits) | ((x3 << 1) << back),
      (x3 >> bits) | ((fill << 1) << back),
    );
  }

  @inline static isNegative(a: usize): bool {
    return load<i64>(a, 24) < 0;
  }

  @inline static isPowerOfTwo(a: usize): bool {
    const low = popcnt<u64>(load<u64>(a)) + popcnt<u64>(load<u64>(a, 8));
    return low + popcnt<u64>(load<u64>(a, 16)) + popcnt<u64>(load<u64>(a, 24)) === 1;
  }
}
