// Merkle Patricia tries (Yellow Paper, appendix D) with 32-byte keys: inserting, updating and deleting on a trie of which
// only parts may be known. A part that is not is an RLP item with its hash, which stays as it is until a key leads there.
//
// A trie belongs to one thread at a time; different tries, and the subtrees below different nodes, may belong to
// different ones. What fails leaves the trie unusable, and says why in the context (CTX_LACK).
//
// Deleting can join a branch with its last child, which must be known for that. Inserting never needs more than the path
// of its key: whoever inserts first and deletes last asks for the fewest nodes.
import { Scratch } from './context';
import {
  KEY_NIBBLES,
  NODE_BRANCH,
  NODE_KEY,
  NODE_LEAF,
  SCRATCH_TRIE,
  TRIE_BUMP,
  TRIE_NODES,
  TRIE_OWNER,
  TRIE_TOP,
  TRIE_TOP_IS_NODE,
} from './layout';
import { Below, Child, makeBranch, makeExtension, makeLeaf, Node, openNode, withValue } from './mptnode';
import { firstDifference, nibble, setNibble } from './nibbles';

/**
 * Makes the trie at `trie` (TRIE_BYTES) the one whose root's hash is the RLP item `root`, 0 = the empty one. The item stays
 * where it is. The trie's nodes come from the raw ones in `nodes` and are made in `bump`.
 */
export function openTrie(trie: usize, nodes: usize, bump: usize, root: usize, owner: usize): void {
  store<u32>(trie, <u32>nodes, TRIE_NODES);
  store<u32>(trie, <u32>bump, TRIE_BUMP);
  store<u32>(trie, <u32>owner, TRIE_OWNER);
  store<u32>(trie, <u32>root, TRIE_TOP);
  store<u32>(trie, 0, TRIE_TOP_IS_NODE);
}

/** Makes `node` the root, 0 = none is left. */
export function setTop(trie: usize, node: usize): void {
  store<u32>(trie, <u32>node, TRIE_TOP);
  store<u32>(trie, node == 0 ? 0 : 1, TRIE_TOP_IS_NODE);
}

/** Hangs `leaf` beside what `node` has from nibble `at` on, where the two part; returns what stands in its place. */
function fork(trie: usize, node: usize, leaf: usize, depth: u32, at: u32): usize {
  const branch = makeBranch(trie);
  if (branch == 0) return 0;
  const side = nibble(node + NODE_KEY, at);
  if (Node.kind(node) != NODE_LEAF && Node.end(node) == at + 1) Child.move(branch, side, node);
  else {
    Node.soil(node);
    Child.set(branch, side, node);
  }
  Child.set(branch, nibble(leaf + NODE_KEY, at), leaf);
  if (at == depth) return branch;
  const extension = makeExtension(trie, leaf + NODE_KEY, at);
  if (extension != 0) Below.set(extension, branch);
  return extension;
}

/**
 * `child`, `depth` nibbles down, 0 = nothing, decoded or not, with a value of 1 to MAX_VALUE_BYTES bytes at `key`. Returns what
 * stands in its place, 0 when it cannot be told.
 */
export function putBelow(
  trie: usize,
  child: usize,
  isNode: bool,
  key: usize,
  depth: u32,
  value: usize,
  bytes: u32,
): usize {
  if (child == 0) return makeLeaf(trie, key, value, bytes);
  const node = isNode ? child : openNode(trie, child, key, depth);
  if (node == 0) return 0;
  if (Node.kind(node) == NODE_BRANCH) {
    const i = nibble(key, depth);
    const below = putBelow(trie, Child.at(node, i), Child.isNode(node, i), key, depth + 1, value, bytes);
    if (below != 0) Child.set(node, i, below);
    return below == 0 ? 0 : node;
  }
  const end = Node.end(node);
  const at = firstDifference(key, node + NODE_KEY, depth, end);
  if (at < end) {
    const leaf = makeLeaf(trie, key, value, bytes);
    return leaf == 0 ? 0 : fork(trie, node, leaf, depth, at);
  }
  if (Node.kind(node) == NODE_LEAF) return withValue(trie, node, value, bytes);
  const below = putBelow(trie, Below.at(node), Below.isNode(node), key, end, value, bytes);
  if (below != 0) Below.set(node, below);
  return below == 0 ? 0 : node;
}

