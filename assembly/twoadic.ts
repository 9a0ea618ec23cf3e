// Arithmetic modulo powers of two on limbs of 28 bits, least significant first: what MODEXP does with the even part of a
// modulus. A number of n limbs is one mod 2^(28 n): products are cut off there, so nothing is ever divided.
// Buffers have at least three limbs to spare, whatever they hold; dst may be an operand.

export const LIMB_BITS: u32 = 28;
export const LIMB_MASK: u32 = 0x0fffffff;
/** Rows of one product each that a lane takes before it must give up its carry: 56 + 7 bits, and the carry itself. */
const LAZY_ROWS: u32 = 128;

/** Moves what each lane of [from, end) has above 28 bits to the next one. */
export function carryLanes(from: usize, end: usize): void {
  let carry: u64 = 0;
  for (let p = from; p < end; p += 8) {
    const lane = load<u64>(p) + carry;
    store<u64>(p, lane & LIMB_MASK);
    carry = lane >> LIMB_BITS;
  }
  store<u64>(end, load<u64>(end) + carry);
}

/** dst = x * y. `lanes`: room for n + 4 u64. */
export function lowProduct(lanes: usize, dst: usize, x: usize, y: usize, n: u32): void {
  const end: usize = n << 2;
  memory.fill(lanes, 0, (end << 1) + 32);
  for (let i: usize = 0, row: u32 = 1; i < end; i += 4, row++) {
    const factor = i32x4.splat(load<u32>(x + i));
    for (let at: usize = 0, lane = lanes + (i << 1); at < end - i; at += 16, lane += 32) {
      const ys = v128.load(y + at);
      v128.store(lane, i64x2.add(v128.load(lane), i64x2.extmul_low_i32x4_u(ys, factor)));
      v128.store(lane, i64x2.add(v128.load(lane, 16), i64x2.extmul_high_i32x4_u(ys, factor)), 16);
    }
    if (row % LAZY_ROWS === 0) carryLanes(lanes, lanes + (end << 1));
  }
  carryLanes(lanes, lanes + (end << 1));
  for (let at: usize = 0; at < end; at += 4) store<u32>(dst + at, <u32>load<u64>(lanes + (at << 1)));
}

/** dst = x - y */
export function subtract(dst: usize, x: usize, y: usize, n: u32): void {
  let borrow: u32 = 0;
  for (let at: usize = 0, end: usize = n << 2; at < end; at += 4) {
    const limb = load<u32>(x + at) - load<u32>(y + at) - borrow;
    store<u32>(dst + at, limb & LIMB_MASK);
    borrow = limb >> 31;
  }
}

/** 1/x mod 2^28 for an odd x: each step doubles the number of right bits, and an odd number is its own inverse mod 8. */
export function inverseLimb(x: u32): u32 {
  let inverse = x;
  for (let i = 0; i < 4; i++) inverse *= 2 - x * inverse;
  return inverse & LIMB_MASK;
}

/** x = 2 - x, which is 2 + (not x) + 1. */
function twoMinus(x: usize, n: u32): void {
  let carry: u32 = 3;
  for (let at: usize = 0, end: usize = n << 2; at < end; at += 4) {
    const limb = (load<u32>(x + at) ^ LIMB_MASK) + carry;
    store<u32>(x + at, limb & LIMB_MASK);
    carry = limb >> LIMB_BITS;
  }
}

/** dst = 1/x for an odd x, by Newton: i (2 - x i) has twice the right limbs of i. dst is all zeros; `temp`: n limbs. */
export function inverse(lanes: usize, dst: usize, x: usize, temp: usize, n: u32): void {
  store<u32>(dst, inverseLimb(load<u32>(x)));
  for (let right: u32 = 1; right < n; ) {
    right = min<u32>(right << 1, n);
    lowProduct(lanes, temp, x, dst, right);
    twoMinus(temp, right);
    lowProduct(lanes, dst, dst, temp, right);
  }
}

/** x mod 2^bits, where n limbs are ceil(bits / 28). */
export function truncate(x: usize, bits: u32, n: u32): void {
  const last = x + ((n - 1) << 2);
  store<u32>(last, load<u32>(last) & (LIMB_MASK >> (n * LIMB_BITS - bits)));
}
