// One transaction: pay, prepare, open the outermost frame; run (run.ts); settle gas and fees. Everything happens on local
// records; the fee recipient's reward is left in the outcome as an amount, so that paying it is no conflict.

import { delegate, runCode } from './calls';
import { codeObjectBytes, codeObjectFill, storeAddress } from './code';
import { Scratch } from './context';
import { createAddress, openCreate } from './creates';
import { lacksCode, openFrame } from './frames';
import {
  ACCESS_BYTES,
  ACCESS_KIND,
  ACCESS_VALUE,
  AUTH_ADDRESS,
  AUTH_AUTHORITY,
  AUTH_BYTES,
  AUTH_CHAIN_ID,
  AUTH_NONCE,
  AUTH_VALID,
  BLOCK_BASE_FEE,
  BLOCK_BLOB_FEE,
  BLOCK_CHAIN_ID,
  BLOCK_COINBASE,
  CODE_FLAGS,
  CODE_IS_DELEGATION,
  CODE_LENGTH,
  CODE_START,
  CTX_BLOCK,
  CTX_COINBASE,
  CTX_FLOOR_GAS,
  CTX_FRAMES,
  CTX_GAS_PRICE,
  CTX_OUT,
  CTX_REFUND,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_SENDER,
  CTX_SPEC,
  CTX_TEMP,
  CTX_TOP_STATUS,
  CTX_TX,
  FR_ACCOUNT,
  FR_CALLER,
  FR_GAS,
  FR_INPUT,
  FR_INPUT_BYTES,
  FR_VALUE,
  INVALID_SENDER_CODE,
  LACC_CODE,
  LACC_DESTROYED,
  OUT_EXECUTION_GAS,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_STATUS,
  READ_NONCE,
  SCRATCH_PRECOMPILE,
  SPEC_AUTH_BASE,
  SPEC_AUTH_NEW,
  SPEC_BLOB_GAS,
  SPEC_REFUND_QUOTIENT,
  STATUS_ARENA_FULL,
  STATUS_COLLISION,
  STATUS_INVALID,
  STATUS_MISSING_CODE,
  STATUS_RETURN,
  STATUS_STOP,
  TX_ACCESS_COUNT,
  TX_ACCESSES,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_BLOB_COUNT,
  TX_DATA,
  TX_DATA_BYTES,
  TX_FROM,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_MAX_FEE,
  TX_MAX_PRIORITY,
  TX_TO,
  TX_VALUE,
} from './layout';
import {
  Account,
  credit,
  debit,
  keep,
  localAccount,
  localSlot,
  setCode,
  setNonce,
  touch,
  warmAccount,
  warmSlot,
} from './local';
import { recoverAuthorities, recoverSender } from './signers';
import { Trace } from './trace';
import * as u256 from './u256';
import { checkCall, checkTransaction, floorGas, intrinsicGas } from './validity';

/** What the outermost frame counts as. */
const CALL: u32 = 0xf1;
const CREATE: u32 = 0xf0;

// ── Before the run ───────────────────────────────────────────────────────────────────────────────────────────────────

/** min(fee cap, base fee + priority fee): what a unit of gas costs the sender (EIP-1559). */
function setGasPrice(ctx: usize, block: usize, tx: usize): void {
  const price = ctx + CTX_GAS_PRICE;
  const overflow = u256.addOverflows(price, block + BLOCK_BASE_FEE, tx + TX_MAX_PRIORITY);
  if (overflow || u256.gt(price, tx + TX_MAX_FEE)) u256.copy(price, tx + TX_MAX_FEE);
}

/** Takes the price of the gas limit and of the blobs from the sender, and raises its nonce. */
function payUpFront(ctx: usize, block: usize, tx: usize, sender: usize): void {
  const cost = ctx + CTX_TEMP;
  u256.mul64(cost, ctx + CTX_GAS_PRICE, load<u64>(tx, TX_GAS_LIMIT));
  debit(ctx, sender, cost);
  const blobGas = <u64>load<u32>(tx, TX_BLOB_COUNT) * <u64>load<u32>(load<u32>(ctx, CTX_SPEC), SPEC_BLOB_GAS);
  if (blobGas != 0) {
    u256.mul64(cost, block + BLOCK_BLOB_FEE, blobGas);
    debit(ctx, sender, cost);
  }
  setNonce(ctx, sender, Account.nonce(sender) + 1);
}

