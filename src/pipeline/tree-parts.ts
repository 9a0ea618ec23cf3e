// The dirty nodes of a state's tree are hashed in parts by all slots: when the block's changes are in it, and before that those
// of the block before, which is the base already, by whoever has nothing else to do.
//
// Correct because nobody changes the tree any more, and a node's reference depends on nothing but what the node is: the
// holder of the token hashes again what it finds unhashed, so nothing depends on who took a part (assembly/treehash.ts).
import {
  BLOCK_ROOT,
  CTL_TREE,
  CTL_TREE_PART,
  ROOT_NOW,
  STAT_PIPELINED_COMMITS,
  STATE_TREE,
  TNODE_CHILD,
  TREE_CHANGES,
  TREE_IS_NEXT,
  TREE_MOST_LEAF,
  TREE_MOST_SLOTS,
  TREE_NEXT_TOP,
} from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { count, ring, type Words } from './control.ts';
import type { Job } from './job.ts';

const TOP = CTL_TREE >>> 2;
const PART = CTL_TREE_PART >>> 2;

/** A part is what lies below the same two nibbles. */
const NIBBLES = 2;
const PARTS = 16 ** NIBBLES;
/** Changed accounts or slots that are worth waking others for: hashing them takes half a millisecond. */
const LEAST_CHANGES = 256;

function takePart(words: Words): number {
  if (Atomics.load(words, TOP) === 0 || Atomics.load(words, PART) >= PARTS) return PARTS;
  return Atomics.add(words, PART, 1);
}

/** Hashes one part, if there is one. True if there was. */
export function hashPart(arena: Arena): boolean {
  const { words } = arena.views;
  const part = takePart(words);
  if (part >= PARTS) return false;
  arena.points.reach('hashing');
  // Read after the part was taken: where the trie is another one by now, that part of it is hashed, which does no harm.
  const top = Atomics.load(words, TOP);
  if (top !== 0) arena.core.treeHashPart(top, part, NIBBLES);
  return true;
}

function hashTogether(arena: Arena, top: number): void {
  const { words } = arena.views;
  Atomics.store(words, PART, 0);
  Atomics.store(words, TOP, top);
  ring(words);
  while (hashPart(arena));
  Atomics.store(words, TOP, 0);
}

/** Hashes what is left of the base's tree, where the block before is the base and not hashed yet. By the holder of the token. */
export function hashBaseTree(arena: Arena): void {
  const { words } = arena.views;
  const top = Atomics.load(words, TOP);
  if (top === 0) return;
  count(words, STAT_PIPELINED_COMMITS);
  if (Atomics.load(words, PART) < PARTS) ring(words);
  while (hashPart(arena));
  arena.core.treeHashPart(top, 0, 0); // and what others are at
  Atomics.store(words, TOP, 0);
}

/**
 * Lets all slots hash what the block has changed in the state's tree, where that is much: the storage of the account with
 * most changes first, then the accounts with the rest. By the holder of the token.
 */
export function hashChangedTree(arena: Arena, { state, block }: Job): void {
  const views = arena.views.fresh();
  if (views.u32(block + BLOCK_ROOT) !== ROOT_NOW) return;
  const tree = views.u32(state + STATE_TREE);
  if (tree === 0 || views.u32(tree + TREE_IS_NEXT) === 0 || views.u32(tree + TREE_CHANGES) < LEAST_CHANGES) return;
  if (views.u32(tree + TREE_MOST_SLOTS) >= LEAST_CHANGES)
    hashTogether(arena, views.u32(views.u32(tree + TREE_MOST_LEAF) + TNODE_CHILD));
  hashTogether(arena, views.u32(tree + TREE_NEXT_TOP));
}
