// Versions: what attempts ahead of the frontier wrote, visible to later steps before it is confirmed. Each entry has a
// chain of versions in descending order of their steps; look-ups go down to the newest one below the reader's step.
//
// Correct because nothing here decides anything: a version is a guess that confirming compares with what became of it.
// A version is complete before it is linked, linked by compare-and-swap, and never changed, unlinked or reused while its
// job runs, so no reader sees half of one. It counts only while its step's control word says that the very attempt which
// wrote it is done; one store of that word publishes an attempt and one takes it back.
import { accountChanges, applyChanges, stampChanges } from './changes';
import {
  ACCOUNT_CHAIN,
  BLOCK_OUTCOMES,
  CTL_EPOCH,
  CTL_FRONTIER,
  CTX_ACCOUNTS,
  CTX_BLOCK,
  CTX_DEPENDENCY,
  CTX_FULL,
  CTX_OUT,
  CTX_SLOTS,
  CTX_STATE,
  CTX_STEP,
  CTX_UNCONFIRMED_READS,
  CTX_VERSIONS_END,
  CTX_VERSIONS_NEXT,
  LACC_ADDRESS,
  LACC_CODE,
  LACC_DESTROYED,
  LACC_ENTRY,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_NEXT,
  LACC_RECORD,
  LACC_SOURCE,
  LSLOT_ACCOUNT,
  LSLOT_ENTRY,
  LSLOT_KEY,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_ORIGINAL,
  LSLOT_RECORD,
  LSLOT_VALUE,
  OUT_BYTES,
  OUT_CONTROL,
  REC_BYTES,
  REC_CODE,
  RECORD_NONE,
  SLOT_CHAIN,
  STEP_ATTEMPT_SHIFT,
  STEP_DONE,
  STEP_RUN,
  STEP_STATE,
  VER_ATTEMPT,
  VER_FLAGS,
  VER_NEXT,
  VER_RECORD,
  VER_STEP,
  VERSION_PENDING,
} from './layout';
import { Account } from './local';
import { Point } from './points';
import { shareAccountEntry, shareSlotEntry } from './state';
import * as u256 from './u256';

export function controlOf(block: usize, step: u32): u32 {
  Point.shared();
  return atomic.load<u32>(load<u32>(block, BLOCK_OUTCOMES) + (step - 1) * OUT_BYTES, OUT_CONTROL);
}

function firstOf(chain: usize): usize {
  Point.shared();
  const head = atomic.load<u64>(chain);
  return <u32>(head >> 32) == load<u32>(CTL_EPOCH) ? <usize>(<u32>head) : 0;
}

/** What a look-up found instead of a version: nothing, or one that is being redone (with its step in the upper bits). */
const NO_VERSION: usize = 0;
const SUPERSEDED: usize = 1;

/**
 * The newest version in the chain below `step` that counts. NO_VERSION: what is confirmed holds. SUPERSEDED: the one that
 * would answer is taken back and its step not done again (supersededStep tells which).
 */
function newestBelow(block: usize, chain: usize, step: u32): usize {
  Point.shared();
  const confirmed = atomic.load<u32>(CTL_FRONTIER);
  for (let at = firstOf(chain); at != 0; at = atomic.load<u32>(at, VER_NEXT)) {
    const writer = load<u32>(at, VER_STEP);
    if (writer < confirmed) return NO_VERSION;
    if (writer >= step) continue;
    const control = controlOf(block, writer);
    const isCurrent = control >> STEP_ATTEMPT_SHIFT == load<u32>(at, VER_ATTEMPT);
    const state = control & STEP_STATE;
    if (state >= <u32>STEP_DONE) {
      if (isCurrent) return at;
    } else if (!isCurrent || state != STEP_RUN) {
      return SUPERSEDED | ((<usize>writer) << 1);
    }
  }
  return NO_VERSION;
}

/** The step of which a look-up says that it is being redone, 0 for anything else. Versions are even addresses. */
function supersededStep(found: usize): u32 {
  return (found & SUPERSEDED) != 0 ? <u32>(found >> 1) : 0;
}

/**
 * The record that an attempt at its step sees in the chain, 0 where what is confirmed answers. A version that is being
 * redone voids the attempt, which then waits for the writer.
 */
function visible(ctx: usize, chain: usize): usize {
  const found = newestBelow(load<u32>(ctx, CTX_BLOCK), chain, load<u32>(ctx, CTX_STEP));
  if (found == NO_VERSION) return 0;
  let writer = supersededStep(found);
  if (writer == 0 && (load<u32>(found, VER_FLAGS) & VERSION_PENDING) != 0) writer = load<u32>(found, VER_STEP);
  if (writer != 0) {
    store<u32>(ctx, writer, CTX_DEPENDENCY);
    store<u32>(ctx, 1, CTX_FULL);
    return 0;
  }
  store<u32>(ctx, load<u32>(ctx, CTX_UNCONFIRMED_READS) + 1, CTX_UNCONFIRMED_READS);
  return found + VER_RECORD;
}

export function visibleAccount(ctx: usize, entry: usize): usize {
  return visible(ctx, entry + ACCOUNT_CHAIN);
}

export function visibleSlot(ctx: usize, entry: usize): usize {
  return visible(ctx, entry + SLOT_CHAIN);
}

/** The record that step `step` would see in the chain now; 0: what is confirmed, 1: nobody can say yet. */
function recordAt(block: usize, chain: usize, step: u32): usize {
  const found = newestBelow(block, chain, step);
  if (found == NO_VERSION) return 0;
  if (supersededStep(found) != 0 || (load<u32>(found, VER_FLAGS) & VERSION_PENDING) != 0) return 1;
  return found + VER_RECORD;
}

