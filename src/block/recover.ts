// Public-key recovery on secp256k1 (SEC 1, 4.1.6) as Ethereum uses it: the address of whoever signed a hash.
//
// The one seam to the curve library: whatever recovers keys is wrapped here, so that ranges are checked once and in one
// place. Recovery identifiers 2 and 3 (r beyond the group order) do not exist in Ethereum signatures, so a parity is 0
// or 1. EIP-2's bound on s depends on who asks and is theirs to check (Frontier has none).

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { writeBigEndian } from '../hex.ts';
import type { Recover } from '../precompiles/ecdsa.ts';

export const SECP256K1_ORDER: bigint = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** EIP-2: the larger of the two values s that sign the same hash is invalid. */
export const LOW_S_MAX: bigint = SECP256K1_ORDER / 2n;

export interface Signature {
  yParity: bigint;
  r: bigint;
  s: bigint;
}

/** The address of an uncompressed public key without its leading format byte (64 bytes). */
export const addressOfPublicKey = (key: Uint8Array): Uint8Array => keccak_256(key).slice(12);

const isInRange = ({ yParity, r, s }: Signature): boolean =>
  yParity <= 1n && r > 0n && r < SECP256K1_ORDER && s > 0n && s < SECP256K1_ORDER;

/** The 20-byte address of the signer of `hash`; undefined where no key can have made the signature. */
export type RecoverAddress = (hash: Uint8Array, signature: Signature) => Uint8Array | undefined;

/** Recovery in JavaScript: about a millisecond, everywhere and without loading anything. */
export const recoverAddress: RecoverAddress = (hash, signature) => {
  if (!isInRange(signature)) return undefined;
  const { r, s, yParity } = signature;
  try {
    const key = new secp256k1.Signature(r, s, Number(yParity)).recoverPublicKey(hash).toBytes(false);
    return addressOfPublicKey(key.subarray(1));
  } catch {
    // r is no x-coordinate of the curve, or the key would be the point at infinity: no key has made this signature.
    return undefined;
  }
};

/** Recovery by a function that computes public keys, such as that of the precompiles. */
export function recoverAddressBy(recoverKey: Recover): RecoverAddress {
  const bytes = new Uint8Array(64);
  const key = new Uint8Array(64);
  return (hash, signature) => {
    if (!isInRange(signature)) return undefined;
    writeBigEndian(signature.r, bytes, 0, 32);
    writeBigEndian(signature.s, bytes, 32, 32);
    const parity = signature.yParity === 0n ? 0 : 1;
    return recoverKey(hash, bytes, parity, key, 0) ? addressOfPublicKey(key) : undefined;
  };
}
