// Encoded transactions straight into their records, as `direct-rpc.ts` does it for JSON-RPC and under the same law: what
// it accepts is what `rlp.ts` and `parseTransaction` accept, with the same outcome; the rest is theirs.
//
// A transaction signs its own encoding without the signature (EIP-155 puts the chain id in its place), so the message is
// the list's bytes behind a new head, and nothing is encoded again.
import { RLP } from '@ethereumjs/rlp';
import {
  ACCESS_BYTES,
  ACCESS_KIND,
  ACCESS_VALUE,
  TX_ACCESS_ADDRESSES,
  TX_ACCESS_COUNT,
  TX_ACCESS_KEYS,
  TX_ACCESSES,
  TX_BLOB_COUNT,
  TX_BLOBS,
  TX_DATA,
  TX_DATA_BYTES,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_MAX_BLOB_FEE,
  TX_MAX_FEE,
  TX_MAX_PRIORITY,
  TX_NONCE,
  TX_TO,
  TX_TYPE,
  TX_VALUE,
} from '../../assembly/layout.ts';
import { unlessRefused } from '../errors.ts';
import { isFrom, newestTxType } from './forks.ts';
import { authorizationsOf, decodeRlp } from './rlp.ts';
import type { RlpReader } from './rlp-reader.ts';
import { isUsualSignature, putSender, type Signers, stagedAuthorizations } from './signers.ts';
import { putAuthorizations, Stage } from './staging.ts';
import { parseAuthorization, type TransactionContext } from './transaction.ts';

const UNPROTECTED_V = 27;
const PROTECTED_V = 35;
/** Numbers up to here are exact. */
const SAFE_BYTES = 6;

/** The integer in the item that was read; -1 where it is too large to be one here, or has leading zeros. */
function smallOf({ bytes, start, length, isList }: RlpReader): number {
  if (isList || length > SAFE_BYTES || (length > 0 && bytes[start] === 0)) return -1;
  let sum = 0;
  for (let i = start; i < start + length; i++) sum = sum * 256 + (bytes[i] as number);
  return sum;
}

const nextSmall = (reader: RlpReader): number => (reader.next() ? smallOf(reader) : -1);

/** The head of a list of so many bytes. */
function listHead(length: number): Uint8Array {
  if (length <= 55) return Uint8Array.of(0xc0 + length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0xf7 + bytes.length, ...bytes);
}

/** Decodes the transactions of one block. Each method reads what it is named after and says whether it is as it should be. */
class Decoder {
  readonly #stage: Stage;
  readonly #reader: RlpReader;
  readonly #signers: Signers;
  readonly #context: TransactionContext;
  readonly #chainId: number;
  readonly #canBind: boolean;
  readonly #newestType: number;
  /** Signed behind the fields of a type 0 that is bound to the chain: chain id, 0, 0. */
  readonly #binding: Uint8Array;

  constructor(stage: Stage, reader: RlpReader, context: TransactionContext, signers: Signers) {
    this.#stage = stage;
    this.#reader = reader;
    this.#signers = signers;
    this.#context = context;
    this.#chainId = Number(context.chainId);
    this.#canBind = isFrom(context.fork, 'spuriousDragon');
    this.#newestType = newestTxType(context.fork);
    this.#binding = Uint8Array.of(...RLP.encode(context.chainId), 0x80, 0x80);
  }

  transaction(at: number): boolean {
    const reader = this.#reader;
    if (!reader.next()) return false;
    if (reader.isList) {
      const after = reader.at;
      reader.at = reader.item;
      return this.#fields(at, 0) && reader.at === after;
    }
    const type = reader.bytes[reader.start] as number;
    if (reader.length === 0 || type === 0 || type > this.#newestType) return false;
    const outer = reader.end;
    reader.end = reader.at;
    reader.at = reader.start + 1;
    return this.#fields(at, type) && reader.leave(outer);
  }

  /** The list of a transaction's fields. */
  #fields(at: number, type: number): boolean {
    const reader = this.#reader;
    const outer = reader.enter();
    if (outer < 0) return false;
    const from = reader.at;
    this.#stage.views.setU32(at + TX_TYPE, type);
    return this.#body(at, type) && this.#sender(at, type, from) && reader.leave(outer);
  }

