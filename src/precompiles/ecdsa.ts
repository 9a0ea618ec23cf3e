// Public-key recovery on secp256k1 (SEC 1, 4.1.6) and signature verification on P-256 (EIP-7951), by mcl. Both end in a
// sum of two products, which mcl computes in one go. A recovered or computed point at infinity is no result.
import { type Curve, FP, FR, G1, isBelow, isZero } from './mcl.ts';
import { type HostFunction, padded } from './types.ts';

/**
 * Recovers the 64-byte public key that signed `hash` (32 B) with `signature` (r, s: 64 B) and the given parity of R's y.
 * High s is accepted. Writes it to `out` from `at` on; false where no key has made this signature.
 */
export type Recover = (hash: Uint8Array, signature: Uint8Array, parity: 0 | 1, out: Uint8Array, at: number) => boolean;

/** r and s, side by side at `from`, lie in 1..n-1. */
function isSignatureInRange(bytes: Uint8Array, from: number, order: Uint8Array): boolean {
  const isInRange = (at: number): boolean => isBelow(bytes, at, order) && !isZero(bytes, at, at + 32);
  return isInRange(from) && isInRange(from + 32);
}

/** Buffers of k0·points0 + k1·points1, and that sum, affine; false where it is infinite. */
class TwoProducts {
  readonly points: number;
  readonly scalars: number;
  readonly sum: number;
  readonly #curve: Curve;

  constructor(curve: Curve) {
    this.#curve = curve;
    this.points = curve.core.malloc(2 * G1);
    this.scalars = curve.core.malloc(2 * FR);
    this.sum = curve.core.malloc(G1);
    curve.core.mclBnG1_getBasePoint(this.points);
  }

  compute(): boolean {
    const { core } = this.#curve;
    core.mclBnG1_mulVec(this.sum, this.points, this.scalars, 2);
    if (core.mclBnG1_isZero(this.sum)) return false;
    core.mclBnG1_normalize(this.sum, this.sum);
    return true;
  }
}

/** Finds the point with abscissa r and the given parity. */
function liftX(curve: Curve, seven: number, p: number, parity: number): boolean {
  const { core } = curve;
  const y = p + FP;
  core.mclBnFp_sqr(y, p);
  core.mclBnFp_mul(y, y, p);
  core.mclBnFp_add(y, y, seven);
  if (core.mclBnFp_squareRoot(y, y) !== 0) return false;
  if (core.mclBnFp_isOdd(y) !== parity) core.mclBnFp_neg(y, y);
  return curve.finishG1(p);
}

/** Q = r⁻¹ (s·R - z·G), for an instance of secp256k1. */
export function createRecover(curve: Curve): Recover {
  const { core } = curve;
  const sum = new TwoProducts(curve);
  const seven = core.malloc(FP);
  const inverse = core.malloc(FR);
  core.mclBnFp_setInt32(seven, 7);
  const [ofG, ofR, pointR] = [sum.scalars, sum.scalars + FR, sum.points + G1];
  return (hash, signature, parity, out, at) => {
    if (!isSignatureInRange(signature, 0, curve.scalarOrder)) return false;
    curve.readField(pointR, signature, 0);
    if (!liftX(curve, seven, pointR, parity)) return false;
    curve.readScalar(inverse, signature, 0);
    core.mclBnFr_inv(inverse, inverse);
    curve.readScalar(ofG, hash, 0);
    core.mclBnFr_neg(ofG, ofG);
    core.mclBnFr_mul(ofG, ofG, inverse);
    curve.readScalar(ofR, signature, 32);
    core.mclBnFr_mul(ofR, ofR, inverse);
    if (!sum.compute()) return false;
    curve.writeField(sum.sum, out, at);
    curve.writeField(sum.sum + FP, out, at + 32);
    return true;
  };
}

/**
 * ECRECOVER without its last step: writes the public key (64 bytes), which the caller hashes. Input: hash, v, r, s.
 * No key is no failure but an empty output.
 */
export function ecrecover(recover: Recover): HostFunction {
  return (given, out, at) => {
    const input = padded(given, 128);
    const v = (input[63] as number) - 27;
    if (!isZero(input, 32, 63) || (v !== 0 && v !== 1)) return 0;
    return recover(input.subarray(0, 32), input.subarray(64, 128), v, out, at) ? 64 : 0;
  };
}

const P256_INPUT_BYTES = 160;

/** P256VERIFY: 1 as a word, or nothing. Input: hash, r, s, x, y. */
export function p256Verify(curve: Curve): HostFunction {
  const { core } = curve;
  const sum = new TwoProducts(curve);
  const inverse = core.malloc(FR);
  const r = core.malloc(FR);
  const [ofG, ofQ, pointQ] = [sum.scalars, sum.scalars + FR, sum.points + G1];
  const abscissa = new Uint8Array(32);
  const verify = (input: Uint8Array): boolean => {
    if (!isSignatureInRange(input, 32, curve.scalarOrder)) return false;
    if (!curve.readField(pointQ, input, 96) || !curve.readField(pointQ + FP, input, 128)) return false;
    if (!curve.finishG1(pointQ)) return false;
    curve.readScalar(inverse, input, 64);
    core.mclBnFr_inv(inverse, inverse);
    curve.readScalar(ofG, input, 0);
    core.mclBnFr_mul(ofG, ofG, inverse);
    curve.readScalar(r, input, 32);
    core.mclBnFr_mul(ofQ, r, inverse);
    if (!sum.compute()) return false;
    curve.writeField(sum.sum, abscissa, 0);
    curve.readScalar(inverse, abscissa, 0);
    return core.mclBnFr_isEqual(inverse, r) === 1;
  };
  return (input, out, at) => {
    if (input.length !== P256_INPUT_BYTES || !verify(input)) return 0;
    out.fill(0, at, at + 31);
    out[at + 31] = 1;
    return 32;
  };
}
