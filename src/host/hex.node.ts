// Long texts into memory, a byte for each character: Node copies them some 20 times as fast as a loop in JavaScript.
// hex.browser.ts is of the same shape.

/** Node copies the low byte of a character only. In a text without such characters the search costs nothing. */
const WIDE = /[\u0100-\uffff]/;

/** Writes the characters of a text at an address that has room. False, with whatever was written, if one is no byte. */
export type TextWriter = (at: number, text: string) => boolean;

/** A writer for a memory. It is made once for many texts: making its Buffer takes longer than copying one of them. */
export function textWriter(memory: ArrayBufferLike): TextWriter {
  const whole = Buffer.from(memory);
  return (at, text) => {
    if (WIDE.test(text)) return false;
    whole.write(text, at, text.length, 'latin1');
    return true;
  };
}
