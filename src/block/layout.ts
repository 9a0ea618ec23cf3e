// Lays a decoded block out in shared memory, once; every run of it reads the same bytes. Numbers and addresses become
// little-endian limbs, byte strings stay as they are.
import {
  ACCESS_BYTES,
  ACCESS_KIND,
  ACCESS_VALUE,
  AUTH_ADDRESS,
  AUTH_AUTHORITY,
  AUTH_BYTES,
  AUTH_CHAIN_ID,
  AUTH_NONCE,
  AUTH_VALID,
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
  TX_ACCESS_ADDRESSES,
  TX_ACCESS_COUNT,
  TX_ACCESS_KEYS,
  TX_ACCESSES,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_BLOB_COUNT,
  TX_BLOBS,
  TX_BYTES,
  TX_DATA,
  TX_DATA_BYTES,
  TX_FROM,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_MAX_BLOB_FEE,
  TX_MAX_FEE,
  TX_MAX_PRIORITY,
  TX_NONCE,
  TX_TO,
  TX_TYPE,
  TX_VALUE,
} from '../../assembly/layout.ts';
import type { SharedSpace } from '../memory/shared.ts';
import type { Views } from '../memory/views.ts';
import type { Credit } from '../spec/credits.ts';
import type { PlainAccess, PlainAuthorization, PlainBlock, PlainTransaction } from './types.ts';

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

/** A block in shared memory: one span. */
export interface LaidOutBlock {
  block: number;
  bytes: number;
}

const align = (bytes: number): number => (bytes + 63) & ~63;

const accessItems = (list: readonly PlainAccess[]): number =>
  list.reduce((sum, { storageKeys }) => sum + 1 + storageKeys.length, 0);

/** Bytes of a transaction's variable parts. */
function tailBytes(tx: PlainTransaction): number {
  const fixed = accessItems(tx.accessList) * ACCESS_BYTES + tx.blobVersionedHashes.length * 32;
  return align(tx.data.length + 8) + align(fixed + (tx.authorizationList?.length ?? 0) * AUTH_BYTES);
}

