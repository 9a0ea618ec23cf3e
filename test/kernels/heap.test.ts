import { beforeEach, describe, expect, test } from 'vitest';
import { BUMP_BYTES } from '../../assembly/layout.ts';
import { createSpace, type SharedSpace } from '../../src/memory/shared.ts';

const KIB = 1024;
const LIMIT = 2 ** 26;

describe('the heap', () => {
  let space: SharedSpace;
  const alloc = (bytes: number): number => space.core.heapAlloc(bytes) >>> 0;
  beforeEach(async () => {
    space = await createSpace(LIMIT, true);
  });

  test('hands out spans that do not overlap', () => {
    const spans = [1, 64 * KIB, 65 * KIB, 200 * KIB, 3].map((bytes) => ({ at: alloc(bytes), bytes }));
    const sorted = spans.sort((a, b) => a.at - b.at);
    for (const [i, span] of sorted.entries()) {
      expect(span.at).toBeGreaterThan(0);
      const next = sorted[i + 1];
      if (next) expect(span.at + span.bytes).toBeLessThanOrEqual(next.at);
    }
  });

  test('hands a freed span out again for the same size class, and only there', () => {
    const span = alloc(100 * KIB);
    space.core.heapFree(span, 100 * KIB);
    expect(alloc(64 * KIB)).not.toBe(span);
    expect(alloc(128 * KIB)).toBe(span);
    expect(alloc(128 * KIB)).not.toBe(span);
  });

  test('reaches memory that was not there before', () => {
    const before = space.memory.buffer.byteLength;
    const span = alloc(before);
    expect(span).toBeGreaterThan(0);
    expect(space.memory.buffer.byteLength).toBeGreaterThanOrEqual(span + before);
  });

  test('answers 0 at the limit, and works on for what still fits', () => {
    expect(alloc(LIMIT)).toBe(0);
    expect(alloc(64 * KIB)).toBeGreaterThan(0);
  });

  test('a typed error names the limit where TypeScript asks', () => {
    expect(() => space.alloc(LIMIT, 'a test')).toThrowError(
      expect.objectContaining({ code: 'STATE_TOO_LARGE', field: 'memory.maxBytes', value: LIMIT }),
    );
  });
});

describe('a bump', () => {
  test('is reused after a reset without new spans', async () => {
    const { core, alloc, views } = await createSpace(LIMIT, true);
    const bump = alloc(BUMP_BYTES, 'a bump');
    views.bytes.fill(0, bump, bump + BUMP_BYTES);
    const fill = (): number[] => Array.from({ length: 40 }, () => core.bumpAlloc(bump, 30 * KIB) >>> 0);
    const first = fill();
    expect(new Set(first).size).toBe(40);
    core.bumpReset(bump);
    expect(fill()).toEqual(first);
  });

  test('serves a piece larger than its chunks', async () => {
    const { core, alloc, views } = await createSpace(LIMIT, true);
    const bump = alloc(BUMP_BYTES, 'a bump');
    views.bytes.fill(0, bump, bump + BUMP_BYTES);
    const large = core.bumpAlloc(bump, 1000 * KIB) >>> 0;
    const small = core.bumpAlloc(bump, 8) >>> 0;
    expect(large).toBeGreaterThan(0);
    expect(small < large || small >= large + 1000 * KIB).toBe(true);
  });
});
