/**
 * Everything random in a generated block comes from here: a splitmix64 stream that starts at the hash of the seed.
 * Two runs with one seed draw the same values in the same order, which is what makes the files byte-identical.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const U64 = (1n << 64n) - 1n;

/** @param {string} text @returns {`0x${string}`} the 32-byte hash that stands for `text` in this block */
export const hashOf = (text) => `0x${bytesToHex(keccak_256(utf8ToBytes(text)))}`;

export class Random {
  #state;

  /** @param {string} seed */
  constructor(seed) {
    this.#state = BigInt(hashOf(seed)) & U64;
  }

  /** @returns {bigint} the next 64 bits (splitmix64, Steele, Lea and Flood 2014) */
  next() {
    this.#state = (this.#state + 0x9e3779b97f4a7c15n) & U64;
    let z = this.#state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & U64;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & U64;
    return z ^ (z >> 31n);
  }

  /** @returns {number} in [0, 1), 53 bits */
  real() {
    return Number(this.next() >> 11n) / 2 ** 53;
  }

  /** @param {number} from @param {number} to @returns {number} an integer in [from, to] */
  int(from, to) {
    return from + Math.floor(this.real() * (to - from + 1));
  }

  /** @param {number} probability */
  chance(probability) {
    return this.real() < probability;
  }

  /** @template T @param {readonly T[]} items @returns {T} */
  pick(items) {
    return items[this.int(0, items.length - 1)];
  }

  /**
   * Popularity as on mainnet: item k is drawn with a weight of 1 / (k + 1)^skew.
   * @template T @param {readonly T[]} items @returns {T}
   */
  popular(items, skew = 1) {
    let total = 0;
    for (let k = 1; k <= items.length; k++) total += k ** -skew;
    let left = this.real() * total;
    for (let k = 1; k <= items.length; k++) {
      left -= k ** -skew;
      if (left < 0) return items[k - 1];
    }
    return items[items.length - 1];
  }

  /** @template {string} K @param {Record<K, number>} weights @returns {K} a key, by weight */
  weighted(weights) {
    const entries = /** @type {[K, number][]} */ (Object.entries(weights));
    let left = this.real() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries[entries.length - 1][0];
  }

  /** A human-looking amount: a random count of significant digits below `ceiling`. @param {bigint} ceiling */
  amount(ceiling) {
    const digits = 10n ** BigInt(Math.max(0, ceiling.toString().length - this.int(2, 5)));
    return (((this.next() % 100_000n) * ceiling) / 100_000n / digits) * digits + digits;
  }

  /** @param {number} length @returns {Uint8Array} */
  bytes(length) {
    const words = Array.from({ length: Math.ceil(length / 8) }, () => {
      const word = new Uint8Array(8);
      new DataView(word.buffer).setBigUint64(0, this.next());
      return word;
    });
    return concatBytes(...words).slice(0, length);
  }

  /** Fisher-Yates. @template T @param {T[]} items @returns {T[]} the same array */
  shuffle(items) {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}
