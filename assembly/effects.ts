// The effects of an attempt in short: what confirming needs where nothing came between. It then compares one word for each
// account and slot, and puts the published versions in place as they are. The attempt's own records, which lie in the
// caches of the core that has executed it, are only looked at where a word differs.
//
// Correct because heads only ever change to records that were never there before: as long as a head is what it was when
// the attempt read it, so is the record, and a version made from it is what publishing the change anew would give.
import {
  ACCOUNT_BASE,
  CTX_ACCOUNTS,
  CTX_KEPT_END,
  CTX_KEPT_NEXT,
  CTX_SLOTS,
  CTX_TX,
  EFF_BYTES,
  EFF_ENTRY,
  EFF_HEAD,
  EFF_RECORD,
  ENTRY_HEAD,
  LACC_ENTRY,
  LACC_NEXT,
  LACC_READS,
  LACC_RECORD,
  LACC_SOURCE,
  LSLOT_ENTRY,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_ORIGINAL,
  LSLOT_RECORD,
  LSLOT_SOURCE,
  OUT_EFFECT_ACCOUNTS,
  OUT_EFFECT_SLOTS,
  OUT_EFFECTS,
  READ_STATED_NONCE,
  REC_BYTES,
  REC_NONCE,
  RECORD_NONE,
  SLOT_BASE,
  TX_NONCE,
} from './layout';
import { publishAccount, publishSlot } from './state';
import { Words } from './u256words';

// ── Listing: by the slot that has executed ───────────────────────────────────────────────────────────────────────────

/** Appends an item; false where the arena has no room for it. */
function addItem(ctx: usize, entry: usize, head: usize, record: u32): bool {
  const item: usize = load<u32>(ctx, CTX_KEPT_NEXT);
  if (item + EFF_BYTES > <usize>load<u32>(ctx, CTX_KEPT_END)) return false;
  store<u32>(ctx, <u32>(item + EFF_BYTES), CTX_KEPT_NEXT);
  store<u32>(item, <u32>entry, EFF_ENTRY);
  store<u32>(item, <u32>head, EFF_HEAD);
  store<u32>(item, record, EFF_RECORD);
  return true;
}

/** True if an account's base is that of an entry made for an absent one. */
function isBlank(base: usize): bool {
  let bits: u64 = 0;
  for (let i: i32 = 0; i < REC_BYTES; i += 8) bits |= load<u64>(base + i);
  return bits == 0;
}

function addAccount(ctx: usize, account: usize): bool {
  const reads = load<u32>(account, LACC_READS);
  const record = load<u32>(account, LACC_RECORD);
  if (reads == 0 && record == 0) return true;
  const source: usize = load<u32>(account, LACC_SOURCE);
  const isStated = (reads & READ_STATED_NONCE) != 0;
  if (record == RECORD_NONE) return false;
  if (isStated && load<u64>(source, REC_NONCE) != load<u64>(load<u32>(ctx, CTX_TX), TX_NONCE)) return false;
  const entry: usize = load<u32>(account, LACC_ENTRY);
  if (entry == 0) return addItem(ctx, 0, account, 0);
  const base = entry + ACCOUNT_BASE;
  if (source == 0 && !isBlank(base)) return false;
  return addItem(ctx, entry, source == 0 || source == base ? 0 : source, record);
}

function addSlot(ctx: usize, slot: usize): bool {
  if (load<u32>(slot, LSLOT_LOADED) == 0) return true;
  const record = load<u32>(slot, LSLOT_RECORD);
  if (record == RECORD_NONE) return false;
  const source: usize = load<u32>(slot, LSLOT_SOURCE);
  const entry: usize = load<u32>(slot, LSLOT_ENTRY);
  if (entry == 0) return addItem(ctx, 0, slot, 0);
  const base = entry + SLOT_BASE;
  if (source == 0 && !Words.eqSettled(base, slot + LSLOT_ORIGINAL)) return false;
  return addItem(ctx, entry, source == 0 || source == base ? 0 : source, record);
}

/** Adds the attempt's accounts; false where one of them has no place in such a list. */
function addAccounts(ctx: usize): bool {
  for (let a: usize = load<u32>(ctx, CTX_ACCOUNTS); a != 0; a = load<u32>(a, LACC_NEXT))
    if (!addAccount(ctx, a)) return false;
  return true;
}

function addSlots(ctx: usize): bool {
  for (let s: usize = load<u32>(ctx, CTX_SLOTS); s != 0; s = load<u32>(s, LSLOT_NEXT))
    if (!addSlot(ctx, s)) return false;
  return true;
}

/** Lists the effects of the attempt at hand, which has published its versions, where a list can say them all. */
export function listEffects(ctx: usize, out: usize): void {
  const first = load<u32>(ctx, CTX_KEPT_NEXT);
  const hasAccounts = addAccounts(ctx);
  const middle = load<u32>(ctx, CTX_KEPT_NEXT);
  if (!hasAccounts || !addSlots(ctx)) {
    store<u32>(ctx, first, CTX_KEPT_NEXT);
    return;
  }
  store<u32>(out, first, OUT_EFFECTS);
  store<u32>(out, (middle - first) / EFF_BYTES, OUT_EFFECT_ACCOUNTS);
  store<u32>(out, (load<u32>(ctx, CTX_KEPT_NEXT) - middle) / EFF_BYTES, OUT_EFFECT_SLOTS);
}

// ── Confirming: by the holder of the token ───────────────────────────────────────────────────────────────────────────

export class Effect {
  /** True if the head of the item's entry is what it was, or its entry is still to be looked for. */
  @inline static isSettled(item: usize): bool {
    const entry: usize = load<u32>(item, EFF_ENTRY);
    return entry == 0 || load<u32>(entry, ENTRY_HEAD) == load<u32>(item, EFF_HEAD);
  }
}

/** Puts the records of a list in place. */
export function publishEffects(state: usize, out: usize): void {
  let item: usize = load<u32>(out, OUT_EFFECTS);
  for (let left = load<u32>(out, OUT_EFFECT_ACCOUNTS); left != 0; left--, item += EFF_BYTES) {
    const record: usize = load<u32>(item, EFF_RECORD);
    if (record != 0) publishAccount(state, load<u32>(item, EFF_ENTRY), record);
  }
  for (let left = load<u32>(out, OUT_EFFECT_SLOTS); left != 0; left--, item += EFF_BYTES) {
    const record: usize = load<u32>(item, EFF_RECORD);
    if (record != 0) publishSlot(state, load<u32>(item, EFF_ENTRY), record);
  }
}
