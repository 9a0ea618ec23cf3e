// Recursive Length Prefix (Yellow Paper, appendix B), written front to back: every `put` writes at `dst` and returns the
// address after what it wrote. A list's header holds the length of its payload, so callers know sizes first: for every
// `put` there is a function that gives the size exactly, and the two agree byte for byte. Lengths are below 4 GiB.

import * as u256 from './u256';

/** Bytes of `v` as a big-endian number without leading zeros; 0 has none. */
function significantBytes(v: u64): i32 {
  return <i32>((71 - clz<u64>(v)) >> 3);
}

/** Writes the low `bytes` bytes of `v`, highest first. Bytewise: what lies behind is not ours to overwrite. */
function putBigEndian(dst: usize, v: u64, bytes: i32): usize {
  for (let shift = (bytes - 1) << 3; shift >= 0; shift -= 8) store<u8>(dst++, <u8>(v >> <u64>shift));
  return dst;
}

/** Bytes of the header in front of a payload of `len` bytes, of a list or of a string that is not its own encoding. */
export function headerSize(len: u32): i32 {
  return len < 56 ? 1 : 1 + significantBytes(len);
}

/** A header; `base` is 0x80 for strings and 0xc0 for lists. */
function putHeader(dst: usize, len: u32, base: u32): usize {
  if (len < 56) {
    store<u8>(dst, base + len);
    return dst + 1;
  }
  const lengthBytes = significantBytes(len);
  store<u8>(dst, base + 55 + lengthBytes);
  return putBigEndian(dst + 1, len, lengthBytes);
}

/** Header of a list whose encoded items are `payloadLen` bytes long. */
export function putListHeader(dst: usize, payloadLen: u32): usize {
  return putHeader(dst, payloadLen, 0xc0);
}

/** Size of a list with its header. */
export function listSize(payloadLen: u32): u32 {
  return headerSize(payloadLen) + payloadLen;
}

/** Size of the string [src, src + len) when encoded. */
export function bytesSize(src: usize, len: u32): u32 {
  return len === 1 && load<u8>(src) < 0x80 ? 1 : headerSize(len) + len;
}

/** The string [src, src + len). */
export function putBytes(dst: usize, src: usize, len: u32): usize {
  if (len === 1 && load<u8>(src) < 0x80) {
    store<u8>(dst, load<u8>(src));
    return dst + 1;
  }
  const body = putHeader(dst, len, 0x80);
  memory.copy(body, src, len);
  return body + len;
}

/** Size of the number `v` when encoded. */
export function u64Size(v: u64): i32 {
  return v < 0x80 ? 1 : 1 + significantBytes(v);
}

/** The number `v`: its shortest big-endian form as a string. */
export function putU64(dst: usize, v: u64): usize {
  if (v - 1 < 0x7f) {
    store<u8>(dst, <u8>v);
    return dst + 1;
  }
  const bytes = significantBytes(v);
  store<u8>(dst, 0x80 + bytes);
  return putBigEndian(dst + 1, v, bytes);
}

/** The number whose limbs are at `src` (32 B, little-endian): its shortest big-endian form as a string. */
export function putU256(dst: usize, src: usize): usize {
  let i: u32 = u256.byteLength(src);
  if (i == 1 && load<u8>(src) < 0x80) {
    store<u8>(dst, load<u8>(src));
    return dst + 1;
  }
  store<u8>(dst++, 0x80 + i);
  while (i != 0) store<u8>(dst++, load<u8>(src + --i));
  return dst;
}
