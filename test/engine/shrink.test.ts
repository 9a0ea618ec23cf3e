// A large arena gives way to a small one between jobs, also where that comes to lie behind the end that the memory had.
import { expect, test } from 'vitest';
import { CTX_FORMER } from '../../assembly/layout.ts';
import { ARENA_BYTES, arenaBytes, arenasOf, arenaWord, shrinkArena } from '../../src/memory/arenas.ts';
import { createSpace } from '../../src/memory/shared.ts';

const LARGE = 8 * ARENA_BYTES;
const SLOT = 3;

test('a large arena gives way to a small one, and its span is free', async () => {
  const space = await createSpace(2 ** 29, true);
  const { core, views } = space;
  const large = core.heapAlloc(LARGE) >>> 0;
  core.arenaCreate(large, LARGE);
  views.fresh().setU32(large + CTX_FORMER, 0);
  views.setU32(arenaWord(SLOT), large);
  const pages = space.memory.buffer.byteLength;
  shrinkArena(core, views, SLOT);
  expect(space.memory.buffer.byteLength).toBeGreaterThan(pages);
  const small = views.u32(arenaWord(SLOT));
  expect(arenasOf(views, SLOT)).toEqual([{ at: small, bytes: ARENA_BYTES }]);
  expect(arenaBytes(views, small)).toBe(ARENA_BYTES);
  expect(core.heapAlloc(LARGE) >>> 0).toBe(large);
  shrinkArena(core, views, SLOT);
  expect(views.u32(arenaWord(SLOT))).toBe(small);
});
