// What has changed of a state since it was loaded or settled, as lists for whoever works a root out.
import {
  ACCOUNT_CHANGED_NEXT,
  ACCOUNT_CHANGED_SLOTS,
  ACCOUNT_TOUCHED_NEXT,
  CHANGED_LAST,
  REC_INCARNATION,
  SLOT_ACCOUNT,
  SLOT_BASE,
  SLOT_CHANGED_NEXT,
  SLOT_INCARNATION,
  SLOT_TOUCHED_NEXT,
  STATE_TOUCHED_ACCOUNTS,
  STATE_TOUCHED_SLOTS,
} from './layout';
import { accountRecord, slotRecord } from './state';
import * as u256 from './u256';

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

/** How many slots of an account are in its list. */
export function changedSlots(account: usize): u32 {
  let count: u32 = 0;
  for (let s: usize = load<u32>(account, ACCOUNT_CHANGED_SLOTS); s != 0; s = load<u32>(s, SLOT_CHANGED_NEXT)) count++;
  return count;
}

/**
 * The touched accounts and those of changed slots, each with the list of those slots. What an earlier list has left is cleared
 * first, and not behind its use: whoever made it may have died before that.
 */
export function collectChanged(state: usize): usize {
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
