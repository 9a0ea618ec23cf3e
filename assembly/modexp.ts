// MODEXP: Montgomery products (P. L. Montgomery, 1985) and sliding windows over the exponent for the odd part q of the
// modulus q 2^k, products mod 2^k for the even part, and the Chinese remainder theorem over both.
//
// Numbers are limbs of 28 bits in u32 lanes, least significant first: a 128-bit instruction then multiplies two pairs of
// limbs, and a u64 lane takes 2 * 64 products of 56 bits before it must give up its carry, so rows need no carry chain.
// It beats BigInt (Node 20) by 2.0 to 4.5 times up to 512 bytes and by 1.2 at 1024, where one byte of exponent makes them even:
// bringing the base into Montgomery form then takes half the time.
// With R = 2^(28 n) >= 16 N, a product x * y / R of operands below 4 N is below 16 N^2 / R + N <= 2 N: nothing is reduced
// before the end. Buffers are padded with zero limbs to whole vectors.
import { Scratch } from './context';
import { SCRATCH_MODEXP } from './layout';
import { modexpLength } from './modexpgas';
import { carryLanes, inverse, inverseLimb, LIMB_BITS, LIMB_MASK, lowProduct, subtract, truncate } from './twoadic';

/** EIP-7823's bound; longer operands are the host's. */
const MAX_BYTES: u64 = 1024;
const HEADER: u32 = 96;
/** Rows between two passes of carries. */
const LAZY_ROWS: u32 = 64;
/** Below it a square is a product: the single limbs of its rows cost more than half a product saves. */
const SQUARE_LIMBS: u32 = 24;

/** A buffer: ceil((8 * 1024 + 4) / 28) = 293 limbs, in whole vectors, and one vector to spare. */
const NUMBER_BYTES: usize = 1200;
/** Offsets in SCRATCH_MODEXP. Fields: number of limbs, bytes of a padded number, -1/N mod 2^28. */
const LIMBS: usize = 0;
const PADDED: usize = 4;
const INVERSE: usize = 8;
const MODULUS: usize = 16;
/** R^2 mod N: a product with it brings a number into Montgomery form. */
const SQUARE: usize = MODULUS + NUMBER_BYTES;
const RESULT: usize = SQUARE + NUMBER_BYTES;
const TEMP: usize = RESULT + NUMBER_BYTES;
/** Odd powers of the base, 16 at most. */
const POWERS: usize = TEMP + NUMBER_BYTES;
/** Twice what is being squared, in limbs of 29 bits. */
const DOUBLED: usize = POWERS + 16 * NUMBER_BYTES;
/** u64 lanes of a running product. */
const SUMS: usize = DOUBLED + NUMBER_BYTES;

/** A number in the input, most significant byte first; behind the end of the input everything is zero. */
class Operand {
  @inline static byte(src: usize, len: u32, at: u32): u32 {
    return at < len ? load<u8>(src + at) : 0;
  }

  /** 28 bits of the `count` bytes from `from` on, the lowest of them `bit`. */
  static limb(src: usize, len: u32, from: u32, count: u32, bit: u32): u32 {
    const first = bit >> 3;
    let value: u64 = 0;
    for (let k: u32 = 0; k < 5 && first + k < count; k++) {
      value |= (<u64>Operand.byte(src, len, from + count - 1 - first - k)) << (8 * k);
    }
    return <u32>(value >> (bit & 7)) & LIMB_MASK;
  }

  /** `limbs` limbs from bit `lowest` on. */
  static read(dst: usize, limbs: u32, src: usize, len: u32, from: u32, count: u32, lowest: u32): void {
    for (let i: u32 = 0; i < limbs; i++) {
      store<u32>(dst + (i << 2), Operand.limb(src, len, from, count, lowest + i * LIMB_BITS));
    }
  }

  /** Bits of the number without leading zeros. */
  static bits(src: usize, len: u32, from: u32, count: u32): u32 {
    for (let i: u32 = 0; i < count; i++) {
      const byte = Operand.byte(src, len, from + i);
      if (byte !== 0) return 8 * (count - i) - (clz<u32>(byte) - 24);
    }
    return 0;
  }

