import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { describe, expect, it } from 'vitest';
import {
  CTL_HEAP_LIMIT,
  CTL_HEAP_TOP,
  CTX_LACK,
  HEAP,
  LACK_DEPTH,
  LACK_HASH,
  LACK_KEY,
  LACK_STATUS,
  NODE_VALUE,
  NODE_VALUE_BYTES,
  RAW_BYTES,
  RAW_RLP,
  STATUS_BAD_NODE,
  STATUS_MISSING_NODE,
} from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

const SEED = Number(process.env.SEED ?? 20261);

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

interface MptKernel {
  bind(context: number): void;
  directoryCreate(directory: number, entries: number): number;
  indexNode(nodes: number, node: number): void;
  openTrie(trie: number, nodes: number, bump: number, root: number, owner: number): void;
  triePut(trie: number, key: number, value: number, bytes: number): number;
  trieRemove(trie: number, key: number): number;
  trieFind(trie: number, key: number): number;
  trieRoot(trie: number, dst: number): void;
  seek(nodes: number, top: number, key: number, owner: number): bigint;
  bumpReset(bump: number): void;
}

const memory = sharedMemory(4096);
const bytes = new Uint8Array(memory.buffer);
const data = new DataView(memory.buffer);
const word = (at: number): number => data.getUint32(at, true);

// The context, then the test's own words, then raw nodes; the heap lies behind.
const NODES = HEAP + 0x10000;
const BUMP = NODES + 64;
const TRIE = NODES + 128;
const ITEM = NODES + 256;
const KEY = NODES + 320;
const OUT = NODES + 384;
const VALUE = NODES + 512;
const RAW = NODES + 0x1000;
const HEAP_TOP = RAW + 0x800000;

const module = await compileAs(
  `export { bind } from './assembly/context';
  export { directoryCreate } from './assembly/directory';
  export { bumpReset } from './assembly/heap';
  export { indexNode } from './assembly/mptstore';
  export { seek } from './assembly/mptseek';
  export { openTrie, trieFind, triePut, trieRemove } from './assembly/mpt';
  export { trieRoot } from './assembly/mpthash';`,
);
const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as MptKernel;

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const EMPTY_ROOT = '56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
const NO_ROOT = new Uint8Array(0);

/** The trie of the kernels: that of `root`, as far as `raw` says what it is. */
function open(root: Uint8Array, raw: readonly Uint8Array[]): void {
  kernel.bind(HEAP);
  bytes.fill(0, HEAP, RAW);
  data.setUint32(CTL_HEAP_TOP, (HEAP_TOP + 0xffff) & ~0xffff, true);
  data.setUint32(CTL_HEAP_LIMIT, memory.buffer.byteLength - 0x10000, true);
  expect(kernel.directoryCreate(NODES, raw.length)).toBe(1);
  let at = RAW;
  for (const node of raw) {
    data.setUint32(at + RAW_BYTES, node.length, true);
    bytes.set(node, at + RAW_RLP);
    kernel.indexNode(NODES, at);
    at += (RAW_RLP + node.length + 7) & ~7;
  }
  bytes[ITEM] = 0xa0;
  bytes.set(root, ITEM + 1);
  kernel.openTrie(TRIE, NODES, BUMP, root === NO_ROOT ? 0 : ITEM, 0);
}

function put(key: Uint8Array, value: Uint8Array): boolean {
  bytes.set(key, KEY);
  bytes.set(value, VALUE);
  return kernel.triePut(TRIE, KEY, VALUE, value.length) !== 0;
}

function remove(key: Uint8Array): boolean {
  bytes.set(key, KEY);
  return kernel.trieRemove(TRIE, KEY) !== 0;
}

function get(key: Uint8Array): Uint8Array | undefined {
  bytes.set(key, KEY);
  const leaf = kernel.trieFind(TRIE, KEY) >>> 0;
  expect(leaf).not.toBe(1);
  if (leaf === 0) return undefined;
  const value = word(leaf + NODE_VALUE);
  return bytes.slice(value, value + word(leaf + NODE_VALUE_BYTES));
}

/** The value by the read-only walk, 'unknown' where a node lacks. */
function sought(key: Uint8Array): Uint8Array | 'unknown' | undefined {
  bytes.set(key, KEY);
  const bounds = kernel.seek(NODES, ITEM, KEY, 0);
  if (bounds <= 1n) return bounds === 0n ? undefined : 'unknown';
  return bytes.slice(Number(BigInt.asUintN(32, bounds >> 32n)), Number(BigInt.asUintN(32, bounds)));
}

function root(): string {
  kernel.trieRoot(TRIE, OUT);
  return hex(bytes.slice(OUT, OUT + 32));
}

