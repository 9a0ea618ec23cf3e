// Conflict detection: what an attempt read against what is confirmed now, or would be read again (assembly/confirm.ts).
// Records are immutable, so the same record means the same values; where it is another one, the fields that were read are
// compared. Address 0 is an all-zero record.
import {
  CHECK_SLOTS,
  CTL_ABORT,
  CTL_POLICY,
  CTL_STATS,
  CTX_ABORT_SEEN,
  CTX_ACCOUNTS,
  CTX_SLOTS,
  CTX_STEP,
  LACC_ENTRY,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_LOW,
  LACC_NEXT,
  LACC_READS,
  LACC_SOURCE,
  LSLOT_ACCOUNT,
  LSLOT_ENTRY,
  LSLOT_KEY,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_ORIGINAL,
  LSLOT_SOURCE,
  MODE_IN_TURN,
  OUT_ACCOUNTS,
  OUT_CHUNK_COUNT,
  OUT_CHUNKS,
  OUT_SLOT_COUNT,
  OUT_SLOTS,
  OUT_STATUS,
  POLICY_DIRTY_READ,
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
  SLOT_BASE,
  STAT_VALUE_MATCHES,
  STATUS_ABORTED,
  TX_NONCE,
} from '../../assembly/layout.ts';
import { isEmptyRecord } from './changes.ts';
import type { Context } from './context.ts';
import type { Memory } from './memory.ts';
import { accountRecord, findAccount, findSlot, slotRecord } from './state.ts';
import { accountAt, slotAt } from './versions.ts';

const WORDS = 8;

export function count(memory: Memory, stat: number): void {
  memory.setU32(CTL_STATS + stat, memory.u32(CTL_STATS + stat) + 1);
}

/** True if the two records agree in the fields of `reads`. Equal codes are one object, so addresses decide. */
function agree(memory: Memory, a: number, b: number, reads: number): boolean {
  const differs = (field: number, words: number): boolean => !memory.equal(a + field, b + field, words);
  if ((reads & (READ_NONCE | READ_STATED_NONCE)) === READ_NONCE && differs(REC_NONCE, 2)) return false;
  if ((reads & READ_CODE) !== 0 && differs(REC_CODE, 1)) return false;
  if ((reads & READ_STORAGE) !== 0 && differs(REC_INCARNATION, 1)) return false;
  if ((reads & READ_BALANCE) !== 0 && differs(REC_BALANCE, WORDS)) return false;
  if ((reads & READ_EMPTY) === 0) return true;
  return !differs(REC_EXISTS, 1) && isEmptyRecord(memory, a) === isEmptyRecord(memory, b);
}

/** True if no step has written the fields of `reads` since `source`, whatever was written ('dirty-read'). */
function untouched(memory: Memory, now: number, source: number, reads: number): boolean {
  const isLater = (field: number): boolean => memory.u32(now + field) !== memory.u32(source + field);
  if ((reads & (READ_NONCE | READ_EMPTY)) !== 0 && isLater(REC_NONCE_STEP)) return false;
  if ((reads & (READ_BALANCE | READ_EMPTY)) !== 0 && isLater(REC_BALANCE_STEP)) return false;
  return (reads & (READ_CODE | READ_STORAGE | READ_EMPTY)) === 0 || !isLater(REC_OTHER_STEP);
}

/** The predicates of an account on the record that is confirmed now: enough balance, and the nonce that was stated. */
function predicatesHold(memory: Memory, tx: number, account: number, now: number): boolean {
  const reads = memory.u32(account + LACC_READS);
  if ((reads & READ_STATED_NONCE) !== 0 && !memory.equal(now + REC_NONCE, tx + TX_NONCE, 2)) return false;
  const source = memory.u32(account + LACC_SOURCE);
  if ((reads & READ_COVER) === 0 || now === source) return true;
  const need = memory.u256(source + REC_BALANCE) - memory.u256(account + LACC_LOW);
  return need <= 0n || memory.u256(now + REC_BALANCE) >= need; // need <= 0: what it received was enough
}

/** Looks again for the entry of an account or slot that had none when the attempt read it. */
function currentAccount(memory: Memory, state: number, account: number): number {
  let entry = memory.u32(account + LACC_ENTRY);
  if (entry === 0) {
    entry = findAccount(memory, state, account + LACC_KEY);
    memory.setU32(account + LACC_ENTRY, entry);
  }
  return entry;
}

export function currentSlot(memory: Memory, state: number, slot: number): number {
  const known = memory.u32(slot + LSLOT_ENTRY);
  if (known !== 0) return known;
  const account = memory.u32(slot + LSLOT_ACCOUNT);
  const owner = memory.u32(account + LACC_ENTRY);
  if (owner === 0) return 0;
  const entry = findSlot(memory, state, owner, memory.u32(account + LACC_INCARNATION), slot + LSLOT_KEY);
  memory.setU32(slot + LSLOT_ENTRY, entry);
  return entry;
}

function accountsHold(memory: Memory, state: number, tx: number, first: number, dirty: boolean): boolean {
  for (let account = first; account !== 0; account = memory.u32(account + LACC_NEXT)) {
    const entry = currentAccount(memory, state, account);
    const now = entry === 0 ? 0 : accountRecord(memory, entry);
    if (!predicatesHold(memory, tx, account, now)) return false;
    const source = memory.u32(account + LACC_SOURCE);
    if (now === source) continue;
    const reads = memory.u32(account + LACC_READS);
    if (!agree(memory, now, source, reads) || (dirty && !untouched(memory, now, source, reads))) return false;
    if (reads !== 0) count(memory, STAT_VALUE_MATCHES);
  }
  return true;
}

