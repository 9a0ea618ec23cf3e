// Code objects as assembly/code.ts lays them out, bitmap of jump destinations included: a traced run reads it.
import { keccak_256 } from '@noble/hashes/sha3.js';
import {
  CODE_BITMAP,
  CODE_DELEGATE,
  CODE_FLAGS,
  CODE_HASH,
  CODE_IS_DELEGATION,
  CODE_IS_MISSING,
  CODE_LENGTH,
  CODE_PADDING,
  CODE_START,
  STATUS_MISSING_CODE,
} from '../../assembly/layout.ts';
import type { Context } from './context.ts';
import type { Memory } from './memory.ts';

const DELEGATION_BYTES = 23;

const bodyBytes = (length: number): number => Math.ceil((length + CODE_PADDING) / 8) * 8;
const bitmapBytes = (length: number): number => Math.floor((Math.floor(length / 8) + 16) / 8) * 8;

/** Bytes of the object of a code. */
export const codeObjectBytes = (length: number): number => CODE_START + bodyBytes(length) + bitmapBytes(length);

/** EIP-7702: 0xef0100, then an address. */
const isDelegation = (code: Uint8Array): boolean =>
  code.length === DELEGATION_BYTES && code[0] === 0xef && code[1] === 0x01 && code[2] === 0x00;

function jumpDestinations(code: Uint8Array): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(code.length));
  for (let i = 0; i < code.length; i++) {
    const op = code[i] as number;
    if (op === 0x5b) bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
    else if (op >= 0x60 && op < 0x80) i += op - 0x5f;
  }
  return bitmap;
}

/** Fills the object at `object`, which has room for it. */
export function fillCode(memory: Memory, object: number, code: Uint8Array): void {
  const start = object + CODE_START;
  const body = bodyBytes(code.length);
  memory.put(object + CODE_HASH, keccak_256(code));
  memory.put(start, code);
  memory.fill(start + code.length, 0, body - code.length);
  memory.setU32(object + CODE_LENGTH, code.length);
  memory.setU32(object + CODE_FLAGS, isDelegation(code) ? CODE_IS_DELEGATION : 0);
  memory.setU32(object + CODE_BITMAP, start + body);
  if (isDelegation(code)) memory.putReversed(object + CODE_DELEGATE, code.subarray(3), 24);
  memory.put(start + body, jumpDestinations(code));
}

export const lacksBytes = (memory: Memory, object: number): boolean =>
  (memory.u32(object + CODE_FLAGS) & CODE_IS_MISSING) !== 0;

/** Ends the attempt where only the hash of a code is known. @throws {AttemptEnd} */
export function needBytes(context: Context, object: number): void {
  if (lacksBytes(context.memory, object)) context.end(STATUS_MISSING_CODE, object);
}

/** True of code that is no delegation (EIP-7702), which its bytes say. @throws {AttemptEnd} if they are not known */
export function isPlainCode(context: Context, object: number): boolean {
  if (object === 0) return false;
  needBytes(context, object);
  return (context.memory.u32(object + CODE_FLAGS) & CODE_IS_DELEGATION) === 0;
}
