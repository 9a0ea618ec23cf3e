// Typed views of the one memory. A grown memory has a new buffer: call `fresh()` after anything that may have grown it.
// Views from before stay valid for what they cover, so the control words at the low end never need it.

/** Views of all of a memory's present bytes. Integers are little-endian, as WebAssembly stores them. */
export class Views {
  readonly memory: { readonly buffer: ArrayBufferLike };
  bytes: Uint8Array<SharedArrayBuffer>;
  words: Int32Array<SharedArrayBuffer>;
  data: DataView<SharedArrayBuffer>;
  /** Bytes that `copy` has copied so far. */
  copied = 0;

  constructor(memory: { readonly buffer: ArrayBufferLike }) {
    this.memory = memory;
    const buffer = memory.buffer as SharedArrayBuffer;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.data = new DataView(buffer);
  }

  /** Views of private bytes that were copied out. */
  static over(copy: Uint8Array<ArrayBuffer>): Views {
    return new Views({ buffer: copy.buffer });
  }

  fresh(): this {
    const buffer = this.memory.buffer as SharedArrayBuffer;
    if (buffer !== this.bytes.buffer) {
      this.bytes = new Uint8Array(buffer);
      this.words = new Int32Array(buffer);
      this.data = new DataView(buffer);
    }
    return this;
  }

  u32(at: number): number {
    return this.data.getUint32(at, true);
  }
  setU32(at: number, value: number): void {
    this.data.setUint32(at, value, true);
  }
  u64(at: number): bigint {
    return this.data.getBigUint64(at, true);
  }
  setU64(at: number, value: bigint): void {
    this.data.setBigUint64(at, value, true);
  }

  /** A 256-bit integer as four little-endian limbs. */
  u256(at: number): bigint {
    return (this.u64(at + 24) << 192n) | (this.u64(at + 16) << 128n) | (this.u64(at + 8) << 64n) | this.u64(at);
  }
  setU256(at: number, value: bigint): void {
    for (let limb = 0; limb < 4; limb++) this.setU64(at + 8 * limb, BigInt.asUintN(64, value >> BigInt(64 * limb)));
  }

  /** Big-endian bytes (at most 32) as limbs, without going through a bigint. */
  setBigEndian(at: number, source: Uint8Array, size = 32): void {
    for (let i = 0; i < size; i++) this.bytes[at + i] = source[source.length - 1 - i] ?? 0;
  }
  /** `length` low bytes of the limbs at `at`, big-endian. */
  bigEndian(at: number, length: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = this.bytes[at + length - 1 - i] as number;
    return out;
  }

  /** A private copy of bytes. */
  copy(at: number, length: number): Uint8Array<ArrayBuffer> {
    this.copied += length;
    const out = new Uint8Array(length);
    out.set(this.bytes.subarray(at, at + length));
    return out;
  }
}
