// A block's header as JSON-RPC gives it, its RLP and its hash (Yellow Paper, section 4.3; EIPs 1559, 4895, 4844, 4788 and
// 7685 for the fields at its end): what a node calls block N is only believed where the hash says so.
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { fieldOf, type SourceRecord } from '../block/fields.ts';
import type { Hex } from '../block/types.ts';
import { hexOf, hexQuantity, parseBytes, parseQuantity } from '../hex.ts';

type Kind = 'quantity' | 'bytes';

/** Fields in the order of the encoding. Those after `nonce` came with forks and end where the block's fork ends. */
const FIELDS: readonly (readonly [name: string, kind: Kind])[] = [
  ['parentHash', 'bytes'],
  ['sha3Uncles', 'bytes'],
  ['miner', 'bytes'],
  ['stateRoot', 'bytes'],
  ['transactionsRoot', 'bytes'],
  ['receiptsRoot', 'bytes'],
  ['logsBloom', 'bytes'],
  ['difficulty', 'quantity'],
  ['number', 'quantity'],
  ['gasLimit', 'quantity'],
  ['gasUsed', 'quantity'],
  ['timestamp', 'quantity'],
  ['extraData', 'bytes'],
  ['mixHash', 'bytes'],
  ['nonce', 'bytes'],
  ['baseFeePerGas', 'quantity'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'quantity'],
  ['excessBlobGas', 'quantity'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
];
const ALWAYS = 15;

/** Header fields by name, in the order of the encoding, lower-case hex, with the `hash`. */
export type Header = Record<string, Hex> & { hash: Hex };

function encodedField(from: SourceRecord, name: string, kind: Kind): bigint | Uint8Array {
  const value = fieldOf(from, name);
  return kind === 'quantity' ? parseQuantity(value, name) : parseBytes(value, name);
}

/**
 * The header in an answer; its hash is that of its encoding, not what the answer says.
 * @throws BAD_ARGUMENT naming the field
 */
export function readHeader(from: SourceRecord): Header {
  const present = FIELDS.filter(([name], i) => i < ALWAYS || fieldOf(from, name) !== undefined);
  const values = present.map(([name, kind]) => encodedField(from, name, kind));
  const header: Record<string, Hex> = { hash: hexOf(keccak_256(RLP.encode(values))) };
  present.forEach(([name], i) => {
    const value = values[i] as bigint | Uint8Array;
    header[name] = typeof value === 'bigint' ? hexQuantity(value) : hexOf(value);
  });
  return header as Header;
}
