// Why a result does not hold: which key differs, and which step wrote it. Asked after a comparison has failed, so that
// comparing itself has nothing to note: what was read is gone through once more, and the first difference is the cause.
import { isEmptyRecord } from './changes';
import { comparesWrites, currentAccountEntry, currentSlotEntry } from './confirm';
import { Scratch } from './context';
import {
  CAUSE_BALANCE,
  CAUSE_CODE,
  CAUSE_DESTRUCTION,
  CAUSE_EXISTENCE,
  CAUSE_NONCE,
  CAUSE_PREDICATE,
  CAUSE_SHIFT,
  CAUSE_STORAGE,
  CAUSE_UNKNOWN,
  CTX_ACCOUNTS,
  CTX_BLOCK,
  CTX_OUT,
  CTX_SLOTS,
  CTX_STATE,
  CTX_STEP,
  CTX_TX,
  LACC_LOW,
  LACC_NEXT,
  LACC_READS,
  LACC_SOURCE,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_ORIGINAL,
  LSLOT_SOURCE,
  OUT_ACCOUNTS,
  OUT_CAUSE,
  OUT_CAUSE_ENTRY,
  OUT_SLOTS,
  READ_BALANCE,
  READ_CODE,
  READ_COVER,
  READ_EMPTY,
  READ_NONCE,
  READ_STATED_NONCE,
  READ_STORAGE,
  REC_BALANCE,
  REC_BALANCE_STEP,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  REC_NONCE_STEP,
  REC_OTHER_STEP,
  SCRATCH_TEMP,
  SLOT_BASE,
  TX_NONCE,
  VER_RECORD,
  VER_STEP,
} from './layout';
import { accountRecord, slotRecord } from './state';
import * as u256 from './u256';
import { accountAt, slotAt } from './versions';

/** True if field `stamp` (REC_*_STEP) was written in between, where that is what counts. */
function isWritten(now: usize, source: usize, stamp: i32, dirty: bool): bool {
  return dirty && load<u32>(now + stamp) != load<u32>(source + stamp);
}

/** The field of `reads` in which two records of an account differ, CAUSE_*; CAUSE_UNKNOWN if they agree. */
function differing(now: usize, source: usize, reads: u32, dirty: bool): u32 {
  const readsNonce = (reads & (READ_NONCE | READ_STATED_NONCE)) == READ_NONCE;
  const nonce = load<u64>(now, REC_NONCE) != load<u64>(source, REC_NONCE);
  if (readsNonce && (nonce || isWritten(now, source, REC_NONCE_STEP, dirty))) return CAUSE_NONCE;
  const isOther = isWritten(now, source, REC_OTHER_STEP, dirty);
  const code = load<u32>(now, REC_CODE) != load<u32>(source, REC_CODE);
  if ((reads & READ_CODE) != 0 && (code || isOther)) return CAUSE_CODE;
  const storage = load<u32>(now, REC_INCARNATION) != load<u32>(source, REC_INCARNATION);
  if ((reads & READ_STORAGE) != 0 && (storage || isOther)) return CAUSE_DESTRUCTION;
  const balance = !u256.eq(now + REC_BALANCE, source + REC_BALANCE);
  if ((reads & READ_BALANCE) != 0 && (balance || isWritten(now, source, REC_BALANCE_STEP, dirty))) return CAUSE_BALANCE;
  if ((reads & READ_EMPTY) == 0) return CAUSE_UNKNOWN;
  const exists = load<u32>(now, REC_EXISTS) != load<u32>(source, REC_EXISTS);
  if (exists || isEmptyRecord(now) != isEmptyRecord(source) || isOther) return CAUSE_EXISTENCE;
  const isTouched = isWritten(now, source, REC_NONCE_STEP, dirty) || isWritten(now, source, REC_BALANCE_STEP, dirty);
  return isTouched ? CAUSE_EXISTENCE : CAUSE_UNKNOWN;
}

/** True if a predicate of the account fails on the record that is confirmed now. */
function isRefuted(tx: usize, account: usize, now: usize): bool {
  const reads = load<u32>(account, LACC_READS);
  if ((reads & READ_STATED_NONCE) != 0 && load<u64>(now, REC_NONCE) != load<u64>(tx, TX_NONCE)) return true;
  const source: usize = load<u32>(account, LACC_SOURCE);
  if ((reads & READ_COVER) == 0 || !u256.lt(account + LACC_LOW, source + REC_BALANCE)) return false;
  const need = Scratch.at(SCRATCH_TEMP);
  u256.sub(need, source + REC_BALANCE, account + LACC_LOW);
  return u256.lt(now + REC_BALANCE, need);
}

