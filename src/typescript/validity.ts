// What makes a transaction or call valid (Yellow Paper section 6.2 and the EIPs named below), in the order in which
// assembly/validity.ts asks, since the first fault is the one that is told.
import {
  BLOCK_BASE_FEE,
  BLOCK_BLOB_FEE,
  BLOCK_GAS_LIMIT,
  INVALID_AUTH_CREATE,
  INVALID_AUTH_EMPTY,
  INVALID_BLOB_COUNT,
  INVALID_BLOB_CREATE,
  INVALID_BLOB_FEE,
  INVALID_BLOB_HASH,
  INVALID_BLOB_NONE,
  INVALID_BLOCK_GAS,
  INVALID_FEE_BELOW_BASE,
  INVALID_FLOOR_GAS,
  INVALID_FUNDS,
  INVALID_INITCODE,
  INVALID_INTRINSIC_GAS,
  INVALID_NONCE_HIGH,
  INVALID_NONCE_LOW,
  INVALID_NONCE_MAX,
  INVALID_PRIORITY_ABOVE_MAX,
  INVALID_SENDER_CODE,
  INVALID_TX_GAS_CAP,
  INVALID_TX_TYPE,
  LACC_NONCE,
  MODE_DELTAS,
  MODE_IN_TURN,
  READ_NONCE,
  READ_STATED_NONCE,
  SPEC_ACCESS_ADDRESS,
  SPEC_ACCESS_KEY,
  SPEC_AUTH_NEW,
  SPEC_BLOB_GAS,
  SPEC_FLOOR_TOKEN,
  SPEC_INITCODE_WORD,
  SPEC_MAX_INITCODE,
  SPEC_MAX_TX_BLOBS,
  SPEC_MAX_TX_GAS,
  SPEC_MAX_TX_TYPE,
  SPEC_TX_BASE,
  SPEC_TX_CREATE,
  SPEC_TX_DATA_NONZERO,
  SPEC_TX_DATA_ZERO,
  TX_ACCESS_ADDRESSES,
  TX_ACCESS_KEYS,
  TX_AUTHORIZATION_COUNT,
  TX_BLOB_COUNT,
  TX_BLOBS,
  TX_DATA,
  TX_DATA_BYTES,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_MAX_BLOB_FEE,
  TX_MAX_FEE,
  TX_MAX_PRIORITY,
  TX_NONCE,
  TX_TYPE,
  TX_VALUE,
} from '../../assembly/layout.ts';
import { isPlainCode } from './codes.ts';
import type { Context } from './context.ts';
import { codeOf, covers, note } from './local.ts';

const BLOB_TYPE = 3;
const SET_CODE_TYPE = 4;
const MAX_U64 = 2n ** 64n - 1n;
const MAX_U256 = 2n ** 256n - 1n;

function zeroBytes({ memory }: Context, tx: number): number {
  const data = memory.view(memory.u32(tx + TX_DATA), memory.u32(tx + TX_DATA_BYTES));
  let zeros = 0;
  for (const byte of data) if (byte === 0) zeros++;
  return zeros;
}

/** EIP-7623: the least that a transaction pays for its data, 0 where the fork has no floor. */
export function floorGas(context: Context, tx: number): bigint {
  const { memory, spec } = context;
  const perToken = memory.u32(spec + SPEC_FLOOR_TOKEN);
  if (perToken === 0) return 0n;
  const zeros = zeroBytes(context, tx);
  const tokens = zeros + 4 * (memory.u32(tx + TX_DATA_BYTES) - zeros);
  return BigInt(memory.u32(spec + SPEC_TX_BASE) + perToken * tokens);
}

/** Gas before the first instruction. */
export function intrinsicGas(context: Context, tx: number): bigint {
  const { memory, spec } = context;
  const per = (field: number): number => memory.u32(spec + field);
  const length = memory.u32(tx + TX_DATA_BYTES);
  const zeros = zeroBytes(context, tx);
  const creates = memory.u32(tx + TX_IS_CREATE) !== 0;
  const creation = creates ? per(SPEC_TX_CREATE) + Math.ceil(length / 32) * per(SPEC_INITCODE_WORD) : 0;
  return BigInt(
    per(SPEC_TX_BASE) +
      zeros * per(SPEC_TX_DATA_ZERO) +
      (length - zeros) * per(SPEC_TX_DATA_NONZERO) +
      creation +
      memory.u32(tx + TX_ACCESS_ADDRESSES) * per(SPEC_ACCESS_ADDRESS) +
      memory.u32(tx + TX_ACCESS_KEYS) * per(SPEC_ACCESS_KEY) +
      memory.u32(tx + TX_AUTHORIZATION_COUNT) * per(SPEC_AUTH_NEW),
  );
}

/** Gas of the transaction's blobs (EIP-4844). */
export const blobGas = ({ memory, spec }: Context, tx: number): bigint =>
  BigInt(memory.u32(tx + TX_BLOB_COUNT)) * BigInt(memory.u32(spec + SPEC_BLOB_GAS));

