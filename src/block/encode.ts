// Blocks as consensus encodes them (Yellow Paper appendices B and L, EIP-2718): what has no RLP yet is encoded from its
// fields. Roots and hashes of a block, and its size, are of these bytes.
import type { Block } from '@ethereumjs/block';
import { RLP } from '@ethereumjs/rlp';
import { badArgument } from '../errors.ts';
import { parseBytes } from '../hex.ts';
import type { BlockInput } from './decode.ts';
import { fieldOf, pathOf, readAddress, readList, type SourceRecord, sourceRecord } from './fields.ts';
import {
  ACCESS_FIELDS,
  AUTHORIZATION_FIELDS,
  isBlockObject,
  minimalBytes,
  type RlpItem,
  rlpOfHeader,
  TX_FIELDS,
  WITHDRAWAL_FIELDS,
} from './rlp.ts';
import { typeOf } from './transaction.ts';

const NOTHING = new Uint8Array(0);

const quantityIn = (from: SourceRecord, name: string): Uint8Array =>
  minimalBytes(fieldOf(from, name), pathOf(from, name));

/** An item of a list of named fields, all quantities but the address. */
const record = (value: unknown, path: string, names: readonly string[]): RlpItem[] => {
  const from = sourceRecord(value, path);
  return names.map((name) => (name === 'address' ? readAddress(from, name) : quantityIn(from, name)));
};

function access(value: unknown, path: string): RlpItem[] {
  const from = sourceRecord(value, path);
  return ACCESS_FIELDS.map((name) =>
    name === 'address' ? readAddress(from, name) : readList(from, name, (key, at) => parseBytes(key, at, 32)),
  );
}

function txItem(from: SourceRecord, name: string): RlpItem {
  switch (name) {
    case 'to':
      return fieldOf(from, 'to') === undefined ? NOTHING : readAddress(from, 'to');
    case 'input': {
      const field = fieldOf(from, 'input') === undefined && fieldOf(from, 'data') !== undefined ? 'data' : 'input';
      return parseBytes(fieldOf(from, field), pathOf(from, field));
    }
    case 'accessList':
      return readList(from, name, access);
    case 'blobVersionedHashes':
      return readList(from, name, (hash, at) => parseBytes(hash, at, 32));
    case 'authorizationList':
      return readList(from, name, (entry, at) => record(entry, at, AUTHORIZATION_FIELDS));
    case 'yParity':
      return quantityIn(from, fieldOf(from, 'yParity') === undefined ? 'v' : 'yParity');
    default:
      return quantityIn(from, name);
  }
}

/** EIP-2718. */
function typed(type: number, fields: RlpItem[]): Uint8Array {
  const encoded = RLP.encode(fields);
  const bytes = new Uint8Array(1 + encoded.length);
  bytes[0] = type;
  bytes.set(encoded, 1);
  return bytes;
}

/** What stands for a transaction in the block's list: a list, or the bytes of a typed one. */
function transactionItem(value: unknown, path: string): RlpItem {
  const from = sourceRecord(value, path, 'a full transaction');
  const type = typeOf(fieldOf(from, 'type'));
  const names = TX_FIELDS[type];
  if (names === undefined)
    throw badArgument(pathOf(from, 'type'), `0 to ${TX_FIELDS.length - 1}`, fieldOf(from, 'type'));
  const fields = names.map((name) => txItem(from, name));
  return type === 0 ? fields : typed(type, fields);
}

const headerItem = (from: SourceRecord): RlpItem => RLP.decode(rlpOfHeader(from)) as RlpItem;

/** `ommers` has headers; where there are only their hashes (`uncles`), none can be given back. */
function itemsOfRpc(block: SourceRecord): RlpItem[] {
  const ommers =
    fieldOf(block, 'ommers') === undefined
      ? []
      : readList(block, 'ommers', (ommer, path) => headerItem(sourceRecord(ommer, path)));
  const transactions = readList(block, 'transactions', transactionItem);
  const items = [headerItem(block), transactions, ommers];
  if (fieldOf(block, 'withdrawals') === undefined) return items;
  return [...items, readList(block, 'withdrawals', (entry, path) => record(entry, path, WITHDRAWAL_FIELDS))];
}

function itemsOfObject({ header, transactions, uncleHeaders, withdrawals }: Block): RlpItem[] {
  const txs = transactions.map((tx) => (tx.type === 0 ? (tx.raw() as RlpItem) : typed(tx.type, tx.raw() as RlpItem[])));
  const items = [header.raw() as RlpItem, txs, uncleHeaders.map((ommer) => ommer.raw() as RlpItem)];
  return withdrawals === undefined ? items : [...items, withdrawals.map((each) => each.raw() as RlpItem)];
}

/**
 * The RLP of a block, `[header, transactions, ommers, withdrawals?]`; bytes are given back as they are.
 * @throws BAD_ARGUMENT naming the field that lacks or does not fit, signatures among them
 */
export function rlpOfBlock(block: BlockInput): Uint8Array {
  if (block instanceof Uint8Array) return block;
  const must = 'an @ethereumjs/block Block, a JSON-RPC block with full transactions, or block RLP';
  return RLP.encode(isBlockObject(block) ? itemsOfObject(block) : itemsOfRpc(sourceRecord(block, '', must, 'block')));
}
