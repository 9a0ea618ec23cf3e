// The state root on a source, one change after the other: in each trie insertions and updates come first and deletions last.
// In that order the nodes of the block's own reads are all that is needed, because no branch is joined that the block fills
// again.
import { EMPTY_CODE_HASH } from './constants';
import { context } from './context';
import { bumpAlloc, bumpReset } from './heap';
import { endForLack, lacksRoom } from './lack';
import {
  ACCOUNT_BASE,
  ACCOUNT_CHANGED_NEXT,
  ACCOUNT_CHANGED_SLOTS,
  ACCOUNT_KEY,
  ACCOUNT_ROOT,
  CHANGED_LAST,
  CODE_HASH,
  CTX_FULL,
  CTX_TEMP,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SLOT_CHANGED_NEXT,
  SLOT_KEY,
  SOURCE_BUMP,
  SOURCE_NODES,
  SOURCE_ROOT,
  SOURCE_TRIE,
  STATE_SOURCE,
  TRIE_BYTES,
} from './layout';
import { openTrie, triePut, trieRemove } from './mpt';
import { EMPTY_ROOT, trieRoot } from './mpthash';
import { putBytes, putListHeader, putU64, putU256 } from './rlp';
import { accountRecord, Key, slotRecord } from './state';
import * as u256 from './u256';

/** The value of a storage leaf. */
const WORK_VALUE: i32 = CTX_TEMP;

// ── Storage ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The changed slots of an account with a value, or without one. */
function applySlots(trie: usize, account: usize, deletes: bool): bool {
  const value = context + WORK_VALUE;
  for (let s: usize = load<u32>(account, ACCOUNT_CHANGED_SLOTS); s != 0; s = load<u32>(s, SLOT_CHANGED_NEXT)) {
    const record = slotRecord(s);
    if (u256.isZero(record) != deletes) continue;
    const isDone = deletes
      ? trieRemove(trie, s + SLOT_KEY)
      : triePut(trie, s + SLOT_KEY, value, <u32>(putU256(value, record) - value));
    if (!isDone) return false;
  }
  return true;
}

/** The item of an account's storage root before its changed slots, 0 = empty: an account that was deleted begins anew. */
function storageBefore(account: usize): usize {
  const isSame =
    load<u32>(account, ACCOUNT_BASE + REC_INCARNATION) == load<u32>(accountRecord(account), REC_INCARNATION);
  return isSame ? load<u32>(account, ACCOUNT_ROOT) : 0;
}

/** Storage root of an account after the block -> dst, with nodes made in `bump`. False: a node lacks, or memory. */
export function putStorageRoot(source: usize, bump: usize, account: usize, dst: usize): bool {
  const before = storageBefore(account);
  if (load<u32>(account, ACCOUNT_CHANGED_SLOTS) == 0) {
    memory.copy(dst, before == 0 ? EMPTY_ROOT : before + 1, 32);
    return true;
  }
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

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Longest list of an account: nonce 9, balance 33, two hashes of 33. */
export const ACCOUNT_ROOM: i32 = 112;

/** Writes an account's list [nonce, balance, storage root, code hash] at `at`, which has ACCOUNT_ROOM bytes. Returns its end. */
export function putAccountList(at: usize, account: usize, root: usize): usize {
  const record = accountRecord(account);
  const code: usize = load<u32>(record, REC_CODE);
  const payload = at + 2; // its length is 68 at least and 108 at most: the header takes two bytes
  let end = putU64(payload, load<u64>(record, REC_NONCE));
  end = putU256(end, record + REC_BALANCE);
  end = putBytes(end, root, 32);
  end = putBytes(end, code == 0 ? EMPTY_CODE_HASH : code + CODE_HASH, 32);
  putListHeader(at, <u32>(end - payload));
  return end;
}

function putAccount(source: usize, account: usize): bool {
  const root = bumpAlloc(source + SOURCE_BUMP, 32 + ACCOUNT_ROOM);
  if (root == 0) {
    lacksRoom();
    return false;
  }
  if (!putStorageRoot(source, source + SOURCE_BUMP, account, root)) return false;
  const list = root + 32;
  const end = putAccountList(list, account, root);
  return triePut(source + SOURCE_TRIE, account + ACCOUNT_KEY, list, <u32>(end - list));
}

/** Takes the changed accounts that are there no more out of the trie. False: a node lacks, or memory. */
export function removeAccounts(source: usize, first: usize): bool {
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT)) {
    const isGone = load<u32>(accountRecord(a), REC_EXISTS) == 0 && load<u32>(a, ACCOUNT_BASE + REC_EXISTS) != 0;
    if (isGone && !trieRemove(source + SOURCE_TRIE, a + ACCOUNT_KEY)) return false;
  }
  return true;
}

function applyAccounts(source: usize, first: usize): bool {
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT))
    if (load<u32>(accountRecord(a), REC_EXISTS) != 0 && !putAccount(source, a)) return false;
  return removeAccounts(source, first);
}

/** Item of the root before the block, 0 = that of no accounts. */
export function rootBefore(source: usize): usize {
  const root = source + SOURCE_ROOT;
  return Key.equal(root + 1, EMPTY_ROOT) ? 0 : root;
}

/** State root with everything that is confirmed now, the accounts of the list at `first` among it -> dst. False: STATE_FULL says why. */
export function putSourceRoot(state: usize, first: usize, dst: usize): bool {
  const source: usize = load<u32>(state, STATE_SOURCE);
  store<u32>(context, 0, CTX_FULL); // what the last attempt here lacked is told
  bumpReset(source + SOURCE_BUMP);
  openTrie(source + SOURCE_TRIE, source + SOURCE_NODES, source + SOURCE_BUMP, rootBefore(source), 0);
  const isKnown = applyAccounts(source, first);
  if (isKnown) trieRoot(source + SOURCE_TRIE, dst);
  else endForLack(state);
  return isKnown;
}