function lack(): { status: number; depth: number; hash: string; key: string } {
  const at = HEAP + CTX_LACK;
  const copy = (from: number): string => hex(bytes.slice(at + from, at + from + 32));
  return { status: word(at + LACK_STATUS), depth: word(at + LACK_DEPTH), hash: copy(LACK_HASH), key: copy(LACK_KEY) };
}

type Below = (n: number) => number;
const randomBytes = (below: Below, length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));

/** Keys that share long beginnings now and then, so that there are extensions, and deep and inline nodes. */
function randomKey(below: Below, known: readonly Uint8Array[]): Uint8Array {
  const key = randomBytes(below, 32);
  const other = known[below(known.length + 1)];
  if (other === undefined || below(3) > 0) return key;
  const nibbles = below(64);
  key.set(other.subarray(0, nibbles >> 1));
  if (nibbles & 1) key[nibbles >> 1] = ((other[nibbles >> 1] as number) & 0xf0) | ((key[nibbles >> 1] as number) & 15);
  return key;
}

const VALUE_SIZES = [1, 1, 2, 5, 31, 32, 33, 70, 110];
const randomValue = (below: Below): Uint8Array => {
  const value = randomBytes(below, VALUE_SIZES[below(VALUE_SIZES.length)] as number);
  value[0] = 1 + below(255);
  return value;
};

/** The nodes that the reference has read or could read on the way of the keys, neighbours of deleted keys included. */
async function witnessOf(trie: MerklePatriciaTrie, keys: readonly Uint8Array[], most: number): Promise<Uint8Array[]> {
  const nodes = new Map<string, Uint8Array>();
  for (const key of keys.slice(0, most)) {
    const { stack } = await trie.findPath(key);
    for (const node of stack) {
      const raw = node.serialize();
      nodes.set(hex(raw), raw);
    }
  }
  return [...nodes.values()];
}

