// Browsers have no native addon: recovery runs in WebAssembly.
import type { Recover } from '../precompiles/ecdsa.ts';

export async function loadNativeRecover(): Promise<Recover | undefined> {
  return undefined;
}
