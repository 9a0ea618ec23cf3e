// The native secp256k1 addon, an optional dependency: four times as fast as WebAssembly. Its bindings are imported
// themselves, since the package's main module falls back to a JavaScript library that is ten times slower than ours.
import type { Recover } from '../precompiles/ecdsa.ts';

interface Bindings {
  ecdsaRecover(signature: Uint8Array, parity: number, hash: Uint8Array, compressed: false, out: Uint8Array): Uint8Array;
}

/** A constant that type checkers and bundlers do not follow: the package may be absent. */
const BINDINGS: string = 'secp256k1/bindings.js';

/** The addon's recovery, or undefined where the addon is not installed or has no build for this platform. */
export async function loadNativeRecover(): Promise<Recover | undefined> {
  let bindings: Bindings;
  try {
    bindings = ((await import(BINDINGS)) as { default: Bindings }).default;
  } catch {
    return undefined;
  }
  const key = new Uint8Array(65);
  return (hash, signature, parity, out, at) => {
    try {
      bindings.ecdsaRecover(signature, parity, hash, false, key);
    } catch {
      return false; // the addon throws for r or s out of range and where there is no key
    }
    out.set(key.subarray(1), at);
    return true;
  };
}
