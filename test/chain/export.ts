// The synthetic chain of ethereum/execution-apis (at 033ca6e69d, CC0-1.0): three blocks of each fork from Homestead to the
// second change of blob parameters, with its genesis.json.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { GethGenesis } from 'parallel-evm';

const FOLDER = fileURLToPath(new URL('../fixtures/chain/', import.meta.url));
export const GENESIS_FILE: string = `${FOLDER}genesis.json.gz`;
export const CHAIN_FILE: string = `${FOLDER}chain.rlp.gz`;

export const GENESIS = JSON.parse(gunzipSync(readFileSync(GENESIS_FILE)).toString()) as GethGenesis;

function* encoded(bytes: Uint8Array): Generator<Uint8Array> {
  for (let rest = bytes; rest.length > 0; ) {
    const { remainder } = RLP.decode(rest, true);
    yield rest.subarray(0, rest.length - remainder.length);
    rest = remainder;
  }
}

/** Block n at n - 1. */
export const BLOCKS: readonly Uint8Array[] = [...encoded(new Uint8Array(gunzipSync(readFileSync(CHAIN_FILE))))];

/** State root after the last block, as its maker published it. */
export const LAST_ROOT = '0x6da8f636cdc85dbe8c1b5299e5db22f462c041febaf3b78cac1040152ee30b3b';

export type Item = Uint8Array | Item[];
/** Header, transactions, ommers, withdrawals. */
export type Parts = [Uint8Array[], Item[], Item[], Item[]?];

export const partsOf = (block: Uint8Array): Parts => RLP.decode(block) as Parts;

/** Places of header fields in the encoding. */
export const FIELDS = [
  ...['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom', 'difficulty'],
  ...['number', 'gasLimit', 'gasUsed', 'timestamp', 'extraData', 'mixHash', 'nonce', 'baseFeePerGas'],
  ...['withdrawalsRoot', 'blobGasUsed', 'excessBlobGas', 'parentBeaconBlockRoot', 'requestsHash'],
];

/** The list with another item at a place. */
export const replaced = <T>(list: readonly T[], at: number, item: T): T[] =>
  list.map((each, i) => (i === at ? item : each));

/** The block with a header field changed; undefined takes it and all after it away. */
export function withField(block: Uint8Array, field: string, change: (value: Uint8Array) => unknown): Uint8Array {
  const [header, ...rest] = partsOf(block);
  const at = FIELDS.indexOf(field);
  const value = change(header[at] as Uint8Array);
  const changed = value === undefined ? header.slice(0, at) : replaced(header, at, value as Uint8Array);
  return RLP.encode([changed, ...rest] as Item[]);
}

/** The block with other transactions, its header with their root. */
export async function withTransactions(block: Uint8Array, list: readonly Item[]): Promise<Uint8Array> {
  const [header, , ...rest] = partsOf(block);
  const trie = await createMPT();
  for (const [i, tx] of list.entries()) await trie.put(RLP.encode(i), tx instanceof Uint8Array ? tx : RLP.encode(tx));
  return RLP.encode([replaced(header, FIELDS.indexOf('transactionsRoot'), trie.root()), list, ...rest] as Item[]);
}

/** The block with other ommers, its header with their hash. */
export function withOmmers(block: Uint8Array, ommers: readonly Item[]): Uint8Array {
  const [header, transactions] = partsOf(block);
  const hash = keccak_256(RLP.encode(ommers as Item[]));
  return RLP.encode([replaced(header, FIELDS.indexOf('sha3Uncles'), hash), transactions, ommers] as Item[]);
}
