// Long hex texts into memory: Node's own decoder is some 20 times as fast as a loop in JavaScript. hex.browser.ts is of
// the same shape.

/** Node looks at the low byte of a character only. In a text without such characters the search costs nothing. */
const WIDE = /[\u0100-\uffff]/;

/** A Buffer over the whole of a memory: making one for each text takes longer than decoding it. */
const wholes = new WeakMap<ArrayBufferLike, Buffer>();

function wholeOf(memory: ArrayBufferLike): Buffer {
  let whole = wholes.get(memory);
  if (whole === undefined) {
    whole = Buffer.from(memory);
    wholes.set(memory, whole);
  }
  return whole;
}

/** Writes the bytes of `text`, 0x and two digits each, at `at`. False, with whatever was written, if it is not that. */
export function putHex(target: Uint8Array<ArrayBufferLike>, at: number, text: string): boolean {
  const bytes = text.length / 2 - 1;
  if (!Number.isInteger(bytes) || !text.startsWith('0x') || WIDE.test(text)) return false;
  return wholeOf(target.buffer).write(text.slice(2), target.byteOffset + at, bytes, 'hex') === bytes;
}