/** True if the slots of a list, `most` at most, still have the values that were read. */
export function slotsHold(memory: Memory, state: number, first: number, most: number, dirty: boolean): boolean {
  for (let slot = first; slot !== 0 && most > 0; slot = memory.u32(slot + LSLOT_NEXT)) {
    most--;
    if (memory.u32(slot + LSLOT_LOADED) === 0) continue;
    const entry = currentSlot(memory, state, slot);
    const now = entry === 0 ? 0 : slotRecord(memory, entry);
    const source = memory.u32(slot + LSLOT_SOURCE);
    if (now === source) continue;
    // an entry that came in between and was not written holds the nothing that was read
    if (dirty ? source !== 0 || now !== entry + SLOT_BASE : !memory.equal(now, slot + LSLOT_ORIGINAL, WORDS))
      return false;
  }
  return true;
}

/** True if the policy says that any write between is a conflict, equal values or not. */
const comparesWrites = (memory: Memory, inTurn: boolean): boolean =>
  !inTurn && (memory.u32(CTL_POLICY) & POLICY_DIRTY_READ) !== 0;

/** True if everything that an attempt of `tx` read still holds. `slotsKnown`: somebody has compared the slots already. */
export function readsHold(
  memory: Memory,
  state: number,
  tx: number,
  out: number,
  inTurn: boolean,
  slotsKnown: boolean,
): boolean {
  const dirty = comparesWrites(memory, inTurn);
  if (!accountsHold(memory, state, tx, memory.u32(out + OUT_ACCOUNTS), dirty)) return false;
  return slotsKnown || slotsHold(memory, state, memory.u32(out + OUT_SLOTS), Number.POSITIVE_INFINITY, dirty);
}

/** Checks part `part` of a large read set; the part behind the noted ones is what was read last. */
export function partHolds(memory: Memory, state: number, out: number, part: number): boolean {
  const dirty = comparesWrites(memory, false);
  const parts = memory.u32(out + OUT_CHUNK_COUNT);
  const heads = memory.u32(out + OUT_CHUNKS);
  if (part < parts) return slotsHold(memory, state, memory.u32(heads + 4 * part), CHECK_SLOTS, dirty);
  const rest = memory.u32(out + OUT_SLOT_COUNT) - parts * CHECK_SLOTS;
  return slotsHold(memory, state, memory.u32(out + OUT_SLOTS), rest, dirty);
}

/** What was read: lists of local records. */
interface ReadSet {
  accounts: number;
  slots: number;
}

/** True if what step `step` has read is not what it would read now, as far as can be seen. */
function areStale(memory: Memory, state: number, block: number, { accounts, slots }: ReadSet, step: number): boolean {
  for (let account = accounts; account !== 0; account = memory.u32(account + LACC_NEXT)) {
    const reads = memory.u32(account + LACC_READS);
    const entry = reads === 0 ? 0 : currentAccount(memory, state, account);
    const seen = entry === 0 ? undefined : accountAt(memory, block, entry, step);
    if (seen === undefined) continue;
    const now = seen || accountRecord(memory, entry);
    const source = memory.u32(account + LACC_SOURCE);
    if (now !== source && !agree(memory, now, source, reads)) return true;
  }
  for (let slot = slots; slot !== 0; slot = memory.u32(slot + LSLOT_NEXT)) {
    const entry = memory.u32(slot + LSLOT_LOADED) === 0 ? 0 : currentSlot(memory, state, slot);
    const seen = entry === 0 ? undefined : slotAt(memory, block, entry, step);
    if (seen === undefined) continue;
    const now = seen || slotRecord(memory, entry);
    const isSame = now === memory.u32(slot + LSLOT_SOURCE) || memory.equal(now, slot + LSLOT_ORIGINAL, WORDS);
    if (!isSame) return true;
  }
  return false;
}

/** True if the outcome of `step`, which waits for its turn, will fail there as far as can be seen. By the holder of the token. */
export function isStale(memory: Memory, state: number, block: number, out: number, step: number): boolean {
  const status = memory.u32(out + OUT_STATUS);
  if (status === STATUS_ABORTED) return true;
  if (status > STATUS_ABORTED) return false; // it left no reads
  const reads = { accounts: memory.u32(out + OUT_ACCOUNTS), slots: memory.u32(out + OUT_SLOTS) };
  return areStale(memory, state, block, reads, step);
}

/** Ends the running attempt if the job is aborted, or if what it read ahead of its turn holds no more. */
export function endIfDoomed(context: Context): void {
  const { memory, at } = context;
  const now = memory.load32(CTL_ABORT);
  if (now === memory.u32(at + CTX_ABORT_SEEN)) return;
  if ((now & 1) !== 0) context.end(STATUS_ABORTED);
  memory.setU32(at + CTX_ABORT_SEEN, now);
  if ((context.mode & MODE_IN_TURN) !== 0) return;
  const reads = { accounts: memory.u32(at + CTX_ACCOUNTS), slots: memory.u32(at + CTX_SLOTS) };
  if (areStale(memory, context.state, context.block, reads, memory.u32(at + CTX_STEP))) context.end(STATUS_ABORTED);
}
