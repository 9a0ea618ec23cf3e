// Long division on 64-bit limbs (Knuth, TAOCP 4.3.1, algorithm D) whose quotient digits come from a precomputed
// reciprocal instead of a division each (Moeller, Granlund: "Improved division by invariant integers", algorithms 4-6).
//
// The divisor is shifted left until its top bit is set and the numerator by as much, limb by limb as it is read. The
// running remainder, always below the divisor, stays in locals; each step appends the next numerator limb below it and
// takes out one quotient digit. With B = 2^64:
//   - A digit from the top two divisor limbs is at most one too large, because these are at least B^2 / 2: the rest of
//     the divisor times the digit is below B times its unit, hence below the divisor. One add-back is enough.
//   - The 3-by-2 step needs the remainder's top two limbs to be below the divisor's. They can be equal; the digit is
//     then B - 1, and the same argument bounds its error.
// The corrections of a digit stay branches: masks made most divisions 5 to 25 % slower, and only a chain of mulmods by one
// limb some 10 % faster (Node 20).
import { Wide } from './u256wide';

/** Bytes above its numerator that `divide` overwrites. */
export const GUARD_ABOVE: usize = 8;

/** Number of limbs of [ptr, ptr + 8 n) without leading zeros. */
function significant(ptr: usize, n: i32): i32 {
  while (n > 0 && load<u64>(ptr + ((<usize>n - 1) << 3)) === 0) n--;
  return n;
}

/** floor((n * 2^32 + 2^32 - 1) / d) for n < d = (high, low), whose top bit is set: at most two corrections. */
function halfDigit(n: u64, high: u64, low: u64): u64 {
  let digit = n / high;
  let rest = n - digit * high;
  while (rest <= 0xffffffff && digit * low > ((rest << 32) | 0xffffffff)) {
    digit--;
    rest += high;
  }
  return digit;
}

/** floor((B^2 - 1) / d) - B for a d with its top bit set, as the quotient of (~d, ~0) by d in two 32-bit digits. */
function reciprocal1(d: u64): u64 {
  const high = d >> 32;
  const low = d & 0xffffffff;
  const top = halfDigit(~d, high, low);
  const rest = ((~d << 32) | 0xffffffff) - top * d;
  return (top << 32) + halfDigit(rest, high, low);
}

/** floor((B^3 - 1) / (d1, d0)) - B for a d1 with its top bit set. */
function reciprocal2(d1: u64, d0: u64): u64 {
  let v = reciprocal1(d1);
  let p = d1 * v + d0;
  if (p < d0) {
    v--;
    if (p >= d1) {
      v--;
      p -= d1;
    }
    p -= d1;
  }
  const t0 = v * d0;
  const t1 = Wide.high(v, d0);
  p += t1;
  if (p < t1) {
    v--;
    if (p > d1 || (p === d1 && t0 >= d0)) v--;
  }
  return v;
}

class Numerator {
  /** Limb i of the numerator shifted left by `shift` < 64 bits. */
  @inline static limb(u: usize, i: i32, shift: u64): u64 {
    const at = u + ((<usize>i) << 3);
    return (load<u64>(at) << shift) | ((load<u64>(at - 8) >> 1) >> (63 - shift));
  }
}

/** The remainder limb (high, low) >> shift, for `shift` < 64. */
class Denormal {
  @inline static limb(high: u64, low: u64, shift: u64): u64 {
    return (low >> shift) | ((high << 1) << (63 - shift));
  }
}

