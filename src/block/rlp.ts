// Consensus encoding (Yellow Paper appendices B and L, EIP-2718) as JSON-RPC form: tables say which field stands where,
// and the one parser of that form does the checking. `@ethereumjs/block` objects take the same way, by their raw fields.

import type { Block } from '@ethereumjs/block';
import { RLP } from '@ethereumjs/rlp';
import type { TypedTransaction } from '@ethereumjs/tx';
import { badArgument } from '../errors.ts';
import { hexOf, integerOfBytes, parseBytes, parseQuantity } from '../hex.ts';
import { assertEthereumType } from './chains.ts';
import { fieldOf, pathOf, type SourceRecord } from './fields.ts';
import { addressOfPublicKey } from './recover.ts';
import { RlpReader } from './rlp-reader.ts';

export type RlpItem = Uint8Array | RlpItem[];

/** Fields by their JSON-RPC names; their values come from outside and are still to be parsed. */
type RawFields = Record<string, unknown>;

const HEADER_FIELDS: readonly string[] = [
  ...['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom', 'difficulty'],
  ...['number', 'gasLimit', 'gasUsed', 'timestamp', 'extraData', 'mixHash', 'nonce', 'baseFeePerGas'],
  ...['withdrawalsRoot', 'blobGasUsed', 'excessBlobGas', 'parentBeaconBlockRoot', 'requestsHash'],
];
/** Frontier's; each later field came with a fork. */
const FEWEST_HEADER_FIELDS = 15;

const HEADER_QUANTITIES: ReadonlySet<string> = new Set([
  ...['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp', 'baseFeePerGas', 'blobGasUsed', 'excessBlobGas'],
]);

const SIGNATURE = ['yParity', 'r', 's'];
const CALL = ['gas', 'to', 'value', 'input'];
const FEES = ['maxPriorityFeePerGas', 'maxFeePerGas'];

/** Fields of each transaction type, in order; the index is the type. */
export const TX_FIELDS: readonly (readonly string[])[] = [
  ['nonce', 'gasPrice', ...CALL, 'v', 'r', 's'],
  ['chainId', 'nonce', 'gasPrice', ...CALL, 'accessList', ...SIGNATURE],
  ['chainId', 'nonce', ...FEES, ...CALL, 'accessList', ...SIGNATURE],
  ['chainId', 'nonce', ...FEES, ...CALL, 'accessList', 'maxFeePerBlobGas', 'blobVersionedHashes', ...SIGNATURE],
  ['chainId', 'nonce', ...FEES, ...CALL, 'accessList', 'authorizationList', ...SIGNATURE],
];
export const ACCESS_FIELDS: readonly string[] = ['address', 'storageKeys'];
export const AUTHORIZATION_FIELDS: readonly string[] = ['chainId', 'address', 'nonce', ...SIGNATURE];
export const WITHDRAWAL_FIELDS: readonly string[] = ['index', 'validatorIndex', 'address', 'amount'];

function listOf(item: RlpItem | undefined, path: string, must = 'an RLP list'): RlpItem[] {
  if (!Array.isArray(item)) throw badArgument(path, must, item);
  return item;
}

function bytesOf(item: RlpItem, path: string): Uint8Array {
  if (!(item instanceof Uint8Array)) throw badArgument(path, 'RLP bytes', item);
  return item;
}

function quantityOf(item: RlpItem, path: string): bigint {
  const bytes = bytesOf(item, path);
  if (bytes[0] === 0) throw badArgument(path, 'an integer without leading zeros', hexOf(bytes));
  return integerOfBytes(bytes);
}

/** The items of a list under their names; `read` says what an item of that name is. */
function named(
  item: RlpItem | undefined,
  path: string,
  names: readonly string[],
  read: (name: string, item: RlpItem, path: string) => unknown,
): RawFields {
  const items = listOf(item, path);
  if (items.length !== names.length) throw badArgument(path, `an RLP list of ${names.length} items`, items.length);
  return Object.fromEntries(names.map((name, i) => [name, read(name, items[i] as RlpItem, `${path}.${name}`)]));
}

const each = <T>(item: RlpItem, path: string, read: (item: RlpItem, path: string) => T): T[] =>
  Array.from(listOf(item, path), (entry, i) => read(entry, `${path}[${i}]`));

const amountOrAddress = (name: string, item: RlpItem, path: string): unknown =>
  name === 'address' ? bytesOf(item, path) : quantityOf(item, path);

const accessOf = (item: RlpItem, path: string): RawFields =>
  named(item, path, ACCESS_FIELDS, (name, field, at) =>
    name === 'address' ? bytesOf(field, at) : each(field, at, bytesOf),
  );

