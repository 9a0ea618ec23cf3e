// SSTORE: by what is there and what is written (Frontier to Byzantium, Petersburg), or by the net effect on the value at
// the start of the transaction (EIP-1283, EIP-2200 and the numbers of EIP-2929 and EIP-3529).
import {
  CTX_REFUND,
  CTX_SPEC,
  FLAG_NET_STORAGE_GAS,
  LSLOT_ORIGINAL,
  LSLOT_VALUE,
  SPEC_COLD_SLOT,
  SPEC_FLAGS,
  SPEC_SSTORE_CLEAR_REFUND,
  SPEC_SSTORE_DIRTY,
  SPEC_SSTORE_RESET,
  SPEC_SSTORE_SENTRY,
  SPEC_SSTORE_SET,
} from './layout';
import { loadSlot, localSlot, setSlot, warmSlot } from './local';
import * as u256 from './u256';

function addRefund(ctx: usize, amount: i64): void {
  store<i64>(ctx, load<i64>(ctx, CTX_REFUND) + amount, CTX_REFUND);
}

/** Gas by current and new value. */
function plainGas(ctx: usize, spec: usize, slot: usize, value: usize): i64 {
  const wasZero = u256.isZero(slot + LSLOT_VALUE);
  const isZero = u256.isZero(value);
  if (!wasZero && isZero) addRefund(ctx, load<u32>(spec, SPEC_SSTORE_CLEAR_REFUND));
  return wasZero && !isZero ? load<u32>(spec, SPEC_SSTORE_SET) : load<u32>(spec, SPEC_SSTORE_RESET);
}

/** Gas by original, current and new value. */
function netGas(ctx: usize, spec: usize, slot: usize, value: usize): i64 {
  const dirty: i64 = load<u32>(spec, SPEC_SSTORE_DIRTY);
  const set: i64 = load<u32>(spec, SPEC_SSTORE_SET);
  const reset: i64 = load<u32>(spec, SPEC_SSTORE_RESET);
  const clear: i64 = load<u32>(spec, SPEC_SSTORE_CLEAR_REFUND);
  const original = slot + LSLOT_ORIGINAL;
  const current = slot + LSLOT_VALUE;
  if (u256.eq(current, value)) return dirty;
  const wasZero = u256.isZero(original);
  if (u256.eq(original, current)) {
    if (wasZero) return set;
    if (u256.isZero(value)) addRefund(ctx, clear);
    return reset;
  }
  if (!wasZero) {
    if (u256.isZero(current)) addRefund(ctx, -clear);
    else if (u256.isZero(value)) addRefund(ctx, clear);
  }
  if (u256.eq(original, value)) addRefund(ctx, (wasZero ? set : reset) - dirty);
  return dirty;
}

/** Writes `value` to the account's slot `number`. Returns the gas left, negative if it does not suffice. */
export function storageGas(ctx: usize, account: usize, number: usize, value: usize, gas: i64): i64 {
  const spec = load<u32>(ctx, CTX_SPEC);
  const sentry = load<u32>(spec, SPEC_SSTORE_SENTRY);
  if (sentry != 0 && gas <= <i64>sentry) return -1;
  const slot = localSlot(ctx, account, number);
  loadSlot(ctx, slot);
  if (warmSlot(ctx, slot)) gas -= load<u32>(spec, SPEC_COLD_SLOT);
  const isNet = (load<u32>(spec, SPEC_FLAGS) & FLAG_NET_STORAGE_GAS) != 0;
  gas -= isNet ? netGas(ctx, spec, slot, value) : plainGas(ctx, spec, slot, value);
  if (gas >= 0) setSlot(ctx, slot, value);
  return gas;
}
