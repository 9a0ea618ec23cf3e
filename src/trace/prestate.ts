// What a transaction needs of the state, or what it changes, in the form of geth's prestateTracer
// (eth/tracers/native/prestate.go). Whether an account is gone is told by what becomes of it (EIP-6780), not by the
// instruction.
import type { Hex } from '../block/types.ts';
import { hexQuantity } from '../hex.ts';
import type { FoundAccount, FoundFields, FoundSlot } from './footprints.ts';
import type { PrestateTraceOptions } from './options.ts';

/** An account as prestateTracer tells it; what is absent is zero or, in a difference, as it was. */
export interface PrestateAccount {
  /** wei, 0x-quantity */
  balance?: Hex;
  /** Number of transactions sent, or contracts created. */
  nonce?: number;
  /** The byte code. */
  code?: Hex;
  /** In place of code of which the state knows the hash alone. */
  codeHash?: Hex;
  /** 32 bytes by 32 bytes. */
  storage?: Record<Hex, Hex>;
}

/** Accounts by address. */
export type Prestate = Record<Hex, PrestateAccount>;

/** What a transaction changes: accounts before, with what they had of it, and what is new after. */
export interface PrestateDiff {
  /** What is new after the transaction. */
  post: Prestate;
  /** What was before, of accounts that changed. */
  pre: Prestate;
}

type Options = Required<PrestateTraceOptions>;

const ZERO: Hex = `0x${'0'.repeat(64)}`;

/** True for what is left out: an account that was not there, or empty (EIP-161). */
const isLeftOut = ({ before }: FoundAccount, { includeEmpty }: Options): boolean =>
  !includeEmpty &&
  before.balance === 0n &&
  before.nonce === 0n &&
  before.code === undefined &&
  before.codeHash === undefined;

function storageOf(slots: readonly FoundSlot[], value: (slot: FoundSlot) => Hex): { storage?: Record<Hex, Hex> } {
  if (slots.length === 0) return {};
  return { storage: Object.fromEntries(slots.map((each) => [each.slot, value(each)])) };
}

const codeOf = (
  { code, codeHash }: FoundFields,
  { disableCode }: Options,
): Pick<PrestateAccount, 'code' | 'codeHash'> =>
  disableCode ? {} : { ...(code !== undefined && { code }), ...(codeHash !== undefined && { codeHash }) };

function accountBefore({ before }: FoundAccount, slots: readonly FoundSlot[], options: Options): PrestateAccount {
  return {
    balance: hexQuantity(before.balance),
    ...codeOf(before, options),
    ...(before.nonce !== 0n && { nonce: Number(before.nonce) }),
    ...storageOf(slots, (slot) => slot.before),
  };
}

/** What became of the account; undefined: it is as it was. */
function accountAfter({ before, after, slots }: FoundAccount, options: Options): PrestateAccount | undefined {
  const changed = options.disableStorage ? [] : slots.filter((slot) => slot.before !== slot.after);
  const balance = before.balance !== after.balance;
  const nonce = before.nonce !== after.nonce;
  const code = before.code !== after.code;
  if (!balance && !nonce && !code && changed.length === 0) return undefined;
  const left = changed.filter((slot) => slot.after !== ZERO);
  return {
    ...(balance && { balance: hexQuantity(after.balance) }),
    ...(code && codeOf(after, options)),
    ...(nonce && { nonce: Number(after.nonce) }),
    ...storageOf(left, (slot) => slot.after),
  };
}

/** Everything that a transaction met as it was before it. */
export function prestateTrace(accounts: readonly FoundAccount[], options: Options): Prestate {
  const state: Prestate = {};
  for (const account of accounts) {
    const slots = options.disableStorage ? [] : account.slots;
    if (!isLeftOut(account, options)) state[account.address] = accountBefore(account, slots, options);
  }
  return state;
}

/** What a transaction changed. */
export function prestateDiff(accounts: readonly FoundAccount[], options: Options): PrestateDiff {
  const [pre, post]: [Prestate, Prestate] = [{}, {}];
  for (const account of accounts) {
    const { address, isDestroyed, slots } = account;
    const after = isDestroyed ? undefined : accountAfter(account, options);
    if (!isDestroyed && after === undefined) continue;
    const had = slots.filter((slot) => slot.before !== ZERO && (isDestroyed || slot.before !== slot.after));
    if (after !== undefined) post[address] = after;
    if (!isLeftOut(account, options)) pre[address] = accountBefore(account, options.disableStorage ? [] : had, options);
  }
  return { post, pre };
}
