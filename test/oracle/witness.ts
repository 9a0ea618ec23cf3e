// Witnesses for states that are plain data, by @ethereumjs/mpt: all nodes of the account trie and of the storage tries.
import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, hexToBytes, MapDB, setLengthLeft, unpadBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';

type Hex = `0x${string}`;

export interface PlainAccount {
  nonce: Hex;
  balance: Hex;
  code?: Hex;
  codeHash?: Hex;
  storage?: Record<Hex, Hex>;
}
export type PlainState = Record<Hex, PlainAccount | null>;

const even = (hex: string): Hex => `0x${hex.length % 2 === 0 ? '' : '0'}${hex.slice(2)}`;
const number = (hex: Hex): Uint8Array => unpadBytes(hexToBytes(even(hex)));
const codeHashOf = ({ code, codeHash }: PlainAccount): Uint8Array =>
  codeHash === undefined ? keccak_256(code === undefined ? new Uint8Array(0) : hexToBytes(code)) : hexToBytes(codeHash);

/** A trie whose nodes go to `nodes`. */
async function trieOf(nodes: Map<string, string>, entries: [Uint8Array, Uint8Array][]): Promise<MerklePatriciaTrie> {
  const trie = await createMPT({ db: new MapDB<string, string>(nodes) });
  for (const [key, value] of entries) await trie.put(keccak_256(key), value);
  return trie;
}

async function storageRoot(nodes: Map<string, string>, storage: Record<Hex, Hex>): Promise<Uint8Array> {
  const entries = Object.entries(storage)
    .map(([slot, value]) => [setLengthLeft(number(slot as Hex), 32), number(value)] as const)
    .filter(([, value]) => value.length > 0)
    .map(([slot, value]): [Uint8Array, Uint8Array] => [slot, RLP.encode(value)]);
  return (await trieOf(nodes, entries)).root();
}

/** The state's root and all of its nodes. */
export async function witnessOf(state: PlainState): Promise<{ root: Hex; nodes: Hex[] }> {
  const nodes = new Map<string, string>();
  const entries: [Uint8Array, Uint8Array][] = [];
  for (const [address, account] of Object.entries(state)) {
    if (account === null) continue;
    const root = await storageRoot(nodes, account.storage ?? {});
    const fields = [number(account.nonce), number(account.balance), root, codeHashOf(account)];
    entries.push([hexToBytes(address as Hex), RLP.encode(fields)]);
  }
  const trie = await trieOf(nodes, entries);
  return { root: bytesToHex(trie.root()), nodes: [...nodes.values()].map((hex): Hex => `0x${hex}`) };
}
