// Addition, multiplication and pairing check on alt_bn128 (EIP-196, EIP-197). A coordinate must be below the modulus
// and a point on its curve; (0, 0) is infinity. G1 has a prime order, so only G2 points need a subgroup check.
import { g2Reader } from './bn254-g2.ts';
import { type Curve, FP, FR, G1, G2, GT, isZero } from './mcl.ts';
import { FAILURE, type HostFunction, padded } from './types.ts';

const PAIR_BYTES = 192;
/** Pairs per Miller loop: longer inputs are split, so that the buffers have a fixed size. */
const BATCH = 16;

/** Writes an affine point or zeros for infinity. */
function writePoint(curve: Curve, p: number, out: Uint8Array, at: number): number {
  const { core } = curve;
  if (core.mclBnG1_isZero(p)) {
    out.fill(0, at, at + 64);
  } else {
    core.mclBnG1_normalize(p, p);
    curve.writeField(p, out, at);
    curve.writeField(p + FP, out, at + 32);
  }
  return 64;
}

function readG1(curve: Curve, p: number, input: Uint8Array, from: number): boolean {
  if (isZero(input, from, from + 64)) {
    curve.core.mclBnG1_clear(p);
    return true;
  }
  return curve.readField(p, input, from) && curve.readField(p + FP, input, from + 32) && curve.finishG1(p);
}

export function bn254Add(curve: Curve): HostFunction {
  const { core } = curve;
  const p = core.malloc(G1);
  const q = core.malloc(G1);
  return (given, out, at) => {
    const input = padded(given, 128);
    if (!readG1(curve, p, input, 0) || !readG1(curve, q, input, 64)) return FAILURE;
    core.mclBnG1_add(p, p, q);
    return writePoint(curve, p, out, at);
  };
}

export function bn254Mul(curve: Curve): HostFunction {
  const { core } = curve;
  const p = core.malloc(G1);
  const k = core.malloc(FR);
  return (given, out, at) => {
    const input = padded(given, 96);
    if (!readG1(curve, p, input, 0)) return FAILURE;
    curve.readScalar(k, input, 64);
    core.mclBnG1_mul(p, p, k);
    return writePoint(curve, p, out, at);
  };
}

/** 1 as a word if the product of the pairings is one; infinity on either side contributes one. */
export function bn254Pairing(curve: Curve): HostFunction {
  const { core } = curve;
  const ps = core.malloc(BATCH * G1);
  const qs = core.malloc(BATCH * G2);
  const product = core.malloc(GT);
  const factor = core.malloc(GT);
  const readG2 = g2Reader(curve);
  let batched = 0;
  const multiply = (): void => {
    if (batched === 0) return;
    core.mclBn_millerLoopVec(factor, ps, qs, batched);
    core.mclBnGT_mul(product, product, factor);
    batched = 0;
  };
  return (input, out, at) => {
    if (input.length % PAIR_BYTES !== 0) return FAILURE;
    core.mclBnGT_setInt32(product, 1);
    batched = 0;
    for (let from = 0; from < input.length; from += PAIR_BYTES) {
      const p = ps + batched * G1;
      const q = qs + batched * G2;
      if (!readG1(curve, p, input, from) || !readG2(q, input, from + 64)) return FAILURE;
      if (!core.mclBnG1_isZero(p) && !core.mclBnG2_isZero(q)) batched++;
      if (batched === BATCH) multiply();
    }
    multiply();
    core.mclBn_finalExp(product, product);
    out.fill(0, at, at + 32);
    out[at + 31] = core.mclBnGT_isOne(product);
    return 32;
  };
}
