// System calls before and after the transactions (EIP-4788, EIP-2935, EIP-7002, EIP-7251): calls by the system address with
// 30 million gas that pay nothing and count for nothing.
import {
  BLOCK_BEACON_ROOT,
  BLOCK_PARENT_HASH,
  CTX_GAS_PRICE,
  CTX_OUT,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_SENDER,
  CTX_TOP_STATUS,
  INVALID_SYSTEM_CALL,
  OUT_FEE,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_STATUS,
  STATUS_INVALID,
  STATUS_RETURN,
  STATUS_STOP,
  SYSTEM_BEACON_ROOT,
  SYSTEM_BLOCK_HASH,
} from '../../assembly/layout.ts';
import type { Context } from './context.ts';
import { codeOf, localAccountOf } from './local.ts';

export const SYSTEM_GAS = 30_000_000n;

const addressOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) as string[], (byte) => Number(`0x${byte}`));

/** Who calls. */
export const SYSTEM_ADDRESS: Uint8Array = addressOf('fffffffffffffffffffffffffffffffffffffffe');

/** Whom each kind of call (SYSTEM_*) is to. */
const TARGETS: readonly Uint8Array[] = [
  '000f3df6d732807ef1319fb7b8bb8522d0beac02',
  '0000f90827f1c53a10cb7a02335b175320002935',
  '00000961ef480eb55e80d19ad83579a64c007002',
  '0000bbddc7ce488642fb579f8b00f3a590007251',
].map(addressOf);

export const systemTarget = (kind: number): Uint8Array => TARGETS[kind] as Uint8Array;

/** The two calls before the transactions are skipped where their contract is absent; the two after them may not fail. */
const mayFail = (kind: number): boolean => kind === SYSTEM_BEACON_ROOT || kind === SYSTEM_BLOCK_HASH;

export function systemInput({ memory, block }: Context, kind: number): Uint8Array {
  if (!mayFail(kind)) return new Uint8Array(0);
  return memory.take(block + (kind === SYSTEM_BEACON_ROOT ? BLOCK_BEACON_ROOT : BLOCK_PARENT_HASH), 32);
}

/** What comes of looking for the call's contract: STATUS_STOP, or STATUS_INVALID. `isThere`: there is something to run. */
export function beginSystemCall(context: Context, kind: number): { status: number; isThere: boolean } {
  const { memory, at } = context;
  const out = memory.u32(at + CTX_OUT);
  memory.setU32(out + OUT_INVALID, 0);
  memory.setU32(at + CTX_TOP_STATUS, STATUS_STOP);
  memory.setU256(at + CTX_GAS_PRICE, 0n);
  memory.setU32(at + CTX_SENDER, localAccountOf(context, SYSTEM_ADDRESS));
  const isThere = codeOf(memory, localAccountOf(context, systemTarget(kind))) !== 0;
  if (isThere || mayFail(kind)) return { status: STATUS_STOP, isThere };
  memory.setU32(out + OUT_INVALID, INVALID_SYSTEM_CALL);
  return { status: STATUS_INVALID, isThere };
}

/** Writes the outcome. STATUS_INVALID if a call failed that may not. */
export function finishSystemCall({ memory, at }: Context, kind: number): number {
  const out = memory.u32(at + CTX_OUT);
  const status = memory.u32(at + CTX_TOP_STATUS);
  memory.setU64(out + OUT_GAS_USED, 0n);
  memory.setU32(out + OUT_STATUS, status);
  memory.setU256(out + OUT_FEE, 0n);
  memory.setU32(out + OUT_OUTPUT, memory.u32(at + CTX_RETURN));
  memory.setU32(out + OUT_OUTPUT_BYTES, memory.u32(at + CTX_RETURN_BYTES));
  if (status <= STATUS_RETURN || mayFail(kind)) return STATUS_STOP;
  memory.setU32(out + OUT_INVALID, INVALID_SYSTEM_CALL);
  return STATUS_INVALID;
}