  /** Zero bits below the lowest one of a number that is not 0. */
  static zeros(src: usize, len: u32, from: u32, count: u32): u32 {
    let i: u32 = 0;
    while (Operand.byte(src, len, from + count - 1 - i) === 0) i++;
    return 8 * i + ctz<u32>(Operand.byte(src, len, from + count - 1 - i));
  }

  @inline static bit(src: usize, len: u32, end: u32, i: u32): u32 {
    return (Operand.byte(src, len, end - 1 - (i >> 3)) >> (i & 7)) & 1;
  }
}

/** x >= N, for numbers of normal limbs. */
function reaches(s: usize, x: usize): bool {
  for (let i = load<u32>(s, LIMBS); i > 0; i--) {
    const at: usize = (i - 1) << 2;
    const limb = load<u32>(x + at);
    const bound = load<u32>(s + MODULUS + at);
    if (limb !== bound) return limb > bound;
  }
  return true;
}

/** x - N where x is not below N. */
function reduceOnce(s: usize, x: usize): void {
  if (!reaches(s, x)) return;
  let borrow: u32 = 0;
  for (let at: usize = 0, end: usize = load<u32>(s, LIMBS) << 2; at < end; at += 4) {
    const limb = load<u32>(x + at) - load<u32>(s + MODULUS + at) - borrow;
    store<u32>(x + at, limb & LIMB_MASK);
    borrow = limb >> 31;
  }
}

/** 2 x mod N for x below N. */
function double(s: usize, x: usize): void {
  let carry: u32 = 0;
  for (let at: usize = 0, end: usize = load<u32>(s, LIMBS) << 2; at < end; at += 4) {
    const limb = (load<u32>(x + at) << 1) | carry;
    store<u32>(x + at, limb & LIMB_MASK);
    carry = limb >> LIMB_BITS;
  }
  reduceOnce(s, x);
}

/** x + y with normal limbs; the sum has no more limbs than N. */
function add(s: usize, x: usize, y: usize): void {
  let carry: u32 = 0;
  for (let at: usize = 0, end: usize = load<u32>(s, LIMBS) << 2; at < end; at += 4) {
    const limb = load<u32>(x + at) + load<u32>(y + at) + carry;
    store<u32>(x + at, limb & LIMB_MASK);
    carry = limb >> LIMB_BITS;
  }
}

class Row {
  /** lanes += y * limb + N * factor */
  @inline static add(lanes: usize, y: usize, modulus: usize, padded: usize, limb: u32, factor: u32): void {
    const a = i32x4.splat(limb);
    const b = i32x4.splat(factor);
    for (let at: usize = 0; at < padded; at += 16, lanes += 32) {
      const ys = v128.load(y + at);
      const ns = v128.load(modulus + at);
      const low = i64x2.add(i64x2.extmul_low_i32x4_u(ys, a), i64x2.extmul_low_i32x4_u(ns, b));
      const high = i64x2.add(i64x2.extmul_high_i32x4_u(ys, a), i64x2.extmul_high_i32x4_u(ns, b));
      v128.store(lanes, i64x2.add(v128.load(lanes), low));
      v128.store(lanes, i64x2.add(v128.load(lanes, 16), high), 16);
    }
  }

  /** lanes += y * limb, for `bytes` bytes of y. */
  @inline static addOne(lanes: usize, y: usize, bytes: usize, limb: u32): void {
    const a = i32x4.splat(limb);
    for (let at: usize = 0; at < bytes; at += 16, lanes += 32) {
      const ys = v128.load(y + at);
      v128.store(lanes, i64x2.add(v128.load(lanes), i64x2.extmul_low_i32x4_u(ys, a)));
      v128.store(lanes, i64x2.add(v128.load(lanes, 16), i64x2.extmul_high_i32x4_u(ys, a)), 16);
    }
  }

  /** lanes += x_i^2 and 2 x_i x_j for j > i, by single limbs up to a whole vector of j. Lane 0 belongs to x_i x_0. */
  @inline static addSquare(s: usize, lanes: usize, x: usize, i: u32, padded: usize): void {
    const limb = load<u32>(x + (i << 2));
    const own = lanes + (i << 3);
    store<u64>(own, load<u64>(own) + <u64>limb * limb);
    const whole = (i + 4) & ~3;
    for (let j = i + 1; j < whole; j++) {
      const lane = lanes + (j << 3);
      store<u64>(lane, load<u64>(lane) + <u64>load<u32>(s + DOUBLED + (j << 2)) * limb);
    }
    const start: usize = whole << 2;
    if (start < padded) Row.addOne(lanes + (start << 1), s + DOUBLED + start, padded - start, limb);
  }

