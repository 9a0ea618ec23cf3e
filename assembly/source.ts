// Where accounts and slots come from that a state's directories lack: the trie before the block, as far as its nodes are
// known. Whoever asks for one first looks it up and publishes its entry; the base of the state is in this way what the
// trie says, and nothing of it depends on what somebody has listed.
//
// That a node lacks is no answer. An account that cannot be told is marked (LACC_UNKNOWN), because a transaction may name
// one without any use of it (access lists, the caller of system calls); a slot is asked for only when it is used.
import { EMPTY_CODE_HASH } from './constants';
import { context, Scratch } from './context';
import { endForLack, lackStatus, lacksRoom, lacksSense } from './lack';
import {
  ACCOUNT_BASE,
  ACCOUNT_HAS_STORAGE,
  ACCOUNT_ROOT,
  CTX_ACCOUNTS,
  CTX_FULL,
  CTX_LACK,
  CTX_MODE,
  CTX_STATE,
  FULL_LACK,
  LACC_ADDRESS,
  LACC_FLAGS,
  LACC_KEY,
  LACC_NEXT,
  LACC_READS,
  LACC_UNKNOWN,
  LACC_WARM,
  LACK_BYTES,
  MODE_IN_TURN,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SCRATCH_TRIE,
  SLOT_BASE,
  SOURCE_NODES,
  SOURCE_ROOT,
  STATE_LACK,
  STATE_SOURCE,
  STATUS_MISSING_NODE,
} from './layout';
import { EMPTY_ROOT } from './mpthash';
import { seek, VALUE_ABSENT, VALUE_UNKNOWN } from './mptseek';
import { Item, listOf, numberAt, stringAt } from './rlpitem';
import {
  accountKey,
  addAccountEntry,
  claimAccount,
  claimSlot,
  findAccountEntry,
  findCode,
  findSlotEntry,
  Key,
  spareAccount,
  spareMissingCode,
  spareSlot,
} from './state';
import * as u256 from './u256';

/** In place of an entry: the source cannot say, CTX_LACK why. 0 remains "there is none". */
export const UNKNOWN_ENTRY: usize = 1;

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The code object of an account with this code hash, UNKNOWN_ENTRY without room for one. */
function codeOf(state: usize, hash: usize): usize {
  if (Key.equal(hash, EMPTY_CODE_HASH)) return 0;
  const known = findCode(state, hash);
  if (known != 0) return known;
  const object = spareMissingCode(state, hash);
  if (object != 0) return object;
  lacksRoom();
  return UNKNOWN_ENTRY;
}

/** Payload of a string of 32 bytes at `at`, 0 if there is none. */
function hashAt(at: usize, end: usize): u64 {
  const payload = stringAt(at, end);
  return Item.bytes(payload) == 32 ? payload : 0;
}

/** Fills an entry's base from [nonce, balance, storage root, code hash]. False: that is no account, or there is no room. */
function fillBase(state: usize, entry: usize, value: u64, key: usize): bool {
  lacksSense(key, 64, 0);
  const list = listOf(Item.start(value), Item.end(value));
  const end = Item.end(list);
  const nonce = list == 0 ? 0 : numberAt(Item.start(list), end, 8);
  const balance = nonce == 0 ? 0 : numberAt(Item.end(nonce), end, 32);
  const root = balance == 0 ? 0 : hashAt(Item.end(balance), end);
  const codeHash = root == 0 ? 0 : hashAt(Item.end(root), end);
  if (codeHash == 0 || Item.end(codeHash) != end) return false;
  const code = codeOf(state, Item.start(codeHash));
  if (code == UNKNOWN_ENTRY) return false;
  const record = entry + ACCOUNT_BASE;
  for (let at = Item.start(nonce); at < Item.end(nonce); at++)
    store<u64>(record, (load<u64>(record, REC_NONCE) << 8) | load<u8>(at), REC_NONCE);
  u256.loadBytesBE(record + REC_BALANCE, Item.start(balance), Item.bytes(balance));
  store<u32>(record, <u32>code, REC_CODE);
  store<u32>(record, 1, REC_EXISTS);
  if (Key.equal(Item.start(root), EMPTY_ROOT)) return true;
  store<u32>(entry, <u32>(Item.start(root) - 1), ACCOUNT_ROOT);
  store<u32>(entry, 1, ACCOUNT_HAS_STORAGE);
  return true;
}

