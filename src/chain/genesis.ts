// The first block of a chain and the state with which it begins, in the forms in which they are handed around.

import type { Common } from '@ethereumjs/common';
import { sha256 } from '@noble/hashes/sha2.js';
import { fieldOf, optional, pathOf, readBytes, type SourceRecord, sourceRecord } from '../block/fields.ts';
import { type ForkName, isFrom } from '../block/forks.ts';
import { rlpOfHeader } from '../block/rlp.ts';
import type { Hex } from '../block/types.ts';
import { badArgument } from '../errors.ts';
import { hexOf, parseBytes, parseQuantity, writeBigEndian } from '../hex.ts';
import { INITIAL_BASE_FEE } from '../rules/fees.ts';
import { type Header, readHeader } from '../rules/header.ts';
import { NO_OMMERS } from '../rules/header-rules.ts';
import type { Codes, PreState } from '../state/types.ts';
import type { HeaderInput } from '../witness/types.ts';
import { scheduleOf } from './geth-config.ts';
import { forkAt, type Schedule } from './schedule.ts';

/** The first block's header and the whole state after it. */
export interface GenesisBlock {
  /** Its state root must be that of `preState`. */
  header: HeaderInput;
  /** All accounts: what is not listed does not exist. */
  preState: PreState;
  /** Byte codes that accounts name by `codeHash`. */
  codes?: Codes;
  /** Rules, as in the `config` of a genesis.json; those that `createChain` is given unless there. */
  config?: Readonly<Record<string, unknown>>;
}

/** The same as the official blockchain tests have it. */
export interface FixtureGenesis {
  /** The header, its fields named as there. */
  genesisBlockHeader: Readonly<Record<string, unknown>>;
  /** All accounts. */
  pre: PreState;
}

/** A genesis.json as geth reads it: rules, the header's own fields and accounts. */
export interface GethGenesis {
  /** Chain id and fork schedule. */
  config: Readonly<Record<string, unknown>>;
  /** Address → account, with or without `0x`. */
  alloc: Readonly<Record<string, unknown>>;
  [field: string]: unknown;
}

/** What a chain begins with, in one of three forms. */
export type Genesis = GenesisBlock | FixtureGenesis | GethGenesis;

/** A genesis that was read. */
export interface OpenGenesis {
  schedule: Schedule;
  preState: PreState;
  codes: Codes;
  /** The header; a genesis.json has none, but what it says beside the state root. */
  header(stateRoot: Hex): Header;
}

/** How the official tests name fields, by the names of JSON-RPC. */
const FIXTURE_NAMES: Readonly<Record<string, string>> = {
  sha3Uncles: 'uncleHash',
  miner: 'coinbase',
  transactionsRoot: 'transactionsTrie',
  receiptsRoot: 'receiptTrie',
  logsBloom: 'bloom',
};

function fixtureHeader(from: SourceRecord): Header {
  const renamed = Object.entries(FIXTURE_NAMES).map(([name, fixture]) => [
    name,
    fieldOf(from, name) ?? fieldOf(from, fixture),
  ]);
  const fields = { ...from, values: { ...from.values, ...Object.fromEntries(renamed) } };
  return readHeader(rlpOfHeader(fields), from.path);
}

function headerOf(header: unknown, path: string): Header {
  const isRlp = typeof header === 'string' || header instanceof Uint8Array;
  return isRlp ? readHeader(parseBytes(header, path), path) : fixtureHeader(sourceRecord(header, path));
}

/** keccak-256 of the RLP of an empty string: the root of a trie with nothing in it. */
const NO_ITEMS = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
const zeros = (bytes: number): Hex => hexOf(new Uint8Array(bytes));

/** genesis.json may have decimal text, and no quantity at all for zero. */
function amountIn(from: SourceRecord, name: string): bigint | undefined {
  const value = fieldOf(from, name);
  if (value === undefined) return undefined;
  const isDecimal = typeof value === 'string' && /^\d{1,78}$/.test(value);
  return parseQuantity(isDecimal ? BigInt(value) : value, pathOf(from, name));
}

function nonceBytes(from: SourceRecord): Uint8Array {
  const bytes = new Uint8Array(8);
  writeBigEndian(amountIn(from, 'nonce') ?? 0n, bytes, 0, 8);
  return bytes;
}

/** The fields that came with forks, at the genesis block. */
function lateFields(from: SourceRecord, fork: ForkName): Record<string, unknown> {
  return {
    ...(isFrom(fork, 'london') && { baseFeePerGas: amountIn(from, 'baseFeePerGas') ?? INITIAL_BASE_FEE }),
    ...(isFrom(fork, 'shanghai') && { withdrawalsRoot: NO_ITEMS }),
    ...(isFrom(fork, 'cancun') && {
      blobGasUsed: amountIn(from, 'blobGasUsed') ?? 0n,
      excessBlobGas: amountIn(from, 'excessBlobGas') ?? 0n,
      parentBeaconBlockRoot: fieldOf(from, 'parentBeaconBlockRoot') ?? zeros(32),
    }),
    ...(isFrom(fork, 'prague') && { requestsHash: fieldOf(from, 'requestsHash') ?? sha256(new Uint8Array(0)) }),
  };
}

