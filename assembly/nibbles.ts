// Nibbles of keys and of the paths of trie nodes (Yellow Paper, appendix C): nibble i of bytes is the high half of byte
// i / 2 where i is even.

export function nibble(bytes: usize, i: u32): u32 {
  return (<u32>load<u8>(bytes + (i >> 1)) >> ((~i & 1) << 2)) & 15;
}

export function setNibble(bytes: usize, i: u32, value: u32): void {
  const at = bytes + (i >> 1);
  const shift = (~i & 1) << 2;
  store<u8>(at, (<u32>load<u8>(at) & (0xf0 >> shift)) | (value << shift));
}

/** First nibble of [from, to) in which two keys differ, `to` if there is none. */
export function firstDifference(a: usize, b: usize, from: u32, to: u32): u32 {
  while (from < to) {
    if ((from & 1) == 0 && load<u8>(a + (from >> 1)) == load<u8>(b + (from >> 1))) from += 2;
    else if (nibble(a, from) == nibble(b, from)) from++;
    else return from;
  }
  return to;
}

/** A path in hex-prefix encoding: its first nibble has these flags. */
const ODD: u32 = 1;
const LEAF: u32 = 2;

export class Path {
  /** True if the bytes are a path as they have to be: flags, and a padding of zero in front of an even number of nibbles. */
  @inline static isValid(path: usize, bytes: u32): bool {
    if (bytes == 0) return false;
    const flags = nibble(path, 0);
    return flags <= (ODD | LEAF) && ((flags & ODD) != 0 || nibble(path, 1) == 0);
  }
  @inline static isLeaf(path: usize): bool {
    return (nibble(path, 0) & LEAF) != 0;
  }
  /** Index of the path's first nibble in its bytes. */
  @inline static first(path: usize): u32 {
    return 2 - (nibble(path, 0) & ODD);
  }
  @inline static nibbles(path: usize, bytes: u32): u32 {
    return (bytes << 1) - Path.first(path);
  }
}

/** Writes nibbles [from, to) of a key as a path in hex-prefix encoding. */
export function putPath(dst: usize, key: usize, from: u32, to: u32, isLeaf: bool): usize {
  const flags: u32 = (isLeaf ? LEAF : 0) | ((to - from) & ODD);
  if ((flags & ODD) != 0) store<u8>(dst++, (flags << 4) | nibble(key, from++));
  else store<u8>(dst++, flags << 4);
  for (; from < to; from += 2) store<u8>(dst++, (nibble(key, from) << 4) | nibble(key, from + 1));
  return dst;
}
