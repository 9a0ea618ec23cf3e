// Trie nodes as they came from outside, found by their hash. They are never changed, so any slot may read them at any
// time; a node is hashed once, when it is put in, and from then on its address stands for its content.
import { directoryClaim, Probe } from './directory';
import { keccak256 } from './keccak';
import { CTL_SEED, RAW_BYTES, RAW_HASH, RAW_RLP } from './layout';
import { Item, listOf } from './rlpitem';
import { Key } from './state';

/** Nodes can be made so that their hashes begin alike: the seed keeps anybody from aiming at one place. */
function placeOf(hash: usize): u64 {
  const mixed = load<u64>(hash) * (load<u64>(CTL_SEED) | 1);
  return mixed ^ (mixed >> 32);
}

function isSameNode(a: usize, b: usize): bool {
  return Key.equal(a + RAW_HASH, b + RAW_HASH);
}

/** Hashes the raw node at `node` and puts it into the directory, which has room. */
export function indexNode(nodes: usize, node: usize): void {
  keccak256(node + RAW_RLP, load<u32>(node, RAW_BYTES), node + RAW_HASH);
  directoryClaim(nodes, placeOf(node + RAW_HASH), node, isSameNode);
}

/** The raw node with this hash, or 0. */
export function findNode(nodes: usize, hash: usize): usize {
  const place = placeOf(hash);
  let at = Probe.start(nodes, place);
  while (true) {
    const slot = Probe.slot(nodes, at);
    if (slot == 0) return 0;
    const node = <usize>(<u32>slot);
    if (Probe.matches(slot, place) && Key.equal(node + RAW_HASH, hash)) return node;
    at = Probe.next(nodes, at);
  }
}

/** First byte of an item that is a hash. */
export const HASH_ITEM: u32 = 0xa0;
/** In place of a payload: the node is not there; there is something else than a node. */
export const NODE_MISSING: u64 = 0;
export const NODE_BAD: u64 = 1;

/** Payload of the node that `item` stands for: a hash, or the node itself, if it is shorter than that. */
export function nodePayload(nodes: usize, item: usize): u64 {
  if (load<u8>(item) == HASH_ITEM) {
    const raw = nodes == 0 ? 0 : findNode(nodes, item + 1);
    if (raw == 0) return NODE_MISSING;
    const list = listOf(raw + RAW_RLP, raw + RAW_RLP + load<u32>(raw, RAW_BYTES));
    return list == 0 ? NODE_BAD : list;
  }
  return Item.payload(item, item + inlineBytes(item));
}

/** Length of a node that lies in its parent. */
export function inlineBytes(item: usize): u32 {
  return <u32>load<u8>(item) - 0xbf;
}

/** True if the item at `at`, with that payload, can stand for a node: a hash, or a list of less than 32 bytes. */
export function isNodeItem(at: usize, payload: u64): bool {
  if (payload == 0) return false;
  return load<u8>(at) == HASH_ITEM || (Item.isList(at) && Item.end(payload) - at < 32);
}
