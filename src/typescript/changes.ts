// What an attempt changed of an account: its local record against the record that it was loaded from (assembly/changes.ts).
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
} from '../../assembly/layout.ts';
import { hasFlag } from './local.ts';
import type { Memory } from './memory.ts';

export const isEmptyRecord = (memory: Memory, record: number): boolean =>
  memory.isZero(record + REC_NONCE, 2) && memory.u32(record + REC_CODE) === 0 && memory.isZero(record + REC_BALANCE, 8);

/** EIP-161. */
export const clearsState = (memory: Memory, block: number): boolean =>
  (memory.u32(memory.u32(block + BLOCK_SPEC) + SPEC_FLAGS) & FLAG_STATE_CLEARING) !== 0;

const sameNonce = (memory: Memory, account: number, source: number): boolean =>
  memory.equal(account + LACC_NONCE, source + REC_NONCE, 2);
const sameCode = (memory: Memory, account: number, source: number): boolean =>
  memory.u32(account + LACC_CODE) === memory.u32(source + REC_CODE);
export const sameBalance = (memory: Memory, account: number, source: number): boolean =>
  memory.equal(account + LACC_BALANCE, source + REC_BALANCE, 8);

/** True if the account comes or goes without a change of its fields: it is swept away, or was brought to life. */
function existenceChanges(memory: Memory, block: number, account: number, now: number): boolean {
  const exists = memory.u32(now + REC_EXISTS) !== 0;
  if (!clearsState(memory, block)) return hasFlag(memory, account, LACC_BORN) && !exists;
  return hasFlag(memory, account, LACC_TOUCHED) && exists && isEmptyRecord(memory, now);
}

/** True if the account, loaded from `source`, leaves another record than `now`. */
export function accountChanges(memory: Memory, block: number, account: number, source: number, now: number): boolean {
  return (
    hasFlag(memory, account, LACC_DESTROYED) ||
    !sameNonce(memory, account, source) ||
    !sameCode(memory, account, source) ||
    !sameBalance(memory, account, source) ||
    existenceChanges(memory, block, account, now)
  );
}

/** EIP-161 deletes an account that is empty, and with it storage that it may still have. */
export function sweepRecord(memory: Memory, record: number): void {
  if (memory.u32(record + REC_EXISTS) === 0) return;
  memory.setU32(record + REC_EXISTS, 0);
  memory.setU32(record + REC_INCARNATION, memory.u32(record + REC_INCARNATION) + 1);
}

/**
 * Applies the changes to `record`, a copy of the record that they meet. A change of the balance is a difference, so it
 * holds on another balance as well. `code`: the object that stands for the account's new code.
 */
export function applyChanges(
  memory: Memory,
  block: number,
  account: number,
  source: number,
  record: number,
  code: number,
): void {
  if (hasFlag(memory, account, LACC_DESTROYED)) {
    const incarnation = memory.u32(record + REC_INCARNATION) + 1;
    memory.fill(record, 0, REC_BYTES);
    memory.setU32(record + REC_INCARNATION, incarnation);
    return;
  }
  if (!sameNonce(memory, account, source)) memory.copy(record + REC_NONCE, account + LACC_NONCE, 8);
  if (!sameBalance(memory, account, source)) {
    const difference = memory.u256(account + LACC_BALANCE) - memory.u256(source + REC_BALANCE);
    memory.setU256(record + REC_BALANCE, memory.u256(record + REC_BALANCE) + difference);
  }
  if (!sameCode(memory, account, source)) memory.setU32(record + REC_CODE, code);
  if (hasFlag(memory, account, LACC_BORN)) memory.setU32(record + REC_EXISTS, 1);
  if (hasFlag(memory, account, LACC_TOUCHED) && isEmptyRecord(memory, record) && clearsState(memory, block))
    sweepRecord(memory, record);
}

/** Notes in `record` which of its fields step `step` has changed against `before`. */
export function stampChanges(memory: Memory, record: number, before: number, step: number): void {
  if (!memory.equal(record + REC_BALANCE, before + REC_BALANCE, 8)) memory.setU32(record + REC_BALANCE_STEP, step);
  if (!memory.equal(record + REC_NONCE, before + REC_NONCE, 2)) memory.setU32(record + REC_NONCE_STEP, step);
  const other = [REC_CODE, REC_INCARNATION, REC_EXISTS];
  if (other.some((field) => memory.u32(record + field) !== memory.u32(before + field)))
    memory.setU32(record + REC_OTHER_STEP, step);
}
