// Receipts as a lazy view over bytes that were copied out of shared memory when the block ended.
import {
  BLOCK_BLOB_GAS_USED,
  BLOCK_OUTCOMES,
  BLOCK_TXS,
  LOG_ADDRESS,
  LOG_BODY,
  LOG_BYTES,
  LOG_DATA_BYTES,
  LOG_TOPICS,
  OUT_BLOOM,
  OUT_BYTES,
  OUT_CUMULATIVE_GAS,
  OUT_LOG_COUNT,
  OUT_LOGS,
  OUT_LOGS_BYTES,
  OUT_STATUS,
  STATUS_RETURN,
  TX_BLOB_COUNT,
  TX_BYTES,
} from '../../assembly/layout.ts';
import { Views } from '../memory/views.ts';

const BLOOM_BYTES = 256;

/** Address, topics, data: as in `@ethereumjs/evm`. */
export type Log = [address: Uint8Array, topics: Uint8Array[], data: Uint8Array];

/** Receipt of one transaction, with the content of `@ethereumjs/vm`'s. */
export interface Receipt {
  /** 1 = success (EIP-658). */
  status: 0 | 1;
  /** Gas used in the block up to and with this transaction. */
  cumulativeBlockGasUsed: bigint;
  /** Bloom of the logs, 256 bytes. */
  bitvector: Uint8Array;
  /** In the order in which they were written. */
  logs: Log[];
  /** Type 3 only. */
  blobGasUsed?: bigint;
  /** Type 3 only: wei per blob gas. */
  blobGasPrice?: bigint;
}

const BLOB_GAS = 131072n;

/** What is kept of a block's outcomes: the records, and their logs and blooms in one piece, to which they point now. */
export interface ReceiptData {
  readonly count: number;
  readonly records: Views;
  readonly pieces: Uint8Array<ArrayBuffer>;
  /** Blobs of each transaction; absent where the block has none. */
  readonly blobs: readonly number[] | undefined;
  /** Wei per blob gas. */
  readonly blobBaseFee: bigint;
}

/** Bytes that the record at `at` points to: logs, and a bloom with them. */
const pieceBytes = (records: Views, at: number): number =>
  records.u32(at + OUT_LOG_COUNT) === 0 ? 0 : records.u32(at + OUT_LOGS_BYTES) + BLOOM_BYTES;

/** Copies what the records point to behind each other. */
function copyPieces(views: Views, records: Views, count: number): Uint8Array<ArrayBuffer> {
  const end = count * OUT_BYTES;
  let total = 0;
  for (let at = 0; at < end; at += OUT_BYTES) total += pieceBytes(records, at);
  const pieces = new Uint8Array(total);
  const move = (from: number, bytes: number, to: number): number => {
    pieces.set(views.bytes.subarray(from, from + bytes), to);
    return to;
  };
  let next = 0;
  for (let at = 0; at < end; at += OUT_BYTES) {
    const bytes = pieceBytes(records, at);
    if (bytes === 0) continue;
    records.setU32(at + OUT_LOGS, move(records.u32(at + OUT_LOGS), bytes - BLOOM_BYTES, next));
    records.setU32(at + OUT_BLOOM, move(records.u32(at + OUT_BLOOM), BLOOM_BYTES, next + bytes - BLOOM_BYTES));
    next += bytes;
  }
  return pieces;
}

function blobCounts(views: Views, block: number, count: number): number[] | undefined {
  if (views.u64(block + BLOCK_BLOB_GAS_USED) === 0n) return undefined;
  const txs = views.u32(block + BLOCK_TXS);
  return Array.from({ length: count }, (_, i) => views.u32(txs + TX_BYTES * i + TX_BLOB_COUNT));
}

/** Takes what receipts are made of out of shared memory: the transactions of a block that ended well. */
export function copyReceipts(views: Views, block: number, count: number, blobBaseFee: bigint): ReceiptData {
  const records = Views.over(views.copy(views.u32(block + BLOCK_OUTCOMES), count * OUT_BYTES));
  const pieces = copyPieces(views, records, count);
  return { count, records, pieces, blobs: blobCounts(views, block, count), blobBaseFee };
}

