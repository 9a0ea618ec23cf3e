// Look-ups in a trie of raw nodes, without decoding, changing or keeping anything: any slot looks any key up, at any
// time. Each step goes at least one nibble down, so a walk ends after 64 of them, whatever the nodes say.
import { lacksNode, lacksSense } from './lack';
import { KEY_NIBBLES } from './layout';
import { isNodeItem, NODE_BAD, NODE_MISSING, nodePayload } from './mptstore';
import { nibble, Path } from './nibbles';
import { Item, stringAt } from './rlpitem';

/** In place of a value's bounds: the trie has no such key; a node lacks on the way. */
export const VALUE_ABSENT: u64 = 0;
export const VALUE_UNKNOWN: u64 = 1;

const EMPTY_ITEM: u32 = 0x80;

/** The item of a branch's child; 0 if [at, end) are not the 17 items of one. */
function childOf(at: usize, end: usize, index: u32): usize {
  let child: usize = 0;
  for (let i: u32 = 0; i < 16; i++) {
    const payload = Item.payload(at, end);
    if (payload == 0) return 0;
    if (i == index) child = at;
    at = Item.end(payload);
  }
  return at + 1 == end && load<u8>(at) == EMPTY_ITEM ? child : 0;
}

/** True if the path's nibbles are the key's from `depth` on. */
function matches(key: usize, depth: u32, path: usize, count: u32): bool {
  const first = Path.first(path);
  for (let i: u32 = 0; i < count; i++) if (nibble(key, depth + i) != nibble(path, first + i)) return false;
  return true;
}

function bad(key: usize, depth: u32, owner: usize): u64 {
  lacksSense(key, depth, owner);
  return VALUE_UNKNOWN;
}

/**
 * Bounds of the value of `key` (32 B) in the trie whose root's hash is the RLP item `top`; VALUE_ABSENT if it has none,
 * VALUE_UNKNOWN if the nodes do not say. `owner`: account entry that the trie belongs to, for the report.
 */
export function seek(nodes: usize, top: usize, key: usize, owner: usize): u64 {
  let item = top;
  let depth: u32 = 0;
  while (true) {
    const list = nodePayload(nodes, item);
    if (list == NODE_MISSING) {
      lacksNode(item + 1, key, depth, owner);
      return VALUE_UNKNOWN;
    }
    if (list == NODE_BAD) return bad(key, depth, owner);
    const end = Item.end(list);
    const first = Item.payload(Item.start(list), end);
    const second: usize = first == 0 ? end : Item.end(first);
    const secondPayload = Item.payload(second, end);
    if (secondPayload == 0) return bad(key, depth, owner);
    if (Item.end(secondPayload) == end) {
      const path = Item.start(first);
      const bytes = Item.bytes(first);
      if (Item.isList(Item.start(list)) || !Path.isValid(path, bytes)) return bad(key, depth, owner);
      const count = Path.nibbles(path, bytes);
      const isLeaf = Path.isLeaf(path);
      if (isLeaf ? depth + count != KEY_NIBBLES : count == 0 || depth + count >= <u32>KEY_NIBBLES)
        return bad(key, depth, owner);
      if (!matches(key, depth, path, count)) return VALUE_ABSENT;
      if (isLeaf) {
        const value = stringAt(second, end);
        return Item.bytes(value) == 0 ? bad(key, depth, owner) : value;
      }
      depth += count;
      item = second;
    } else {
      item = depth < <u32>KEY_NIBBLES ? childOf(Item.start(list), end, nibble(key, depth)) : 0;
      if (item == 0) return bad(key, depth, owner);
      if (load<u8>(item) == EMPTY_ITEM) return VALUE_ABSENT;
      depth++;
    }
    if (!isNodeItem(item, Item.payload(item, end))) return bad(key, depth, owner);
  }
}