/** EIP-2930: what the access list names is warm from the start. */
function warmAccessList(ctx: usize, tx: usize): void {
  let item: usize = load<u32>(tx, TX_ACCESSES);
  let account: usize = 0;
  for (let left = load<u32>(tx, TX_ACCESS_COUNT); left != 0; left--) {
    if (load<u32>(item, ACCESS_KIND) == 0) {
      account = localAccount(ctx, item + ACCESS_VALUE);
      warmAccount(ctx, account);
    } else {
      warmSlot(ctx, localSlot(ctx, account, item + ACCESS_VALUE));
    }
    item += ACCESS_BYTES;
  }
}

/** The code object of a delegation to `address`, or 0 when the arena is too small. */
function designator(ctx: usize, address: usize): usize {
  const bytes = Scratch.at(SCRATCH_PRECOMPILE);
  store<u32>(bytes, 0x0001ef);
  storeAddress(bytes + 3, address);
  const object = keep(ctx, codeObjectBytes(23));
  if (object != 0) codeObjectFill(object, bytes, 23);
  return object;
}

/** EIP-7702, one tuple of the authorization list; a tuple that does not hold is passed over. Returns STATUS_*. */
function authorize(ctx: usize, spec: usize, tuple: usize): i32 {
  const chain = tuple + AUTH_CHAIN_ID;
  if (!u256.isZero(chain) && !u256.eq(chain, load<u32>(ctx, CTX_BLOCK) + BLOCK_CHAIN_ID)) return STATUS_STOP;
  const nonce = load<u64>(tuple, AUTH_NONCE);
  if (load<u32>(tuple, AUTH_VALID) == 0 || nonce == u64.MAX_VALUE) return STATUS_STOP;
  const authority = localAccount(ctx, tuple + AUTH_AUTHORITY);
  warmAccount(ctx, authority);
  const code = Account.code(authority);
  if (lacksCode(ctx, code)) return STATUS_MISSING_CODE;
  if (code != 0 && (load<u32>(code, CODE_FLAGS) & CODE_IS_DELEGATION) == 0) return STATUS_STOP;
  Account.note(authority, READ_NONCE);
  if (Account.nonce(authority) != nonce) return STATUS_STOP;
  if (!Account.isEmpty(authority)) {
    const back = <i64>load<u32>(spec, SPEC_AUTH_NEW) - <i64>load<u32>(spec, SPEC_AUTH_BASE);
    store<i64>(ctx, load<i64>(ctx, CTX_REFUND) + back, CTX_REFUND);
  }
  const target = tuple + AUTH_ADDRESS;
  const clears = load<u64>(target) == 0 && load<u64>(target, 8) == 0 && load<u64>(target, 16) == 0;
  setCode(ctx, authority, clears ? 0 : designator(ctx, target));
  setNonce(ctx, authority, nonce + 1);
  return STATUS_STOP;
}

function openTopCall(ctx: usize, spec: usize, tx: usize, sender: usize, gas: i64): i32 {
  const to = localAccount(ctx, tx + TX_TO);
  warmAccount(ctx, to);
  let code = Account.code(to);
  const delegated = delegate(ctx, code);
  if (delegated != 0) {
    warmAccount(ctx, delegated);
    code = Account.code(delegated);
  }
  if (lacksCode(ctx, code)) return STATUS_MISSING_CODE;
  const frame = openFrame(ctx, 0, 0);
  if (frame == 0) return STATUS_ARENA_FULL;
  store<i64>(frame, gas, FR_GAS);
  store<u32>(frame, <u32>to, FR_ACCOUNT);
  store<u32>(frame, <u32>sender, FR_CALLER);
  store<u32>(frame, load<u32>(tx, TX_DATA), FR_INPUT);
  store<u32>(frame, load<u32>(tx, TX_DATA_BYTES), FR_INPUT_BYTES);
  u256.copy(frame + FR_VALUE, tx + TX_VALUE);
  if (u256.isZero(tx + TX_VALUE)) {
    touch(ctx, to);
  } else {
    debit(ctx, sender, tx + TX_VALUE);
    credit(ctx, to, tx + TX_VALUE);
  }
  runCode(spec, frame, to, delegated, code);
  Trace.enters(ctx, 0, frame, CALL, to);
  return STATUS_STOP;
}

