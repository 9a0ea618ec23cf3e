/**
 * Random damage to bytes and to trees of RLP, from numbers that a seed gives. `below(n)` is 0 to n - 1.
 *
 * @typedef {(n: number) => number} Below
 * @typedef {Uint8Array | Item[]} Item
 */
import { RLP } from '@ethereumjs/rlp';

const MOST_DEPTH = 20_000;

/** @template T @param {Below} below @param {readonly T[]} list @returns {T} */
export const oneOf = (below, list) => /** @type {T} */ (list[below(list.length)]);

/** @param {Below} below @param {number} length */
export const someBytes = (below, length) => Uint8Array.from({ length }, () => below(256));

/** Lists in lists. @param {number} depth */
export function nested(depth) {
  const bytes = new Uint8Array(5 * depth + 1);
  let at = bytes.length;
  bytes[--at] = 0xc0;
  for (let i = 0; i < depth; i++) {
    const length = bytes.length - at;
    let lengthBytes = 0;
    if (length > 55) for (let rest = length; rest > 0; rest >>= 8, lengthBytes++) bytes[--at] = rest & 255;
    bytes[--at] = length > 55 ? 0xf7 + lengthBytes : 0xc0 + length;
  }
  return bytes.slice(at);
}

const HUGE_HEADS = [
  'fbffffffff',
  'ffffffffffffffffff',
  'bbffffffff',
  'bf7fffffffffffffff',
  'f90214',
  'f9ffff',
  'b800',
  'f800',
];

/** @param {readonly Uint8Array[]} parts */
const joined = (...parts) => Uint8Array.from(Buffer.concat(parts));

/** Ways to damage bytes, whatever they are. @type {Record<string, (below: Below, bytes: Uint8Array) => Uint8Array>} */
export const BYTE_MUTATIONS = {
  'a byte': (below, bytes) => {
    const changed = bytes.slice();
    const at = below(bytes.length);
    changed[at] = /** @type {number} */ (changed[at]) ^ (1 + below(255));
    return changed;
  },
  'a bit': (below, bytes) => {
    const changed = bytes.slice();
    const at = below(bytes.length);
    changed[at] = /** @type {number} */ (changed[at]) ^ (1 << below(8));
    return changed;
  },
  truncated: (below, bytes) => bytes.slice(0, below(bytes.length)),
  'bytes behind': (below, bytes) => joined(bytes, someBytes(below, 1 + below(40))),
  'bytes removed': (below, bytes) => {
    const at = below(bytes.length);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(40)));
  },
  'bytes repeated': (below, bytes) => {
    const at = below(bytes.length);
    return joined(bytes.subarray(0, at), bytes.subarray(at, at + 1 + below(40)), bytes.subarray(at));
  },
  'a huge length': (below, bytes) => {
    const at = below(bytes.length);
    const head = Uint8Array.from(Buffer.from(oneOf(below, HUGE_HEADS), 'hex'));
    return joined(bytes.subarray(0, at), head, bytes.subarray(at + (below(2) === 0 ? 0 : head.length)));
  },
  'deep lists': (below, bytes) => {
    const at = below(bytes.length);
    return joined(bytes.subarray(0, at), nested(below(MOST_DEPTH)), bytes.subarray(at));
  },
};

/** @param {Below} below @param {Item} item @returns {Item} another item, of a kind that encodings forbid somewhere */
function oddItem(below, item) {
  const bytes = item instanceof Uint8Array ? item : new Uint8Array(0);
  return oneOf(below, [
    new Uint8Array(0),
    [],
    [[]],
    [bytes],
    joined(Uint8Array.of(0), bytes),
    joined(bytes, someBytes(below, 1)),
    bytes.slice(1),
    Uint8Array.of(below(256)),
    someBytes(below, 8),
    someBytes(below, 20),
    someBytes(below, 32),
    new Uint8Array(33).fill(255),
    new Uint8Array(32).fill(255),
    new Uint8Array(8).fill(255),
    new Uint8Array(5000),
    /** @type {Item} */ (RLP.decode(nested(below(300)))),
  ]);
}

/** Damages the list at hand: an item removed, repeated, swapped or put in place of another. @param {Below} below @param {Item[]} list */
function changeList(below, list) {
  const [i, j] = [below(list.length), below(list.length)];
  const [a, b] = [/** @type {Item} */ (list[i]), /** @type {Item} */ (list[j])];
  const ways = [
    () => list.splice(i, 1),
    () => list.splice(i, 0, b),
    () => list.splice(i, 1, b),
    () => {
      list[i] = b;
      list[j] = a;
    },
  ];
  oneOf(below, ways)();
}

/** A byte of an item changed, or another item in its place. @param {Below} below @param {Item} item @returns {Item} */
function changedItem(below, item) {
  if (item instanceof Uint8Array && item.length > 0 && below(2) === 0)
    return BYTE_MUTATIONS['a byte']?.(below, item) ?? item;
  return oddItem(below, item);
}

/**
 * Damages a tree in place, somewhere below `list`: as likely near its top as deep in it.
 * @param {Below} below @param {Item[]} list
 */
export function changeTree(below, list) {
  if (list.length === 0) {
    list.push(oddItem(below, list));
    return;
  }
  const at = below(list.length);
  const item = /** @type {Item} */ (list[at]);
  if (Array.isArray(item) && below(4) !== 0) changeTree(below, item);
  else if (below(3) === 0) changeList(below, list);
  else list[at] = changedItem(below, item);
}
