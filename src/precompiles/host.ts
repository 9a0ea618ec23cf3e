// The host import `precompile` and the libraries behind it. Only the native addon is loaded asynchronously, when a
// worker starts; a curve starts when it is first used, within a millisecond and synchronously. A call is synchronous:
// copy the input out of the shared memory (a library must never see bytes that another thread can change, and browsers
// refuse shared views in many places), compute, write the output back.

import { loadNativeRecover } from '#secp256k1';
import { nativeSha256, type Sha256 } from '#sha256';
import {
  PC_BLS_PAIRING,
  PC_BN_ADD,
  PC_BN_MUL,
  PC_BN_PAIRING,
  PC_ECRECOVER,
  PC_G1_ADD,
  PC_G1_MSM,
  PC_G2_ADD,
  PC_G2_MSM,
  PC_KZG,
  PC_MAP_FP,
  PC_MAP_FP2,
  PC_MODEXP,
  PC_P256,
  PC_SHA256,
} from '../../assembly/layout.ts';
import { bls12381 } from './bls12381.ts';
import { bn254Add, bn254Mul, bn254Pairing } from './bn254.ts';
import { createRecover, ecrecover, p256Verify, type Recover } from './ecdsa.ts';
import { kzgPointEvaluation } from './kzg.ts';
import { CURVE_BLS12_381, CURVE_BN254, CURVE_P256, CURVE_SECP256K1, startCurve } from './mcl.ts';
import { modexp } from './modexp.ts';
import { type HostFunction, NOT_LOADED, type Precompiles } from './types.ts';

/** The fastest public-key recovery that this platform has. */
export async function loadRecover(mcl: WebAssembly.Module): Promise<Recover> {
  return (await loadNativeRecover()) ?? createRecover(startCurve(mcl, CURVE_SECP256K1));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A function that is made at its first call. */
function lazily(make: () => HostFunction): HostFunction {
  const get = once(make);
  return (input, out, at) => get()(input, out, at);
}

const hashing =
  (sha256: Sha256): HostFunction =>
  (input, out, at) => {
    out.set(sha256(input), at);
    return 32;
  };

/** Every library. Once per thread: instances keep operands in their own memory. */
export async function loadPrecompiles(mcl: WebAssembly.Module): Promise<Precompiles> {
  const native = await loadNativeRecover();
  const bn = once(() => startCurve(mcl, CURVE_BN254));
  const curve = once(() => startCurve(mcl, CURVE_BLS12_381));
  const bls = once(() => bls12381(curve()));
  return new Map<number, HostFunction>([
    [PC_ECRECOVER, lazily(() => ecrecover(native ?? createRecover(startCurve(mcl, CURVE_SECP256K1))))],
    ...(nativeSha256 ? [[PC_SHA256, hashing(nativeSha256)] as const] : []),
    [PC_MODEXP, modexp],
    [PC_BN_ADD, lazily(() => bn254Add(bn()))],
    [PC_BN_MUL, lazily(() => bn254Mul(bn()))],
    [PC_BN_PAIRING, lazily(() => bn254Pairing(bn()))],
    [PC_KZG, lazily(() => kzgPointEvaluation(curve()))],
    [PC_G1_ADD, lazily(() => bls().g1Add)],
    [PC_G1_MSM, lazily(() => bls().g1Msm)],
    [PC_G2_ADD, lazily(() => bls().g2Add)],
    [PC_G2_MSM, lazily(() => bls().g2Msm)],
    [PC_BLS_PAIRING, lazily(() => bls().pairing)],
    [PC_MAP_FP, lazily(() => bls().mapFp)],
    [PC_MAP_FP2, lazily(() => bls().mapFp2)],
    [PC_P256, lazily(() => p256Verify(startCurve(mcl, CURVE_P256)))],
  ]);
}

/** The import as `assembly/host.ts` declares it: addresses are signed on arrival above 2 GiB. */
export type HostPrecompile = (id: number, src: number, len: number, dst: number) => number;

/** Binds loaded libraries to a shared memory. */
export function createHostPrecompile(memory: WebAssembly.Memory, libs: Precompiles): HostPrecompile {
  let bytes = new Uint8Array(memory.buffer);
  return (id, src, len, dst) => {
    const run = libs.get(id);
    if (run === undefined) return NOT_LOADED;
    // Another thread may have grown the memory: an old view stays valid but ends too early.
    if (memory.buffer.byteLength !== bytes.length) bytes = new Uint8Array(memory.buffer);
    const from = src >>> 0;
    return run(bytes.slice(from, from + len), bytes, dst >>> 0);
  };
}
