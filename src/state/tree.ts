// The whole trie of a state: built and hashed in slices, so that the caller's thread is never held for long.
import { SORT_BYTES, STATE_FIRST_ACCOUNT } from '../../assembly/layout.ts';
import type { Core } from '../core.ts';
import { ParallelEvmError } from '../errors.ts';
import type { SharedSpace } from '../memory/shared.ts';
import { Slices } from './slices.ts';

/** Accounts and slots of a slice: about a millisecond of insertions. */
const PER_SLICE = 2000;
const MORE = 1;
const FULL = 2;
/** What is hashed at a time: paths that agree in so many nibbles. */
const NIBBLES = 3;

const full = (): ParallelEvmError =>
  new ParallelEvmError('STATE_TOO_LARGE', "no memory left for the state's trie", { field: 'memory.maxBytes' });

/** Puts the accounts of the state in the order of their keys. */
async function sortAccounts({ alloc, core, free, views }: SharedSpace, state: number, slices: Slices): Promise<void> {
  const table = alloc(SORT_BYTES, 'the order of the accounts');
  views.bytes.fill(0, table, table + SORT_BYTES);
  for (let next = views.u32(state + STATE_FIRST_ACCOUNT); next !== 0; await slices.pause())
    next = core.sortAccounts(table, next, PER_SLICE) >>> 0;
  core.joinAccounts(state, table);
  free(table);
}

/** Hashes what is dirty below `top`, as core.treeHashPart takes it. */
export async function hashTreeParts(core: Core, top: number, slices: Slices): Promise<void> {
  for (let part = 0; part < 16 ** NIBBLES; part++) {
    core.treeHashPart(top, part, NIBBLES);
    await slices.pause();
  }
}

/**
 * In the queue: gives the state at `state` the trie of its base.
 * @throws STATE_TOO_LARGE
 */
export async function buildTree(space: SharedSpace, state: number): Promise<void> {
  const { core, views } = space;
  const slices = new Slices();
  await sortAccounts(space, state, slices);
  if (core.treeCreate(state) === 0) throw full();
  for (let progress = MORE; progress === MORE; await slices.pause()) {
    progress = core.treeBuild(state, PER_SLICE);
    if (progress === FULL) throw full();
  }
  await hashTreeParts(core, core.treeTop(state), slices);
  views.fresh();
}
