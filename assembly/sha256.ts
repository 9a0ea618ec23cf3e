// SHA-256 (FIPS 180-4). The message schedule and the chaining value live in the slot's hash scratch; input is read in
// place, and only the last one or two blocks, which carry the padding, are assembled in scratch.
import { Scratch } from './context';
import { SCRATCH_HASH } from './layout';

/** Scratch: schedule 64 × u32, chaining value 8 × u32, padded tail 128 B. */
const STATE: usize = 256;
const TAIL: usize = 288;

const K: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
];

const INITIAL: StaticArray<u32> = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

class Sigma {
  @inline static s0(x: u32): u32 {
    return rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
  }
  @inline static s1(x: u32): u32 {
    return rotr<u32>(x, 17) ^ rotr<u32>(x, 19) ^ (x >> 10);
  }
  @inline static S0(x: u32): u32 {
    return rotr<u32>(x, 2) ^ rotr<u32>(x, 13) ^ rotr<u32>(x, 22);
  }
  @inline static S1(x: u32): u32 {
    return rotr<u32>(x, 6) ^ rotr<u32>(x, 11) ^ rotr<u32>(x, 25);
  }
  /** The part of a round that does not depend on a, b, c, d: `t` stands at round i, `w` at the schedule's word i. */
  @inline static t1(e: u32, f: u32, g: u32, h: u32, t: usize, w: usize, at: usize): u32 {
    return h + Sigma.S1(e) + (g ^ (e & (f ^ g))) + load<u32>(t + at) + load<u32>(w + at);
  }
  @inline static t2(a: u32, b: u32, c: u32): u32 {
    return Sigma.S0(a) + ((a & b) | (c & (a | b)));
  }
}

function schedule(block: usize, w: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(w + i, bswap<u32>(load<u32>(block + i)));
  for (let p = w + 64, end = w + 256; p < end; p += 4) {
    const next = Sigma.s1(load<u32>(p - 8)) + load<u32>(p - 28) + Sigma.s0(load<u32>(p - 60)) + load<u32>(p - 64);
    store<u32>(p, next);
  }
}

/** Folds one 64-byte block into the chaining value. Eight rounds per turn: the variables change names, not places. */
function compress(block: usize, w: usize): void {
  schedule(block, w);
  const s = w + STATE;
  let a = load<u32>(s, 0);
  let b = load<u32>(s, 4);
  let c = load<u32>(s, 8);
  let d = load<u32>(s, 12);
  let e = load<u32>(s, 16);
  let f = load<u32>(s, 20);
  let g = load<u32>(s, 24);
  let h = load<u32>(s, 28);
  let k = changetype<usize>(K);
  for (let p = w, end = w + 256; p < end; p += 32, k += 32) {
    let t = Sigma.t1(e, f, g, h, k, p, 0);
    d += t;
    h = t + Sigma.t2(a, b, c);
    t = Sigma.t1(d, e, f, g, k, p, 4);
    c += t;
    g = t + Sigma.t2(h, a, b);
    t = Sigma.t1(c, d, e, f, k, p, 8);
    b += t;
    f = t + Sigma.t2(g, h, a);
    t = Sigma.t1(b, c, d, e, k, p, 12);
    a += t;
    e = t + Sigma.t2(f, g, h);
    t = Sigma.t1(a, b, c, d, k, p, 16);
    h += t;
    d = t + Sigma.t2(e, f, g);
    t = Sigma.t1(h, a, b, c, k, p, 20);
    g += t;
    c = t + Sigma.t2(d, e, f);
    t = Sigma.t1(g, h, a, b, k, p, 24);
    f += t;
    b = t + Sigma.t2(c, d, e);
    t = Sigma.t1(f, g, h, a, k, p, 28);
    e += t;
    a = t + Sigma.t2(b, c, d);
  }
  store<u32>(s, load<u32>(s, 0) + a, 0);
  store<u32>(s, load<u32>(s, 4) + b, 4);
  store<u32>(s, load<u32>(s, 8) + c, 8);
  store<u32>(s, load<u32>(s, 12) + d, 12);
  store<u32>(s, load<u32>(s, 16) + e, 16);
  store<u32>(s, load<u32>(s, 20) + f, 20);
  store<u32>(s, load<u32>(s, 24) + g, 24);
  store<u32>(s, load<u32>(s, 28) + h, 28);
}

/** SHA-256 of [src, src + len) to 32 bytes at dst, which may overlap the input. */
export function sha256(src: usize, len: u32, dst: usize): void {
  const w = Scratch.at(SCRATCH_HASH);
  memory.copy(w + STATE, changetype<usize>(INITIAL), 32);
  let left = len;
  for (; left >= 64; left -= 64, src += 64) compress(src, w);
  const tail = w + TAIL;
  const tailBytes: usize = left < 56 ? 64 : 128;
  memory.fill(tail, 0, tailBytes);
  memory.copy(tail, src, left);
  store<u8>(tail + left, 0x80);
  store<u64>(tail + tailBytes - 8, bswap<u64>((<u64>len) << 3));
  compress(tail, w);
  if (tailBytes > 64) compress(tail + 64, w);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(dst + i, bswap<u32>(load<u32>(w + STATE + i)));
}
