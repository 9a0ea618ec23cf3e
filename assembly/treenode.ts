// Nodes of a tree: the whole Merkle Patricia trie of a state, in memory. A leaf is not a copy of anything: it names an entry of
// the state, which has the key, and whose newest confirmed record is the value.
//
// A change never writes to a node that it has not made (but for the reference, which only depends on what the node is, and the
// link of a list). It copies what it changes, from the leaf up to a root of its own, and drops what that replaces. So the
// trie of the base stays what it is until the change is accepted, and forgetting the change is to reset three words.
//
// Nodes come from pools of one size each. Those that a change takes stay in the list of free ones, before the cursor:
// forgetting moves the cursor back, accepting moves the list's head forward. What is dropped becomes free then: nodes of
// the base (stale) only if the change is accepted, the change's own ones (dead) at once.
import { bumpAlloc } from './heap';
import {
  KEY_NIBBLES,
  NODE_ACCOUNT,
  NODE_BRANCH,
  NODE_EXTENSION,
  POOL_CURSOR,
  POOL_DEAD,
  POOL_FREE,
  POOL_LAST,
  TNODE_BRANCH_BYTES,
  TNODE_CHANGE,
  TNODE_CHILD,
  TNODE_CHILDREN,
  TNODE_END,
  TNODE_ENTRY,
  TNODE_KIND,
  TNODE_LINK,
  TNODE_REF_BYTES,
  TNODE_SHORT_BYTES,
  TREE_BRANCHES,
  TREE_BUMP,
  TREE_CHANGE,
  TREE_IS_NEXT,
  TREE_KEPT_CHANGE,
  TREE_KEPT_HOLDS,
  TREE_KEPT_STALE,
  TREE_KEPT_TOP,
  TREE_NEXT_TOP,
  TREE_SHORTS,
  TREE_STALE,
  TREE_TOP,
} from './layout';
import * as u256 from './u256';

export class Twig {
  @inline static kind(node: usize): u32 {
    return load<u8>(node, TNODE_KIND);
  }
  /** Depth where the node ends: of a leaf 64. */
  @inline static end(node: usize): u32 {
    return load<u8>(node, TNODE_END);
  }
  /** A node whose reference another slot is working out is dirty until all of that is there. */
  @inline static isDirty(node: usize): bool {
    return atomic.load<u8>(node, TNODE_REF_BYTES) == 0;
  }
  @inline static entry(node: usize): usize {
    return load<u32>(node, TNODE_ENTRY);
  }
  /** An extension's child; the root node of an account's storage. */
  @inline static below(node: usize): usize {
    return load<u32>(node, TNODE_CHILD);
  }
  @inline static setBelow(node: usize, child: usize): void {
    store<u32>(node, <u32>child, TNODE_CHILD);
  }
  @inline static child(branch: usize, i: u32): usize {
    return load<u32>(branch + (i << 2), TNODE_CHILDREN);
  }
  @inline static setChild(branch: usize, i: u32, child: usize): void {
    store<u32>(branch + (i << 2), <u32>child, TNODE_CHILDREN);
  }
  static count(branch: usize): i32 {
    let count = 0;
    for (let i: u32 = 0; i < 16; i++) if (Twig.child(branch, i) != 0) count++;
    return count;
  }
}

// ── Pools ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function poolOf(tree: usize, kind: u32): usize {
  return tree + (kind == NODE_BRANCH ? TREE_BRANCHES : TREE_SHORTS);
}

function bytesOf(kind: u32): u32 {
  return kind == NODE_BRANCH ? TNODE_BRANCH_BYTES : TNODE_SHORT_BYTES;
}

/** A node that was never used, at the end of the list of free ones, and taken. */
function grow(tree: usize, pool: usize, bytes: u32): usize {
  const node = bumpAlloc(load<u32>(tree, TREE_BUMP), bytes);
  if (node == 0) return 0;
  store<u32>(node, 0, TNODE_LINK);
  const last: usize = load<u32>(pool, POOL_LAST);
  if (last == 0) store<u32>(pool, <u32>node, POOL_FREE);
  else store<u32>(last, <u32>node, TNODE_LINK);
  store<u32>(pool, <u32>node, POOL_LAST);
  return node;
}