  /** Between two rows: the lowest lane is a multiple of 2^28 and stays behind. @returns the next row's lowest lane */
  @inline static next(lanes: usize, i: u32, padded: usize): usize {
    store<u64>(lanes + 8, load<u64>(lanes + 8) + (load<u64>(lanes) >> LIMB_BITS));
    if ((i & (LAZY_ROWS - 1)) === LAZY_ROWS - 1) carryLanes(lanes + 8, lanes + (padded << 1));
    return lanes + 8;
  }
}

/** What each lane has above 28 bits goes to the next one, the rest is dst's limbs. */
function collect(s: usize, dst: usize, lanes: usize): void {
  let carry: u64 = 0;
  for (let at: usize = 0, end: usize = load<u32>(s, LIMBS) << 2; at < end; at += 4, lanes += 8) {
    const lane = load<u64>(lanes) + carry;
    store<u32>(dst + at, <u32>lane & LIMB_MASK);
    carry = lane >> LIMB_BITS;
  }
}

function clearSums(s: usize): void {
  memory.fill(s + SUMS, 0, ((<usize>load<u32>(s, LIMBS)) << 3) + (load<u32>(s, PADDED) << 1) + 8);
}

/** dst = x * y / R mod N. Row i makes the lowest lane a multiple of 2^28 and leaves it behind. dst may be x or y. */
function product(s: usize, dst: usize, x: usize, y: usize): void {
  const limbs = load<u32>(s, LIMBS);
  const padded: usize = load<u32>(s, PADDED);
  const inverse = load<u32>(s, INVERSE);
  const lowest: u64 = load<u32>(y);
  let lanes = s + SUMS;
  clearSums(s);
  for (let i: u32 = 0; i < limbs; i++) {
    const limb = load<u32>(x + (i << 2));
    const factor = (<u32>(load<u64>(lanes) + lowest * limb) * inverse) & LIMB_MASK;
    Row.add(lanes, y, s + MODULUS, padded, limb, factor);
    lanes = Row.next(lanes, i, padded);
  }
  collect(s, dst, lanes);
}

/**
 * dst = x * x / R mod N, in three quarters of the multiplications. Row i needs what x_a x_b gives to its lowest lane, a + b = i:
 * the smaller of a and b is at most i, so that row has come by. A row adds less than 2^56 + 2^57 to a lane.
 */
function square(s: usize, dst: usize, x: usize): void {
  const limbs = load<u32>(s, LIMBS);
  if (limbs < SQUARE_LIMBS) {
    product(s, dst, x, x);
    return;
  }
  const padded: usize = load<u32>(s, PADDED);
  const inverse = load<u32>(s, INVERSE);
  for (let at: usize = 0; at < padded; at += 16) {
    v128.store(s + DOUBLED + at, i32x4.shl(v128.load(x + at), 1));
  }
  let lanes = s + SUMS;
  clearSums(s);
  for (let i: u32 = 0; i < limbs; i++) {
    Row.addSquare(s, lanes, x, i, padded);
    const factor = (<u32>load<u64>(lanes) * inverse) & LIMB_MASK;
    Row.addOne(lanes, s + MODULUS, padded, factor);
    lanes = Row.next(lanes, i, padded);
  }
  collect(s, dst, lanes);
}

/**
 * SQUARE from the largest power of two below N, by doubling up to R and a little further, then squaring and doubling up to
 * R^2. As far as half as many doublings as N has limbs, they take less time than a product each time their number doubles.
 */
function findSquare(s: usize, modulusBits: u32): void {
  const x = s + SQUARE;
  const limbs = load<u32>(s, LIMBS);
  const rBits = limbs * LIMB_BITS;
  const top = modulusBits - 1;
  let squarings: u32 = 0;
  while (rBits >> squarings > limbs >> 1) squarings++;
  store<u32>(x + ((top / LIMB_BITS) << 2), 1 << (top % LIMB_BITS));
  for (let i = top, end = rBits + (rBits >> squarings); i < end; i++) double(s, x);
  for (let i = squarings; i > 0; i--) {
    square(s, x, x);
    reduceOnce(s, x);
    if ((rBits >> (i - 1)) & 1) double(s, x);
  }
}

