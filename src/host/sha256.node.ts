// SHA-256 by OpenSSL, which uses the processor's instructions for it: eight times as fast as WebAssembly.
import { createHash } from 'node:crypto';

export type Sha256 = (input: Uint8Array) => Uint8Array;

/** The platform's own SHA-256, if it has one that answers at once. */
export const nativeSha256: Sha256 | undefined = (input) => createHash('sha256').update(input).digest();
