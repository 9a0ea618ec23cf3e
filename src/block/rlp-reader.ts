// Reads RLP (Yellow Paper appendix B) where it stands: one item at a time, without a tree of arrays. What is not
// canonical is refused.

const SHORT_STRING = 0x80;
const LONG_STRING = 0xb7;
const SHORT_LIST = 0xc0;
const LONG_LIST = 0xf7;
const SHORT_BYTES = 55;

export class RlpReader {
  readonly bytes: Uint8Array;
  /** Where the next item begins, and where the list ends that is being read. */
  at: number;
  end: number;
  /** The item that was read last: where it begins, its payload, what it is. */
  item = 0;
  start = 0;
  length = 0;
  isList = false;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at === this.end;
  }

  /** Reads the next item. False at the end of the list, and where it is not encoded as it should be. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const { bytes } = this;
    const first = bytes[this.at] as number;
    this.item = this.at;
    this.isList = first >= SHORT_LIST;
    if (first < SHORT_STRING) return this.#payload(this.at, 1);
    const short = this.isList ? SHORT_LIST : SHORT_STRING;
    const long = this.isList ? LONG_LIST : LONG_STRING;
    if (first > long) return this.#longPayload(first - long);
    const length = first - short;
    // A byte below 0x80 is its own encoding.
    if (length === 1 && !this.isList && (bytes[this.at + 1] as number) < SHORT_STRING) return false;
    return this.#payload(this.at + 1, length);
  }

  #longPayload(lengthBytes: number): boolean {
    if (lengthBytes > 4 || this.bytes[this.at + 1] === 0) return false;
    let length = 0;
    for (let i = 1; i <= lengthBytes; i++) length = length * 256 + (this.bytes[this.at + i] as number);
    return length > SHORT_BYTES && this.#payload(this.at + 1 + lengthBytes, length);
  }

  #payload(start: number, length: number): boolean {
    this.start = start;
    this.length = length;
    this.at = start + length;
    return this.at <= this.end;
  }

  /** Reads the next item, a list, and goes into it: the end of what it was in, or -1. */
  enter(): number {
    if (!this.next() || !this.isList) return -1;
    const outer = this.end;
    this.at = this.start;
    this.end = this.start + this.length;
    return outer;
  }

  /** Leaves the list that `enter` went into. False unless all of it was read. */
  leave(outer: number): boolean {
    const isWhole = this.isAtEnd;
    this.end = outer;
    return isWhole;
  }

  /** Items of the list at hand, from here on; -1 where one is not encoded as it should be. */
  count(): number {
    const { at } = this;
    let count = 0;
    while (this.next()) count += 1;
    const isWhole = this.isAtEnd;
    this.at = at;
    return isWhole ? count : -1;
  }
}