/** The step that last wrote the field of either record: the one that was read may have been taken back. */
function accountWriter(cause: u32, now: usize, source: usize): u32 {
  const isBalance = cause == CAUSE_BALANCE || cause == CAUSE_PREDICATE || cause == CAUSE_EXISTENCE;
  let stamp = isBalance ? REC_BALANCE_STEP : REC_OTHER_STEP;
  if (cause == CAUSE_NONCE) stamp = REC_NONCE_STEP;
  const writer = max(load<u32>(now + stamp), load<u32>(source + stamp));
  if (writer != 0 || (cause != CAUSE_EXISTENCE && cause != CAUSE_PREDICATE)) return writer;
  // Whether an account is empty hangs on its nonce as well, and so does a predicate.
  const nonce = max(load<u32>(now, REC_NONCE_STEP), load<u32>(source, REC_NONCE_STEP));
  return max(nonce, max(load<u32>(now, REC_OTHER_STEP), load<u32>(source, REC_OTHER_STEP)));
}

/** The step that wrote a slot's record, 0 = it is the base. Records of the running block have the head of a version. */
function slotWriter(entry: usize, record: usize): u32 {
  return record == 0 || record == entry + SLOT_BASE ? 0 : load<u32>(record - VER_RECORD, VER_STEP);
}

function note(out: usize, cause: u32, writer: u32, entry: usize): void {
  store<u32>(out, (cause << CAUSE_SHIFT) | writer, OUT_CAUSE);
  store<u32>(out, <u32>entry, OUT_CAUSE_ENTRY);
}

/** What a step at `step` sees of an account now: with `ahead` also what is not confirmed. 1: nobody can say yet. */
function currentAccount(block: usize, entry: usize, step: u32, ahead: bool): usize {
  const version = ahead ? accountAt(block, entry, step) : 0;
  return version == 0 ? accountRecord(entry) : version;
}

function currentSlot(block: usize, entry: usize, step: u32, ahead: bool): usize {
  const version = ahead ? slotAt(block, entry, step) : 0;
  return version == 0 ? slotRecord(entry) : version;
}

/** Notes the first difference between what lists of local records hold and what their step sees now. */
function search(
  state: usize,
  block: usize,
  step: u32,
  tx: usize,
  out: usize,
  accounts: usize,
  slots: usize,
  ahead: bool,
): void {
  const dirty = !ahead && comparesWrites(false);
  for (let a = accounts; a != 0; a = load<u32>(a, LACC_NEXT)) {
    const entry = currentAccountEntry(state, a);
    const now = entry == 0 ? 0 : currentAccount(block, entry, step, ahead);
    if (now == 1) continue;
    const source: usize = load<u32>(a, LACC_SOURCE);
    let cause = differing(now, source, load<u32>(a, LACC_READS), dirty);
    if (cause == CAUSE_UNKNOWN && !ahead && isRefuted(tx, a, now)) cause = CAUSE_PREDICATE;
    if (cause == CAUSE_UNKNOWN) continue;
    note(out, cause, accountWriter(cause, now, source), entry);
    return;
  }
  for (let s = slots; s != 0; s = load<u32>(s, LSLOT_NEXT)) {
    const entry = load<u32>(s, LSLOT_LOADED) == 0 ? 0 : currentSlotEntry(state, s);
    if (entry == 0) continue;
    const now = currentSlot(block, entry, step, ahead);
    const source: usize = load<u32>(s, LSLOT_SOURCE);
    if (now == 1 || now == source) continue;
    const written = dirty && (source != 0 || now != entry + SLOT_BASE);
    if (!written && u256.eq(now, s + LSLOT_ORIGINAL)) continue;
    note(out, CAUSE_STORAGE, max(slotWriter(entry, now), slotWriter(entry, source)), entry);
    return;
  }
  note(out, CAUSE_UNKNOWN, 0, 0);
}

/**
 * Notes in the outcome of `step` why it does not hold: `ahead`: as far as can be seen before its turn. By the holder of the
 * token, of an attempt that left its reads.
 */
export function findCause(state: usize, block: usize, step: u32, tx: usize, out: usize, ahead: bool): void {
  search(state, block, step, tx, out, load<u32>(out, OUT_ACCOUNTS), load<u32>(out, OUT_SLOTS), ahead);
}

/** Notes why the attempt of this context, which has just ended as doomed, was. */
export function findDoom(ctx: usize): void {
  const block: usize = load<u32>(ctx, CTX_BLOCK);
  const out: usize = load<u32>(ctx, CTX_OUT);
  const accounts: usize = load<u32>(ctx, CTX_ACCOUNTS);
  const slots: usize = load<u32>(ctx, CTX_SLOTS);
  search(
    load<u32>(ctx, CTX_STATE),
    block,
    load<u32>(ctx, CTX_STEP),
    load<u32>(ctx, CTX_TX),
    out,
    accounts,
    slots,
    true,
  );
}