/** POWERS[0] = the base in Montgomery form, by Horner's rule over pieces as long as the modulus. */
function readBase(s: usize, src: usize, len: u32, count: u32): void {
  const limbs = load<u32>(s, LIMBS);
  const base = s + POWERS;
  const piece = s + TEMP;
  const all = (8 * count + LIMB_BITS - 1) / LIMB_BITS;
  for (let left = all; left > 0; ) {
    const first = ((left - 1) / limbs) * limbs;
    Operand.read(piece, limbs, src, len, HEADER, count, first * LIMB_BITS);
    product(s, piece, piece, s + SQUARE);
    if (left < all) product(s, base, base, s + SQUARE);
    add(s, base, piece);
    left = first;
  }
}

/** Bits of a window by the length of the exponent: 2^(w-1) odd powers against bits / (w + 1) products. */
function windowBits(bits: u32): u32 {
  if (bits <= 24) return 1;
  if (bits <= 80) return 3;
  return bits <= 240 ? 4 : 5;
}

function fillPowers(s: usize, window: u32): void {
  const base = s + POWERS;
  if (window === 1) return;
  square(s, s + TEMP, base);
  for (let i: usize = 1, n: usize = 1 << (window - 1); i < n; i++) {
    product(s, base + i * NUMBER_BYTES, base + (i - 1) * NUMBER_BYTES, s + TEMP);
  }
}

/** RESULT = base ^ exponent for an exponent of `bits` bits, not 0, whose bytes end at `end`. */
function power(s: usize, src: usize, len: u32, end: u32, bits: u32): void {
  const window = windowBits(bits);
  fillPowers(s, window);
  const result = s + RESULT;
  let isFirst = true;
  for (let top = <i32>bits - 1; top >= 0; ) {
    if (Operand.bit(src, len, end, top) === 0) {
      square(s, result, result);
      top -= 1;
      continue;
    }
    let last = max<i32>(top - <i32>window + 1, 0);
    while (Operand.bit(src, len, end, last) === 0) last++;
    let digit: u32 = 0;
    for (; top >= last; top--) {
      digit = (digit << 1) | Operand.bit(src, len, end, top);
      if (!isFirst) square(s, result, result);
    }
    const factor = s + POWERS + (digit >> 1) * NUMBER_BYTES;
    if (isFirst) memory.copy(result, factor, load<u32>(s, PADDED));
    else product(s, result, result, factor);
    isFirst = false;
  }
}

/** RESULT out of Montgomery form: a product with 1, which is its row of N alone. */
function leaveMontgomery(s: usize): void {
  const limbs = load<u32>(s, LIMBS);
  const padded: usize = load<u32>(s, PADDED);
  const inverse = load<u32>(s, INVERSE);
  let lanes = s + SUMS;
  clearSums(s);
  for (let i: usize = 0; i < limbs; i++) store<u64>(lanes + (i << 3), load<u32>(s + RESULT + (i << 2)));
  for (let i: u32 = 0; i < limbs; i++) {
    Row.addOne(lanes, s + MODULUS, padded, (<u32>load<u64>(lanes) * inverse) & LIMB_MASK);
    lanes = Row.next(lanes, i, padded);
  }
  collect(s, s + RESULT, lanes);
  reduceOnce(s, s + RESULT);
}

/** RESULT = base ^ exponent mod the odd part of the modulus, which is in MODULUS and has `bits` bits. */
function oddPower(s: usize, src: usize, len: u32, bits: u32, baseBytes: u32, end: u32, exponentBits: u32): void {
  const limbs = (bits + 4 + LIMB_BITS - 1) / LIMB_BITS;
  store<u32>(s, limbs, LIMBS);
  store<u32>(s, ((limbs << 2) + 15) & ~15, PADDED);
  store<u32>(s, (0 - inverseLimb(load<u32>(s + MODULUS))) & LIMB_MASK, INVERSE);
  findSquare(s, bits);
  readBase(s, src, len, baseBytes);
  power(s, src, len, end, exponentBits);
  leaveMontgomery(s);
}

