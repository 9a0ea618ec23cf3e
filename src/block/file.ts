// Block files: one JSON object with a block and all that it needs to be executed offline, plain or gzipped
// (`BlockFile` has the fields). Every field that is used is checked when the file is read, so a damaged file ends
// in one BAD_FILE that names the place, and not in a wrong result later.

import { gunzip, readBytes } from '#files';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { parseBytes, parseQuantity } from '../hex.ts';
import type { PreAccount, PreState } from '../state/types.ts';
import type { HeaderInput, Witness } from '../witness/types.ts';
import { assertEthereumRules } from './chains.ts';
import { supportedFork } from './forks.ts';
import type { RpcBlock } from './rpc.ts';
import type { Hex } from './types.ts';

/** The `format` that this release reads. */
export const BLOCK_FILE_FORMAT = 'evm-block/1';

/** A block with its pre-state, read from a file. */
export interface BlockFile {
  /** `evm-block/1`. */
  format: string;
  /** Name of the chain (`mainnet`). */
  network: string;
  /** Number of the chain (EIP-155). */
  chainId: number;
  /** Block number. */
  number: number;
  /** Fork in force, as `@ethereumjs/common` names it. */
  hardfork: string;
  /** The block, ready for `prepare` and `runBlock`. */
  block: RpcBlock;
  /** Accounts before the block; what is not listed does not exist or is zero. */
  preState: PreState;
  /** Code hash → byte code. */
  codes: Record<Hex, Hex>;
  /** Decimal block number → block hash, for BLOCKHASH. */
  blockHashes: Record<string, Hex>;
  /** What the file says about the result, beside the header. */
  expect: Record<string, unknown>;
  /** The header as the file has it. */
  header: Record<string, unknown>;
  /** What the block can be verified with, for `verifyBlock`. */
  witness?: Witness;
  /** The parent's header, for `verifyBlock`. */
  parentHeader?: HeaderInput;
  /** The whole JSON object, with what is not named here. */
  raw: Record<string, unknown>;
}

type JsonObject = Record<string, unknown>;

const GZIP_MAGIC = [0x1f, 0x8b];
const FATAL_UTF8 = { fatal: true };

const causeText = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

function badFile(message: string, field: string, value: unknown, cause?: unknown): ParallelEvmError {
  return new ParallelEvmError('BAD_FILE', message, { field, value, cause });
}

/** The errors of the parsers for arguments, told as faults of the file. */
const wrongField = (field: string, must: string, value: unknown): ParallelEvmError =>
  badFile(badArgument(field, must, value).message, field, value);

/** Runs a step that throws errors of its own kind; `what` says what could not be done with `source`. */
async function step<T>(what: string, source: unknown, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw badFile(`${what}: ${causeText(cause)}`, 'file', source, cause);
  }
}

function objectAt(value: unknown, field: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw wrongField(field, 'an object', value);
}

function textAt(value: unknown, field: string): string {
  if (typeof value !== 'string') throw wrongField(field, 'text', value);
  return value;
}

function integerAt(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrongField(field, 'a whole number', value);
}

/** The same of a parser's own error. */
function asFileField(read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    if (!(cause instanceof ParallelEvmError)) throw cause;
    throw badFile(cause.message, cause.field ?? 'file', cause.value, cause);
  }
}

/** Entries of an object, each checked by `check`, which gets the path of the entry. */
function recordAt<T>(value: unknown, field: string, check: (key: string, entry: unknown, path: string) => void): T {
  const record = objectAt(value, field);
  for (const key in record) check(key, record[key], `${field}.${key}`);
  return record as T;
}

const checkHash = (_key: string, entry: unknown, path: string): void => {
  asFileField(() => parseBytes(entry, path, 32));
};

function checkCode(hash: string, code: unknown, path: string): void {
  asFileField(() => parseBytes(hash, path, 32));
  // Code is large and parsed once more when it is laid out: the form is enough here.
  if (typeof code !== 'string' || code.length % 2 !== 0 || !code.startsWith('0x'))
    throw wrongField(path, 'hex bytes', code);
}

function checkSlot(slot: string, value: unknown, path: string): void {
  asFileField(() => {
    parseBytes(slot, path, 32);
    parseQuantity(value, path);
  });
}

function checkAccount(address: string, value: unknown, path: string): void {
  asFileField(() => parseBytes(address, path, 20));
  if (value === null) return;
  const account = objectAt(value, path) as Partial<PreAccount>;
  asFileField(() => {
    parseQuantity(account.nonce, `${path}.nonce`);
    parseQuantity(account.balance, `${path}.balance`);
    if (account.codeHash !== undefined) parseBytes(account.codeHash, `${path}.codeHash`, 32);
  });
  if (account.code !== undefined) asFileField(() => parseBytes(account.code, `${path}.code`));
  if (account.storage !== undefined) recordAt(account.storage, `${path}.storage`, checkSlot);
}

