// Receipts as a lazy view over bytes that were copied out of shared memory when the block ended.
import {
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
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';

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
  logs: Log[];
  /** Type 3 only. */
  blobGasUsed?: bigint;
  /** Type 3 only: wei per blob gas. */
  blobGasPrice?: bigint;
}

/** What a receipt needs beside the outcome. */
export interface BlobShare {
  blobGasUsed: bigint;
  blobGasPrice: bigint;
}

/** Copies of one outcome's parts. */
interface Parts {
  success: boolean;
  cumulativeGas: bigint;
  logCount: number;
  logs: Uint8Array<ArrayBuffer>;
  bloom: Uint8Array;
}

function copyParts(views: Views, out: number): Parts {
  const logs = views.u32(out + OUT_LOGS);
  const bloom = views.u32(out + OUT_BLOOM);
  return {
    success: views.u32(out + OUT_STATUS) <= STATUS_RETURN,
    cumulativeGas: views.u64(out + OUT_CUMULATIVE_GAS),
    logCount: views.u32(out + OUT_LOG_COUNT),
    logs: logs === 0 ? new Uint8Array(0) : views.copy(logs, views.u32(out + OUT_LOGS_BYTES)),
    bloom: bloom === 0 ? new Uint8Array(256) : views.copy(bloom, 256),
  };
}

function decodeLogs({ logs, logCount }: Pick<Parts, 'logs' | 'logCount'>): Log[] {
  const view = new DataView(logs.buffer);
  const result: Log[] = [];
  for (let i = 0, at = 0; i < logCount; i++) {
    const topics = view.getUint32(at + LOG_TOPICS, true);
    const data = at + LOG_BODY + 32 * topics;
    const address = logs.slice(at + LOG_ADDRESS, at + LOG_ADDRESS + 20);
    const topic = (n: number): Uint8Array => logs.slice(at + LOG_BODY + 32 * n, at + LOG_BODY + 32 * (n + 1));
    result.push([
      address,
      Array.from({ length: topics }, (_, n) => topic(n)),
      logs.slice(data, data + view.getUint32(at + LOG_DATA_BYTES, true)),
    ]);
    at += view.getUint32(at + LOG_BYTES, true);
  }
  return result;
}

/** The logs of one outcome. */
export function readLogs(views: Views, out: number): Log[] {
  const logCount = views.u32(out + OUT_LOG_COUNT);
  if (logCount === 0) return [];
  return decodeLogs({ logCount, logs: views.copy(views.u32(out + OUT_LOGS), views.u32(out + OUT_LOGS_BYTES)) });
}

function decodeReceipt(parts: Parts, blobs: BlobShare | undefined): Receipt {
  return {
    ...blobs,
    status: parts.success ? 1 : 0,
    cumulativeBlockGasUsed: parts.cumulativeGas,
    bitvector: parts.bloom,
    logs: decodeLogs(parts),
  };
}

/** The receipts of `blobs.length` transactions whose outcomes begin at `outcomes`; each is decoded when it is asked for. */
export function lazyReceipts(
  views: Views,
  outcomes: number,
  blobs: readonly (BlobShare | undefined)[],
): readonly Receipt[] {
  const receipts: Receipt[] = [];
  blobs.forEach((share, i) => {
    const parts = copyParts(views, outcomes + OUT_BYTES * i);
    let decoded: Receipt | undefined;
    Object.defineProperty(receipts, i, {
      enumerable: true,
      get: () => {
        decoded ??= decodeReceipt(parts, share);
        return decoded;
      },
    });
  });
  return Object.freeze(receipts);
}
