// Root of the Merkle Patricia trie (Yellow Paper, appendix D) of a list: key of item i is rlp(i), the value its bytes.
import { type Input, RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';

interface Item {
  nibbles: number[];
  value: Uint8Array;
}

const nibblesOf = (key: Uint8Array): number[] => Array.from(key).flatMap((byte) => [byte >> 4, byte & 15]);

/** Hex prefix encoding of a path (appendix C). */
function packed(nibbles: number[], isLeaf: boolean): Uint8Array {
  const flag = (isLeaf ? 2 : 0) + (nibbles.length % 2);
  const all = nibbles.length % 2 === 1 ? [flag, ...nibbles] : [flag, 0, ...nibbles];
  return Uint8Array.from(
    { length: all.length / 2 },
    (_, i) => ((all[2 * i] as number) << 4) | (all[2 * i + 1] as number),
  );
}

/** What a parent holds of a node: the node itself below 32 bytes, else its hash. */
function reference(node: Input): Input {
  const bytes = RLP.encode(node);
  return bytes.length < 32 ? node : keccak_256(bytes);
}

/** How many nibbles from `depth` on all items have in common. */
function shared(items: Item[], depth: number): number {
  const [first, ...rest] = items as [Item, ...Item[]];
  let length = 0;
  const at = (): number | undefined => first.nibbles[depth + length];
  while (at() !== undefined && rest.every(({ nibbles }) => nibbles[depth + length] === at())) length++;
  return length;
}

/** The node of items whose keys agree up to `depth`. No key is a prefix of another: branches hold no values. */
function nodeOf(items: Item[], depth: number): Input {
  const [first] = items as [Item];
  if (items.length === 1) return [packed(first.nibbles.slice(depth), true), first.value];
  const length = shared(items, depth);
  if (length > 0) {
    const path = packed(first.nibbles.slice(depth, depth + length), false);
    return [path, reference(nodeOf(items, depth + length))];
  }
  const children = Array.from({ length: 16 }, (_, nibble) => {
    const below = items.filter(({ nibbles }) => nibbles[depth] === nibble);
    return below.length === 0 ? new Uint8Array(0) : reference(nodeOf(below, depth + 1));
  });
  return [...children, new Uint8Array(0)];
}

export function listRoot(values: readonly Uint8Array[]): Uint8Array {
  const items = values.map((value, i) => ({ nibbles: nibblesOf(RLP.encode(i)), value }));
  return keccak_256(RLP.encode(items.length === 0 ? new Uint8Array(0) : nodeOf(items, 0)));
}
