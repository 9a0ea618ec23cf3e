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
  ACCOUNT_KEY,
  CHANGED_LAST,
  CODE_HASH,
  CTX_FULL,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_NONCE,
  SOURCE_BUMP,
  SOURCE_NODES,
  SOURCE_ROOT,
  SOURCE_TRIE,
  STATE_SOURCE,
} from './layout';
import { openTrie, triePut, trieRemove } from './mpt';
import { EMPTY_ROOT, trieRoot } from './mpthash';
import { putBytes, putListHeader, putU64, putU256 } from './rlp';
import { accountRecord, Key } from './state';
import { putStorageRoot } from './storageroot';

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
