// One JSON-RPC transaction as plain data with its sender.
//
// Checked here is what makes a transaction denote something: forms, ranges, the chain id, the signature where the sender
// has to be recovered. Whether it may be included (fees, balances, nonces, intrinsic gas, list sizes) is execution's part.

import { badArgument, ParallelEvmError } from '../errors.ts';
import { hexOf, parseBytes, U8_MAX } from '../hex.ts';
import { assertEthereumType } from './chains.ts';
import {
  fieldOf,
  optional,
  pathOf,
  readAddress,
  readBytes,
  readList,
  readU64,
  readU256,
  type SourceRecord,
  sourceRecord,
} from './fields.ts';
import { type ForkName, isFrom, newestTxType } from './forks.ts';
import { LOW_S_MAX, type RecoverAddress } from './recover.ts';
import { type SignedAuthorization, signingHash, type UnsignedTransaction, withAuthority } from './signature.ts';
import type { PlainAccess, PlainTransaction } from './types.ts';

/** What a transaction's meaning depends on beside itself. */
export interface TransactionContext {
  readonly fork: ForkName;
  readonly chainId: bigint;
  readonly recover: RecoverAddress;
  /** Given senders are compared with who has signed, not believed. */
  readonly verifies?: boolean;
}

/** The names that viem gives to the types. */
const TYPE_NAMES: readonly string[] = ['legacy', 'eip2930', 'eip1559', 'eip4844', 'eip7702'];

/** EIP-155: `v` is this, plus twice the chain id, plus the parity. */
export const PROTECTED_V = 35n;
export const UNPROTECTED_V = 27n;

const TYPE_TEXT = /^0x0?[0-9]$/;

/** The type that `value` says; -1 where it says none. */
export function typeOf(value: unknown): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (typeof value !== 'string') return -1;
  return TYPE_TEXT.test(value) ? Number(value) : TYPE_NAMES.indexOf(value);
}

function readType(from: SourceRecord, fork: ForkName): number {
  const value = fieldOf(from, 'type');
  assertEthereumType(value, pathOf(from, 'type'));
  const newest = newestTxType(fork);
  const type = typeOf(value);
  if (Number.isInteger(type) && type >= 0 && type <= newest) return type;
  throw badArgument(pathOf(from, 'type'), `a transaction type from 0 to ${newest} (${fork})`, value);
}

function assertChain(from: SourceRecord, name: string, got: bigint, chainId: bigint): void {
  if (got !== chainId) throw badArgument(pathOf(from, name), `that of the chain (${chainId})`, got);
}

/** The chain id that a type 0 is bound to (EIP-155, Spurious Dragon); undefined where it is valid on every chain. */
function readLegacyChainId(from: SourceRecord, { fork, chainId }: TransactionContext): bigint | undefined {
  const named = optional(readU256, from, 'chainId');
  if (named !== undefined) assertChain(from, 'chainId', named, chainId);
  const v = optional(readU256, from, 'v');
  if (v === undefined) return named;
  if (v === UNPROTECTED_V || v === UNPROTECTED_V + 1n) return undefined;
  const canBind = isFrom(fork, 'spuriousDragon');
  if (canBind && v >= PROTECTED_V && (v - PROTECTED_V) / 2n === chainId) return chainId;
  const lowest = PROTECTED_V + 2n * chainId;
  const bound = canBind ? `27, 28, ${lowest} or ${lowest + 1n} (EIP-155, chain ${chainId})` : `27 or 28 (${fork})`;
  throw badArgument(pathOf(from, 'v'), bound, v);
}

function readChainId(from: SourceRecord, chainId: bigint): bigint {
  const named = readU256(from, 'chainId');
  assertChain(from, 'chainId', named, chainId);
  return named;
}

export function parseAccess(value: unknown, path: string): PlainAccess {
  const from = sourceRecord(value, path);
  const storageKeys = readList(from, 'storageKeys', (key, at) => parseBytes(key, at, 32));
  return { address: readAddress(from, 'address'), storageKeys };
}

export function parseAuthorization(value: unknown, path: string): SignedAuthorization {
  const from = sourceRecord(value, path);
  const yParity = readU256(from, 'yParity');
  if (yParity > U8_MAX) throw badArgument(pathOf(from, 'yParity'), `0 to ${U8_MAX}`, yParity);
  return {
    chainId: readU256(from, 'chainId'),
    address: readAddress(from, 'address'),
    nonce: readU64(from, 'nonce'),
    yParity,
    r: readU256(from, 'r'),
    s: readU256(from, 's'),
  };
}

