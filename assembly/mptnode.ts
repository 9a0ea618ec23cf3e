// Decoded nodes of a trie that is being changed. A raw node is decoded when a change comes by, and is then worked on in
// place. No node has a path of its own: leaves and extensions hold a whole key and know the depth where they end, and
// where they begin is where they hang. So a node that moves up or down is not rewritten, it only becomes dirty.
//
// Keys are 32 bytes, so all leaves end at the same depth and no branch has a value.
import { bumpAlloc } from './heap';
import { lacksNode, lacksRoom, lacksSense } from './lack';
import {
  KEY_NIBBLES,
  MAX_VALUE_BYTES,
  NODE_BRANCH,
  NODE_BYTES,
  NODE_CHILD,
  NODE_CHILDREN,
  NODE_END,
  NODE_EXTENSION,
  NODE_KEY,
  NODE_KIND,
  NODE_LEAF,
  NODE_MASK,
  NODE_OWN_VALUE,
  NODE_REF,
  NODE_REF_BYTES,
  NODE_VALUE,
  NODE_VALUE_BYTES,
  NODE_VALUE_ROOM,
  TRIE_BUMP,
  TRIE_NODES,
  TRIE_OWNER,
} from './layout';
import { HASH_ITEM, inlineBytes, isNodeItem, NODE_BAD, NODE_MISSING, nodePayload } from './mptstore';
import { nibble, Path, setNibble } from './nibbles';
import { Item, stringAt } from './rlpitem';

export const EMPTY_ITEM: u32 = 0x80;

export class Node {
  @inline static kind(node: usize): u32 {
    return load<u8>(node, NODE_KIND);
  }
  /** Depth where the node ends. */
  @inline static end(node: usize): u32 {
    return load<u8>(node, NODE_END);
  }
  @inline static isDirty(node: usize): bool {
    return load<u32>(node, NODE_REF_BYTES) == 0;
  }
  @inline static soil(node: usize): void {
    store<u32>(node, 0, NODE_REF_BYTES);
  }
}

/** Where a branch has its children, and an extension its only one. */
export class Child {
  @inline static at(node: usize, i: u32): usize {
    return load<u32>(node + (i << 2), NODE_CHILDREN);
  }
  @inline static isNode(node: usize, i: u32): bool {
    return ((load<u16>(node, NODE_MASK) >> <u16>i) & 1) != 0;
  }
  /** Hangs a decoded node in. What it hangs in is as dirty as it. */
  static set(node: usize, i: u32, child: usize): void {
    store<u32>(node + (i << 2), <u32>child, NODE_CHILDREN);
    store<u16>(node, load<u16>(node, NODE_MASK) | ((<u16>1) << (<u16>i)), NODE_MASK);
    if (Node.isDirty(child)) Node.soil(node);
  }
  static clear(node: usize, i: u32): void {
    store<u32>(node + (i << 2), 0, NODE_CHILDREN);
    store<u16>(node, load<u16>(node, NODE_MASK) & ~((<u16>1) << (<u16>i)), NODE_MASK);
    Node.soil(node);
  }
  /** Moves the child of an extension, decoded or not, to a branch. */
  static move(branch: usize, i: u32, extension: usize): void {
    store<u32>(branch + (i << 2), load<u32>(extension, NODE_CHILD), NODE_CHILDREN);
    store<u16>(branch, load<u16>(branch, NODE_MASK) | ((load<u16>(extension, NODE_MASK) & 1) << (<u16>i)), NODE_MASK);
  }
  static count(branch: usize): i32 {
    let count = 0;
    for (let i: u32 = 0; i < 16; i++) if (Child.at(branch, i) != 0) count++;
    return count;
  }
}

/** An extension's only child has the place of no branch's child: it lies behind the key. */
export class Below {
  @inline static at(extension: usize): usize {
    return load<u32>(extension, NODE_CHILD);
  }
  @inline static isNode(extension: usize): bool {
    return load<u16>(extension, NODE_MASK) != 0;
  }
  static set(extension: usize, child: usize): void {
    store<u32>(extension, <u32>child, NODE_CHILD);
    store<u16>(extension, 1, NODE_MASK);
    if (Node.isDirty(child)) Node.soil(extension);
  }
}

// ── Making nodes: 0 where no memory is left ──────────────────────────────────────────────────────────────────────────

function makeNode(trie: usize, kind: u32, end: u32, bytes: u32): usize {
  const node = bumpAlloc(load<u32>(trie, TRIE_BUMP), bytes);
  if (node == 0) {
    lacksRoom();
    return 0;
  }
  store<u32>(node, kind | (end << 8));
  store<u32>(node, 0, NODE_REF_BYTES);
  return node;
}

export function makeBranch(trie: usize): usize {
  const node = makeNode(trie, NODE_BRANCH, 0, NODE_BYTES);
  if (node != 0) memory.fill(node + NODE_CHILDREN, 0, 64);
  return node;
}

/** An extension along `key` that ends at `end`, without a child. */
export function makeExtension(trie: usize, key: usize, end: u32): usize {
  const node = makeNode(trie, NODE_EXTENSION, end, NODE_BYTES);
  if (node != 0) memory.copy(node + NODE_KEY, key, 32);
  return node;
}

export function makeLeaf(trie: usize, key: usize, value: usize, bytes: u32): usize {
  const node = makeNode(trie, NODE_LEAF, KEY_NIBBLES, NODE_OWN_VALUE + bytes);
  if (node == 0) return 0;
  memory.copy(node + NODE_KEY, key, 32);
  store<u32>(node, bytes, NODE_VALUE_ROOM);
  putValue(node, value, bytes);
  return node;
}

