// The state root after a block or a transaction: what has changed by then, on the trie of the state before the block. That is the
// state's own one (tree), or the part of it that a source knows. Entries are keyed by keccak already, so nothing is hashed
// but nodes.
//
// In each trie insertions and updates come first and deletions last: in that order the nodes of the block's own reads
// are all that is needed, because no branch is joined that the block fills again.
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
  ACCOUNT_TOUCHED_NEXT,
  BLOCK_ROOT,
  BLOCK_SPEC,
  BLOCK_STATE_ROOT,
  CHANGED_LAST,
  CODE_HASH,
  CTX_FULL,
  CTX_TEMP,
  FLAG_RECEIPT_ROOTS,
  OUT_HAS_STATE_ROOT,
  OUT_STATE_ROOT,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  ROOT_NEVER,
  ROOT_NOW,
  SLOT_ACCOUNT,
  SLOT_BASE,
  SLOT_CHANGED_NEXT,
  SLOT_INCARNATION,
  SLOT_KEY,
  SLOT_TOUCHED_NEXT,
  SOURCE_BUMP,
  SOURCE_NODES,
  SOURCE_ROOT,
  SOURCE_TRIE,
  SPEC_FLAGS,
  STATE_FULL,
  STATE_SOURCE,
  STATE_TOUCHED_ACCOUNTS,
  STATE_TOUCHED_SLOTS,
  STATE_TREE,
  TRIE_BYTES,
} from './layout';
import { openTrie, triePut, trieRemove } from './mpt';
import { EMPTY_ROOT, trieRoot } from './mpthash';
import { putBytes, putListHeader, putU64, putU256 } from './rlp';
import { accountRecord, Key, slotRecord } from './state';
import { changeTree, putChangedRoot } from './treeroot';
import * as u256 from './u256';

/** The value of a storage leaf. */
const WORK_VALUE: i32 = CTX_TEMP;

/** The list of changed accounts: each is in it once, whatever of it has changed. Returns its new head. */
function addChanged(first: usize, account: usize): usize {
  if (load<u32>(account, ACCOUNT_CHANGED_NEXT) != 0) return first;
  store<u32>(account, <u32>first, ACCOUNT_CHANGED_NEXT);
  return account;
}

/** True if the slot belongs to what its account is now, and has another value than before the block. */
function isChangedSlot(entry: usize): bool {
  const account: usize = load<u32>(entry, SLOT_ACCOUNT);
  const isLive = load<u32>(entry, SLOT_INCARNATION) == load<u32>(accountRecord(account), REC_INCARNATION);
  return isLive && !u256.eq(slotRecord(entry), entry + SLOT_BASE);
}

function clearChanged(account: usize): void {
  store<u32>(account, 0, ACCOUNT_CHANGED_NEXT);
  store<u32>(account, 0, ACCOUNT_CHANGED_SLOTS);
}

/**
 * The touched accounts and those of changed slots, each with the list of those slots. What an earlier list has left is cleared
 * first, and not behind its use: whoever made it may have died before that.
 */
function collectChanged(state: usize): usize {
  let entry: usize = load<u32>(state, STATE_TOUCHED_ACCOUNTS);
  for (; entry != 0; entry = load<u32>(entry, ACCOUNT_TOUCHED_NEXT)) clearChanged(entry);
  entry = load<u32>(state, STATE_TOUCHED_SLOTS);
  for (; entry != 0; entry = load<u32>(entry, SLOT_TOUCHED_NEXT)) clearChanged(load<u32>(entry, SLOT_ACCOUNT));
  let first: usize = CHANGED_LAST;
  entry = load<u32>(state, STATE_TOUCHED_ACCOUNTS);
  for (; entry != 0; entry = load<u32>(entry, ACCOUNT_TOUCHED_NEXT)) first = addChanged(first, entry);
  entry = load<u32>(state, STATE_TOUCHED_SLOTS);
  for (; entry != 0; entry = load<u32>(entry, SLOT_TOUCHED_NEXT)) {
    if (!isChangedSlot(entry)) continue;
    const account: usize = load<u32>(entry, SLOT_ACCOUNT);
    first = addChanged(first, account);
    store<u32>(entry, load<u32>(account, ACCOUNT_CHANGED_SLOTS), SLOT_CHANGED_NEXT);
    store<u32>(account, <u32>entry, ACCOUNT_CHANGED_SLOTS);
  }
  return first;
}

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

/** Storage root of an account after the block -> dst. False: a node lacks, or memory. */
function putStorageRoot(source: usize, account: usize, dst: usize): bool {
  const before = storageBefore(account);
  if (load<u32>(account, ACCOUNT_CHANGED_SLOTS) == 0) {
    memory.copy(dst, before == 0 ? EMPTY_ROOT : before + 1, 32);
    return true;
  }
  const trie = bumpAlloc(source + SOURCE_BUMP, TRIE_BYTES);
  if (trie == 0) {
    lacksRoom();
    return false;
  }
  openTrie(trie, source + SOURCE_NODES, source + SOURCE_BUMP, before, account);
  if (!applySlots(trie, account, false) || !applySlots(trie, account, true)) return false;
  trieRoot(trie, dst);
  return true;
}

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Longest list of an account: nonce 9, balance 33, two hashes of 33. */
const ACCOUNT_ROOM: i32 = 112;

