// Code objects: once per hash, immutable, with the bitmap of their jump destinations and what EIP-7702 reads in them.

import { keccak256 } from './keccak';
import {
  CODE_BITMAP,
  CODE_DELEGATE,
  CODE_FLAGS,
  CODE_HASH,
  CODE_IS_DELEGATION,
  CODE_LENGTH,
  CODE_PADDING,
  CODE_START,
} from './layout';

const DELEGATION_BYTES: u32 = 23;

/** Bytes of a code object for `length` bytes of code. */
export function codeObjectBytes(length: u32): u32 {
  return CODE_START + bodyBytes(length) + bitmapBytes(length);
}

/** Code and its padding, rounded up to 8. */
export function bodyBytes(length: u32): u32 {
  return (length + CODE_PADDING + 7) & ~7;
}

/** One bit per byte of code, and a spare word. */
export function bitmapBytes(length: u32): u32 {
  return ((length >> 3) + 16) & ~7;
}

/** Marks each JUMPDEST of [code, code + length) that is not push data. */
export function markJumpDestinations(code: usize, length: u32, bitmap: usize): void {
  memory.fill(bitmap, 0, bitmapBytes(length));
  let i: u32 = 0;
  while (i < length) {
    const op: u32 = load<u8>(code + i);
    if (op == 0x5b) {
      const at = bitmap + (i >> 3);
      store<u8>(at, load<u8>(at) | ((<u8>1) << (<u8>(i & 7))));
    } else if (op - 0x60 < 32) {
      i += op - 0x5f;
    }
    i++;
  }
}

/** Fills the code object at `object` from [src, src + length). */
export function codeObjectFill(object: usize, src: usize, length: u32): void {
  keccak256(src, length, object + CODE_HASH);
  codeObjectFillHashed(object, src, length);
}

/** The same where CODE_HASH is in place. */
export function codeObjectFillHashed(object: usize, src: usize, length: u32): void {
  const start = object + CODE_START;
  memory.copy(start, src, length);
  memory.fill(start + length, 0, bodyBytes(length) - length);
  store<u32>(object, length, CODE_LENGTH);
  const delegation = length == DELEGATION_BYTES && isDelegation(start);
  store<u32>(object, delegation ? CODE_IS_DELEGATION : 0, CODE_FLAGS);
  store<u32>(object, <u32>(start + bodyBytes(length)), CODE_BITMAP);
  if (delegation) loadAddress(object + CODE_DELEGATE, start + 3);
  markJumpDestinations(start, length, start + bodyBytes(length));
}

/** EIP-7702 designator: 0xef0100, then an address. */
function isDelegation(code: usize): bool {
  return load<u8>(code) == 0xef && load<u8>(code, 1) == 0x01 && load<u8>(code, 2) == 0x00;
}

/** 20 big-endian bytes at `src` to the limbs (u64, u64, u32 and 4 zero bytes) at `dst`. */
export function loadAddress(dst: usize, src: usize): void {
  store<u64>(dst, bswap<u64>(load<u64>(src, 12)), 0);
  store<u64>(dst, bswap<u64>(load<u64>(src, 4)), 8);
  store<u64>(dst, <u64>bswap<u32>(load<u32>(src)), 16);
}

/** The inverse of loadAddress. */
export function storeAddress(dst: usize, limbs: usize): void {
  store<u32>(dst, bswap<u32>(load<u32>(limbs, 16)));
  store<u64>(dst, bswap<u64>(load<u64>(limbs, 8)), 4);
  store<u64>(dst, bswap<u64>(load<u64>(limbs)), 12);
}