function putValue(leaf: usize, value: usize, bytes: u32): void {
  memory.copy(leaf + NODE_OWN_VALUE, value, bytes);
  store<u32>(leaf, <u32>(leaf + NODE_OWN_VALUE), NODE_VALUE);
  store<u32>(leaf, bytes, NODE_VALUE_BYTES);
  Node.soil(leaf);
}

/** The leaf with another value: itself where that fits. It stays clean where the value is what it was. */
export function withValue(trie: usize, leaf: usize, value: usize, bytes: u32): usize {
  if (bytes == load<u32>(leaf, NODE_VALUE_BYTES) && memory.compare(load<u32>(leaf, NODE_VALUE), value, bytes) == 0)
    return leaf;
  if (bytes > load<u32>(leaf, NODE_VALUE_ROOM)) return makeLeaf(trie, leaf + NODE_KEY, value, bytes);
  putValue(leaf, value, bytes);
  return leaf;
}

// ── Decoding ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A branch from the items of [at, end); 0 if they are not 17 as they should be, or memory lacks. */
function decodeBranch(trie: usize, at: usize, end: usize): usize {
  const node = makeBranch(trie);
  if (node == 0) return 0;
  for (let i: u32 = 0; i < 16; i++) {
    const payload = Item.payload(at, end);
    if (payload == 0) return 0;
    if (load<u8>(at) != EMPTY_ITEM) {
      if (!isNodeItem(at, payload)) return 0;
      store<u32>(node + (i << 2), <u32>at, NODE_CHILDREN);
    }
    at = Item.end(payload);
  }
  store<u16>(node, 0, NODE_MASK);
  return at + 1 == end && load<u8>(at) == EMPTY_ITEM && Child.count(node) > 1 ? node : 0;
}

/** Gives the node a key: `depth` nibbles of `key`, then those of the path. */
function putKey(node: usize, key: usize, depth: u32, path: usize, count: u32): void {
  memory.copy(node + NODE_KEY, key, 32);
  const first = Path.first(path);
  for (let i: u32 = 0; i < count; i++) setNibble(node + NODE_KEY, depth + i, nibble(path, first + i));
}

function decodeLeaf(trie: usize, second: usize, end: usize): usize {
  const value = stringAt(second, end);
  const bytes = Item.bytes(value);
  if (bytes == 0 || bytes > <u32>MAX_VALUE_BYTES) return 0;
  const node = makeNode(trie, NODE_LEAF, KEY_NIBBLES, NODE_BYTES);
  if (node == 0) return 0;
  store<u32>(node, <u32>Item.start(value), NODE_VALUE);
  store<u32>(node, bytes, NODE_VALUE_BYTES);
  store<u32>(node, NODE_BYTES - NODE_OWN_VALUE, NODE_VALUE_ROOM);
  return node;
}

function decodeExtension(trie: usize, second: usize, end: usize, to: u32): usize {
  if (!isNodeItem(second, Item.payload(second, end))) return 0;
  const node = makeNode(trie, NODE_EXTENSION, to, NODE_BYTES);
  if (node == 0) return 0;
  store<u32>(node, <u32>second, NODE_CHILD);
  store<u16>(node, 0, NODE_MASK);
  return node;
}

/** A leaf or extension from the two items of [at, end), the second one at `second`; 0 as above. */
function decodeShort(trie: usize, at: usize, second: usize, end: usize, key: usize, depth: u32): usize {
  const item = stringAt(at, end);
  const path = Item.start(item);
  const bytes = Item.bytes(item);
  if (item == 0 || !Path.isValid(path, bytes)) return 0;
  const count = Path.nibbles(path, bytes);
  const to = depth + count;
  const isLeaf = Path.isLeaf(path);
  if (isLeaf ? to != KEY_NIBBLES : count == 0 || to >= <u32>KEY_NIBBLES) return 0;
  const node = isLeaf ? decodeLeaf(trie, second, end) : decodeExtension(trie, second, end, to);
  if (node != 0) putKey(node, key, depth, path, count);
  return node;
}

/**
 * Decodes the node that `item` stands for, `depth` nibbles of `key` below the root. It is clean: the item is its reference.
 * 0 where it is missing, is no node, or no memory is left; CTX_LACK says which.
 */
export function openNode(trie: usize, item: usize, key: usize, depth: u32): usize {
  const list = nodePayload(load<u32>(trie, TRIE_NODES), item);
  if (list == NODE_MISSING) {
    lacksNode(item + 1, key, depth, load<u32>(trie, TRIE_OWNER));
    return 0;
  }
  // Whoever makes a node and finds no memory says so afterwards, and more to the point.
  lacksSense(key, depth, load<u32>(trie, TRIE_OWNER));
  if (list == NODE_BAD || depth > <u32>KEY_NIBBLES) return 0;
  const at = Item.start(list);
  const end = Item.end(list);
  const first = Item.payload(at, end);
  if (first == 0) return 0;
  const second = Item.end(first);
  const payload = Item.payload(second, end);
  if (payload == 0) return 0;
  const isShort = Item.end(payload) == end;
  if (!isShort && depth == KEY_NIBBLES) return 0;
  const node = isShort ? decodeShort(trie, at, second, end, key, depth) : decodeBranch(trie, at, end);
  if (node == 0) return 0;
  const bytes: u32 = load<u8>(item) == HASH_ITEM ? 33 : inlineBytes(item);
  memory.copy(node + NODE_REF, item, bytes);
  store<u32>(node, bytes, NODE_REF_BYTES);
  return node;
}