/** Puts an account's leaf: [nonce, balance, storage root, code hash]. */
function putAccount(source: usize, account: usize): bool {
  const record = accountRecord(account);
  const at = bumpAlloc(source + SOURCE_BUMP, 32 + ACCOUNT_ROOM);
  if (at == 0) {
    lacksRoom();
    return false;
  }
  if (!putStorageRoot(source, account, at)) return false;
  const code: usize = load<u32>(record, REC_CODE);
  const payload = at + 32 + 2; // its length is 68 at least and 108 at most: the header takes two bytes
  let end = putU64(payload, load<u64>(record, REC_NONCE));
  end = putU256(end, record + REC_BALANCE);
  end = putBytes(end, at, 32);
  end = putBytes(end, code == 0 ? EMPTY_CODE_HASH : code + CODE_HASH, 32);
  putListHeader(payload - 2, <u32>(end - payload));
  return triePut(source + SOURCE_TRIE, account + ACCOUNT_KEY, payload - 2, <u32>(end - payload) + 2);
}

function applyAccounts(source: usize, first: usize): bool {
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT))
    if (load<u32>(accountRecord(a), REC_EXISTS) != 0 && !putAccount(source, a)) return false;
  for (let a = first; a != CHANGED_LAST; a = load<u32>(a, ACCOUNT_CHANGED_NEXT)) {
    const isGone = load<u32>(accountRecord(a), REC_EXISTS) == 0 && load<u32>(a, ACCOUNT_BASE + REC_EXISTS) != 0;
    if (isGone && !trieRemove(source + SOURCE_TRIE, a + ACCOUNT_KEY)) return false;
  }
  return true;
}

// ── Roots ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** State root with everything that is confirmed now, on the state's source -> dst. False: STATE_FULL says why. */
function putSourceRoot(state: usize, first: usize, dst: usize): bool {
  const source: usize = load<u32>(state, STATE_SOURCE);
  store<u32>(context, 0, CTX_FULL); // what the last attempt here lacked is told
  bumpReset(source + SOURCE_BUMP);
  const root = source + SOURCE_ROOT;
  const before: usize = Key.equal(root + 1, EMPTY_ROOT) ? 0 : root;
  openTrie(source + SOURCE_TRIE, source + SOURCE_NODES, source + SOURCE_BUMP, before, 0);
  const isKnown = applyAccounts(source, first);
  if (isKnown) trieRoot(source + SOURCE_TRIE, dst);
  else endForLack(state);
  return isKnown;
}

function hasTrie(state: usize): bool {
  return (load<u32>(state, STATE_TREE) | load<u32>(state, STATE_SOURCE)) != 0;
}

/** Makes what is confirmed now a change of the state's tree, if it has one; hashes nothing. False: STATE_FULL says why. */
function changeTrie(state: usize): bool {
  const tree: usize = load<u32>(state, STATE_TREE);
  if (tree == 0) return true;
  const fits = changeTree(tree, collectChanged(state));
  if (!fits) store<u32>(state, 1, STATE_FULL);
  return fits;
}

/** The root that changeTrie has left to work out -> dst. False: STATE_FULL says why. */
function putRoot(state: usize, dst: usize): bool {
  const tree: usize = load<u32>(state, STATE_TREE);
  if (tree != 0) {
    putChangedRoot(tree, dst);
    return true;
  }
  return putSourceRoot(state, collectChanged(state), dst);
}

/**
 * The first half of a state root: changes the state's tree, whose dirty nodes may then be hashed by all slots. By the holder
 * of the token, after the last change. False: STATE_FULL says why.
 */
export function changeStateTrie(state: usize, block: usize): bool {
  if (load<u32>(state, STATE_FULL) != 0) return false;
  return load<u32>(block, BLOCK_ROOT) == ROOT_NEVER || changeTrie(state);
}

/**
 * The second half: writes BLOCK_STATE_ROOT, if the state has a trie and BLOCK_ROOT does not say otherwise. False: STATE_FULL
 * says why.
 */
export function putStateRoot(state: usize, block: usize): bool {
  return !hasTrie(state) || load<u32>(block, BLOCK_ROOT) != ROOT_NOW || putRoot(state, block + BLOCK_STATE_ROOT);
}

/**
 * Notes the state root after a transaction where its receipt holds it and the state has a trie. By the holder of the token,
 * when the transaction is confirmed. Blocks of those days are small: each root is worked out anew from that before the
 * block. False: STATE_FULL says why.
 */
export function keepStateRoot(state: usize, block: usize, out: usize): bool {
  const flags = load<u32>(load<u32>(block, BLOCK_SPEC), SPEC_FLAGS);
  if ((flags & FLAG_RECEIPT_ROOTS) == 0 || !hasTrie(state)) return true;
  store<u32>(out, 1, OUT_HAS_STATE_ROOT);
  return changeTrie(state) && putRoot(state, out + OUT_STATE_ROOT);
}

/** Address of the state root that a receipt holds, 0 = it holds the status. */
export function receiptRoot(out: usize): usize {
  return load<u32>(out, OUT_HAS_STATE_ROOT) != 0 ? out + OUT_STATE_ROOT : 0;
}
