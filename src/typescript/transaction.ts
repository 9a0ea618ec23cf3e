// The frame around one execution: pay, raise the nonce, carry out authorizations; afterwards refunds, fees, the outcome. The
// execution itself is the executor's, between the two (src/typescript/machine.ts).
import {
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
  CODE_LENGTH,
  CODE_START,
  CTX_COINBASE,
  CTX_FLOOR_GAS,
  CTX_FRAMES,
  CTX_GAS_PRICE,
  CTX_OUT,
  CTX_REFUND,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_SENDER,
  CTX_TOP_STATUS,
  CTX_TX,
  FR_ACCOUNT,
  FR_GAS,
  LACC_CODE,
  LACC_DESTROYED,
  LACC_NONCE,
  OUT_EXECUTION_GAS,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_STATUS,
  READ_NONCE,
  SPEC_AUTH_BASE,
  SPEC_AUTH_NEW,
  SPEC_REFUND_QUOTIENT,
  STATUS_INVALID,
  STATUS_RETURN,
  STATUS_STOP,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_FROM,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_MAX_FEE,
  TX_MAX_PRIORITY,
} from '../../assembly/layout.ts';
import { codeObjectBytes, fillCode, isPlainCode } from './codes.ts';
import type { Context } from './context.ts';
import { codeOf, credit, debit, hasFlag, isEmpty, localAccount, note, setCode, setNonce, touch } from './local.ts';
import { recoverAuthorities, recoverSender } from './signers.ts';
import { blobGas, callFault, floorGas, intrinsicGas, transactionFault } from './validity.ts';

const MAX_U64 = 2n ** 64n - 1n;
/** EIP-7702: 0xef0100, then an address. */
const DELEGATION = Uint8Array.of(0xef, 0x01, 0x00);

// ── Before the run ───────────────────────────────────────────────────────────────────────────────────────────────────

/** min(fee cap, base fee + priority fee): what a unit of gas costs the sender (EIP-1559). */
function setGasPrice({ memory, at, block }: Context, tx: number): bigint {
  let price = memory.u256(block + BLOCK_BASE_FEE) + memory.u256(tx + TX_MAX_PRIORITY);
  const most = memory.u256(tx + TX_MAX_FEE);
  if (price > most) price = most;
  memory.setU256(at + CTX_GAS_PRICE, price);
  return price;
}

/** Takes the price of the gas limit and of the blobs from the sender, and raises its nonce. */
function payUpFront(context: Context, tx: number, sender: number): void {
  const { memory, block } = context;
  debit(context, sender, setGasPrice(context, tx) * memory.u64(tx + TX_GAS_LIMIT));
  const blobs = blobGas(context, tx);
  if (blobs !== 0n) debit(context, sender, memory.u256(block + BLOCK_BLOB_FEE) * blobs);
  setNonce(context, sender, memory.u64(sender + LACC_NONCE) + 1n);
}

/** Makes a code object of `code` that lives until the attempt is confirmed. */
export function keepCode(context: Context, code: Uint8Array): number {
  const object = context.keep(codeObjectBytes(code.length));
  fillCode(context.memory, object, code);
  return object;
}

function designator(context: Context, address: number): number {
  const code = new Uint8Array(23);
  code.set(DELEGATION);
  code.set(context.memory.reversed(address, 20), 3);
  return keepCode(context, code);
}

/** EIP-7702, one tuple of the authorization list; a tuple that does not hold is passed over. Returns what comes back. */
function authorize(context: Context, tuple: number): bigint {
  const { memory, spec } = context;
  const chain = tuple + AUTH_CHAIN_ID;
  if (!memory.isZero(chain, 8) && !memory.equal(chain, context.block + BLOCK_CHAIN_ID, 8)) return 0n;
  const nonce = memory.u64(tuple + AUTH_NONCE);
  if (memory.u32(tuple + AUTH_VALID) === 0 || nonce === MAX_U64) return 0n;
  const authority = localAccount(context, tuple + AUTH_AUTHORITY);
  if (isPlainCode(context, codeOf(memory, authority))) return 0n;
  note(memory, authority, READ_NONCE);
  if (memory.u64(authority + LACC_NONCE) !== nonce) return 0n;
  const back = isEmpty(memory, authority) ? 0 : memory.u32(spec + SPEC_AUTH_NEW) - memory.u32(spec + SPEC_AUTH_BASE);
  const target = tuple + AUTH_ADDRESS;
  setCode(context, authority, memory.isZero(target, 5) ? 0 : designator(context, target));
  setNonce(context, authority, nonce + 1n);
  return BigInt(back);
}

function authorizeAll(context: Context, tx: number): void {
  const { memory, at } = context;
  const tuples = memory.u32(tx + TX_AUTHORIZATIONS);
  let back = 0n;
  for (let i = 0; i < memory.u32(tx + TX_AUTHORIZATION_COUNT); i++) back += authorize(context, tuples + AUTH_BYTES * i);
  memory.setU64(at + CTX_REFUND, back);
}

/** The sender's local account. */
function openSender(context: Context, tx: number): number {
  const sender = localAccount(context, tx + TX_FROM);
  context.memory.setU32(context.at + CTX_SENDER, sender);
  return sender;
}