/** EIP-4844, EIP-7594. */
function blobFault({ memory, spec, block }: Context, tx: number): number {
  if (memory.u32(tx + TX_TYPE) !== BLOB_TYPE) return 0;
  if (memory.u32(tx + TX_IS_CREATE) !== 0) return INVALID_BLOB_CREATE;
  const count = memory.u32(tx + TX_BLOB_COUNT);
  if (count === 0) return INVALID_BLOB_NONE;
  const most = memory.u32(spec + SPEC_MAX_TX_BLOBS);
  if (most !== 0 && count > most) return INVALID_BLOB_COUNT;
  const hashes = memory.u32(tx + TX_BLOBS);
  for (let i = 0; i < count; i++) if (memory.u8(hashes + 32 * i + 31) !== 1) return INVALID_BLOB_HASH;
  return memory.u256(tx + TX_MAX_BLOB_FEE) < memory.u256(block + BLOCK_BLOB_FEE) ? INVALID_BLOB_FEE : 0;
}

function initCodeFault({ memory, spec }: Context, tx: number): number {
  const most = memory.u32(spec + SPEC_MAX_INITCODE);
  const isLong = most !== 0 && memory.u32(tx + TX_DATA_BYTES) > most;
  return memory.u32(tx + TX_IS_CREATE) !== 0 && isLong ? INVALID_INITCODE : 0;
}

function kindFault(context: Context, tx: number): number {
  const { memory, spec } = context;
  const type = memory.u32(tx + TX_TYPE);
  if (type > memory.u32(spec + SPEC_MAX_TX_TYPE)) return INVALID_TX_TYPE;
  if (type === SET_CODE_TYPE) {
    if (memory.u32(tx + TX_IS_CREATE) !== 0) return INVALID_AUTH_CREATE;
    if (memory.u32(tx + TX_AUTHORIZATION_COUNT) === 0) return INVALID_AUTH_EMPTY;
  }
  return initCodeFault(context, tx) || blobFault(context, tx);
}

function paidGasFault(context: Context, tx: number): number {
  const limit = context.memory.u64(tx + TX_GAS_LIMIT);
  if (intrinsicGas(context, tx) > limit) return INVALID_INTRINSIC_GAS;
  return floorGas(context, tx) > limit ? INVALID_FLOOR_GAS : 0;
}

function gasFault(context: Context, tx: number): number {
  const { memory, spec, block } = context;
  const limit = memory.u64(tx + TX_GAS_LIMIT);
  if (limit > memory.u64(block + BLOCK_GAS_LIMIT)) return INVALID_BLOCK_GAS;
  const cap = memory.u32(spec + SPEC_MAX_TX_GAS);
  if (cap !== 0 && limit > BigInt(cap)) return INVALID_TX_GAS_CAP; // EIP-7825
  return paidGasFault(context, tx);
}

/** EIP-1559. */
function feeFault({ memory, block }: Context, tx: number): number {
  const most = memory.u256(tx + TX_MAX_FEE);
  if (most < memory.u256(tx + TX_MAX_PRIORITY)) return INVALID_PRIORITY_ABOVE_MAX;
  return most < memory.u256(block + BLOCK_BASE_FEE) ? INVALID_FEE_BELOW_BASE : 0;
}

/** Ahead of its turn a nonce that is too high is taken for granted: the sender's transactions before this one raise it. */
function nonceFault({ memory, mode }: Context, tx: number, sender: number): number {
  const stated = memory.u64(tx + TX_NONCE);
  note(memory, sender, (mode & MODE_DELTAS) !== 0 ? READ_STATED_NONCE : READ_NONCE);
  const isTaken = (mode & (MODE_DELTAS | MODE_IN_TURN)) === MODE_DELTAS;
  if (isTaken && stated > memory.u64(sender + LACC_NONCE)) memory.setU64(sender + LACC_NONCE, stated);
  const nonce = memory.u64(sender + LACC_NONCE);
  if (stated < nonce) return INVALID_NONCE_LOW;
  if (stated > nonce) return INVALID_NONCE_HIGH;
  return nonce === MAX_U64 ? INVALID_NONCE_MAX : 0; // EIP-2681
}

/** EIP-3607, and EIP-7702's exception for delegations. */
function senderFault(context: Context, sender: number): number {
  return isPlainCode(context, codeOf(context.memory, sender)) ? INVALID_SENDER_CODE : 0;
}

/** gas limit × fee cap + blob gas × blob fee cap + value must be covered. */
function fundsFault(context: Context, tx: number, sender: number): number {
  const { memory } = context;
  const need =
    memory.u256(tx + TX_MAX_FEE) * memory.u64(tx + TX_GAS_LIMIT) +
    memory.u256(tx + TX_VALUE) +
    memory.u256(tx + TX_MAX_BLOB_FEE) * blobGas(context, tx);
  return need <= MAX_U256 && covers(context, sender, need) ? 0 : INVALID_FUNDS;
}

/** INVALID_* of a transaction from `sender`, 0 if it is valid. */
export function transactionFault(context: Context, tx: number, sender: number): number {
  return (
    kindFault(context, tx) ||
    gasFault(context, tx) ||
    feeFault(context, tx) ||
    nonceFault(context, tx, sender) ||
    senderFault(context, sender) ||
    fundsFault(context, tx, sender)
  );
}

/** INVALID_* of a call, which is no transaction: it needs funds for its value only and meets the base fee if it names a price. */
export function callFault(context: Context, tx: number, sender: number): number {
  const { memory, block } = context;
  const fault = initCodeFault(context, tx) || paidGasFault(context, tx);
  if (fault !== 0) return fault;
  const most = memory.u256(tx + TX_MAX_FEE);
  if (most !== 0n && most < memory.u256(block + BLOCK_BASE_FEE)) return INVALID_FEE_BELOW_BASE;
  return covers(context, sender, memory.u256(tx + TX_VALUE)) ? 0 : INVALID_FUNDS;
}
