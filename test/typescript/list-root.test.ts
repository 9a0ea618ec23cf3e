// Roots of lists: those of the reference's trie, at the counts where the shape of the keys changes.

import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { expect, test } from 'vitest';
import { listRoot } from '../../src/typescript/list-root.ts';

/** `count` values, short ones (whose nodes lie in their parents) and long ones. */
const valuesOf = (count: number, length: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => keccak_256(Uint8Array.of(i & 255, i >> 8)).subarray(0, length));

async function expectedRoot(values: Uint8Array[]): Promise<Uint8Array> {
  const trie = await createMPT();
  for (const [i, value] of values.entries()) await trie.put(RLP.encode(i), value);
  return trie.root();
}

const COUNTS = [0, 1, 2, 3, 16, 17, 127, 128, 129, 255, 256, 257, 300];

test.each(COUNTS.flatMap((count) => [1, 32].map((length) => [count, length] as const)))(
  '%i values of %i bytes',
  async (count, length) => {
    const values = valuesOf(count, length);
    expect(Buffer.from(listRoot(values)).toString('hex')).toBe(Buffer.from(await expectedRoot(values)).toString('hex'));
  },
);
