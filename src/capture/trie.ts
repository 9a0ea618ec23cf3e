// Looking keys up in a Merkle-Patricia trie of which only some nodes are there (Yellow Paper, appendix D): proofs and
// witnesses are such nodes. Nodes are found by their hash, so what is found below a known root is true.
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';

/** keccak-256 of the empty string's RLP: the root of a trie without keys. */
export const EMPTY_ROOT: Hex = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

type Item = Uint8Array | Item[];

/** Nodes by their keccak-256. */
export class TrieNodes {
  readonly #nodes = new Map<Hex, Uint8Array>();

  add(node: Uint8Array): void {
    this.#nodes.set(hexOf(keccak_256(node)), node);
  }

  /**
   * The value under `key` (the 32 bytes of a hashed key) below `root`; null where the trie has none; undefined where a
   * node on the way is not there or is no node.
   */
  find(root: Hex, key: Uint8Array): Uint8Array | null | undefined {
    if (root === EMPTY_ROOT) return null;
    const encoded = this.#nodes.get(root);
    return encoded && this.#descend(decoded(encoded), nibblesOf(key));
  }

  #descend(node: Item | undefined, path: readonly number[]): Uint8Array | null | undefined {
    if (!Array.isArray(node)) return undefined;
    if (node.length === 17) {
      if (path.length === 0) return leafValue(node[16]);
      return this.#follow(node[path[0] as number], path.slice(1));
    }
    const [compact, next] = node;
    if (node.length !== 2 || !(compact instanceof Uint8Array) || compact.length === 0) return undefined;
    const { nibbles, isLeaf } = partialPath(compact);
    if (!nibbles.every((nibble, i) => path[i] === nibble)) return null;
    const rest = path.slice(nibbles.length);
    if (!isLeaf) return this.#follow(next, rest);
    return rest.length === 0 ? leafValue(next) : null;
  }

  /** A child is a node itself where it is short, else its hash; nothing where there is none. */
  #follow(child: Item | undefined, path: readonly number[]): Uint8Array | null | undefined {
    if (!(child instanceof Uint8Array)) return this.#descend(child, path);
    if (child.length === 0) return null;
    const encoded = this.#nodes.get(hexOf(child));
    return encoded && this.#descend(decoded(encoded), path);
  }
}

const leafValue = (value: Item | undefined): Uint8Array | null | undefined => {
  if (!(value instanceof Uint8Array)) return undefined;
  return value.length === 0 ? null : value;
};

/** The RLP items of a node; undefined where it is not RLP. */
function decoded(encoded: Uint8Array): Item | undefined {
  try {
    return RLP.decode(encoded) as Item;
  } catch {
    return undefined; // the hash of what a node calls a node may be right, and its content still none
  }
}

function nibblesOf(bytes: Uint8Array): number[] {
  return Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);
}

const ODD = 1;
const LEAF = 2;

/** Yellow Paper, appendix C: hex-prefix encoding. */
function partialPath(compact: Uint8Array): { nibbles: number[]; isLeaf: boolean } {
  const [flags = 0, ...nibbles] = nibblesOf(compact);
  return { nibbles: flags & ODD ? nibbles : nibbles.slice(1), isLeaf: (flags & LEAF) !== 0 };
}

/** Where an address or a slot is found in its trie. */
export const trieKey = (bytes: Uint8Array): Uint8Array => keccak_256(bytes);
export const keccakHex = (bytes: Uint8Array): Hex => hexOf(keccak_256(bytes));

/** An account as the state trie holds it. */
export interface TrieAccount {
  nonce: bigint;
  balance: bigint;
  storageRoot: Hex;
  codeHash: Hex;
}

const integerIn = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(hexOf(bytes)));

/** The account in a leaf's value; undefined where it is none. */
export function trieAccount(value: Uint8Array): TrieAccount | undefined {
  const fields = decoded(value);
  if (!Array.isArray(fields) || fields.length !== 4) return undefined;
  const [nonce, balance, storageRoot, codeHash] = fields;
  const areBytes = [nonce, balance, storageRoot, codeHash].every((field) => field instanceof Uint8Array);
  if (!areBytes) return undefined;
  const [n, b, s, c] = fields as Uint8Array[] as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  if (n.length > 8 || b.length > 32 || s.length !== 32 || c.length !== 32) return undefined;
  return { nonce: integerIn(n), balance: integerIn(b), storageRoot: hexOf(s), codeHash: hexOf(c) };
}

/** The number in a storage leaf's value; undefined where it is none. */
export function trieNumber(value: Uint8Array): bigint | undefined {
  const bytes = decoded(value);
  return bytes instanceof Uint8Array && bytes.length <= 32 ? integerIn(bytes) : undefined;
}
