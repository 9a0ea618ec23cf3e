// The tree of a state: built from its base, changed by what a block has changed, hashed. Whoever changes the state has the
// tree as well: the holder of the token while a job runs, between jobs the caller's thread.
import { bumpAlloc } from './heap';
import {
  ACCOUNT_BASE,
  ACCOUNT_CHANGED_NEXT,
  ACCOUNT_CHANGED_SLOTS,
  ACCOUNT_NEXT,
  ACCOUNT_SLOTS,
  CHANGED_LAST,
  NODE_ACCOUNT,
  NODE_BRANCH,
  NODE_LEAF,
  REC_EXISTS,
  REC_INCARNATION,
  SLOT_BASE,
  SLOT_CHANGED_NEXT,
  SLOT_INCARNATION,
  SLOT_NEXT,
  STATE_BUMP,
  STATE_FIRST_ACCOUNT,
  STATE_TREE,
  TREE_ACCOUNT,
  TREE_BUILDING,
  TREE_BUMP,
  TREE_BYTES,
  TREE_CHANGES,
  TREE_IS_NEXT,
  TREE_LEAF,
  TREE_MOST_LEAF,
  TREE_MOST_SLOTS,
  TREE_NEXT_TOP,
  TREE_OF_BASE,
  TREE_SLOT,
  TREE_TOP,
} from './layout';
import { accountRecord, slotRecord } from './state';
import { insert, NO_ROOM, remove } from './tree';
import { hashTree, putTopHash } from './treehash';
import { acceptChange, acceptKept, beginChange, dropAll, dropKept, forgetChange, keepChange, Twig } from './treenode';
import * as u256 from './u256';

// ── What a block has changed ─────────────────────────────────────────────────────────────────────────────────────────

/** Puts an account's leaf into the changed trie. False: no memory. */
function insertAccount(tree: usize, account: usize): bool {
  const top = insert(tree, load<u32>(tree, TREE_NEXT_TOP), NODE_ACCOUNT, account, 0);
  store<u32>(tree, <u32>top, TREE_NEXT_TOP);
  return top != 0;
}

/** Counts what an account changes: itself and its slots. The account with most is noted. */
function countChanges(tree: usize, leaf: usize, account: usize): void {
  let slots: u32 = 0;
  for (let s: usize = load<u32>(account, ACCOUNT_CHANGED_SLOTS); s != 0; s = load<u32>(s, SLOT_CHANGED_NEXT)) slots++;
  store<u32>(tree, load<u32>(tree, TREE_CHANGES) + slots + 1, TREE_CHANGES);
  if (slots <= load<u32>(tree, TREE_MOST_SLOTS)) return;
  store<u32>(tree, slots, TREE_MOST_SLOTS);
  store<u32>(tree, <u32>leaf, TREE_MOST_LEAF);
}

/** Those changed slots of an account that have a value, or that have none, in its storage below `leaf`. */
function changeSlots(tree: usize, leaf: usize, account: usize, deletes: bool): bool {
  for (let s: usize = load<u32>(account, ACCOUNT_CHANGED_SLOTS); s != 0; s = load<u32>(s, SLOT_CHANGED_NEXT)) {
    if (u256.isZero(slotRecord(s)) != deletes) continue;
    const storage = Twig.below(leaf);
    const place = deletes ? remove(tree, storage, s, 0) : insert(tree, storage, NODE_LEAF, s, 0);
    if (place == (deletes ? NO_ROOM : 0)) return false;
    Twig.setBelow(leaf, place);
  }
  return true;
}

/** An account that exists: its leaf and its storage. One that was deleted begins anew. */
function changeAccount(tree: usize, account: usize): bool {
  if (!insertAccount(tree, account)) return false;
  const leaf: usize = load<u32>(tree, TREE_LEAF);
  if (load<u32>(account, ACCOUNT_BASE + REC_INCARNATION) != load<u32>(accountRecord(account), REC_INCARNATION)) {
    dropAll(tree, Twig.below(leaf));
    Twig.setBelow(leaf, 0);
  }
  countChanges(tree, leaf, account);
  return changeSlots(tree, leaf, account, false) && changeSlots(tree, leaf, account, true);
}

/** Makes the list of changed accounts a change of the base's trie. False: no memory, and the change is not to be used. */
export function changeTree(tree: usize, first: usize): bool {
  beginChange(tree);
  store<u32>(tree, 0, TREE_CHANGES);
  store<u32>(tree, 0, TREE_MOST_SLOTS);
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT))
    if (load<u32>(accountRecord(a), REC_EXISTS) != 0 && !changeAccount(tree, a)) return false;
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT)) {
    if (load<u32>(accountRecord(a), REC_EXISTS) != 0) continue;
    const top = remove(tree, load<u32>(tree, TREE_NEXT_TOP), a, 0);
    if (top == NO_ROOM) return false;
    store<u32>(tree, <u32>top, TREE_NEXT_TOP);
  }
  store<u32>(tree, 1, TREE_IS_NEXT);
  return true;
}

/** Root hash of the changed trie -> dst (32 B). */
export function putChangedRoot(tree: usize, dst: usize): void {
  const top: usize = load<u32>(tree, TREE_NEXT_TOP);
  hashTree(top, 0, false);
  putTopHash(dst, top);
}

