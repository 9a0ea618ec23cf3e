// The footprint of a transaction: which fields and storage slots its result depends on, and which it changed. Taken of
// confirmed outcomes only, so it is the same however the block was run.
import { clearsState, isEmptyRecord } from './changes';
import { Scratch } from './context';
import { bumpAlloc } from './heap';
import {
  BLOCK_COINBASE,
  BLOCK_WORK,
  CODE_LENGTH,
  CODE_START,
  FACC_ADDRESS,
  FACC_AFTER,
  FACC_BEFORE,
  FACC_BYTES,
  FACC_CODE_AFTER,
  FACC_CODE_AFTER_BYTES,
  FACC_CODE_BEFORE,
  FACC_FLAGS,
  FACC_LOW,
  FACC_NONCE_AFTER,
  FACC_NONCE_BEFORE,
  FACC_READS,
  FACC_WRITES,
  FOOTPRINT_ACCOUNTS,
  FOOTPRINT_HEAD,
  FOOTPRINT_RECIPIENT,
  FOOTPRINT_SLOTS,
  FOUND_DESTROYED,
  FOUND_MET,
  FSLOT_AFTER,
  FSLOT_BEFORE,
  FSLOT_BYTES,
  FSLOT_NUMBER,
  FSLOT_OWNER,
  FSLOT_WRITTEN,
  LACC_ADDRESS,
  LACC_BALANCE,
  LACC_BORN,
  LACC_CODE,
  LACC_CREATED,
  LACC_DESTROYED,
  LACC_LOW,
  LACC_NEXT,
  LACC_NONCE,
  LACC_READS,
  LACC_SOURCE,
  LACC_TOUCHED,
  LSLOT_ACCOUNT,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_ORIGINAL,
  LSLOT_VALUE,
  OUT_ACCOUNTS,
  OUT_FOOTPRINT,
  OUT_SLOTS,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_NONCE,
  SCRATCH_TEMP,
  WRITE_BALANCE,
  WRITE_CODE,
  WRITE_EXISTENCE,
  WRITE_NONCE,
} from './layout';
import { Account } from './local';
import { accountKey, accountRecord, findAccountEntry } from './state';
import * as u256 from './u256';

/** LACC_* of an account with which something happened. */
const MET: u32 = LACC_TOUCHED | LACC_CREATED | LACC_DESTROYED | LACC_BORN;

function existsAfter(block: usize, account: usize, source: usize): bool {
  if (Account.has(account, LACC_DESTROYED)) return false;
  const exists = load<u32>(source, REC_EXISTS) != 0 || Account.has(account, LACC_BORN);
  if (!clearsState(block) || !Account.has(account, LACC_TOUCHED)) return exists;
  const isEmpty =
    load<u64>(account, LACC_NONCE) == 0 && load<u32>(account, LACC_CODE) == 0 && u256.isZero(account + LACC_BALANCE);
  return exists && !isEmpty;
}

/** WRITE_* of what the attempt leaves otherwise than it found it. */
function writesOf(block: usize, account: usize): u32 {
  const source: usize = load<u32>(account, LACC_SOURCE);
  const goes = Account.has(account, LACC_DESTROYED);
  const existed = load<u32>(source, REC_EXISTS) != 0;
  if (goes && !existed && isEmptyRecord(source)) return 0;
  let writes: u32 = 0;
  if (goes || existed != existsAfter(block, account, source)) writes |= WRITE_EXISTENCE;
  if (!u256.eq(account + LACC_BALANCE, source + REC_BALANCE)) writes |= WRITE_BALANCE;
  if (load<u64>(account, LACC_NONCE) != load<u64>(source, REC_NONCE)) writes |= WRITE_NONCE;
  if (load<u32>(account, LACC_CODE) != load<u32>(source, REC_CODE)) writes |= WRITE_CODE;
  return writes;
}

/** FOUND_* of a local account. */
function flagsOf(account: usize): u32 {
  let flags: u32 = 0;
  if (Account.has(account, LACC_DESTROYED)) flags |= FOUND_DESTROYED;
  if (load<u32>(account, LACC_READS) != 0 || Account.has(account, MET)) flags |= FOUND_MET;
  return flags;
}

/** A copy of the code that the attempt leaves, whose own lies in an arena. False when the memory is exhausted. */
function putCode(block: usize, code: usize, at: usize): bool {
  const bytes = load<u32>(code, CODE_LENGTH);
  const copy = bumpAlloc(block + BLOCK_WORK, bytes);
  if (copy == 0) return false;
  memory.copy(copy, code + CODE_START, bytes);
  store<u32>(at, <u32>copy, FACC_CODE_AFTER);
  store<u32>(at, bytes, FACC_CODE_AFTER_BYTES);
  return true;
}

