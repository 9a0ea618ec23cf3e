// Trees against @ethereumjs/mpt: changes that are accepted or forgotten, on keys that share long beginnings. The entries are
// made by hand, since the keys of a state's own are hashes that never do.
import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { describe, expect, it } from 'vitest';
import {
  BUMP_CHUNK,
  BUMP_FIRST,
  BUMP_NEXT,
  CHUNK_HEADER,
  CTL_HEAP_LIMIT,
  CTL_HEAP_TOP,
  HEAP,
  NODE_BRANCH,
  NODE_EXTENSION,
  NODE_LEAF,
  POOL_FREE,
  SLOT_BASE,
  SLOT_BYTES,
  TNODE_BRANCH_BYTES,
  TNODE_CHILD,
  TNODE_CHILDREN,
  TNODE_KIND,
  TNODE_LINK,
  TNODE_SHORT_BYTES,
  TREE_BRANCHES,
  TREE_BUMP,
  TREE_IS_NEXT,
  TREE_NEXT_TOP,
  TREE_SHORTS,
  TREE_TOP,
} from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

const SEED = Number(process.env.SEED ?? 4071);

/** mulberry32: below(n) is 0..n-1. */
function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

interface TreeKernel {
  bind(context: number): void;
  insert(tree: number, node: number, kind: number, entry: number, depth: number): number;
  remove(tree: number, node: number, key: number, depth: number): number;
  beginChange(tree: number): void;
  acceptChange(tree: number): void;
  hashTree(node: number, depth: number): void;
  putTopHash(dst: number, top: number): void;
}

const memory = sharedMemory(1024);
const bytes = new Uint8Array(memory.buffer);
const data = new DataView(memory.buffer);
const word = (at: number): number => data.getUint32(at, true);
const setWord = (at: number, value: number): void => data.setUint32(at, value, true);

// The context, then the test's own words and entries; the heap lies behind.
const TREE = HEAP + 0x10000;
const BUMP = TREE + 256;
const OUT = TREE + 512;
const ENTRIES = TREE + 0x1000;
const HEAP_TOP = HEAP + 0x400000;
const NO_ROOM = 1;

const module = await compileAs(
  `export { bind } from './assembly/context';
  export { insert, remove } from './assembly/tree';
  export { beginChange, acceptChange } from './assembly/treenode';
  export { hashTree, putTopHash } from './assembly/treehash';`,
);
const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as TreeKernel;

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const EMPTY_ROOT = '56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

type Below = (n: number) => number;

/** Keys of which many share long beginnings: there are extensions, deep nodes and nodes below 32 bytes. */
function drawKeys(below: Below, count: number): Uint8Array[] {
  const keys: Uint8Array[] = [];
  while (keys.length < count) {
    const key = Uint8Array.from({ length: 32 }, () => below(256));
    const other = keys[below(keys.length + 1)];
    if (other !== undefined && below(3) > 0) {
      const nibbles = below(64);
      key.set(other.subarray(0, nibbles >> 1));
      const at = nibbles >> 1;
      if (nibbles & 1) key[at] = ((other[at] as number) & 0xf0) | ((key[at] as number) & 15);
    }
    keys.push(key);
  }
  return keys;
}

/** A tree of slots whose values are numbers, and the entries that it names. */
class Tree {
  readonly #keys: readonly Uint8Array[];