export function accountAt(block: usize, entry: usize, step: u32): usize {
  return recordAt(block, entry + ACCOUNT_CHAIN, step);
}

export function slotAt(block: usize, entry: usize, step: u32): usize {
  return recordAt(block, entry + SLOT_CHAIN, step);
}

// ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Puts a complete version into its place of the chain. Links are only ever put in, so the place found stays one. */
function link(chain: usize, version: usize, step: u32): void {
  const tag = (<u64>load<u32>(CTL_EPOCH)) << 32;
  while (true) {
    const head = atomic.load<u64>(chain);
    const first: usize = head >> 32 == tag >> 32 ? <usize>(<u32>head) : 0;
    if (first != 0 && load<u32>(first, VER_STEP) > step) break;
    store<u32>(version, <u32>first, VER_NEXT);
    Point.shared();
    if (atomic.cmpxchg<u64>(chain, head, tag | <u64>version) == head) return;
  }
  let above = firstOf(chain);
  while (true) {
    const next = atomic.load<u32>(above, VER_NEXT);
    if (next != 0 && load<u32>(next, VER_STEP) > step) {
      above = next;
      continue;
    }
    store<u32>(version, next, VER_NEXT);
    Point.shared();
    if (atomic.cmpxchg<u32>(above, next, <u32>version, VER_NEXT) == next) return;
  }
}

/** `bytes` that live until the job ends; 0 when the slot's memory for them is used up. */
export function keepForJob(ctx: usize, bytes: u32): usize {
  const at = load<u32>(ctx, CTX_VERSIONS_NEXT);
  const next = at + ((bytes + 15) & ~15);
  if (next > load<u32>(ctx, CTX_VERSIONS_END) || next < at) return 0;
  store<u32>(ctx, next, CTX_VERSIONS_NEXT);
  return at;
}

/** A version of this attempt without its record; 0 when there is no memory for it. */
function openVersion(ctx: usize, recordBytes: u32): usize {
  const at = keepForJob(ctx, VER_RECORD + recordBytes);
  if (at == 0) return 0;
  store<u32>(at, load<u32>(ctx, CTX_STEP), VER_STEP);
  store<u32>(at, load<u32>(load<u32>(ctx, CTX_OUT), OUT_CONTROL) >> STEP_ATTEMPT_SHIFT, VER_ATTEMPT);
  store<u32>(at, 0, VER_FLAGS);
  return at;
}

function shareAccount(state: usize, account: usize): usize {
  let entry: usize = load<u32>(account, LACC_ENTRY);
  if (entry == 0) {
    entry = shareAccountEntry(state, account + LACC_ADDRESS, account + LACC_KEY);
    store<u32>(account, <u32>entry, LACC_ENTRY);
  }
  return entry;
}

function publishAccountVersion(ctx: usize, account: usize): void {
  const block: usize = load<u32>(ctx, CTX_BLOCK);
  const source: usize = load<u32>(account, LACC_SOURCE);
  if (!accountChanges(block, account, source, source)) return;
  store<u32>(account, RECORD_NONE, LACC_RECORD);
  const entry = shareAccount(load<u32>(ctx, CTX_STATE), account);
  const version = entry == 0 ? 0 : openVersion(ctx, REC_BYTES);
  if (version == 0) return;
  memory.copy(version + VER_RECORD, source, REC_BYTES);
  const code = load<u32>(account, LACC_CODE);
  const isNew = code != 0 && code != load<u32>(source, REC_CODE);
  applyChanges(block, account, source, version + VER_RECORD, code);
  stampChanges(version + VER_RECORD, source, load<u32>(ctx, CTX_STEP));
  if (isNew) store<u32>(version, VERSION_PENDING, VER_FLAGS);
  else store<u32>(account, <u32>(version + VER_RECORD), LACC_RECORD);
  link(entry + ACCOUNT_CHAIN, version, load<u32>(ctx, CTX_STEP));
}

function publishSlotVersion(ctx: usize, slot: usize): void {
  const account: usize = load<u32>(slot, LSLOT_ACCOUNT);
  const owner: usize = load<u32>(account, LACC_ENTRY);
  if (owner == 0 || Account.has(account, LACC_DESTROYED)) return;
  let entry: usize = load<u32>(slot, LSLOT_ENTRY);
  if (entry == 0) {
    const incarnation = load<u32>(account, LACC_INCARNATION);
    entry = shareSlotEntry(load<u32>(ctx, CTX_STATE), owner, incarnation, slot + LSLOT_NUMBER, slot + LSLOT_KEY);
    store<u32>(slot, <u32>entry, LSLOT_ENTRY);
  }
  store<u32>(slot, RECORD_NONE, LSLOT_RECORD);
  const version = entry == 0 ? 0 : openVersion(ctx, 32);
  if (version == 0) return;
  u256.copy(version + VER_RECORD, slot + LSLOT_VALUE);
  store<u32>(slot, <u32>(version + VER_RECORD), LSLOT_RECORD);
  link(entry + SLOT_CHAIN, version, load<u32>(ctx, CTX_STEP));
}

/** Links a version for each key that the attempt changed, as far as the memory for them goes. */
export function publishVersions(ctx: usize): void {
  for (let a: usize = load<u32>(ctx, CTX_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT)) publishAccountVersion(ctx, a);
  for (let s: usize = load<u32>(ctx, CTX_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT)) {
    const changed = load<u32>(s, LSLOT_LOADED) != 0 && !u256.eq(s + LSLOT_VALUE, s + LSLOT_ORIGINAL);
    if (changed) publishSlotVersion(ctx, s);
  }
}
