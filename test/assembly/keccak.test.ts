import { keccak_256 } from '@noble/hashes/sha3.js';
import { describe, expect, it } from 'vitest';
import { HEAP } from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

interface KeccakKernel {
  bind(context: number): void;
  keccak256(src: number, len: number, dst: number): void;
}

const memory = sharedMemory();
const bytes = new Uint8Array(memory.buffer);
const DST = HEAP + 0x10000;
const SRC = DST + 64;
const kernel = await loadKernel();

async function loadKernel(): Promise<KeccakKernel> {
  const module = await compileAs(
    `export { bind } from './assembly/context'; export { keccak256 } from './assembly/keccak';`,
  );
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KeccakKernel;
  exports.bind(HEAP);
  bytes.fill(0xa5, HEAP, DST); // Scratch memory is nobody's zero.
  return exports;
}

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** `length` bytes that differ from block to block, followed by bytes that must not count. */
function place(length: number, at = SRC): Uint8Array {
  for (let i = 0; i < length + 16; i++) bytes[at + i] = (i * 167 + (i >> 7) * 29 + length) & 255;
  return bytes.slice(at, at + length);
}

function digest(length: number, src = SRC, dst = DST): string {
  kernel.keccak256(src, length, dst);
  return hex(bytes.slice(dst, dst + 32));
}

describe('keccak256', () => {
  it('hashes the empty input to the constant that Ethereum knows', () => {
    expect(digest(0)).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
  });

  it('agrees with another implementation at every length around the first blocks', () => {
    for (let length = 0; length <= 300; length++) {
      const input = place(length);
      expect(digest(length), `length ${length}`).toBe(hex(keccak_256(input)));
    }
  });

  it.each([1023, 1024, 4095, 136 * 64, 136 * 64 - 1, 24_576, 100_003])('agrees on %i bytes', (length) => {
    const input = place(length);
    expect(digest(length)).toBe(hex(keccak_256(input)));
  });

  it('does not depend on the alignment of its pointers', () => {
    for (let shift = 1; shift < 8; shift++) {
      const input = place(141, SRC + shift);
      expect(digest(141, SRC + shift, DST + 8 - shift)).toBe(hex(keccak_256(input)));
    }
  });

  it('may write over its input and leaves everything else alone', () => {
    for (const length of [20, 32, 64, 136, 200]) {
      const input = place(length);
      const before = bytes.slice(DST, DST + 1024);
      expect(digest(length, SRC, SRC)).toBe(hex(keccak_256(input)));
      before.set(bytes.slice(SRC, SRC + 32), SRC - DST);
      expect(hex(bytes.slice(DST, DST + 1024))).toBe(hex(before));
    }
  });
});
