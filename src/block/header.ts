// Header and withdrawals of a JSON-RPC block as plain data. A field that the fork's execution reads must be there: a
// missing one is never replaced by a default, because the block would run and give a wrong result.

import { badArgument } from '../errors.ts';
import { parseQuantity, writeBigEndian } from '../hex.ts';
import {
  fieldOf,
  optional,
  pathOf,
  readAddress,
  readBytes,
  readHash,
  readList,
  readU64,
  readU256,
  type SourceRecord,
  sourceRecord,
  withoutUndefined,
} from './fields.ts';
import { type ForkName, isFrom } from './forks.ts';
import type { PlainHeader, PlainOmmer, PlainWithdrawal } from './types.ts';

const BLOOM_BYTES = 256;
const GAS_LIMIT_MAX = 2n ** 63n - 1n;
const MOST_OMMERS = 2;
const MOST_GENERATIONS = 6n;
const readBloom = (from: SourceRecord, name: string): Uint8Array => readBytes(from, name, BLOOM_BYTES);

/** Throws unless the field is there, which blocks from `first` on need. */
function requireFrom(first: ForkName, block: SourceRecord, name: string): void {
  const value = fieldOf(block, name);
  if (value === undefined) throw badArgument(pathOf(block, name), `present in blocks from ${first} on`, value);
}

const expectedOf = (block: SourceRecord): PlainHeader['expected'] =>
  withoutUndefined({
    gasUsed: optional(readU64, block, 'gasUsed'),
    receiptsRoot: optional(readHash, block, 'receiptsRoot'),
    logsBloom: optional(readBloom, block, 'logsBloom'),
    stateRoot: optional(readHash, block, 'stateRoot'),
    requestsHash: optional(readHash, block, 'requestsHash'),
    blobGasUsed: optional(readU64, block, 'blobGasUsed'),
  });

/** EIP-1985: gas limits are below 2^63. */
const readGasLimit = (block: SourceRecord): bigint =>
  parseQuantity(fieldOf(block, 'gasLimit'), 'gasLimit', GAS_LIMIT_MAX);

/** Before Paris the opcode of PREVRANDAO answers with the difficulty. */
function difficultyWord(block: SourceRecord): Uint8Array {
  const word = new Uint8Array(32);
  writeBigEndian(readU256(block, 'difficulty'), word, 0, 32);
  return word;
}

/** Ommers, which are paid before Paris. Hashes alone do not say whom. */
export function parseOmmers(block: SourceRecord, fork: ForkName): PlainOmmer[] {
  if (isFrom(fork, 'paris')) return [];
  const number = readU64(block, 'number');
  const uncles = fieldOf(block, 'uncles');
  if (fieldOf(block, 'ommers') === undefined && Array.isArray(uncles) && uncles.length > 0)
    throw badArgument('ommers', 'present: the headers of the uncles', undefined);
  const parse = (value: unknown, path: string): PlainOmmer => parseOmmer(value, path, number);
  const ommers = optional((from, name) => readList(from, name, parse), block, 'ommers') ?? [];
  if (ommers.length > MOST_OMMERS) throw badArgument('ommers', `at most ${MOST_OMMERS}`, ommers);
  return ommers;
}

/** What an ommer is paid depends on its distance, which has bounds (Yellow Paper, section 11.1). */
function parseOmmer(value: unknown, path: string, blockNumber: bigint): PlainOmmer {
  const from = sourceRecord(value, path);
  const number = readU64(from, 'number');
  const distance = blockNumber - number;
  if (distance < 1n || distance > MOST_GENERATIONS)
    throw badArgument(pathOf(from, 'number'), `1 to ${MOST_GENERATIONS} below the block's`, number);
  return { number, coinbase: readAddress(from, 'miner') };
}

export function parseHeader(block: SourceRecord, fork: ForkName): PlainHeader {
  if (isFrom(fork, 'london')) requireFrom('london', block, 'baseFeePerGas');
  const header: PlainHeader = {
    number: readU64(block, 'number'),
    timestamp: readU64(block, 'timestamp'),
    gasLimit: readGasLimit(block),
    baseFeePerGas: isFrom(fork, 'london') ? readU256(block, 'baseFeePerGas') : 0n,
    coinbase: readAddress(block, 'miner'),
    prevRandao: isFrom(fork, 'paris') ? readHash(block, 'mixHash') : difficultyWord(block),
    parentHash: readHash(block, 'parentHash'),
    expected: expectedOf(block),
  };
  if (isFrom(fork, 'cancun')) {
    requireFrom('cancun', block, 'excessBlobGas');
    requireFrom('cancun', block, 'parentBeaconBlockRoot');
    header.excessBlobGas = readU64(block, 'excessBlobGas');
    header.parentBeaconBlockRoot = readHash(block, 'parentBeaconBlockRoot');
  }
  return header;
}

function parseWithdrawal(value: unknown, path: string): PlainWithdrawal {
  const from = sourceRecord(value, path);
  return {
    index: readU64(from, 'index'),
    validatorIndex: readU64(from, 'validatorIndex'),
    address: readAddress(from, 'address'),
    amount: readU64(from, 'amount'),
  };
}

/** The withdrawals; undefined before Shanghai, where the list must be absent or empty. */
export function parseWithdrawals(block: SourceRecord, fork: ForkName): PlainWithdrawal[] | undefined {
  if (isFrom(fork, 'shanghai')) {
    requireFrom('shanghai', block, 'withdrawals');
    return readList(block, 'withdrawals', parseWithdrawal);
  }
  const list = optional((from, name) => readList(from, name, parseWithdrawal), block, 'withdrawals');
  if (list === undefined || list.length === 0) return undefined;
  throw badArgument('withdrawals', 'absent in blocks before shanghai', `${list.length} withdrawals`);
}
