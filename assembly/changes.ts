// What an attempt changed of an account: its local record against the record that it was loaded from. Published versions
// and confirmed records are made of the same parts.
import {
  BLOCK_SPEC,
  FLAG_STATE_CLEARING,
  LACC_BALANCE,
  LACC_BORN,
  LACC_CODE,
  LACC_DESTROYED,
  LACC_NONCE,
  LACC_TOUCHED,
  REC_BALANCE,
  REC_BALANCE_STEP,
  REC_BYTES,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  REC_NONCE_STEP,
  REC_OTHER_STEP,
  SPEC_FLAGS,
} from './layout';
import { Account } from './local';
import * as u256 from './u256';

export function isEmptyRecord(record: usize): bool {
  return load<u64>(record, REC_NONCE) == 0 && load<u32>(record, REC_CODE) == 0 && u256.isZero(record + REC_BALANCE);
}

/** EIP-161. */
export function clearsState(block: usize): bool {
  return (load<u32>(load<u32>(block, BLOCK_SPEC), SPEC_FLAGS) & FLAG_STATE_CLEARING) != 0;
}

function fieldsChanged(account: usize, source: usize): bool {
  return (
    load<u64>(account, LACC_NONCE) != load<u64>(source, REC_NONCE) ||
    load<u32>(account, LACC_CODE) != load<u32>(source, REC_CODE) ||
    !u256.eq(account + LACC_BALANCE, source + REC_BALANCE)
  );
}

/** True if the account comes or goes without a change of its fields: EIP-161 sweeps it away, or it was brought to life. */
function existenceChanges(block: usize, account: usize, now: usize): bool {
  const exists = load<u32>(now, REC_EXISTS) != 0;
  if (clearsState(block)) return Account.has(account, LACC_TOUCHED) && exists && isEmptyRecord(now);
  return Account.has(account, LACC_BORN) && !exists;
}

/** True if the account, loaded from `source`, leaves another record than `now`. */
export function accountChanges(block: usize, account: usize, source: usize, now: usize): bool {
  return (
    Account.has(account, LACC_DESTROYED) || fieldsChanged(account, source) || existenceChanges(block, account, now)
  );
}

/** EIP-161 deletes an account that is empty, and with it storage that it may still have. */
export function sweepRecord(record: usize): void {
  if (load<u32>(record, REC_EXISTS) == 0) return;
  store<u32>(record, 0, REC_EXISTS);
  store<u32>(record, load<u32>(record, REC_INCARNATION) + 1, REC_INCARNATION);
}

/**
 * Applies the changes to `record`, a copy of the record that they meet. A change of the balance is a difference, so it
 * holds on another balance than the attempt's as well. `code`: the object that stands for the account's new code.
 */
export function applyChanges(block: usize, account: usize, source: usize, record: usize, code: u32): void {
  if (Account.has(account, LACC_DESTROYED)) {
    const incarnation = load<u32>(record, REC_INCARNATION) + 1;
    memory.fill(record, 0, REC_BYTES);
    store<u32>(record, incarnation, REC_INCARNATION);
    return;
  }
  if (load<u64>(account, LACC_NONCE) != load<u64>(source, REC_NONCE))
    store<u64>(record, load<u64>(account, LACC_NONCE), REC_NONCE);
  u256.add(record + REC_BALANCE, record + REC_BALANCE, account + LACC_BALANCE);
  u256.sub(record + REC_BALANCE, record + REC_BALANCE, source + REC_BALANCE);
  if (load<u32>(account, LACC_CODE) != load<u32>(source, REC_CODE)) store<u32>(record, code, REC_CODE);
  if (Account.has(account, LACC_BORN)) store<u32>(record, 1, REC_EXISTS);
  if (Account.has(account, LACC_TOUCHED) && isEmptyRecord(record) && clearsState(block)) sweepRecord(record);
}

/** Notes in `record` which of its fields step `step` has changed against `before`. */
export function stampChanges(record: usize, before: usize, step: u32): void {
  if (!u256.eq(record + REC_BALANCE, before + REC_BALANCE)) store<u32>(record, step, REC_BALANCE_STEP);
  if (load<u64>(record, REC_NONCE) != load<u64>(before, REC_NONCE)) store<u32>(record, step, REC_NONCE_STEP);
  const other =
    load<u32>(record, REC_CODE) != load<u32>(before, REC_CODE) ||
    load<u32>(record, REC_INCARNATION) != load<u32>(before, REC_INCARNATION) ||
    load<u32>(record, REC_EXISTS) != load<u32>(before, REC_EXISTS);
  if (other) store<u32>(record, step, REC_OTHER_STEP);
}
