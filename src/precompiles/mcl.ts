// Curves by mcl, one WebAssembly instance for each: mcl holds a single curve in module state, so nothing is ever switched.
// An instance is made from a compiled module within a millisecond and without waiting, so a slot in its loop can do it.
// Values stay in the instance's memory between operations: a precompile writes its operands there, computes, and reads
// one result. Every conversion checks what the EIPs demand (coordinates below the modulus) because mcl itself reduces.

/** What is used of mcl's C interface. Numbers are addresses in the instance's memory; destinations come first. */
export interface MclCore {
  /** Static constructors, which this kind of module leaves to its caller. */
  __wasm_call_ctors(): void;
  malloc(bytes: number): number;
  mclBn_init(curve: number, layout: number): number;
  mclBn_getFieldOrder(text: number, room: number): number;
  mclBn_getCurveOrder(text: number, room: number): number;
  mclBn_verifyOrderG1(on: number): void;
  mclBn_verifyOrderG2(on: number): void;
  mclBn_setMapToMode(mode: number): number;
  mclBnFr_setBigEndianMod(x: number, text: number, bytes: number): number;
  mclBnFr_neg(y: number, x: number): void;
  mclBnFr_inv(y: number, x: number): void;
  mclBnFr_mul(z: number, x: number, y: number): void;
  mclBnFr_isEqual(x: number, y: number): number;
  mclBnFp_setBigEndianMod(x: number, text: number, bytes: number): number;
  mclBnFp_setInt32(x: number, value: number): void;
  mclBnFp_serialize(text: number, room: number, x: number): number;
  mclBnFp_clear(x: number): void;
  mclBnFp_add(z: number, x: number, y: number): void;
  mclBnFp_mul(z: number, x: number, y: number): void;
  mclBnFp_sqr(y: number, x: number): void;
  mclBnFp_neg(y: number, x: number): void;
  mclBnFp_isOdd(x: number): number;
  mclBnFp_isNegative(x: number): number;
  mclBnFp_squareRoot(y: number, x: number): number;
  mclBnFp_mapToG1(y: number, x: number): number;
  mclBnFp2_mul(z: number, x: number, y: number): void;
  mclBnFp2_mapToG2(y: number, x: number): number;
  mclBnG1_clear(x: number): void;
  mclBnG1_isZero(x: number): number;
  mclBnG1_isValid(x: number): number;
  mclBnG1_isValidOrder(x: number): number;
  mclBnG1_getBasePoint(x: number): void;
  mclBnG1_normalize(y: number, x: number): void;
  mclBnG1_neg(y: number, x: number): void;
  mclBnG1_add(z: number, x: number, y: number): void;
  mclBnG1_mul(z: number, x: number, k: number): void;
  mclBnG1_mulVec(z: number, xs: number, ks: number, n: number): void;
  mclBnG2_clear(x: number): void;
  mclBnG2_isZero(x: number): number;
  mclBnG2_isValid(x: number): number;
  mclBnG2_isValidOrder(x: number): number;
  mclBnG2_normalize(y: number, x: number): void;
  mclBnG2_isEqual(x: number, y: number): number;
  mclBnG2_neg(y: number, x: number): void;
  mclBnG2_dbl(y: number, x: number): void;
  mclBnG2_add(z: number, x: number, y: number): void;
  mclBnG2_mulVec(z: number, xs: number, ks: number, n: number): void;
  mclBnGT_setInt32(x: number, value: number): void;
  mclBnGT_isOne(x: number): number;
  mclBnGT_mul(z: number, x: number, y: number): void;
  mclBn_millerLoopVec(z: number, g1s: number, g2s: number, n: number): void;
  mclBn_finalExp(y: number, x: number): void;
  mclBn_getUint64NumToPrecompute(): number;
  mclBn_precomputeG2(table: number, q: number): void;
  mclBn_precomputedMillerLoop2(z: number, p1: number, table1: number, p2: number, table2: number): void;
}

export const CURVE_BN254 = 4;
export const CURVE_BLS12_381 = 5;
export const CURVE_SECP256K1 = 102;
export const CURVE_P256 = 107;

/** Sizes in the instance's memory, the same for every curve. */
export const FP: number = 48;
export const FP2: number = 2 * FP;
export const FR: number = 32;
export const G1: number = 3 * FP;
export const G2: number = 6 * FP;
export const GT: number = 12 * FP;
/** mcl checks with it that caller and library were built for the same sizes: 10 limbs per scalar plus 6 per field element. */
const LAYOUT = 46;
const ROOM = 256;