function openTopCreate(ctx: usize, tx: usize, sender: usize, gas: i64): i32 {
  const address = ctx + CTX_TEMP;
  createAddress(address, sender, Account.nonce(sender) - 1);
  const account = localAccount(ctx, address);
  warmAccount(ctx, account);
  const value = tx + TX_VALUE;
  const src: usize = load<u32>(tx, TX_DATA);
  const length = load<u32>(tx, TX_DATA_BYTES);
  const status = openCreate(ctx, 0, sender, account, value, src, length);
  const frame: usize = load<u32>(ctx, CTX_FRAMES);
  if (status == STATUS_COLLISION) {
    store<u32>(ctx, status, CTX_TOP_STATUS);
    store<i64>(frame, 0, FR_GAS);
    Trace.refuses(ctx, 0, CREATE, status, sender, account, value, src, length, gas, 0);
    return STATUS_STOP;
  }
  if (status != STATUS_STOP) return status;
  store<i64>(frame, gas, FR_GAS);
  Trace.enters(ctx, 0, frame, CREATE, account);
  return STATUS_STOP;
}

/** Warms what is warm from the start, carries out the authorizations and opens the outermost frame. */
function openTop(ctx: usize, tx: usize, sender: usize): i32 {
  const spec = load<u32>(ctx, CTX_SPEC);
  warmAccount(ctx, sender);
  warmAccessList(ctx, tx);
  let tuple: usize = load<u32>(tx, TX_AUTHORIZATIONS);
  for (let left = load<u32>(tx, TX_AUTHORIZATION_COUNT); left != 0; left--) {
    const status = authorize(ctx, spec, tuple);
    if (status != STATUS_STOP) return status;
    tuple += AUTH_BYTES;
  }
  const gas = <i64>load<u64>(tx, TX_GAS_LIMIT) - intrinsicGas(spec, tx);
  return load<u32>(tx, TX_IS_CREATE) != 0
    ? openTopCreate(ctx, tx, sender, gas)
    : openTopCall(ctx, spec, tx, sender, gas);
}

/**
 * Everything before the first instruction. STATUS_STOP: run() comes next. STATUS_INVALID: the reason is in OUT_INVALID
 * and nothing has changed. Any other status ends the attempt.
 */
export function beginTransaction(ctx: usize): i32 {
  const block = load<u32>(ctx, CTX_BLOCK);
  const tx: usize = load<u32>(ctx, CTX_TX);
  const out: usize = load<u32>(ctx, CTX_OUT);
  const recovered = recoverSender(ctx, tx);
  if (recovered != STATUS_STOP) return recovered;
  const sender = localAccount(ctx, tx + TX_FROM);
  store<u32>(ctx, <u32>sender, CTX_SENDER);
  const fault = checkTransaction(ctx, tx, sender);
  // Whether code is a delegation, its bytes say.
  if (fault == INVALID_SENDER_CODE && lacksCode(ctx, Account.code(sender))) return STATUS_MISSING_CODE;
  store<u32>(out, fault, OUT_INVALID);
  if (fault != 0) return STATUS_INVALID;
  const authorized = recoverAuthorities(ctx, tx);
  if (authorized != STATUS_STOP) return authorized;
  setGasPrice(ctx, block, tx);
  store<i64>(ctx, floorGas(load<u32>(ctx, CTX_SPEC), tx), CTX_FLOOR_GAS);
  payUpFront(ctx, block, tx, sender);
  return openTop(ctx, tx, sender);
}

/** The same for a call, which pays nothing. The sender's nonce rises, so that what it creates has a new address. */
export function beginCall(ctx: usize): i32 {
  const tx: usize = load<u32>(ctx, CTX_TX);
  const sender = localAccount(ctx, tx + TX_FROM);
  store<u32>(ctx, <u32>sender, CTX_SENDER);
  const fault = checkCall(ctx, tx, sender);
  store<u32>(load<u32>(ctx, CTX_OUT), fault, OUT_INVALID);
  if (fault != 0) return STATUS_INVALID;
  u256.copy(ctx + CTX_GAS_PRICE, tx + TX_MAX_FEE);
  store<i64>(ctx, floorGas(load<u32>(ctx, CTX_SPEC), tx), CTX_FLOOR_GAS);
  setNonce(ctx, sender, Account.nonce(sender) + 1);
  return openTop(ctx, tx, sender);
}

