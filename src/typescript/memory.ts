// Typed access to the one shared memory for kernels in TypeScript: little-endian words, 256-bit integers as bigints.
//
// Another thread may have grown the memory since the views were made, and a record that it has published may lie in what
// is new. A read beyond the views' end finds `undefined`, waits for the longer buffer and reads again, so no kernel has to
// think of it. Waits: that the memory has grown reaches a thread as an interrupt, which it serves at a loop's end and not
// where it asks for the buffer. Addresses are multiples of their word's size.

const U256 = 2n ** 256n - 1n;
/** Some milliseconds: far longer than an interrupt takes. */
const MOST_LOOKS = 1_000_000;

const sharedBuffer = ({ buffer }: { buffer: ArrayBufferLike }): SharedArrayBuffer => buffer as SharedArrayBuffer;

export class Memory {
  readonly source: WebAssembly.Memory;
  bytes: Uint8Array<SharedArrayBuffer>;
  words: Uint32Array<SharedArrayBuffer>;
  longs: BigUint64Array<SharedArrayBuffer>;

  constructor(source: WebAssembly.Memory) {
    this.source = source;
    const buffer = sharedBuffer(source);
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.longs = new BigUint64Array(buffer);
  }

  /** Makes the views cover all of the memory. */
  fresh(): this {
    const buffer = sharedBuffer(this.source);
    if (buffer !== this.bytes.buffer) {
      this.bytes = new Uint8Array(buffer);
      this.words = new Uint32Array(buffer);
      this.longs = new BigUint64Array(buffer);
    }
    return this;
  }

  /** Makes the views cover everything below `end`. @throws {RangeError} if there is no such memory */
  reach(end: number): void {
    for (let looks = 0; end > this.bytes.length; looks++) {
      if (looks === MOST_LOOKS) throw new RangeError(`no memory at ${end}`);
      this.fresh();
    }
  }

  #later(end: number): this {
    this.reach(end);
    return this;
  }

  u8(at: number): number {
    return this.bytes[at] ?? (this.#later(at + 1).bytes[at] as number);
  }
  u32(at: number): number {
    return this.words[at >>> 2] ?? (this.#later(at + 4).words[at >>> 2] as number);
  }
  setU32(at: number, value: number): void {
    this.reach(at + 4);
    this.words[at >>> 2] = value;
  }
  u64(at: number): bigint {
    const word = Math.floor(at / 8);
    return this.longs[word] ?? (this.#later(at + 8).longs[word] as bigint);
  }
  setU64(at: number, value: bigint): void {
    this.reach(at + 8);
    this.longs[Math.floor(at / 8)] = value;
  }

  /** Four limbs, the least significant first. */
  u256(at: number): bigint {
    const low = this.u64(at);
    const high = this.u64(at + 8);
    const upper = this.u64(at + 16);
    const top = this.u64(at + 24);
    if (upper === 0n && top === 0n) return high === 0n ? low : (high << 64n) | low;
    return (top << 192n) | (upper << 128n) | (high << 64n) | low;
  }
  /** Modulo 2^256. */
  setU256(at: number, value: bigint): void {
    const rest = value & U256;
    this.setU64(at, BigInt.asUintN(64, rest));
    this.setU64(at + 8, BigInt.asUintN(64, rest >> 64n));
    this.setU64(at + 16, BigInt.asUintN(64, rest >> 128n));
    this.setU64(at + 24, rest >> 192n);
  }

  /** Whether `count` 32-bit words are the same. */
  equal(a: number, b: number, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.u32(a + 4 * i) !== this.u32(b + 4 * i)) return false;
    return true;
  }
  isZero(at: number, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.u32(at + 4 * i) !== 0) return false;
    return true;
  }

  copy(to: number, from: number, length: number): void {
    this.reach(Math.max(to, from) + length);
    this.bytes.copyWithin(to, from, from + length);
  }
  fill(at: number, value: number, length: number): void {
    this.reach(at + length);
    this.bytes.fill(value, at, at + length);
  }
  put(at: number, source: Uint8Array): void {
    this.reach(at + source.length);
    this.bytes.set(source, at);
  }
  /** A view, not a copy. */
  view(at: number, length: number): Uint8Array<SharedArrayBuffer> {
    this.reach(at + length);
    return this.bytes.subarray(at, at + length);
  }
  /** A private copy: libraries must not see bytes that another thread can change. */
  take(at: number, length: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(length);
    if (length > 0) out.set(this.view(at, length));
    return out;
  }

  /** Big-endian bytes to limbs that take `size` bytes. */
  putReversed(at: number, source: Uint8Array, size: number): void {
    this.reach(at + size);
    const last = source.length - 1;
    for (let i = 0; i < size; i++) this.bytes[at + i] = i <= last ? (source[last - i] as number) : 0;
  }
  /** The `length` low bytes of limbs, big-endian. */
  reversed(at: number, length: number): Uint8Array<ArrayBuffer> {
    this.reach(at + length);
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = this.bytes[at + length - 1 - i] as number;
    return out;
  }

  // ── Words that several threads write ───────────────────────────────────────────────────────────────────────────────

  load32(at: number): number {
    this.reach(at + 4);
    return Atomics.load(this.words, at >>> 2);
  }
  store32(at: number, value: number): void {
    this.reach(at + 4);
    Atomics.store(this.words, at >>> 2, value);
  }
  /** Returns what was there. */
  exchange32(at: number, expected: number, value: number): number {
    return Atomics.compareExchange(this.words, at >>> 2, expected, value);
  }
  add32(at: number, value: number): number {
    this.reach(at + 4);
    return Atomics.add(this.words, at >>> 2, value);
  }
  load64(at: number): bigint {
    this.reach(at + 8);
    return Atomics.load(this.longs, Math.floor(at / 8));
  }
  exchange64(at: number, expected: bigint, value: bigint): bigint {
    return Atomics.compareExchange(this.longs, Math.floor(at / 8), expected, value);
  }
}
