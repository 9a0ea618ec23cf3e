/**
 * Roots of Merkle-Patricia tries (Yellow Paper, appendix D) straight from all of their entries, with no code of the
 * library: what the library computed is checked against this, and this against the official trie tests.
 */
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** @typedef {{ key: Uint8Array, value: Uint8Array }} Entry keys as nibbles */
/** @typedef {Uint8Array | Item[]} Item an RLP item */

const NOTHING = new Uint8Array(0);
const LEAF = 2;

/** @param {Uint8Array} bytes */
export const nibblesOf = (bytes) => {
  const nibbles = new Uint8Array(bytes.length * 2);
  bytes.forEach((byte, i) => {
    nibbles[2 * i] = byte >> 4;
    nibbles[2 * i + 1] = byte & 15;
  });
  return nibbles;
};

/** Hex-prefix encoding (appendix C). @param {Uint8Array} nibbles @param {boolean} isLeaf */
export function hexPrefix(nibbles, isLeaf) {
  const odd = nibbles.length % 2;
  const head = (isLeaf ? LEAF : 0) + odd;
  const all = odd ? [head, ...nibbles] : [head, 0, ...nibbles];
  return Uint8Array.from({ length: all.length / 2 }, (_, i) => ((all[2 * i] ?? 0) << 4) | (all[2 * i + 1] ?? 0));
}

/** What a parent holds of a node. @param {Item} node @returns {Item} */
function reference(node) {
  const encoded = RLP.encode(node);
  return encoded.length < 32 ? node : keccak_256(encoded);
}

/** @param {Entry[]} entries with the same first `depth` nibbles @param {number} depth @returns {Item} */
function branch(entries, depth) {
  /** @type {Entry[][]} */
  const children = Array.from({ length: 16 }, () => []);
  let value = NOTHING;
  for (const entry of entries) {
    const nibble = entry.key[depth];
    if (nibble === undefined) value = entry.value;
    else children[nibble]?.push(entry);
  }
  return [...children.map((child) => (child.length === 0 ? NOTHING : reference(node(child, depth + 1)))), value];
}

/** @param {Entry[]} entries sorted by key @param {number} depth @returns {Item} */
function node(entries, depth) {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return NOTHING;
  if (entries.length === 1) return [hexPrefix(first.key.subarray(depth), true), first.value];
  let shared = depth;
  while (shared < first.key.length && first.key[shared] === last.key[shared]) shared++;
  const below = branch(entries, shared);
  return shared === depth ? below : [hexPrefix(first.key.subarray(depth, shared), false), reference(below)];
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function compare(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return a.length - b.length;
}

/** @param {Iterable<[key: Uint8Array, value: Uint8Array]>} entries keys as bytes, each once @returns {Uint8Array} */
export function trieRoot(entries) {
  const sorted = [...entries].map(([key, value]) => ({ key: nibblesOf(key), value }));
  sorted.sort((a, b) => compare(a.key, b.key));
  return keccak_256(RLP.encode(node(sorted, 0)));
}

/** The hashes of a few thousand addresses and slots come again in each test. @type {Map<string, Uint8Array>} */
const hashes = new Map();
const MOST_HASHES = 20_000;

/** @param {string} hex with 0x */
function hashOf(hex) {
  const known = hashes.get(hex);
  if (known !== undefined) return known;
  const hash = keccak_256(hexToBytes(hex.slice(2)));
  if (hashes.size < MOST_HASHES) hashes.set(hex, hash);
  return hash;
}

const NO_CODE = keccak_256(NOTHING);
const NO_STORAGE = trieRoot([]);

/** @param {Record<string, string>} storage full-width slots and values */
function storageRoot(storage) {
  return trieRoot(Object.entries(storage).map(([slot, value]) => [hashOf(slot), RLP.encode(BigInt(value))]));
}

/**
 * @param {Record<string, { nonce: string, balance: string, code?: string, storage?: Record<string, string> }>} state in
 * the library's canonical form
 * @returns {string} with 0x
 */
export function stateRoot(state) {
  const accounts = Object.entries(state).map(([address, { nonce, balance, code, storage }]) => {
    const storageHash = storage === undefined ? NO_STORAGE : storageRoot(storage);
    const codeHash = code === undefined ? NO_CODE : hashOf(code);
    const body = RLP.encode([BigInt(nonce), BigInt(balance), storageHash, codeHash]);
    return /** @type {[Uint8Array, Uint8Array]} */ ([hashOf(address), body]);
  });
  return `0x${bytesToHex(trieRoot(accounts))}`;
}
