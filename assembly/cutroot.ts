// The state root on a source in parts, each worked out by whoever has claimed it: first the storage of each account, then
// the accounts below each child of the top branch, in the end the top.
//
// Correct because a part reads what is confirmed and raw nodes, which do not change meanwhile, and what parts of the stage
// before have left; it writes nodes of its own and what no other part writes. A part that cannot be done says nothing: then
// the root is worked out anew, one change after the other (sourceroot.ts), and that tells what lacks.
import { changedSlots, collectChanged } from './changed';
import { bumpAlloc, bumpReset, bumpShares } from './heap';
import {
  ACCOUNT_CHANGED_NEXT,
  ACCOUNT_KEY,
  BLOCK_ROOT,
  BLOCK_STATE_ROOT,
  BUMP_BYTES,
  CHANGED_LAST,
  CUT_ACCOUNT_BYTES,
  CUT_ACCOUNT_DONE,
  CUT_ACCOUNT_ENTRY,
  CUT_ACCOUNT_NEXT,
  CUT_ACCOUNT_ROOT,
  CUT_ACCOUNT_SLOTS,
  CUT_BUMPS,
  CUT_BYTES,
  CUT_CHILD_DONE,
  CUT_CHILD_PARTS,
  CUT_CHILDREN,
  CUT_FIRST,
  CUT_HEADS,
  CUT_SHARE,
  CUT_STORAGE_COUNT,
  CUT_STORAGES,
  CUT_TOP,
  MAX_SLOTS,
  NODE_BRANCH,
  REC_EXISTS,
  ROOT_NOW,
  ROOT_STAGE_STORAGES,
  SHARE_END,
  SHARE_NEXT,
  SOURCE_BUMP,
  SOURCE_CUT,
  SOURCE_NODES,
  SOURCE_TRIE,
  STATE_FULL,
  STATE_SOURCE,
  STATE_TREE,
  TRIE_BYTES,
} from './layout';
import { openTrie, putBelow, setTop } from './mpt';
import { hashNode, trieRoot } from './mpthash';
import { Child, Node, openNode } from './mptnode';
import { nibble } from './nibbles';
import { ACCOUNT_ROOM, putAccountList, removeAccounts, rootBefore } from './sourceroot';
import { accountRecord } from './state';
import { BYTES_PER_CHANGE, putStorageRoot } from './storageroot';

if (CUT_BUMPS + MAX_SLOTS * BUMP_BYTES != CUT_BYTES) ERROR('a bump for each slot');

/** Changed accounts and slots that are worth waking others for: serially they take a quarter of a millisecond. */
const LEAST_CHANGES: u32 = 128;
/** The memory of so many is counted in 32 bits. */
const MOST_CHANGES: u32 = 1 << 20;
/** What is left of pieces. */
const SPARE_BYTES: u32 = 65536;

/** Makes a record of each account that exists, from `at` on. Returns how many accounts and slots have changed. */
function listAccounts(cut: usize, first: usize, at: usize): u32 {
  let changes: u32 = 0;
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT)) {
    if (load<u32>(accountRecord(a), REC_EXISTS) == 0) continue;
    const slots = changedSlots(a);
    const head = cut + CUT_HEADS + ((<usize>nibble(a + ACCOUNT_KEY, 0)) << 2);
    store<u32>(at, <u32>a, CUT_ACCOUNT_ENTRY);
    store<u32>(at, load<u32>(head), CUT_ACCOUNT_NEXT);
    store<u32>(at, slots, CUT_ACCOUNT_SLOTS);
    store<u32>(at, 0, CUT_ACCOUNT_DONE);
    store<u32>(head, <u32>at);
    changes += 1 + slots;
    at += CUT_ACCOUNT_BYTES;
  }
  return changes;
}

