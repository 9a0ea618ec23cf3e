// What makes a transaction valid (Yellow Paper section 6.2 and the EIPs named below). Signature and chain id are checked
// where the block is decoded; the block's gas limits where the transaction is confirmed.
import {
  BLOCK_BASE_FEE,
  BLOCK_BLOB_FEE,
  BLOCK_GAS_LIMIT,
  CODE_FLAGS,
  CODE_IS_DELEGATION,
  CTX_BLOCK,
  CTX_MODE,
  CTX_SPEC,
  CTX_TEMP,
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
} from './layout';
import { Account, covers } from './local';
import * as u256 from './u256';

const BLOB_TYPE: u32 = 3;
const SET_CODE_TYPE: u32 = 4;

function zeroBytes(data: usize, length: u32): u32 {
  let zeros: u32 = 0;
  for (let i: u32 = 0; i < length; i++) zeros += load<u8>(data + i) == 0 ? 1 : 0;
  return zeros;
}

/** EIP-7623: the least that a transaction pays for its data, 0 where the fork has no floor. */
export function floorGas(spec: usize, tx: usize): i64 {
  const perToken: i64 = load<u32>(spec, SPEC_FLOOR_TOKEN);
  if (perToken == 0) return 0;
  const length = load<u32>(tx, TX_DATA_BYTES);
  const zeros = zeroBytes(load<u32>(tx, TX_DATA), length);
  return <i64>load<u32>(spec, SPEC_TX_BASE) + perToken * (<i64>zeros + (<i64>length - <i64>zeros) * 4);
}

/** Gas before the first instruction. */
export function intrinsicGas(spec: usize, tx: usize): i64 {
  const length = load<u32>(tx, TX_DATA_BYTES);
  const zeros: i64 = zeroBytes(load<u32>(tx, TX_DATA), length);
  let gas: i64 = load<u32>(spec, SPEC_TX_BASE);
  gas += zeros * <i64>load<u32>(spec, SPEC_TX_DATA_ZERO);
  gas += (<i64>length - zeros) * <i64>load<u32>(spec, SPEC_TX_DATA_NONZERO);
  if (load<u32>(tx, TX_IS_CREATE) != 0) {
    gas += load<u32>(spec, SPEC_TX_CREATE);
    gas += <i64>((length + 31) >> 5) * <i64>load<u32>(spec, SPEC_INITCODE_WORD);
  }
  gas += <i64>load<u32>(tx, TX_ACCESS_ADDRESSES) * <i64>load<u32>(spec, SPEC_ACCESS_ADDRESS);
  gas += <i64>load<u32>(tx, TX_ACCESS_KEYS) * <i64>load<u32>(spec, SPEC_ACCESS_KEY);
  gas += <i64>load<u32>(tx, TX_AUTHORIZATION_COUNT) * <i64>load<u32>(spec, SPEC_AUTH_NEW);
  return gas;
}

/** EIP-4844, EIP-7594. */
function checkBlobs(block: usize, spec: usize, tx: usize): i32 {
  if (load<u32>(tx, TX_TYPE) != BLOB_TYPE) return 0;
  if (load<u32>(tx, TX_IS_CREATE) != 0) return INVALID_BLOB_CREATE;
  const count = load<u32>(tx, TX_BLOB_COUNT);
  if (count == 0) return INVALID_BLOB_NONE;
  const most = load<u32>(spec, SPEC_MAX_TX_BLOBS);
  if (most != 0 && count > most) return INVALID_BLOB_COUNT;
  const hashes: usize = load<u32>(tx, TX_BLOBS);
  for (let i: u32 = 0; i < count; i++) if (load<u8>(hashes + (i << 5), 31) != 1) return INVALID_BLOB_HASH;
  return u256.lt(tx + TX_MAX_BLOB_FEE, block + BLOCK_BLOB_FEE) ? INVALID_BLOB_FEE : 0;
}

function checkKind(block: usize, spec: usize, tx: usize): i32 {
  const type = load<u32>(tx, TX_TYPE);
  if (type > load<u32>(spec, SPEC_MAX_TX_TYPE)) return INVALID_TX_TYPE;
  const create = load<u32>(tx, TX_IS_CREATE) != 0;
  if (type == SET_CODE_TYPE) {
    if (create) return INVALID_AUTH_CREATE;
    if (load<u32>(tx, TX_AUTHORIZATION_COUNT) == 0) return INVALID_AUTH_EMPTY;
  }
  const most = load<u32>(spec, SPEC_MAX_INITCODE);
  if (create && most != 0 && load<u32>(tx, TX_DATA_BYTES) > most) return INVALID_INITCODE;
  return checkBlobs(block, spec, tx);
}

