// Hashing a tree: bottom up, and only what is dirty. A node keeps what its parent holds of it. Several slots may hash one
// tree: its length is what publishes a reference, and who works the same one out writes the same bytes.
import { Scratch } from './context';
import { keccak256 } from './keccak';
import { NODE_ACCOUNT, NODE_BRANCH, NODE_EXTENSION, SCRATCH_TRIE, TNODE_REF, TNODE_REF_BYTES } from './layout';
import { EMPTY_ROOT } from './mpthash';
import { EMPTY_ITEM } from './mptnode';
import { HASH_ITEM } from './mptstore';
import { putPath } from './nibbles';
import { headerSize, putBytes, putListHeader } from './rlp';
import { Twig } from './treenode';
import { putValue } from './treevalue';
import * as u256 from './u256';

/** Scratch: a path of 64 nibbles and its flags; the value of a leaf; the node, with room for its list header in front. */
const VALUE_AT: i32 = 64;
const NODE_AT: i32 = 256;

/** The root hash of the trie below `top`, which is clean -> dst (32 B). */
export function putTopHash(dst: usize, top: usize): void {
  const bytes = top == 0 ? 0 : load<u8>(top, TNODE_REF_BYTES);
  if (bytes == 0) u256.copy(dst, EMPTY_ROOT);
  else if (bytes == 32) u256.copy(dst, top + TNODE_REF);
  else keccak256(top + TNODE_REF, bytes, dst);
}

function putReference(dst: usize, child: usize): usize {
  const bytes = load<u8>(child, TNODE_REF_BYTES);
  if (bytes == 32) {
    store<u8>(dst, HASH_ITEM);
    u256.copy(dst + 1, child + TNODE_REF);
    return dst + 33;
  }
  memory.copy(dst, child + TNODE_REF, bytes);
  return dst + bytes;
}

function putBranch(dst: usize, node: usize): usize {
  for (let i: u32 = 0; i < 16; i++) {
    const child = Twig.child(node, i);
    if (child == 0) store<u8>(dst++, EMPTY_ITEM);
    else dst = putReference(dst, child);
  }
  store<u8>(dst, EMPTY_ITEM);
  return dst + 1;
}

function putShort(dst: usize, node: usize, depth: u32, path: usize, ofBase: bool): usize {
  const kind = Twig.kind(node);
  const pathEnd = putPath(path, Twig.entry(node), depth, Twig.end(node), kind != NODE_EXTENSION);
  dst = putBytes(dst, path, <u32>(pathEnd - path));
  if (kind == NODE_EXTENSION) return putReference(dst, Twig.below(node));
  const value = path + VALUE_AT;
  return putBytes(dst, value, <u32>(putValue(value, node, ofBase) - value));
}

/** Encodes a node whose children are clean, and keeps its reference: the node if it is below 32 bytes, else its hash. */
function settle(node: usize, depth: u32, ofBase: bool): void {
  const path = Scratch.at(SCRATCH_TRIE);
  const payload = path + NODE_AT;
  const isBranch = Twig.kind(node) == NODE_BRANCH;
  const end = isBranch ? putBranch(payload, node) : putShort(payload, node, depth, path, ofBase);
  const start = payload - headerSize(<u32>(end - payload));
  putListHeader(start, <u32>(end - payload));
  const bytes = <u32>(end - start);
  if (bytes < 32) memory.copy(node + TNODE_REF, start, bytes);
  else keccak256(start, bytes, node + TNODE_REF);
  atomic.store<u8>(node, min<u32>(bytes, 32), TNODE_REF_BYTES);
}

/** Bit i: child i of a branch is dirty. Without a jump, so that the children's lines come from memory all at once. */
function dirtyChildren(branch: usize): u32 {
  let mask: u32 = 0;
  for (let i: u32 = 0; i < 16; i++) {
    const child = Twig.child(branch, i); // 0: the zero page
    mask |= (<u32>(child != 0) & <u32>(atomic.load<u8>(child, TNODE_REF_BYTES) == 0)) << i;
  }
  return mask;
}

/**
 * Hashes what is dirty at and below a node `depth` nibbles down, the storage of accounts included. Leaves hold what is confirmed,
 * or what is in the base (`ofBase`).
 */
export function hashTree(node: usize, depth: u32, ofBase: bool): void {
  if (node == 0 || !Twig.isDirty(node)) return;
  const kind = Twig.kind(node);
  if (kind == NODE_BRANCH) {
    for (let dirty = dirtyChildren(node); dirty != 0; dirty &= dirty - 1)
      hashTree(Twig.child(node, ctz<u32>(dirty)), depth + 1, ofBase);
  } else if (kind == NODE_EXTENSION) hashTree(Twig.below(node), Twig.end(node), ofBase);
  else if (kind == NODE_ACCOUNT) hashTree(Twig.below(node), 0, ofBase);
  settle(node, depth, ofBase);
}
