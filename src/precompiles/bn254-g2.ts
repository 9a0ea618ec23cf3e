// Points of G2 on alt_bn128: reading them, and whether they have the right order (EIP-197 wants both).
//
// G2 is a subgroup of E'(Fp²), on which ψ = untwist, Frobenius, twist satisfies ψ² - tψ + p = 0. A point is in G2 exactly if
// (x + 1)·Q + ψ(x·Q) + ψ²(x·Q) = ψ³(2x·Q), with the curve's parameter x: that polynomial in ψ vanishes on G2, and the
// greatest common divisor of its resultant with ψ² - tψ + p and of the order of E'(Fp²) is r, the order of G2 (El Housni,
// Guillevic, Piellard, "Co-factor clearing and subgroup membership testing on pairing-friendly curves", 2022). This takes
// one product by a 63-bit number: a third of the time of mcl's check, which multiplies by r.
import { type Curve, FP, FP2, G2, hexBytes, isZero } from './mcl.ts';

/** The curve's parameter. */
const X = 4965661367192848881n;

/** ξ = 9 + u to the powers (p - 1) / 3 and (p - 1) / 2: what ψ multiplies the conjugated coordinates by. */
const PSI_X: [string, string] = [
  '2fb347984f7911f74c0bec3cf559b143b78cc310c2c3330c99e39557176f553d',
  '16c9e55061ebae204ba4cc8bd75a079432ae2a1d0b7c9dce1665d51c640fcba2',
];
const PSI_Y: [string, string] = [
  '063cf305489af5dcdc5ec698b6e2f9b9dbaae0eda9c95998dc54014671a0135a',
  '07c03cbcac41049a0704b5a7ec796f2b21807dc98fa25bd282d37f632623b0e3',
];

/** Digits -1, 0, 1 of a number, lowest first, no two neighbours of which are other than 0. */
function signedDigits(value: bigint): number[] {
  const digits: number[] = [];
  for (let rest = value; rest !== 0n; rest >>= 1n) {
    const digit = (rest & 1n) === 0n ? 0 : 2 - Number(rest & 3n);
    digits.push(digit);
    rest -= BigInt(digit);
  }
  return digits;
}

/** Whether an affine point of E'(Fp²), not infinite, is in G2. */
function orderChecker(curve: Curve): (q: number) => boolean {
  const { core } = curve;
  const digits = signedDigits(X).reverse().slice(1); // the highest is 1: q itself
  const [negative, multiple, left, right] = Array.from({ length: 4 }, () => core.malloc(G2)) as [
    number,
    number,
    number,
    number,
  ];
  const constant = (parts: [string, string]): number => {
    const at = core.malloc(FP2);
    parts.forEach((text, i) => {
      curve.readField(at + i * FP, hexBytes(text), 0);
    });
    return at;
  };
  const [psiX, psiY] = [constant(PSI_X), constant(PSI_Y)];

  const multiplyByX = (q: number): void => {
    curve.copy(multiple, q, G2);
    core.mclBnG2_neg(negative, q);
    for (const digit of digits) {
      core.mclBnG2_dbl(multiple, multiple);
      if (digit !== 0) core.mclBnG2_add(multiple, multiple, digit > 0 ? q : negative);
    }
  };
  /** In Jacobian coordinates too: conjugation respects products, and the constants belong to x and y alone. */
  const psi = (q: number): void => {
    for (let i = 1; i < 6; i += 2) core.mclBnFp_neg(q + i * FP, q + i * FP);
    core.mclBnFp2_mul(q, q, psiX);
    core.mclBnFp2_mul(q + FP2, q + FP2, psiY);
  };
  return (q) => {
    multiplyByX(q);
    core.mclBnG2_add(left, q, multiple);
    core.mclBnG2_dbl(right, multiple);
    for (let i = 0; i < 2; i++) {
      psi(multiple);
      core.mclBnG2_add(left, left, multiple);
      psi(right);
    }
    psi(right);
    return core.mclBnG2_isEqual(left, right) === 1;
  };
}

/** So many points are remembered: the keys of the verifiers that a block calls. */
const REMEMBERED = 64;
const POINT_BYTES = 128;

/** Reads 128 bytes as a point of G2 to mcl's memory; false if they are none. */
export type ReadG2 = (q: number, input: Uint8Array, from: number) => boolean;

/**
 * A reader that remembers the last points that were good: in most pairings that a chain sees, three of the four points of
 * G2 are a verifier's key.
 */
export function g2Reader(curve: Curve): ReadG2 {
  const { core } = curve;
  const hasOrder = orderChecker(curve);
  const points = core.malloc(REMEMBERED * G2);
  const keys: string[] = [];
  const placeOf = new Map<string, number>();
  let oldest = 0;
  const remember = (key: string, q: number): void => {
    const forgotten = keys[oldest];
    if (forgotten !== undefined) placeOf.delete(forgotten);
    keys[oldest] = key;
    placeOf.set(key, points + oldest * G2);
    curve.copy(points + oldest * G2, q, G2);
    oldest = (oldest + 1) % REMEMBERED;
  };
  /** The input has the imaginary parts first, mcl the real ones. */
  const decode: ReadG2 = (q, input, from) => {
    for (let part = 0; part < 4; part++) {
      if (!curve.readField(q + (part ^ 1) * FP, input, from + 32 * part)) return false;
    }
    return curve.finishG2(q) && hasOrder(q);
  };
  return (q, input, from) => {
    if (isZero(input, from, from + POINT_BYTES)) {
      core.mclBnG2_clear(q);
      return true;
    }
    const key = String.fromCharCode(...input.subarray(from, from + POINT_BYTES));
    const known = placeOf.get(key);
    if (known !== undefined) {
      curve.copy(q, known, G2);
      return true;
    }
    if (!decode(q, input, from)) return false;
    remember(key, q);
    return true;
  };
}
