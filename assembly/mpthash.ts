// Hashing a trie: bottom up, and only what a change has made dirty. Each node keeps what its parent holds of it, so
// encoding a parent copies its children's references, and one buffer serves all depths.
import { Scratch } from './context';
import { keccak256 } from './keccak';
import {
  KEY_NIBBLES,
  NODE_BRANCH,
  NODE_KEY,
  NODE_LEAF,
  NODE_REF,
  NODE_REF_BYTES,
  NODE_VALUE,
  NODE_VALUE_BYTES,
  SCRATCH_TRIE,
  TRIE_TOP,
  TRIE_TOP_IS_NODE,
} from './layout';
import { Below, Child, EMPTY_ITEM, Node } from './mptnode';
import { HASH_ITEM, inlineBytes } from './mptstore';
import { putPath } from './nibbles';
import { headerSize, putBytes, putListHeader } from './rlp';

/** The payload starts here, so that the list's header gets its place in front of it once its length is known. */
const HEADER_ROOM: i32 = 8;
/** A path of 64 nibbles and a byte of flags, to be encoded. */
const PATH_ROOM: i32 = 40;

const EMPTY_ROOT_BYTES: StaticArray<u8> = [
  0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e, 0x5b, 0x48, 0xe0,
  0x1b, 0x99, 0x6c, 0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21,
];
/** keccak256(rlp('')): the root of a trie without keys. */
export const EMPTY_ROOT: usize = changetype<usize>(EMPTY_ROOT_BYTES);

/** What a node's parent holds of it, `isNode`: decoded, hashed by now; else an item that is there already. */
function putReference(dst: usize, child: usize, isNode: bool): usize {
  const src = isNode ? child + NODE_REF : child;
  const bytes: u32 = load<u8>(src) == HASH_ITEM ? 33 : inlineBytes(src);
  memory.copy(dst, src, bytes);
  return dst + bytes;
}

function putBranch(dst: usize, node: usize): usize {
  for (let i: u32 = 0; i < 16; i++) {
    const child = Child.at(node, i);
    if (child == 0) store<u8>(dst++, EMPTY_ITEM);
    else dst = putReference(dst, child, Child.isNode(node, i));
  }
  store<u8>(dst, EMPTY_ITEM);
  return dst + 1;
}

function putShort(dst: usize, node: usize, depth: u32, path: usize): usize {
  const isLeaf = Node.kind(node) == NODE_LEAF;
  const pathEnd = putPath(path, node + NODE_KEY, depth, Node.end(node), isLeaf);
  dst = putBytes(dst, path, <u32>(pathEnd - path));
  if (isLeaf) return putBytes(dst, load<u32>(node, NODE_VALUE), load<u32>(node, NODE_VALUE_BYTES));
  return putReference(dst, Below.at(node), Below.isNode(node));
}

/** Encodes a node whose children are clean, and keeps its reference: the node if it is below 32 bytes, else its hash. */
function settle(node: usize, depth: u32): void {
  const path = Scratch.at(SCRATCH_TRIE);
  const payload = path + PATH_ROOM + HEADER_ROOM;
  const end = Node.kind(node) == NODE_BRANCH ? putBranch(payload, node) : putShort(payload, node, depth, path);
  const start = payload - headerSize(<u32>(end - payload));
  putListHeader(start, <u32>(end - payload));
  const bytes = <u32>(end - start);
  if (bytes < 32) memory.copy(node + NODE_REF, start, bytes);
  else {
    store<u8>(node, HASH_ITEM, NODE_REF);
    keccak256(start, bytes, node + NODE_REF + 1);
  }
  store<u32>(node, min<u32>(bytes, 33), NODE_REF_BYTES);
}

/** Hashes what is dirty at and below a node `depth` nibbles down. */
export function hashNode(node: usize, depth: u32): void {
  if (!Node.isDirty(node)) return;
  if (Node.kind(node) == NODE_BRANCH) {
    for (let i: u32 = 0; i < 16; i++) if (Child.isNode(node, i)) hashNode(Child.at(node, i), depth + 1);
  } else if (Node.end(node) < <u32>KEY_NIBBLES && Below.isNode(node)) hashNode(Below.at(node), Node.end(node));
  settle(node, depth);
}

/** Root hash -> dst (32 B). */
export function trieRoot(trie: usize, dst: usize): void {
  const top: usize = load<u32>(trie, TRIE_TOP);
  if (top == 0) memory.copy(dst, EMPTY_ROOT, 32);
  else if (load<u32>(trie, TRIE_TOP_IS_NODE) == 0) memory.copy(dst, top + 1, 32);
  else {
    hashNode(top, 0);
    const bytes = load<u32>(top, NODE_REF_BYTES);
    if (bytes == 33) memory.copy(dst, top + NODE_REF + 1, 32);
    else keccak256(top + NODE_REF, bytes, dst);
  }
}