/** A node of the change's own, dirty; 0 where no memory is left. */
function take(tree: usize, kind: u32): usize {
  const pool = poolOf(tree, kind);
  let node: usize = load<u32>(pool, POOL_DEAD);
  if (node != 0) store<u32>(pool, load<u32>(node, TNODE_ENTRY), POOL_DEAD);
  else {
    node = load<u32>(pool, POOL_CURSOR);
    if (node != 0) {
      store<u32>(pool, load<u32>(node, TNODE_LINK), POOL_CURSOR);
      store<u32>(pool, <u32>node, POOL_LAST);
    } else node = grow(tree, pool, bytesOf(kind));
    if (node == 0) return 0;
  }
  store<u32>(node, kind, TNODE_KIND); // and no end, no reference
  store<u32>(node, load<u32>(tree, TREE_CHANGE), TNODE_CHANGE);
  return node;
}

function isOwn(tree: usize, node: usize): bool {
  return load<u32>(node, TNODE_CHANGE) == load<u32>(tree, TREE_CHANGE);
}

/** Notes that the change has no use for the node. */
export function drop(tree: usize, node: usize): void {
  if (isOwn(tree, node)) {
    const pool = poolOf(tree, Twig.kind(node));
    store<u32>(node, load<u32>(pool, POOL_DEAD), TNODE_ENTRY);
    store<u32>(pool, <u32>node, POOL_DEAD);
  } else {
    store<u32>(node, load<u32>(tree, TREE_STALE), TNODE_LINK);
    store<u32>(tree, <u32>node, TREE_STALE);
  }
}

/** Drops a node with everything below it, an account's storage included. */
export function dropAll(tree: usize, node: usize): void {
  if (node == 0) return;
  const kind = Twig.kind(node);
  if (kind == NODE_BRANCH) for (let i: u32 = 0; i < 16; i++) dropAll(tree, Twig.child(node, i));
  else if (kind == NODE_EXTENSION || kind == NODE_ACCOUNT) dropAll(tree, Twig.below(node));
  drop(tree, node);
}

// ── Making nodes: 0 where no memory is left ──────────────────────────────────────────────────────────────────────────

/** The node as the change may write to it, dirty: itself, or a copy that takes its place. */
export function own(tree: usize, node: usize): usize {
  if (isOwn(tree, node)) {
    store<u8>(node, 0, TNODE_REF_BYTES);
    return node;
  }
  const kind = Twig.kind(node);
  const copy = take(tree, kind);
  if (copy == 0) return 0;
  store<u8>(copy, Twig.end(node), TNODE_END);
  store<u64>(copy, load<u64>(node, TNODE_ENTRY), TNODE_ENTRY); // and the child
  if (kind == NODE_BRANCH) {
    u256.copy(copy + TNODE_CHILDREN, node + TNODE_CHILDREN);
    u256.copy(copy + TNODE_CHILDREN + 32, node + TNODE_CHILDREN + 32);
  }
  drop(tree, node);
  return copy;
}

export function makeBranch(tree: usize): usize {
  const node = take(tree, NODE_BRANCH);
  if (node == 0) return 0;
  u256.setZero(node + TNODE_CHILDREN);
  u256.setZero(node + TNODE_CHILDREN + 32);
  return node;
}

/** An extension along the key of `entry` that ends at `end`. */
export function makeExtension(tree: usize, entry: usize, end: u32, child: usize): usize {
  const node = take(tree, NODE_EXTENSION);
  if (node == 0) return 0;
  store<u8>(node, end, TNODE_END);
  store<u32>(node, <u32>entry, TNODE_ENTRY);
  store<u32>(node, <u32>child, TNODE_CHILD);
  return node;
}

/** `kind`: NODE_ACCOUNT or NODE_LEAF. */
export function makeLeaf(tree: usize, kind: u32, entry: usize): usize {
  const node = take(tree, kind);
  if (node == 0) return 0;
  store<u8>(node, KEY_NIBBLES, TNODE_END);
  store<u32>(node, <u32>entry, TNODE_ENTRY);
  store<u32>(node, 0, TNODE_CHILD);
  return node;
}

// ── Life of a change ─────────────────────────────────────────────────────────────────────────────────────────────────

function forgetTaken(pool: usize): void {
  store<u32>(pool, load<u32>(pool, POOL_FREE), POOL_CURSOR);
  store<u32>(pool, 0, POOL_LAST);
  store<u32>(pool, 0, POOL_DEAD);
}

