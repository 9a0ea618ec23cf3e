// JSON-RPC transactions straight into their records: the way of blocks that are as they should be. It accepts only what
// `parseTransaction` accepts, with the same outcome, and refuses the block at the first thing that is out of the ordinary:
// then that one decodes it, finds senders, or says what is wrong. A rule that is added there and concerns transactions
// with a known sender has to be here, too; test/block/direct.test.ts holds the two to each other.
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
import { isFrom, newestTxType } from './forks.ts';
import { byteLength, putBytes, putQuantity, putWord, smallInteger } from './hex-limbs.ts';
import { withAuthority } from './signature.ts';
import { putAuthorizations, Stage } from './staging.ts';
import { PROTECTED_V, parseAuthorization, type TransactionContext, typeOf, UNPROTECTED_V } from './transaction.ts';
import type { PlainAuthorization } from './types.ts';

/** Fields by name, their values unchecked. */
type Fields = Readonly<Record<string, unknown>>;

/** What the fork and chain of a block allow. */
interface Bounds {
  newestType: number;
  chainId: number;
  /** EIP-155. */
  canBind: boolean;
  context: TransactionContext;
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
  if (isAbsent(from) || !putWord(views, at + TX_FROM, from, 20)) return false;
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

/** Authorizations are few and their authorities have to be recovered: no need for a way of their own. */
function authorizationsOf(
  { authorizationList }: Fields,
  { chainId, recover }: TransactionContext,
): PlainAuthorization[] {
  if (!Array.isArray(authorizationList)) throw badArgument('authorizationList', 'an array', authorizationList);
  return authorizationList.map((each) => withAuthority(parseAuthorization(each, ''), chainId, recover));
}

/** Lists that a transaction does not have are empty ones, which lie somewhere too. */
function putLists(stage: Stage, at: number, tx: Fields, type: number, context: TransactionContext): boolean {
  if (type === 0) stage.views.setU32(at + TX_ACCESSES, stage.bytes);
  else if (!putAccesses(stage, at, tx.accessList)) return false;
  if (type !== 3) stage.views.setU32(at + TX_BLOBS, stage.bytes);
  else if (!putBlobs(stage, at, tx)) return false;
  putAuthorizations(stage, at, type === 4 ? authorizationsOf(tx, context) : []);
  return true;
}

function putTransaction(stage: Stage, at: number, tx: Fields, bounds: Bounds): boolean {
  const type = typeOf(tx.type);
  if (!Number.isInteger(type) || type < 0 || type > bounds.newestType) return false;
  const fitsChain = type === 0 ? fitsLegacyChain(tx, bounds) : smallInteger(tx.chainId) === bounds.chainId;
  if (!fitsChain) return false;
  const { views } = stage;
  views.setU32(at + TX_TYPE, type);
  return (
    putQuantity(views, at + TX_NONCE, tx.nonce, 8) &&
    putQuantity(views, at + TX_GAS_LIMIT, tx.gas, 8) &&
    putQuantity(views, at + TX_VALUE, tx.value, 32) &&
    putPrices(stage, at, tx, type) &&
    putParties(stage, at, tx, type) &&
    putData(stage, at, dataOf(tx)) &&
    putLists(stage, at, tx, type, bounds.context)
  );
}

function boundsOf(context: TransactionContext): Bounds {
  const { fork, chainId } = context;
  const canBind = isFrom(fork, 'spuriousDragon');
  return { newestType: newestTxType(fork), chainId: Number(chainId), canBind, context };
}

function stageAll(list: readonly Fields[], context: TransactionContext): Stage | undefined {
  const dataBytes = list.reduce((sum, tx) => sum + Math.max(byteLength(dataOf(tx)), 0), 0);
  const stage = new Stage(list.length, dataBytes);
  const bounds = boundsOf(context);
  const fits = list.every((tx, i) => putTransaction(stage, stage.record(i), tx, bounds));
  return fits ? stage : undefined;
}

/** The transactions of a block, staged; undefined where one of them is not of the usual form. */
export function stageRpc(list: readonly unknown[], context: TransactionContext): Stage | undefined {
  const items = Array.from(list); // a hole is an item, too
  return items.every(isFields) ? unlessRefused(() => stageAll(items, context)) : undefined;
}
