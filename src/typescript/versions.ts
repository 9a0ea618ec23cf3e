// Versions: what attempts ahead of the frontier wrote, visible to later steps before it is confirmed. The rules are those of
// assembly/versions.ts: a version counts while its step's control word says that the attempt which wrote it is done.
import {
  ACCOUNT_CHAIN,
  BLOCK_OUTCOMES,
  CTL_EPOCH,
  CTL_FRONTIER,
  CTX_ACCOUNTS,
  CTX_OUT,
  CTX_SLOTS,
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
} from '../../assembly/layout.ts';
import { accountChanges, applyChanges, stampChanges } from './changes.ts';
import type { Context } from './context.ts';
import { hasFlag } from './local.ts';
import type { Memory } from './memory.ts';
import { shareAccount, shareSlot } from './state.ts';

const LOW = 0xffffffffn;

/** A version that answers, a step that is being redone, or neither: what is confirmed holds. */
interface Found {
  version: number;
  superseded: number;
}

const CONFIRMED: Found = { version: 0, superseded: 0 };

function firstOf(memory: Memory, chain: number): number {
  const head = memory.load64(chain);
  return Number(head >> 32n) === memory.u32(CTL_EPOCH) ? Number(head & LOW) : 0;
}

/** The newest version in the chain below `step` that counts. */
function newestBelow(memory: Memory, block: number, chain: number, step: number): Found {
  const confirmed = memory.load32(CTL_FRONTIER);
  for (let version = firstOf(memory, chain); version !== 0; version = memory.load32(version + VER_NEXT)) {
    const writer = memory.u32(version + VER_STEP);
    if (writer < confirmed) return CONFIRMED;
    if (writer >= step) continue;
    const control = memory.load32(memory.u32(block + BLOCK_OUTCOMES) + (writer - 1) * OUT_BYTES + OUT_CONTROL);
    const isCurrent = control >>> STEP_ATTEMPT_SHIFT === memory.u32(version + VER_ATTEMPT);
    const state = control & STEP_STATE;
    if (state >= STEP_DONE) {
      if (isCurrent) return { version, superseded: 0 };
    } else if (!isCurrent || state !== STEP_RUN) return { version: 0, superseded: writer };
  }
  return CONFIRMED;
}

const isPending = (memory: Memory, version: number): boolean =>
  (memory.u32(version + VER_FLAGS) & VERSION_PENDING) !== 0;

/** The record that an attempt sees in the chain, 0 where what is confirmed answers. Ends it where it has to wait. */
function visible(context: Context, chain: number): number {
  const { memory, at } = context;
  const { version, superseded } = newestBelow(memory, context.block, chain, memory.u32(at + CTX_STEP));
  if (superseded !== 0) context.waitFor(superseded);
  if (version === 0) return 0;
  if (isPending(memory, version)) context.waitFor(memory.u32(version + VER_STEP));
  memory.setU32(at + CTX_UNCONFIRMED_READS, memory.u32(at + CTX_UNCONFIRMED_READS) + 1);
  return version + VER_RECORD;
}

export const visibleAccount = (context: Context, entry: number): number => visible(context, entry + ACCOUNT_CHAIN);
export const visibleSlot = (context: Context, entry: number): number => visible(context, entry + SLOT_CHAIN);

/** The record that step `step` would see in the chain now; 0: what is confirmed, undefined: nobody can say yet. */
function recordAt(memory: Memory, block: number, chain: number, step: number): number | undefined {
  const { version, superseded } = newestBelow(memory, block, chain, step);
  if (superseded !== 0) return undefined;
  if (version === 0) return 0;
  return isPending(memory, version) ? undefined : version + VER_RECORD;
}

export const accountAt = (memory: Memory, block: number, entry: number, step: number): number | undefined =>
  recordAt(memory, block, entry + ACCOUNT_CHAIN, step);
export const slotAt = (memory: Memory, block: number, entry: number, step: number): number | undefined =>
  recordAt(memory, block, entry + SLOT_CHAIN, step);

// ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Puts a complete version at the head of the chain; false if a version of a higher step stands there. */
function linkFirst(memory: Memory, chain: number, version: number, step: number): boolean {
  const epoch = BigInt(memory.u32(CTL_EPOCH));
  for (;;) {
    const head = memory.load64(chain);
    const first = head >> 32n === epoch ? Number(head & LOW) : 0;
    if (first !== 0 && memory.u32(first + VER_STEP) > step) return false;
    memory.setU32(version + VER_NEXT, first);
    if (memory.exchange64(chain, head, (epoch << 32n) | BigInt(version)) === head) return true;
  }
}