/** `count` logs, the first of which is at `at`. */
export function decodeLogs(bytes: Uint8Array<ArrayBuffer>, at: number, count: number): Log[] {
  const view = new DataView(bytes.buffer);
  const result: Log[] = [];
  for (let i = 0; i < count; i++) {
    const topics = view.getUint32(at + LOG_TOPICS, true);
    const data = at + LOG_BODY + 32 * topics;
    const topic = (n: number, from: number): Uint8Array => bytes.slice(from + 32 * n, from + 32 * (n + 1));
    const start = at + LOG_BODY;
    result.push([
      bytes.slice(at + LOG_ADDRESS, at + LOG_ADDRESS + 20),
      Array.from({ length: topics }, (_, n) => topic(n, start)),
      bytes.slice(data, data + view.getUint32(at + LOG_DATA_BYTES, true)),
    ]);
    at += view.getUint32(at + LOG_BYTES, true);
  }
  return result;
}

/** The logs of one outcome in shared memory. */
export function readLogs(views: Views, out: number): Log[] {
  const logCount = views.u32(out + OUT_LOG_COUNT);
  if (logCount === 0) return [];
  return decodeLogs(views.copy(views.u32(out + OUT_LOGS), views.u32(out + OUT_LOGS_BYTES)), 0, logCount);
}

/** The logs of a block by one contract, in order. Nothing is decoded but them: a block has a thousand others. */
export function logsBy({ count, records, pieces }: ReceiptData, contract: Uint8Array): Log[] {
  const view = new DataView(pieces.buffer);
  const found: Log[] = [];
  for (let record = 0; record < count * OUT_BYTES; record += OUT_BYTES) {
    let at = records.u32(record + OUT_LOGS);
    for (let rest = records.u32(record + OUT_LOG_COUNT); rest > 0; rest--) {
      if (isAt(pieces, at + LOG_ADDRESS, contract)) found.push(...decodeLogs(pieces, at, 1));
      at += view.getUint32(at + LOG_BYTES, true);
    }
  }
  return found;
}

function isAt(bytes: Uint8Array, at: number, sought: Uint8Array): boolean {
  for (let i = 0; i < sought.length; i++) if (bytes[at + i] !== sought[i]) return false;
  return true;
}

function decodeReceipt({ records, pieces, blobs, blobBaseFee }: ReceiptData, index: number): Receipt {
  const at = index * OUT_BYTES;
  const logCount = records.u32(at + OUT_LOG_COUNT);
  const blobCount = blobs?.[index] ?? 0;
  const bloom = records.u32(at + OUT_BLOOM);
  return {
    ...(blobCount > 0 && { blobGasUsed: BigInt(blobCount) * BLOB_GAS, blobGasPrice: blobBaseFee }),
    status: records.u32(at + OUT_STATUS) <= STATUS_RETURN ? 1 : 0,
    cumulativeBlockGasUsed: records.u64(at + OUT_CUMULATIVE_GAS),
    // Without logs there is no bloom, and nothing is at its place.
    bitvector: logCount === 0 ? new Uint8Array(BLOOM_BYTES) : pieces.slice(bloom, bloom + BLOOM_BYTES),
    logs: logCount === 0 ? [] : decodeLogs(pieces, records.u32(at + OUT_LOGS), logCount),
  };
}

/** The receipts of a block; each is decoded when it is asked for. */
export function lazyReceipts(data: ReceiptData): readonly Receipt[] {
  const receipts: Receipt[] = [];
  for (let i = 0; i < data.count; i++) {
    let decoded: Receipt | undefined;
    Object.defineProperty(receipts, i, {
      enumerable: true,
      get: () => {
        decoded ??= decodeReceipt(data, i);
        return decoded;
      },
    });
  }
  return Object.freeze(receipts);
}
