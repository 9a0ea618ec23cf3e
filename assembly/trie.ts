// Root of the Merkle-Patricia trie (Yellow Paper, appendix D) of a list: key of item i is rlp(i), the value its bytes.
// The transactions, receipts and withdrawals roots of a block header are such roots.
//
// Nothing is inserted anywhere. rlp orders indexes as 1..127, 0, 128.., so a subtrie is a range of ranks in that order,
// and one depth-first pass over the ranges encodes every node exactly once. A node is needed only while its parent is
// being encoded, hence one payload buffer per depth (in nibbles) and one for the leaf at hand: no node objects.
// The keys are prefix-free (the first byte tells the length), so a value never sits in a branch and two keys of a range
// always part before either ends. Recursion is bounded by the longest key: 10 nibbles for any i32.
//
// An item is { address u32, length u32 }. Items must not be empty: to a trie an empty value is none.
import { keccak256 } from './keccak';
import { LEAF_CHUNK, OUT_BYTES } from './layout';
import { headerSize, putBytes, putListHeader } from './rlp';

const ITEM_BYTES: i32 = 8;
const ITEM_LENGTH: i32 = 4;

// Work area: what the recursion would pass down unchanged, the root's reference (33 bytes), then the buffers. A payload starts HEADER_ROOM into its
// buffer, so that its list header (at most 5 bytes) can be put right in front of it once its length is known.
const WORK_ITEMS: i32 = 0;
const WORK_COUNT: i32 = 4;
const WORK_ROOT: i32 = 8;
/** Hashes of leaves and chunks, 0 = none is known; those of index i lie i × OUT_BYTES further. */
const WORK_HASHES: i32 = 44;
const WORK_BRANCHES: i32 = 48;
const HEADER_ROOM: i32 = 8;
/** Payload of a branch: 16 references of at most 33 bytes and the empty value. */
const BRANCH_BYTES: i32 = HEADER_ROOM + 16 * 33 + 8;
const MAX_NIBBLES: i32 = 10;
const WORK_LEAF: i32 = WORK_BRANCHES + MAX_NIBBLES * BRANCH_BYTES;
/** Path (at most 1 + 6 bytes) and header (at most 5) of a leaf's value. */
const LEAF_OVERHEAD: i32 = 12;

const EMPTY_STRING: i32 = 0x80;
const LEAF_FLAG: i32 = 2;

/** Bytes that `work` of `orderedTrieRoot` needs for these items. */
export function orderedTrieWorkBytes(items: usize, count: i32): u32 {
  let longest: u32 = 0;
  for (let i = 0; i < count; i++) longest = max(longest, load<u32>(items + i * ITEM_BYTES, ITEM_LENGTH));
  return WORK_LEAF + HEADER_ROOM + LEAF_OVERHEAD + longest;
}

/** Bytes that `work` of `leafHash` needs for a value. */
export function leafWorkBytes(valueBytes: u32): u32 {
  return HEADER_ROOM + LEAF_OVERHEAD + valueBytes;
}

/** Nibbles above the leaf of item `index`: one more than its key shares with either neighbour's in their order. */
function leafDepth(index: u32, count: i32): i32 {
  const singles = min(count - 1, 127);
  const rank = <i32>index > singles ? <i32>index : index === 0 ? singles : <i32>index - 1;
  const key = keyOf(index);
  const before: u64 = rank === 0 ? 0 : clz<u64>(key ^ keyOf(indexOf(count, rank - 1)));
  const after: u64 = rank === count - 1 ? 0 : clz<u64>(key ^ keyOf(indexOf(count, rank + 1)));
  return <i32>(max(before, after) >> 2) + 1;
}

/** Hash of the leaf of item `index` in a list of `count` > 1 items, of which only this one is at hand: 32 B -> dst. */
export function leafHash(index: u32, count: i32, value: usize, length: u32, dst: usize, work: usize): void {
  const payload = work + HEADER_ROOM;
  const body = putPath(payload, keyOf(index), leafDepth(index, count), keyBytes(index) * 2, LEAF_FLAG);
  const bytes = <u32>(putBytes(body, value, length) - payload);
  const node = payload - headerSize(bytes);
  putListHeader(node, bytes);
  keccak256(node, bytes + <u32>headerSize(bytes), dst);
}

/** Bytes that `work` of `branchHash` needs. */
export function branchWorkBytes(): u32 {
  return BRANCH_BYTES;
}

/** Hash of a branch without value whose children are hashed: 16 hashes of 32 B at `hashes` -> dst (32 B). */
export function branchHash(hashes: usize, dst: usize, work: usize): void {
  const payload = work + HEADER_ROOM;
  let end = payload;
  for (let nibble = 0; nibble < 16; nibble++) end = putHash(end, hashes + (nibble << 5));
  store<u8>(end++, EMPTY_STRING);
  const bytes = <u32>(end - payload);
  const node = payload - headerSize(bytes);
  putListHeader(node, bytes);
  keccak256(node, bytes + <u32>headerSize(bytes), dst);
}

/** A hash as a string item. */
function putHash(dst: usize, hash: usize): usize {
  store<u8>(dst, EMPTY_STRING + 32);
  memory.copy(dst + 1, hash, 32);
  return dst + 33;
}

/**
 * Root of the trie of `count` > 1 items whose lower part is hashed -> dst (32 B). At `hashes`, OUT_BYTES apart, lie the hash of
 * leaf i at i, and those of whole chunks of 16 but the first as the hash of their branch, at the chunk's first index.
 */
export function orderedTrieRootOf(hashes: usize, count: i32, dst: usize, work: usize): void {
  store<i32>(work, count, WORK_COUNT);
  store<u32>(work, <u32>hashes, WORK_HASHES);
  putNode(work, 0, count, 0, work + WORK_ROOT);
  memory.copy(dst, work + WORK_ROOT + 1, 32);
}