export const authorizationsOf = (item: RlpItem, path: string): RawFields[] =>
  each(item, path, (entry, at) => named(entry, at, AUTHORIZATION_FIELDS, amountOrAddress));

function txField(name: string, item: RlpItem, path: string): unknown {
  switch (name) {
    case 'to': {
      const address = bytesOf(item, path);
      return address.length === 0 ? null : address;
    }
    case 'input':
      return bytesOf(item, path);
    case 'accessList':
      return each(item, path, accessOf);
    case 'blobVersionedHashes':
      return each(item, path, bytesOf);
    case 'authorizationList':
      return authorizationsOf(item, path);
    default:
      return quantityOf(item, path);
  }
}

function typedTransaction(type: unknown, fields: RlpItem, path: string): RawFields {
  const names = typeof type === 'number' ? TX_FIELDS[type] : undefined;
  if (names === undefined) throw badArgument(`${path}.type`, `0 to ${TX_FIELDS.length - 1}`, type);
  return { type, ...named(fields, path, names, txField) };
}

/**
 * The one item that `bytes` encode.
 * @throws BAD_ARGUMENT naming `path`; `what` says what the item should be.
 */
export function decodeRlp(bytes: Uint8Array, path: string, what: string): RlpItem {
  // To the library no bytes at all are the empty string, whose encoding is one byte.
  if (bytes.length === 0) throw badArgument(path, `the RLP encoding of ${what}`, 'no bytes');
  try {
    return RLP.decode(bytes) as RlpItem;
  } catch (cause) {
    const error = badArgument(path, `the RLP encoding of ${what}`, hexOf(bytes.subarray(0, 40)));
    error.cause = cause;
    throw error;
  }
}

/** A list is a type 0; bytes are the type and the encoding of its fields. */
function transactionOf(item: RlpItem, path: string): RawFields {
  if (Array.isArray(item)) return typedTransaction(0, item, path);
  const type = item[0] ?? 0;
  assertEthereumType(type, `${path}.type`);
  if (type === 0 || type >= TX_FIELDS.length) throw badArgument(`${path}.type`, `1 to ${TX_FIELDS.length - 1}`, type);
  return typedTransaction(type, decodeRlp(item.subarray(1), path, 'a transaction'), path);
}

const FIRST_LIST_BYTE = 0xc0;

/** A transaction by itself (EIP-2718): RLP of a type 0, else the type and the encoding of its fields. */
export function rpcOfEnvelope(bytes: Uint8Array, path: string): RawFields {
  const isList = (bytes[0] ?? 0) >= FIRST_LIST_BYTE;
  return transactionOf(isList ? decodeRlp(bytes, path, 'a transaction') : bytes, path);
}

function headerOf(item: RlpItem | undefined, path: string): RawFields {
  const items = listOf(item, path);
  if (items.length < FEWEST_HEADER_FIELDS || items.length > HEADER_FIELDS.length) {
    throw badArgument(path, `${FEWEST_HEADER_FIELDS} to ${HEADER_FIELDS.length} items`, items.length);
  }
  return named(item, path, HEADER_FIELDS.slice(0, items.length), (name, field, at) =>
    HEADER_QUANTITIES.has(name) ? quantityOf(field, at) : bytesOf(field, at),
  );
}

/** Header RLP as an object of JSON-RPC shape, its values unchecked. */
export const rpcOfHeader = (rlp: Uint8Array, path: string): RawFields =>
  headerOf(decodeRlp(rlp, path, 'a header'), path);

/** The big-endian bytes of a quantity, as RLP has them. */
export function minimalBytes(value: unknown, field: string): Uint8Array {
  const quantity = parseQuantity(value, field);
  if (quantity === 0n) return new Uint8Array(0);
  const hex = quantity.toString(16);
  return parseBytes(`0x${hex.length % 2 === 0 ? hex : `0${hex}`}`, field);
}

/** The RLP of a header of JSON-RPC shape, whose hash is the block's. A field that is absent ends the list. */
export function rlpOfHeader(header: SourceRecord): Uint8Array {
  const present = HEADER_FIELDS.findIndex((name) => fieldOf(header, name) === undefined);
  const names = present < 0 ? HEADER_FIELDS : HEADER_FIELDS.slice(0, Math.max(present, FEWEST_HEADER_FIELDS));
  return RLP.encode(
    names.map((name) => {
      const [value, field] = [fieldOf(header, name), pathOf(header, name)];
      return HEADER_QUANTITIES.has(name) ? minimalBytes(value, field) : parseBytes(value, field);
    }),
  );
}

const ommersOf = (item: RlpItem | undefined): RawFields[] =>
  listOf(item, 'ommers').map((ommer) => headerOf(ommer, 'header'));

