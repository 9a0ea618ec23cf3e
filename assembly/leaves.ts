// The leaves of the receipts trie, hashed one by one when their transactions are confirmed: other slots execute meanwhile,
// and little is left to do behind the last transaction.
import { context } from './context';
import {
  CTX_MEMORY,
  CTX_MEMORY_END,
  OUT_BLOOM,
  OUT_CUMULATIVE_GAS,
  OUT_LEAF,
  OUT_LEAF_KNOWN,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_STATUS,
  STATUS_RETURN,
  TX_TYPE,
} from './layout';
import { receiptRlp, receiptRlpBytes } from './receipts';
import { leafHash, leafWorkBytes } from './trie';

/**
 * Hashes the leaf of a confirmed outcome's receipt, item `index` of `count`, in the slot's memory for frames, which is free
 * between attempts. What does not fit, and the only receipt of a block, is left to the end.
 */
export function hashReceiptLeaf(tx: usize, out: usize, index: u32, count: u32): void {
  const type = load<u32>(tx, TX_TYPE);
  const gas = load<u64>(out, OUT_CUMULATIVE_GAS);
  const logs: usize = load<u32>(out, OUT_LOGS);
  const logCount = load<u32>(out, OUT_LOG_COUNT);
  const bytes = receiptRlpBytes(type, gas, logs, logCount);
  const at: usize = load<u32>(context, CTX_MEMORY);
  const work = at + ((bytes + 7) & ~7);
  const fits = count > 1 && <u64>work + <u64>leafWorkBytes(bytes) <= <u64>load<u32>(context, CTX_MEMORY_END);
  store<u32>(out, fits ? 1 : 0, OUT_LEAF_KNOWN);
  if (!fits) return;
  const status = load<u32>(out, OUT_STATUS) <= <u32>STATUS_RETURN ? 1 : 0;
  receiptRlp(at, type, status, gas, load<u32>(out, OUT_BLOOM), logs, logCount);
  leafHash(index, count, at, bytes, out + OUT_LEAF, work);
}
