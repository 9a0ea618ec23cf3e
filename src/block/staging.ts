// Transactions on their way into shared memory: records and their variable parts in a private buffer, laid out as they
// will be there. A block is decoded while another one runs, when nobody may allocate shared memory; what is staged is
// then copied in one go and its pointers, which are offsets into the buffer until then, are moved.
import {
  ACCESS_BYTES,
  ACCESS_KIND,
  ACCESS_VALUE,
  AUTH_ADDRESS,
  AUTH_AUTHORITY,
  AUTH_BYTES,
  AUTH_CHAIN_ID,
  AUTH_NONCE,
  AUTH_SIGNED,
  AUTH_VALID,
  SIGNED_BYTES,
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
  TX_SENDER_PENDING,
  TX_SIGNED,
  TX_TO,
  TX_TYPE,
  TX_VALUE,
} from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';
import { Views } from '../memory/views.ts';
import type { StagedAuthorization } from './signers.ts';
import type { PlainAccess, PlainTransaction } from './types.ts';

/** Fields of a record that point to its variable parts. */
const POINTERS: readonly number[] = [TX_DATA, TX_ACCESSES, TX_BLOBS, TX_AUTHORIZATIONS];

/** What a transaction's variable parts need at the least, beside its data. */
const TAIL_BYTES = 64;

const aligned = (bytes: number): number => (bytes + 7) & ~7;

const U32 = 2 ** 32;

/** What is staged is copied to a memory of 32-bit addresses. */
function assertAddressable(bytes: number): number {
  if (bytes < U32) return bytes;
  const facts = { field: 'memory.maxBytes', value: bytes };
  throw new ParallelEvmError('STATE_TOO_LARGE', `transactions of ${bytes} bytes do not fit any memory`, facts);
}

export class Stage {
  readonly count: number;
  /** Over the buffer; another one after `take` had to enlarge it. */
  views: Views;
  /** Transactions whose senders are left to who executes them. */
  pendingSenders: number = 0;
  /** Whether authorities are. */
  hasPendingAuthorities = false;
  #next: number;

