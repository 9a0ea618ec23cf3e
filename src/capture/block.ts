// Fetches a block, its parent's header and its ommers, and checks that they belong together.
import { fieldOf, sourceRecord } from '../block/fields.ts';
import type { RpcBlock } from '../block/rpc.ts';
import type { Hex } from '../block/types.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { hexQuantity, parseQuantity, U64_MAX } from '../hex.ts';
import { answeredValue, hexIn, lowerCased, reading } from './answers.ts';
import type { RpcClient } from './client.ts';
import { type Header, readHeader } from './header.ts';

/** Names that nodes know blocks by. */
export const BLOCK_NAMES = ['latest', 'safe', 'finalized'] as const;

/** A block's number, hash (32 bytes) or name. */
export type BlockSelector = number | bigint | Hex | 'latest' | 'safe' | 'finalized';

type JsonObject = Record<string, unknown>;

/** A block with what is around it. */
export interface FetchedBlock {
  number: number;
  header: Header;
  parent: Header;
  transactions: JsonObject[];
  withdrawals?: JsonObject[];
  /** Headers; empty from Paris on. */
  ommers: Header[];
}

/** What every node adds to a transaction that it has found in a block. */
const PLACE_FIELDS = new Set(['blockHash', 'blockNumber', 'blockTimestamp', 'transactionIndex']);

interface Selection {
  method: 'eth_getBlockByHash' | 'eth_getBlockByNumber';
  key: string;
  hash?: Hex;
  number?: bigint;
}

const HASH = /^0x[0-9a-fA-F]{64}$/;

function selectionOf(selector: unknown): Selection {
  if ((BLOCK_NAMES as readonly unknown[]).includes(selector))
    return { method: 'eth_getBlockByNumber', key: selector as string };
  if (typeof selector === 'string' && HASH.test(selector)) {
    const hash = selector.toLowerCase() as Hex;
    return { method: 'eth_getBlockByHash', key: hash, hash };
  }
  const number = parseQuantity(selector, 'block', U64_MAX);
  return { method: 'eth_getBlockByNumber', key: hexQuantity(number), number };
}

function notThere(client: RpcClient, method: string, what: string): ParallelEvmError {
  const facts = { field: 'block', url: client.shown, method };
  return new ParallelEvmError('RPC_FAILED', `${client.shown} does not have block ${what}`, facts);
}

function checkSelected(client: RpcClient, { method, hash, number }: Selection, header: Header): void {
  if (hash !== undefined && header.hash !== hash)
    throw client.wrongAnswer(method, `another block than ${hash}`, 'hash');
  if (number !== undefined && BigInt(header.number as Hex) !== number)
    throw client.wrongAnswer(method, `another block than ${number}`, 'number');
}

/** The header, checked against the hash that the node says it has. */
function trueHeader(client: RpcClient, method: string, value: unknown): Header {
  return reading(client, method, () => {
    const from = sourceRecord(value, 'block');
    const header = readHeader({ ...from, path: '' });
    const said = hexIn(fieldOf(from, 'hash'), 'hash', 32);
    if (said !== header.hash) throw badArgument('hash', `that of the header (${header.hash})`, said);
    return header;
  });
}

/** The hash of block `number`. @throws RPC_FAILED, RPC_WRONG_ANSWER */
export async function fetchHashes(client: RpcClient, numbers: readonly bigint[]): Promise<[bigint, Hex][]> {
  const method = 'eth_getBlockByNumber';
  const answers = await client.askAll(numbers.map((number) => ({ method, params: [hexQuantity(number), false] })));
  return numbers.map((number, i) => {
    const value = answeredValue(client, method, answers[i]);
    if (value === null || value === undefined) throw notThere(client, method, String(number));
    const header = trueHeader(client, method, value);
    checkSelected(client, { method, key: '', number }, header);
    return [number, header.hash];
  });
}

async function fetchParent(client: RpcClient, { parentHash, number }: Header): Promise<Header> {
  const method = 'eth_getBlockByHash';
  const value = await client.ask(method, [parentHash, false]);
  if (value === null || value === undefined) throw notThere(client, method, `${BigInt(number as Hex) - 1n}`);
  const parent = trueHeader(client, method, value);
  if (parent.hash !== parentHash) throw client.wrongAnswer(method, `another block than ${parentHash}`, 'hash');
  return parent;
}

async function fetchOmmers(client: RpcClient, { hash }: Header, hashes: readonly Hex[]): Promise<Header[]> {
  const method = 'eth_getUncleByBlockHashAndIndex';
  const answers = await client.askAll(hashes.map((_, i) => ({ method, params: [hash, hexQuantity(i)] })));
  return hashes.map((ommerHash, i) => {
    const value = answeredValue(client, method, answers[i]);
    if (value === null || value === undefined) throw notThere(client, method, `${hash}'s ommer ${i}`);
    const ommer = trueHeader(client, method, value);
    if (ommer.hash !== ommerHash) throw client.wrongAnswer(method, `another header than ${ommerHash}`, 'hash');
    return ommer;
  });
}

function transactionIn(value: unknown, path: string): JsonObject {
  const { values } = sourceRecord(value, path, 'a full transaction');
  const kept = Object.entries(values).filter(([name]) => !PLACE_FIELDS.has(name));
  return lowerCased(Object.fromEntries(kept)) as JsonObject;
}

function listIn<T>(values: JsonObject, name: string, read: (item: unknown, path: string) => T): T[] {
  const list = values[name];
  if (!Array.isArray(list)) throw badArgument(name, 'an array', list);
  return list.map((item, i) => read(item, `${name}[${i}]`));
}

/**
 * The block of that number, hash or name.
 * @throws BAD_ARGUMENT for the genesis block and for what is no selector; RPC_FAILED, RPC_WRONG_ANSWER
 */
export async function fetchBlock(client: RpcClient, selector: BlockSelector): Promise<FetchedBlock> {
  const selection = selectionOf(selector);
  const { method } = selection;
  const value = await client.ask(method, [selection.key, true]);
  if (value === null || value === undefined) throw notThere(client, method, selection.key);
  const header = trueHeader(client, method, value);
  checkSelected(client, selection, header);
  const number = Number(header.number);
  if (number === 0) throw badArgument('block', 'above 0: nothing is executed in the genesis block', selector);
  const values = value as JsonObject;
  const lists = reading(client, method, () => ({
    transactions: listIn(values, 'transactions', transactionIn),
    withdrawals: values.withdrawals ? listIn(values, 'withdrawals', (item) => lowerCased(item) as JsonObject) : [],
    uncles: values.uncles ? listIn(values, 'uncles', (item, path) => hexIn(item, path, 32)) : [],
  }));
  const [parent, ommers] = [await fetchParent(client, header), await fetchOmmers(client, header, lists.uncles)];
  const { transactions, withdrawals } = lists;
  return { number, header, parent, transactions, ommers, ...(header.withdrawalsRoot && { withdrawals }) };
}

/** The block in the form that the engine takes. */
export function rpcBlockOf({ header, transactions, withdrawals, ommers }: FetchedBlock): RpcBlock {
  return { ...header, transactions, withdrawals, ommers } as unknown as RpcBlock;
}