function gethHeader(from: SourceRecord, schedule: Schedule, stateRoot: Hex): Header {
  const [number, timestamp] = [amountIn(from, 'number') ?? 0n, amountIn(from, 'timestamp') ?? 0n];
  const difficulty = amountIn(from, 'difficulty') ?? 0n;
  const isMerged = schedule.terminalTotalDifficulty === 0n;
  const fork = forkAt(schedule, { number, timestamp }, isMerged ? 0n : -1n);
  const fields = {
    ...{ parentHash: fieldOf(from, 'parentHash') ?? zeros(32), sha3Uncles: NO_OMMERS, stateRoot },
    ...{ miner: fieldOf(from, 'coinbase') ?? zeros(20), transactionsRoot: NO_ITEMS, receiptsRoot: NO_ITEMS },
    ...{ logsBloom: zeros(256), difficulty, number, gasLimit: amountIn(from, 'gasLimit') },
    ...{ gasUsed: amountIn(from, 'gasUsed') ?? 0n, timestamp, extraData: fieldOf(from, 'extraData') || '0x' },
    ...{ mixHash: fieldOf(from, 'mixHash') ?? zeros(32), nonce: nonceBytes(from), ...lateFields(from, fork) },
  };
  return readHeader(rlpOfHeader({ path: from.path, values: fields }), from.path);
}

/** Accounts of a genesis.json: keys may lack the prefix, fields that are zero may be left out. */
function accountsIn(alloc: SourceRecord): PreState {
  const accounts = Object.keys(alloc.values).map((key) => {
    const account = sourceRecord(alloc.values[key], `${alloc.path}[${key}]`);
    const optionalBytes = optional(readBytes, account, 'code');
    const storage = fieldOf(account, 'storage');
    return [
      key.startsWith('0x') ? key : `0x${key}`,
      {
        nonce: amountIn(account, 'nonce') ?? 0n,
        balance: amountIn(account, 'balance') ?? 0n,
        ...(optionalBytes && { code: optionalBytes }),
        ...(storage !== undefined && { storage }),
      },
    ];
  });
  return Object.fromEntries(accounts) as PreState;
}

function openGeth(from: SourceRecord): OpenGenesis {
  const schedule = scheduleOf(sourceRecord(fieldOf(from, 'config'), `${from.path}.config`));
  const preState = accountsIn(sourceRecord(fieldOf(from, 'alloc'), `${from.path}.alloc`));
  return { schedule, preState, codes: {}, header: (stateRoot) => gethHeader(from, schedule, stateRoot) };
}

const recordIn = (from: SourceRecord, name: string): SourceRecord =>
  sourceRecord(fieldOf(from, name), `${from.path}.${name}`);

/** A genesis that has its header in the field `head` and its accounts in the field `accounts`. */
function openWhole(from: SourceRecord, head: string, accounts: string, schedule: Schedule): OpenGenesis {
  const header = headerOf(fieldOf(from, head), `${from.path}.${head}`);
  const preState = recordIn(from, accounts).values as PreState;
  const codes = (optional(recordIn, from, 'codes')?.values ?? {}) as Codes;
  const checked = (stateRoot: Hex): Header => {
    if (hexOf(header.stateRoot) === stateRoot) return header;
    const must = `that of the accounts (${stateRoot})`;
    throw badArgument(`${from.path}.${head}.stateRoot`, must, hexOf(header.stateRoot));
  };
  return { schedule, preState, codes, header: checked };
}

/**
 * The genesis in any of its forms. `common` has the rules where the genesis does not.
 * @throws BAD_ARGUMENT naming the field, UNSUPPORTED_CHAIN
 */
export function openGenesis(genesis: unknown, common: Common): OpenGenesis {
  const must = 'an object with "header" and "preState", "genesisBlockHeader" and "pre", or "config" and "alloc"';
  const from = sourceRecord(genesis, 'genesis', must);
  const given = { common, terminalTotalDifficulty: undefined };
  if (fieldOf(from, 'alloc') !== undefined) return openGeth(from);
  if (fieldOf(from, 'genesisBlockHeader') !== undefined) return openWhole(from, 'genesisBlockHeader', 'pre', given);
  if (fieldOf(from, 'header') === undefined) throw badArgument('genesis', must, genesis);
  const config = optional(recordIn, from, 'config');
  return openWhole(from, 'header', 'preState', config === undefined ? given : scheduleOf(config));
}
