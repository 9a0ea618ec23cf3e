// BLS12-381 (EIP-2537). A coordinate takes 64 bytes of which the first 16 are zero, and must be below the modulus; all
// zeros is infinity. Additions accept every point of the curve, products and pairings only those of the right order:
// mcl multiplies by endomorphism, which is wrong outside that subgroup, so the check is needed twice over.
import { type Curve, FP, FR, G1, G2, GT, isZero } from './mcl.ts';
import { FAILURE, type HostFunction } from './types.ts';

const FIELD_BYTES = 64;
const PADDING = 16;
/** Multi-scalar products and pairings run in batches of this many, so that the buffers have a fixed size. */
const MSM_BATCH = 128;
const PAIR_BATCH = 16;

function readField(curve: Curve, x: number, input: Uint8Array, from: number): boolean {
  return isZero(input, from, from + PADDING) && curve.readField(x, input, from + PADDING);
}

function writeField(curve: Curve, x: number, out: Uint8Array, at: number): void {
  out.fill(0, at, at + PADDING);
  curve.writeField(x, out, at + PADDING);
}

/** The two groups behind one face: what differs is the number of field elements per coordinate and the functions. */
interface Group {
  /** Bytes of a point in mcl's memory and in the input. */
  size: number;
  inputBytes: number;
  clear(p: number): void;
  isInfinite(p: number): boolean;
  finish(p: number): boolean;
  hasOrder(p: number): boolean;
  add(z: number, x: number, y: number): void;
  product(z: number, xs: number, ks: number, n: number): void;
  normalize(p: number): void;
}

function groupG1(curve: Curve): Group {
  const { core } = curve;
  return {
    size: G1,
    inputBytes: 2 * FIELD_BYTES,
    clear: core.mclBnG1_clear,
    isInfinite: (p) => core.mclBnG1_isZero(p) === 1,
    finish: (p) => curve.finishG1(p),
    hasOrder: (p) => core.mclBnG1_isValidOrder(p) === 1,
    add: core.mclBnG1_add,
    product: core.mclBnG1_mulVec,
    normalize: (p) => core.mclBnG1_normalize(p, p),
  };
}

function groupG2(curve: Curve): Group {
  const { core } = curve;
  return {
    size: G2,
    inputBytes: 4 * FIELD_BYTES,
    clear: core.mclBnG2_clear,
    isInfinite: (p) => core.mclBnG2_isZero(p) === 1,
    finish: (p) => curve.finishG2(p),
    hasOrder: (p) => core.mclBnG2_isValidOrder(p) === 1,
    add: core.mclBnG2_add,
    product: core.mclBnG2_mulVec,
    normalize: (p) => core.mclBnG2_normalize(p, p),
  };
}

/** Reads a point of the curve; its field elements stand in mcl's memory in the order of the input. */
function readPoint(curve: Curve, group: Group, p: number, input: Uint8Array, from: number): boolean {
  if (isZero(input, from, from + group.inputBytes)) {
    group.clear(p);
    return true;
  }
  const elements = group.inputBytes / FIELD_BYTES;
  for (let i = 0; i < elements; i++) {
    if (!readField(curve, p + i * FP, input, from + i * FIELD_BYTES)) return false;
  }
  return group.finish(p);
}

function readInSubgroup(curve: Curve, group: Group, p: number, input: Uint8Array, from: number): boolean {
  return readPoint(curve, group, p, input, from) && (group.isInfinite(p) || group.hasOrder(p));
}

function writePoint(curve: Curve, group: Group, p: number, out: Uint8Array, at: number): number {
  if (group.isInfinite(p)) {
    out.fill(0, at, at + group.inputBytes);
    return group.inputBytes;
  }
  group.normalize(p);
  const elements = group.inputBytes / FIELD_BYTES;
  for (let i = 0; i < elements; i++) writeField(curve, p + i * FP, out, at + i * FIELD_BYTES);
  return group.inputBytes;
}

function addition(curve: Curve, group: Group): HostFunction {
  const p = curve.core.malloc(group.size);
  const q = curve.core.malloc(group.size);
  return (input, out, at) => {
    if (input.length !== 2 * group.inputBytes) return FAILURE;
    if (!readPoint(curve, group, p, input, 0) || !readPoint(curve, group, q, input, group.inputBytes)) return FAILURE;
    group.add(p, p, q);
    return writePoint(curve, group, p, out, at);
  };
}

