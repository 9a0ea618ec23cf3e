// SSTORE: net gas metering by original, current and new value (EIP-2200 with the numbers of EIP-2929 and EIP-3529).
import {
  CTX_REFUND,
  CTX_SPEC,
  LSLOT_ORIGINAL,
  LSLOT_VALUE,
  SPEC_COLD_SLOT,
  SPEC_SSTORE_CLEAR_REFUND,
  SPEC_SSTORE_RESET,
  SPEC_SSTORE_SENTRY,
  SPEC_SSTORE_SET,
  SPEC_WARM,
} from './layout';
import { loadSlot, localSlot, setSlot, warmSlot } from './local';
import * as u256 from './u256';

function addRefund(ctx: usize, amount: i64): void {
  store<i64>(ctx, load<i64>(ctx, CTX_REFUND) + amount, CTX_REFUND);
}

/** Gas of the write itself; adjusts the refund counter. */
function writeGas(ctx: usize, spec: usize, slot: usize, value: usize): i64 {
  const warm: i64 = load<u32>(spec, SPEC_WARM);
  const set: i64 = load<u32>(spec, SPEC_SSTORE_SET);
  const reset: i64 = load<u32>(spec, SPEC_SSTORE_RESET);
  const clear: i64 = load<u32>(spec, SPEC_SSTORE_CLEAR_REFUND);
  const original = slot + LSLOT_ORIGINAL;
  const current = slot + LSLOT_VALUE;
  if (u256.eq(current, value)) return warm;
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
  if (u256.eq(original, value)) addRefund(ctx, (wasZero ? set : reset) - warm);
  return warm;
}

/** Writes `value` to the account's slot `number`. Returns the gas left, negative if it does not suffice. */
export function storageGas(ctx: usize, account: usize, number: usize, value: usize, gas: i64): i64 {
  const spec = load<u32>(ctx, CTX_SPEC);
  if (gas <= <i64>load<u32>(spec, SPEC_SSTORE_SENTRY)) return -1;
  const slot = localSlot(ctx, account, number);
  loadSlot(ctx, slot);
  if (warmSlot(ctx, slot)) gas -= load<u32>(spec, SPEC_COLD_SLOT);
  gas -= writeGas(ctx, spec, slot, value);
  if (gas >= 0) setSlot(ctx, slot, value);
  return gas;
}
