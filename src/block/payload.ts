// What the sender of a staged transaction has signed: its encoding without the signature (EIP-155 and before for type 0,
// EIP-2930, 1559, 4844 and 7702 for types 1 to 4), written from the record. As `signingHash` has it for decoded ones;
// test/block/direct.test.ts holds the two to each other.
//
// Written from the end to the beginning: the head of a list says its length, which is known when its items are there.
import {
  ACCESS_BYTES,
  ACCESS_KIND,
  ACCESS_VALUE,
  TX_ACCESS_COUNT,
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
  TX_VALUE,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';

const NOTHING = 0x80;
const LIST = 0xc0;
const SHORT = 55;
/** More than what all fields but the data and the lists take. */
const FIELDS_BYTES = 512;
/** A key or an address with its heads. */
const ITEM_BYTES = 64;

export class PayloadWriter {
  #bytes: Uint8Array = new Uint8Array(4096);
  /** Where what is written begins. */
  #at = 0;

  /**
   * The bytes whose hash is signed, until the next call. `chain`: RLP of the chain id; undefined for a type 0 that holds on every
   * chain. `authorizations`: RLP of the list of a type 4.
   */
  write(
    views: Views,
    tx: number,
    type: number,
    chain: Uint8Array | undefined,
    authorizations: Uint8Array | undefined,
  ): Uint8Array {
    const lists =
      (authorizations?.length ?? 0) + ITEM_BYTES * (views.u32(tx + TX_ACCESS_COUNT) + views.u32(tx + TX_BLOB_COUNT));
    const room = FIELDS_BYTES + views.u32(tx + TX_DATA_BYTES) + lists;
    if (this.#bytes.length < room) this.#bytes = new Uint8Array(2 * room);
    this.#at = this.#bytes.length;
    const end = this.#at;
    if (type === 0) this.#binding(chain);
    else this.#lists(views, tx, type, authorizations);
    this.#call(views, tx, type);
    if (type > 0) this.#put(chain as Uint8Array);
    this.#head(LIST, end - this.#at);
    if (type > 0) this.#byte(type);
    return this.#bytes.subarray(this.#at, end);
  }

  /** EIP-155. */
  #binding(chain: Uint8Array | undefined): void {
    if (chain === undefined) return;
    this.#byte(NOTHING);
    this.#byte(NOTHING);
    this.#put(chain);
  }

  /** The nonce up to the data. */
  #call(views: Views, tx: number, type: number): void {
    this.#data(views.bytes, views.u32(tx + TX_DATA), views.u32(tx + TX_DATA_BYTES));
    this.#quantity(views.bytes, tx + TX_VALUE, 32);
    if (views.u32(tx + TX_IS_CREATE) !== 0) this.#byte(NOTHING);
    else this.#word(views.bytes, tx + TX_TO, 20);
    this.#quantity(views.bytes, tx + TX_GAS_LIMIT, 8);
    this.#quantity(views.bytes, tx + TX_MAX_FEE, 32);
    if (type >= 2) this.#quantity(views.bytes, tx + TX_MAX_PRIORITY, 32);
    this.#quantity(views.bytes, tx + TX_NONCE, 8);
  }

  #lists(views: Views, tx: number, type: number, authorizations: Uint8Array | undefined): void {
    if (authorizations !== undefined) this.#put(authorizations);
    if (type === 3) {
      const end = this.#at;
      for (let i = views.u32(tx + TX_BLOB_COUNT) - 1; i >= 0; i--)
        this.#word(views.bytes, views.u32(tx + TX_BLOBS) + 32 * i, 32);
      this.#head(LIST, end - this.#at);
      this.#quantity(views.bytes, tx + TX_MAX_BLOB_FEE, 32);
    }
    this.#accesses(views, tx);
  }

  #accesses(views: Views, tx: number): void {
    const end = this.#at;
    let keysEnd = end;
    for (let i = views.u32(tx + TX_ACCESS_COUNT) - 1; i >= 0; i--) {
      const item = views.u32(tx + TX_ACCESSES) + ACCESS_BYTES * i;
      if (views.u32(item + ACCESS_KIND) !== 0) {
        this.#word(views.bytes, item + ACCESS_VALUE, 32);
        continue;
      }
      const entryEnd = keysEnd;
      this.#head(LIST, keysEnd - this.#at);
      this.#word(views.bytes, item + ACCESS_VALUE, 20);
      this.#head(LIST, entryEnd - this.#at);
      keysEnd = this.#at;
    }
    this.#head(LIST, end - this.#at);
  }

  #byte(value: number): void {
    this.#bytes[--this.#at] = value;
  }

  #put(bytes: Uint8Array): void {
    this.#at -= bytes.length;
    this.#bytes.set(bytes, this.#at);
  }

  /** The head of so many bytes that are written already. */
  #head(kind: number, length: number): void {
    if (length <= SHORT) {
      this.#byte(kind + length);
      return;
    }
    let lengthBytes = 0;
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256), lengthBytes++) this.#byte(rest % 256);
    this.#byte(kind + SHORT + lengthBytes);
  }

  /** `size` little-endian bytes as big-endian ones. */
  #reversed(source: Uint8Array, from: number, size: number): void {
    for (let i = 0; i < size; i++) this.#bytes[--this.#at] = source[from + i] as number;
  }

  #word(source: Uint8Array, from: number, size: number): void {
    this.#reversed(source, from, size);
    this.#byte(NOTHING + size);
  }

  /** Little-endian bytes as an integer without leading zeros. */
  #quantity(source: Uint8Array, from: number, size: number): void {
    let length = size;
    while (length > 0 && source[from + length - 1] === 0) length--;
    this.#reversed(source, from, length);
    if (length !== 1 || (source[from] as number) >= NOTHING) this.#byte(NOTHING + length);
  }

  #data(source: Uint8Array, from: number, length: number): void {
    this.#put(source.subarray(from, from + length));
    if (length !== 1 || (source[from] as number) >= NOTHING) this.#head(NOTHING, length);
  }
}
