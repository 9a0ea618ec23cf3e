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
  INVALID_DEPOSIT,
  OUT_ATTEMPTS,
  OUT_BYTES,
  OUT_GAS_USED,
} from '../../assembly/layout.ts';
import type { PlainBlock } from '../block/types.ts';
import type { Views } from '../memory/views.ts';
import { lazyDiff, type StateDiff } from './diff.ts';
import { type Invalid, invalidOf } from './invalid.ts';
import type { MechanismStats } from './mechanisms.ts';
import { type BlobShare, lazyReceipts, type Receipt } from './receipts.ts';
import { collectDeposits, requestsHash } from './requests.ts';

const BLOB_GAS = 131072n;

/** What one transaction took. */
export interface TransactionStats {
  gasUsed: bigint;
  /** Executions, speculative ones included. */
  attempts: number;
}

export interface BlockStats extends MechanismStats {
  /** Milliseconds of wall time: decoding and laying out (0 for a prepared block), execution with receipts, copying out. */
  ms: { prepare: number; execute: number; finish: number; total: number };
  /** Executions of transactions, speculative ones included. */
  attempts: number;
  /** Executions that were repeated because something that they had read had changed. */
  redos: number;
  perTransaction: readonly TransactionStats[];
}

/** Outcome of a block. Of an invalid block only `invalid` and `stats` mean anything; the rest is empty. */
export interface BlockResult {
  /** Gas after refunds. */
  gasUsed: bigint;
  blobGasUsed: bigint;
  /** 256 bytes. */
  logsBloom: Uint8Array;
  /** 32 bytes. */
  receiptsRoot: Uint8Array;
  /** 32 bytes, from Prague on (EIP-7685). */
  requestsHash?: Uint8Array;
  /** One per transaction; each is decoded when it is first read. */
  receipts: readonly Receipt[];
  /** Net changes of accounts and storage; decoded when first asked for. */
  stateDiff: StateDiff;
  /** Set if the block is invalid: the state is then as before. */
  invalid?: Invalid;
  stats: BlockStats;
}

/** A result without its times. */
export type Outcome = Omit<BlockResult, 'stats'>;

function blobShares({ transactions }: PlainBlock, blobBaseFee: bigint): (BlobShare | undefined)[] {
  return transactions.map(({ type, blobVersionedHashes }) =>
    type === 3 ? { blobGasUsed: BigInt(blobVersionedHashes.length) * BLOB_GAS, blobGasPrice: blobBaseFee } : undefined,
  );
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
    receipts: [],
    stateDiff: { toJSON: () => ({}) },
    invalid,
  };
}

/** What is particular to the chain and block beside the laid-out bytes. */
export interface ReadContext {
  plain: PlainBlock;
  blobBaseFee: bigint;
  /** 0x-hex, lower case; undefined before Prague. */
  depositContract: string | undefined;
}

/** Reads a finished block. A malformed deposit makes it invalid only here. */
export function readOutcome(views: Views, block: number, context: ReadContext): Outcome {
  const receipts = lazyReceipts(
    views,
    views.u32(block + BLOCK_OUTCOMES),
    blobShares(context.plain, context.blobBaseFee),
  );
  const outcome: Outcome = {
    gasUsed: views.u64(block + BLOCK_CUMULATIVE_GAS),
    blobGasUsed: views.u64(block + BLOCK_BLOB_GAS_USED),
    logsBloom: views.copy(block + BLOCK_BLOOM, 256),
    receiptsRoot: views.copy(block + BLOCK_RECEIPTS_ROOT, 32),
    receipts,
    stateDiff: lazyDiff(views, views.u32(block + BLOCK_DIFF), views.u32(block + BLOCK_DIFF_BYTES)),
  };
  if (context.depositContract === undefined) return outcome;
  const deposits = collectDeposits(receipts, context.depositContract);
  if (deposits === undefined) return emptyOutcome(invalidOf(-1, INVALID_DEPOSIT));
  const lists = [deposits, requestList(views, block, 0), requestList(views, block, 1)];
  return { ...outcome, requestsHash: requestsHash(lists) };
}

export function readTransactionStats(views: Views, block: number, count: number): TransactionStats[] {
  const outcomes = views.u32(block + BLOCK_OUTCOMES);
  return Array.from({ length: count }, (_, i) => ({
    gasUsed: views.u64(outcomes + OUT_BYTES * i + OUT_GAS_USED),
    attempts: views.u32(outcomes + OUT_BYTES * i + OUT_ATTEMPTS),
  }));
}
