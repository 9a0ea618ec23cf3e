// The result of a block, copied out of shared memory before that is used again.
import {
  BLOCK_BLOB_GAS_USED,
  BLOCK_BLOOM,
  BLOCK_CUMULATIVE_GAS,
  BLOCK_DIFF,
  BLOCK_DIFF_BYTES,
  BLOCK_OUTCOMES,
  BLOCK_RECEIPTS_ROOT,
  BLOCK_REQUESTS,
  BLOCK_STATE_ROOT,
  INVALID_DEPOSIT,
  OUT_ATTEMPTS,
  OUT_BYTES,
  OUT_GAS_USED,
} from '../../assembly/layout.ts';
import { Views } from '../memory/views.ts';
import type { Execution } from '../policy.ts';
import type { Trace } from '../trace/trace.ts';
import { lazyDiff, type StateDiff } from './diff.ts';
import { type Invalid, invalidOf } from './invalid.ts';
import type { MechanismStats } from './mechanisms.ts';
import { copyReceipts, lazyReceipts, type Receipt, type ReceiptData } from './receipts.ts';
import type { TransactionRecord } from './record.ts';
import { collectDeposits, requestsHash } from './requests.ts';
import type { Timeline } from './timeline.ts';

/** What one transaction took. */
export interface TransactionStats {
  /** Gas after refunds. */
  gasUsed: bigint;
  /** Executions, speculative ones included. */
  attempts: number;
}

/** Milliseconds of work that slots do beside execution, summed over them: at several slots more of it than of wall time. */
export interface BusyTimes {
  /** Recovering senders that decoding has left to the slots, and what is checked of these transactions; 0 where it has left none. */
  senders: number;
  /** Hashing receipts, the receipts root and the bloom. */
  receipts: number;
}

/** What a block took, and what the mechanisms did. */
export interface BlockStats extends MechanismStats {
  /** Milliseconds of wall time. */
  ms: {
    /** Decoding and laying out; 0 for a prepared block. */
    prepare: number;
    /** From posting the block to its end: execution, receipts root, state root. */
    execute: number;
    /** The part of `execute` that the state root took, of a state with a trie. */
    stateRoot?: number;
    /** What slots were busy with within `execute`: no wall time. */
    busy: BusyTimes;
    /** Copying the result out, settling the state. */
    finish: number;
    /** All of it. */
    total: number;
  };
  /** Executions of transactions, speculative ones included. */
  attempts: number;
  /** What executed them: a traced run is always executed by the kernels in WebAssembly. */
  execution: Execution;
  /** Executions that were repeated because something that they had read had changed. */
  redos: number;
  /** In block order. */
  perTransaction: readonly TransactionStats[];
}

/** Outcome of a block. Of an invalid block only `invalid` and `stats` mean anything; the rest is empty. */
export interface BlockResult {
  /** Gas after refunds. */
  gasUsed: bigint;
  /** Blob gas (EIP-4844); 0 without blobs. */
  blobGasUsed: bigint;
  /** 256 bytes. */
  logsBloom: Uint8Array;
  /** 32 bytes. */
  receiptsRoot: Uint8Array;
  /** 32 bytes, from Prague on (EIP-7685). */
  requestsHash?: Uint8Array;
  /** 32 bytes, of a state that has a trie. */
  stateRoot?: Uint8Array;
  /** One per transaction; each is decoded when it is first read. */
  receipts: readonly Receipt[];
  /** Net changes of accounts and storage; decoded when first asked for. */
  stateDiff: StateDiff;
  /** Set if the block is invalid: the state is then as before. */
  invalid?: Invalid;
  /** What it took. */
  stats: BlockStats;
  /** Of a run with `timeline: true`: what each slot did when. */
  timeline?: Timeline;
  /** Of a recorded run: one per transaction. */
  records?: readonly TransactionRecord[];
  /** Of a traced run: one per transaction that was to be traced, in block order. */
  traces?: readonly Trace[];
}