// ── After the run ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Gas that the transaction pays for: refunds are capped (EIP-3529), its data's floor is not undercut (EIP-7623). */
function settleGas(ctx: usize, spec: usize, tx: usize): u64 {
  const left = load<i64>(load<u32>(ctx, CTX_FRAMES), FR_GAS);
  let used = <i64>load<u64>(tx, TX_GAS_LIMIT) - left;
  used -= min<i64>(load<i64>(ctx, CTX_REFUND), used / <i64>load<u32>(spec, SPEC_REFUND_QUOTIENT));
  return <u64>max<i64>(used, load<i64>(ctx, CTX_FLOOR_GAS));
}

/** The recipient's reward: gas × (price − base fee). Nothing where this very transaction destroys the recipient. */
function setReward(ctx: usize, out: usize, gas: u64): void {
  const reward = out + OUT_FEE;
  const block: usize = load<u32>(ctx, CTX_BLOCK);
  u256.sub(reward, ctx + CTX_GAS_PRICE, block + BLOCK_BASE_FEE);
  u256.mul64(reward, reward, gas);
  const coinbase: usize = load<u32>(ctx, CTX_COINBASE);
  if (coinbase != 0 && Account.has(coinbase, LACC_DESTROYED)) u256.setZero(reward);
  else if (u256.isZero(reward)) touch(ctx, localAccount(ctx, block + BLOCK_COINBASE));
}

/** Gas, status and output, which of a creation is the new code. */
function putEnding(ctx: usize, tx: usize, out: usize, used: u64): void {
  const status = load<u32>(ctx, CTX_TOP_STATUS);
  store<u64>(out, used, OUT_GAS_USED);
  store<u32>(out, status, OUT_STATUS);
  if (load<u32>(tx, TX_IS_CREATE) != 0 && status <= <u32>STATUS_RETURN) {
    const code = load<u32>(load<u32>(load<u32>(ctx, CTX_FRAMES), FR_ACCOUNT), LACC_CODE);
    store<u32>(out, code == 0 ? 0 : code + CODE_START, OUT_OUTPUT);
    store<u32>(out, code == 0 ? 0 : load<u32>(code, CODE_LENGTH), OUT_OUTPUT_BYTES);
  } else {
    store<u32>(out, load<u32>(ctx, CTX_RETURN), OUT_OUTPUT);
    store<u32>(out, load<u32>(ctx, CTX_RETURN_BYTES), OUT_OUTPUT_BYTES);
  }
}

/** Writes the outcome of a call after run() returned STATUS_STOP: its gas is counted as a transaction's and paid by nobody. */
export function finishCall(ctx: usize): void {
  const spec = load<u32>(ctx, CTX_SPEC);
  const tx: usize = load<u32>(ctx, CTX_TX);
  const out: usize = load<u32>(ctx, CTX_OUT);
  const left = load<i64>(load<u32>(ctx, CTX_FRAMES), FR_GAS);
  store<i64>(out, <i64>load<u64>(tx, TX_GAS_LIMIT) - intrinsicGas(spec, tx) - left, OUT_EXECUTION_GAS);
  putEnding(ctx, tx, out, settleGas(ctx, spec, tx));
}

/** Settles gas and fees after run() returned STATUS_STOP, and writes the outcome. */
export function finishTransaction(ctx: usize): void {
  const tx: usize = load<u32>(ctx, CTX_TX);
  const out: usize = load<u32>(ctx, CTX_OUT);
  const used = settleGas(ctx, load<u32>(ctx, CTX_SPEC), tx);
  const back = ctx + CTX_TEMP;
  u256.mul64(back, ctx + CTX_GAS_PRICE, load<u64>(tx, TX_GAS_LIMIT) - used);
  credit(ctx, load<u32>(ctx, CTX_SENDER), back);
  putEnding(ctx, tx, out, used);
  setReward(ctx, out, used);
}