/**
 * Everything before the run: STATUS_STOP, or STATUS_INVALID with the reason in OUT_INVALID and nothing changed.
 * @throws {AttemptEnd} with any other status
 */
export function beginTransaction(context: Context): number {
  const { memory, at } = context;
  const tx = memory.u32(at + CTX_TX);
  recoverSender(context, tx);
  const sender = openSender(context, tx);
  const fault = transactionFault(context, tx, sender);
  memory.setU32(memory.u32(at + CTX_OUT) + OUT_INVALID, fault);
  if (fault !== 0) return STATUS_INVALID;
  recoverAuthorities(context, tx);
  memory.setU64(at + CTX_FLOOR_GAS, floorGas(context, tx));
  payUpFront(context, tx, sender);
  authorizeAll(context, tx);
  return STATUS_STOP;
}

/** The same for a call, which pays nothing. The sender's nonce rises, so that what it creates has a new address. */
export function beginCall(context: Context): number {
  const { memory, at } = context;
  const tx = memory.u32(at + CTX_TX);
  const sender = openSender(context, tx);
  const fault = callFault(context, tx, sender);
  memory.setU32(memory.u32(at + CTX_OUT) + OUT_INVALID, fault);
  if (fault !== 0) return STATUS_INVALID;
  memory.setU256(at + CTX_GAS_PRICE, memory.u256(tx + TX_MAX_FEE));
  memory.setU64(at + CTX_FLOOR_GAS, floorGas(context, tx));
  setNonce(context, sender, memory.u64(sender + LACC_NONCE) + 1n);
  authorizeAll(context, tx);
  return STATUS_STOP;
}

// ── After the run ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Gas that the execution left. */
const gasLeft = ({ memory, at }: Context): bigint => memory.u64(memory.u32(at + CTX_FRAMES) + FR_GAS);

/** Gas that the transaction pays for: refunds are capped (EIP-3529), its data's floor is not undercut (EIP-7623). */
function settledGas(context: Context, tx: number): bigint {
  const { memory, at, spec } = context;
  const used = memory.u64(tx + TX_GAS_LIMIT) - gasLeft(context);
  const refund = BigInt.asIntN(64, memory.u64(at + CTX_REFUND));
  const most = used / BigInt(memory.u32(spec + SPEC_REFUND_QUOTIENT));
  const paid = used - (refund < most ? refund : most);
  const floor = memory.u64(at + CTX_FLOOR_GAS);
  return paid > floor ? paid : floor;
}

/** The recipient's reward: gas × (price − base fee). Nothing where this very transaction destroys the recipient. */
function setReward(context: Context, out: number, gas: bigint): void {
  const { memory, at, block } = context;
  const reward = gas * (memory.u256(at + CTX_GAS_PRICE) - memory.u256(block + BLOCK_BASE_FEE));
  const coinbase = memory.u32(at + CTX_COINBASE);
  const isGone = coinbase !== 0 && hasFlag(memory, coinbase, LACC_DESTROYED);
  memory.setU256(out + OUT_FEE, isGone ? 0n : reward);
  if (!isGone && reward === 0n) touch(context, localAccount(context, block + BLOCK_COINBASE));
}

/** Gas, status and output, which of a creation is the new code. */
function putEnding({ memory, at }: Context, tx: number, out: number, used: bigint): void {
  const status = memory.u32(at + CTX_TOP_STATUS);
  memory.setU64(out + OUT_GAS_USED, used);
  memory.setU32(out + OUT_STATUS, status);
  if (memory.u32(tx + TX_IS_CREATE) !== 0 && status <= STATUS_RETURN) {
    const code = memory.u32(memory.u32(memory.u32(at + CTX_FRAMES) + FR_ACCOUNT) + LACC_CODE);
    memory.setU32(out + OUT_OUTPUT, code === 0 ? 0 : code + CODE_START);
    memory.setU32(out + OUT_OUTPUT_BYTES, code === 0 ? 0 : memory.u32(code + CODE_LENGTH));
  } else {
    memory.setU32(out + OUT_OUTPUT, memory.u32(at + CTX_RETURN));
    memory.setU32(out + OUT_OUTPUT_BYTES, memory.u32(at + CTX_RETURN_BYTES));
  }
}

/** Writes the outcome of a call: its gas is counted as a transaction's and paid by nobody. */
export function finishCall(context: Context): void {
  const { memory, at } = context;
  const tx = memory.u32(at + CTX_TX);
  const out = memory.u32(at + CTX_OUT);
  const execution = memory.u64(tx + TX_GAS_LIMIT) - intrinsicGas(context, tx) - gasLeft(context);
  memory.setU64(out + OUT_EXECUTION_GAS, execution);
  putEnding(context, tx, out, settledGas(context, tx));
}

/** Settles gas and fees after the run, and writes the outcome. */
export function finishTransaction(context: Context): void {
  const { memory, at } = context;
  const tx = memory.u32(at + CTX_TX);
  const out = memory.u32(at + CTX_OUT);
  const used = settledGas(context, tx);
  const back = memory.u256(at + CTX_GAS_PRICE) * (memory.u64(tx + TX_GAS_LIMIT) - used);
  credit(context, memory.u32(at + CTX_SENDER), back);
  putEnding(context, tx, out, used);
  setReward(context, out, used);
}