/** Root of the trie of `count` items -> dst (32 B). `work` has `orderedTrieWorkBytes` bytes. */
export function orderedTrieRoot(items: usize, count: i32, dst: usize, work: usize): void {
  if (count === 0) {
    store<u8>(work, EMPTY_STRING);
    keccak256(work, 1, dst);
    return;
  }
  store<u32>(work, <u32>items, WORK_ITEMS);
  store<u32>(work, 0, WORK_HASHES);
  store<i32>(work, count, WORK_COUNT);
  putNode(work, 0, count, 0, work + WORK_ROOT);
  memory.copy(dst, work + WORK_ROOT + 1, 32);
}

/** Index of the item at `rank` in the order of rlp(index). */
function indexAt(work: usize, rank: i32): u32 {
  return indexOf(load<i32>(work, WORK_COUNT), rank);
}

function indexOf(count: i32, rank: i32): u32 {
  const singles = min(count - 1, 127);
  return rank < singles ? rank + 1 : rank === singles ? 0 : rank;
}

/** Bytes of rlp(index). */
function keyBytes(index: u32): i32 {
  return index < 0x80 ? 1 : 1 + ((39 - clz<u32>(index)) >> 3);
}

/** rlp(index) in the highest bytes of a u64. */
function keyOf(index: u32): u64 {
  if (index === 0) return (<u64>EMPTY_STRING) << 56;
  if (index < 0x80) return (<u64>index) << 56;
  const bytes = keyBytes(index);
  const key = ((<u64>(EMPTY_STRING + bytes - 1)) << ((bytes - 1) * 8)) | index;
  return key << (64 - bytes * 8);
}

function nibbleAt(key: u64, depth: i32): i32 {
  return <i32>(key >> (60 - depth * 4)) & 15;
}

/** Node of the ranks [from, to), whose keys agree in their first `depth` nibbles: writes its reference at dst, returns the end. */
function putNode(work: usize, from: i32, to: i32, depth: i32, dst: usize): usize {
  const index = indexAt(work, from);
  if (to - from === 1) return putLeaf(work, index, depth, dst);
  const key = keyOf(index);
  const shared = <i32>(clz<u64>(key ^ keyOf(indexAt(work, to - 1))) >> 2);
  if (shared === depth) return putBranch(work, from, to, depth, dst);
  const payload = payloadAt(work, depth);
  const body = putPath(payload, key, depth, shared, 0);
  return putReference(payload, putBranch(work, from, to, shared, body), depth, dst);
}

function putLeaf(work: usize, index: u32, depth: i32, dst: usize): usize {
  const hashes: usize = load<u32>(work, WORK_HASHES);
  if (hashes !== 0) return putHash(dst, hashes + <usize>index * OUT_BYTES);
  const payload = work + WORK_LEAF + HEADER_ROOM;
  const item = load<u32>(work, WORK_ITEMS) + index * ITEM_BYTES;
  const body = putPath(payload, keyOf(index), depth, keyBytes(index) * 2, LEAF_FLAG);
  return putReference(payload, putBytes(body, load<u32>(item), load<u32>(item, ITEM_LENGTH)), depth, dst);
}

function putBranch(work: usize, from: i32, to: i32, depth: i32, dst: usize): usize {
  const hashes: usize = load<u32>(work, WORK_HASHES);
  if (hashes !== 0 && isChunk(work, from, to)) return putHash(dst, hashes + <usize>indexAt(work, from) * OUT_BYTES);
  const payload = payloadAt(work, depth);
  let end = payload;
  for (let nibble = 0; nibble < 16; nibble++) {
    const first = from;
    while (from < to && nibbleAt(keyOf(indexAt(work, from)), depth) === nibble) from++;
    if (from === first) store<u8>(end++, EMPTY_STRING);
    else end = putNode(work, first, from, depth + 1, end);
  }
  store<u8>(end++, EMPTY_STRING);
  return putReference(payload, end, depth, dst);
}

/** True if the ranks [from, to) are a whole chunk of indexes but the first. */
function isChunk(work: usize, from: i32, to: i32): bool {
  const index = indexAt(work, from);
  return to - from === LEAF_CHUNK && index >= <u32>LEAF_CHUNK && index % LEAF_CHUNK === 0;
}

function payloadAt(work: usize, depth: i32): usize {
  return work + WORK_BRANCHES + depth * BRANCH_BYTES + HEADER_ROOM;
}

/** Hex-prefix encoding of the key's nibbles [from, to), as a string item. */
function putPath(dst: usize, key: u64, from: i32, to: i32, flag: i32): usize {
  const bytes = ((to - from) >> 1) + 1;
  if (bytes > 1) store<u8>(dst++, EMPTY_STRING + bytes);
  if ((to - from) & 1) store<u8>(dst++, ((flag | 1) << 4) | nibbleAt(key, from++));
  else store<u8>(dst++, flag << 4);
  for (; from < to; from += 2) store<u8>(dst++, (nibbleAt(key, from) << 4) | nibbleAt(key, from + 1));
  return dst;
}

/** What a parent holds of the node with this list payload: the node if it is below 32 bytes, else its hash. The root is always hashed. */
function putReference(payload: usize, end: usize, depth: i32, dst: usize): usize {
  const length = <u32>(end - payload);
  const node = payload - headerSize(length);
  putListHeader(node, length);
  if (end - node < 32 && depth > 0) {
    memory.copy(dst, node, end - node);
    return dst + (end - node);
  }
  store<u8>(dst, EMPTY_STRING + 32);
  keccak256(node, <u32>(end - node), dst + 1);
  return dst + 33;
}
