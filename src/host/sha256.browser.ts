// Browsers have SHA-256, but it answers with a promise: hashing stays in WebAssembly.
export type Sha256 = (input: Uint8Array) => Uint8Array;

export const nativeSha256: Sha256 | undefined = undefined;
