// One call as plain data: a transaction that nobody signed, without nonce and fees.
import { badArgument } from '../errors.ts';
import { type ByteString, parseQuantity, type Quantity } from '../hex.ts';
import {
  fieldOf,
  optional,
  pathOf,
  readAddress,
  readBytes,
  readList,
  readU256,
  type SourceRecord,
  sourceRecord,
} from './fields.ts';
import { type ForkName, isFrom } from './forks.ts';
import type { RpcAccess } from './rpc.ts';
import { parseAccess } from './transaction.ts';
import type { PlainTransaction } from './types.ts';

/** A message call, or a creation if `to` is absent. Amounts in wei. */
export interface CallInput {
  /** 20 bytes; the zero address unless given. Any address will do: with code, without funds. */
  from?: ByteString | undefined;
  /** 20 bytes; absent: `data` is the init code of a new contract. */
  to?: ByteString | null | undefined;
  /** Call data or init code; empty unless given. */
  data?: ByteString | undefined;
  /** Must be covered by the sender's balance; 0 unless given. */
  value?: Quantity | undefined;
  /** Gas limit with intrinsic gas, below 2^63; 30,000,000 unless given. EIP-7825's cap does not apply. */
  gas?: Quantity | undefined;
  /** What GASPRICE answers; 0 unless given. It is not charged, but must reach the base fee unless it is 0. */
  gasPrice?: Quantity | undefined;
  /** Warm from the start (EIP-2930), from Berlin on. */
  accessList?: readonly RpcAccess[] | undefined;
}

const DEFAULT_GAS = 30_000_000n;
const MAX_GAS = 2n ** 63n - 1n;

function readAccesses(from: SourceRecord, fork: ForkName): PlainTransaction['accessList'] {
  const list = optional((record, name) => readList(record, name, parseAccess), from, 'accessList') ?? [];
  if (list.length === 0 || isFrom(fork, 'berlin')) return list;
  throw badArgument(pathOf(from, 'accessList'), `absent or empty (${fork})`, `${list.length} items`);
}

/** @throws BAD_ARGUMENT naming the field */
export function parseCall(value: unknown, path: string, fork: ForkName): PlainTransaction {
  const from = sourceRecord(value, path, 'a call', 'call');
  const gasPrice = optional(readU256, from, 'gasPrice') ?? 0n;
  const call: PlainTransaction = {
    type: 0,
    nonce: 0n,
    gasLimit: parseQuantity(fieldOf(from, 'gas') ?? DEFAULT_GAS, pathOf(from, 'gas'), MAX_GAS),
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
    value: optional(readU256, from, 'value') ?? 0n,
    data: optional(readBytes, from, 'data') ?? new Uint8Array(0),
    accessList: readAccesses(from, fork),
    blobVersionedHashes: [],
    from: optional(readAddress, from, 'from') ?? new Uint8Array(20),
  };
  const to = optional(readAddress, from, 'to');
  return to === undefined ? call : { ...call, to };
}
