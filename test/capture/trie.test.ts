import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { hexToBytes } from '@ethereumjs/util';
import { describe, expect, it } from 'vitest';
import { EMPTY_ROOT, TrieNodes, trieAccount, trieKey } from '../../src/capture/trie.ts';
import { hexOf } from '../../src/hex.ts';

const SEED = Number(process.env.SEED ?? 41);
const bytes = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 255);

/** Values from a byte, which are part of their parents' nodes, to some that are not. */
const contentOf = (n: number): Uint8Array => new Uint8Array(1 + ((n * 7) % 60)).fill(1 + (n % 250));

async function builtTrie(count: number) {
  const trie = await createMPT();
  for (let i = 0; i < count; i++) await trie.put(trieKey(bytes(i + SEED)), contentOf(i));
  return { trie, root: hexOf(trie.root()) };
}

describe('keys in a trie of which some nodes are there', () => {
  it.each([1, 2, 17, 400])(
    'have the values that the reference trie has, with a proof each (%i keys)',
    async (count) => {
      const { trie, root } = await builtTrie(count);
      for (let i = 0; i < count + 20; i += 1 + (count >> 5)) {
        const key = trieKey(bytes(i + SEED));
        const nodes = new TrieNodes();
        for (const node of await createMerkleProof(trie, key)) nodes.add(node);
        expect(nodes.find(root, key)).toEqual(i < count ? contentOf(i) : null);
      }
    },
  );

  it('are undecided where any node of the proof is missing or changed', async () => {
    const { trie, root } = await builtTrie(400);
    const key = trieKey(bytes(5 + SEED));
    const proof = await createMerkleProof(trie, key);
    expect(proof.length).toBeGreaterThan(2);
    for (const left of proof.keys()) {
      const [lacking, changed] = [new TrieNodes(), new TrieNodes()];
      proof.forEach((node, i) => {
        if (i !== left) lacking.add(node);
        changed.add(i === left ? node.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) : node);
      });
      expect(lacking.find(root, key)).toBeUndefined();
      expect(changed.find(root, key)).toBeUndefined();
    }
  });

  it('are not there in an empty trie', () => {
    expect(new TrieNodes().find(EMPTY_ROOT, trieKey(bytes(1)))).toBeNull();
  });

  it.each(['0x', '0x80', '0xc0', '0xc180', '0xc20102', '0xc28080', '0xf8', '0x01', '0xc3010203'])(
    'are undecided below a node that is none: %s',
    (encoded) => {
      const nodes = new TrieNodes();
      const node = hexToBytes(encoded as `0x${string}`);
      nodes.add(node);
      expect(nodes.find(hexOf(trieKey(node)), trieKey(bytes(1)))).toBeFalsy();
    },
  );

  it('hold accounts of four fields and nothing else', () => {
    const hash = `a0${'11'.repeat(32)}`;
    const account = (fields: string): Uint8Array => {
      const length = fields.length / 2;
      return hexToBytes(`0x${length > 55 ? `f8${length.toString(16)}` : (0xc0 + length).toString(16)}${fields}`);
    };
    expect(trieAccount(account(`0580${hash}${hash}`))).toMatchObject({ nonce: 5n, balance: 0n });
    for (const wrong of [`05${hash}${hash}`, `0580${hash}80`, `0580${hash}${hash}80`, `05c0${hash}${hash}`])
      expect(trieAccount(account(wrong))).toBeUndefined();
  });
});
