/**
 * Trie tests (Yellow Paper, appendix D) of the roots that the state tests are judged by. Not run is
 * `trietestnextprev.json`, about walking through a trie in order, which nothing here does.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { hex } from './encoding.mjs';
import { trieRoot } from './trie.mjs';

/** @param {string} text */
const bytesOf = (text) => (text.startsWith('0x') ? hexToBytes(text.slice(2)) : new TextEncoder().encode(text));

/** @param {any} test @param {boolean} isSecure keys are hashed */
function rootOf({ in: input }, isSecure) {
  /** @type {Map<string, Uint8Array>} */
  const entries = new Map();
  for (const [key, value] of Array.isArray(input) ? input : Object.entries(input)) {
    const hashed = isSecure ? keccak_256(bytesOf(key)) : bytesOf(key);
    if (value === null) entries.delete(hex(hashed));
    else entries.set(hex(hashed), bytesOf(value));
  }
  return hex(trieRoot([...entries].map(([key, value]) => [hexToBytes(key.slice(2)), value])));
}

/** @param {any} file @param {string} path @returns {import('./cases.mjs').Case[]} */
export function trieCases(file, path) {
  if (path.endsWith('nextprev.json')) return [];
  const isSecure = /secure/i.test(path);
  return Object.entries(file).map(([test, content]) => ({
    ...{ test, fork: 'all', index: 'trie' },
    run: async () => {
      const root = rootOf(content, isSecure);
      return root === content.root ? undefined : `root ${root}, should be ${content.root}`;
    },
  }));
}
