// The door for blocks: every accepted form becomes the JSON-RPC shape and is then parsed by one set of rules, so the
// same block gives the same plain data whichever way it comes in.

import type { Block } from '@ethereumjs/block';
import type { Common } from '@ethereumjs/common';
import { readList, readU64, type SourceRecord, sourceRecord } from './fields.ts';
import { assertSupportedChain, type ForkName, scheduledFork, supportedFork } from './forks.ts';
import { parseHeader, parseOmmers, parseWithdrawals } from './header.ts';
import { type RecoverAddress, recoverAddress } from './recover.ts';
import { isBlockObject, rpcOfBlock, rpcOfRlp } from './rlp.ts';
import type { RpcBlock } from './rpc.ts';
import { parseTransaction } from './transaction.ts';
import type { PlainBlock } from './types.ts';

/** An `@ethereumjs/block` block, a JSON-RPC block with full transactions, or block RLP. */
export type BlockInput = Block | RpcBlock | Uint8Array;

export interface DecodeOptions {
  /** Chain id and fork schedule. Not changed. */
  common: Common;
  /** Rules to execute under, against what the block's own `common` or the schedule says. */
  hardfork?: string | undefined;
  /** Recovers senders and authorities; in JavaScript unless given. */
  recover?: RecoverAddress | undefined;
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

/** `decodeBlock` on the caller's stack; recovery of a sender or authority takes up to a millisecond each. */
export function decodeBlockSync(input: BlockInput, options: DecodeOptions): PlainBlock {
  const source = sourceOf(input);
  const common = isBlockObject(input) ? input.common : options.common;
  const fork = forkOf(input, source, options);
  assertSupportedChain(common, fork);
  const chainId = common.chainId();
  const header = parseHeader(source, fork);
  const withdrawals = parseWithdrawals(source, fork);
  const context = { fork, chainId, recover: options.recover ?? recoverAddress };
  const transactions = readList(source, 'transactions', (item, path) => parseTransaction(item, path, context));
  const ommers = parseOmmers(source, fork);
  const block: PlainBlock = { hardfork: fork, chainId, header, transactions, ommers };
  return withdrawals === undefined ? block : { ...block, withdrawals };
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