function multiScalar(curve: Curve, group: Group): HostFunction {
  const { core } = curve;
  const points = core.malloc(MSM_BATCH * group.size);
  const scalars = core.malloc(MSM_BATCH * FR);
  const sum = core.malloc(group.size);
  const part = core.malloc(group.size);
  const pairBytes = group.inputBytes + 32;
  let batched = 0;
  const multiply = (): void => {
    if (batched === 0) return;
    group.product(part, points, scalars, batched);
    group.add(sum, sum, part);
    batched = 0;
  };
  return (input, out, at) => {
    if (input.length === 0 || input.length % pairBytes !== 0) return FAILURE;
    group.clear(sum);
    batched = 0;
    for (let from = 0; from < input.length; from += pairBytes) {
      const p = points + batched * group.size;
      if (!readInSubgroup(curve, group, p, input, from)) return FAILURE;
      curve.readScalar(scalars + batched * FR, input, from + group.inputBytes);
      if (!group.isInfinite(p)) batched++;
      if (batched === MSM_BATCH) multiply();
    }
    multiply();
    return writePoint(curve, group, sum, out, at);
  };
}

/** 1 as a word if the product of the pairings is one; infinity on either side contributes one. */
function pairing(curve: Curve, g1: Group, g2: Group): HostFunction {
  const { core } = curve;
  const ps = core.malloc(PAIR_BATCH * G1);
  const qs = core.malloc(PAIR_BATCH * G2);
  const product = core.malloc(GT);
  const factor = core.malloc(GT);
  const pairBytes = g1.inputBytes + g2.inputBytes;
  let batched = 0;
  const multiply = (): void => {
    if (batched === 0) return;
    core.mclBn_millerLoopVec(factor, ps, qs, batched);
    core.mclBnGT_mul(product, product, factor);
    batched = 0;
  };
  return (input, out, at) => {
    if (input.length === 0 || input.length % pairBytes !== 0) return FAILURE;
    core.mclBnGT_setInt32(product, 1);
    batched = 0;
    for (let from = 0; from < input.length; from += pairBytes) {
      const p = ps + batched * G1;
      const q = qs + batched * G2;
      if (!readInSubgroup(curve, g1, p, input, from)) return FAILURE;
      if (!readInSubgroup(curve, g2, q, input, from + g1.inputBytes)) return FAILURE;
      if (!g1.isInfinite(p) && !g2.isInfinite(q)) batched++;
      if (batched === PAIR_BATCH) multiply();
    }
    multiply();
    core.mclBn_finalExp(product, product);
    out.fill(0, at, at + 32);
    out[at + 31] = core.mclBnGT_isOne(product);
    return 32;
  };
}

/** Field element (of one or two parts) to a point of the subgroup, by RFC 9380's simplified SWU map. */
function mapping(curve: Curve, group: Group, map: (p: number, x: number) => number): HostFunction {
  const x = curve.core.malloc(2 * FP);
  const p = curve.core.malloc(group.size);
  const inputBytes = group.inputBytes / 2;
  return (input, out, at) => {
    if (input.length !== inputBytes) return FAILURE;
    for (let i = 0; i < inputBytes / FIELD_BYTES; i++) {
      if (!readField(curve, x + i * FP, input, i * FIELD_BYTES)) return FAILURE;
    }
    if (map(p, x) !== 0) throw new Error('mcl could not map a field element');
    return writePoint(curve, group, p, out, at);
  };
}

/** mcl's name for the map of RFC 9380; its default is another one. */
const RFC9380_MAP = 5;

export interface BlsFunctions {
  g1Add: HostFunction;
  g1Msm: HostFunction;
  g2Add: HostFunction;
  g2Msm: HostFunction;
  pairing: HostFunction;
  mapFp: HostFunction;
  mapFp2: HostFunction;
}

export function bls12381(curve: Curve): BlsFunctions {
  const { core } = curve;
  const g1 = groupG1(curve);
  const g2 = groupG2(curve);
  core.mclBn_setMapToMode(RFC9380_MAP);
  return {
    g1Add: addition(curve, g1),
    g1Msm: multiScalar(curve, g1),
    g2Add: addition(curve, g2),
    g2Msm: multiScalar(curve, g2),
    pairing: pairing(curve, g1, g2),
    mapFp: mapping(curve, g1, core.mclBnFp_mapToG1),
    mapFp2: mapping(curve, g2, core.mclBnFp2_mapToG2),
  };
}