/** The recipient; only types 0 to 2 may go without (EIP-4844 and EIP-7702 require one). */
function readRecipient(from: SourceRecord, type: number): Uint8Array | undefined {
  return type > 2 ? readAddress(from, 'to') : optional(readAddress, from, 'to');
}

const readPrices = (from: SourceRecord, type: number): [max: bigint, priority: bigint] => {
  if (type >= 2) return [readU256(from, 'maxFeePerGas'), readU256(from, 'maxPriorityFeePerGas')];
  const gasPrice = readU256(from, 'gasPrice');
  return [gasPrice, gasPrice];
};

function readBody(from: SourceRecord, context: TransactionContext): UnsignedTransaction {
  const type = readType(from, context.fork);
  const [maxFeePerGas, maxPriorityFeePerGas] = readPrices(from, type);
  const tx: UnsignedTransaction = {
    type,
    nonce: readU64(from, 'nonce'),
    gasLimit: readU64(from, 'gas'),
    maxFeePerGas,
    maxPriorityFeePerGas,
    value: readU256(from, 'value'),
    data: readBytes(
      from,
      fieldOf(from, 'input') === undefined && fieldOf(from, 'data') !== undefined ? 'data' : 'input',
    ),
    accessList: type === 0 ? [] : readList(from, 'accessList', parseAccess),
    blobVersionedHashes: [],
  };
  const boundTo = type === 0 ? readLegacyChainId(from, context) : readChainId(from, context.chainId);
  if (boundTo !== undefined) tx.chainId = boundTo;
  const to = readRecipient(from, type);
  if (to !== undefined) tx.to = to;
  if (type === 3) {
    tx.maxFeePerBlobGas = readU256(from, 'maxFeePerBlobGas');
    tx.blobVersionedHashes = readList(from, 'blobVersionedHashes', (hash, at) => parseBytes(hash, at, 32));
  }
  return tx;
}

/** The parity in the signature; types 1 to 4 name it `yParity`, older nodes only `v`. */
function readParity(from: SourceRecord, type: number): bigint {
  if (type > 0) {
    const name = fieldOf(from, 'yParity') === undefined ? 'v' : 'yParity';
    const yParity = readU256(from, name);
    if (yParity > 1n) throw badArgument(pathOf(from, name), '0 or 1', yParity);
    return yParity;
  }
  const v = readU256(from, 'v');
  return v >= PROTECTED_V ? (v - PROTECTED_V) % 2n : v - UNPROTECTED_V;
}

function recoverSender(
  from: SourceRecord,
  tx: UnsignedTransaction,
  authorizations: readonly SignedAuthorization[],
  { fork, recover }: TransactionContext,
): Uint8Array {
  const signature = { yParity: readParity(from, tx.type), r: readU256(from, 'r'), s: readU256(from, 's') };
  if (signature.s > LOW_S_MAX && isFrom(fork, 'homestead')) {
    throw badArgument(pathOf(from, 's'), 'at most half the order of secp256k1 (EIP-2)', signature.s);
  }
  const sender = recover(signingHash(tx, authorizations), signature);
  if (sender === undefined) throw badArgument(pathOf(from, 'r'), 'part of a valid signature', signature.r);
  return sender;
}

/** @throws WRONG_SENDER */
function assertSender(given: Uint8Array, signer: Uint8Array, path: string): void {
  if (given.every((byte, i) => byte === signer[i])) return;
  const [value, sender] = [hexOf(given), hexOf(signer)];
  const index = /\[(\d+)\]$/.exec(path)?.[1];
  const facts = { field: `${path}.from`, value, sender, txIndex: index === undefined ? 0 : Number(index) };
  throw new ParallelEvmError('WRONG_SENDER', `"${path}.from" is ${value}, and ${sender} has signed`, facts);
}

/**
 * The transaction at `path`, its sender taken from `from` or else recovered, its authorities recovered.
 * @throws BAD_ARGUMENT naming the field; WRONG_SENDER where given senders are verified.
 */
export function parseTransaction(value: unknown, path: string, context: TransactionContext): PlainTransaction {
  const from = sourceRecord(value, path, 'a full transaction (ask for the block with transactions, not their hashes)');
  const tx = readBody(from, context);
  const authorizations = tx.type === 4 ? readList(from, 'authorizationList', parseAuthorization) : [];
  if (tx.type === 4)
    tx.authorizationList = authorizations.map((each) => withAuthority(each, context.chainId, context.recover));
  const given = optional(readAddress, from, 'from');
  if (given !== undefined && context.verifies !== true) return { ...tx, from: given };
  const signer = recoverSender(from, tx, authorizations, context);
  if (given !== undefined) assertSender(given, signer, path);
  return { ...tx, from: signer };
}
