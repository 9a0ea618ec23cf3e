// Storage roots on a source: of what is confirmed at the block's end, or ahead of it, by slots with nothing else to do, of what is
// confirmed by then. In each trie insertions and updates come first and deletions last (sourceroot.ts says why).
//
// A root ahead of the end is worked out from a copy of the account's changed slots. It is the right one at the end if these are
// still the ones that have changed, to the same values: a storage root is a function of that and of the storage before.
import { changedSlots, collectChanged } from './changed';
import { context } from './context';
import { bumpAlloc, bumpShares } from './heap';
import { lacksRoom } from './lack';
import {
  ACCOUNT_BASE,
  ACCOUNT_CHANGED_NEXT,
  ACCOUNT_CHANGED_SLOTS,
  ACCOUNT_EARLY,
  ACCOUNT_ROOT,
  BLOCK_WORK,
  CHANGED_LAST,
  CTL_EPOCH,
  CTL_STATS,
  CTX_FULL,
  CTX_TEMP,
  EARLY_ACCOUNT,
  EARLY_BEFORE,
  EARLY_BUMP,
  EARLY_BYTES,
  EARLY_COUNT,
  EARLY_DONE,
  EARLY_INCARNATION,
  EARLY_ROOT,
  EARLY_SHARE,
  EARLY_SLOT_BYTES,
  EARLY_SLOT_ENTRY,
  EARLY_SLOT_VALUE,
  EARLY_TRIE,
  REC_EXISTS,
  REC_INCARNATION,
  SHARE_END,
  SHARE_NEXT,
  SLOT_CHANGED_NEXT,
  SLOT_KEY,
  SOURCE_NODES,
  STAT_EARLY_ROOTS,
  STATE_SOURCE,
  TRIE_BYTES,
} from './layout';
import { openTrie, triePut, trieRemove } from './mpt';
import { EMPTY_ROOT, trieRoot } from './mpthash';
import { Point } from './points';
import { putU256 } from './rlp';
import { accountRecord, slotRecord } from './state';
import * as u256 from './u256';

/** The value of a storage leaf. */
const WORK_VALUE: i32 = CTX_TEMP;

/** Memory for the nodes of one change: a leaf, and of the branches above it those that other changes do not pass. */
export const BYTES_PER_CHANGE: u32 = 1024;
/** What is left of pieces. */
const SPARE_BYTES: u32 = 4096;

/** Puts a slot's value into a storage trie, or takes the slot out. False: a node lacks, or memory. */
function applySlot(trie: usize, slot: usize, value: usize): bool {
  if (u256.isZero(value)) return trieRemove(trie, slot + SLOT_KEY);
  const leaf = context + WORK_VALUE;
  return triePut(trie, slot + SLOT_KEY, leaf, <u32>(putU256(leaf, value) - leaf));
}

/** The changed slots of an account with a value, or without one. */
function applySlots(trie: usize, account: usize, deletes: bool): bool {
  for (let s: usize = load<u32>(account, ACCOUNT_CHANGED_SLOTS); s != 0; s = load<u32>(s, SLOT_CHANGED_NEXT)) {
    const record = slotRecord(s);
    if (u256.isZero(record) == deletes && !applySlot(trie, s, record)) return false;
  }
  return true;
}

function incarnationOf(account: usize): u32 {
  return load<u32>(accountRecord(account), REC_INCARNATION);
}

/** The item of an account's storage root before its changed slots, 0 = empty: an account that was deleted begins anew. */
function storageBefore(account: usize): usize {
  const isSame = load<u32>(account, ACCOUNT_BASE + REC_INCARNATION) == incarnationOf(account);
  return isSame ? load<u32>(account, ACCOUNT_ROOT) : 0;
}

/** Storage root of an account after the block -> dst, with nodes made in `bump`. False: a node lacks, or memory. */
export function putStorageRoot(source: usize, bump: usize, account: usize, dst: usize): bool {
  const before = storageBefore(account);
  if (load<u32>(account, ACCOUNT_CHANGED_SLOTS) == 0) {
    memory.copy(dst, before == 0 ? EMPTY_ROOT : before + 1, 32);
    return true;
  }
  if (takeEarly(account, dst)) return true;
  const trie = bumpAlloc(bump, TRIE_BYTES);
  if (trie == 0) {
    lacksRoom();
    return false;
  }
  openTrie(trie, source + SOURCE_NODES, bump, before, account);
  if (!applySlots(trie, account, false) || !applySlots(trie, account, true)) return false;
  trieRoot(trie, dst);
  return true;
}

// ── Ahead of the end ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The fewest changed slots of an account that are worth a copy, since putting them in takes some 20 µs; the most take 4 MiB. */
const LEAST_EARLY: u32 = 8;
const MOST_EARLY: u32 = 4096;

/** The EARLY_* record that the running job has made of the account, 0 = none. */
function earlyOf(account: usize): usize {
  Point.shared();
  const noted = atomic.load<u64>(account, ACCOUNT_EARLY);
  return <u32>(noted >> 32) == load<u32>(CTL_EPOCH) ? <usize>(<u32>noted) : 0;
}

