// What Ethereum transactions and EIP-7702 authorizations sign, and who has signed them.
//
// A transaction signs keccak(type || rlp(fields)), where the fields are those of its encoding without the signature
// (EIP-155 and before for type 0, EIP-2930, 1559, 4844 and 7702 for types 1 to 4). Amounts go into RLP as integers and
// so come out minimal, as the encoding demands.

import { type Input, RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { U64_MAX } from '../hex.ts';
import { LOW_S_MAX, type RecoverAddress, type Signature } from './recover.ts';
import type { PlainAuthorization, PlainTransaction } from './types.ts';

export type UnsignedTransaction = Omit<PlainTransaction, 'from'>;

/** An authorization as it stands in the transaction, signature included. */
export interface SignedAuthorization extends Signature {
  chainId: bigint;
  address: Uint8Array;
  nonce: bigint;
}

/** EIP-7702: what an authorization's hash begins with. */
export const AUTHORIZATION_MAGIC = 0x05;
const NO_ADDRESS = new Uint8Array(0);

/** keccak(prefix || rlp(fields)); no prefix for type 0. */
function hashOf(prefix: number, fields: Input): Uint8Array {
  const hasher = keccak_256.create();
  if (prefix !== 0) hasher.update(Uint8Array.of(prefix));
  return hasher.update(RLP.encode(fields)).digest();
}

function legacyFields(tx: UnsignedTransaction): Input[] {
  const fields: Input[] = [tx.nonce, tx.maxFeePerGas, tx.gasLimit, tx.to ?? NO_ADDRESS, tx.value, tx.data];
  return tx.chainId === undefined ? fields : [...fields, tx.chainId, 0n, 0n];
}

function typedFields(tx: UnsignedTransaction, authorizations: readonly SignedAuthorization[]): Input[] {
  const prices = tx.type === 1 ? [tx.maxFeePerGas] : [tx.maxPriorityFeePerGas, tx.maxFeePerGas];
  const fields: Input[] = [tx.chainId, tx.nonce, ...prices, tx.gasLimit, tx.to ?? NO_ADDRESS, tx.value, tx.data];
  fields.push(tx.accessList.map(({ address, storageKeys }) => [address, storageKeys]));
  if (tx.type === 3) fields.push(tx.maxFeePerBlobGas, tx.blobVersionedHashes);
  if (tx.type === 4) {
    fields.push(authorizations.map((each) => [each.chainId, each.address, each.nonce, each.yParity, each.r, each.s]));
  }
  return fields;
}

/** The hash that the sender has signed; `authorizations` as they stand in a type 4. */
export function signingHash(tx: UnsignedTransaction, authorizations: readonly SignedAuthorization[]): Uint8Array {
  return hashOf(tx.type, tx.type === 0 ? legacyFields(tx) : typedFields(tx, authorizations));
}

/**
 * The authorization with its authority. EIP-7702 passes over one for another chain, with the greatest nonce, with a
 * high s or an invalid signature before it touches any account: none of these has an authority here.
 */
export function withAuthority(
  signed: SignedAuthorization,
  chainId: bigint,
  recover: RecoverAddress,
): PlainAuthorization {
  const plain: PlainAuthorization = { chainId: signed.chainId, address: signed.address, nonce: signed.nonce };
  const concernsChain = signed.chainId === 0n || signed.chainId === chainId;
  if (!concernsChain || signed.nonce === U64_MAX || signed.s > LOW_S_MAX) return plain;
  const hash = hashOf(AUTHORIZATION_MAGIC, [signed.chainId, signed.address, signed.nonce]);
  const authority = recover(hash, signed);
  return authority === undefined ? plain : { ...plain, authority };
}
