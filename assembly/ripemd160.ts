// RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996). Two lines of five times sixteen steps read the same block in
// different orders; both orders and the rotations are tables here, and one function does sixteen steps of one line.
import { Scratch } from './context';
import { SCRATCH_HASH } from './layout';

/** Scratch: chaining value 5 × u32, left line 5 × u32, right line 5 × u32, padded tail 128 B. */
const LEFT: usize = 32;
const RIGHT: usize = 64;
const TAIL: usize = 128;

/** Word of the block that step i of the left line reads, then the same of the right line. */
const ORDER: StaticArray<u8> = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8, 3, 10, 14,
  4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12, 1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2, 4, 0, 5, 9, 7, 12, 2,
  10, 14, 1, 3, 8, 11, 6, 15, 13, 5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14,
  15, 8, 12, 4, 9, 1, 2, 15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13,
  9, 7, 10, 14, 12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
];

/** Rotation of step i, left line and then right line. */
const ROTATION: StaticArray<u8> = [
  11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12, 11,
  13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12, 9, 15, 5,
  11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6, 8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7,
  12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11, 9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14,
  14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8, 8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
];

const INITIAL: StaticArray<u32> = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

class Mix {
  /** The five boolean functions of the specification; `kind` is constant at every call, so only one remains. */
  @inline static of(kind: i32, x: u32, y: u32, z: u32): u32 {
    if (kind === 0) return x ^ y ^ z;
    if (kind === 1) return (x & y) | (~x & z);
    if (kind === 2) return (x | ~y) ^ z;
    if (kind === 3) return (x & z) | (y & ~z);
    return x ^ (y | ~z);
  }

  /** Sixteen steps of the line at `v`, which begin at `step` of the tables. */
  @inline static sixteen(kind: i32, block: usize, v: usize, step: usize, k: u32): void {
    let a = load<u32>(v, 0);
    let b = load<u32>(v, 4);
    let c = load<u32>(v, 8);
    let d = load<u32>(v, 12);
    let e = load<u32>(v, 16);
    const order = changetype<usize>(ORDER) + step;
    const rotation = changetype<usize>(ROTATION) + step;
    for (let i: usize = 0; i < 16; i++) {
      const word = load<u32>(block + ((<usize>load<u8>(order + i)) << 2));
      const t = rotl<u32>(a + Mix.of(kind, b, c, d) + word + k, load<u8>(rotation + i)) + e;
      a = e;
      e = d;
      d = rotl<u32>(c, 10);
      c = b;
      b = t;
    }
    store<u32>(v, a, 0);
    store<u32>(v, b, 4);
    store<u32>(v, c, 8);
    store<u32>(v, d, 12);
    store<u32>(v, e, 16);
  }
}

function compress(block: usize, s: usize): void {
  const left = s + LEFT;
  const right = s + RIGHT;
  memory.copy(left, s, 20);
  memory.copy(right, s, 20);
  Mix.sixteen(0, block, left, 0, 0);
  Mix.sixteen(1, block, left, 16, 0x5a827999);
  Mix.sixteen(2, block, left, 32, 0x6ed9eba1);
  Mix.sixteen(3, block, left, 48, 0x8f1bbcdc);
  Mix.sixteen(4, block, left, 64, 0xa953fd4e);
  Mix.sixteen(4, block, right, 80, 0x50a28be6);
  Mix.sixteen(3, block, right, 96, 0x5c4dd124);
  Mix.sixteen(2, block, right, 112, 0x6d703ef3);
  Mix.sixteen(1, block, right, 128, 0x7a6d76e9);
  Mix.sixteen(0, block, right, 144, 0);
  const t = load<u32>(s, 4) + load<u32>(left, 8) + load<u32>(right, 12);
  store<u32>(s, load<u32>(s, 8) + load<u32>(left, 12) + load<u32>(right, 16), 4);
  store<u32>(s, load<u32>(s, 12) + load<u32>(left, 16) + load<u32>(right, 0), 8);
  store<u32>(s, load<u32>(s, 16) + load<u32>(left, 0) + load<u32>(right, 4), 12);
  store<u32>(s, load<u32>(s, 0) + load<u32>(left, 4) + load<u32>(right, 8), 16);
  store<u32>(s, t, 0);
}

/** RIPEMD-160 of [src, src + len) to 20 bytes at dst, which may overlap the input. */
export function ripemd160(src: usize, len: u32, dst: usize): void {
  const s = Scratch.at(SCRATCH_HASH);
  memory.copy(s, changetype<usize>(INITIAL), 20);
  let left = len;
  for (; left >= 64; left -= 64, src += 64) compress(src, s);
  const tail = s + TAIL;
  const tailBytes: usize = left < 56 ? 64 : 128;
  memory.fill(tail, 0, tailBytes);
  memory.copy(tail, src, left);
  store<u8>(tail + left, 0x80);
  store<u64>(tail + tailBytes - 8, (<u64>len) << 3);
  compress(tail, s);
  if (tailBytes > 64) compress(tail + 64, s);
  memory.copy(dst, s, 20);
}