function blockBytes({ transactions }: PlainBlock, { credits, drains }: Settlement): number {
  const lists = align(credits.length * CREDIT_BYTES) + align(drains.length * DRAIN_BYTES);
  const perTx = transactions.reduce((sum, tx) => sum + TX_BYTES + OUT_BYTES + tailBytes(tx), 0);
  return align(BLOCK_BYTES) + 2 * OUT_BYTES + HASH_WINDOW * 33 + lists + perTx + 1024;
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

function putAccesses(views: Views, at: number, list: readonly PlainAccess[]): void {
  const item = (kind: number, value: Uint8Array): void => {
    views.setU32(at + ACCESS_KIND, kind);
    views.setBigEndian(at + ACCESS_VALUE, value);
    at += ACCESS_BYTES;
  };
  for (const { address, storageKeys } of list) {
    item(0, address);
    for (const key of storageKeys) item(1, key);
  }
}

function putAuthorization(views: Views, at: number, auth: PlainAuthorization): void {
  if (auth.authority) views.setBigEndian(at + AUTH_AUTHORITY, auth.authority, 24);
  views.setU32(at + AUTH_VALID, auth.authority ? 1 : 0);
  views.setBigEndian(at + AUTH_ADDRESS, auth.address, 24);
  views.setU64(at + AUTH_NONCE, auth.nonce);
  views.setU256(at + AUTH_CHAIN_ID, auth.chainId);
}

function putLists(views: Views, at: number, tx: PlainTransaction, cursor: Cursor): void {
  const accesses = accessItems(tx.accessList);
  views.setU32(at + TX_ACCESSES, cursor.take(accesses * ACCESS_BYTES));
  views.setU32(at + TX_ACCESS_COUNT, accesses);
  views.setU32(at + TX_ACCESS_ADDRESSES, tx.accessList.length);
  views.setU32(at + TX_ACCESS_KEYS, accesses - tx.accessList.length);
  putAccesses(views, views.u32(at + TX_ACCESSES), tx.accessList);
  const blobs = cursor.take(tx.blobVersionedHashes.length * 32);
  views.setU32(at + TX_BLOBS, blobs);
  views.setU32(at + TX_BLOB_COUNT, tx.blobVersionedHashes.length);
  tx.blobVersionedHashes.forEach((hash, i) => {
    views.setBigEndian(blobs + 32 * i, hash);
  });
  const authorizations = tx.authorizationList ?? [];
  const list = cursor.take(authorizations.length * AUTH_BYTES);
  views.setU32(at + TX_AUTHORIZATIONS, list);
  views.setU32(at + TX_AUTHORIZATION_COUNT, authorizations.length);
  authorizations.forEach((auth, i) => {
    putAuthorization(views, list + AUTH_BYTES * i, auth);
  });
}

function putTransaction(views: Views, at: number, tx: PlainTransaction, cursor: Cursor): void {
  views.setU32(at + TX_TYPE, tx.type);
  views.setU32(at + TX_IS_CREATE, tx.to ? 0 : 1);
  views.setU64(at + TX_NONCE, tx.nonce);
  views.setU64(at + TX_GAS_LIMIT, tx.gasLimit);
  const data = cursor.take(tx.data.length);
  views.bytes.set(tx.data, data);
  views.setU32(at + TX_DATA, data);
  views.setU32(at + TX_DATA_BYTES, tx.data.length);
  views.setBigEndian(at + TX_FROM, tx.from);
  if (tx.to) views.setBigEndian(at + TX_TO, tx.to);
  views.setU256(at + TX_VALUE, tx.value);
  views.setU256(at + TX_MAX_FEE, tx.maxFeePerGas);
  views.setU256(at + TX_MAX_PRIORITY, tx.maxPriorityFeePerGas);
  views.setU256(at + TX_MAX_BLOB_FEE, tx.maxFeePerBlobGas ?? 0n);
  putLists(views, at, tx, cursor);
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

function putHeader(views: Views, at: number, { header, chainId }: PlainBlock, blobs: BlobRules): void {
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

/** Lays `plain` out in a span of its own; `spec` is the address of its fork's record. */
export function layOutBlock(
  space: SharedSpace,
  plain: PlainBlock,
  spec: number,
  blobs: BlobRules,
  settlement: Settlement,
): LaidOutBlock {
  const bytes = blockBytes(plain, settlement);
  const block = space.alloc(bytes, 'the block');
  const { views } = space;
  views.bytes.fill(0, block, block + bytes);
  const cursor = new Cursor(block + align(BLOCK_BYTES));
  const { transactions } = plain;
  const txs = cursor.take(transactions.length * TX_BYTES);
  const fields: [number, number][] = [
    [BLOCK_SPEC, spec],
    [BLOCK_TXS, txs],
    [BLOCK_TX_COUNT, transactions.length],
    [BLOCK_OUTCOMES, cursor.take((transactions.length + 1) * OUT_BYTES)],
    [BLOCK_HASHES, cursor.take(HASH_WINDOW * 32)],
    [BLOCK_HASHES_KNOWN, cursor.take(HASH_WINDOW)],
    [BLOCK_CREDITS, cursor.take(settlement.credits.length * CREDIT_BYTES)],
    [BLOCK_CREDIT_COUNT, settlement.credits.length],
    [BLOCK_DRAINS, cursor.take(settlement.drains.length * DRAIN_BYTES)],
    [BLOCK_DRAIN_COUNT, settlement.drains.length],
  ];
  for (const [offset, value] of fields) views.setU32(block + offset, value);
  putHeader(views, block, plain, blobs);
  transactions.forEach((tx, i) => {
    putTransaction(views, txs + TX_BYTES * i, tx, cursor);
  });
  putSettlement(views, block, settlement);
  return { block, bytes };
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