/** Lists the records of [records, end) with changed slots, those with most last: the parts are taken from behind. */
function listStorages(cut: usize, records: usize, end: usize): void {
  let at = end;
  let left: u32 = 1;
  store<u32>(cut, <u32>at, CUT_STORAGES);
  for (let bits: u32 = 1; left != 0; bits++) {
    left = 0;
    for (let record = records; record < end; record += CUT_ACCOUNT_BYTES) {
      const slots = load<u32>(record, CUT_ACCOUNT_SLOTS);
      if (slots >> bits != 0) left++;
      else if (slots >> (bits - 1) != 0) {
        store<u32>(at, <u32>record);
        at += 4;
      }
    }
  }
  store<u32>(cut, <u32>(at - end) >> 2, CUT_STORAGE_COUNT);
}

/** Accounts of the list. */
function lengthOf(first: usize): u32 {
  let count: u32 = 0;
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT)) count++;
  return count;
}

/** Decodes the top of the trie. False unless it is a branch. */
function openTop(source: usize, cut: usize, first: usize): bool {
  const root = rootBefore(source);
  const trie = source + SOURCE_TRIE;
  openTrie(trie, source + SOURCE_NODES, source + SOURCE_BUMP, root, 0);
  const top = root == 0 ? 0 : openNode(trie, root, first + ACCOUNT_KEY, 0);
  if (top == 0 || Node.kind(top) != NODE_BRANCH) return false;
  store<u32>(cut, <u32>top, CUT_TOP);
  return true;
}

/** Memory for the nodes of so many changes, and a bump of each slot that takes from it. */
function shareMemory(source: usize, cut: usize, changes: u32): bool {
  const bytes = changes * BYTES_PER_CHANGE + SPARE_BYTES;
  const from = bumpAlloc(source + SOURCE_BUMP, bytes);
  if (from == 0) return false;
  store<u32>(cut + CUT_SHARE, <u32>from, SHARE_NEXT);
  store<u32>(cut + CUT_SHARE, <u32>from + bytes, SHARE_END);
  for (let slot = 0; slot < MAX_SLOTS; slot++) bumpShares(cut + CUT_BUMPS + slot * BUMP_BYTES, cut + CUT_SHARE);
  return true;
}

/**
 * Cuts the root after the block into parts, if it is to be worked out now, on a source, and worth it. Returns how many parts the
 * first stage has, and one more; 0 = it is not cut. By the holder of the token.
 */
export function cutRoot(state: usize, block: usize): u32 {
  const source: usize = load<u32>(state, STATE_SOURCE);
  const isAsked = load<u32>(block, BLOCK_ROOT) == ROOT_NOW && load<u32>(state, STATE_FULL) == 0;
  if (!isAsked || source == 0 || load<u32>(state, STATE_TREE) != 0) return 0;
  const first = collectChanged(state);
  bumpReset(source + SOURCE_BUMP);
  const accounts = lengthOf(first);
  // Behind the records lies the list of those with changed slots.
  const cut = bumpAlloc(source + SOURCE_BUMP, CUT_BYTES + accounts * (CUT_ACCOUNT_BYTES + 4));
  if (cut == 0) return 0;
  memory.fill(cut, 0, CUT_BYTES);
  store<u32>(cut, <u32>first, CUT_FIRST);
  const changes = listAccounts(cut, first, cut + CUT_BYTES);
  if (changes < LEAST_CHANGES || changes > MOST_CHANGES) return 0;
  const records = cut + CUT_BYTES;
  listStorages(cut, records, records + <usize>existing(cut) * CUT_ACCOUNT_BYTES);
  if (!openTop(source, cut, first) || !shareMemory(source, cut, changes)) return 0;
  store<u32>(source, <u32>cut, SOURCE_CUT);
  return load<u32>(cut, CUT_STORAGE_COUNT) + 1;
}

/** Records that were made. */
function existing(cut: usize): u32 {
  let count: u32 = 0;
  for (let i = 0; i < CUT_CHILD_PARTS; i++)
    for (let r: usize = load<u32>(cut + (i << 2), CUT_HEADS); r != 0; r = load<u32>(r, CUT_ACCOUNT_NEXT)) count++;
  return count;
}

