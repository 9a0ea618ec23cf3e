// SELFDESTRUCT: moves the balance; the account itself goes at the end of the transaction, from Cancun on only if it was
// created in the same one (EIP-6780).

import { save256 } from './journal';
import {
  CTX_REFUND,
  CTX_SPEC,
  FLAG_DESTROY_ONLY_CREATED,
  LACC_BALANCE,
  LACC_CREATED,
  LACC_DESTROYED,
  SPEC_COLD_ACCOUNT,
  SPEC_DESTROY_NEW_ACCOUNT,
  SPEC_DESTROY_REFUND,
  SPEC_FLAGS,
} from './layout';
import { Account, bringsToLife, credit, localAccount, touch, warmAccount } from './local';
import { Trace } from './trace';
import * as u256 from './u256';

function clearBalance(ctx: usize, account: usize): void {
  save256(ctx, account + LACC_BALANCE);
  u256.setZero(account + LACC_BALANCE);
  touch(ctx, account);
}

/** Returns the gas left, negative if it does not suffice. The instruction's base gas is paid. */
export function selfDestruct(ctx: usize, account: usize, heirWord: usize, gas: i64): i64 {
  const spec = load<u32>(ctx, CTX_SPEC);
  const heir = localAccount(ctx, heirWord);
  const balance = Account.balance(account);
  if (warmAccount(ctx, heir)) gas -= load<u32>(spec, SPEC_COLD_ACCOUNT);
  if (bringsToLife(spec, heir, !u256.isZero(balance))) gas -= load<u32>(spec, SPEC_DESTROY_NEW_ACCOUNT);
  if (gas < 0) return gas;
  Trace.destroys(ctx, account, heir, balance);
  const survives =
    (load<u32>(spec, SPEC_FLAGS) & FLAG_DESTROY_ONLY_CREATED) != 0 && !Account.has(account, LACC_CREATED);
  if (heir != account) {
    if (u256.isZero(balance)) touch(ctx, heir);
    else credit(ctx, heir, balance);
    clearBalance(ctx, account);
  } else if (!survives) {
    clearBalance(ctx, account);
  }
  if (survives || Account.has(account, LACC_DESTROYED)) return gas;
  Account.raise(ctx, account, LACC_DESTROYED);
  store<i64>(ctx, load<i64>(ctx, CTX_REFUND) + <i64>load<u32>(spec, SPEC_DESTROY_REFUND), CTX_REFUND);
  return gas;
}
