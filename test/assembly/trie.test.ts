import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { describe, expect, it } from 'vitest';
import { HEAP } from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

const SEED = Number(process.env['SEED'] ?? 20251);

/** mulberry32: below(n) is 0..n-1. */
function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

interface TrieKernel {
  bind(context: number): void;
  work(items: number, count: number): number;
  root(items: number, count: number, dst: number, work: number): void;
}

const memory = sharedMemory(512);
const bytes = new Uint8Array(memory.buffer);
const words = new Uint32Array(memory.buffer);
const DST = HEAP + 0x10000;
const ITEMS = DST + 64;
const kernel = await loadKernel();

async function loadKernel(): Promise<TrieKernel> {
  const module = await compileAs(
    `export { bind } from './assembly/context';
    export { orderedTrieRoot as root, orderedTrieWorkBytes as work } from './assembly/trie';`,
  );
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as TrieKernel;
  exports.bind(HEAP);
  return exports;
}

/** Root by the kernel; also checks that it stays within the work area that it asked for. */
function kernelRoot(values: Uint8Array[]): string {
  let at = ITEMS + values.length * 8;
  values.forEach((value, i) => {
    words.set([at, value.length], ITEMS / 4 + i * 2);
    bytes.set(value, at);
    at += value.length;
  });
  const work = (at + 15) & ~7;
  const end = work + kernel.work(ITEMS, values.length);
  bytes.fill(0xee, at, end + 64);
  kernel.root(ITEMS, values.length, DST, work);
  expect(bytes.slice(end, end + 64).every((b) => b === 0xee)).toBe(true);
  return hex(bytes.slice(DST, DST + 32));
}

async function referenceRoot(values: Uint8Array[]): Promise<string> {
  const trie = await createMPT();
  for (const [i, value] of values.entries()) await trie.put(RLP.encode(i), value);
  return hex(trie.root());
}

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');

function randomValues(below: (n: number) => number, count: number, bytesMax: number): Uint8Array[] {
  return Array.from({ length: count }, () => Uint8Array.from({ length: 1 + below(bytesMax) }, () => below(256)));
}

describe(`ordered list tries, SEED=${SEED}`, () => {
  const below = seeded(SEED);
  const counts = [0, 1, 2, 3, 15, 16, 17, 18, 126, 127, 128, 129, 130, 144, 145, 255, 256, 257, 258, 272, 273, 1000];

  it('the root of no items is the hash of the empty string', () => {
    expect(kernelRoot([])).toBe('56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');
  });

  // 1 byte: leaves and whole branches are embedded in their parents; 40: some are; 700: none is.
  it.each(counts.flatMap((count) => [1, 4, 40, 700].map((most) => ({ count, most }))))(
    '$count items of up to $most bytes have the root of the trie they are put into',
    async ({ count, most }) => {
      const values = randomValues(below, count, most);
      expect(kernelRoot(values)).toBe(await referenceRoot(values));
    },
  );

  it('every count up to 300 has the root of the trie it is put into', async () => {
    const values = randomValues(below, 300, 33);
    const trie = await createMPT();
    for (const [i, value] of values.entries()) {
      await trie.put(RLP.encode(i), value);
      expect(kernelRoot(values.slice(0, i + 1)), `count ${i + 1}`).toBe(hex(trie.root()));
    }
  });

  it('keys of four bytes take their place', () => {
    // The root as `referenceRoot` gives it, in 10 s.
    const values = Array.from({ length: 66_000 }, (_, i) => Uint8Array.of((i % 255) + 1, i >> 8));
    expect(kernelRoot(values)).toBe('5d0f5d1c3214d3ff871d9da4d5939eb2f9f48574b6254ff7bb81543e8addd6cd');
  });

  it.each([54, 55, 56, 57, 255, 256, 257, 65_535, 65_536, 1_000_000])(
    'a value of %i bytes gets the right headers, alone and among others',
    async (length) => {
      const huge = new Uint8Array(length).map((_, i) => (i * 31) & 255);
      for (const values of [[huge], [...randomValues(below, 20, 40), huge]]) {
        expect(kernelRoot(values)).toBe(await referenceRoot(values));
      }
    },
  );

  it.each([0x00, 0x01, 0x7f, 0x80, 0xff])('single bytes of value %i are encoded as RLP does', async (byte) => {
    const values = Array.from({ length: 140 }, () => Uint8Array.of(byte));
    expect(kernelRoot(values)).toBe(await referenceRoot(values));
  });
});
