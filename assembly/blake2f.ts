// The BLAKE2b compression function F with a free number of rounds (EIP-152, RFC 7693). The 4 × 4 state is held as rows
// of two 128-bit vectors, so that one instruction serves two of the four mixes of a half round. The message is laid out
// once in the order of the ten permutations: the rounds, of which there may be billions, then only load.
import { Scratch } from './context';
import { SCRATCH_HASH, SCRATCH_PRECOMPILE } from './layout';

/** The ten orders take 1280 B, the rows 128: the hash scratch and the part of the precompile scratch behind it. */
const ORDERED_BYTES: usize = 1280;
/** Engines replace slow first code only between calls, so long runs go by calls; a multiple of ten. */
const CALL_ROUNDS: u32 = 1000;
if (SCRATCH_HASH + 512 !== SCRATCH_PRECOMPILE) ERROR('blake2f needs the two scratch areas side by side');

/** RFC 7693 section 2.7, each row as 0 2 4 6, 1 3 5 7, 8 10 12 14, 9 11 13 15: what one vector step reads lies together. */
const SIGMA: StaticArray<u8> = [
  0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15, 14, 4, 9, 13, 10, 8, 15, 6, 1, 0, 11, 5, 12, 2, 7, 3, 11, 12, 5,
  15, 8, 0, 2, 13, 10, 3, 7, 9, 14, 6, 1, 4, 7, 3, 13, 11, 9, 1, 12, 14, 2, 5, 4, 15, 6, 10, 0, 8, 9, 5, 2, 10, 0, 7, 4,
  15, 14, 11, 6, 3, 1, 12, 8, 13, 2, 6, 0, 8, 12, 10, 11, 3, 4, 7, 15, 1, 13, 5, 14, 9, 12, 1, 14, 4, 5, 15, 13, 10, 0,
  6, 9, 8, 7, 3, 2, 11, 13, 7, 12, 3, 11, 14, 1, 9, 5, 15, 8, 2, 0, 4, 6, 10, 6, 14, 11, 0, 15, 9, 3, 8, 12, 13, 1, 10,
  2, 7, 4, 5, 10, 8, 7, 1, 2, 4, 6, 5, 15, 9, 3, 13, 11, 14, 12, 0,
];

const IV: StaticArray<u64> = [
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
  0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
];

