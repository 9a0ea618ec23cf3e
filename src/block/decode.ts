// The door for blocks: every accepted form becomes the JSON-RPC shape and is then parsed by one set of rules, so the
// same block gives the same plain data whichever way it comes in.

import type { Block } from '@ethereumjs/block';
import type { Common } from '@ethereumjs/common';
import { unlessRefused } from '../errors.ts';
import { stageObjects } from './direct-object.ts';
import { stageRlp } from './direct-rlp.ts';
import { stageRpc } from './direct-rpc.ts';
import { fieldOf, readList, readU64, type SourceRecord, sourceRecord } from './fields.ts';
import { assertSupportedChain, type ForkName, scheduledFork, supportedFork } from './forks.ts';
import { parseHeader, parseOmmers, parseWithdrawals } from './header.ts';
import type { StagedBlock } from './prepared.ts';
import { type RecoverAddress, recoverAddress } from './recover.ts';
import { frameOfBlock, isBlockObject, openRlp, rpcOfBlock, rpcOfRlp } from './rlp.ts';
import type { RpcBlock } from './rpc.ts';
import type { Senders } from './senders.ts';
import type { Signers } from './signers.ts';
import { type Stage, stagePlain } from './staging.ts';
import { parseTransaction, type TransactionContext } from './transaction.ts';
import type { BlockFrame, PlainBlock } from './types.ts';

/** An `@ethereumjs/block` block, a JSON-RPC block with full transactions, or block RLP. */
export type BlockInput = Block | RpcBlock | Uint8Array;

export interface DecodeOptions {
  /** Chain id and fork schedule. Not changed. */
  common: Common;
  /** Rules to execute under, against what the block's own `common` or the schedule says. */
  hardfork?: string | undefined;
  /** Recovers senders and authorities; in JavaScript unless given. */
  recover?: RecoverAddress | undefined;
  /** Given senders are compared with who has signed; believed unless given. */
  verifiesSenders?: boolean | undefined;
}

function sourceOf(input: BlockInput): SourceRecord {
  const must = 'an @ethereumjs/block Block, a JSON-RPC block with full transactions, or block RLP';
  if (input instanceof Uint8Array) return sourceRecord(rpcOfRlp(input), '');
  return sourceRecord(isBlockObject(input) ? rpcOfBlock(input) : input, '', must, 'block');
}

function forkOf(input: BlockInput, source: SourceRecord, { common, hardfork }: DecodeOptions): ForkName {
  if (hardfork !== undefined) return supportedFork(hardfork);
  if (isBlockObject(input)) return supportedFork(input.common.hardfork());
  return scheduledFork(common, readU64(source, 'number'), readU64(source, 'timestamp'));
}

/** A block without its transactions, and what they are decoded with. */
interface Opened {
  frame: Omit<BlockFrame, 'ommers'>;
  context: TransactionContext;
}

function openBlock(input: BlockInput, source: SourceRecord, options: DecodeOptions): Opened {
  const common = isBlockObject(input) ? input.common : options.common;
  const fork = forkOf(input, source, options);
  assertSupportedChain(common, fork);
  const chainId = common.chainId();
  const header = parseHeader(source, fork);
  const withdrawals = parseWithdrawals(source, fork);
  const frame = { hardfork: fork, chainId, header, ...(withdrawals !== undefined && { withdrawals }) };
  const { recover = recoverAddress, verifiesSenders: verifies = false } = options;
  return { frame, context: { fork, chainId, recover, verifies } };
}

/** `decodeBlock` on the caller's stack; recovery of a sender or authority takes up to a millisecond each. */
export function decodeBlockSync(input: BlockInput, options: DecodeOptions): PlainBlock {
  const source = sourceOf(input);
  const { frame, context } = openBlock(input, source, options);
  const transactions = readList(source, 'transactions', (item, path) => parseTransaction(item, path, context));
  return { ...frame, transactions, ommers: parseOmmers(source, context.fork) };
}

/**
 * The block as plain data, every sender and authority known.
 *
 * The fork is `options.hardfork`; else that of a `Block`'s own `common`; else what the schedule of `options.common` says
 * for the block's number and timestamp.
 * @throws BAD_ARGUMENT naming the field; UNSUPPORTED_CHAIN for unknown forks.
 */
export async function decodeBlock(input: BlockInput, options: DecodeOptions): Promise<PlainBlock> {
  return decodeBlockSync(input, options);
}

export interface StageOptions extends DecodeOptions {
  senders: Senders;
  /** Senders and authorities of transactions of the usual form are left to who executes them. */
  defersSenders?: boolean | undefined;
}

const signersOf = ({ senders, defersSenders = false }: StageOptions): Signers => ({ senders, defers: defersSenders });

/** Straight from the bytes; undefined where they are not as they should be. */
function stageBytes(input: Uint8Array, options: StageOptions): StagedBlock | undefined {
  const opened = openRlp(input);
  if (opened === undefined) return undefined;
  const source = sourceRecord(opened.frame, '');
  const { frame, context } = openBlock(input, source, options);
  const transactions = stageRlp(opened.transactions, context, signersOf(options));
  return transactions && { ...frame, transactions, ommers: parseOmmers(source, context.fork) };
}

/** Straight from the properties; undefined where they are not as they should be. */
function stageObject(input: Block, options: StageOptions): StagedBlock | undefined {
  const source = sourceRecord(frameOfBlock(input), '');
  const { frame, context } = openBlock(input, source, options);
  const transactions = stageObjects(input, context, signersOf(options));
  return transactions && { ...frame, transactions, ommers: parseOmmers(source, context.fork) };
}

/** Straight from the fields; the way of `decodeBlockSync` for transactions that are not of the usual form. */
function stageFields(input: BlockInput, options: StageOptions): StagedBlock {
  const source = sourceOf(input);
  const { frame, context } = openBlock(input, source, options);
  const list = fieldOf(source, 'transactions');
  const direct = Array.isArray(list) ? stageRpc(list, context, signersOf(options)) : undefined;
  const parse = (): Stage =>
    stagePlain(readList(source, 'transactions', (item, path) => parseTransaction(item, path, context)));
  return { ...frame, transactions: direct ?? parse(), ommers: parseOmmers(source, context.fork) };
}

function stageDirect(input: BlockInput, options: StageOptions): StagedBlock | undefined {
  if (input instanceof Uint8Array) return stageBytes(input, options);
  return isBlockObject(input) ? stageObject(input, options) : undefined;
}

/** As `decodeBlock`, with the transactions staged instead of decoded: no object is made of one that is as it should be. */
export async function stageBlock(input: BlockInput, options: StageOptions): Promise<StagedBlock> {
  return unlessRefused(() => stageDirect(input, options)) ?? stageFields(input, options);
}
