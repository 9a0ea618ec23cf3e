// Layers: a block becomes the base before it is known to hold, and the base remembers what that has replaced. So the next block
// runs on a base like any other, looking in one place, and a block that does not hold is taken back.
//
// Correct because a layer is made and dropped between jobs, in which nobody reads, and because a block replaces each record
// once: whatever order they are put back in, the base is what it was.
import {
  ACCOUNT_BASE,
  ACCOUNT_HAS_STORAGE,
  ACCOUNT_TOUCHED_NEXT,
  LAYER_ACCOUNTS,
  LAYER_BEFORE,
  LAYER_ENTRY,
  LAYER_HAS_STORAGE,
  LAYER_ITEMS,
  LAYER_SLOTS,
  REC_BYTES,
  SLOT_ACCOUNT,
  SLOT_BASE,
  SLOT_TOUCHED_NEXT,
  STATE_TOUCHED_ACCOUNTS,
  STATE_TOUCHED_SLOTS,
} from './layout';
import { stateSettle } from './state';

const ACCOUNT_ITEM: u32 = LAYER_BEFORE + REC_BYTES;
const SLOT_ITEM: u32 = LAYER_BEFORE + 32;

/** Bytes of the layer of what a block on the state has changed. */
export function layerBytes(state: usize): u32 {
  let bytes: u32 = LAYER_ITEMS;
  for (let a: usize = load<u32>(state, STATE_TOUCHED_ACCOUNTS); a != 0; a = load<u32>(a, ACCOUNT_TOUCHED_NEXT))
    bytes += ACCOUNT_ITEM;
  for (let s: usize = load<u32>(state, STATE_TOUCHED_SLOTS); s != 0; s = load<u32>(s, SLOT_TOUCHED_NEXT))
    bytes += SLOT_ITEM;
  return bytes;
}

/** One item; returns what lies behind it. */
function note(item: usize, entry: usize, account: usize, before: usize, bytes: u32): usize {
  store<u32>(item, <u32>entry, LAYER_ENTRY);
  store<u32>(item, load<u32>(account, ACCOUNT_HAS_STORAGE), LAYER_HAS_STORAGE);
  memory.copy(item + LAYER_BEFORE, before, bytes);
  return item + LAYER_BEFORE + bytes;
}

/** Ends the block on this state: its versions become the base, and what they replace the layer at `layer` (layerBytes). */
export function stateKeep(state: usize, layer: usize): void {
  let item = layer + LAYER_ITEMS;
  let accounts: u32 = 0;
  let slots: u32 = 0;
  for (let a: usize = load<u32>(state, STATE_TOUCHED_ACCOUNTS); a != 0; a = load<u32>(a, ACCOUNT_TOUCHED_NEXT)) {
    item = note(item, a, a, a + ACCOUNT_BASE, REC_BYTES);
    accounts++;
  }
  for (let s: usize = load<u32>(state, STATE_TOUCHED_SLOTS); s != 0; s = load<u32>(s, SLOT_TOUCHED_NEXT)) {
    item = note(item, s, load<u32>(s, SLOT_ACCOUNT), s + SLOT_BASE, 32);
    slots++;
  }
  store<u32>(layer, accounts, LAYER_ACCOUNTS);
  store<u32>(layer, slots, LAYER_SLOTS);
  stateSettle(state, true);
}

/** Puts back what the layer's block has replaced. Between jobs, the block being the last one that has become the base. */
export function stateRestore(layer: usize): void {
  let item = layer + LAYER_ITEMS;
  for (let left = load<u32>(layer, LAYER_ACCOUNTS); left != 0; left--) {
    const account: usize = load<u32>(item, LAYER_ENTRY);
    memory.copy(account + ACCOUNT_BASE, item + LAYER_BEFORE, REC_BYTES);
    store<u32>(account, load<u32>(item, LAYER_HAS_STORAGE), ACCOUNT_HAS_STORAGE);
    item += ACCOUNT_ITEM;
  }
  for (let left = load<u32>(layer, LAYER_SLOTS); left != 0; left--) {
    const slot: usize = load<u32>(item, LAYER_ENTRY);
    memory.copy(slot + SLOT_BASE, item + LAYER_BEFORE, 32);
    store<u32>(load<u32>(slot, SLOT_ACCOUNT), load<u32>(item, LAYER_HAS_STORAGE), ACCOUNT_HAS_STORAGE);
    item += SLOT_ITEM;
  }
}
