// A block header whole: every field that consensus has, each of the form that it must have. Names are those of JSON-RPC.
import { keccak_256 } from '@noble/hashes/sha3.js';
import {
  fieldOf,
  readAddress,
  readBytes,
  readHash,
  readU64,
  readU256,
  type SourceRecord,
  sourceRecord,
  withoutUndefined,
} from '../block/fields.ts';
import { rpcOfHeader } from '../block/rlp.ts';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';

/** A header (Yellow Paper section 4.3, and the EIPs named at its later fields). Amounts in wei and gas, roots 32 bytes. */
export interface Header {
  /** keccak-256 of the header's RLP. */
  hash: Hex;
  parentHash: Uint8Array;
  sha3Uncles: Uint8Array;
  /** 20 bytes: the fee recipient. */
  miner: Uint8Array;
  stateRoot: Uint8Array;
  transactionsRoot: Uint8Array;
  receiptsRoot: Uint8Array;
  /** 256 bytes. */
  logsBloom: Uint8Array;
  difficulty: bigint;
  number: bigint;
  gasLimit: bigint;
  gasUsed: bigint;
  /** Seconds. */
  timestamp: bigint;
  extraData: Uint8Array;
  mixHash: Uint8Array;
  /** 8 bytes. */
  nonce: Uint8Array;
  /** London, EIP-1559. */
  baseFeePerGas?: bigint;
  /** Shanghai, EIP-4895. */
  withdrawalsRoot?: Uint8Array;
  /** Cancun, EIP-4844. */
  blobGasUsed?: bigint;
  /** Cancun, EIP-4844. */
  excessBlobGas?: bigint;
  /** Cancun, EIP-4788. */
  parentBeaconBlockRoot?: Uint8Array;
  /** Prague, EIP-7685. */
  requestsHash?: Uint8Array;
}

const BLOOM_BYTES = 256;
const NONCE_BYTES = 8;

const ifThere = <T>(read: (from: SourceRecord, name: string) => T, from: SourceRecord, name: string): T | undefined =>
  fieldOf(from, name) === undefined ? undefined : read(from, name);

/** The fields at `from`, whose RLP is `rlp`. */
function headerIn(from: SourceRecord, rlp: Uint8Array): Header {
  return withoutUndefined({
    hash: hexOf(keccak_256(rlp)),
    parentHash: readHash(from, 'parentHash'),
    sha3Uncles: readHash(from, 'sha3Uncles'),
    miner: readAddress(from, 'miner'),
    stateRoot: readHash(from, 'stateRoot'),
    transactionsRoot: readHash(from, 'transactionsRoot'),
    receiptsRoot: readHash(from, 'receiptsRoot'),
    logsBloom: readBytes(from, 'logsBloom', BLOOM_BYTES),
    difficulty: readU256(from, 'difficulty'),
    number: readU64(from, 'number'),
    gasLimit: readU64(from, 'gasLimit'),
    gasUsed: readU64(from, 'gasUsed'),
    timestamp: readU64(from, 'timestamp'),
    extraData: readBytes(from, 'extraData'),
    mixHash: readHash(from, 'mixHash'),
    nonce: readBytes(from, 'nonce', NONCE_BYTES),
    baseFeePerGas: ifThere(readU256, from, 'baseFeePerGas'),
    withdrawalsRoot: ifThere(readHash, from, 'withdrawalsRoot'),
    blobGasUsed: ifThere(readU64, from, 'blobGasUsed'),
    excessBlobGas: ifThere(readU64, from, 'excessBlobGas'),
    parentBeaconBlockRoot: ifThere(readHash, from, 'parentBeaconBlockRoot'),
    requestsHash: ifThere(readHash, from, 'requestsHash'),
  });
}

/**
 * The header in its RLP.
 * @throws BAD_ARGUMENT naming the field, from `path` on
 */
export const readHeader = (rlp: Uint8Array, path: string): Header =>
  headerIn(sourceRecord(rpcOfHeader(rlp, path), path), rlp);
