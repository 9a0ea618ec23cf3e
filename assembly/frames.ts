// Frames lie one behind the other, the child above its parent: opening one writes a record, no host recursion. A frame's
// stack begins where its parent's ends (downwards), its memory likewise (upwards).

import { bitmapBytes, bodyBytes, markJumpDestinations } from './code';
import {
  CODE_BITMAP,
  CODE_FLAGS,
  CODE_IS_MISSING,
  CODE_LENGTH,
  CODE_START,
  CTX_DETAIL,
  CTX_FRAME,
  CTX_FRAMES,
  CTX_JOURNAL_NEXT,
  CTX_LOG_COUNT,
  CTX_LOGS_NEXT,
  CTX_MEMORY,
  CTX_MEMORY_END,
  CTX_REFUND,
  CTX_RETURN_BYTES,
  CTX_STACK,
  CTX_STACK_END,
  FR_BITMAP,
  FR_BYTES,
  FR_CODE,
  FR_CODE_BYTES,
  FR_CODE_OBJECT,
  FR_DEPTH,
  FR_FLAGS,
  FR_JOURNAL_MARK,
  FR_LOG_COUNT_MARK,
  FR_LOGS_MARK,
  FR_MEMORY,
  FR_MEMORY_BYTES,
  FR_OUTPUT_BYTES,
  FR_PC,
  FR_REFUND_MARK,
  FR_SEGMENT,
  FR_SP,
  FR_STACK,
  FR_VIEW,
  STACK_LIMIT_BYTES,
} from './layout';

/** Opens a frame over `parent` (0: the outermost) with an empty stack and memory. 0 when the arena is too small. */
export function openFrame(ctx: usize, parent: usize, flags: u32): usize {
  const frame = parent == 0 ? load<u32>(ctx, CTX_FRAMES) : parent + FR_BYTES;
  const stack = parent == 0 ? load<u32>(ctx, CTX_STACK_END) : load<u32>(parent, FR_SP);
  if (stack - STACK_LIMIT_BYTES < load<u32>(ctx, CTX_STACK)) return 0;
  const memory =
    parent == 0 ? load<u32>(ctx, CTX_MEMORY) : load<u32>(parent, FR_MEMORY) + load<u32>(parent, FR_MEMORY_BYTES);
  store<u32>(frame, 0, FR_PC);
  store<u32>(frame, 0, FR_VIEW);
  store<u32>(frame, 0, FR_SEGMENT);
  store<u32>(frame, stack, FR_STACK);
  store<u32>(frame, stack, FR_SP);
  store<u32>(frame, memory, FR_MEMORY);
  store<u32>(frame, 0, FR_MEMORY_BYTES);
  store<u32>(frame, 0, FR_OUTPUT_BYTES);
  store<u32>(frame, flags, FR_FLAGS);
  store<u32>(frame, parent == 0 ? 0 : load<u32>(parent, FR_DEPTH) + 1, FR_DEPTH);
  store<u32>(frame, load<u32>(ctx, CTX_JOURNAL_NEXT), FR_JOURNAL_MARK);
  store<u32>(frame, load<u32>(ctx, CTX_LOGS_NEXT), FR_LOGS_MARK);
  store<u32>(frame, load<u32>(ctx, CTX_LOG_COUNT), FR_LOG_COUNT_MARK);
  store<i64>(frame, load<i64>(ctx, CTX_REFUND), FR_REFUND_MARK);
  store<u32>(ctx, <u32>frame, CTX_FRAME);
  store<u32>(ctx, 0, CTX_RETURN_BYTES);
  return frame;
}

/** Lets the frame run a code object. */
export function frameRuns(frame: usize, code: usize): void {
  store<u32>(frame, <u32>(code + CODE_START), FR_CODE);
  store<u32>(frame, load<u32>(code, CODE_LENGTH), FR_CODE_BYTES);
  store<u32>(frame, load<u32>(code, CODE_BITMAP), FR_BITMAP);
  store<u32>(frame, <u32>code, FR_CODE_OBJECT);
}

/** Lets the frame run init code, copied below its memory so that padding and bitmap follow it. False: arena too small. */
export function frameRunsInit(ctx: usize, frame: usize, src: usize, length: u32): bool {
  const at = load<u32>(frame, FR_MEMORY);
  const bitmap = at + bodyBytes(length);
  const behind = (bitmap + bitmapBytes(length) + 63) & ~63;
  if (behind > load<u32>(ctx, CTX_MEMORY_END)) return false;
  if (length != 0) memory.copy(at, src, length);
  memory.fill(at + length, 0, bodyBytes(length) - length);
  markJumpDestinations(at, length, bitmap);
  store<u32>(frame, at, FR_CODE);
  store<u32>(frame, length, FR_CODE_BYTES);
  store<u32>(frame, bitmap, FR_BITMAP);
  store<u32>(frame, 0, FR_CODE_OBJECT);
  store<u32>(frame, behind, FR_MEMORY);
  return true;
}

/** True if only the hash of this code is known; notes which for the error. */
export function lacksCode(ctx: usize, code: usize): bool {
  if (code == 0 || (load<u32>(code, CODE_FLAGS) & CODE_IS_MISSING) == 0) return false;
  store<u32>(ctx, <u32>code, CTX_DETAIL);
  return true;
}
