// Values of JSON-RPC straight into memory, without a bigint or a byte array between. Nothing here throws: what is not of
// the usual form is refused, and whoever asked then takes the way that says what is wrong (transaction.ts).
import { INVALID_NIBBLE, NIBBLES, U64_MAX, U256_MAX } from '../hex.ts';
import type { Views } from '../memory/views.ts';

const isHex = (text: string): boolean => text.charCodeAt(0) === 0x30 && text.charCodeAt(1) === 0x78;

const nibble = (text: string, at: number): number => NIBBLES[text.charCodeAt(at)] ?? INVALID_NIBBLE;

/** Hex digits from `from` on as little-endian bytes at `at`; what they do not reach stays. False if one is no digit. */
function putDigits(bytes: Uint8Array, at: number, text: string, from: number): boolean {
  let seen = 0;
  let to = at;
  let i = text.length - 1;
  for (; i > from; i -= 2) {
    const low = nibble(text, i);
    const high = nibble(text, i - 1);
    seen |= low | high;
    bytes[to++] = (high << 4) | low;
  }
  if (i === from) {
    const low = nibble(text, i);
    seen |= low;
    bytes[to] = low;
  }
  return seen <= 15;
}

function putInteger(views: Views, at: number, value: bigint | number, size: 8 | 32): boolean {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return false;
  const integer = BigInt(value);
  if (integer < 0n || integer > (size === 8 ? U64_MAX : U256_MAX)) return false;
  if (size === 8) views.setU64(at, integer);
  else views.setU256(at, integer);
  return true;
}

/** A quantity of at most `size` bytes as little-endian limbs, where zeros are now. */
export function putQuantity(views: Views, at: number, value: unknown, size: 8 | 32): boolean {
  if (typeof value === 'string') {
    const digits = value.length - 2;
    return digits >= 1 && digits <= 2 * size && isHex(value) && putDigits(views.bytes, at, value, 2);
  }
  return (typeof value === 'bigint' || typeof value === 'number') && putInteger(views, at, value, size);
}

/** A byte string of `size` bytes as little-endian limbs. */
export function putWord(views: Views, at: number, value: unknown, size: 20 | 32): boolean {
  if (typeof value === 'string')
    return value.length === 2 * size + 2 && isHex(value) && putDigits(views.bytes, at, value, 2);
  if (!(value instanceof Uint8Array) || value.length !== size) return false;
  views.setBigEndian(at, value, size);
  return true;
}

/** The length of a byte string; -1 if it is none. Its digits are still to be read. */
export function byteLength(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  return typeof value === 'string' && value.length % 2 === 0 && isHex(value) ? value.length / 2 - 1 : -1;
}

/** A byte string as it is. */
export function putBytes(bytes: Uint8Array, at: number, value: string | Uint8Array): boolean {
  if (typeof value !== 'string') {
    bytes.set(value, at);
    return true;
  }
  let seen = 0;
  for (let i = 2, to = at; i < value.length; i += 2, to++) {
    const high = nibble(value, i);
    const low = nibble(value, i + 1);
    seen |= high | low;
    bytes[to] = (high << 4) | low;
  }
  return seen <= 15;
}

/** A small integer that is written as any quantity; -1 for everything else. */
export function smallInteger(value: unknown): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : -1;
  if (typeof value === 'bigint') return value >= 0n && value <= 0xffff_ffffn ? Number(value) : -1;
  if (typeof value !== 'string' || value.length < 3 || value.length > 10 || !isHex(value)) return -1;
  let sum = 0;
  for (let i = 2; i < value.length; i++) {
    const digit = nibble(value, i);
    if (digit > 15) return -1;
    sum = sum * 16 + digit;
  }
  return sum;
}
