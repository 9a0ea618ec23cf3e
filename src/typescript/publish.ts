// Publishing: what an attempt wrote becomes the confirmed state, by the holder of the token (assembly/confirm.ts).
import {
  BLOCK_WORK,
  LACC_ADDRESS,
  LACC_CODE,
  LACC_DESTROYED,
  LACC_ENTRY,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_NEXT,
  LACC_READS,
  LACC_SOURCE,
  LSLOT_ACCOUNT,
  LSLOT_KEY,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_RECORD,
  LSLOT_VALUE,
  OUT_ACCOUNTS,
  OUT_SLOTS,
  READ_BALANCE,
  REC_BYTES,
  REC_CODE,
  REC_EXISTS,
  STAT_DELTAS_FOLDED,
  STATE_FULL,
  VER_RECORD,
  VER_STEP,
} from '../../assembly/layout.ts';
import { accountChanges, applyChanges, sameBalance, stampChanges } from './changes.ts';
import { count, currentSlot } from './compare.ts';
import type { Context } from './context.ts';
import { hasFlag } from './local.ts';
import { accountRecord, addAccount, addSlot, internCode, publishAccount, publishSlot } from './state.ts';
import { slotChanges } from './versions.ts';

/** Memory of the block; 0, and the state is full, without room. */
export function take({ memory, wasm }: Context, state: number, block: number, bytes: number): number {
  const at = wasm.bumpAlloc(block + BLOCK_WORK, bytes) >>> 0;
  if (at === 0) memory.setU32(state + STATE_FULL, 1);
  return at;
}

/** A copy of record `from` that the caller changes and publishes; 0 when the memory is exhausted. */
export function draft(context: Context, state: number, block: number, from: number): number {
  const record = take(context, state, block, REC_BYTES);
  if (record !== 0) context.memory.copy(record, from, REC_BYTES);
  return record;
}

/** The object that stands for an account's new code: the state's own, where it is kept. */
function newCode(context: Context, state: number, account: number, source: number): number {
  const { memory } = context;
  const code = memory.u32(account + LACC_CODE);
  const isNew = code !== memory.u32(source + REC_CODE) && !hasFlag(memory, account, LACC_DESTROYED);
  return isNew && code !== 0 ? internCode(context, state, code) : code;
}

function publishAccountChanges(context: Context, state: number, block: number, account: number, step: number): void {
  const { memory } = context;
  const source = memory.u32(account + LACC_SOURCE);
  let entry = memory.u32(account + LACC_ENTRY);
  const now = entry === 0 ? 0 : accountRecord(memory, entry);
  if (!accountChanges(memory, block, account, source, now)) return;
  const record = draft(context, state, block, now);
  if (record === 0) return;
  applyChanges(memory, block, account, source, record, newCode(context, state, account, source));
  stampChanges(memory, record, now, step);
  const folds = now !== source && (memory.u32(account + LACC_READS) & READ_BALANCE) === 0;
  if (folds && !sameBalance(memory, account, source)) count(memory, STAT_DELTAS_FOLDED);
  if (entry === 0) {
    if (memory.u32(record + REC_EXISTS) === 0) return;
    entry = addAccount(context, state, account + LACC_ADDRESS, account + LACC_KEY);
    if (entry === 0) return;
    memory.setU32(account + LACC_ENTRY, entry);
  }
  publishAccount(memory, state, entry, record);
}

function slotEntry(context: Context, state: number, slot: number, owner: number): number {
  const { memory } = context;
  return (
    currentSlot(memory, state, slot) ||
    addSlot(context, state, {
      account: owner,
      incarnation: memory.u32(memory.u32(slot + LSLOT_ACCOUNT) + LACC_INCARNATION),
      number: slot + LSLOT_NUMBER,
      key: slot + LSLOT_KEY,
    })
  );
}

/** A record of a confirmed slot has the head of a version, which names the step that wrote it. 0 when the memory is exhausted. */
function slotDraft(context: Context, state: number, block: number, slot: number, step: number): number {
  const { memory } = context;
  const version = take(context, state, block, VER_RECORD + 32);
  if (version === 0) return 0;
  memory.setU32(version + VER_STEP, step);
  memory.copy(version + VER_RECORD, slot + LSLOT_VALUE, 32);
  return version + VER_RECORD;
}

/** A slot's published version becomes its confirmed record. */
function publishSlotChange(context: Context, state: number, block: number, slot: number, step: number): void {
  const { memory } = context;
  if (!slotChanges(memory, slot)) return;
  const account = memory.u32(slot + LSLOT_ACCOUNT);
  const owner = memory.u32(account + LACC_ENTRY);
  if (owner === 0 || hasFlag(memory, account, LACC_DESTROYED)) return;
  const entry = slotEntry(context, state, slot, owner);
  if (entry === 0) return;
  const record = memory.u32(slot + LSLOT_RECORD) || slotDraft(context, state, block, slot, step);
  if (record !== 0) publishSlot(memory, state, entry, record);
}

/** Makes what the attempt wrote the confirmed state. */
export function publishWrites(context: Context, state: number, block: number, out: number, step: number): void {
  const { memory } = context;
  for (let a = memory.u32(out + OUT_ACCOUNTS); a !== 0; a = memory.u32(a + LACC_NEXT))
    publishAccountChanges(context, state, block, a, step);
  for (let s = memory.u32(out + OUT_SLOTS); s !== 0; s = memory.u32(s + LSLOT_NEXT))
    publishSlotChange(context, state, block, s, step);
}