/** The entry of an account: its own, or the one that its leaf makes now. 0: there is no account; or UNKNOWN_ENTRY. */
export function accountEntry(state: usize, address: usize, key: usize): usize {
  const known = findAccountEntry(state, key);
  const source: usize = load<u32>(state, STATE_SOURCE);
  if (known != 0 || source == 0) return known;
  if (Key.equal(source + SOURCE_ROOT + 1, EMPTY_ROOT)) return 0;
  const value = seek(source + SOURCE_NODES, source + SOURCE_ROOT, key, 0);
  if (value == VALUE_ABSENT) return 0;
  if (value == VALUE_UNKNOWN) return UNKNOWN_ENTRY;
  const entry = spareAccount(state, address, key);
  if (entry == 0) lacksRoom();
  return entry != 0 && fillBase(state, entry, value, key) ? claimAccount(state, entry) : UNKNOWN_ENTRY;
}

/** Takes an account as absent where a node lacks on its way. By the caller's thread, before the job. False: no room. */
export function assumeAbsent(state: usize, address: usize): bool {
  const source: usize = load<u32>(state, STATE_SOURCE);
  const key = Scratch.at(SCRATCH_TRIE);
  accountKey(key, address);
  if (Key.equal(source + SOURCE_ROOT + 1, EMPTY_ROOT) || findAccountEntry(state, key) != 0) return true;
  const value = seek(source + SOURCE_NODES, source + SOURCE_ROOT, key, 0);
  if (value != VALUE_UNKNOWN || lackStatus() != STATUS_MISSING_NODE) return true;
  return addAccountEntry(state, address, key) != 0;
}

// ── Slots ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** As accountEntry, of a storage slot of the account's incarnation. */
export function storageEntry(state: usize, account: usize, incarnation: u32, number: usize, key: usize): usize {
  const known = findSlotEntry(state, account, incarnation, key);
  const source: usize = load<u32>(state, STATE_SOURCE);
  if (known != 0 || source == 0) return known;
  const root: usize = load<u32>(account, ACCOUNT_ROOT);
  if (root == 0 || incarnation != load<u32>(account, ACCOUNT_BASE + REC_INCARNATION)) return 0;
  const value = seek(source + SOURCE_NODES, root, key, account);
  if (value == VALUE_ABSENT) return 0;
  if (value == VALUE_UNKNOWN) return UNKNOWN_ENTRY;
  const word = numberAt(Item.start(value), Item.end(value), 32);
  if (Item.bytes(word) == 0 || Item.end(word) != Item.end(value)) {
    lacksSense(key, 64, account);
    return UNKNOWN_ENTRY;
  }
  const entry = spareSlot(state, account, incarnation, number, key);
  if (entry == 0) {
    lacksRoom();
    return UNKNOWN_ENTRY;
  }
  u256.loadBytesBE(entry + SLOT_BASE, Item.start(word), Item.bytes(word));
  return claimSlot(state, entry);
}

// ── Attempts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** True if an attempt's result depends on a local account or changes it. */
function isUsed(account: usize): bool {
  return load<u32>(account, LACC_READS) != 0 || (load<u32>(account, LACC_FLAGS) & ~(LACC_UNKNOWN | LACC_WARM)) != 0;
}

/** Looks the used accounts again up that could not be told; true if one still cannot. */
function lacksAccount(ctx: usize): bool {
  const state: usize = load<u32>(ctx, CTX_STATE);
  for (let a: usize = load<u32>(ctx, CTX_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT)) {
    if ((load<u32>(a, LACC_FLAGS) & LACC_UNKNOWN) == 0 || !isUsed(a)) continue;
    if (accountEntry(state, a + LACC_ADDRESS, a + LACC_KEY) == UNKNOWN_ENTRY) return true;
  }
  return false;
}

/**
 * STATUS_* of what the attempt lacked of the state's source, 0 if that had everything that it used. Of an attempt in turn
 * STATE_LACK has the particulars then.
 */
export function attemptLack(ctx: usize): i32 {
  const state: usize = load<u32>(ctx, CTX_STATE);
  if (load<u32>(state, STATE_SOURCE) == 0) return 0;
  if (load<u32>(ctx, CTX_FULL) != FULL_LACK && !lacksAccount(ctx)) return 0;
  store<u32>(ctx, FULL_LACK, CTX_FULL);
  if ((load<u32>(ctx, CTX_MODE) & MODE_IN_TURN) != 0) memory.copy(state + STATE_LACK, ctx + CTX_LACK, LACK_BYTES);
  return lackStatus();
}

/** accountEntry for who confirms: 0 where it cannot be told either, and the job ends. */
export function confirmedEntry(state: usize, address: usize, key: usize): usize {
  store<u32>(context, 0, CTX_FULL); // what the last attempt here lacked is told, or of no interest
  const entry = accountEntry(state, address, key);
  if (entry != UNKNOWN_ENTRY) return entry;
  endForLack(state);
  return 0;
}
