// The local accounts of an attempt (assembly/local.ts has the record): working set, read set and write set in one. Each is
// loaded once from the newest record below the step; what the result depends on is noted where it is read.
import {
  BLOCK_COINBASE,
  CTX_ACCOUNTS,
  CTX_ATTEMPT,
  CTX_COINBASE,
  CTX_LOCALS,
  CTX_TX,
  FLAG_STATE_CLEARING,
  FLAG_WARM_COINBASE,
  LACC_ADDRESS,
  LACC_BALANCE,
  LACC_BORN,
  LACC_BUCKET_NEXT,
  LACC_BYTES,
  LACC_CODE,
  LACC_ENTRY,
  LACC_EXISTS,
  LACC_FLAGS,
  LACC_INCARNATION,
  LACC_KEY,
  LACC_LOW,
  LACC_NEXT,
  LACC_NONCE,
  LACC_READS,
  LACC_SOURCE,
  LACC_TOUCHED,
  LACC_UNKNOWN,
  LACC_WARM,
  LOCALS_ACCOUNT_BUCKETS,
  MODE_DELTAS,
  MODE_IN_TURN,
  MODE_UNCONFIRMED,
  READ_BALANCE,
  READ_CODE,
  READ_COVER,
  READ_EMPTY,
  REC_BALANCE,
  REC_CODE,
  REC_EXISTS,
  REC_INCARNATION,
  REC_NONCE,
  SPEC_P256,
  SPEC_PRECOMPILES,
} from '../../assembly/layout.ts';
import type { Context } from './context.ts';
import { save64, save256 } from './journal.ts';
import type { Memory } from './memory.ts';
import { accountEntry, accountKey, accountRecord, UNKNOWN_ENTRY } from './state.ts';
import { visibleAccount } from './versions.ts';

const RIPEMD160 = 3;
const P256 = 0x100;

