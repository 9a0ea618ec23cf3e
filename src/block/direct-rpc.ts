// JSON-RPC transactions straight into their records: the way of blocks that are as they should be. It accepts only what
// `parseTransaction` accepts, with the same outcome, and refuses the block at the first thing that is out of the ordinary:
// then that one decodes it, or says what is wrong. A rule that is added there has to be here, too;
// test/block/direct.test.ts holds the two to each other.
import { RLP } from '@ethereumjs/rlp';
import {
  ACCESS_BYTES,
  ACCESS_KIND,
  ACCESS_VALUE,
  TX_ACCESS_ADDRESSES,
  TX_ACCESS_COUNT,
  TX_ACCESS_KEYS,
  TX_ACCESSES,
  TX_BLOB_COUNT,
  TX_BLOBS,
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
import { badArgument, unlessRefused } from '../errors.ts';
import { Views } from '../memory/views.ts';
import { isFrom, newestTxType } from './forks.ts';
import { byteLength, putBytes, putQuantity, putWord, smallInteger } from './hex-limbs.ts';
import { PayloadWriter } from './payload.ts';
import type { SignedAuthorization } from './signature.ts';
import { isUsualSignature, putSender, type Signers, stagedAuthorizations } from './signers.ts';
import { putAuthorizations, Stage } from './staging.ts';
import { PROTECTED_V, parseAuthorization, type TransactionContext, typeOf, UNPROTECTED_V } from './transaction.ts';

/** Fields by name, their values unchecked. */
type Fields = Readonly<Record<string, unknown>>;

/** What the fork and chain of a block allow, and how signers are found. */
interface Bounds {
  newestType: number;
  chainId: number;
  /** RLP of the chain id. */
  chain: Uint8Array;
  /** EIP-155. */
  canBind: boolean;
  context: TransactionContext;
  signers: Signers;
  payload: PayloadWriter;
  /** Room for r and s, little-endian. */
  scalars: Views;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !(value instanceof Map) &&
  !(value instanceof Set);

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const dataOf = (tx: Fields): unknown => tx.input ?? tx.data;

/** EIP-155's `v`, or the older one, or none where the sender is known. */
function fitsLegacyChain({ chainId, v }: Fields, bounds: Bounds): boolean {
  if (!isAbsent(chainId) && smallInteger(chainId) !== bounds.chainId) return false;
  if (isAbsent(v)) return true;
  const number = smallInteger(v);
  if (number === Number(UNPROTECTED_V) || number === Number(UNPROTECTED_V) + 1) return true;
  const lowest = Number(PROTECTED_V) + 2 * bounds.chainId;
  return bounds.canBind && (number === lowest || number === lowest + 1);
}

function putPrices(stage: Stage, at: number, tx: Fields, type: number): boolean {
  const { views } = stage;
  const most = type >= 2 ? tx.maxFeePerGas : tx.gasPrice;
  const priority = type >= 2 ? tx.maxPriorityFeePerGas : tx.gasPrice;
  return putQuantity(views, at + TX_MAX_FEE, most, 32) && putQuantity(views, at + TX_MAX_PRIORITY, priority, 32);
}

function putParties({ views }: Stage, at: number, { from, to }: Fields, type: number): boolean {
  if (!isAbsent(from) && !putWord(views, at + TX_FROM, from, 20)) return false;
  views.setU32(at + TX_IS_CREATE, isAbsent(to) ? 1 : 0);
  return isAbsent(to) ? type <= 2 : putWord(views, at + TX_TO, to, 20);
}

function putData(stage: Stage, at: number, data: unknown): boolean {
  const length = byteLength(data);
  if (length < 0) return false;
  const start = stage.take(length);
  stage.views.setU32(at + TX_DATA, start);
  stage.views.setU32(at + TX_DATA_BYTES, length);
  return putBytes(stage.views.bytes, start, data as string | Uint8Array);
}

function putAccess({ views }: Stage, item: number, kind: 0 | 1, value: unknown): boolean {
  views.setU32(item + ACCESS_KIND, kind);
  return putWord(views, item + ACCESS_VALUE, value, kind === 0 ? 20 : 32);
}

/** Items of an access list, addresses and keys; -1 where it is not made as it should be. */
function accessItems(list: unknown): number {
  if (!Array.isArray(list)) return -1;
  let sum = list.length;
  for (const entry of list) {
    if (!isFields(entry) || !Array.isArray(entry.storageKeys)) return -1;
    sum += entry.storageKeys.length;
  }
  return sum;
}

function putAccesses(stage: Stage, at: number, list: unknown): boolean {
  const count = accessItems(list);
  if (count < 0) return false;
  const entries = list as { address: unknown; storageKeys: unknown[] }[];
  let item = stage.take(count * ACCESS_BYTES);
  const { views } = stage;
  views.setU32(at + TX_ACCESSES, item);
  views.setU32(at + TX_ACCESS_COUNT, count);
  views.setU32(at + TX_ACCESS_ADDRESSES, entries.length);
  views.setU32(at + TX_ACCESS_KEYS, count - entries.length);
  for (const { address, storageKeys } of entries) {
    if (!putAccess(stage, item, 0, address)) return false;
    item += ACCESS_BYTES;
    for (const key of storageKeys) {
      if (!putAccess(stage, item, 1, key)) return false;
      item += ACCESS_BYTES;
    }
  }
  return true;
}

function putBlobs(stage: Stage, at: number, { maxFeePerBlobGas, blobVersionedHashes }: Fields): boolean {
  if (!Array.isArray(blobVersionedHashes)) return false;
  const blobs = stage.take(32 * blobVersionedHashes.length);
  const { views } = stage;
  views.setU32(at + TX_BLOBS, blobs);
  views.setU32(at + TX_BLOB_COUNT, blobVersionedHashes.length);
  for (let i = 0; i < blobVersionedHashes.length; i++)
    if (!putWord(views, blobs + 32 * i, blobVersionedHashes[i], 32)) return false;
  return putQuantity(views, at + TX_MAX_BLOB_FEE, maxFeePerBlobGas, 32);
}

/** Authorizations are few and their authorities have to be recovered: read as the checked way does it. */
function authorizationsOf({ authorizationList }: Fields): SignedAuthorization[] {
  if (!Array.isArray(authorizationList)) throw badArgument('authorizationList', 'an array', authorizationList);
  return authorizationList.map((each) => parseAuthorization(each, ''));
}

const encodedAuthorizations = (list: readonly SignedAuthorization[]): Uint8Array =>
  RLP.encode(list.map((each) => [each.chainId, each.address, each.nonce, each.yParity, each.r, each.s]));

/** Lists that a transaction does not have are empty ones, which lie somewhere too. */
function putLists(
  stage: Stage,
  at: number,
  tx: Fields,
  type: number,
  list: readonly SignedAuthorization[],
  { context, signers }: Bounds,
): boolean {
  if (type === 0) stage.views.setU32(at + TX_ACCESSES, stage.bytes);
  else if (!putAccesses(stage, at, tx.accessList)) return false;
  if (type !== 3) stage.views.setU32(at + TX_BLOBS, stage.bytes);
  else if (!putBlobs(stage, at, tx)) return false;
  putAuthorizations(stage, at, stagedAuthorizations(list, context, signers));
  return true;
}

/** The parity in the signature; -1 where it has none. */
function parityOf({ v, yParity }: Fields, type: number, chainId: number): number {
  if (type > 0) return smallInteger(isAbsent(yParity) ? v : yParity);
  const number = smallInteger(v);
  return number - (number < Number(PROTECTED_V) ? Number(UNPROTECTED_V) : Number(PROTECTED_V) + 2 * chainId);
}

/** Puts r and s where `putSender` expects them. */
function readSignature({ r, s }: Fields, { scalars, signers }: Bounds): boolean {
  scalars.bytes.fill(0);
  if (!putQuantity(scalars, 0, r, 32) || !putQuantity(scalars, 32, s, 32)) return false;
  const { signature } = signers.senders;
  for (let i = 0; i < 32; i++) {
    signature[31 - i] = scalars.bytes[i] as number;
    signature[63 - i] = scalars.bytes[32 + i] as number;
  }
  return isUsualSignature(signature);
}

/** Finds out who has signed, where that is not known or not believed. What is signed is in the record. */
function putSigner(
  stage: Stage,
  at: number,
  tx: Fields,
  type: number,
  list: readonly SignedAuthorization[],
  bounds: Bounds,
): boolean {
  const isGiven = !isAbsent(tx.from);
  if (isGiven && bounds.context.verifies !== true) return true;
  const parity = parityOf(tx, type, bounds.chainId);
  if ((parity !== 0 && parity !== 1) || !readSignature(tx, bounds)) return false;
  const isBound = type > 0 || smallInteger(tx.v) >= Number(PROTECTED_V);
  const authorizations = type === 4 ? encodedAuthorizations(list) : undefined;
  const message = bounds.payload.write(stage.views, at, type, isBound ? bounds.chain : undefined, authorizations);
  return putSender(stage, at, [message], parity, bounds.signers, isGiven);
}

function putTransaction(stage: Stage, at: number, tx: Fields, bounds: Bounds): boolean {
  const type = typeOf(tx.type);
  if (!Number.isInteger(type) || type < 0 || type > bounds.newestType) return false;
  const fitsChain = type === 0 ? fitsLegacyChain(tx, bounds) : smallInteger(tx.chainId) === bounds.chainId;
  if (!fitsChain) return false;
  const { views } = stage;
  views.setU32(at + TX_TYPE, type);
  const authorizations = type === 4 ? authorizationsOf(tx) : [];
  return (
    putQuantity(views, at + TX_NONCE, tx.nonce, 8) &&
    putQuantity(views, at + TX_GAS_LIMIT, tx.gas, 8) &&
    putQuantity(views, at + TX_VALUE, tx.value, 32) &&
    putPrices(stage, at, tx, type) &&
    putParties(stage, at, tx, type) &&
    putData(stage, at, dataOf(tx)) &&
    putLists(stage, at, tx, type, authorizations, bounds) &&
    putSigner(stage, at, tx, type, authorizations, bounds)
  );
}

function boundsOf(context: TransactionContext, signers: Signers): Bounds {
  const { fork, chainId } = context;
  return {
    newestType: newestTxType(fork),
    chainId: Number(chainId),
    chain: RLP.encode(chainId),
    canBind: isFrom(fork, 'spuriousDragon'),
    context,
    signers,
    payload: new PayloadWriter(),
    scalars: Views.over(new Uint8Array(64)),
  };
}

function stageAll(list: readonly Fields[], context: TransactionContext, signers: Signers): Stage | undefined {
  const dataBytes = list.reduce((sum, tx) => sum + Math.max(byteLength(dataOf(tx)), 0), 0);
  const stage = new Stage(list.length, dataBytes);
  const bounds = boundsOf(context, signers);
  const fits = list.every((tx, i) => putTransaction(stage, stage.record(i), tx, bounds));
  return fits ? stage : undefined;
}

/** The transactions of a block, staged; undefined where one of them is not of the usual form. */
export function stageRpc(list: readonly unknown[], context: TransactionContext, signers: Signers): Stage | undefined {
  const items = Array.from(list); // a hole is an item, too
  return items.every(isFields) ? unlessRefused(() => stageAll(items, context, signers)) : undefined;
}
