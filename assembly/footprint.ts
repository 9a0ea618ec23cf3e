// The footprint of a transaction: which fields and storage slots its result depends on, and which it changed. Taken of
// confirmed outcomes only, so it is the same however the block was run.
import { clearsState, isEmptyRecord } from './changes';
import { bumpAlloc } from './heap';
import {
  BLOCK_WORK,
  FACC_ADDRESS,
  FACC_AFTER,
  FACC_BEFORE,
  FACC_BYTES,
  FACC_LOW,
  FACC_READS,
  FACC_WRITES,
  FOOTPRINT_ACCOUNTS,
  FOOTPRINT_HEAD,
  FOOTPRINT_SLOTS,
  FSLOT_BYTES,
  FSLOT_NUMBER,
  FSLOT_OWNER,
  FSLOT_WRITTEN,
  LACC_ADDRESS,
  LACC_BALANCE,
  LACC_BORN,
  LACC_CODE,
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
  WRITE_BALANCE,
  WRITE_CODE,
  WRITE_EXISTENCE,
  WRITE_NONCE,
} from './layout';
import { Account } from './local';
import * as u256 from './u256';

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

function putAccount(block: usize, account: usize, at: usize): void {
  memory.copy(at + FACC_ADDRESS, account + LACC_ADDRESS, 24);
  store<u32>(at, load<u32>(account, LACC_READS), FACC_READS);
  store<u32>(at, writesOf(block, account), FACC_WRITES);
  u256.copy(at + FACC_BEFORE, load<u32>(account, LACC_SOURCE) + REC_BALANCE);
  u256.copy(at + FACC_AFTER, account + LACC_BALANCE);
  u256.copy(at + FACC_LOW, account + LACC_LOW);
}

function putSlot(slot: usize, at: usize): void {
  const account: usize = load<u32>(slot, LSLOT_ACCOUNT);
  u256.copy(at + FSLOT_NUMBER, slot + LSLOT_NUMBER);
  memory.copy(at + FSLOT_OWNER, account + LACC_ADDRESS, 24);
  const changed = !u256.eq(slot + LSLOT_VALUE, slot + LSLOT_ORIGINAL) && !Account.has(account, LACC_DESTROYED);
  store<u32>(at, changed ? 1 : 0, FSLOT_WRITTEN);
}

/** Slots of which nothing but warmth or transient storage was asked are left out. */
function isPart(slot: usize): bool {
  return load<u32>(slot, LSLOT_LOADED) != 0;
}

/**
 * Keeps the footprint of an outcome that was just confirmed in its turn, whose local records still stand. By the holder
 * of the token. False when the memory is exhausted.
 */
export function keepFootprint(block: usize, out: usize): bool {
  let accounts: u32 = 0;
  let slots: u32 = 0;
  for (let a: usize = load<u32>(out, OUT_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT)) accounts++;
  for (let s: usize = load<u32>(out, OUT_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT)) slots += isPart(s) ? 1 : 0;
  const at = bumpAlloc(block + BLOCK_WORK, FOOTPRINT_HEAD + accounts * FACC_BYTES + slots * FSLOT_BYTES);
  if (at == 0) return false;
  store<u32>(out, <u32>at, OUT_FOOTPRINT);
  store<u32>(at, accounts, FOOTPRINT_ACCOUNTS);
  store<u32>(at, slots, FOOTPRINT_SLOTS);
  let next = at + FOOTPRINT_HEAD;
  for (let a: usize = load<u32>(out, OUT_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT)) {
    putAccount(block, a, next);
    next += FACC_BYTES;
  }
  for (let s: usize = load<u32>(out, OUT_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT)) {
    if (!isPart(s)) continue;
    putSlot(s, next);
    next += FSLOT_BYTES;
  }
  return true;
}
