import { describe, expect, it } from 'vitest';
import {
  hexOf,
  hexQuantity,
  integerOfBytes,
  parseBytes,
  parseQuantity,
  U8_MAX,
  U64_MAX,
  U256_MAX,
} from '../src/hex.ts';
import * as inBrowsers from '../src/host/hex.browser.ts';
import * as inNode from '../src/host/hex.node.ts';
import { Random } from './block/blocks.ts';

const SEED = Number(process.env.SEED ?? 20);

describe('quantities', () => {
  it.each([
    ['0x0', 0n],
    ['0x00ff', 255n],
    ['0xFf', 255n],
    [0, 0n],
    [Number.MAX_SAFE_INTEGER, 9007199254740991n],
    [7n, 7n],
    [`0x${'f'.repeat(64)}`, U256_MAX],
  ])('%s is %s', (value, integer) => {
    expect(parseQuantity(value, 'x')).toBe(integer);
  });

  it.each([
    '',
    '0x',
    '0X1',
    '1',
    '0x1 ',
    ' 0x1',
    '0x1\n',
    '0x-1',
    '-0x1',
    '0xg',
    '0x1.0',
    null,
    undefined,
    {},
    [1],
    true,
    NaN,
    Infinity,
    0.5,
  ])('%s is none', (value) => {
    expect(() => parseQuantity(value, 'x')).toThrow(/"x" must be a 0x-hex quantity/);
  });

  it('end at the bound, which the message names', () => {
    expect(parseQuantity(U64_MAX, 'x', U64_MAX)).toBe(U64_MAX);
    expect(() => parseQuantity(U64_MAX + 1n, 'x', U64_MAX)).toThrow(
      '"x" must be 0 to 2^64 - 1, got 18446744073709551616',
    );
    expect(() => parseQuantity(U256_MAX + 1n, 'x')).toThrow('0 to 2^256 - 1');
    expect(() => parseQuantity(256, 'x', U8_MAX)).toThrow('0 to 255');
    expect(() => parseQuantity(-1, 'x')).toThrow('0 to 2^256 - 1, got -1');
  });

  it('go to hex and back', () => {
    const random = new Random(SEED);
    for (let bits = 0; bits <= 256; bits++) {
      const value = random.amount(bits);
      expect(parseQuantity(hexQuantity(value), `seed ${SEED}`)).toBe(value);
    }
  });
});

describe('bytes', () => {
  it(`go to hex and back, seed ${SEED}`, () => {
    const random = new Random(SEED);
    for (let length = 0; length < 70; length++) {
      const bytes = random.bytes(length);
      expect(hexOf(bytes)).toBe(`0x${Buffer.from(bytes).toString('hex')}`);
      expect(parseBytes(hexOf(bytes), 'x')).toEqual(bytes);
      expect(parseBytes(hexOf(bytes).toUpperCase().replace('X', 'x'), 'x', length)).toEqual(bytes);
      expect(integerOfBytes(bytes)).toBe(length === 0 ? 0n : BigInt(hexOf(bytes)));
    }
  });

  it('are referenced where they are bytes already', () => {
    const bytes = Uint8Array.of(1, 2);
    expect(parseBytes(bytes, 'x', 2)).toBe(bytes);
  });

  it('refuse every character that is no digit, at every place', () => {
    const isDigit = (code: number) => /^[0-9a-fA-F]$/.test(String.fromCharCode(code));
    for (let code = 0; code < 512; code++) {
      const character = String.fromCharCode(code);
      for (const text of [`0x0${character}`, `0x${character}0`]) {
        if (isDigit(code)) expect(parseBytes(text, 'x').length).toBe(1);
        else expect(() => parseBytes(text, 'x')).toThrow(/"x" must be whole bytes/);
      }
    }
  });

  it.each(['', '0', '0x1', '1234', 12, null, undefined, [1], {}])('%s is none', (value) => {
    expect(() => parseBytes(value, 'x')).toThrow(/"x" must be whole bytes/);
  });

  it('have the length that is asked for', () => {
    expect(() => parseBytes('0x1234', 'x', 3)).toThrow('"x" must be 3 bytes as 0x-hex or a Uint8Array, got "0x1234"');
    expect(() => parseBytes(new Uint8Array(4), 'x', 3)).toThrow('got "4 bytes"');
  });
});

describe.each(Object.entries({ inNode, inBrowsers }))('text into memory, %s', (_, { textWriter }) => {
  it.each(['', '0x', '0x0g', 'a\u00ff\u0000', '5a'.repeat(1000)])('%j, a byte for each character', (text) => {
    const target = new Uint8Array(new SharedArrayBuffer(2010)).fill(0xee);
    expect(textWriter(target.buffer)(3, text)).toBe(true);
    expect([...target.slice(3, 3 + text.length)]).toEqual([...text].map((character) => character.charCodeAt(0)));
    expect([...target.slice(0, 3), target[3 + text.length]]).toEqual([0xee, 0xee, 0xee, 0xee]);
  });

  it.each(['\u0130x', '0x\u0661\u0662', '0x00\ud83d\ude00'])('%j is refused', (text) => {
    expect(textWriter(new ArrayBuffer(100))(0, text)).toBe(false);
  });
});
