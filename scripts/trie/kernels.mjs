/**
 * Both kinds of tries of the kernels, with values of any bytes: parts of tries (assembly/mpt.ts) as they are, trees
 * (assembly/tree.ts) built with leaves that hold the bytes behind their entry's key in place of an account or a slot.
 */
import { readFileSync } from 'node:fs';
import {
  CTL_HEAP_LIMIT,
  CTL_HEAP_TOP,
  HEAP,
  NODE_LEAF,
  TREE_BUMP,
  TREE_IS_NEXT,
  TREE_NEXT_TOP,
} from '../../dist/assembly/layout.js';
import { compileKernels } from '../kernels.mjs';

const EXPORTS = `
export { openTrie, triePut, trieRemove } from './mpt';
export { trieRoot } from './mpthash';
export { insert, remove } from './tree';
export { hashTree, putTopHash } from './treehash';
export { acceptChange, beginChange } from './treenode';
`;

/** Entry: key (32 B), length of the value u32, value. */
const VALUES = `
import { Twig } from './treenode';
export function putValue(dst: usize, leaf: usize, _ofBase: bool): usize {
  const entry = Twig.entry(leaf);
  const bytes = load<u32>(entry, 32);
  memory.copy(dst, entry + 36, bytes);
  return dst + bytes;
}
`;

const PAGES = 256;
// The context, then records and arguments, then entries; the heap lies behind.
const TRIE = HEAP + 0x10000;
const TREE = TRIE + 128;
const BUMPS = TRIE + 512;
const OUT = TRIE + 640;
const KEY = TRIE + 704;
const VALUE = TRIE + 768;
const ENTRIES = TRIE + 0x1000;
const HEAP_TOP = HEAP + 0x100000;
/** The scratch memory for a tree's leaf has room for more. */
const MOST_VALUE_BYTES = 120;
const ENTRY_BYTES = 192;
const NO_ROOM = 1;

/** Why a kernel could not do what it was asked to. */
const full = () => new Error('the memory of the test is full');

/** Both tries over one memory, empty at first. */
class Tries {
  #kernels;
  #bytes;
  #words;
  #entries = 0;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: 65536, shared: true });
    const host = { precompile: () => 0, point: () => {} };
    this.#kernels = /** @type {any} */ (new WebAssembly.Instance(module, { env: { memory }, host }).exports);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#setWord(CTL_HEAP_TOP, HEAP_TOP);
    this.#setWord(CTL_HEAP_LIMIT, PAGES * 65536);
    this.#kernels.bind(HEAP);
    this.#kernels.openTrie(TRIE, 0, BUMPS, 0, 0);
    this.#setWord(TREE + TREE_BUMP, BUMPS + 64);
    this.#kernels.beginChange(TREE);
  }

  /** @param {number} at @param {number} value */
  #setWord(at, value) {
    this.#words[at >>> 2] = value;
  }

  /** @param {Uint8Array} key @param {Uint8Array} value */
  #entry(key, value) {
    if (value.length > MOST_VALUE_BYTES) throw new Error(`a value of ${value.length} bytes`);
    const entry = ENTRIES + ENTRY_BYTES * this.#entries++;
    if (entry + ENTRY_BYTES > HEAP_TOP) throw full();
    this.#bytes.set(key, entry);
    this.#setWord(entry + 32, value.length);
    this.#bytes.set(value, entry + 36);
    return entry;
  }

  /** @param {Uint8Array} key 32 bytes @param {Uint8Array | undefined} value undefined: none */
  set(key, value) {
    const top = /** @type {number} */ (this.#words[(TREE + TREE_NEXT_TOP) >>> 2]);
    this.#bytes.set(key, KEY);
    let next = NO_ROOM;
    let isDone = 0;
    if (value === undefined) {
      next = this.#kernels.remove(TREE, top, KEY, 0) >>> 0;
      isDone = this.#kernels.trieRemove(TRIE, KEY);
    } else {
      this.#bytes.set(value, VALUE);
      next = this.#kernels.insert(TREE, top, NODE_LEAF, this.#entry(key, value), 0) >>> 0;
      isDone = this.#kernels.triePut(TRIE, KEY, VALUE, value.length);
    }
    if (next === NO_ROOM || (value !== undefined && next === 0) || isDone === 0) throw full();
    this.#setWord(TREE + TREE_NEXT_TOP, next);
  }

  /** What was set is the trie that the next changes are made to: they may not write to its nodes. */
  accept() {
    this.#setWord(TREE + TREE_IS_NEXT, 1);
    this.#kernels.acceptChange(TREE);
  }

  #out() {
    return `0x${Buffer.from(this.#bytes.slice(OUT, OUT + 32)).toString('hex')}`;
  }

  /** Root hashes, 0x-hex: of the part of a trie, of the tree. */
  roots() {
    this.#kernels.trieRoot(TRIE, OUT);
    const partial = this.#out();
    const top = this.#words[(TREE + TREE_NEXT_TOP) >>> 2];
    this.#kernels.hashTree(top, 0, 0);
    this.#kernels.putTopHash(OUT, top);
    return { partial, tree: this.#out() };
  }
}

/** @returns {Promise<() => Tries>} makes empty ones */
export async function compileTries() {
  const index = readFileSync(new URL('../../assembly/index.ts', import.meta.url), 'utf8');
  const { wasm } = await compileKernels({ 'index.ts': index + EXPORTS, 'treevalue.ts': VALUES });
  const module = await WebAssembly.compile(/** @type {BufferSource} */ (wasm));
  return () => new Tries(module);
}