/** False when the memory is exhausted. */
function putAccount(block: usize, account: usize, at: usize): bool {
  const source: usize = load<u32>(account, LACC_SOURCE);
  memory.copy(at + FACC_ADDRESS, account + LACC_ADDRESS, 24);
  store<u32>(at, load<u32>(account, LACC_READS), FACC_READS);
  store<u32>(at, writesOf(block, account), FACC_WRITES);
  u256.copy(at + FACC_BEFORE, source + REC_BALANCE);
  u256.copy(at + FACC_AFTER, account + LACC_BALANCE);
  u256.copy(at + FACC_LOW, account + LACC_LOW);
  store<u64>(at, load<u64>(source, REC_NONCE), FACC_NONCE_BEFORE);
  store<u64>(at, load<u64>(account, LACC_NONCE), FACC_NONCE_AFTER);
  store<u32>(at, load<u32>(source, REC_CODE), FACC_CODE_BEFORE);
  store<u32>(at, 0, FACC_CODE_AFTER);
  store<u32>(at, 0, FACC_CODE_AFTER_BYTES);
  store<u32>(at, flagsOf(account), FACC_FLAGS);
  const code = load<u32>(account, LACC_CODE);
  return code == 0 || code == load<u32>(source, REC_CODE) || putCode(block, code, at);
}

/** The fee recipient as it is confirmed. */
function putRecipient(state: usize, block: usize, at: usize): void {
  const key = Scratch.at(SCRATCH_TEMP + 64);
  accountKey(key, block + BLOCK_COINBASE);
  const entry = findAccountEntry(state, key);
  const record: usize = entry == 0 ? 0 : accountRecord(entry);
  memory.fill(at, 0, FACC_BYTES);
  memory.copy(at + FACC_ADDRESS, block + BLOCK_COINBASE, 24);
  u256.copy(at + FACC_AFTER, record + REC_BALANCE);
  store<u64>(at, load<u64>(record, REC_NONCE), FACC_NONCE_AFTER);
  store<u32>(at, load<u32>(record, REC_CODE), FACC_CODE_BEFORE);
}

function putSlot(slot: usize, at: usize): void {
  const account: usize = load<u32>(slot, LSLOT_ACCOUNT);
  u256.copy(at + FSLOT_NUMBER, slot + LSLOT_NUMBER);
  memory.copy(at + FSLOT_OWNER, account + LACC_ADDRESS, 24);
  const changed = !u256.eq(slot + LSLOT_VALUE, slot + LSLOT_ORIGINAL) && !Account.has(account, LACC_DESTROYED);
  store<u32>(at, changed ? 1 : 0, FSLOT_WRITTEN);
  u256.copy(at + FSLOT_BEFORE, slot + LSLOT_ORIGINAL);
  u256.copy(at + FSLOT_AFTER, slot + LSLOT_VALUE);
}

/** Slots of which nothing but warmth or transient storage was asked are left out. */
function isPart(slot: usize): bool {
  return load<u32>(slot, LSLOT_LOADED) != 0;
}

/**
 * Keeps the footprint of an outcome that was just confirmed in its turn, or of a call, whose local records still stand. By
 * the holder of the token. False when the memory is exhausted.
 */
export function keepFootprint(state: usize, block: usize, out: usize): bool {
  let accounts: u32 = 0;
  let slots: u32 = 0;
  for (let a: usize = load<u32>(out, OUT_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT)) accounts++;
  for (let s: usize = load<u32>(out, OUT_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT)) slots += isPart(s) ? 1 : 0;
  const at = bumpAlloc(block + BLOCK_WORK, FOOTPRINT_HEAD + accounts * FACC_BYTES + slots * FSLOT_BYTES);
  if (at == 0) return false;
  store<u32>(out, <u32>at, OUT_FOOTPRINT);
  store<u32>(at, accounts, FOOTPRINT_ACCOUNTS);
  store<u32>(at, slots, FOOTPRINT_SLOTS);
  putRecipient(state, block, at + FOOTPRINT_RECIPIENT);
  let next = at + FOOTPRINT_HEAD;
  for (let a: usize = load<u32>(out, OUT_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT)) {
    if (!putAccount(block, a, next)) return false;
    next += FACC_BYTES;
  }
  for (let s: usize = load<u32>(out, OUT_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT)) {
    if (!isPart(s)) continue;
    putSlot(s, next);
    next += FSLOT_BYTES;
  }
  return true;
}
