// Long texts into memory, a byte for each character: Node copies them some 20 times as fast as a loop in JavaScript.
// hex.browser.ts is of the same shape.

/** Node copies the low byte of a character only. In a text without such characters the search costs nothing. */
const WIDE = /[\u0100-\uffff]/;

/** A Buffer over the whole of a memory: making one for each text takes longer than copying it. */
const wholes = new WeakMap<ArrayBufferLike, Buffer>();

function wholeOf(memory: ArrayBufferLike): Buffer {
  let whole = wholes.get(memory);
  if (whole === undefined) {
    whole = Buffer.from(memory);
    wholes.set(memory, whole);
  }
  return whole;
}

/** Writes the characters of `text` at `at`, where they have room. False, with whatever was written, if one is no byte. */
export function putText(target: Uint8Array<ArrayBufferLike>, at: number, text: string): boolean {
  if (WIDE.test(text)) return false;
  wholeOf(target.buffer).write(text, target.byteOffset + at, text.length, 'latin1');
  return true;
}
