// Balances that rise where no attempt has written them: the fee recipient's rewards and the credits behind the transactions.
import {
  BLOCK_COINBASE,
  BLOCK_COINBASE_ENTRY,
  CTX_FULL,
  CTX_LACK,
  LACK_BYTES,
  LACK_STATUS,
  REC_BALANCE,
  REC_EXISTS,
  STATE_FULL,
  STATE_LACK,
} from '../../assembly/layout.ts';
import { clearsState, stampChanges } from './changes.ts';
import type { Context } from './context.ts';
import { draft } from './publish.ts';
import { accountEntry, accountKey, accountRecord, addAccount, publishAccount, UNKNOWN_ENTRY } from './state.ts';

/** The entry of an account, 0 if there is none, or if the source cannot say: the job ends for that then. */
export function confirmedEntry(context: Context, state: number, address: number): number {
  const { memory, at } = context;
  const key = context.scratch + 64;
  accountKey(memory, key, address);
  memory.setU32(at + CTX_FULL, 0); // what the last attempt here lacked is told, or of no interest
  const entry = accountEntry(context, state, address, key);
  if (entry !== UNKNOWN_ENTRY) return entry;
  memory.copy(state + STATE_LACK, at + CTX_LACK, LACK_BYTES);
  memory.setU32(state + STATE_FULL, memory.u32(at + CTX_LACK + LACK_STATUS));
  return 0;
}

/** The entry of an account, made if there is none; 0 when the memory is exhausted. */
function madeEntry(context: Context, state: number, address: number): number {
  const entry = confirmedEntry(context, state, address);
  if (entry !== 0 || context.memory.u32(state + STATE_FULL) !== 0) return entry;
  return addAccount(context, state, address, context.scratch + 64);
}

function creditEntry(
  context: Context,
  state: number,
  block: number,
  entry: number,
  amount: bigint,
  step: number,
): void {
  const { memory } = context;
  const now = entry === 0 ? 0 : accountRecord(memory, entry);
  const record = entry === 0 ? 0 : draft(context, state, block, now);
  if (record === 0) return;
  memory.setU256(record + REC_BALANCE, memory.u256(record + REC_BALANCE) + amount);
  memory.setU32(record + REC_EXISTS, 1);
  stampChanges(memory, record, now, step);
  publishAccount(memory, state, entry, record);
}

/** Adds `amount` to an account's confirmed balance; from EIP-161 on an amount of zero leaves no trace. */
export function creditConfirmed(
  context: Context,
  state: number,
  block: number,
  address: number,
  amount: bigint,
  step: number,
): void {
  if (amount === 0n && clearsState(context.memory, block)) return;
  creditEntry(context, state, block, madeEntry(context, state, address), amount, step);
}

/** The fee recipient's reward. Its entry is looked up once per block. */
export function creditReward(context: Context, state: number, block: number, reward: bigint, step: number): void {
  const { memory } = context;
  let entry = memory.u32(block + BLOCK_COINBASE_ENTRY);
  if (entry === 0) {
    entry = madeEntry(context, state, block + BLOCK_COINBASE);
    memory.setU32(block + BLOCK_COINBASE_ENTRY, entry);
  }
  creditEntry(context, state, block, entry, reward, step);
}
