// What of a witness lies behind one another in memory, cut into parts that one slot loads at a time. Texts stay texts: they
// are copied as they are, and whoever loads the part decodes them.
import { type TextWriter, textWriter } from '#hex';
import { badArgument } from '../errors.ts';
import { type ByteString, parseBytes } from '../hex.ts';
import type { Views } from '../memory/views.ts';

/** What one slot loads at a time: nodes or codes in [from, to), items `first` to `last` of their list. */
export interface Part {
  from: number;
  to: number;
  /** Address of the items' texts, one behind the other; 0: their bytes are in place. */
  text: number;
  first: number;
  last: number;
  kind: PartKind;
}

/** What all parts of a list have in common. */
export interface PartKind {
  hasCodes: boolean;
  /** Where an item has its length, u32, and its bytes. */
  lengthAt: number;
  bytesAt: number;
  /** Most bytes of an item. */
  most: number;
  /** Bytes from an item of that length to the next one. */
  room(length: number): number;
  /** As the caller of the engine knows the list. */
  field: string;
}

/** Hashing so much takes a slot some 0.1 ms. */
const PART_TARGET_BYTES = 2 ** 15;

/** Bytes of a byte string that is one. */
export const bytesOf = (item: unknown): number => {
  if (typeof item === 'string') return Math.max(0, item.length / 2 - 1);
  return item instanceof Uint8Array ? item.length : 0;
};

/** Bytes of room that a list's texts take. */
export const textsOf = (items: readonly ByteString[]): number =>
  items.reduce((sum, item) => sum + (typeof item === 'string' ? item.length : 0), 0);

/**
 * Writes the bytes of an item at `at`, where they have room for the item's own length.
 * @throws BAD_ARGUMENT naming the item
 */
function putBytes({ bytes: target }: Views, at: number, item: ByteString, field: string, most: number): void {
  const length = bytesOf(item);
  if (length > most) throw badArgument(field, `at most ${most} bytes`, `${length} bytes`);
  target.set(parseBytes(item, field), at);
}

/** Puts the bytes of a part's items in their places; @throws BAD_ARGUMENT naming the first that is none. */
export function putPart(views: Views, { from, first, last, kind }: Part, items: readonly ByteString[]): void {
  for (let at = from, i = first; i <= last; i++) {
    const item = items[i] as ByteString;
    putBytes(views, at + kind.bytesAt, item, `${kind.field}[${i}]`, kind.most);
    if (bytesOf(item) > 0 || !kind.hasCodes) at += kind.room(bytesOf(item));
  }
}

/** Room for texts, one behind the other. */
export class Texts {
  readonly #write: TextWriter;
  readonly #end: number;
  #at: number;

  constructor(views: Views, from: number, bytes: number) {
    this.#write = textWriter(views.bytes.buffer);
    this.#at = from;
    this.#end = from + bytes;
  }

  /** Copies a text. Returns its address, 0 where there is no room or a character is no byte. */
  put(text: string): number {
    const at = this.#at;
    if (at + text.length > this.#end || !this.#write(at, text)) return 0;
    this.#at += text.length;
    return at;
  }
}

/** Parts of what lies behind one another from an address on. */
export class PartList {
  readonly #views: Views;
  readonly #kind: PartKind;
  readonly #texts: Texts;
  readonly #parts: Part[] = [];
  #part: Part | undefined;
  /** Where the next item comes. */
  end: number;

  constructor(views: Views, kind: PartKind, from: number, texts: Texts) {
    this.#views = views;
    this.#kind = kind;
    this.#texts = texts;
    this.end = from;
  }

  /** Copies item `index`. @throws BAD_ARGUMENT where it is none; of texts only the length is looked at. */
  add(item: ByteString, index: number): void {
    const kind = this.#kind;
    const length = bytesOf(item);
    const isText = typeof item === 'string' && Number.isInteger(length) && length > 0 && length <= kind.most;
    const text = isText ? this.#texts.put(item) : 0;
    if (text === 0) putBytes(this.#views, this.end + kind.bytesAt, item, `${kind.field}[${index}]`, kind.most);
    if (length === 0 && kind.hasCodes) return; // the code of nobody
    this.#views.setU32(this.end + kind.lengthAt, length);
    this.#extend(index, text, kind.room(length));
  }

  #extend(index: number, text: number, bytes: number): void {
    const isOfKind = this.#part === undefined || (this.#part.text === 0) === (text === 0);
    if (!isOfKind) this.#cut();
    this.#part ??= { from: this.end, to: this.end, text, first: index, last: index, kind: this.#kind };
    this.end += bytes;
    this.#part.to = this.end;
    this.#part.last = index;
    if (this.end - this.#part.from >= PART_TARGET_BYTES) this.#cut();
  }

  #cut(): void {
    if (this.#part) this.#parts.push(this.#part);
    this.#part = undefined;
  }

  close(): Part[] {
    this.#cut();
    return this.#parts;
  }
}