/** Puts a complete version into its place of the chain. Links are only ever put in, so the place found stays one. */
function link(memory: Memory, chain: number, version: number, step: number): void {
  if (linkFirst(memory, chain, version, step)) return;
  for (let above = firstOf(memory, chain); ; ) {
    const next = memory.load32(above + VER_NEXT);
    if (next !== 0 && memory.u32(next + VER_STEP) > step) {
      above = next;
      continue;
    }
    memory.setU32(version + VER_NEXT, next);
    if (memory.exchange32(above + VER_NEXT, next, version) === next) return;
  }
}

/** A version of this attempt without its record; 0 when the slot's memory for them is used up. */
function openVersion({ memory, at }: Context, recordBytes: number): number {
  const version = memory.u32(at + CTX_VERSIONS_NEXT);
  const next = version + VER_RECORD + recordBytes;
  if (next > memory.u32(at + CTX_VERSIONS_END)) return 0;
  memory.setU32(at + CTX_VERSIONS_NEXT, next);
  memory.setU32(version + VER_STEP, memory.u32(at + CTX_STEP));
  memory.setU32(version + VER_ATTEMPT, memory.u32(memory.u32(at + CTX_OUT) + OUT_CONTROL) >>> STEP_ATTEMPT_SHIFT);
  memory.setU32(version + VER_FLAGS, 0);
  return version;
}

function entryOf({ memory, state }: Context, account: number): number {
  const known = memory.u32(account + LACC_ENTRY);
  if (known !== 0) return known;
  const entry = shareAccount(memory, state, account + LACC_ADDRESS, account + LACC_KEY);
  memory.setU32(account + LACC_ENTRY, entry);
  return entry;
}

function publishAccountVersion(context: Context, account: number): void {
  const { memory, at, block } = context;
  const step = memory.u32(at + CTX_STEP);
  const source = memory.u32(account + LACC_SOURCE);
  if (!accountChanges(memory, block, account, source, source)) return;
  const entry = entryOf(context, account);
  const version = entry === 0 ? 0 : openVersion(context, REC_BYTES);
  if (version === 0) return;
  const record = version + VER_RECORD;
  const code = memory.u32(account + LACC_CODE);
  memory.copy(record, source, REC_BYTES);
  applyChanges(memory, block, account, source, record, code);
  stampChanges(memory, record, source, step);
  if (code !== 0 && code !== memory.u32(source + REC_CODE)) memory.setU32(version + VER_FLAGS, VERSION_PENDING);
  link(memory, entry + ACCOUNT_CHAIN, version, step);
}

function slotEntryOf({ memory, state }: Context, slot: number, account: number): number {
  const known = memory.u32(slot + LSLOT_ENTRY);
  if (known !== 0) return known;
  const entry = shareSlot(memory, state, {
    account,
    incarnation: memory.u32(memory.u32(slot + LSLOT_ACCOUNT) + LACC_INCARNATION),
    number: slot + LSLOT_NUMBER,
    key: slot + LSLOT_KEY,
  });
  memory.setU32(slot + LSLOT_ENTRY, entry);
  return entry;
}

function publishSlotVersion(context: Context, slot: number): void {
  const { memory, at } = context;
  const account = memory.u32(slot + LSLOT_ACCOUNT);
  const owner = memory.u32(account + LACC_ENTRY);
  if (owner === 0 || hasFlag(memory, account, LACC_DESTROYED)) return;
  const entry = slotEntryOf(context, slot, owner);
  const version = entry === 0 ? 0 : openVersion(context, 32);
  if (version === 0) return;
  memory.copy(version + VER_RECORD, slot + LSLOT_VALUE, 32);
  memory.setU32(slot + LSLOT_RECORD, version + VER_RECORD);
  link(memory, entry + SLOT_CHAIN, version, memory.u32(at + CTX_STEP));
}

/** True if the attempt leaves another value in the slot than it found. */
export const slotChanges = (memory: Memory, slot: number): boolean =>
  memory.u32(slot + LSLOT_LOADED) !== 0 && !memory.equal(slot + LSLOT_VALUE, slot + LSLOT_ORIGINAL, 8);

/** Links a version for each key that the attempt changed, as far as the memory for them goes. */
export function publishVersions(context: Context): void {
  const { memory, at } = context;
  for (let a = memory.u32(at + CTX_ACCOUNTS); a !== 0; a = memory.u32(a + LACC_NEXT)) publishAccountVersion(context, a);
  for (let s = memory.u32(at + CTX_SLOTS); s !== 0; s = memory.u32(s + LSLOT_NEXT))
    if (slotChanges(memory, s)) publishSlotVersion(context, s);
}
