// Receipts as the receipts root and the network hold them: rlp([outcome, cumulative gas, bloom, logs]), with the type's
// byte in front unless the type is 0 (EIP-2718). The outcome is the status, 0 or 1 (EIP-658), or, before Byzantium, the
// 32-byte state root after the transaction: every function takes it last as `root`, 0 = none, the status counts.
//
// `receiptRlpBytes` is exact: both walk the same logs with the same size functions of rlp.ts.
import { BLOOM_BYTES } from './bloom';
import { LOG_ADDRESS, LOG_BODY, LOG_BYTES, LOG_DATA_BYTES, LOG_TOPICS } from './layout';
import { bytesSize, listSize, putBytes, putListHeader, putU64, u64Size } from './rlp';

const ADDRESS_BYTES: i32 = 20;
/** An encoded 32-byte word: one header byte and the word. */
const WORD_SIZE: i32 = 33;

/** Bytes of the receipt of `logCount` log records from `logs`. */
export function receiptRlpBytes(type: i32, cumulativeGas: u64, logs: usize, logCount: i32, root: usize = 0): u32 {
  const payload = receiptPayload(cumulativeGas, logsPayload(logs, logCount), root);
  return (type === 0 ? 0 : 1) + listSize(payload);
}

/** Writes the receipt at dst and returns its end. `bloom` is that of the logs. */
export function receiptRlp(
  dst: usize,
  type: i32,
  status: i32,
  cumulativeGas: u64,
  bloom: usize,
  logs: usize,
  logCount: i32,
  root: usize = 0,
): usize {
  const logBytes = logsPayload(logs, logCount);
  if (type !== 0) store<u8>(dst++, type);
  dst = putListHeader(dst, receiptPayload(cumulativeGas, logBytes, root));
  dst = root === 0 ? putU64(dst, status) : putBytes(dst, root, 32);
  dst = putU64(dst, cumulativeGas);
  dst = putBytes(dst, bloom, BLOOM_BYTES);
  return putLogs(putListHeader(dst, logBytes), logs, logCount);
}

/** Length of the receipt's list items. */
function receiptPayload(cumulativeGas: u64, logBytes: u32, root: usize): u32 {
  const outcome = root === 0 ? 1 : WORD_SIZE;
  return outcome + u64Size(cumulativeGas) + listSize(BLOOM_BYTES) + listSize(logBytes);
}

/** Length of all encoded logs. */
function logsPayload(logs: usize, count: i32): u32 {
  let total: u32 = 0;
  for (; count > 0; count--) {
    total += listSize(logPayload(logs));
    logs += load<u32>(logs, LOG_BYTES);
  }
  return total;
}

/** Length of the items of one log: address, list of topics, data. */
function logPayload(log: usize): u32 {
  const topics = load<u32>(log, LOG_TOPICS);
  const data = bytesSize(log + LOG_BODY + topics * 32, load<u32>(log, LOG_DATA_BYTES));
  return 1 + ADDRESS_BYTES + listSize(topics * WORD_SIZE) + data;
}

function putLogs(dst: usize, logs: usize, count: i32): usize {
  for (; count > 0; count--) {
    dst = putLog(dst, logs);
    logs += load<u32>(logs, LOG_BYTES);
  }
  return dst;
}

function putLog(dst: usize, log: usize): usize {
  const topics = load<u32>(log, LOG_TOPICS);
  let at = log + LOG_BODY;
  dst = putBytes(putListHeader(dst, logPayload(log)), log + LOG_ADDRESS, ADDRESS_BYTES);
  dst = putListHeader(dst, topics * WORD_SIZE);
  for (const end = at + topics * 32; at < end; at += 32) dst = putBytes(dst, at, 32);
  return putBytes(dst, at, load<u32>(log, LOG_DATA_BYTES));
}