/** 32-bit words to one hash that nobody can aim at without the seed. */
export function mixed(memory: Memory, at: number, words: number, seed: number): number {
  let hash = seed;
  for (let i = 0; i < words; i++) {
    hash = Math.imul(hash ^ memory.u32(at + 4 * i), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** The newest local record of a bucket; those of other attempts do not count. */
export const bucketFirst = ({ memory, at }: Context, bucket: number): number =>
  memory.u32(bucket + 4) === memory.u32(at + CTX_ATTEMPT) ? memory.u32(bucket) : 0;

export function bucketPush({ memory, at }: Context, bucket: number, record: number): void {
  memory.setU32(bucket, record);
  memory.setU32(bucket + 4, memory.u32(at + CTX_ATTEMPT));
}

/** True if the newest published write below answers before what is confirmed. */
export const seesUnconfirmed = ({ mode }: Context): boolean =>
  (mode & (MODE_UNCONFIRMED | MODE_IN_TURN)) === MODE_UNCONFIRMED;

// ── Loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The number of the precompile at the address whose limbs are at `address`, 0 if none is active there. */
export function precompileNumber({ memory, spec }: Context, address: number): number {
  const low = memory.u32(address);
  if (low > P256 || !memory.isZero(address + 4, 4)) return 0;
  if (low === P256) return memory.u32(spec + SPEC_P256) !== 0 ? P256 : 0;
  return low < 32 && ((memory.u32(spec + SPEC_PRECOMPILES) >>> low) & 1) !== 0 ? low : 0;
}

function load(context: Context, record: number): void {
  const { memory } = context;
  accountKey(memory, record + LACC_KEY, record + LACC_ADDRESS);
  const found = accountEntry(context, context.state, record + LACC_ADDRESS, record + LACC_KEY);
  const entry = found === UNKNOWN_ENTRY ? 0 : found;
  let source = entry !== 0 && seesUnconfirmed(context) ? visibleAccount(context, entry) : 0;
  if (source === 0 && entry !== 0) source = accountRecord(memory, entry);
  const exists = memory.u32(source + REC_EXISTS) !== 0 ? LACC_EXISTS : 0;
  memory.setU32(record + LACC_ENTRY, entry);
  memory.setU32(record + LACC_SOURCE, source);
  memory.setU32(record + LACC_READS, 0);
  memory.setU64(record + LACC_FLAGS, BigInt(found === UNKNOWN_ENTRY ? LACC_UNKNOWN : exists));
  memory.setU64(record + LACC_NONCE, memory.u64(source + REC_NONCE)); // source 0: the zero page
  memory.setU64(record + LACC_CODE, BigInt(memory.u32(source + REC_CODE)));
  memory.setU32(record + LACC_INCARNATION, memory.u32(source + REC_INCARNATION));
  memory.copy(record + LACC_BALANCE, source + REC_BALANCE, 32);
}

/** The fee recipient is warm from the start of a transaction (EIP-3651), active precompiles always (EIP-2929). */
function warmFromStart(context: Context, record: number): void {
  const { memory, at } = context;
  const isCoinbase = memory.equal(record + LACC_ADDRESS, context.block + BLOCK_COINBASE, 5);
  if (isCoinbase) memory.setU32(at + CTX_COINBASE, record);
  const isWarm = isCoinbase && memory.u32(at + CTX_TX) !== 0 && context.has(FLAG_WARM_COINBASE);
  if (isWarm || precompileNumber(context, record + LACC_ADDRESS) !== 0)
    memory.setU32(record + LACC_FLAGS, memory.u32(record + LACC_FLAGS) | LACC_WARM);
}

/** The local account of the address whose limbs are at `address`. */
export function localAccount(context: Context, address: number): number {
  const { memory, at } = context;
  const hash = mixed(memory, address, 5, context.seed);
  const bucket = memory.u32(at + CTX_LOCALS) + 8 * (hash & (LOCALS_ACCOUNT_BUCKETS - 1));
  const first = bucketFirst(context, bucket);
  for (let record = first; record !== 0; record = memory.u32(record + LACC_BUCKET_NEXT))
    if (memory.equal(record + LACC_ADDRESS, address, 5)) return record;
  const record = context.keep(LACC_BYTES);
  memory.copy(record + LACC_ADDRESS, address, 20);
  memory.setU32(record + LACC_ADDRESS + 20, 0);
  load(context, record);
  memory.setU32(record + LACC_BUCKET_NEXT, first);
  bucketPush(context, bucket, record);
  memory.setU32(record + LACC_NEXT, memory.u32(at + CTX_ACCOUNTS));
  memory.setU32(at + CTX_ACCOUNTS, record);
  warmFromStart(context, record);
  return record;
}

/** The local account of an address as on the wire. */
export function localAccountOf(context: Context, address: Uint8Array): number {
  const limbs = context.scratch;
  context.memory.putReversed(limbs, address, 24);
  return localAccount(context, limbs);
}

// ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const hasFlag = (memory: Memory, account: number, flag: number): boolean =>
  (memory.u32(account + LACC_FLAGS) & flag) !== 0;

export function raise(context: Context, account: number, flags: number): void {
  const { memory } = context;
  const present = memory.u32(account + LACC_FLAGS);
  if ((present & flags) === flags) return;
  save64(context, account + LACC_FLAGS);
  memory.setU32(account + LACC_FLAGS, present | flags);
}

/** Notes that the result depends on the fields `reads` (READ_*). */
export function note(memory: Memory, account: number, reads: number): void {
  memory.setU32(account + LACC_READS, memory.u32(account + LACC_READS) | reads);
}

/** The code object, 0 = none; an exact read. */
export function codeOf(memory: Memory, account: number): number {
  note(memory, account, READ_CODE);
  return memory.u32(account + LACC_CODE);
}

/** EIP-161: no code, nonce 0, balance 0. Of an account that paid, only its exact balance tells. */
export function isEmpty(memory: Memory, account: number): boolean {
  const paid = (memory.u32(account + LACC_READS) & READ_COVER) !== 0;
  note(memory, account, paid ? READ_EMPTY | READ_BALANCE : READ_EMPTY);
  return (
    memory.isZero(account + LACC_NONCE, 2) &&
    memory.u32(account + LACC_CODE) === 0 &&
    memory.isZero(account + LACC_BALANCE, 8)
  );
}

/** True where a change of a balance depends on that balance. */
const isExact = ({ mode }: Context): boolean => (mode & MODE_DELTAS) === 0;

/** True if the balance covers `amount`: a predicate, which others may leave true. That it does not is an exact read. */
export function covers(context: Context, account: number, amount: bigint): boolean {
  const { memory } = context;
  const balance = memory.u256(account + LACC_BALANCE);
  if (isExact(context) || balance < amount) {
    note(memory, account, READ_BALANCE);
    return balance >= amount;
  }
  const isFirst = (memory.u32(account + LACC_READS) & READ_COVER) === 0;
  if (isFirst || balance - amount < memory.u256(account + LACC_LOW))
    memory.setU256(account + LACC_LOW, balance - amount);
  if (isFirst) note(memory, account, READ_COVER);
  return true;
}

/**
 * A transfer of nothing. With EIP-161 an account that is empty at the end of the transaction then goes; before, it comes
 * into being. The touch of precompile 3 outlives a revert: mainnet's history has it so (block 2675119).
 */
export function touch(context: Context, account: number): void {
  const { memory } = context;
  if (!context.has(FLAG_STATE_CLEARING)) {
    if (!hasFlag(memory, account, LACC_BORN)) raise(context, account, LACC_EXISTS | LACC_BORN);
  } else if (precompileNumber(context, account + LACC_ADDRESS) === RIPEMD160) {
    memory.setU32(account + LACC_FLAGS, memory.u32(account + LACC_FLAGS) | LACC_TOUCHED);
  } else raise(context, account, LACC_TOUCHED);
}

const ALIVE = LACC_TOUCHED | LACC_EXISTS | LACC_BORN;

function addToBalance(context: Context, account: number, difference: bigint): void {
  const { memory } = context;
  if (isExact(context)) note(memory, account, READ_BALANCE);
  save256(context, account + LACC_BALANCE);
  memory.setU256(account + LACC_BALANCE, memory.u256(account + LACC_BALANCE) + difference);
}

export function credit(context: Context, account: number, amount: bigint): void {
  addToBalance(context, account, amount);
  raise(context, account, ALIVE);
}

/** The caller has checked that the balance covers the amount. */
export function debit(context: Context, account: number, amount: bigint): void {
  addToBalance(context, account, -amount);
  touch(context, account);
}

/** An exact balance; the caller has read the one before. */
export function setBalance(context: Context, account: number, balance: bigint): void {
  save256(context, account + LACC_BALANCE);
  context.memory.setU256(account + LACC_BALANCE, balance);
  if (balance !== 0n) raise(context, account, ALIVE);
}

export function setNonce(context: Context, account: number, nonce: bigint): void {
  save64(context, account + LACC_NONCE);
  context.memory.setU64(account + LACC_NONCE, nonce);
  raise(context, account, ALIVE);
}

/** `code`: a code object, 0 = none. */
export function setCode(context: Context, account: number, code: number): void {
  save64(context, account + LACC_CODE);
  context.memory.setU64(account + LACC_CODE, BigInt(code));
  raise(context, account, ALIVE);
}
