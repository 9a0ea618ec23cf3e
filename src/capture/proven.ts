// Accounts and slots out of trie nodes: what hangs together by hashes below a root.
import type { Hex } from '../block/types.ts';
import { parseBytes } from '../hex.ts';
import { EMPTY_ROOT, type TrieAccount, type TrieNodes, trieAccount, trieKey, trieNumber } from './trie.ts';

/** null: proven not to be there. */
export type ProvenAccount = TrieAccount | null;

/**
 * The account at an address; undefined where the nodes do not tell. The root of an empty trie shows nothing: no block can be
 * executed on an empty state, but development chains put that root into headers of states that they do not hash.
 */
export function provenAccount(nodes: TrieNodes, stateRoot: Hex, address: Hex): ProvenAccount | undefined {
  if (stateRoot === EMPTY_ROOT) return undefined;
  const value = nodes.find(stateRoot, trieKey(parseBytes(address, 'address', 20)));
  return value && trieAccount(value);
}

/** The value of a slot, 0 where there is none; undefined where the nodes do not tell. */
export function provenSlot(nodes: TrieNodes, storageRoot: Hex, slot: Hex): bigint | undefined {
  const value = nodes.find(storageRoot, trieKey(parseBytes(slot, 'slot', 32)));
  return value === null ? 0n : value && trieNumber(value);
}