/**
 * Ends the block on the state's tree, if it has one: the change becomes the base's trie (`commit`), or is forgotten. False:
 * there is no change that could be accepted.
 */
export function treeSettle(state: usize, commit: bool): bool {
  const tree: usize = load<u32>(state, STATE_TREE);
  if (tree == 0) return true;
  const isNext = load<u32>(tree, TREE_IS_NEXT) != 0;
  if (commit && isNext) acceptChange(tree);
  else forgetChange(tree);
  return isNext || !commit;
}

/** Ends a block like treeSettle with `commit`, so that it can be taken back. False: there is no change that could be kept. */
export function treeKeep(state: usize): bool {
  const tree: usize = load<u32>(state, STATE_TREE);
  if (load<u32>(tree, TREE_IS_NEXT) == 0) return false;
  keepChange(tree);
  return true;
}

/** Ends the time in which the kept block could be taken back: it stays (`holds`), or is forgotten. Between jobs. */
export function treeEndKept(state: usize, holds: bool): void {
  const tree: usize = load<u32>(state, STATE_TREE);
  if (holds) acceptKept(tree);
  else dropKept(tree);
}

/** Root hash of the base's trie -> dst (32 B). By the caller's thread. */
export function treeRoot(state: usize, dst: usize): void {
  const top: usize = load<u32>(load<u32>(state, STATE_TREE), TREE_TOP);
  hashTree(top, 0, true);
  putTopHash(dst, top);
}

// ── Building: the caller's thread, between jobs, a piece at a time ───────────────────────────────────────────────────

/** Gives the state a tree, empty for now. False: no memory. */
export function treeCreate(state: usize): bool {
  const tree = bumpAlloc(state + STATE_BUMP, TREE_BYTES);
  if (tree == 0) return false;
  memory.fill(tree, 0, TREE_BYTES);
  store<u32>(tree, <u32>(state + STATE_BUMP), TREE_BUMP);
  store<u32>(tree, load<u32>(state, STATE_FIRST_ACCOUNT), TREE_ACCOUNT);
  beginChange(tree);
  store<u32>(state, <u32>tree, STATE_TREE);
  return true;
}

/** The next slot of the account that is being built. False: no memory. */
function buildSlot(tree: usize): bool {
  const leaf: usize = load<u32>(tree, TREE_BUILDING);
  const slot: usize = load<u32>(tree, TREE_SLOT);
  store<u32>(tree, load<u32>(slot, SLOT_NEXT), TREE_SLOT);
  const incarnation = load<u32>(Twig.entry(leaf), ACCOUNT_BASE + REC_INCARNATION);
  if (load<u32>(slot, SLOT_INCARNATION) != incarnation || u256.isZero(slot + SLOT_BASE)) return true;
  const storage = insert(tree, Twig.below(leaf), NODE_LEAF, slot, 0);
  Twig.setBelow(leaf, storage);
  return storage != 0;
}

/** The next account; its slots follow. False: no memory. */
function buildAccount(tree: usize): bool {
  const account: usize = load<u32>(tree, TREE_ACCOUNT);
  store<u32>(tree, load<u32>(account, ACCOUNT_NEXT), TREE_ACCOUNT);
  if (load<u32>(account, ACCOUNT_BASE + REC_EXISTS) == 0) return true;
  if (!insertAccount(tree, account)) return false;
  store<u32>(tree, load<u32>(tree, TREE_LEAF), TREE_BUILDING);
  store<u32>(tree, load<u32>(account, ACCOUNT_SLOTS), TREE_SLOT);
  return true;
}

/** Progress of treeBuild. */
const BUILT: i32 = 0;
const BUILDING: i32 = 1;
const BUILD_FULL: i32 = 2;

/** Takes `count` more of the base's accounts and slots into the tree. 0: that was all; 1: there are more; 2: no memory. */
export function treeBuild(state: usize, count: u32): i32 {
  const tree: usize = load<u32>(state, STATE_TREE);
  for (; count != 0; count--) {
    const hasSlot = load<u32>(tree, TREE_SLOT) != 0;
    if (!hasSlot && load<u32>(tree, TREE_ACCOUNT) == 0) {
      acceptChange(tree);
      return BUILT;
    }
    if (!(hasSlot ? buildSlot(tree) : buildAccount(tree))) return BUILD_FULL;
  }
  return BUILDING;
}

/** Root node of the base's trie. */
export function treeTop(state: usize): usize {
  return load<u32>(load<u32>(state, STATE_TREE), TREE_TOP);
}

/**
 * Hashes what is dirty in the trie below `top`, maybe with TREE_OF_BASE, along paths whose first `nibbles` nibbles are `part`. Different slots may be
 * at different parts of one trie, and at the same: a node's reference is the same whoever works it out.
 */
export function treeHashPart(top: usize, part: u32, nibbles: u32): void {
  const ofBase = (top & TREE_OF_BASE) != 0;
  let node = top & ~TREE_OF_BASE;
  let depth: u32 = 0;
  for (; depth < nibbles && node != 0 && Twig.kind(node) == NODE_BRANCH; depth++)
    node = Twig.child(node, (part >> ((nibbles - 1 - depth) << 2)) & 15);
  hashTree(node, depth, ofBase);
}