/** What a run found, before its times are known. Receipts are those of `receiptData`, none where the block is invalid. */
export interface Outcome extends Omit<BlockResult, 'stats' | 'receipts'> {
  receiptData: ReceiptData | undefined;
}

function requestList(views: Views, block: number, list: number): Uint8Array {
  const at = block + BLOCK_REQUESTS + 8 * list;
  return views.copy(views.u32(at), views.u32(at + 4));
}

/** The result of a block without effect. */
export function emptyOutcome(invalid: Invalid): Outcome {
  return {
    gasUsed: 0n,
    blobGasUsed: 0n,
    logsBloom: new Uint8Array(256),
    receiptsRoot: new Uint8Array(32),
    receiptData: undefined,
    stateDiff: { toJSON: () => ({}) },
    invalid,
  };
}

/** What is particular to the chain and block beside the laid-out bytes. */
export interface ReadContext {
  transactionCount: number;
  blobBaseFee: bigint;
  /** True if the state has a trie. */
  hasStateRoot: boolean;
  /** 0x-hex, lower case; undefined before Prague. */
  depositContract: string | undefined;
}

/** Reads a finished block. A malformed deposit makes it invalid only here. */
export function readOutcome(views: Views, block: number, context: ReadContext): Outcome {
  const receiptData = copyReceipts(views, block, context.transactionCount, context.blobBaseFee);
  const outcome: Outcome = {
    gasUsed: views.u64(block + BLOCK_CUMULATIVE_GAS),
    blobGasUsed: views.u64(block + BLOCK_BLOB_GAS_USED),
    logsBloom: views.copy(block + BLOCK_BLOOM, 256),
    receiptsRoot: views.copy(block + BLOCK_RECEIPTS_ROOT, 32),
    receiptData,
    stateDiff: lazyDiff(views, views.u32(block + BLOCK_DIFF), views.u32(block + BLOCK_DIFF_BYTES)),
    ...(context.hasStateRoot && { stateRoot: views.copy(block + BLOCK_STATE_ROOT, 32) }),
  };
  if (context.depositContract === undefined) return outcome;
  const deposits = collectDeposits(receiptData, context.depositContract);
  if (deposits === undefined) return emptyOutcome(invalidOf(-1, INVALID_DEPOSIT));
  const lists = [deposits, requestList(views, block, 0), requestList(views, block, 1)];
  return { ...outcome, requestsHash: requestsHash(lists) };
}

/** Executions of all transactions of a block. */
export function attemptsOf(words: Int32Array, block: number, count: number): number {
  const first = ((words[(block + BLOCK_OUTCOMES) >>> 2] as number) + OUT_ATTEMPTS) >>> 2;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += words[first + i * (OUT_BYTES >>> 2)] as number;
  return sum;
}

/** The two counts of each transaction, copied. */
export function copyTransactionStats(views: Views, block: number, count: number): () => TransactionStats[] {
  const records = Views.over(views.copy(views.u32(block + BLOCK_OUTCOMES), count * OUT_BYTES));
  return () =>
    Array.from({ length: count }, (_, i) => ({
      gasUsed: records.u64(OUT_BYTES * i + OUT_GAS_USED),
      attempts: records.u32(OUT_BYTES * i + OUT_ATTEMPTS),
    }));
}

/** `make`, once. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The stats of a run; those of each transaction are decoded when they are first read. */
export function blockStats(
  counts: Omit<BlockStats, 'perTransaction'>,
  perTransaction: () => TransactionStats[],
): BlockStats {
  const get = lazily(perTransaction);
  return Object.defineProperty({ ...counts } as BlockStats, 'perTransaction', { enumerable: true, get });
}

/** The result as its caller sees it: the list of receipts is made when it is first read. */
export function blockResult({ receiptData, ...outcome }: Outcome, stats: BlockStats): BlockResult {
  const result = { ...outcome, stats } as BlockResult;
  const get = lazily(() => (receiptData ? lazyReceipts(receiptData) : []));
  return Object.defineProperty(result, 'receipts', { enumerable: true, get });
}
