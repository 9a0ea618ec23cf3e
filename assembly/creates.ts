// CREATE and CREATE2: the new address, the frame that runs the init code, and what becomes of its output.

import { pushResult } from './calls';
import { codeObjectBytes, codeObjectFill, loadAddress, storeAddress } from './code';
import { Scratch } from './context';
import { frameRunsInit, openFrame } from './frames';
import { keccak256 } from './keccak';
import {
  ACCOUNT_BASE,
  ACCOUNT_HAS_STORAGE,
  CALL_DEPTH_LIMIT,
  CTX_RETURN_BYTES,
  CTX_SPEC,
  FLAG_CALL_GAS_CAP,
  FLAG_CODE_MUST_BE_PAID,
  FLAG_REJECT_EF_CODE,
  FLAG_STATE_CLEARING,
  FR_ACCOUNT,
  FR_BYTES,
  FR_CALLER,
  FR_CODE,
  FR_DEPTH,
  FR_FLAGS,
  FR_GAS,
  FR_INPUT_BYTES,
  FR_MEMORY,
  FR_OUTPUT,
  FR_OUTPUT_BYTES,
  FR_PC,
  FR_SP,
  FR_VALUE,
  FRAME_CREATE,
  FRAME_STATIC,
  LACC_CREATED,
  LACC_ENTRY,
  LACC_INCARNATION,
  READ_CODE,
  READ_NONCE,
  READ_STORAGE,
  REC_INCARNATION,
  SCRATCH_PRECOMPILE,
  SPEC_CODE_BYTE,
  SPEC_FLAGS,
  SPEC_INITCODE_WORD,
  SPEC_MAX_CODE,
  SPEC_MAX_INITCODE,
  STATUS_ARENA_FULL,
  STATUS_BAD_CODE,
  STATUS_BALANCE,
  STATUS_CALL_DEPTH,
  STATUS_COLLISION,
  STATUS_NONCE,
  STATUS_OUT_OF_GAS,
  STATUS_STATIC,
  STATUS_STOP,
} from './layout';
import { Account, covers, credit, debit, keep, localAccount, setCode, setNonce, warmAccount } from './local';
import { GAS_ARENA_FULL, growMemory, isSmall, rangeEnd } from './memory';
import { Trace } from './trace';
import * as u256 from './u256';

const CREATE2: u32 = 0xf5;

/** CREATE: the last 20 bytes of keccak256(rlp([sender, nonce])); limbs to dst. */
export function createAddress(dst: usize, sender: usize, nonce: u64): void {
  const text = Scratch.at(SCRATCH_PRECOMPILE);
  store<u8>(text, 0x94, 1);
  storeAddress(text + 2, sender);
  let end = text + 22;
  if (nonce == 0) {
    store<u8>(end++, 0x80);
  } else if (nonce < 0x80) {
    store<u8>(end++, <u8>nonce);
  } else {
    const bytes = <u32>(8 - (clz<u64>(nonce) >> 3));
    store<u8>(end++, <u8>(0x80 + bytes));
    store<u64>(end, bswap<u64>(nonce << ((8 - bytes) << 3)));
    end += bytes;
  }
  store<u8>(text, <u8>(0xc0 + (end - text - 1)));
  hashToAddress(dst, text, <u32>(end - text));
}

/** CREATE2 (EIP-1014): keccak256(0xff ++ sender ++ salt ++ keccak256(init code)). */
function create2Address(dst: usize, sender: usize, salt: usize, src: usize, length: u32): void {
  const text = Scratch.at(SCRATCH_PRECOMPILE);
  keccak256(src, length, text + 53);
  store<u8>(text, 0xff);
  storeAddress(text + 1, sender);
  u256.storeBE(text + 21, salt);
  hashToAddress(dst, text, 85);
}

function hashToAddress(dst: usize, text: usize, length: u32): void {
  const hash = text + 96;
  keccak256(text, length, hash);
  loadAddress(dst, hash + 12);
}

/** True if the address is taken: nonce, code, or storage (EIP-684, EIP-7610). */
function collides(account: usize): bool {
  Account.note(account, READ_NONCE | READ_CODE | READ_STORAGE);
  if (Account.nonce(account) != 0 || Account.code(account) != 0) return true;
  const entry = load<u32>(account, LACC_ENTRY);
  if (entry == 0 || load<u32>(entry, ACCOUNT_HAS_STORAGE) == 0) return false;
  return load<u32>(entry, ACCOUNT_BASE + REC_INCARNATION) == load<u32>(account, LACC_INCARNATION);
}

/**
 * Opens the frame of a creation over `parent` (0: the transaction itself) for init code [src, src + length).
 * @returns STATUS_STOP with the frame open, STATUS_COLLISION with nothing changed, or STATUS_ARENA_FULL
 */
export function openCreate(
  ctx: usize,
  parent: usize,
  creator: usize,
  account: usize,
  value: usize,
  src: usize,
  length: u32,
): i32 {
  if (collides(account)) return STATUS_COLLISION;
  const frame = openFrame(ctx, parent, FRAME_CREATE);
  if (frame == 0 || !frameRunsInit(ctx, frame, src, length)) return STATUS_ARENA_FULL;
  store<u32>(frame, <u32>account, FR_ACCOUNT);
  store<u32>(frame, <u32>creator, FR_CALLER);
  store<u32>(frame, 0, FR_INPUT_BYTES);
  u256.copy(frame + FR_VALUE, value);
  Account.raise(ctx, account, LACC_CREATED);
  setNonce(ctx, account, (load<u32>(load<u32>(ctx, CTX_SPEC), SPEC_FLAGS) & FLAG_STATE_CLEARING) != 0 ? 1 : 0); // EIP-161
  if (!u256.isZero(value)) {
    debit(ctx, creator, value);
    credit(ctx, account, value);
  }
  return STATUS_STOP;
}

