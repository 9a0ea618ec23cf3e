// The whole trie of a state: built and hashed in slices, so that the caller's thread is never held for long.
import { ParallelEvmError } from '../errors.ts';
import type { SharedSpace } from '../memory/shared.ts';
import { Slices } from './slices.ts';

/** Accounts and slots of a slice: about a millisecond of insertions. */
const PER_SLICE = 2000;
const MORE = 1;
const FULL = 2;
/** Subtrees that are hashed apart: one for each three nibbles. */
const PARTS = 16 ** 3;

const full = (): ParallelEvmError =>
  new ParallelEvmError('STATE_TOO_LARGE', "no memory left for the state's trie", { field: 'memory.maxBytes' });

/**
 * In the queue: gives the state at `state` the trie of its base.
 * @throws STATE_TOO_LARGE
 */
export async function buildTree({ core, views }: SharedSpace, state: number): Promise<void> {
  const slices = new Slices();
  if (core.treeCreate(state) === 0) throw full();
  for (let progress = MORE; progress === MORE; await slices.pause()) {
    progress = core.treeBuild(state, PER_SLICE);
    if (progress === FULL) throw full();
  }
  for (let part = 0; part < PARTS; part++) {
    core.treeHashPart(state, part);
    await slices.pause();
  }
  views.fresh();
}