  /** Room for `count` transactions with `dataBytes` of data, enlarged where that does not do. */
  constructor(count: number, dataBytes: number) {
    this.count = count;
    this.#next = assertAddressable(count * TX_BYTES + dataBytes) - dataBytes;
    this.views = Views.over(new Uint8Array(aligned(this.#next + dataBytes + count * TAIL_BYTES)));
  }

  /** Bytes in use: the records, then the variable parts. */
  get bytes(): number {
    return this.#next;
  }

  record(index: number): number {
    return index * TX_BYTES;
  }

  /** The offset of so many zero bytes. */
  take(bytes: number): number {
    const at = this.#next;
    this.#next = assertAddressable(aligned(at + bytes));
    if (this.#next > this.views.bytes.length) this.#enlarge();
    return at;
  }

  /**
   * Leaves the sender of the transaction at `at` to who executes it. `hash` was signed by r and s, 64 bytes. `pending`:
   * one of SENDER_*.
   */
  deferSender(at: number, hash: Uint8Array, parity: 0 | 1, signature: Uint8Array, pending: number): void {
    const signed = this.take(SIGNED_BYTES);
    const { views } = this;
    views.bytes.set(hash, signed);
    views.bytes[signed + 63] = 27 + parity;
    views.bytes.set(signature, signed + 64);
    views.setU32(at + TX_SIGNED, signed);
    views.setU32(at + TX_SENDER_PENDING, pending);
    this.pendingSenders++;
  }

  #enlarge(): void {
    const larger = new Uint8Array(Math.min(2 * this.#next, U32));
    larger.set(this.views.bytes);
    this.views = Views.over(larger);
  }

  /** The sum of the gas limits. */
  gasAsked(): number {
    const { views, count } = this;
    let sum = 0;
    for (let at = TX_GAS_LIMIT; at < count * TX_BYTES; at += TX_BYTES) sum += views.u32(at + 4) * U32 + views.u32(at);
    return sum;
  }

  /** Copies records to `records` and variable parts to `tails`. */
  copyTo(target: Views, records: number, tails: number): void {
    const { bytes } = this.views;
    const split = this.count * TX_BYTES;
    target.bytes.set(bytes.subarray(0, split), records);
    target.bytes.set(bytes.subarray(split, this.#next), tails);
    for (let at = records; at < records + split; at += TX_BYTES)
      for (const pointer of POINTERS) target.setU32(at + pointer, target.u32(at + pointer) - split + tails);
    if (this.pendingSenders > 0)
      for (let at = records; at < records + split; at += TX_BYTES)
        target.setU32(at + TX_SIGNED, target.u32(at + TX_SIGNED) - split + tails);
    if (this.hasPendingAuthorities)
      for (let at = records; at < records + split; at += TX_BYTES) moveSigned(target, at, tails - split);
  }
}

function putAccesses(stage: Stage, at: number, list: readonly PlainAccess[]): void {
  const keys = list.reduce((sum, { storageKeys }) => sum + storageKeys.length, 0);
  let item = stage.take((list.length + keys) * ACCESS_BYTES);
  const { views } = stage;
  views.setU32(at + TX_ACCESSES, item);
  views.setU32(at + TX_ACCESS_COUNT, list.length + keys);
  views.setU32(at + TX_ACCESS_ADDRESSES, list.length);
  views.setU32(at + TX_ACCESS_KEYS, keys);
  const put = (kind: number, value: Uint8Array): void => {
    views.setU32(item + ACCESS_KIND, kind);
    views.setBigEndian(item + ACCESS_VALUE, value);
    item += ACCESS_BYTES;
  };
  for (const { address, storageKeys } of list) {
    put(0, address);
    for (const key of storageKeys) put(1, key);
  }
}

function putBlobs(stage: Stage, at: number, hashes: readonly Uint8Array[]): void {
  const blobs = stage.take(hashes.length * 32);
  const { views } = stage;
  views.setU32(at + TX_BLOBS, blobs);
  views.setU32(at + TX_BLOB_COUNT, hashes.length);
  hashes.forEach((hash, i) => {
    views.setBigEndian(blobs + 32 * i, hash);
  });
}

/** Moves what the authorities of the transaction at `at` are to be recovered from. */
function moveSigned(views: Views, at: number, distance: number): void {
  const first = views.u32(at + TX_AUTHORIZATIONS);
  const end = first + AUTH_BYTES * views.u32(at + TX_AUTHORIZATION_COUNT);
  for (let tuple = first; tuple < end; tuple += AUTH_BYTES) {
    const signed = views.u32(tuple + AUTH_SIGNED);
    if (signed !== 0) views.setU32(tuple + AUTH_SIGNED, signed + distance);
  }
}

function putAuthorization(views: Views, at: number, auth: StagedAuthorization): void {
  if (auth.authority) views.setBigEndian(at + AUTH_AUTHORITY, auth.authority, 24);
  views.setU32(at + AUTH_VALID, auth.authority ? 1 : 0);
  views.setBigEndian(at + AUTH_ADDRESS, auth.address, 24);
  views.setU64(at + AUTH_NONCE, auth.nonce);
  views.setU256(at + AUTH_CHAIN_ID, auth.chainId);
}

export function putAuthorizations(stage: Stage, at: number, list: readonly StagedAuthorization[]): void {
  const start = stage.take(list.length * AUTH_BYTES);
  const pending = list.filter(({ signed }) => signed !== undefined).length;
  let next = stage.take(pending * SIGNED_BYTES);
  if (pending > 0) stage.hasPendingAuthorities = true;
  const { views } = stage;
  views.setU32(at + TX_AUTHORIZATIONS, start);
  views.setU32(at + TX_AUTHORIZATION_COUNT, list.length);
  list.forEach((auth, i) => {
    const tuple = start + AUTH_BYTES * i;
    putAuthorization(views, tuple, auth);
    if (auth.signed === undefined) return;
    views.setU32(tuple + AUTH_SIGNED, next);
    views.bytes.set(auth.signed, next);
    next += SIGNED_BYTES;
  });
}

function putTransaction(stage: Stage, at: number, tx: PlainTransaction): void {
  const data = stage.take(tx.data.length);
  putAccesses(stage, at, tx.accessList);
  putBlobs(stage, at, tx.blobVersionedHashes);
  putAuthorizations(stage, at, tx.authorizationList ?? []);
  const { views } = stage;
  views.setU32(at + TX_TYPE, tx.type);
  views.setU32(at + TX_IS_CREATE, tx.to ? 0 : 1);
  views.setU64(at + TX_NONCE, tx.nonce);
  views.setU64(at + TX_GAS_LIMIT, tx.gasLimit);
  views.bytes.set(tx.data, data);
  views.setU32(at + TX_DATA, data);
  views.setU32(at + TX_DATA_BYTES, tx.data.length);
  views.setBigEndian(at + TX_FROM, tx.from);
  if (tx.to) views.setBigEndian(at + TX_TO, tx.to);
  views.setU256(at + TX_VALUE, tx.value);
  views.setU256(at + TX_MAX_FEE, tx.maxFeePerGas);
  views.setU256(at + TX_MAX_PRIORITY, tx.maxPriorityFeePerGas);
  views.setU256(at + TX_MAX_BLOB_FEE, tx.maxFeePerBlobGas ?? 0n);
}

/** Decoded transactions, staged. */
export function stagePlain(transactions: readonly PlainTransaction[]): Stage {
  const dataBytes = transactions.reduce((sum, { data }) => sum + data.length, 0);
  const stage = new Stage(transactions.length, dataBytes);
  transactions.forEach((tx, i) => {
    putTransaction(stage, stage.record(i), tx);
  });
  return stage;
}
