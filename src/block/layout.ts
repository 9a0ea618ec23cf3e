// Lays a decoded block out in shared memory, once; every run of it reads the same bytes. Numbers and addresses become
// little-endian limbs, byte strings stay as they are.
import {
  BLOCK_BASE_FEE,
  BLOCK_BEACON_ROOT,
  BLOCK_BLOB_FEE,
  BLOCK_BYTES,
  BLOCK_CHAIN_ID,
  BLOCK_COINBASE,
  BLOCK_CREDIT_COUNT,
  BLOCK_CREDITS,
  BLOCK_DRAIN_COUNT,
  BLOCK_DRAINS,
  BLOCK_GAS_LIMIT,
  BLOCK_HASHES,
  BLOCK_HASHES_KNOWN,
  BLOCK_MAX_BLOB_GAS,
  BLOCK_NUMBER,
  BLOCK_OUTCOMES,
  BLOCK_PARENT_HASH,
  BLOCK_RANDAO,
  BLOCK_SPEC,
  BLOCK_TIMESTAMP,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  CREDIT_ADDRESS,
  CREDIT_AMOUNT,
  CREDIT_BYTES,
  DRAIN_BYTES,
  OUT_BYTES,
  TX_BYTES,
} from '../../assembly/layout.ts';
import type { SharedSpace } from '../memory/shared.ts';
import type { Views } from '../memory/views.ts';
import type { Credit } from '../spec/credits.ts';
import type { Stage } from './staging.ts';
import type { BlockFrame } from './types.ts';

export const HASH_WINDOW = 256;

/** Blob parameters of the block's fork and time (EIP-4844, EIP-7691, EIP-7892). */
export interface BlobRules {
  /** wei per blob gas. */
  baseFee: bigint;
  maxGasPerBlock: bigint;
}

/** What a block does to balances outside its transactions. */
export interface Settlement {
  /** Paid behind the transactions. */
  credits: readonly Credit[];
  /** Addresses whose balances move to the last one's before the transactions. */
  drains: readonly Uint8Array[];
}

const align = (bytes: number): number => (bytes + 63) & ~63;

/** Behind the last data: kernels load whole words. */
const SLACK_BYTES = 1024;

function blockBytes(stage: Stage, { credits, drains }: Settlement): number {
  const lists = align(credits.length * CREDIT_BYTES) + align(drains.length * DRAIN_BYTES);
  const outcomes = (stage.count + 2) * OUT_BYTES;
  return align(BLOCK_BYTES) + outcomes + HASH_WINDOW * 33 + lists + stage.bytes + SLACK_BYTES;
}

/** Deals out the span in order. */
class Cursor {
  #next: number;
  constructor(start: number) {
    this.#next = start;
  }
  take(bytes: number): number {
    const at = this.#next;
    this.#next = Math.ceil((at + bytes) / 8) * 8; // not by bits: those are signed above 2 GiB
    return at;
  }
}

function putSettlement(views: Views, block: number, { credits, drains }: Settlement): void {
  const list = views.u32(block + BLOCK_CREDITS);
  credits.forEach(({ address, amount }, i) => {
    views.setBigEndian(list + CREDIT_BYTES * i + CREDIT_ADDRESS, address);
    views.setU256(list + CREDIT_BYTES * i + CREDIT_AMOUNT, amount);
  });
  const drained = views.u32(block + BLOCK_DRAINS);
  drains.forEach((address, i) => {
    views.setBigEndian(drained + DRAIN_BYTES * i, address, DRAIN_BYTES);
  });
}

function putHeader(views: Views, at: number, { header, chainId }: BlockFrame, blobs: BlobRules): void {
  views.setU64(at + BLOCK_NUMBER, header.number);
  views.setU64(at + BLOCK_TIMESTAMP, header.timestamp);
  views.setU64(at + BLOCK_GAS_LIMIT, header.gasLimit);
  views.setU64(at + BLOCK_MAX_BLOB_GAS, blobs.maxGasPerBlock);
  views.setU256(at + BLOCK_BASE_FEE, header.baseFeePerGas);
  views.setBigEndian(at + BLOCK_RANDAO, header.prevRandao);
  views.setU256(at + BLOCK_BLOB_FEE, blobs.baseFee);
  views.setU256(at + BLOCK_CHAIN_ID, chainId);
  views.setBigEndian(at + BLOCK_COINBASE, header.coinbase, 24);
  views.bytes.set(header.parentHash, at + BLOCK_PARENT_HASH);
  if (header.parentBeaconBlockRoot) views.bytes.set(header.parentBeaconBlockRoot, at + BLOCK_BEACON_ROOT);
}

/** Lays a block out in a span of its own, whose address it returns; `spec` is the address of its fork's record. */
export function layOutBlock(
  space: SharedSpace,
  frame: BlockFrame,
  stage: Stage,
  spec: number,
  blobs: BlobRules,
  settlement: Settlement,
): number {
  const bytes = blockBytes(stage, settlement);
  const block = space.alloc(bytes, 'the block');
  const { views } = space;
  const cursor = new Cursor(block + align(BLOCK_BYTES));
  const outcomes = cursor.take((stage.count + 1) * OUT_BYTES); // first, so that they are whole lines
  const txs = cursor.take(stage.count * TX_BYTES);
  const fields: [number, number][] = [
    [BLOCK_SPEC, spec],
    [BLOCK_TXS, txs],
    [BLOCK_TX_COUNT, stage.count],
    [BLOCK_OUTCOMES, outcomes],
    [BLOCK_HASHES, cursor.take(HASH_WINDOW * 32)],
    [BLOCK_HASHES_KNOWN, cursor.take(HASH_WINDOW)],
    [BLOCK_CREDITS, cursor.take(settlement.credits.length * CREDIT_BYTES)],
    [BLOCK_CREDIT_COUNT, settlement.credits.length],
    [BLOCK_DRAINS, cursor.take(settlement.drains.length * DRAIN_BYTES)],
    [BLOCK_DRAIN_COUNT, settlement.drains.length],
  ];
  const tails = cursor.take(stage.bytes - stage.count * TX_BYTES);
  views.bytes.fill(0, block, txs);
  views.bytes.fill(0, txs + stage.count * TX_BYTES, tails);
  stage.copyTo(views, txs, tails);
  views.bytes.fill(0, block + bytes - SLACK_BYTES, block + bytes);
  for (const [offset, value] of fields) views.setU32(block + offset, value);
  putHeader(views, block, frame, blobs);
  putSettlement(views, block, settlement);
  return block;
}

/** Sets the hashes that BLOCKHASH can ask for; `known` maps a block number to 32 bytes. */
export function putBlockHashes(
  views: Views,
  block: number,
  number: bigint,
  known: ReadonlyMap<bigint, Uint8Array>,
): void {
  const hashes = views.u32(block + BLOCK_HASHES);
  const flags = views.u32(block + BLOCK_HASHES_KNOWN);
  views.bytes.fill(0, flags, flags + HASH_WINDOW);
  for (const [of, hash] of known) {
    const index = number - 1n - of;
    if (index < 0n || index >= BigInt(HASH_WINDOW)) continue;
    views.setBigEndian(hashes + 32 * Number(index), hash);
    views.bytes[flags + Number(index)] = 1;
  }
}
