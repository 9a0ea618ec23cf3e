// The local storage slots of an attempt (assembly/local.ts has the record).
import {
  CHECK_CHUNKS,
  CHECK_SLOTS,
  CTX_CHUNKS,
  CTX_FULL,
  CTX_LOCALS,
  CTX_SLOT_COUNT,
  CTX_SLOTS,
  FULL_LACK,
  LACC_ENTRY,
  LACC_INCARNATION,
  LOCALS_ACCOUNT_BUCKETS,
  LOCALS_SLOT_BUCKETS,
  LSLOT_ACCOUNT,
  LSLOT_BUCKET_NEXT,
  LSLOT_BYTES,
  LSLOT_ENTRY,
  LSLOT_KEY,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_NUMBER,
  LSLOT_ORIGINAL,
  LSLOT_SOURCE,
  LSLOT_VALUE,
  READ_STORAGE,
} from '../../assembly/layout.ts';
import { AttemptEnd, type Context } from './context.ts';
import { save256 } from './journal.ts';
import { bucketFirst, bucketPush, mixed, note, seesUnconfirmed } from './local.ts';
import { slotKey, slotRecord, storageEntry, UNKNOWN_ENTRY } from './state.ts';
import { visibleSlot } from './versions.ts';

const NUMBER_WORDS = 8;

/** Counts a local slot and notes the heads of parts of the list, so that a large read set can be checked in parts. */
function countSlot({ memory, at }: Context, record: number): void {
  const count = memory.u32(at + CTX_SLOT_COUNT) + 1;
  memory.setU32(at + CTX_SLOT_COUNT, count);
  const part = Math.floor(count / CHECK_SLOTS) - 1;
  if (count % CHECK_SLOTS === 0 && part < CHECK_CHUNKS) memory.setU32(at + CTX_CHUNKS + 4 * part, record);
}

function load(context: Context, slot: number, account: number): void {
  const { memory } = context;
  note(memory, account, READ_STORAGE);
  slotKey(memory, slot + LSLOT_KEY, slot + LSLOT_NUMBER);
  const owner = memory.u32(account + LACC_ENTRY);
  const incarnation = memory.u32(account + LACC_INCARNATION);
  const [number, key] = [slot + LSLOT_NUMBER, slot + LSLOT_KEY];
  const entry = owner === 0 ? 0 : storageEntry(context, context.state, owner, incarnation, number, key);
  if (entry === UNKNOWN_ENTRY) {
    memory.setU32(context.at + CTX_FULL, FULL_LACK);
    throw new AttemptEnd(context.wasm.attemptLack(context.at));
  }
  memory.setU32(slot + LSLOT_LOADED, 1);
  memory.setU32(slot + LSLOT_ENTRY, entry);
  let source = entry !== 0 && seesUnconfirmed(context) ? visibleSlot(context, entry) : 0;
  if (source === 0 && entry !== 0) source = slotRecord(memory, entry);
  memory.setU32(slot + LSLOT_SOURCE, source);
  memory.copy(slot + LSLOT_VALUE, source, 32); // source 0: the zero page
  memory.copy(slot + LSLOT_ORIGINAL, source, 32);
}

/** The local record of storage slot `number`, 32 bytes as on the wire, of a local account, with its value. */
export function localSlot(context: Context, account: number, number: Uint8Array): number {
  const { memory, at } = context;
  const limbs = context.scratch;
  memory.putReversed(limbs, number, 32);
  const hash = mixed(memory, limbs, NUMBER_WORDS, context.seed ^ account);
  const buckets = memory.u32(at + CTX_LOCALS) + 8 * LOCALS_ACCOUNT_BUCKETS;
  const bucket = buckets + 8 * (hash & (LOCALS_SLOT_BUCKETS - 1));
  const first = bucketFirst(context, bucket);
  for (let slot = first; slot !== 0; slot = memory.u32(slot + LSLOT_BUCKET_NEXT))
    if (memory.u32(slot + LSLOT_ACCOUNT) === account && memory.equal(slot + LSLOT_NUMBER, limbs, NUMBER_WORDS))
      return slot;
  const slot = context.keep(LSLOT_BYTES);
  memory.fill(slot, 0, LSLOT_BYTES);
  memory.copy(slot + LSLOT_NUMBER, limbs, 32);
  memory.setU32(slot + LSLOT_ACCOUNT, account);
  load(context, slot, account);
  countSlot(context, slot);
  memory.setU32(slot + LSLOT_BUCKET_NEXT, first);
  bucketPush(context, bucket, slot);
  memory.setU32(slot + LSLOT_NEXT, memory.u32(at + CTX_SLOTS));
  memory.setU32(at + CTX_SLOTS, slot);
  return slot;
}

/** Big-endian, without leading zeros. */
function trimmed(word: Uint8Array): Uint8Array {
  const first = word.findIndex((byte) => byte !== 0);
  return first < 0 ? word.subarray(32) : word.subarray(first);
}

export const currentOf = ({ memory }: Context, slot: number): Uint8Array =>
  trimmed(memory.reversed(slot + LSLOT_VALUE, 32));

/** The value at the start of the transaction. */
export const originalOf = ({ memory }: Context, slot: number): Uint8Array =>
  trimmed(memory.reversed(slot + LSLOT_ORIGINAL, 32));

/** `value`: at most 32 bytes as on the wire. */
export function setValue(context: Context, slot: number, value: Uint8Array): void {
  save256(context, slot + LSLOT_VALUE);
  context.memory.putReversed(slot + LSLOT_VALUE, value, 32);
}
