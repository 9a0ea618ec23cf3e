// Who signed a staged transaction and its authorizations: found out here, or left to the slot that first executes it.
import { RLP } from '@ethereumjs/rlp';
import { SENDER_GIVEN, SENDER_UNKNOWN, TX_FROM } from '../../assembly/layout.ts';
import { U64_MAX, writeBigEndian } from '../hex.ts';
import { LOW_S_MAX, SECP256K1_ORDER } from './recover.ts';
import type { Senders } from './senders.ts';
import { AUTHORIZATION_MAGIC, type SignedAuthorization, withAuthority } from './signature.ts';
import type { Stage } from './staging.ts';
import type { TransactionContext } from './transaction.ts';
import type { PlainAuthorization } from './types.ts';

/** How the signers of a block are found. */
export interface Signers {
  readonly senders: Senders;
  /** They are left to who executes the transactions. */
  readonly defers: boolean;
}

/** An authorization on its way into a record. */
export interface StagedAuthorization extends PlainAuthorization {
  /** What its authority is to be recovered from: input of ECRECOVER. */
  signed?: Uint8Array;
}

const bigEndian = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(32);
  writeBigEndian(value, bytes, 0, 32);
  return bytes;
};
const MOST_R = bigEndian(SECP256K1_ORDER - 1n);
const MOST_S = bigEndian(LOW_S_MAX);

function isWithin(bytes: Uint8Array, at: number, most: Uint8Array): boolean {
  for (let i = 0; i < 32; i++) {
    const difference = (bytes[at + i] as number) - (most[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

const isZero = (bytes: Uint8Array, at: number): boolean => bytes.subarray(at, at + 32).every((byte) => byte === 0);

/**
 * Whether r and s, 64 bytes, may be of a signature: 1 to the order of the curve, and to half of it (EIP-2). A high s may be valid
 * in Frontier, which is not decided here.
 */
export const isUsualSignature = (signature: Uint8Array): boolean =>
  isWithin(signature, 0, MOST_R) && isWithin(signature, 32, MOST_S) && !isZero(signature, 0) && !isZero(signature, 32);

/**
 * Finds the sender of the transaction at `at`, which has signed `message` with r and s in `senders.signature`. One that is
 * given is compared. False where no key has signed it, or not the one that should have.
 */
export function putSender(
  stage: Stage,
  at: number,
  message: readonly Uint8Array[],
  parity: 0 | 1,
  { senders, defers }: Signers,
  isGiven: boolean,
): boolean {
  if (defers) {
    const pending = isGiven ? SENDER_GIVEN : SENDER_UNKNOWN;
    stage.deferSender(at, senders.digest(message), parity, senders.signature, pending);
    return true;
  }
  const sender = senders.recover(message, parity);
  if (sender === undefined) return false;
  const { views } = stage;
  if (isGiven) return views.bigEndian(at + TX_FROM, 20).every((byte, i) => byte === sender[i]);
  views.setBigEndian(at + TX_FROM, sender, 20);
  return true;
}

/** `withAuthority` for a record: with what its authority can be recovered from instead of the authority. */
function withSigned(signed: SignedAuthorization, chainId: bigint, senders: Senders): StagedAuthorization {
  const plain = { chainId: signed.chainId, address: signed.address, nonce: signed.nonce };
  const concernsChain = signed.chainId === 0n || signed.chainId === chainId;
  const { yParity, r, s } = signed;
  const mayBeSigned = yParity <= 1n && r > 0n && r < SECP256K1_ORDER && s > 0n && s <= LOW_S_MAX;
  if (!concernsChain || signed.nonce === U64_MAX || !mayBeSigned) return plain;
  const input = new Uint8Array(128);
  const fields = RLP.encode([signed.chainId, signed.address, signed.nonce]);
  input.set(senders.digest([Uint8Array.of(AUTHORIZATION_MAGIC), fields]));
  input[63] = 27 + Number(yParity);
  writeBigEndian(r, input, 64, 32);
  writeBigEndian(s, input, 96, 32);
  return { ...plain, signed: input };
}

/** The authorizations of a transaction with their authorities, or with what those are to be recovered from. */
export const stagedAuthorizations = (
  list: readonly SignedAuthorization[],
  { chainId, recover }: TransactionContext,
  { senders, defers }: Signers,
): StagedAuthorization[] =>
  list.map((each) => (defers ? withSigned(each, chainId, senders) : withAuthority(each, chainId, recover)));
