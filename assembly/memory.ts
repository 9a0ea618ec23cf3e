// EVM memory of a frame: it begins where the parent's ends, so it needs no allocator and a call costs nothing here.
// Bytes are zeroed when they come into use, not when a frame ends.
import { CTX_MEMORY_END, FR_MEMORY, FR_MEMORY_BYTES } from './layout';
import * as u256 from './u256';

/** Gas left after a growth that does not fit the arena; any other negative gas means out of gas. */
export const GAS_ARENA_FULL: i64 = i64.MIN_VALUE;
const UNREACHABLE: u64 = 1 << 40;

/** True if the word is below 2^32: anything larger costs more gas than there is. */
export function isSmall(word: usize): bool {
  return load<u64>(word) <= 0xffffffff && u256.fitsU64(word);
}

/** First byte behind [offset, offset + length), 0 for an empty range wherever it lies. */
export function rangeEnd(offset: usize, length: usize): u64 {
  if (u256.isZero(length)) return 0;
  if (!isSmall(offset) || !isSmall(length)) return UNREACHABLE;
  return u256.low(offset) + u256.low(length);
}

/** rangeEnd for a length that is known. */
export function rangeEndOf(offset: usize, length: u64): u64 {
  return isSmall(offset) ? u256.low(offset) + length : UNREACHABLE;
}

/** Yellow Paper appendix G: 3 gas per word and words² / 512. */
function memoryCost(words: u64): i64 {
  return <i64>(3 * words + ((words * words) >> 9));
}

/** Gas left after memory has reached `end`, negative if it does not suffice. */
export function afterGrowth(frame: usize, end: u64, gas: i64): i64 {
  const have: u64 = load<u32>(frame, FR_MEMORY_BYTES);
  if (end <= have) return gas;
  if (end >= UNREACHABLE) return -1;
  return gas - (memoryCost((end + 31) >> 5) - memoryCost(have >> 5));
}

/** Makes memory reach `end`; returns the gas left, negative if it does not suffice. */
export function growMemory(ctx: usize, frame: usize, end: u64, gas: i64): i64 {
  const have: u64 = load<u32>(frame, FR_MEMORY_BYTES);
  const left = afterGrowth(frame, end, gas);
  if (end <= have || left < 0) return left < 0 ? -1 : left;
  const words = (end + 31) >> 5;
  const start: u64 = load<u32>(frame, FR_MEMORY);
  if (start + (words << 5) > <u64>load<u32>(ctx, CTX_MEMORY_END)) return GAS_ARENA_FULL;
  memory.fill(<usize>(start + have), 0, <usize>((words << 5) - have));
  store<u32>(frame, <u32>(words << 5), FR_MEMORY_BYTES);
  return left;
}

/** growMemory for ends below 2^33, of which most are inside. */
export function growTo(ctx: usize, frame: usize, end: u64, gas: i64): i64 {
  return end <= <u64>load<u32>(frame, FR_MEMORY_BYTES) ? gas : growMemory(ctx, frame, end, gas);
}

/** Copies `length` bytes from `offset` of [src, src + size) to dst; what lies beyond the source reads as zero. */
export function copyPadded(dst: usize, src: usize, size: u32, offset: usize, length: u32): void {
  if (length == 0) return;
  const from: u32 = isSmall(offset) ? min<u32>(<u32>u256.low(offset), size) : size;
  const copied = min<u32>(length, size - from);
  memory.copy(dst, src + from, copied);
  memory.fill(dst + copied, 0, length - copied);
}
