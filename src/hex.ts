// Reads numbers and bytes out of untrusted input, and writes them back as hex.
//
// What makes it safe: a value is either exactly what its type says (a 0x-quantity, a bigint, a safe integer; whole hex
// bytes, a Uint8Array) and in range, or a BAD_ARGUMENT names the field by its path. Nothing is coerced, padded or cut.

import type { Hex } from './block/types.ts';
import { badArgument } from './errors.ts';

/** A non-negative integer: 0x-hex text, a bigint, or a number up to 2^53 - 1. */
export type Quantity = Hex | bigint | number;

/** A byte string: 0x-hex text with two digits per byte, or the bytes themselves (referenced, not copied). */
export type ByteString = Hex | Uint8Array;

export const U8_MAX: bigint = 0xffn;
export const U64_MAX: bigint = 2n ** 64n - 1n;
export const U256_MAX: bigint = 2n ** 256n - 1n;

// 64 digits hold 256 bits: longer text cannot be in range, and refusing it here bounds the work of BigInt().
const QUANTITY = /^0x[0-9a-fA-F]{1,64}$/;

export const INVALID_NIBBLE = 0xff;
/** Value of a hex digit by its character. */
export const NIBBLES: Uint8Array = new Uint8Array(128).fill(INVALID_NIBBLE);
for (let i = 0; i < 16; i++) {
  const digit = i.toString(16);
  NIBBLES[digit.charCodeAt(0)] = i;
  NIBBLES[digit.toUpperCase().charCodeAt(0)] = i;
}
const BYTE_TEXTS: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

const nameOfMax = (max: bigint): string => {
  const bits = max.toString(2).length;
  return max === (1n << BigInt(bits)) - 1n && bits > 8 ? `2^${bits} - 1` : String(max);
};

function integerOf(value: unknown, field: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string' && QUANTITY.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw badArgument(field, 'a 0x-hex quantity of at most 64 digits, a bigint or a safe integer', value);
}

/**
 * The integer that `value` denotes.
 * @throws BAD_ARGUMENT naming `field` unless it is a quantity from 0 to `max` (inclusive; 2^256 - 1 unless told).
 */
export function parseQuantity(value: unknown, field: string, max: bigint = U256_MAX): bigint {
  const integer = integerOf(value, field);
  if (integer < 0n || integer > max) throw badArgument(field, `0 to ${nameOfMax(max)}`, value);
  return integer;
}

const bytesName = (length: number | undefined): string =>
  length === undefined ? 'whole bytes as 0x-hex or a Uint8Array' : `${length} bytes as 0x-hex or a Uint8Array`;

/** Bytes of `text` from `0x` on, or undefined where it is not whole hex bytes. */
function bytesOfHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !text.startsWith('0x')) return undefined;
  const bytes = new Uint8Array(text.length / 2 - 1);
  // One test behind the loop instead of two in it: an invalid digit sets bits above the low four.
  let seen = 0;
  for (let i = 0, at = 2; i < bytes.length; i++, at += 2) {
    const high = NIBBLES[text.charCodeAt(at)] ?? INVALID_NIBBLE;
    const low = NIBBLES[text.charCodeAt(at + 1)] ?? INVALID_NIBBLE;
    seen |= high | low;
    bytes[i] = (high << 4) | low;
  }
  return seen > 15 ? undefined : bytes;
}

/**
 * The bytes that `value` denotes; a Uint8Array is returned as it is.
 * @throws BAD_ARGUMENT naming `field` unless it is whole bytes, and `length` of them where that is given.
 */
export function parseBytes(value: unknown, field: string, length?: number): Uint8Array {
  const bytes = typeof value === 'string' ? bytesOfHex(value) : value;
  if (!(bytes instanceof Uint8Array)) throw badArgument(field, bytesName(length), value);
  if (length !== undefined && bytes.length !== length) {
    throw badArgument(field, bytesName(length), typeof value === 'string' ? value : `${bytes.length} bytes`);
  }
  return bytes;
}

/** Lower-case 0x-hex of `bytes`. */
export function hexOf(bytes: Uint8Array): Hex {
  let text = '';
  for (const byte of bytes) text += BYTE_TEXTS[byte];
  return `0x${text}`;
}

/** Minimal 0x-hex of a non-negative integer. */
export function hexQuantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}

/** The big-endian integer in `bytes`; 0 where there are none. */
export function integerOfBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(hexOf(bytes));
}

/** Writes `value`, which must fit, big-endian into `length` bytes of `target` from `at` on. */
export function writeBigEndian(value: bigint, target: Uint8Array, at: number, length: number): void {
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    target[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}
