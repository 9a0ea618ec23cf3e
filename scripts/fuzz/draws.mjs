/**
 * What every part of a random case draws from: words at the edges of the 256-bit range, places in memory, weighted choices.
 */
import { Random } from '../showcase/random.mjs';

/** A choice by weight whose sums are worked out once. @template T @param {readonly (readonly [number, T])[]} rows */
export function weighted(rows) {
  let total = 0;
  const sums = rows.map(([weight]) => {
    total += weight;
    return total;
  });
  /** @param {Random} random @returns {T} */
  return (random) => {
    const at = random.real() * total;
    const row = rows[sums.findIndex((sum) => at < sum)] ?? rows[rows.length - 1];
    return /** @type {readonly [number, T]} */ (row)[1];
  };
}

const WORD = (1n << 256n) - 1n;
const EDGES = [
  0n,
  0n,
  1n,
  1n,
  2n,
  3n,
  31n,
  32n,
  33n,
  255n,
  256n,
  257n,
  WORD,
  WORD,
  WORD - 1n,
  1n << 255n,
  (1n << 255n) - 1n,
];

const kindOfWord = weighted([
  [6, (/** @type {Random} */ r) => r.pick(EDGES)],
  [2, (r) => BigInt(r.int(0, 300))],
  [2, (r) => ((1n << BigInt(r.int(0, 256))) + BigInt(r.int(-1, 1))) & WORD],
  [2, (r) => BigInt.asUintN(256, -(1n << BigInt(r.int(0, 255))) + BigInt(r.int(-1, 1)))],
  [1, (r) => BigInt(`0x${Buffer.from(r.bytes(r.int(1, 32))).toString('hex')}`)],
  [1, (r) => BigInt.asUintN(256, BigInt(r.int(-40, -1)))],
]);

/** A word that is likely to be at an edge. @param {Random} random @returns {bigint} */
export const edgeWord = (random) => BigInt.asUintN(256, kindOfWord(random)(random));

const place = weighted([
  [60, (/** @type {Random} */ r) => 32 * r.int(0, 5)],
  [20, (r) => r.int(0, 200)],
  [8, (r) => r.int(200, 1200)],
  [1, (r) => r.int(1200, 30_000)],
]);
const FAR = [2n ** 16n, 2n ** 24n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, WORD - 31n, WORD];

/** An offset in memory or data: near, or once in a while out of reach. @param {Random} random @returns {number | bigint} */
export const offset = (random) => (random.chance(0.006) ? random.pick(FAR) : place(random)(random));

const length = weighted([
  [10, () => 0],
  [10, (/** @type {Random} */ r) => r.pick([1, 31, 32, 33, 64, 135, 136, 137])],
  [20, (r) => r.int(0, 100)],
  [2, (r) => r.int(100, 700)],
]);

/** A length, as `offset`. @param {Random} random @returns {number | bigint} */
export const size = (random) => (random.chance(0.006) ? random.pick(FAR) : length(random)(random));

/** Few enough slots to meet again, some of them far apart. */
export const SLOTS = [0n, 1n, 2n, 3n, 0xffn, 1n << 128n, WORD];

/** @param {Random} random */
export const slot = (random) => (random.chance(0.05) ? edgeWord(random) : random.pick(SLOTS));

/** @param {bigint} value @param {number} [bytes] */
export const hexWord = (value, bytes = 32) => `0x${value.toString(16).padStart(2 * bytes, '0')}`;

export { Random };
