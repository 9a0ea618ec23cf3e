// A block's RLP taken apart, each part as the bytes that roots and hashes are of. Nothing is decoded twice: executing the
// block decodes its transactions (src/block/direct-rlp.ts), here only their places count.
import { rpcOfRlp } from '../block/rlp.ts';
import { RlpReader } from '../block/rlp-reader.ts';
import { badArgument } from '../errors.ts';
import { hexOf } from '../hex.ts';
import { type Header, readHeader } from './header.ts';

/** A block, `[header, transactions, ommers, withdrawals?]`. */
export interface OpenBlock {
  rlp: Uint8Array;
  header: Header;
  /** EIP-2718: RLP of a type 0, else the type and the RLP of its fields. */
  transactions: Uint8Array[];
  /** RLP of the list of ommers, and each of them. */
  ommerList: Uint8Array;
  ommers: Header[];
  /** RLP of each; undefined where the block has no list of them. */
  withdrawals: Uint8Array[] | undefined;
}

/** The bytes of the item that was read, its head included. */
const whole = (reader: RlpReader): Uint8Array => reader.bytes.subarray(reader.item, reader.at);
const payload = ({ bytes, start, length }: RlpReader): Uint8Array => bytes.subarray(start, start + length);

/** What `read` makes of each item of the list at hand; undefined where it is no list or not encoded as it should be. */
function each<T>(reader: RlpReader, read: (reader: RlpReader, index: number) => T | undefined): T[] | undefined {
  if (!reader.next() || !reader.isList) return undefined;
  const items = new RlpReader(reader.bytes, reader.start, reader.at);
  const list: T[] = [];
  while (items.next()) {
    const item = read(items, list.length);
    if (item === undefined) return undefined;
    list.push(item);
  }
  return items.isAtEnd ? list : undefined;
}

const encodedTransaction = (reader: RlpReader): Uint8Array | undefined => {
  if (reader.isList) return whole(reader);
  return reader.length === 0 ? undefined : payload(reader);
};

/** Most bytes of index, validator, address and amount. */
const WITHDRAWAL_BYTES = [8, 8, 20, 8];
const ADDRESS_BYTES = 20;

/** EIP-4895: integers without leading zeros, and an address. */
function isWithdrawal({ bytes, item, at }: RlpReader): boolean {
  const fields = new RlpReader(bytes, item, at);
  if (fields.enter() < 0) return false;
  for (const most of WITHDRAWAL_BYTES) {
    if (!fields.next() || fields.isList || fields.length > most) return false;
    const isAddress = most === ADDRESS_BYTES;
    if (isAddress ? fields.length !== most : fields.length > 0 && bytes[fields.start] === 0) return false;
  }
  return fields.isAtEnd;
}

/** @throws BAD_ARGUMENT for what is no withdrawal */
function encodedWithdrawal(reader: RlpReader, index: number): Uint8Array {
  if (isWithdrawal(reader)) return whole(reader);
  throw badArgument(`withdrawals[${index}]`, 'RLP of index, validator index, address and amount', hexOf(whole(reader)));
}

function partsOf(rlp: Uint8Array): OpenBlock | undefined {
  const reader = new RlpReader(rlp);
  if (reader.enter() < 0 || reader.end !== rlp.length) return undefined;
  if (!reader.next() || !reader.isList) return undefined;
  const header = readHeader(whole(reader), 'header');
  const transactions = each(reader, encodedTransaction);
  const ommers = each(reader, (item, i) => readHeader(whole(item), `ommers[${i}]`));
  const ommerList = whole(reader);
  const withdrawals = reader.isAtEnd ? undefined : each(reader, encodedWithdrawal);
  if (transactions === undefined || ommers === undefined || !reader.isAtEnd) return undefined;
  return { rlp, header, transactions, ommerList, ommers, withdrawals };
}

/**
 * The parts of a block.
 * @throws BAD_ARGUMENT naming the part that is not as it should be
 */
export function openBlock(rlp: Uint8Array): OpenBlock {
  const parts = partsOf(rlp);
  if (parts !== undefined) return parts;
  rpcOfRlp(rlp); // says what is wrong with most
  throw badArgument('block', 'the canonical RLP of a block', `${rlp.length} bytes`);
}
