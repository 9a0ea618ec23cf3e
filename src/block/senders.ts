// Who sent an encoded transaction, without an object for it: the hash is taken by the kernels, over a piece of shared
// memory that belongs to the caller's thread alone.
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { SharedSpace } from '../memory/shared.ts';
import type { Recover } from '../precompiles/ecdsa.ts';

/** Longer messages are hashed in JavaScript. */
const ROOM_BYTES = 65536;

export class Senders {
  readonly #space: SharedSpace;
  readonly #recover: Recover;
  readonly #room: number;
  readonly #hash: Uint8Array = new Uint8Array(32);
  readonly #key: Uint8Array = new Uint8Array(64);
  /** r and s, to be filled before `recover`. */
  readonly signature: Uint8Array = new Uint8Array(64);

  constructor(space: SharedSpace, recover: Recover) {
    this.#space = space;
    this.#recover = recover;
    this.#room = space.alloc(ROOM_BYTES, 'messages to hash');
  }

  /** The hash of the parts one behind the other, until the next call. */
  digest(parts: readonly Uint8Array[]): Uint8Array {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > ROOM_BYTES) {
      const hasher = keccak_256.create();
      for (const part of parts) hasher.update(part);
      this.#hash.set(hasher.digest());
      return this.#hash;
    }
    const { core, views } = this.#space;
    const { bytes } = views.fresh();
    let at = this.#room;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    core.keccak256(this.#room, length, this.#room);
    for (let i = 0; i < 32; i++) this.#hash[i] = bytes[this.#room + i] as number;
    return this.#hash;
  }

  /** The 20 bytes of a public key of 64, until the next call. */
  addressOf(key: Uint8Array): Uint8Array {
    return this.digest([key]).subarray(12);
  }

  /** The signer's 20 bytes, big-endian, until the next call; undefined where no key has made the signature. */
  recover(message: readonly Uint8Array[], parity: 0 | 1): Uint8Array | undefined {
    const hash = this.digest(message);
    if (!this.#recover(hash, this.signature, parity, this.#key, 0)) return undefined;
    return this.addressOf(this.#key);
  }
}