describe(`tries against @ethereumjs/mpt, SEED=${SEED}`, () => {
  const below = seeded(SEED);

  it('the empty trie has the root of nothing', () => {
    open(NO_ROOT, []);
    expect(root()).toBe(EMPTY_ROOT);
    expect(remove(randomBytes(below, 32))).toBe(true);
    expect(root()).toBe(EMPTY_ROOT);
  });

  it.each([1, 2, 3, 17, 200, 1500])(
    '%i random inserts, updates and deletes, the root after each few',
    async (steps) => {
      open(NO_ROOT, []);
      const reference = await createMPT();
      const known: Uint8Array[] = [];
      for (let step = 0; step < steps; step++) {
        const isOld = known.length > 0 && below(3) > 0;
        const key = isOld ? (known[below(known.length)] as Uint8Array) : randomKey(below, known);
        if (!isOld) known.push(key);
        if (isOld && below(2) === 0) {
          expect(remove(key)).toBe(true);
          await reference.del(key);
          expect(get(key)).toBeUndefined();
        } else {
          const value = randomValue(below);
          expect(put(key, value)).toBe(true);
          await reference.put(key, value);
          expect(get(key)).toEqual(value);
        }
        if (below(10) === 0 || step === steps - 1) expect(root()).toBe(hex(reference.root()));
      }
      for (const key of known) {
        await reference.del(key);
        expect(remove(key)).toBe(true);
      }
      expect(root()).toBe(EMPTY_ROOT);
    },
  );

  it.each(Array.from({ length: 40 }, (_, i) => i))('partial tries: changes along known paths, round %i', async () => {
    const reference = await createMPT();
    const known: Uint8Array[] = [];
    for (let i = 1 + below(300); i > 0; i--) known.push(randomKey(below, known));
    for (const key of known) await reference.put(key, randomValue(below));
    const before = reference.root();
    const touched = [...known.filter(() => below(4) === 0), randomKey(below, known), randomKey(below, known)];
    const raw = await witnessOf(reference, touched, touched.length);
    open(before, raw);
    expect(root()).toBe(hex(before));
    for (const key of touched) expect(sought(key) ?? null).toEqual(await reference.get(key));
    // Insertions and updates need no node off their paths.
    for (const key of touched) {
      const value = randomValue(below);
      expect(put(key, value)).toBe(true);
      await reference.put(key, value);
    }
    expect(root()).toBe(hex(reference.root()));
    // Deletions may need the last neighbour: a lack names it, and whoever has it gets the same root.
    const gone = touched.filter(() => below(2) === 0);
    const failed = gone.find((key) => !remove(key));
    if (failed !== undefined) {
      const { status, depth, hash, key } = lack();
      expect(status).toBe(STATUS_MISSING_NODE);
      expect(hash).toMatch(/^(?!0{64})[0-9a-f]{64}$/);
      // It hangs in the branch of the key that was deleted: all of its path but the last nibble is the key's.
      expect(depth).toBeGreaterThan(0);
      expect(key.slice(0, depth - 1)).toBe(hex(failed).slice(0, depth - 1));
      expect(key[depth - 1]).not.toBe(hex(failed)[depth - 1]);
      return;
    }
    for (const key of gone) await reference.del(key);
    expect(root()).toBe(hex(reference.root()));
  });

  it('a trie of which only the root is known says which node lacks, and where', async () => {
    const reference = await createMPT();
    const keys = Array.from({ length: 500 }, () => randomBytes(below, 32));
    for (const key of keys) await reference.put(key, randomValue(below));
    const top = (await reference.findPath(keys[0] as Uint8Array)).stack[0]?.serialize() as Uint8Array;
    open(reference.root(), [top]);
    const key = keys[0] as Uint8Array;
    const second = (await reference.findPath(key)).stack[1]?.serialize() as Uint8Array;
    const expected = { status: STATUS_MISSING_NODE, depth: 1, hash: hex(keccak_256(second)), key: hex(key) };
    expect(sought(key)).toBe('unknown');
    expect(lack()).toEqual(expected);
    bytes.fill(0, HEAP + CTX_LACK, HEAP + CTX_LACK + 80);
    expect(put(key, randomValue(below))).toBe(false);
    expect(lack()).toEqual(expected);
  });

  describe('nodes that are none', () => {
    const key = new Uint8Array(32);
    const leafValue = [0x82, 0xab, 0xcd];
    const cases: Record<string, number[]> = {
      'the empty string': [0x80],
      'a string': [0x83, 1, 2, 3],
      'a list that is cut off': [0xf8, 0x40, 0x20],
      'a length beyond the memory': [0xfb, 0xff, 0xff, 0xff, 0xff],
      'a length of eight bytes': [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      'a long form for a short list': [0xf8, 0x02, 0x20, 0x01],
      'bytes behind the list': [0xc2, 0x20, 0x01, 0x00],
      'an empty list': [0xc0],
      'a list of one': [0xc1, 0x20],
      'a list of three': [0xc3, 0x20, 0x01, 0x01],
      'sixteen items': [0xd0, ...Array<number>(16).fill(0x80)],
      'eighteen items': [0xd2, ...Array<number>(18).fill(0x80)],
      'a branch without children': [0xd1, ...Array<number>(17).fill(0x80)],
      'a branch whose child is a number': [0xd1, 0x05, ...Array<number>(16).fill(0x80)],
      'a path with unknown flags': [0xc5, 0x40, 0x83, 1, 2, 3],
      'a path with padding': [0xc5, 0x2f, 0x83, 1, 2, 3],
      'a leaf that ends too early': [0xc5, 0x20, ...leafValue, 0x00],
      'an extension without a path': [0xe2, 0x00, 0xa0, ...Array<number>(32).fill(7)],
      'a path that is a list': [0xc5, 0xc1, 0x20, 0x82, 1, 2],
    };
    it.each(Object.entries(cases))('%s is refused by the walk and by the trie', (_, node) => {
      const raw = Uint8Array.from(node);
      open(keccak_256(raw), [raw]);
      const isBranchOfNothing = raw[0] === 0xd1 && raw[1] === 0x80;
      if (!isBranchOfNothing) {
        expect(sought(key)).toBe('unknown');
        expect(lack().status).toBe(STATUS_BAD_NODE);
      }
      expect(put(key, Uint8Array.of(1))).toBe(false);
      expect(lack().status).toBe(STATUS_BAD_NODE);
    });
  });

  it('bytes at random never lead a walk or a change astray', () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 20_000; round++) {
      // Mostly lists that fit their header: others are refused at once.
      const body = randomBytes(below, below(50)).map(
        (byte) => [byte, 0x80, 0xa0, 0xc1, 0x20, byte & 0x3f][below(6)] as number,
      );
      const node = Uint8Array.of(0xc0 + body.length, ...body);
      open(keccak_256(node), [node]);
      const key = randomBytes(below, 32).map((byte) => (below(2) === 0 ? 0 : byte));
      outcomes.add(String(sought(key) === 'unknown'));
      if (put(key, Uint8Array.of(1, 2, 3))) {
        expect(root()).toMatch(/^[0-9a-f]{64}$/);
        expect(get(key)).toEqual(Uint8Array.of(1, 2, 3));
        remove(key);
      } else expect([STATUS_BAD_NODE, STATUS_MISSING_NODE]).toContain(lack().status);
    }
    expect(bytes.slice(0, 64)).toEqual(new Uint8Array(64));
    expect(outcomes).toContain('true');
  });
});