/** Digits top - 1 .. 0 of the quotient by the one limb d, whose top bit is set. */
function divideBy1(u: usize, top: i32, shift: u64, d: u64, q: usize, r: usize): void {
  const v = reciprocal1(d);
  let rest = Numerator.limb(u, top, shift);
  for (let j = top - 1; j >= 0; j--) {
    const next = Numerator.limb(u, j, shift);
    const fraction = v * rest + next;
    let digit = Wide.high(v, rest) + rest + Wide.carry(fraction, next) + 1;
    rest = next - digit * d;
    if (rest > fraction) {
      digit--;
      rest += d;
    }
    if (rest >= d) {
      digit++;
      rest -= d;
    }
    store<u64>(q + ((<usize>j) << 3), digit);
  }
  store<u64>(r, rest >> shift);
  store<u64>(r, 0, 8);
  store<u64>(r, 0, 16);
  store<u64>(r, 0, 24);
}

/** Digits top - 2 .. 0 of the quotient by (d1, d0). */
function divideBy2(u: usize, top: i32, shift: u64, d1: u64, d0: u64, q: usize, r: usize): void {
  const v = reciprocal2(d1, d0);
  let r1 = Numerator.limb(u, top, shift);
  let r0 = Numerator.limb(u, top - 1, shift);
  for (let j = top - 2; j >= 0; j--) {
    const next = Numerator.limb(u, j, shift);
    const fraction = v * r1 + r0;
    let digit = Wide.high(v, r1) + r1 + Wide.carry(fraction, r0);
    const product = digit * d0;
    const low = next - product;
    r1 = r0 - digit * d1 - Wide.high(digit, d0) - <u64>(next < product) - d1 - <u64>(low < d0);
    r0 = low - d0;
    digit++;
    if (r1 >= fraction) {
      digit--;
      r0 += d0;
      r1 += d1 + Wide.carry(r0, d0);
    }
    if (r1 > d1 || (r1 === d1 && r0 >= d0)) {
      digit++;
      r1 -= d1 + <u64>(r0 < d0);
      r0 -= d0;
    }
    store<u64>(q + ((<usize>j) << 3), digit);
  }
  store<u64>(r, Denormal.limb(r1, r0, shift));
  store<u64>(r, r1 >> shift, 8);
  store<u64>(r, 0, 16);
  store<u64>(r, 0, 24);
}

/**
 * Digits top - length .. 0 of the quotient by (d3, d2, d1, d0). A divisor of `length` = 3 limbs comes with d0 = 0, the
 * numerator is then read one limb further below.
 */
function divideBy4(
  u: usize,
  top: i32,
  shift: u64,
  d3: u64,
  d2: u64,
  d1: u64,
  d0: u64,
  length: i32,
  q: usize,
  r: usize,
): void {
  const v = reciprocal2(d3, d2);
  let r3 = Numerator.limb(u, top, shift);
  let r2 = Numerator.limb(u, top - 1, shift);
  let r1 = Numerator.limb(u, top - 2, shift);
  let r0 = Numerator.limb(u, top - 3, shift);
  for (let j = top - length; j >= 0; j--) {
    const next = Numerator.limb(u, j - 4 + length, shift);
    let digit: u64 = ~0;
    let s2: u64 = 0;
    let s1: u64;
    let s0: u64;
    if (r3 === d3 && r2 === d2) {
      s0 = d2 + r1;
      s1 = d3 + Wide.carry(s0, d2);
      s2 = <u64>(s1 < d3);
    } else {
      const fraction = v * r3 + r2;
      digit = Wide.high(v, r3) + r3 + Wide.carry(fraction, r2);
      const product = digit * d2;
      const low = r1 - product;
      s1 = r2 - digit * d3 - Wide.high(digit, d2) - <u64>(r1 < product) - d3 - <u64>(low < d2);
      s0 = low - d2;
      digit++;
      if (s1 >= fraction) {
        digit--;
        s0 += d2;
        s1 += d3 + Wide.carry(s0, d2);
      }
      if (s1 > d3 || (s1 === d3 && s0 >= d2)) {
        digit++;
        s1 -= d3 + <u64>(s0 < d2);
        s0 -= d2;
      }
    }
    // (s2, s1, s0, r0, next) -= digit * (d1, d0)
    const p0 = digit * d0;
    const carry = Wide.high(digit, d0);
    const p1 = digit * d1 + carry;
    const p2 = Wide.high(digit, d1) + Wide.carry(p1, carry);
    const below = <u64>(next < p0);
    const middle = r0 - p1;
    const borrow1 = <u64>(r0 < p1) + <u64>(middle < below);
    const upper = s0 - p2;
    const borrow2 = <u64>(s0 < p2) + <u64>(upper < borrow1);
    r0 = next - p0;
    r1 = middle - below;
    r2 = upper - borrow1;
    r3 = s1 - borrow2;
    if (<u64>(s1 < borrow2) !== s2) {
      digit--;
      r0 += d0;
      const c0 = Wide.carry(r0, d0);
      const t1 = r1 + c0;
      r1 = t1 + d1;
      const c1 = Wide.carry(t1, c0) + Wide.carry(r1, d1);
      const t2 = r2 + c1;
      r2 = t2 + d2;
      r3 += d3 + Wide.carry(t2, c1) + Wide.carry(r2, d2);
    }
    store<u64>(q + ((<usize>j) << 3), digit);
  }
  if (length === 3) {
    r0 = r1;
    r1 = r2;
    r2 = r3;
    r3 = 0;
  }
  store<u64>(r, Denormal.limb(r1, r0, shift));
  store<u64>(r, Denormal.limb(r2, r1, shift), 8);
  store<u64>(r, Denormal.limb(r3, r2, shift), 16);
  store<u64>(r, r3 >> shift, 24);
}