function checkGas(block: usize, spec: usize, tx: usize): i32 {
  const limit = load<u64>(tx, TX_GAS_LIMIT);
  if (limit > load<u64>(block, BLOCK_GAS_LIMIT)) return INVALID_BLOCK_GAS;
  const cap: u64 = load<u32>(spec, SPEC_MAX_TX_GAS);
  if (cap != 0 && limit > cap) return INVALID_TX_GAS_CAP; // EIP-7825
  if (<u64>intrinsicGas(spec, tx) > limit) return INVALID_INTRINSIC_GAS;
  return <u64>floorGas(spec, tx) > limit ? INVALID_FLOOR_GAS : 0;
}

/** EIP-1559. */
function checkFees(block: usize, tx: usize): i32 {
  if (u256.lt(tx + TX_MAX_FEE, tx + TX_MAX_PRIORITY)) return INVALID_PRIORITY_ABOVE_MAX;
  return u256.lt(tx + TX_MAX_FEE, block + BLOCK_BASE_FEE) ? INVALID_FEE_BELOW_BASE : 0;
}

/** Ahead of its turn a nonce that is too high is taken for granted: the sender's transactions before this one raise it. */
function checkNonce(ctx: usize, tx: usize, sender: usize): i32 {
  const mode = load<u32>(ctx, CTX_MODE);
  const stated = load<u64>(tx, TX_NONCE);
  Account.note(sender, (mode & MODE_DELTAS) != 0 ? READ_STATED_NONCE : READ_NONCE);
  if ((mode & (MODE_DELTAS | MODE_IN_TURN)) == MODE_DELTAS && stated > Account.nonce(sender))
    store<u64>(sender, stated, LACC_NONCE);
  const nonce = Account.nonce(sender);
  if (stated < nonce) return INVALID_NONCE_LOW;
  if (stated > nonce) return INVALID_NONCE_HIGH;
  return nonce == u64.MAX_VALUE ? INVALID_NONCE_MAX : 0; // EIP-2681
}

/** EIP-3607, and EIP-7702's exception for delegations. */
function checkSenderCode(sender: usize): i32 {
  const code = Account.code(sender);
  return code != 0 && (load<u32>(code, CODE_FLAGS) & CODE_IS_DELEGATION) == 0 ? INVALID_SENDER_CODE : 0;
}

/** gas limit × fee cap + blob gas × blob fee cap + value must be covered. */
function checkFunds(ctx: usize, spec: usize, tx: usize, sender: usize): i32 {
  const need = ctx + CTX_TEMP;
  const blobs = ctx + CTX_TEMP + 32;
  if (u256.mulOverflows64(need, tx + TX_MAX_FEE, load<u64>(tx, TX_GAS_LIMIT))) return INVALID_FUNDS;
  if (u256.addOverflows(need, need, tx + TX_VALUE)) return INVALID_FUNDS;
  const blobGas = <u64>load<u32>(tx, TX_BLOB_COUNT) * <u64>load<u32>(spec, SPEC_BLOB_GAS);
  if (u256.mulOverflows64(blobs, tx + TX_MAX_BLOB_FEE, blobGas)) return INVALID_FUNDS;
  if (u256.addOverflows(need, need, blobs)) return INVALID_FUNDS;
  return covers(ctx, sender, need) ? 0 : INVALID_FUNDS;
}

/**
 * INVALID_* of a call from `sender`, 0 if it can be executed. A call is no transaction: it has no nonce, comes from any
 * address, needs funds for its value only, has no gas cap, and meets the base fee only if it names a price.
 */
export function checkCall(ctx: usize, tx: usize, sender: usize): i32 {
  const spec = load<u32>(ctx, CTX_SPEC);
  const most = load<u32>(spec, SPEC_MAX_INITCODE);
  if (load<u32>(tx, TX_IS_CREATE) != 0 && most != 0 && load<u32>(tx, TX_DATA_BYTES) > most) return INVALID_INITCODE;
  const limit = load<u64>(tx, TX_GAS_LIMIT);
  if (<u64>intrinsicGas(spec, tx) > limit) return INVALID_INTRINSIC_GAS;
  if (<u64>floorGas(spec, tx) > limit) return INVALID_FLOOR_GAS;
  const priced = !u256.isZero(tx + TX_MAX_FEE);
  if (priced && u256.lt(tx + TX_MAX_FEE, load<u32>(ctx, CTX_BLOCK) + BLOCK_BASE_FEE)) return INVALID_FEE_BELOW_BASE;
  return covers(ctx, sender, tx + TX_VALUE) ? 0 : INVALID_FUNDS;
}

/** INVALID_* of a transaction from `sender`, 0 if it is valid. */
export function checkTransaction(ctx: usize, tx: usize, sender: usize): i32 {
  const spec = load<u32>(ctx, CTX_SPEC);
  const block = load<u32>(ctx, CTX_BLOCK);
  let fault = checkKind(block, spec, tx);
  if (fault == 0) fault = checkGas(block, spec, tx);
  if (fault == 0) fault = checkFees(block, tx);
  if (fault == 0) fault = checkNonce(ctx, tx, sender);
  if (fault == 0) fault = checkSenderCode(sender);
  if (fault == 0) fault = checkFunds(ctx, spec, tx, sender);
  return fault;
}
