// What surrounds calls and single transactions: the block that they believe to be in, every field with a default.
import type { Common } from '@ethereumjs/common';
import { badArgument } from '../errors.ts';
import { type ByteString, parseQuantity, type Quantity, writeBigEndian } from '../hex.ts';
import { assertEthereumRules } from './chains.ts';
import {
  fieldOf,
  optional,
  pathOf,
  readAddress,
  readHash,
  readU64,
  readU256,
  type SourceRecord,
  sourceRecord,
} from './fields.ts';
import { assertSupportedChain, type ForkName, isFrom, newestFork, scheduledFork, supportedFork } from './forks.ts';
import type { PlainBlock, PlainHeader, PlainTransaction } from './types.ts';

/** The block around calls or one transaction. Amounts in wei. */
export interface BlockContext {
  /** 0 unless given. */
  number?: Quantity | undefined;
  /** Seconds; 0 unless given. */
  timestamp?: Quantity | undefined;
  /** 30,000,000 unless given, or what the largest transaction or call asks for if that is more. */
  gasLimit?: Quantity | undefined;
  /** 0 unless given. */
  baseFeePerGas?: Quantity | undefined;
  /** The fee recipient, 20 bytes; the zero address unless given. */
  coinbase?: ByteString | undefined;
  /** 32 bytes; zero unless given. From Paris on. */
  prevRandao?: ByteString | undefined;
  /** 0 unless given. Before Paris. */
  difficulty?: Quantity | undefined;
  /** 0 unless given. From Cancun on. */
  excessBlobGas?: Quantity | undefined;
  /** Wei per blob gas; what `excessBlobGas` gives unless given. */
  blobBaseFee?: Quantity | undefined;
  /**
   * Fork as `@ethereumjs/common` names it. Unless given: what the engine's chain schedules for `number` and `timestamp` if
   * both are given, else the newest fork that it schedules at all.
   */
  hardfork?: string | undefined;
  /** That of the engine's chain unless given. */
  chainId?: Quantity | undefined;
}

/** A context with its defaults. */
export interface Surroundings {
  fork: ForkName;
  chainId: bigint;
  header: PlainHeader;
  /** Undefined: the default, which depends on what is executed. */
  gasLimit: bigint | undefined;
}

const LEAST_DEFAULT_GAS_LIMIT = 30_000_000n;
/** EIP-1985. */
const GAS_LIMIT_MAX = 2n ** 63n - 1n;
const readGasLimit = (from: SourceRecord, name: string): bigint =>
  parseQuantity(fieldOf(from, name), pathOf(from, name), GAS_LIMIT_MAX);

function readFork(from: SourceRecord, common: Common): ForkName {
  const name = fieldOf(from, 'hardfork');
  if (name !== undefined && typeof name !== 'string') throw badArgument('block.hardfork', 'the name of a fork', name);
  if (name !== undefined) return supportedFork(name);
  const number = optional(readU64, from, 'number');
  const timestamp = optional(readU64, from, 'timestamp');
  if (number === undefined || timestamp === undefined) return newestFork(common);
  return scheduledFork(common, number, timestamp);
}

/** What PREVRANDAO, formerly DIFFICULTY, answers. */
function readRandao(from: SourceRecord, fork: ForkName): Uint8Array {
  const randao = optional(readHash, from, 'prevRandao');
  const difficulty = new Uint8Array(32);
  writeBigEndian(optional(readU256, from, 'difficulty') ?? 0n, difficulty, 0, 32);
  return isFrom(fork, 'paris') ? (randao ?? new Uint8Array(32)) : difficulty;
}

function readHeader(from: SourceRecord, fork: ForkName): PlainHeader {
  const header: PlainHeader = {
    number: optional(readU64, from, 'number') ?? 0n,
    timestamp: optional(readU64, from, 'timestamp') ?? 0n,
    gasLimit: 0n,
    baseFeePerGas: optional(readU256, from, 'baseFeePerGas') ?? 0n,
    coinbase: optional(readAddress, from, 'coinbase') ?? new Uint8Array(20),
    prevRandao: readRandao(from, fork),
    parentHash: new Uint8Array(0),
    expected: {},
  };
  const excess = optional(readU64, from, 'excessBlobGas');
  const blobFee = optional(readU256, from, 'blobBaseFee');
  if (isFrom(fork, 'cancun')) header.excessBlobGas = excess ?? 0n;
  return blobFee === undefined ? header : { ...header, blobBaseFee: blobFee };
}

/** @throws BAD_ARGUMENT naming the field from `block.` on; UNSUPPORTED_CHAIN */
export function readContext(value: unknown, common: Common): Surroundings {
  const from = sourceRecord(value ?? {}, 'block');
  const fork = readFork(from, common);
  assertSupportedChain(common, fork);
  const chainId = optional(readU256, from, 'chainId') ?? common.chainId();
  assertEthereumRules(chainId);
  return { fork, chainId, header: readHeader(from, fork), gasLimit: optional(readGasLimit, from, 'gasLimit') };
}

/** Enough for each transaction; one that asks for more than any block has is refused by the limit. */
function roomFor(txs: readonly PlainTransaction[]): bigint {
  let most = LEAST_DEFAULT_GAS_LIMIT;
  for (const { gasLimit } of txs) if (gasLimit > most && gasLimit <= GAS_LIMIT_MAX) most = gasLimit;
  return most;
}

/** A block of nothing but these transactions. */
export function blockAround({ fork, chainId, header, gasLimit }: Surroundings, txs: PlainTransaction[]): PlainBlock {
  const full = { ...header, gasLimit: gasLimit ?? roomFor(txs) };
  return { hardfork: fork, chainId, header: full, transactions: txs, ommers: [] };
}