/** The account of the list with most changed slots of those whose storage root nobody has begun, 0 = none is worth it. */
function mostChanged(first: usize): usize {
  let most: u32 = LEAST_EARLY - 1;
  let found: usize = 0;
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT)) {
    const slots = changedSlots(a);
    if (slots <= most || slots > MOST_EARLY || load<u32>(accountRecord(a), REC_EXISTS) == 0 || earlyOf(a) != 0)
      continue;
    most = slots;
    found = a;
  }
  return found;
}

/** Copies the account's changed slots behind the record. Returns the end. */
function copySlots(early: usize, account: usize): usize {
  let item = early + EARLY_BYTES;
  for (let s: usize = load<u32>(account, ACCOUNT_CHANGED_SLOTS); s != 0; s = load<u32>(s, SLOT_CHANGED_NEXT)) {
    store<u32>(item, <u32>s, EARLY_SLOT_ENTRY);
    u256.copy(item + EARLY_SLOT_VALUE, slotRecord(s));
    item += EARLY_SLOT_BYTES;
  }
  return item;
}

/**
 * Copies what is confirmed of the storage of one account, for its root to be worked out by earlyRoot. Returns the record, 0 =
 * there is none that is worth it, or no memory. By the holder of the token.
 */
export function beginEarlyRoot(state: usize, block: usize): usize {
  const account = mostChanged(collectChanged(state));
  if (account == 0) return 0;
  const count = changedSlots(account);
  const bytes = EARLY_BYTES + count * (EARLY_SLOT_BYTES + BYTES_PER_CHANGE) + SPARE_BYTES;
  const early = bumpAlloc(block + BLOCK_WORK, bytes);
  if (early == 0) return 0;
  store<u32>(early, <u32>account, EARLY_ACCOUNT);
  store<u32>(early, <u32>storageBefore(account), EARLY_BEFORE);
  store<u32>(early, incarnationOf(account), EARLY_INCARNATION);
  store<u32>(early, count, EARLY_COUNT);
  store<u32>(early, 0, EARLY_DONE);
  store<u32>(early + EARLY_SHARE, <u32>((copySlots(early, account) + 63) & ~63), SHARE_NEXT);
  store<u32>(early + EARLY_SHARE, <u32>early + bytes, SHARE_END);
  bumpShares(early + EARLY_BUMP, early + EARLY_SHARE);
  Point.shared();
  atomic.store<u64>(account, ((<u64>load<u32>(CTL_EPOCH)) << 32) | <u64>early, ACCOUNT_EARLY);
  return early;
}

/** As applySlots, of the copies. */
function applyCopies(trie: usize, early: usize, deletes: bool): bool {
  let item = early + EARLY_BYTES;
  for (let left = load<u32>(early, EARLY_COUNT); left != 0; left--) {
    const value = item + EARLY_SLOT_VALUE;
    if (u256.isZero(value) == deletes && !applySlot(trie, load<u32>(item, EARLY_SLOT_ENTRY), value)) return false;
    item += EARLY_SLOT_BYTES;
  }
  return true;
}

/** Works the root of a record out. Where a node lacks it stays without: the end says so. By any slot. */
export function earlyRoot(state: usize, early: usize): void {
  const source: usize = load<u32>(state, STATE_SOURCE);
  const trie = early + EARLY_TRIE;
  const before: usize = load<u32>(early, EARLY_BEFORE);
  openTrie(trie, source + SOURCE_NODES, early + EARLY_BUMP, before, load<u32>(early, EARLY_ACCOUNT));
  if (applyCopies(trie, early, false) && applyCopies(trie, early, true)) {
    trieRoot(trie, early + EARLY_ROOT);
    Point.shared();
    atomic.store<u32>(early, 1, EARLY_DONE);
  }
  store<u32>(context, 0, CTX_FULL);
}

/** True if the copies are what has changed of the account's storage. */
function holds(early: usize, account: usize): bool {
  if (load<u32>(early, EARLY_INCARNATION) != incarnationOf(account)) return false;
  let item = early + EARLY_BYTES;
  let left = load<u32>(early, EARLY_COUNT);
  for (let s: usize = load<u32>(account, ACCOUNT_CHANGED_SLOTS); s != 0; s = load<u32>(s, SLOT_CHANGED_NEXT)) {
    if (left == 0 || load<u32>(item, EARLY_SLOT_ENTRY) != <u32>s) return false;
    if (!u256.eq(item + EARLY_SLOT_VALUE, slotRecord(s))) return false;
    item += EARLY_SLOT_BYTES;
    left--;
  }
  return left == 0;
}

/** The root that was worked out ahead of the end -> dst. False: there is none, or it is another one by now. */
function takeEarly(account: usize, dst: usize): bool {
  const early = earlyOf(account);
  if (early == 0) return false;
  Point.shared();
  if (atomic.load<u32>(early, EARLY_DONE) == 0 || !holds(early, account)) return false;
  u256.copy(dst, early + EARLY_ROOT);
  Point.shared();
  atomic.add<u32>(CTL_STATS + STAT_EARLY_ROOTS, 1);
  return true;
}
