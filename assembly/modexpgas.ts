// Gas and operand lengths of MODEXP under its three pricing rules: EIP-198, EIP-2565, EIP-7883. Lengths are 256-bit
// numbers in the input; every step saturates at the largest u64, and no block can hold that much gas.
import { SPEC_PC_MODEXP_RULES } from './layout';

const U64_MAX: u64 = u64.MAX_VALUE;

export class Saturating {
  @inline static add(a: u64, b: u64): u64 {
    const sum = a + b;
    return sum < a ? U64_MAX : sum;
  }
  @inline static mul(a: u64, b: u64): u64 {
    if (a === 0 || b === 0) return 0;
    return a > U64_MAX / b ? U64_MAX : a * b;
  }
}

/** Byte i of the input; the input goes on with zeros for ever. */
function byteAt(src: usize, len: i32, i: u64): u64 {
  return i < <u64>len ? <u64>load<u8>(src + <usize>i) : 0;
}

/** Which length: 0 base, 1 exponent, 2 modulus. Saturates. */
export function modexpLength(src: usize, len: i32, which: i32): u64 {
  const start = <u64>(which << 5);
  let value: u64 = 0;
  for (let i: u64 = 0; i < 32; i++) {
    if (value >> 56 !== 0) return U64_MAX;
    value = (value << 8) | byteAt(src, len, start + i);
  }
  return value;
}

/** Number of significant bits in the first 32 bytes (or fewer) of the exponent. */
function headBits(src: usize, len: i32, baseBytes: u64, exponentBytes: u64): u64 {
  const head = min<u64>(exponentBytes, 32);
  const start = Saturating.add(96, baseBytes);
  for (let i: u64 = 0; i < head; i++) {
    const byte = byteAt(src, len, Saturating.add(start, i));
    if (byte !== 0) return 8 * (head - i) - (clz<u64>(byte) - 56);
  }
  return 0;
}

/** `rate` per byte of the exponent behind its head, and one for each bit of the head but the first; at least 1. */
function iterations(src: usize, len: i32, baseBytes: u64, exponentBytes: u64, rate: u64): u64 {
  const bits = headBits(src, len, baseBytes, exponentBytes);
  const head: u64 = bits === 0 ? 0 : bits - 1;
  const rest: u64 = exponentBytes > 32 ? Saturating.mul(exponentBytes - 32, rate) : 0;
  return max<u64>(Saturating.add(rest, head), 1);
}

/** EIP-198: a piecewise parabola over the longer operand. */
function complexity198(bytes: u64): u64 {
  if (bytes <= 64) return bytes * bytes;
  const square = Saturating.mul(bytes, bytes);
  if (square === U64_MAX) return U64_MAX;
  if (bytes <= 1024) return square / 4 + 96 * bytes - 3072;
  return square / 16 + 480 * bytes - 199680;
}

/** floor(a * b / d) with the product kept from overflowing: a = q * d + r. */
function scaled(a: u64, b: u64, d: u64): u64 {
  if (a === U64_MAX) return U64_MAX;
  const rest = Saturating.mul(a % d, b);
  return rest === U64_MAX ? U64_MAX : Saturating.add(Saturating.mul(a / d, b), rest / d);
}

export function modexpGas(src: usize, len: i32, fork: usize): u64 {
  const baseBytes = modexpLength(src, len, 0);
  const exponentBytes = modexpLength(src, len, 1);
  const longest = max<u64>(baseBytes, modexpLength(src, len, 2));
  const rules = load<u32>(fork, SPEC_PC_MODEXP_RULES);
  const turns = iterations(src, len, baseBytes, exponentBytes, rules === 2 ? 16 : 8);
  if (rules === 0) return scaled(complexity198(longest), turns, 20);
  const words = (longest >> 3) + (longest & 7 ? 1 : 0);
  const square = Saturating.mul(words, words);
  if (rules === 1) return max<u64>(scaled(square, turns, 3), 200);
  const complexity = longest <= 32 ? 16 : Saturating.mul(square, 2);
  return max<u64>(Saturating.mul(complexity, turns), 500);
}