class Row {
  @inline static add3(a: v128, b: v128, m: usize, at: usize): v128 {
    return i64x2.add(i64x2.add(a, b), v128.load(m + at));
  }
  @inline static rotr32(x: v128): v128 {
    return i8x16.shuffle(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  }
  @inline static rotr24(x: v128): v128 {
    return i8x16.shuffle(x, x, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
  }
  @inline static rotr16(x: v128): v128 {
    return i8x16.shuffle(x, x, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9);
  }
  @inline static rotr63(x: v128): v128 {
    return v128.or(i64x2.add(x, x), i64x2.shr_u(x, 63));
  }
  /** The upper half of `low` and the lower half of `high`. */
  @inline static across(low: v128, high: v128): v128 {
    return i8x16.shuffle(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
  }
}

/** Writes the message in the order of each of the first ten rounds. */
function arrange(message: usize, ordered: usize): void {
  const sigma = changetype<usize>(SIGMA);
  for (let i: usize = 0; i < 160; i++) {
    store<u64>(ordered + (i << 3), load<u64>(message + ((<usize>load<u8>(sigma + i)) << 3)));
  }
}

/** `count` rounds on the four rows at `rows`, from the first order of the message on. */
function mix(rows: usize, count: u32): void {
  const ordered = Scratch.at(SCRATCH_HASH);
  const end = ordered + ORDERED_BYTES;
  let a0 = v128.load(rows, 0);
  let a1 = v128.load(rows, 16);
  let b0 = v128.load(rows, 32);
  let b1 = v128.load(rows, 48);
  let c0 = v128.load(rows, 64);
  let c1 = v128.load(rows, 80);
  let d0 = v128.load(rows, 96);
  let d1 = v128.load(rows, 112);
  let m = ordered;
  for (; count !== 0; count--) {
    a0 = Row.add3(a0, b0, m, 0);
    a1 = Row.add3(a1, b1, m, 16);
    d0 = Row.rotr32(v128.xor(d0, a0));
    d1 = Row.rotr32(v128.xor(d1, a1));
    c0 = i64x2.add(c0, d0);
    c1 = i64x2.add(c1, d1);
    b0 = Row.rotr24(v128.xor(b0, c0));
    b1 = Row.rotr24(v128.xor(b1, c1));
    a0 = Row.add3(a0, b0, m, 32);
    a1 = Row.add3(a1, b1, m, 48);
    d0 = Row.rotr16(v128.xor(d0, a0));
    d1 = Row.rotr16(v128.xor(d1, a1));
    c0 = i64x2.add(c0, d0);
    c1 = i64x2.add(c1, d1);
    b0 = Row.rotr63(v128.xor(b0, c0));
    b1 = Row.rotr63(v128.xor(b1, c1));
    // Diagonals become columns: row b moves left by one word, c by two, d by three.
    let s = b0;
    b0 = Row.across(b0, b1);
    b1 = Row.across(b1, s);
    s = c0;
    c0 = c1;
    c1 = s;
    s = d0;
    d0 = Row.across(d1, d0);
    d1 = Row.across(s, d1);
    a0 = Row.add3(a0, b0, m, 64);
    a1 = Row.add3(a1, b1, m, 80);
    d0 = Row.rotr32(v128.xor(d0, a0));
    d1 = Row.rotr32(v128.xor(d1, a1));
    c0 = i64x2.add(c0, d0);
    c1 = i64x2.add(c1, d1);
    b0 = Row.rotr24(v128.xor(b0, c0));
    b1 = Row.rotr24(v128.xor(b1, c1));
    a0 = Row.add3(a0, b0, m, 96);
    a1 = Row.add3(a1, b1, m, 112);
    d0 = Row.rotr16(v128.xor(d0, a0));
    d1 = Row.rotr16(v128.xor(d1, a1));
    c0 = i64x2.add(c0, d0);
    c1 = i64x2.add(c1, d1);
    b0 = Row.rotr63(v128.xor(b0, c0));
    b1 = Row.rotr63(v128.xor(b1, c1));
    s = b0;
    b0 = Row.across(b1, b0);
    b1 = Row.across(s, b1);
    s = c0;
    c0 = c1;
    c1 = s;
    s = d0;
    d0 = Row.across(d0, d1);
    d1 = Row.across(d1, s);
    m += 128;
    if (m === end) m = ordered;
  }
  v128.store(rows, a0, 0);
  v128.store(rows, a1, 16);
  v128.store(rows, b0, 32);
  v128.store(rows, b1, 48);
  v128.store(rows, c0, 64);
  v128.store(rows, c1, 80);
  v128.store(rows, d0, 96);
  v128.store(rows, d1, 112);
}

/** `rounds` rounds over chaining value h, message words, offset counters t and final flag; the result goes to dst. */
function compress(rounds: u32, h: usize, message: usize, t: usize, final: bool, dst: usize): void {
  const rows = Scratch.at(SCRATCH_HASH) + ORDERED_BYTES;
  const iv = changetype<usize>(IV);
  arrange(message, Scratch.at(SCRATCH_HASH));
  memory.copy(rows, h, 64);
  memory.copy(rows + 64, iv, 64);
  store<u64>(rows, load<u64>(rows, 96) ^ load<u64>(t), 96);
  store<u64>(rows, load<u64>(rows, 104) ^ load<u64>(t, 8), 104);
  if (final) store<u64>(rows, ~load<u64>(rows, 112), 112);
  for (; rounds > CALL_ROUNDS; rounds -= CALL_ROUNDS) mix(rows, CALL_ROUNDS);
  mix(rows, rounds);
  for (let at: usize = 0; at < 64; at += 8)
    store<u64>(dst + at, load<u64>(h + at) ^ load<u64>(rows + at) ^ load<u64>(rows + at, 64));
}

/** The precompile: 213 bytes of input to 64 bytes at dst. @returns 64, or -1 for a wrong length or final flag */
export function blake2f(src: usize, len: i32, dst: usize): i32 {
  if (len !== 213) return -1;
  const final = load<u8>(src, 212);
  if (final > 1) return -1;
  compress(bswap<u32>(load<u32>(src)), src + 4, src + 68, src + 196, final !== 0, dst);
  return 64;
}