  constructor(keys: readonly Uint8Array[], limit = memory.buffer.byteLength - 0x10000) {
    this.#keys = keys;
    kernel.bind(HEAP);
    bytes.fill(0, HEAP, HEAP_TOP);
    setWord(CTL_HEAP_TOP, HEAP_TOP);
    setWord(CTL_HEAP_LIMIT, limit);
    bytes.fill(0, HEAP - 0x10000 + 776, HEAP - 0x10000 + 776 + 64); // CTL_HEAP_FREE
    setWord(TREE + TREE_BUMP, BUMP);
    keys.forEach((key, i) => {
      bytes.set(key, this.#entry(i));
    });
    kernel.beginChange(TREE);
  }

  #entry = (i: number): number => ENTRIES + i * SLOT_BYTES;

  /** The value is that of the base: a test's value changes take part in what is accepted, never in what is forgotten. */
  put(i: number, value: number): boolean {
    setWord(this.#entry(i) + SLOT_BASE, value);
    const top = kernel.insert(TREE, word(TREE + TREE_NEXT_TOP), NODE_LEAF, this.#entry(i), 0) >>> 0;
    setWord(TREE + TREE_NEXT_TOP, top);
    return top !== 0;
  }

  remove(i: number): boolean {
    const top = kernel.remove(TREE, word(TREE + TREE_NEXT_TOP), this.#entry(i), 0) >>> 0;
    setWord(TREE + TREE_NEXT_TOP, top === NO_ROOM ? 0 : top);
    return top !== NO_ROOM;
  }

  #rootOf(top: number): string {
    kernel.hashTree(top, 0);
    kernel.putTopHash(OUT, top);
    return hex(bytes.slice(OUT, OUT + 32));
  }

  changedRoot = (): string => this.#rootOf(word(TREE + TREE_NEXT_TOP));
  root = (): string => this.#rootOf(word(TREE + TREE_TOP));
  accept(): void {
    setWord(TREE + TREE_IS_NEXT, 1);
    kernel.acceptChange(TREE);
  }
  forget(): void {
    kernel.beginChange(TREE);
  }

  #walk(node: number, nodes: number[]): number[] {
    if (node === 0) return nodes;
    nodes.push(node);
    const kind = bytes[node + TNODE_KIND];
    if (kind === NODE_BRANCH) for (let i = 0; i < 16; i++) this.#walk(word(node + TNODE_CHILDREN + 4 * i), nodes);
    if (kind === NODE_EXTENSION) this.#walk(word(node + TNODE_CHILD), nodes);
    return nodes;
  }

  /** Between changes: bytes of the base's nodes and of the free ones; none is in two places. */
  usage(): { used: number; free: number } {
    const used = this.#walk(word(TREE + TREE_TOP), []);
    const free: number[] = [];
    let freeBytes = 0;
    for (const [pool, size] of [
      [TREE_SHORTS, TNODE_SHORT_BYTES],
      [TREE_BRANCHES, TNODE_BRANCH_BYTES],
    ] as const)
      for (let at = word(TREE + pool + POOL_FREE); at !== 0; at = word(at + TNODE_LINK)) {
        free.push(at);
        freeBytes += size;
      }
    expect(new Set([...used, ...free]).size).toBe(used.length + free.length);
    const sizes = used.map((node) =>
      bytes[node + TNODE_KIND] === NODE_BRANCH ? TNODE_BRANCH_BYTES : TNODE_SHORT_BYTES,
    );
    return { used: sizes.reduce((sum, size) => sum + size, 0), free: freeBytes };
  }

  /** Bytes that the bump has handed out: all nodes that were ever made. They fit one chunk. */
  handedOut(): number {
    const chunk = word(BUMP + BUMP_FIRST);
    expect(word(BUMP + BUMP_CHUNK)).toBe(chunk);
    if (chunk === 0) return 0;
    return word(BUMP + BUMP_NEXT) - chunk - CHUNK_HEADER;
  }

  get keys(): readonly Uint8Array[] {
    return this.#keys;
  }
}

/** Root of a trie with these values, made anew. */
async function referenceRoot(keys: readonly Uint8Array[], values: ReadonlyMap<number, number>): Promise<string> {
  const trie = await createMPT();
  for (const [i, value] of values) await trie.put(keys[i] as Uint8Array, RLP.encode(value));
  return hex(trie.root());
}

describe(`trees against @ethereumjs/mpt, SEED=${SEED}`, () => {
  const below = seeded(SEED);

  it('the empty tree has the root of nothing, and nothing can be taken out of it', () => {
    const tree = new Tree(drawKeys(below, 1));
    expect(tree.root()).toBe(EMPTY_ROOT);
    expect(tree.remove(0)).toBe(true);
    expect(tree.changedRoot()).toBe(EMPTY_ROOT);
  });

  it.each([
    [1, 30],
    [2, 60],
    [5, 60],
    [40, 60],
    [400, 40],
  ])('%i keys, %i changes of which some are forgotten', async (count, changes) => {
    const tree = new Tree(drawKeys(below, count));
    let values = new Map<number, number>();
    for (let change = 0; change < changes; change++) {
      const before = tree.root();
      const isKept = below(3) > 0;
      const after = new Map(values);
      for (let left = 1 + below(count); left > 0; left--) {
        const i = below(count);
        if (below(5) > 1 && (isKept || !values.has(i))) {
          const value = 1 + below([100, 200, 2 ** 32 - 1][below(3)] as number);
          expect(tree.put(i, value)).toBe(true);
          after.set(i, value);
        } else {
          expect(tree.remove(i)).toBe(true);
          after.delete(i);
        }
      }
      expect(tree.changedRoot()).toBe(await referenceRoot(tree.keys, after));
      if (isKept) {
        tree.accept();
        values = after;
      } else tree.forget();
      expect(tree.root()).toBe(isKept ? await referenceRoot(tree.keys, values) : before);
      const { used, free } = tree.usage();
      expect(used + free).toBe(tree.handedOut());
    }
    for (const i of values.keys()) expect(tree.remove(i)).toBe(true);
    tree.accept();
    expect(tree.root()).toBe(EMPTY_ROOT);
    expect(tree.usage().used).toBe(0);
  });

  it('taking out what is not there changes nothing and takes no node', () => {
    const keys = drawKeys(below, 60);
    const tree = new Tree(keys);
    for (let i = 0; i < 30; i++) tree.put(i, 1 + i);
    const root = tree.changedRoot();
    tree.accept();
    const usage = tree.usage();
    for (let i = 30; i < 60; i++) tree.remove(i);
    expect(word(TREE + TREE_NEXT_TOP)).toBe(word(TREE + TREE_TOP));
    expect(tree.changedRoot()).toBe(root);
    tree.accept();
    expect(tree.usage()).toEqual(usage);
  });

  it('changes that are forgotten, and changes back and forth, take no more memory', () => {
    const count = 300;
    const tree = new Tree(drawKeys(below, count));
    for (let i = 0; i < count; i += 2) tree.put(i, 1 + i);
    tree.accept();
    const flip = (): void => {
      for (let i = 0; i < count; i++)
        if (i % 2 === 0) tree.remove(i);
        else tree.put(i, i);
      for (let i = 0; i < count; i++)
        if (i % 2 === 0) tree.put(i, 1 + i);
        else tree.remove(i);
    };
    flip();
    tree.forget();
    const after = tree.handedOut();
    for (let round = 0; round < 20; round++) {
      flip();
      if (round % 2 === 0) tree.accept();
      else tree.forget();
    }
    expect(tree.handedOut()).toBe(after);
    const { used, free } = tree.usage();
    expect(used + free).toBe(after);
  });

  it('without memory a change says so, and the base stays', async () => {
    const keys = drawKeys(below, 20_000);
    const tree = new Tree(keys, HEAP_TOP + 0x80000);
    tree.put(0, 7);
    tree.put(1, 8);
    tree.accept();
    const usage = tree.usage();
    const root = tree.root();
    let i = 2;
    while (tree.put(i, 1)) i++;
    expect(i).toBeGreaterThan(1000);
    tree.forget();
    expect(tree.root()).toBe(root);
    expect(tree.usage().used).toBe(usage.used);
    tree.put(2, 9);
    expect(tree.changedRoot()).toBe(await referenceRoot(keys, new Map([0, 1, 2].map((k) => [k, 7 + k]))));
  });
});