  #body(at: number, type: number): boolean {
    if (type > 0 && nextSmall(this.#reader) !== this.#chainId) return false;
    return (
      this.#quantity(at + TX_NONCE, 8) &&
      this.#prices(at, type) &&
      this.#quantity(at + TX_GAS_LIMIT, 8) &&
      this.#recipient(at, type) &&
      this.#quantity(at + TX_VALUE, 32) &&
      this.#data(at) &&
      this.#lists(at, type)
    );
  }

  #prices(at: number, type: number): boolean {
    if (type >= 2) return this.#quantity(at + TX_MAX_PRIORITY, 32) && this.#quantity(at + TX_MAX_FEE, 32);
    if (!this.#quantity(at + TX_MAX_FEE, 32)) return false;
    this.#put(at + TX_MAX_PRIORITY);
    return true;
  }

  /** Copies the item that was read, little-endian. */
  #put(at: number): void {
    const { bytes, start, length } = this.#reader;
    const target = this.#stage.views.bytes;
    for (let from = start + length - 1, to = at; from >= start; from--, to++) target[to] = bytes[from] as number;
  }

  #quantity(at: number, size: number): boolean {
    const reader = this.#reader;
    if (!reader.next() || reader.isList || reader.length > size) return false;
    if (reader.length > 0 && reader.bytes[reader.start] === 0) return false;
    this.#put(at);
    return true;
  }

  #word(at: number, size: number): boolean {
    const reader = this.#reader;
    if (!reader.next() || reader.isList || reader.length !== size) return false;
    this.#put(at);
    return true;
  }

  #recipient(at: number, type: number): boolean {
    const reader = this.#reader;
    if (!reader.next() || reader.isList) return false;
    const isCreation = reader.length === 0;
    this.#stage.views.setU32(at + TX_IS_CREATE, isCreation ? 1 : 0);
    if (isCreation) return type <= 2;
    this.#put(at + TX_TO);
    return reader.length === 20;
  }

  #data(at: number): boolean {
    const reader = this.#reader;
    if (!reader.next() || reader.isList) return false;
    const { start, length } = reader;
    const to = this.#stage.take(length);
    const { views } = this.#stage;
    views.bytes.set(reader.bytes.subarray(start, start + length), to);
    views.setU32(at + TX_DATA, to);
    views.setU32(at + TX_DATA_BYTES, length);
    return true;
  }

  #lists(at: number, type: number): boolean {
    const stage = this.#stage;
    if (type === 0) stage.views.setU32(at + TX_ACCESSES, stage.bytes);
    else if (!this.#accesses(at)) return false;
    if (type !== 3) stage.views.setU32(at + TX_BLOBS, stage.bytes);
    else if (!this.#quantity(at + TX_MAX_BLOB_FEE, 32) || !this.#blobs(at)) return false;
    if (type === 4) return this.#authorizations(at);
    putAuthorizations(stage, at, []);
    return true;
  }

  #accesses(at: number): boolean {
    const reader = this.#reader;
    const outer = reader.enter();
    if (outer < 0) return false;
    // Items lie one behind the other: nothing else is staged meanwhile.
    this.#stage.views.setU32(at + TX_ACCESSES, this.#stage.bytes);
    let addresses = 0;
    let keys = 0;
    for (; !reader.isAtEnd; addresses++) {
      const entry = reader.enter();
      if (entry < 0 || !this.#access(0)) return false;
      const list = reader.enter();
      if (list < 0) return false;
      for (; !reader.isAtEnd; keys++) if (!this.#access(1)) return false;
      if (!reader.leave(list) || !reader.leave(entry)) return false;
    }
    const { views } = this.#stage;
    views.setU32(at + TX_ACCESS_COUNT, addresses + keys);
    views.setU32(at + TX_ACCESS_ADDRESSES, addresses);
    views.setU32(at + TX_ACCESS_KEYS, keys);
    return reader.leave(outer);
  }

  #access(kind: 0 | 1): boolean {
    const item = this.#stage.take(ACCESS_BYTES);
    this.#stage.views.setU32(item + ACCESS_KIND, kind);
    return this.#word(item + ACCESS_VALUE, kind === 0 ? 20 : 32);
  }

  #blobs(at: number): boolean {
    const reader = this.#reader;
    const outer = reader.enter();
    if (outer < 0) return false;
    const count = reader.count();
    if (count < 0) return false;
    const blobs = this.#stage.take(32 * count);
    this.#stage.views.setU32(at + TX_BLOBS, blobs);
    this.#stage.views.setU32(at + TX_BLOB_COUNT, count);
    for (let i = 0; i < count; i++) if (!this.#word(blobs + 32 * i, 32)) return false;
    return reader.leave(outer);
  }

  /** Few, and their authorities have to be recovered: read as the checked way does it. */
  #authorizations(at: number): boolean {
    const reader = this.#reader;
    if (!reader.next() || !reader.isList) return false;
    const items = decodeRlp(reader.bytes.subarray(reader.item, reader.at), '', 'authorizations');
    const list = authorizationsOf(items, '').map((each) => parseAuthorization(each, ''));
    putAuthorizations(this.#stage, at, stagedAuthorizations(list, this.#context, this.#signers));
    return true;
  }

  /** The signature behind the fields, which begin at `from`; then the sender. */
  #sender(at: number, type: number, from: number): boolean {
    const reader = this.#reader;
    const until = reader.at;
    const v = nextSmall(reader);
    const bound = type === 0 && v !== UNPROTECTED_V && v !== UNPROTECTED_V + 1;
    const parity = v - (type > 0 ? 0 : bound ? PROTECTED_V + 2 * this.#chainId : UNPROTECTED_V);
    if ((parity !== 0 && parity !== 1) || (bound && !this.#canBind)) return false;
    if (!this.#scalar(0) || !this.#scalar(32) || !isUsualSignature(this.#signers.senders.signature)) return false;
    const fields = reader.bytes.subarray(from, until);
    const tail = bound ? [this.#binding] : [];
    const head = listHead(fields.length + (bound ? this.#binding.length : 0));
    const prefix = type > 0 ? [Uint8Array.of(type)] : [];
    return putSender(this.#stage, at, [...prefix, head, fields, ...tail], parity, this.#signers, false);
  }

  /** r or s. */
  #scalar(to: number): boolean {
    const reader = this.#reader;
    if (!reader.next() || reader.isList || reader.length === 0 || reader.length > 32) return false;
    const { bytes, start, length } = reader;
    if (bytes[start] === 0) return false;
    const { signature } = this.#signers.senders;
    signature.fill(0, to, to + 32 - length);
    for (let i = 0; i < length; i++) signature[to + 32 - length + i] = bytes[start + i] as number;
    return true;
  }
}

function stageAll(reader: RlpReader, context: TransactionContext, signers: Signers): Stage | undefined {
  const count = reader.count();
  if (count < 0) return undefined;
  const stage = new Stage(count, reader.end - reader.at);
  const decoder = new Decoder(stage, reader, context, signers);
  for (let i = 0; i < count; i++) if (!decoder.transaction(stage.record(i))) return undefined;
  return stage;
}

/** The transactions of a block, staged; undefined where one of them is not of the usual form. `reader` is in their list. */
export function stageRlp(reader: RlpReader, context: TransactionContext, signers: Signers): Stage | undefined {
  return unlessRefused(() => stageAll(reader, context, signers));
}
