// Bumps that take pieces of the same memory.
import { expect, it } from 'vitest';
import { BUMP_BYTES, HEAP, SHARE_END, SHARE_NEXT } from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

const memory = sharedMemory(16);
const data = new DataView(memory.buffer);
const module = await compileAs(`export { bumpAlloc, bumpShares } from './assembly/heap';`);
const { bumpAlloc, bumpShares } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as {
  bumpAlloc(bump: number, bytes: number): number;
  bumpShares(bump: number, share: number): void;
};

const SHARE = HEAP + 64;
const BUMPS = [0, 1, 2].map((i) => HEAP + 128 + i * BUMP_BYTES);
const FROM = HEAP + 4096;

it.each([64, 100, 5000])('hand out all of it in pieces that do not overlap, %i bytes at a time', (bytes) => {
  const end = FROM + 64 * 1024;
  data.setUint32(SHARE + SHARE_NEXT, FROM, true);
  data.setUint32(SHARE + SHARE_END, end, true);
  for (const bump of BUMPS) bumpShares(bump, SHARE);
  const spans: number[] = [];
  const left = new Set(BUMPS);
  for (let i = 0; left.size > 0; i++) {
    const bump = BUMPS[i % BUMPS.length] as number;
    const span = left.has(bump) ? bumpAlloc(bump, bytes) >>> 0 : 0;
    if (span === 0) left.delete(bump);
    else spans.push(span);
  }
  const size = Math.ceil(bytes / 64) * 64;
  spans.sort((a, b) => a - b);
  for (const [i, span] of spans.entries()) {
    expect(span).toBeGreaterThanOrEqual(i === 0 ? FROM : (spans[i - 1] as number) + size);
    expect(span + size).toBeLessThanOrEqual(end);
  }
  // Nothing is lost but the ends of pieces, and one of them that nobody has room for.
  expect(spans.length * size).toBeGreaterThan((64 * 1024 * 3) / 4);
  for (const bump of BUMPS) expect(bumpAlloc(bump, bytes)).toBe(0);
});
