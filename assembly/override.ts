// Overrides: what a call assumes about accounts and slots against the state. They are published as versions, like a
// block's writes, so the base stays as it is and settling without commit forgets them.

import { draft } from './confirm';
import { Scratch } from './context';
import { bumpAlloc } from './heap';
import {
  BLOCK_WORK,
  OVERRIDE_BALANCE,
  OVERRIDE_CODE,
  OVERRIDE_NONCE,
  OVERRIDE_STORAGE,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SCRATCH_TEMP,
} from './layout';
import {
  accountKey,
  accountRecord,
  addAccountEntry,
  addSlotEntry,
  findAccountEntry,
  findSlotEntry,
  publishAccount,
  publishSlot,
  slotKey,
} from './state';
import * as u256 from './u256';

/**
 * Overrides the fields `what` (OVERRIDE_*) of the account at `address` (limbs), which exists from then on. Between jobs,
 * with room reserved. `code` is a code object of this state or 0.
 * @returns its entry, or 0 when the memory is exhausted
 */
export function overrideAccount(
  state: usize,
  block: usize,
  address: usize,
  what: u32,
  nonce: u64,
  balance: usize,
  code: usize,
): usize {
  const key = Scratch.at(SCRATCH_TEMP + 64);
  accountKey(key, address);
  let entry = findAccountEntry(state, key);
  if (entry == 0) entry = addAccountEntry(state, address, key);
  const record = entry == 0 ? 0 : draft(state, block, accountRecord(entry));
  if (record == 0) return 0;
  if ((what & OVERRIDE_NONCE) != 0) store<u64>(record, nonce, REC_NONCE);
  if ((what & OVERRIDE_BALANCE) != 0) u256.copy(record + REC_BALANCE, balance);
  if ((what & OVERRIDE_CODE) != 0) store<u32>(record, <u32>code, REC_CODE);
  // Slots belong to an incarnation: the next one has none.
  if ((what & OVERRIDE_STORAGE) != 0) store<u32>(record, load<u32>(record, REC_INCARNATION) + 1, REC_INCARNATION);
  store<u32>(record, 1, REC_EXISTS);
  publishAccount(state, entry, record);
  return entry;
}

/** Overrides one slot (number and value as limbs) of an overridden account. False when the memory is exhausted. */
export function overrideSlot(state: usize, block: usize, account: usize, number: usize, value: usize): bool {
  const key = Scratch.at(SCRATCH_TEMP + 64);
  slotKey(key, number);
  const incarnation = load<u32>(accountRecord(account), REC_INCARNATION);
  let entry = findSlotEntry(state, account, incarnation, key);
  if (entry == 0) entry = addSlotEntry(state, account, incarnation, number, key);
  const record = entry == 0 ? 0 : bumpAlloc(block + BLOCK_WORK, 32);
  if (record == 0) return false;
  u256.copy(record, value);
  publishSlot(state, entry, record);
  return true;
}