function blockOf(file: JsonObject): RpcBlock {
  const header = objectAt(file.header, 'header');
  if (!Array.isArray(file.transactions)) throw wrongField('transactions', 'an array', file.transactions);
  if (file.withdrawals !== undefined && !Array.isArray(file.withdrawals))
    throw wrongField('withdrawals', 'an array', file.withdrawals);
  const { transactions, withdrawals } = file;
  // Some files of old blocks have the hashes of the ommers only: their rewards are then left out.
  const ommers = file.ommers ?? [];
  // The header's and transactions' own fields are checked where the block is decoded, as for a block from elsewhere.
  return { ...header, transactions, withdrawals, ommers } as unknown as RpcBlock;
}

/** The block's number, which stands at the top and in the header; one that is missing there is the decoder's to name. */
function numberOf(file: JsonObject): number {
  const number = integerAt(file.number, 'number');
  const { number: inHeader } = objectAt(file.header, 'header');
  asFileField(() => {
    if (inHeader !== undefined && parseQuantity(inHeader, 'header.number') !== BigInt(number))
      throw badArgument('header.number', `the file's number (${number})`, inHeader);
  });
  return number;
}

const OPTIONAL_LISTS = ['state', 'nodes', 'codes', 'headers', 'keys'];

/**
 * The file's witness. Codes and the accounts that its maker assumed to be absent stand beside it. Its items are checked
 * when it is used: most runs do not need them.
 */
function witnessOf(file: JsonObject, codes: Record<Hex, Hex>): Witness | undefined {
  if (file.witness === undefined) return undefined;
  const witness = objectAt(file.witness, 'witness');
  for (const name of OPTIONAL_LISTS)
    if (witness[name] !== undefined && !Array.isArray(witness[name]))
      throw wrongField(`witness.${name}`, 'an array', witness[name]);
  const { assumedAbsent } = file;
  if (assumedAbsent !== undefined && !Array.isArray(assumedAbsent))
    throw wrongField('assumedAbsent', 'an array', assumedAbsent);
  return { codes: Object.values(codes), assumedAbsent, ...witness } as Witness;
}

/**
 * The block file in a parsed JSON value.
 * @throws as `readBlockFile`
 */
export function blockFileOf(json: unknown): BlockFile {
  const raw = objectAt(json, 'file');
  const format = textAt(raw.format, 'format');
  if (format !== BLOCK_FILE_FORMAT) throw wrongField('format', `"${BLOCK_FILE_FORMAT}"`, format);
  const chainId = integerAt(raw.chainId, 'chainId');
  const hardfork = textAt(raw.hardfork, 'hardfork');
  assertEthereumRules(BigInt(chainId));
  supportedFork(hardfork);
  const codes = recordAt<Record<Hex, Hex>>(raw.codes, 'codes', checkCode);
  const witness = witnessOf(raw, codes);
  const parentHeader =
    raw.parentHeader === undefined ? undefined : (objectAt(raw.parentHeader, 'parentHeader') as unknown as HeaderInput);
  return {
    format,
    network: textAt(raw.network, 'network'),
    chainId,
    number: numberOf(raw),
    hardfork,
    block: blockOf(raw),
    preState: recordAt<PreState>(raw.preState, 'preState', checkAccount),
    codes,
    blockHashes: recordAt<Record<string, Hex>>(raw.blockHashes, 'blockHashes', checkHash),
    expect: raw.expect === undefined ? {} : objectAt(raw.expect, 'expect'),
    header: objectAt(raw.header, 'header'),
    ...(witness && { witness }),
    ...(parentHeader && { parentHeader }),
    raw,
  };
}

async function contentOf(source: string | URL | Uint8Array): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (typeof source !== 'string' && !(source instanceof URL))
    throw badArgument('pathOrBytes', 'a path, a file URL or bytes', source);
  return step(`cannot read ${source}`, source, () => readBytes(source));
}

/**
 * Reads a block file (`evm-block/1`, JSON or gzipped JSON): a path or file URL under Node, or its bytes anywhere.
 * @throws BAD_FILE for a file that cannot be read, is damaged or cut off, or has a wrong field, which the error names;
 * UNSUPPORTED_CHAIN for a chain with rules of its own or an unknown fork; BAD_ARGUMENT for what is neither path nor bytes.
 */
export async function readBlockFile(pathOrBytes: string | URL | Uint8Array): Promise<BlockFile> {
  const content = await contentOf(pathOrBytes);
  const isGzip = GZIP_MAGIC.every((byte, i) => content[i] === byte);
  const plain = isGzip ? await step('damaged or truncated gzip data', pathOrBytes, () => gunzip(content)) : content;
  const json = await step(
    'not JSON',
    pathOrBytes,
    () => JSON.parse(new TextDecoder('utf-8', FATAL_UTF8).decode(plain)) as unknown,
  );
  return blockFileOf(json);
}
