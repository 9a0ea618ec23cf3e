// Inserting into a tree and deleting from it (Yellow Paper, appendix D, on keys of 32 bytes). Nodes know no path: leaves and
// extensions name an entry and the depth where they end; where they begin is where they hang. One that moves up or down is
// the same node, dirty.
//
// Functions get a node and return what stands in its place. By one thread at a time.
import { NODE_BRANCH, NODE_EXTENSION, TNODE_ENTRY, TREE_LEAF } from './layout';
import { firstDifference, nibble } from './nibbles';
import { Key } from './state';
import { drop, dropAll, makeBranch, makeExtension, makeLeaf, own, Twig } from './treenode';

/** A leaf for `entry`; noted as the last one that an insertion left. */
function newLeaf(tree: usize, kind: u32, entry: usize): usize {
  const leaf = makeLeaf(tree, kind, entry);
  store<u32>(tree, <u32>leaf, TREE_LEAF);
  return leaf;
}

/** A leaf beside what `node` has from nibble `at` on, where the two part. */
function fork(tree: usize, node: usize, kind: u32, entry: usize, depth: u32, at: u32): usize {
  const leaf = newLeaf(tree, kind, entry);
  const branch = leaf == 0 ? 0 : makeBranch(tree);
  if (branch == 0) return 0;
  const side = nibble(Twig.entry(node), at);
  if (Twig.kind(node) == NODE_EXTENSION && Twig.end(node) == at + 1) {
    Twig.setChild(branch, side, Twig.below(node));
    drop(tree, node);
  } else Twig.setChild(branch, side, node);
  Twig.setChild(branch, nibble(entry, at), leaf);
  return at == depth ? branch : makeExtension(tree, entry, at, branch);
}

/**
 * `node`, `depth` nibbles down, with a leaf of that kind (NODE_ACCOUNT, NODE_LEAF) for `entry`, whose key comes first in it. A
 * leaf that is there already becomes dirty. TREE_LEAF is the leaf then. 0 where no memory is left.
 */
export function insert(tree: usize, node: usize, kind: u32, entry: usize, depth: u32): usize {
  if (node == 0) return newLeaf(tree, kind, entry);
  const mine = own(tree, node);
  if (mine == 0) return 0;
  if (Twig.kind(mine) == NODE_BRANCH) {
    const i = nibble(entry, depth);
    const below = insert(tree, Twig.child(mine, i), kind, entry, depth + 1);
    Twig.setChild(mine, i, below);
    return below == 0 ? 0 : mine;
  }
  const end = Twig.end(mine);
  const at = firstDifference(entry, Twig.entry(mine), depth, end);
  if (at < end) return fork(tree, mine, kind, entry, depth, at);
  if (Twig.kind(mine) != NODE_EXTENSION) {
    store<u32>(mine, <u32>entry, TNODE_ENTRY);
    store<u32>(tree, <u32>mine, TREE_LEAF);
    return mine;
  }
  const below = insert(tree, Twig.below(mine), kind, entry, end);
  Twig.setBelow(mine, below);
  return below == 0 ? 0 : mine;
}

/** In place of a node: no memory is left. */
export const NO_ROOM: usize = 1;

/** An entry below the node: its key has all nibbles of the node's path. */
function anyEntry(node: usize): usize {
  while (Twig.kind(node) == NODE_BRANCH) {
    let i: u32 = 0;
    while (Twig.child(node, i) == 0) i++;
    node = Twig.child(node, i);
  }
  return Twig.entry(node);
}

/** What stands in the place of a branch of one child: that, or an extension to it where it is a branch. */
function collapse(tree: usize, branch: usize, depth: u32): usize {
  let i: u32 = 0;
  while (Twig.child(branch, i) == 0) i++;
  const child = Twig.child(branch, i);
  drop(tree, branch);
  const isBranch = Twig.kind(child) == NODE_BRANCH;
  const place = isBranch ? makeExtension(tree, anyEntry(child), depth + 1, child) : own(tree, child);
  return place == 0 ? NO_ROOM : place;
}

function removeBelow(tree: usize, branch: usize, key: usize, depth: u32): usize {
  const i = nibble(key, depth);
  const child = Twig.child(branch, i);
  const below = child == 0 ? 0 : remove(tree, child, key, depth + 1);
  if (below == NO_ROOM) return NO_ROOM;
  if (below == child) return branch;
  const mine = own(tree, branch);
  if (mine == 0) return NO_ROOM;
  Twig.setChild(mine, i, below);
  return below == 0 && Twig.count(mine) == 1 ? collapse(tree, mine, depth) : mine;
}

/** `node`, `depth` nibbles down, without the leaf of `key` (32 B), if it has that; 0 when nothing is left; or NO_ROOM. */
export function remove(tree: usize, node: usize, key: usize, depth: u32): usize {
  if (node == 0) return 0;
  const kind = Twig.kind(node);
  if (kind == NODE_BRANCH) return removeBelow(tree, node, key, depth);
  if (kind != NODE_EXTENSION) {
    if (!Key.equal(Twig.entry(node), key)) return node;
    dropAll(tree, node);
    return 0;
  }
  const end = Twig.end(node);
  if (firstDifference(key, Twig.entry(node), depth, end) < end) return node;
  const child = Twig.below(node);
  const below = remove(tree, child, key, end);
  if (below == NO_ROOM) return NO_ROOM;
  if (below == child) return node;
  if (Twig.kind(below) != NODE_BRANCH) {
    drop(tree, node); // the two in one
    return below;
  }
  const mine = own(tree, node);
  if (mine == 0) return NO_ROOM;
  Twig.setBelow(mine, below);
  return mine;
}
