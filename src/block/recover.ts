// Public-key recovery on secp256k1 (SEC 1, 4.1.6) as Ethereum uses it: the address of whoever signed a hash.
//
// The one seam to the curve library: whatever replaces it keeps this signature. Recovery identifiers 2 and 3 (r beyond
// the group order) do not exist in Ethereum signatures, so a parity is 0 or 1.

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

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
  yParity <= 1n && r > 0n && r < SECP256K1_ORDER && s > 0n && s <= LOW_S_MAX;

/** The 20-byte address of the signer of `hash`; undefined where the signature, high s included, is not valid. */
export function recoverAddress(hash: Uint8Array, signature: Signature): Uint8Array | undefined {
  if (!isInRange(signature)) return undefined;
  const { r, s, yParity } = signature;
  try {
    const key = new secp256k1.Signature(r, s, Number(yParity)).recoverPublicKey(hash).toBytes(false);
    return addressOfPublicKey(key.subarray(1));
  } catch {
    // r is no x-coordinate of the curve, or the key would be the point at infinity: no key has made this signature.
    return undefined;
  }
}