/** Big-endian bytes below `limit`, compared where they lie. */
export function isBelow(bytes: Uint8Array, at: number, limit: Uint8Array): boolean {
  for (let i = 0; i < limit.length; i++) {
    const difference = (bytes[at + i] as number) - (limit[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}

export function hexBytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) as string[], (pair) => Number.parseInt(pair, 16));
}

/** One curve: an mcl instance, its two moduli, and conversions between big-endian bytes and the instance's memory. */
export class Curve {
  readonly core: MclCore;
  /** Big-endian moduli of coordinates and of scalars. */
  readonly fieldOrder: Uint8Array;
  readonly scalarOrder: Uint8Array;
  readonly #memory: WebAssembly.Memory;
  readonly #text: number;
  #heap: Uint8Array;

  constructor(core: MclCore, memory: WebAssembly.Memory, fieldBytes: number) {
    this.core = core;
    this.#memory = memory;
    this.#heap = new Uint8Array(memory.buffer);
    this.#text = core.malloc(ROOM);
    this.fieldOrder = this.#order(core.mclBn_getFieldOrder, fieldBytes);
    this.scalarOrder = this.#order(core.mclBn_getCurveOrder, 32);
  }

  /** The instance's memory; it may move whenever mcl allocates. */
  get heap(): Uint8Array {
    if (this.#heap.length === 0) this.#heap = new Uint8Array(this.#memory.buffer);
    return this.#heap;
  }

  #order(get: (text: number, room: number) => number, bytes: number): Uint8Array {
    const length = get(this.#text, ROOM);
    let value = BigInt(String.fromCharCode(...this.heap.subarray(this.#text, this.#text + length)));
    const order = new Uint8Array(bytes);
    for (let i = bytes - 1; i >= 0; i--, value >>= 8n) order[i] = Number(value & 255n);
    return order;
  }

  #write(bytes: Uint8Array, from: number, length: number): void {
    const { heap } = this;
    for (let i = 0; i < length; i++) heap[this.#text + i] = bytes[from + i] as number;
  }

  /** Copies a value. */
  copy(to: number, from: number, length: number): void {
    this.heap.copyWithin(to, from, from + length);
  }

  /** Reads a coordinate; false if it is not below the modulus. */
  readField(x: number, bytes: Uint8Array, from: number): boolean {
    if (!isBelow(bytes, from, this.fieldOrder)) return false;
    this.#write(bytes, from, this.fieldOrder.length);
    this.core.mclBnFp_setBigEndianMod(x, this.#text, this.fieldOrder.length);
    return true;
  }

  /** Reads 32 bytes as a scalar, reduced. */
  readScalar(k: number, bytes: Uint8Array, from: number): void {
    this.#write(bytes, from, 32);
    this.core.mclBnFr_setBigEndianMod(k, this.#text, 32);
  }

  /** Writes a coordinate. */
  writeField(x: number, out: Uint8Array, at: number): void {
    const length = this.core.mclBnFp_serialize(this.#text, ROOM, x);
    const { heap } = this;
    for (let i = 0; i < length; i++) out[at + i] = heap[this.#text + length - 1 - i] as number;
  }

  /** Makes the affine point whose coordinates are already at `p` complete; false if it is not on the curve. */
  finishG1(p: number): boolean {
    this.core.mclBnFp_setInt32(p + 2 * FP, 1);
    return this.core.mclBnG1_isValid(p) === 1;
  }

  finishG2(p: number): boolean {
    this.core.mclBnFp_setInt32(p + 4 * FP, 1);
    this.core.mclBnFp_clear(p + 5 * FP);
    return this.core.mclBnG2_isValid(p) === 1;
  }
}

/** What mcl asks for at the start, in pages; it grows its memory itself. */
const INITIAL_PAGES = 32;

/**
 * Starts an instance for one curve. Points are then checked for being on the curve only; subgroup checks are explicit.
 * @param module mcl, as `compileMcl` gives it
 */
export function startCurve(module: WebAssembly.Module, curve: number): Curve {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const core = exports as unknown as MclCore;
  core.__wasm_call_ctors();
  const failed = core.mclBn_init(curve, LAYOUT);
  if (failed !== 0) throw new Error(`mcl refused curve ${curve}: ${failed}`);
  core.mclBn_verifyOrderG1(0);
  core.mclBn_verifyOrderG2(0);
  return new Curve(core, memory, curve === CURVE_BLS12_381 ? 48 : 32);
}