/** Works the storage root of one account out. */
function doStorage(source: usize, record: usize, bump: usize): void {
  const account: usize = load<u32>(record, CUT_ACCOUNT_ENTRY);
  if (putStorageRoot(source, bump, account, record + CUT_ACCOUNT_ROOT)) store<u32>(record, 1, CUT_ACCOUNT_DONE);
}

/** Puts the accounts of a list of records below a child of the top branch. Returns what stands there, 0 = it cannot be told. */
function putChild(source: usize, cut: usize, index: u32, bump: usize): usize {
  const trie = bumpAlloc(bump, TRIE_BYTES);
  const list = trie == 0 ? 0 : bumpAlloc(bump, ACCOUNT_ROOM);
  if (list == 0) return 0;
  openTrie(trie, source + SOURCE_NODES, bump, 0, 0);
  let child = Child.at(load<u32>(cut, CUT_TOP), index);
  let isNode = false;
  for (let r: usize = load<u32>(cut + (index << 2), CUT_HEADS); r != 0; r = load<u32>(r, CUT_ACCOUNT_NEXT)) {
    const account: usize = load<u32>(r, CUT_ACCOUNT_ENTRY);
    const root = r + CUT_ACCOUNT_ROOT;
    if (load<u32>(r, CUT_ACCOUNT_SLOTS) == 0) putStorageRoot(source, bump, account, root);
    else if (load<u32>(r, CUT_ACCOUNT_DONE) == 0) return 0;
    const end = putAccountList(list, account, root);
    child = putBelow(trie, child, isNode, account + ACCOUNT_KEY, 1, list, <u32>(end - list));
    if (child == 0) return 0;
    isNode = true;
  }
  hashNode(child, 1);
  return child;
}

/** Does one part of a stage (ROOT_STAGE_*), in the memory of slot `slot`. By who has claimed it. */
export function rootPart(state: usize, stage: i32, part: u32, slot: u32): void {
  const source: usize = load<u32>(state, STATE_SOURCE);
  const cut: usize = load<u32>(source, SOURCE_CUT);
  const bump = cut + CUT_BUMPS + slot * BUMP_BYTES;
  if (stage == ROOT_STAGE_STORAGES) {
    doStorage(source, load<u32>(load<u32>(cut, CUT_STORAGES) + (part << 2)), bump);
    return;
  }
  const isChanged = load<u32>(cut + (part << 2), CUT_HEADS) != 0;
  const child = isChanged ? putChild(source, cut, part, bump) : 0;
  store<u32>(cut + (part << 2), <u32>child, CUT_CHILDREN);
  store<u8>(cut + part, <u8>(!isChanged || child != 0), CUT_CHILD_DONE);
}

/**
 * Joins what the parts have left: writes BLOCK_STATE_ROOT. False: not all parts are done, or a node lacks, or memory. By the
 * holder of the token, when nobody is at a part any more.
 */
export function joinRoot(state: usize, block: usize): bool {
  const source: usize = load<u32>(state, STATE_SOURCE);
  const cut: usize = load<u32>(source, SOURCE_CUT);
  const top: usize = load<u32>(cut, CUT_TOP);
  for (let i: u32 = 0; i < <u32>CUT_CHILD_PARTS; i++) {
    if (load<u8>(cut + i, CUT_CHILD_DONE) == 0) return false;
    const child: usize = load<u32>(cut + (i << 2), CUT_CHILDREN);
    if (child != 0) Child.set(top, i, child);
  }
  Node.soil(top);
  setTop(source + SOURCE_TRIE, top);
  if (!removeAccounts(source, load<u32>(cut, CUT_FIRST))) return false;
  trieRoot(source + SOURCE_TRIE, block + BLOCK_STATE_ROOT);
  return true;
}
