// Reading RLP (Yellow Paper, appendix B) that came from outside: an item is accepted only in its one valid form and only
// whole. Bounds of a payload travel as one u64, start << 32 | end; 0 stands for what is no item.

/** `bytes` (1 to 4) big-endian bytes as a number. */
function bigEndian(src: usize, bytes: u32): u32 {
  let v: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) v = (v << 8) | load<u8>(src + i);
  return v;
}

function bounds(start: usize, length: u32, end: usize): u64 {
  const stop = <u64>start + <u64>length;
  return stop <= <u64>end ? ((<u64>start) << 32) | stop : 0;
}

/** An item whose payload's length takes bytes of its own: only what does not fit the short form. */
function long(at: usize, lengthBytes: u32, end: usize): u64 {
  if (lengthBytes > 4 || end - at <= lengthBytes || load<u8>(at, 1) == 0) return 0;
  const length = bigEndian(at + 1, lengthBytes);
  return length < 56 ? 0 : bounds(at + 1 + lengthBytes, length, end);
}

export class Item {
  /** Payload of the item at `at`, which ends at `end` or before; 0 if there is none. */
  static payload(at: usize, end: usize): u64 {
    if (at >= end) return 0;
    const first: u32 = load<u8>(at);
    if (first < 0x80) return ((<u64>at) << 32) | <u64>(at + 1);
    if (first < 0xb8) {
      const isOwnEncoding = first == 0x81 && end - at > 1 && load<u8>(at, 1) < 0x80;
      return isOwnEncoding ? 0 : bounds(at + 1, first - 0x80, end);
    }
    if (first < 0xc0) return long(at, first - 0xb7, end);
    return first < 0xf8 ? bounds(at + 1, first - 0xc0, end) : long(at, first - 0xf7, end);
  }
  @inline static start(payload: u64): usize {
    return <usize>(payload >> 32);
  }
  @inline static end(payload: u64): usize {
    return <usize>(<u32>payload);
  }
  @inline static bytes(payload: u64): u32 {
    return <u32>payload - <u32>(payload >> 32);
  }
  @inline static isList(at: usize): bool {
    return load<u8>(at) >= 0xc0;
  }
}

/** Payload of the string item at `at`, 0 if there is none. */
export function stringAt(at: usize, end: usize): u64 {
  return at < end && !Item.isList(at) ? Item.payload(at, end) : 0;
}

/** Payload of the list item that is all of [at, end), 0 if it is none. */
export function listOf(at: usize, end: usize): u64 {
  const payload = at < end && Item.isList(at) ? Item.payload(at, end) : 0;
  return Item.end(payload) == end ? payload : 0;
}

/** Payload of the number at `at`, of `most` bytes at most and without leading zeros; 0 if there is none. */
export function numberAt(at: usize, end: usize, most: u32): u64 {
  const payload = stringAt(at, end);
  const bytes = Item.bytes(payload);
  if (payload == 0 || bytes > most || (bytes != 0 && load<u8>(Item.start(payload)) == 0)) return 0;
  return payload;
}