/** Gas of the init code: EIP-3860 words, and hashing it for CREATE2. -1: longer than allowed. */
function initCodeGas(spec: usize, length: usize, hashed: bool): i64 {
  if (!isSmall(length)) return -1;
  const bytes = <u32>u256.low(length);
  const most = load<u32>(spec, SPEC_MAX_INITCODE);
  if (most != 0 && bytes > most) return -1;
  const perWord: i64 = <i64>load<u32>(spec, SPEC_INITCODE_WORD) + (hashed ? 6 : 0);
  return <i64>((<u64>bytes + 31) >> 5) * perWord;
}

export function enterCreate(ctx: usize, frame: usize): i32 {
  if ((load<u32>(frame, FR_FLAGS) & FRAME_STATIC) != 0) return STATUS_STATIC;
  const spec = load<u32>(ctx, CTX_SPEC);
  const op: u32 = load<u8>(load<u32>(frame, FR_CODE) + load<u32>(frame, FR_PC));
  const hashed = op == CREATE2;
  const sp: usize = load<u32>(frame, FR_SP);
  const initGas = initCodeGas(spec, sp + 64, hashed);
  if (initGas < 0) return STATUS_OUT_OF_GAS;
  let gas = growMemory(ctx, frame, rangeEnd(sp + 32, sp + 64), load<i64>(frame, FR_GAS) - initGas);
  if (gas < 0) return gas == GAS_ARENA_FULL ? STATUS_ARENA_FULL : STATUS_OUT_OF_GAS;

  const creator: usize = load<u32>(frame, FR_ACCOUNT);
  const after = hashed ? sp + 128 : sp + 96;
  store<u32>(ctx, 0, CTX_RETURN_BYTES);
  Account.note(creator, READ_NONCE);
  const nonce = Account.nonce(creator);
  const poor = !u256.isZero(sp) && !covers(ctx, creator, sp);
  const deep = load<u32>(frame, FR_DEPTH) >= <u32>CALL_DEPTH_LIMIT;
  const src = load<u32>(frame, FR_MEMORY) + <u32>u256.low(sp + 32);
  const length = <u32>u256.low(sp + 64);
  const given = (load<u32>(spec, SPEC_FLAGS) & FLAG_CALL_GAS_CAP) != 0 ? gas - (gas >> 6) : gas; // EIP-150
  if (poor || deep || nonce == u64.MAX_VALUE) {
    const why = deep ? STATUS_CALL_DEPTH : poor ? STATUS_BALANCE : STATUS_NONCE;
    Trace.refuses(ctx, frame, op, why, creator, creator, sp, src, length, given, gas);
    pushResult(frame, after, gas, false);
    return STATUS_STOP;
  }
  const address = Scratch.at(SCRATCH_PRECOMPILE + 160);
  if (hashed) create2Address(address, creator, sp + 96, src, length);
  else createAddress(address, creator, nonce);
  const account = localAccount(ctx, address);
  warmAccount(ctx, account);
  setNonce(ctx, creator, nonce + 1);
  store<u32>(frame, <u32>after, FR_SP);
  store<i64>(frame, gas - given, FR_GAS);
  const status = openCreate(ctx, frame, creator, account, sp, src, length);
  if (status == STATUS_COLLISION) {
    Trace.refuses(ctx, frame, op, status, creator, account, sp, src, length, given, gas);
    pushResult(frame, after, gas - given, false);
    return STATUS_STOP;
  }
  if (status != STATUS_STOP) return status;
  store<i64>(frame + FR_BYTES, given, FR_GAS);
  Trace.enters(ctx, frame, frame + FR_BYTES, op, account);
  return STATUS_STOP;
}

/** Turns the output of a finished creation into the account's code; a status other than STATUS_STOP fails it. */
export function depositCode(ctx: usize, frame: usize): i32 {
  const spec = load<u32>(ctx, CTX_SPEC);
  const length = load<u32>(frame, FR_OUTPUT_BYTES);
  const src: usize = load<u32>(frame, FR_OUTPUT);
  const flags = load<u32>(spec, SPEC_FLAGS);
  if (length != 0 && (flags & FLAG_REJECT_EF_CODE) != 0 && load<u8>(src) == 0xef) return STATUS_BAD_CODE;
  const most = load<u32>(spec, SPEC_MAX_CODE);
  if (most != 0 && length > most) return STATUS_OUT_OF_GAS; // EIP-170
  const gas = load<i64>(frame, FR_GAS) - <i64>length * <i64>load<u32>(spec, SPEC_CODE_BYTE);
  if (gas < 0) return (flags & FLAG_CODE_MUST_BE_PAID) != 0 ? STATUS_OUT_OF_GAS : STATUS_STOP; // Frontier: no code, no cost
  store<i64>(frame, gas, FR_GAS);
  if (length == 0) return STATUS_STOP;
  const object = keep(ctx, codeObjectBytes(length));
  if (object == 0) return STATUS_ARENA_FULL;
  codeObjectFill(object, src, length);
  setCode(ctx, load<u32>(frame, FR_ACCOUNT), object);
  return STATUS_STOP;
}
