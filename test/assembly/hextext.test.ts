// The kernel that decodes hex texts against the reader of untrusted input.
import { describe, expect, it } from 'vitest';
import { HEAP } from '../../assembly/layout.ts';
import { hexOf, parseBytes } from '../../src/hex.ts';
import { compileAs, sharedMemory } from '../as.ts';

const memory = sharedMemory(16);
const bytes = new Uint8Array(memory.buffer);
const module = await compileAs(`export { hexToBytes } from './assembly/hextext';`);
const { hexToBytes } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as {
  hexToBytes(dst: number, text: number, bytes: number): number;
};

const [DST, TEXT] = [HEAP + 64, HEAP + 8192];

/** The bytes of a text that has the length of 0x and two digits each, undefined where it is none; what lies around them stays. */
function decoded(text: string, shift = 0): Uint8Array | undefined {
  const length = text.length / 2 - 1;
  bytes.fill(0xee, HEAP, TEXT + 8192);
  for (let i = 0; i < text.length; i++) bytes[TEXT + shift + i] = text.charCodeAt(i);
  const isText = hexToBytes(DST + shift, TEXT + shift, length) !== 0;
  expect(bytes[DST + shift - 1]).toBe(0xee);
  expect(bytes[DST + shift + length]).toBe(0xee);
  return isText ? bytes.slice(DST + shift, DST + shift + length) : undefined;
}

const LENGTHS = [0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 532, 1000];
/** Bytes that all differ from their neighbours, with every value among those of the long ones. */
const sample = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 89 + 7) & 255);

describe('hex texts', () => {
  it.each(LENGTHS)('of %i bytes, in capitals too, at any address', (length) => {
    const text = hexOf(sample(length));
    const capitals = `0x${text.slice(2).toUpperCase()}`;
    for (let shift = 0; shift < 9; shift++) {
      expect(decoded(text, shift)).toEqual(parseBytes(text, 'x'));
      expect(decoded(capitals, shift)).toEqual(sample(length));
    }
  });

  it('are told from all others, wherever one character is none', () => {
    for (const length of [1, 16, 18, 33])
      for (let at = 0; at < 2 * length; at++) {
        const digits = hexOf(sample(length)).slice(2).split('');
        for (let character = 0; character < 256; character++) {
          digits[at] = String.fromCharCode(character);
          const isDigit = /^[0-9a-fA-F]$/.test(digits[at] as string);
          expect(decoded(`0x${digits.join('')}`) !== undefined, `${length} bytes, ${character} at ${at}`).toBe(isDigit);
        }
      }
  });

  it.each(['0X', '00', 'x0', '  ', '1x'])('begin with 0x, not with %j', (mark) => {
    expect(decoded(`${mark}${'5a'.repeat(20)}`)).toBeUndefined();
  });
});