/** Begins a change of the base's trie; one that was neither accepted nor forgotten is forgotten. */
export function beginChange(tree: usize): void {
  store<u32>(tree, 0, TREE_IS_NEXT);
  forgetTaken(tree + TREE_SHORTS);
  forgetTaken(tree + TREE_BRANCHES);
  store<u32>(tree, 0, TREE_STALE);
  store<u32>(tree, load<u32>(tree, TREE_CHANGE) + 1, TREE_CHANGE);
  store<u32>(tree, load<u32>(tree, TREE_TOP), TREE_NEXT_TOP);
}

function release(pool: usize, node: usize): void {
  store<u32>(node, load<u32>(pool, POOL_FREE), TNODE_LINK);
  store<u32>(pool, <u32>node, POOL_FREE);
}

/** What the change took is no longer free, but for what it has no use for. */
function keepTaken(pool: usize): void {
  store<u32>(pool, load<u32>(pool, POOL_CURSOR), POOL_FREE);
  let node: usize = load<u32>(pool, POOL_DEAD);
  while (node != 0) {
    const next: usize = load<u32>(node, TNODE_ENTRY);
    release(pool, node);
    node = next;
  }
}

function releaseAll(tree: usize, first: usize): void {
  for (let node = first; node != 0; ) {
    const next: usize = load<u32>(node, TNODE_LINK);
    release(poolOf(tree, Twig.kind(node)), node);
    node = next;
  }
}

/** Gives back what the kept change has replaced, if it stays. While no change is open: those that it takes come first. */
function releaseReplaced(tree: usize): void {
  if (load<u32>(tree, TREE_KEPT_HOLDS) == 0) return;
  releaseAll(tree, load<u32>(tree, TREE_KEPT_STALE));
  store<u32>(tree, 0, TREE_KEPT_STALE);
  store<u32>(tree, 0, TREE_KEPT_HOLDS);
  beginChange(tree);
}

/** Makes the changed trie that of the base, which goes back to what it was by dropKept, unless acceptKept comes first. */
export function keepChange(tree: usize): void {
  const top = load<u32>(tree, TREE_NEXT_TOP);
  const change = load<u32>(tree, TREE_CHANGE);
  const stale = load<u32>(tree, TREE_STALE);
  keepTaken(tree + TREE_SHORTS);
  keepTaken(tree + TREE_BRANCHES);
  releaseReplaced(tree);
  store<u32>(tree, load<u32>(tree, TREE_TOP), TREE_KEPT_TOP);
  store<u32>(tree, change, TREE_KEPT_CHANGE);
  store<u32>(tree, stale, TREE_KEPT_STALE);
  store<u32>(tree, top, TREE_TOP);
  beginChange(tree);
}

/** The kept change stays. What it has replaced is given back when no other change is open. */
export function acceptKept(tree: usize): void {
  store<u32>(tree, 1, TREE_KEPT_HOLDS);
  if (load<u32>(tree, TREE_IS_NEXT) == 0) releaseReplaced(tree);
}

/** Makes the changed trie that of the base. */
export function acceptChange(tree: usize): void {
  keepChange(tree);
  acceptKept(tree);
}

/** Forgets the change. */
export function forgetChange(tree: usize): void {
  beginChange(tree);
  releaseReplaced(tree);
}

/** Gives back what the kept change has made at and below `node`: nothing of it hangs below what is older. */
function releaseKept(tree: usize, node: usize): void {
  if (node == 0 || load<u32>(node, TNODE_CHANGE) != load<u32>(tree, TREE_KEPT_CHANGE)) return;
  const kind = Twig.kind(node);
  if (kind == NODE_BRANCH) for (let i: u32 = 0; i < 16; i++) releaseKept(tree, Twig.child(node, i));
  else if (kind == NODE_EXTENSION || kind == NODE_ACCOUNT) releaseKept(tree, Twig.below(node));
  release(poolOf(tree, kind), node);
}

/** The base's trie becomes what it was before the kept change. */
export function dropKept(tree: usize): void {
  releaseKept(tree, load<u32>(tree, TREE_TOP));
  store<u32>(tree, load<u32>(tree, TREE_KEPT_TOP), TREE_TOP);
  store<u32>(tree, 0, TREE_KEPT_STALE);
  beginChange(tree);
}
