// The survey of the heap: every span is held or free, what is neither is lost and comes back, and what cannot be is said.
import { beforeEach, describe, expect, test } from 'vitest';
import { BUMP_BYTES, BUMP_FIRST, CTL_HEAP_FREE, STATE_BYTES } from '../../assembly/layout.ts';
import { createSpace, type SharedSpace } from '../../src/memory/shared.ts';
import { bumpSpans, stateSpans, surveyHeap, sweepHeap } from '../../src/memory/sweep.ts';

const KIB = 1024;
const UNIT = 64 * KIB;

let space: SharedSpace;
beforeEach(async () => {
  space = await createSpace(2 ** 27, true);
});

/** A span of which nobody knows, as one that a slot has taken and not named. */
const lose = (bytes: number): number => space.core.heapAlloc(bytes) >>> 0;

test('a heap in which every span is held or free has lost nothing', () => {
  const span = space.alloc(200 * KIB, 'a test');
  space.alloc(1, 'a test');
  space.free(span);
  const { held, free, lost } = surveyHeap(space);
  expect({ held, free, lost }).toEqual({ held: 2 * UNIT, free: 4 * UNIT, lost: [] });
});

test('what nobody holds is found between what is held, and at the end', () => {
  const first = lose(3 * UNIT);
  const kept = space.alloc(UNIT, 'a test');
  const last = lose(UNIT);
  const { lost } = surveyHeap(space);
  expect(lost).toEqual([
    { at: first, bytes: 4 * UNIT },
    { at: last, bytes: UNIT },
  ]);
  expect(kept).toBe(first + 4 * UNIT);
});

test('swept spans are handed out again, and nothing is lost any more', () => {
  const spans = [lose(UNIT), lose(2 * UNIT)];
  const before = space.views.memory.buffer.byteLength;
  expect(sweepHeap(space)).toBe(3 * UNIT);
  expect(surveyHeap(space)).toMatchObject({ free: 3 * UNIT, lost: [] });
  const again = [space.alloc(UNIT, 'a test'), space.alloc(2 * UNIT, 'a test')];
  for (const span of again) expect(span).toBeLessThan(Math.max(...spans) + 2 * UNIT);
  expect(space.views.memory.buffer.byteLength).toBe(before);
});

test('a holder answers for what the kernels have allocated for it', () => {
  const { core, views } = space;
  const state = space.alloc(STATE_BYTES, 'a state');
  expect(core.stateCreate(state, 1, 4096, 4096, 4096)).toBe(1);
  const bump = space.alloc(BUMP_BYTES, 'a bump');
  views.bytes.fill(0, bump, bump + BUMP_BYTES);
  for (let i = 0; i < 20; i++) core.bumpAlloc(bump, 100 * KIB);
  expect(surveyHeap(space).lost).not.toEqual([]);
  space.holders.add({ spans: () => stateSpans(views.fresh(), state) });
  space.holders.add({ spans: () => bumpSpans(views.fresh(), views.u32(bump + BUMP_FIRST)) });
  expect(surveyHeap(space).lost).toEqual([]);
});

describe('an unsound heap is a fault', () => {
  const unsound = (message: RegExp) =>
    expect.objectContaining({ code: 'INTERNAL', message: expect.stringMatching(message) });

  test('where a span that is held is free, too', () => {
    const span = space.alloc(UNIT, 'a test');
    space.core.heapFree(span, UNIT);
    expect(() => surveyHeap(space)).toThrow(unsound(/begins before/));
  });

  test('where a free list does not end', () => {
    const span = lose(UNIT);
    space.core.heapFree(span, UNIT);
    space.views.setU32(span, span);
    expect(space.views.u32(CTL_HEAP_FREE)).toBe(span);
    expect(() => surveyHeap(space)).toThrow(unsound(/free twice/));
  });

  test('where a span ends behind the heap', () => {
    const span = lose(UNIT);
    space.owned.set(span, 4 * UNIT);
    expect(() => surveyHeap(space)).toThrow(unsound(/behind the heap's end/));
  });
});