/** dst = base ^ exponent mod 2^(28 n), bit by bit: the even part of a modulus is short. `base`: a buffer. */
function evenPower(
  s: usize,
  dst: usize,
  base: usize,
  n: u32,
  src: usize,
  len: u32,
  baseBytes: u32,
  end: u32,
  exponentBits: u32,
): void {
  Operand.read(base, n, src, len, HEADER, baseBytes, 0);
  memory.copy(dst, base, n << 2);
  for (let i = <i32>exponentBits - 2; i >= 0; i--) {
    lowProduct(s + SUMS, dst, dst, dst, n);
    if (Operand.bit(src, len, end, i)) lowProduct(s + SUMS, dst, dst, base, n);
  }
}

/**
 * RESULT, a remainder r of the odd part q, becomes that of q 2^k whose remainder mod 2^k is `even`:
 * r + q ((even - r) / q mod 2^k). `total`: limbs of q 2^k.
 */
function combine(s: usize, even: usize, k: u32, total: u32): void {
  const result = s + RESULT;
  const lanes = s + SUMS;
  const n = (k + LIMB_BITS - 1) / LIMB_BITS;
  const inverted = even + NUMBER_BYTES;
  const temp = inverted + NUMBER_BYTES;
  memory.fill(inverted, 0, NUMBER_BYTES);
  inverse(lanes, inverted, s + MODULUS, temp, n);
  subtract(even, even, result, n);
  lowProduct(lanes, even, even, inverted, n);
  truncate(even, k, n);
  memory.fill(even + (n << 2), 0, NUMBER_BYTES - (n << 2));
  lowProduct(lanes, temp, even, s + MODULUS, total);
  store<u32>(s, total, LIMBS);
  add(s, result, temp);
}

/** Writes RESULT as `count` bytes; behind its last limb everything is zero. */
function writeResult(s: usize, dst: usize, count: u32, limbs: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = (i << 3) / LIMB_BITS;
    const two = at < limbs ? load<u64>(s + RESULT + (at << 2)) : 0;
    const joined = (two & LIMB_MASK) | ((two >> 32) << LIMB_BITS);
    store<u8>(dst + (count - 1 - i), <u8>(joined >> ((i << 3) % LIMB_BITS)));
  }
}

/** True if `modexp` can serve this input: no operand is longer than EIP-7823 allows. */
export function fitsModexp(src: usize, len: u32): bool {
  for (let which = 0; which < 3; which++) if (modexpLength(src, len, which) > MAX_BYTES) return false;
  return true;
}

/** base ^ exponent mod modulus for an input that `fitsModexp`, written to dst. @returns output length */
export function modexp(src: usize, len: u32, dst: usize): i32 {
  const baseBytes = <u32>modexpLength(src, len, 0);
  const exponentBytes = <u32>modexpLength(src, len, 1);
  const modulusBytes = <u32>modexpLength(src, len, 2);
  const end = HEADER + baseBytes + exponentBytes;
  const modulusBits = Operand.bits(src, len, end, modulusBytes);
  const exponentBits = Operand.bits(src, len, HEADER + baseBytes, exponentBytes);
  memory.fill(dst, 0, modulusBytes);
  if (modulusBits <= 1) return modulusBytes;
  if (exponentBits === 0) {
    store<u8>(dst + modulusBytes - 1, 1);
    return modulusBytes;
  }
  const s = Scratch.at(SCRATCH_MODEXP);
  const k = Operand.zeros(src, len, end, modulusBytes);
  const oddBits = modulusBits - k;
  const limbs = (modulusBits + 4 + LIMB_BITS - 1) / LIMB_BITS;
  const clear: usize = ((limbs << 2) + 31) & ~15;
  for (let at = MODULUS; at < SUMS; at += NUMBER_BYTES) memory.fill(s + at, 0, clear);
  Operand.read(s + MODULUS, (oddBits + LIMB_BITS - 1) / LIMB_BITS, src, len, end, modulusBytes, k);
  if (oddBits > 1) oddPower(s, src, len, oddBits, baseBytes, end, exponentBits);
  if (k > 0) {
    const even = s + POWERS;
    const n = (k + LIMB_BITS - 1) / LIMB_BITS;
    evenPower(s, even, even + NUMBER_BYTES, n, src, len, baseBytes, end, exponentBits);
    combine(s, even, k, limbs);
  }
  writeResult(s, dst, modulusBytes, limbs);
  return modulusBytes;
}