/** Puts a value of 1 to MAX_VALUE_BYTES bytes at `key`. False: a node lacks, or memory. */
export function triePut(trie: usize, key: usize, value: usize, bytes: u32): bool {
  const isNode = load<u32>(trie, TRIE_TOP_IS_NODE) != 0;
  const top = putBelow(trie, load<u32>(trie, TRIE_TOP), isNode, key, 0, value, bytes);
  if (top == 0) return false;
  setTop(trie, top);
  return true;
}

/** In place of a node: it cannot be told what is left. */
const UNKNOWN: usize = 1;

/** What stands in the place of a branch with one child: that, or an extension to it where it is a branch. */
function collapse(trie: usize, branch: usize, key: usize, depth: u32): usize {
  let i: u32 = 0;
  while (Child.at(branch, i) == 0) i++;
  const path = Scratch.at(SCRATCH_TRIE);
  memory.copy(path, key, 32);
  setNibble(path, depth, i);
  const child = Child.at(branch, i);
  const last = Child.isNode(branch, i) ? child : openNode(trie, child, path, depth + 1);
  if (last == 0) return UNKNOWN;
  if (Node.kind(last) != NODE_BRANCH) {
    Node.soil(last);
    return last;
  }
  const extension = makeExtension(trie, path, depth + 1);
  if (extension == 0) return UNKNOWN;
  Below.set(extension, last);
  return extension;
}

/** An extension whose child has become `below`: the two in one, unless that is a branch. */
function joined(extension: usize, below: usize): usize {
  if (Node.kind(below) == NODE_BRANCH) {
    Below.set(extension, below);
    return extension;
  }
  Node.soil(below);
  return below;
}

/** `child`, `depth` nibbles down, without `key`; 0 when nothing is left, UNKNOWN when it cannot be told. */
function remove(trie: usize, child: usize, isNode: bool, key: usize, depth: u32): usize {
  const node = isNode ? child : openNode(trie, child, key, depth);
  if (node == 0) return UNKNOWN;
  if (Node.kind(node) == NODE_BRANCH) return removeBelow(trie, node, key, depth);
  const end = Node.end(node);
  if (firstDifference(key, node + NODE_KEY, depth, end) < end) return node;
  if (Node.kind(node) == NODE_LEAF) return 0;
  const below = remove(trie, Below.at(node), Below.isNode(node), key, end);
  return below <= UNKNOWN ? below : joined(node, below);
}

function removeBelow(trie: usize, branch: usize, key: usize, depth: u32): usize {
  const i = nibble(key, depth);
  const child = Child.at(branch, i);
  if (child == 0) return branch;
  const below = remove(trie, child, Child.isNode(branch, i), key, depth + 1);
  if (below == UNKNOWN) return UNKNOWN;
  if (below != 0) {
    Child.set(branch, i, below);
    return branch;
  }
  Child.clear(branch, i);
  return Child.count(branch) > 1 ? branch : collapse(trie, branch, key, depth);
}

/** Takes `key` out, if it is there. False: a node lacks, or memory. */
export function trieRemove(trie: usize, key: usize): bool {
  const top: usize = load<u32>(trie, TRIE_TOP);
  if (top == 0) return true;
  const left = remove(trie, top, load<u32>(trie, TRIE_TOP_IS_NODE) != 0, key, 0);
  if (left == UNKNOWN) return false;
  setTop(trie, left);
  return true;
}

/** Address of the leaf with `key`, 0 if there is none, 1 if a node lacks. Decodes the path. */
export function trieFind(trie: usize, key: usize): usize {
  let depth: u32 = 0;
  let child: usize = load<u32>(trie, TRIE_TOP);
  let isNode = load<u32>(trie, TRIE_TOP_IS_NODE) != 0;
  let above: usize = 0;
  while (child != 0) {
    const node = isNode ? child : openNode(trie, child, key, depth);
    if (node == 0) return UNKNOWN;
    if (!isNode) hang(trie, above, nibble(key, depth - 1), node);
    if (Node.kind(node) == NODE_BRANCH) {
      const i = nibble(key, depth);
      child = Child.at(node, i);
      isNode = Child.isNode(node, i);
      depth++;
    } else {
      const end = Node.end(node);
      if (firstDifference(key, node + NODE_KEY, depth, end) < end) return 0;
      if (end == KEY_NIBBLES) return node;
      child = Below.at(node);
      isNode = Below.isNode(node);
      depth = end;
    }
    above = node;
  }
  return 0;
}

/** Hangs a node that was decoded on the way into what is above it, 0 = it is the root. */
function hang(trie: usize, above: usize, i: u32, node: usize): void {
  if (above == 0) setTop(trie, node);
  else if (Node.kind(above) == NODE_BRANCH) Child.set(above, i, node);
  else Below.set(above, node);
}
