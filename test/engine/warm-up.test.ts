// The warm-up: it runs what it is there to warm, and nothing of it is left.

import { createEngine } from 'parallel-evm';
import { expect, test } from 'vitest';
import { InlineSlot } from '../../src/inline.ts';
import { ARENA_BYTES } from '../../src/memory/arenas.ts';
import { heapInUse, markHeap, rewindHeap } from '../../src/memory/heap.ts';
import { createSpace, LEAST_BYTES, type SharedSpace } from '../../src/memory/shared.ts';
import type { Crew } from '../../src/pool.ts';
import { loadPrecompiles } from '../../src/precompiles/host.ts';
import { compileMcl } from '../../src/precompiles/mcl-module.ts';
import { warmUpBlock, warmUpState } from '../../src/warm-up/block.ts';
import { warmUp } from '../../src/warm-up/warm-up.ts';
import { Workspace } from '../../src/workspace.ts';
import { fixture, stateFor } from './scenarios.ts';

/** An inline slot that counts its jobs. */
async function countingCrew(maxBytes: number): Promise<{ space: SharedSpace; crew: Crew; jobs: () => number }> {
  const space = await createSpace(maxBytes, false, await loadPrecompiles(await compileMcl()));
  const slot = new InlineSlot(
    space.core,
    space.views,
    space.alloc(ARENA_BYTES, 'an arena'),
    space.context,
    space.instantiate,
  );
  let jobs = 0;
  const run: Crew['run'] = (...args) => {
    jobs += 1;
    return slot.run(...args);
  };
  return {
    space,
    crew: {
      slots: slot.slots,
      deaths: 0,
      run,
      resize: () => slot.resize(),
      mend: () => slot.mend(),
      shrink: () => slot.shrink(),
      close: () => slot.close(),
    },
    jobs: () => jobs,
  };
}

test('every transaction of the warm-up succeeds, at one slot and at two', async () => {
  for (const slots of [1, 2]) {
    const engine = await createEngine({ slots, warmUp: false });
    const state = await engine.createState(warmUpState());
    const { invalid, receipts } = await engine.runBlock({ block: warmUpBlock(64), state });
    expect(invalid).toBeUndefined();
    expect(receipts.map(({ status }) => status)).toEqual(Array(64).fill(1));
    // Transfers have none; the rest reaches its last instruction or the event before it.
    expect(receipts.filter(({ logs }) => logs.length > 0).length).toBeGreaterThanOrEqual(20);
    await engine.close();
  }
});

test('the warm-up leaves the heap as it was', async () => {
  const { space, crew, jobs } = await countingCrew(2 ** 28);
  const before = heapInUse(space.views);
  const mark = markHeap(space.views);
  await warmUp(new Workspace(space), crew);
  expect(jobs()).toBeGreaterThan(0);
  expect(heapInUse(space.views)).toBe(before);
  expect(markHeap(space.views)).toBe(mark);
});

test('a memory too small for the warm-up goes without it', async () => {
  const { space, crew } = await countingCrew(2 ** 28);
  const rest: number[] = [];
  for (let bytes = 2 ** 27; bytes >= 2 ** 16; bytes /= 2)
    for (let span = space.core.heapAlloc(bytes); span !== 0; span = space.core.heapAlloc(bytes)) rest.push(span);
  expect(rest.length).toBeGreaterThan(0);
  const before = heapInUse(space.views);
  await warmUp(new Workspace(space), crew);
  expect(heapInUse(space.views)).toBe(before);
});

test('a heap is rewound only when all since its mark was given back', async () => {
  const { core, views } = await createSpace(LEAST_BYTES, true);
  const mark = markHeap(views);
  const spans = [2 ** 16, 2 ** 18].map((bytes) => [core.heapAlloc(bytes), bytes] as const);
  for (const [span, bytes] of spans.slice(1)) core.heapFree(span, bytes);
  rewindHeap(views.fresh(), mark);
  expect(heapInUse(views)).toBe((mark as number) + 2 ** 16);
  expect(markHeap(views)).toBeUndefined();
  core.heapFree(spans[0]?.[0] as number, 2 ** 16);
  rewindHeap(views, mark);
  expect(markHeap(views)).toBe(mark);
});

test('results are those of an engine without warm-up', async () => {
  const mini = await fixture('mini');
  const diffs = [];
  for (const isWarm of [false, true]) {
    const engine = await createEngine({ slots: 2, warmUp: isWarm });
    const state = await stateFor(engine, mini);
    const result = await engine.runBlock({ block: mini.block, state, blockHashes: mini.blockHashes });
    diffs.push({ gasUsed: result.gasUsed, diff: result.stateDiff.toJSON(), json: await state.toJSON() });
    await engine.close();
  }
  expect(diffs[1]).toEqual(diffs[0]);
});