/** A numerator below the divisor is the remainder: `limbs` <= 4 limbs at u. */
function keepRemainder(r: usize, u: usize, limbs: i32): void {
  for (let i = 0; i < 4; i++) {
    const offset = (<usize>i) << 3;
    store<u64>(r + offset, i < limbs ? load<u64>(u + offset) : 0);
  }
}

/**
 * Divides the n limbs at u by the 4 limbs at d, which are not zero: n limbs of quotient at q, 4 limbs of remainder at r.
 * Overwrites GUARD_ABOVE bytes above u and reads the 16 below it, whose value does not matter: it lies below the lowest
 * bit of the shifted divisor, so it cannot change the quotient and leaves the remainder when that is shifted back.
 * Only d may overlap q or r.
 */
export function divide(u: usize, n: i32, d: usize, q: usize, r: usize): void {
  const d0 = load<u64>(d);
  const d1 = load<u64>(d, 8);
  const d2 = load<u64>(d, 16);
  const d3 = load<u64>(d, 24);
  store<u64>(u + ((<usize>n) << 3), 0);
  const length = significant(d, 4);
  const limbs = significant(u, n);
  const highest = load<u64>(d + ((<usize>length - 1) << 3));
  const shift = clz<u64>(highest);
  const back = 63 - shift;
  // The remainder that the first step starts from is below the divisor: either its top limb is below the divisor's, or
  // it begins with the bits that the shift pushes out of the numerator.
  const top = limbs > 0 && load<u64>(u + ((<usize>limbs - 1) << 3)) < highest ? limbs - 1 : limbs;
  for (let j = max(top - length + 1, 0); j < n; j++) store<u64>(q + ((<usize>j) << 3), 0);
  const e1 = (d1 << shift) | ((d0 >> 1) >> back);
  const e2 = (d2 << shift) | ((d1 >> 1) >> back);
  const e3 = (d3 << shift) | ((d2 >> 1) >> back);
  if (top < length) keepRemainder(r, u, limbs);
  else if (length === 1) divideBy1(u, top, shift, d0 << shift, q, r);
  else if (length === 2) divideBy2(u, top, shift, e1, d0 << shift, q, r);
  else if (length === 3) divideBy4(u, top, shift, e2, e1, d0 << shift, 0, 3, q, r);
  else divideBy4(u, top, shift, e3, e2, e1, d0 << shift, 4, q, r);
}