const withdrawalsOf = (item: RlpItem | undefined): RawFields[] | undefined =>
  item === undefined
    ? undefined
    : each(item, 'withdrawals', (entry, at) => named(entry, at, WITHDRAWAL_FIELDS, amountOrAddress));

/** The reader in the list of the transactions, and the rest of the block as `rpcOfRlp` has it. */
interface OpenBlock {
  frame: RawFields;
  transactions: RlpReader;
}

/**
 * Block RLP with its transactions left as they are.
 * @throws BAD_ARGUMENT; undefined where the block is not made as it should be. `rpcOfRlp` says what is wrong.
 */
export function openRlp(bytes: Uint8Array): OpenBlock | undefined {
  const reader = new RlpReader(bytes);
  if (reader.enter() < 0 || reader.end !== bytes.length) return undefined;
  const item = (): RlpItem | undefined =>
    reader.next() ? decodeRlp(bytes.subarray(reader.item, reader.at), 'block', 'a block') : undefined;
  const header = item();
  if (!reader.next() || !reader.isList) return undefined;
  const transactions = new RlpReader(bytes, reader.start, reader.at);
  const ommers = item();
  const withdrawals = item();
  if (!reader.isAtEnd) return undefined;
  const rest = { ommers: ommersOf(ommers), withdrawals: withdrawalsOf(withdrawals) };
  return { frame: { ...headerOf(header, 'header'), ...rest }, transactions };
}

/** Block RLP, `[header, transactions, ommers, withdrawals?]`, as an object of JSON-RPC shape, its values unchecked. */
export function rpcOfRlp(bytes: Uint8Array): RawFields {
  const items = listOf(decodeRlp(bytes, 'block', 'a block'), 'block');
  if (items.length !== 3 && items.length !== 4) throw badArgument('block', 'an RLP list of 3 or 4 items', items.length);
  const [header, transactions, ommers, withdrawals] = items;
  return {
    ...headerOf(header, 'header'),
    transactions: each(listOf(transactions, 'transactions'), 'transactions', transactionOf),
    ommers: ommersOf(ommers),
    withdrawals: withdrawalsOf(withdrawals),
  };
}

// Objects of @ethereumjs/block and @ethereumjs/tx are known by their shape and not by their class: a program may hold
// several copies of the packages, and their code need not be loaded for this.

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  isObject(value) && names.every((name) => typeof value[name] === 'function');

const areRaw = (list: unknown): boolean => Array.isArray(list) && list.every((item) => hasMethods(item, ['raw']));

export const isTransactionObject = (tx: unknown): tx is TypedTransaction =>
  hasMethods(tx, ['raw', 'isSigned']) && isObject((tx as { cache?: unknown }).cache);

export const isBlockObject = (block: unknown): block is Block =>
  isObject(block) &&
  hasMethods(block.header, ['raw']) &&
  hasMethods(block.common, ['hardfork', 'chainId', 'eips', 'copy']) &&
  areRaw(block.uncleHeaders) &&
  areRaw(block.withdrawals ?? []) &&
  Array.isArray(block.transactions);

/** The sender that the object knows without recovering it: by its cache, or by an impersonating method of its own. */
function knownSender(tx: TypedTransaction): Uint8Array | undefined {
  if (Object.hasOwn(tx, 'getSenderAddress')) return tx.getSenderAddress().bytes;
  const key = tx.cache.senderPubKey;
  return key === undefined ? undefined : addressOfPublicKey(key);
}

/** An `@ethereumjs/tx` transaction as an object of JSON-RPC shape, its values unchecked. */
export function rpcOfTransaction(tx: TypedTransaction, path: string): RawFields {
  if (!isTransactionObject(tx)) throw badArgument(path, 'an @ethereumjs/tx transaction', tx);
  const fields = { ...typedTransaction(tx.type, tx.raw() as RlpItem[], path), from: knownSender(tx) };
  // Without a signature the raw fields hold zeros, which would read as one.
  return tx.isSigned() ? fields : { ...fields, v: undefined, yParity: undefined, r: undefined, s: undefined };
}

/** An `@ethereumjs/block` block without its transactions. */
export function frameOfBlock(block: Block): RawFields {
  return {
    ...headerOf(block.header.raw(), 'header'),
    ommers: block.uncleHeaders.map((ommer) => headerOf(ommer.raw(), 'header')),
    withdrawals: withdrawalsOf(block.withdrawals?.map((withdrawal) => withdrawal.raw())),
  };
}

/** All of it; senders that its transactions know already come with them. */
export function rpcOfBlock(block: Block): RawFields {
  const transactions = block.transactions.map((tx, i) => rpcOfTransaction(tx, `transactions[${i}]`));
  return { ...frameOfBlock(block), transactions };
}
