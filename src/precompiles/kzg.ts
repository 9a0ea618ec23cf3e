// KZG point evaluation (EIP-4844): does the committed polynomial take the value y at z? With the setup's secret s,
// e(C - y·G1, G2) = e(proof, (s - z)·G2). Moving z to the other side, e(C - y·G1 + z·proof, G2) = e(proof, s·G2), leaves two
// fixed points of G2, whose Miller loop lines are computed once, and multiplications in G1 only.
import { sha256 } from '@noble/hashes/sha2.js';
import { type Curve, FP, FR, G1, G2, GT, hexBytes, isBelow, isZero } from './mcl.ts';
import { FAILURE, type HostFunction } from './types.ts';

const INPUT_BYTES = 192;
const POINT_BYTES = 48;
const VERSIONED_HASH_VERSION_KZG = 1;
const FIELD_ELEMENTS_PER_BLOB = 4096;

/** Flags in the first byte of a compressed point. */
const COMPRESSED = 0x80;
const INFINITE = 0x40;
const LARGER_Y = 0x20;

/** Affine coordinates x.c0, x.c1, y.c0, y.c1: the generator of G2, and s·G2 of the Ethereum mainnet ceremony. */
const GENERATOR_G2: string[] = [
  '024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8',
  '13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e',
  '0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801',
  '0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be',
];
const GENERATOR_G1: string[] = [
  '17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb',
  '08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1',
];
const SETUP: string[] = [
  '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
  '15bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72',
  '014353bdb96b626dd7d5ee8599d1fca2131569490e28de18e82451a496a9c9794ce26d105941f383ee689bfbbb832a99',
  '1666c54b0a32529503432fcae0181b4bef79de09fc63671fda5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f',
];

function readConstant(curve: Curve, p: number, coordinates: string[]): void {
  coordinates.forEach((text, i) => {
    curve.readField(p + i * FP, hexBytes(text), 0);
  });
}

/** Lines of the Miller loop at a fixed point of G2. */
function precompute(curve: Curve, coordinates: string[]): number {
  const { core } = curve;
  const q = core.malloc(G2);
  readConstant(curve, q, coordinates);
  if (!curve.finishG2(q) || core.mclBnG2_isValidOrder(q) !== 1) throw new Error('bad G2 constant');
  const table = core.malloc(8 * core.mclBn_getUint64NumToPrecompute());
  core.mclBn_precomputeG2(table, q);
  return table;
}

/** Reads compressed points, with the checks of the consensus specs' `validate_kzg_g1`. */
function pointReader(curve: Curve): (p: number, input: Uint8Array, from: number) => boolean {
  const { core } = curve;
  const square = core.malloc(FP);
  const four = core.malloc(FP);
  core.mclBnFp_setInt32(four, 4);
  const solveY = (p: number, wantLarger: boolean): boolean => {
    core.mclBnFp_sqr(square, p);
    core.mclBnFp_mul(square, square, p);
    core.mclBnFp_add(square, square, four);
    if (core.mclBnFp_squareRoot(p + FP, square) !== 0) return false;
    if ((core.mclBnFp_isNegative(p + FP) === 1) !== wantLarger) core.mclBnFp_neg(p + FP, p + FP);
    return true;
  };
  return (p, input, from) => {
    const flags = input[from] as number;
    if ((flags & COMPRESSED) === 0) return false;
    if ((flags & INFINITE) !== 0) {
      core.mclBnG1_clear(p);
      return flags === (COMPRESSED | INFINITE) && isZero(input, from + 1, from + POINT_BYTES);
    }
    const x = input.slice(from, from + POINT_BYTES);
    x[0] = flags & 0x1f;
    if (!curve.readField(p, x, 0) || !solveY(p, (flags & LARGER_Y) !== 0)) return false;
    return curve.finishG1(p) && core.mclBnG1_isValidOrder(p) === 1;
  };
}

function isVersionedHash(input: Uint8Array, commitment: Uint8Array): boolean {
  const hash = sha256(commitment);
  hash[0] = VERSIONED_HASH_VERSION_KZG;
  return hash.every((byte, i) => byte === input[i]);
}

/** e(left, G2) = e(proof, s·G2), with the negated proof in one product; infinity has no lines and is told apart. */
function verifier(curve: Curve): (left: number, proof: number) => boolean {
  const { core } = curve;
  const generator = precompute(curve, GENERATOR_G2);
  const setup = precompute(curve, SETUP);
  const product = core.malloc(GT);
  return (left, proof) => {
    const isLeftInfinite = core.mclBnG1_isZero(left) === 1;
    const isProofInfinite = core.mclBnG1_isZero(proof) === 1;
    if (isLeftInfinite || isProofInfinite) return isLeftInfinite && isProofInfinite;
    core.mclBnG1_neg(proof, proof);
    core.mclBnG1_normalize(left, left);
    core.mclBn_precomputedMillerLoop2(product, left, generator, proof, setup);
    core.mclBn_finalExp(product, product);
    return core.mclBnGT_isOne(product) === 1;
  };
}

/** Input: versioned hash 32, z 32, y 32, commitment 48, proof 48. */
export function kzgPointEvaluation(curve: Curve): HostFunction {
  const { core } = curve;
  const left = core.malloc(G1);
  const terms = core.malloc(G1);
  // The proof and -G1, and what they are multiplied by, side by side: one sum of two products.
  const [points, scalars] = [core.malloc(2 * G1), core.malloc(2 * FR)];
  const [proof, base] = [points, points + G1];
  const [z, y] = [scalars, scalars + FR];
  const readPoint = pointReader(curve);
  const verify = verifier(curve);
  readConstant(curve, base, GENERATOR_G1);
  curve.finishG1(base);
  core.mclBnG1_neg(base, base);
  return (input, out, at) => {
    if (input.length !== INPUT_BYTES || !isVersionedHash(input, input.subarray(96, 144))) return FAILURE;
    if (!isBelow(input, 32, curve.scalarOrder) || !isBelow(input, 64, curve.scalarOrder)) return FAILURE;
    if (!readPoint(left, input, 96) || !readPoint(proof, input, 144)) return FAILURE;
    curve.readScalar(z, input, 32);
    curve.readScalar(y, input, 64);
    core.mclBnG1_mulVec(terms, points, scalars, 2);
    core.mclBnG1_add(left, left, terms);
    if (!verify(left, proof)) return FAILURE;
    out.fill(0, at, at + 32);
    out[at + 30] = FIELD_ELEMENTS_PER_BLOB >> 8;
    out.set(curve.scalarOrder, at + 32);
    return 64;
  };
}
