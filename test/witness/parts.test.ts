// Items of a witness on their way into memory: which lie as texts, which as bytes, and how they are cut into parts.
import { describe, expect, it } from 'vitest';
import type { ByteString } from '../../src/hex.ts';
import { Views } from '../../src/memory/views.ts';
import { type Part, type PartKind, PartList, putPart, Texts } from '../../src/witness/parts.ts';

const ITEMS = 1024;
const TEXTS = 2 ** 20;

const kind = (hasCodes: boolean): PartKind => ({
  ...{ hasCodes, lengthAt: 0, bytesAt: 8, most: 1000, field: 'witness.things' },
  room: (length) => 8 + Math.ceil(length / 8) * 8,
});

function cut(items: readonly ByteString[], room = 2 ** 20, hasCodes = false): { views: Views; parts: Part[] } {
  const views = Views.over(new Uint8Array(2 ** 21));
  const list = new PartList(views, kind(hasCodes), ITEMS, new Texts(views, TEXTS, room));
  for (const [i, item] of items.entries()) list.add(item, i);
  return { views, parts: list.close() };
}

const ranges = (parts: readonly Part[]) =>
  parts.map(({ first, last, text }) => [first, last, text === 0 ? 'bytes' : 'text']);
const textAt = (views: Views, at: number, length: number) =>
  Buffer.from(views.bytes.subarray(at, at + length)).toString('latin1');

describe('items', () => {
  it('that are texts are copied as they are, one behind the other, with room for their bytes', () => {
    const { views, parts } = cut(['0x0102', '0xAbcdEf', '0x0z']);
    expect(parts).toMatchObject([{ from: ITEMS, to: ITEMS + 48, text: TEXTS, first: 0, last: 2 }]);
    expect(textAt(views, TEXTS, 18)).toBe('0x01020xAbcdEf0x0z');
    expect([0, 16, 32].map((at) => views.u32(ITEMS + at))).toEqual([2, 3, 1]);
  });

  it('of one kind make a part', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const { views, parts } = cut(['0x01', bytes, bytes, '0x02', '0x03', bytes]);
    expect(ranges(parts)).toEqual([
      [0, 0, 'text'],
      [1, 2, 'bytes'],
      [3, 4, 'text'],
      [5, 5, 'bytes'],
    ]);
    expect([...views.bytes.subarray(ITEMS + 24, ITEMS + 27)]).toEqual([1, 2, 3]);
    for (const [i, part] of parts.slice(1).entries()) expect(part.from).toBe(parts[i]?.to);
  });

  it('make parts of some 32 KiB', () => {
    const { parts } = cut(Array.from({ length: 300 }, () => `0x${'5a'.repeat(500)}` as const));
    expect(parts.length).toBe(5);
    for (const { from, to } of parts.slice(0, -1)) expect(to - from).toBeLessThan(2 ** 15 + 1000);
    expect(parts.at(-1)?.last).toBe(299);
  });

  it('lie as bytes where there is no room for texts', () => {
    expect(ranges(cut(['0x0102', '0x03'], 0).parts)).toEqual([[0, 1, 'bytes']]);
    const { views, parts } = cut(['0x0102', '0x03', '0x04'], 6);
    expect(ranges(parts)).toEqual([
      [0, 0, 'text'],
      [1, 2, 'bytes'],
    ]);
    expect([views.bytes[ITEMS + 24], views.bytes[ITEMS + 40]]).toEqual([3, 4]);
  });

  it('that are empty have a place among nodes, and none among codes', () => {
    expect(cut(['0x', '0x01'], 100).parts.at(-1)?.to).toBe(ITEMS + 24);
    expect(cut(['0x', '0x01'], 100, true).parts.at(-1)?.to).toBe(ITEMS + 16);
  });

  it.each(['0x1', '0x\u0130\u0131', '\u0430x00', ''])(
    'that are none by their length or characters are named: %j',
    (text) => {
      expect(() => cut(['0x01', text as never])).toThrow('"witness.things[1]" must be');
    },
  );

  it('that are too long are named', () => {
    expect(() => cut([`0x${'00'.repeat(1001)}`])).toThrow('"witness.things[0]" must be at most 1000 bytes');
  });
});

describe('a part that was not loaded', () => {
  it('is put as bytes, in the same places', () => {
    for (const hasCodes of [false, true]) {
      const items: ByteString[] = ['0x0102', '0x', '0x03'];
      const [asTexts, asBytes] = [cut(items, 100, hasCodes), cut(items, 0, hasCodes)];
      for (const part of asTexts.parts) putPart(asTexts.views, part, items);
      const { to } = asBytes.parts.at(-1) as Part;
      expect(asTexts.parts.at(-1)?.to).toBe(to);
      expect(asTexts.views.bytes.slice(ITEMS, to)).toEqual(asBytes.views.bytes.slice(ITEMS, to));
    }
  });

  it('says which of its texts is none', () => {
    const items: ByteString[] = ['0x01', '0x0g', '0x0h'];
    const { views, parts } = cut(items);
    expect(() => putPart(views, parts[0] as Part, items)).toThrow('"witness.things[1]" must be');
  });
});
