// The lower part of the receipts trie, hashed in chunks of sixteen receipts as soon as these are confirmed, by whichever
// slot has nothing else to do: a leaf holds the cumulative gas, so it cannot be hashed before, and neither need it be
// hashed by the holder of the token.
//
// A whole chunk is one branch of the trie (its keys differ in the last nibble only), so one hash is left of it. Correct
// without a lock: a chunk's hashes are a function of what is confirmed, so slots that hash the same one write the same.
import { context } from './context';
import {
  BLOCK_OUTCOMES,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  CTX_MEMORY,
  CTX_MEMORY_END,
  LEAF_CHUNK,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CUMULATIVE_GAS,
  OUT_LEAF,
  OUT_LEAF_KNOWN,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_STATUS,
  STATUS_RETURN,
  TX_BYTES,
  TX_TYPE,
} from './layout';
import { Point } from './points';
import { receiptRlp, receiptRlpBytes } from './receipts';
import { receiptRoot } from './stateroot';
import { branchHash, branchWorkBytes, leafHash, leafWorkBytes } from './trie';

/** Hashes the leaf of receipt `index` of `count` to `dst`, with work memory from `work` to `end`. False if that is too small. */
function hashLeaf(block: usize, index: u32, count: u32, dst: usize, work: usize, end: usize): bool {
  const out: usize = load<u32>(block, BLOCK_OUTCOMES) + index * OUT_BYTES;
  const type = load<u32>(load<u32>(block, BLOCK_TXS) + index * TX_BYTES, TX_TYPE);
  const gas = load<u64>(out, OUT_CUMULATIVE_GAS);
  const logs: usize = load<u32>(out, OUT_LOGS);
  const logCount = load<u32>(out, OUT_LOG_COUNT);
  const root = receiptRoot(out);
  const bytes = receiptRlpBytes(type, gas, logs, logCount, root);
  const rest = work + ((bytes + 7) & ~7);
  if (<u64>rest + <u64>leafWorkBytes(bytes) > <u64>end) return false;
  const status = load<u32>(out, OUT_STATUS) <= <u32>STATUS_RETURN ? 1 : 0;
  receiptRlp(work, type, status, gas, load<u32>(out, OUT_BLOOM), logs, logCount, root);
  leafHash(index, count, work, bytes, dst, rest);
  return true;
}

function publishHash(block: usize, index: u32, hash: usize): void {
  const out: usize = load<u32>(block, BLOCK_OUTCOMES) + index * OUT_BYTES;
  memory.copy(out + OUT_LEAF, hash, 32);
  Point.shared();
  atomic.store<u32>(out, 1, OUT_LEAF_KNOWN);
}

/** True if the chunk is one branch: whole, and not the first, whose keys have one byte and split at index 0. */
export function isBranch(chunk: u32, count: u32): bool {
  return chunk != 0 && (chunk + 1) * LEAF_CHUNK <= count;
}

/**
 * Hashes chunk `chunk` of the receipts, all of which are confirmed, in the slot's memory for frames, which is free between
 * attempts. What does not fit is left to the end.
 */
export function hashReceipts(block: usize, chunk: u32): void {
  const count = load<u32>(block, BLOCK_TX_COUNT);
  const first = chunk * LEAF_CHUNK;
  const size = min<u32>(LEAF_CHUNK, count - first);
  const hashes: usize = load<u32>(context, CTX_MEMORY);
  const work = hashes + LEAF_CHUNK * 32;
  const end: usize = load<u32>(context, CTX_MEMORY_END);
  if (work + branchWorkBytes() > end) return;
  for (let i: u32 = 0; i < size; i++) if (!hashLeaf(block, first + i, count, hashes + (i << 5), work, end)) return;
  if (isBranch(chunk, count)) {
    branchHash(hashes, hashes, work);
    publishHash(block, first, hashes);
  } else {
    for (let i: u32 = 0; i < size; i++) publishHash(block, first + i, hashes + (i << 5));
  }
}

/** True if the hashes of the chunk are there. */
export function knowsReceipts(block: usize, chunk: u32): bool {
  const count = load<u32>(block, BLOCK_TX_COUNT);
  const first = chunk * LEAF_CHUNK;
  const last = isBranch(chunk, count) ? first : min<u32>(first + LEAF_CHUNK, count) - 1;
  for (let i = first; i <= last; i++) {
    Point.shared();
    if (atomic.load<u32>(load<u32>(block, BLOCK_OUTCOMES) + i * OUT_BYTES, OUT_LEAF_KNOWN) == 0) return false;
  }
  return true;
}
