// Typed look-up in untrusted objects: a record remembers the path at which it was found, so that every error names the
// field from the top of the input (`transactions[3].accessList[0].address`). `null` counts as absent, as in JSON-RPC.

import { badArgument } from '../errors.ts';
import { parseBytes, parseQuantity, U64_MAX } from '../hex.ts';

/** An object from outside and where it was found; `path` is empty at the top. */
export interface SourceRecord {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** @throws BAD_ARGUMENT naming `path` unless `value` is an object of named fields; `must` says what it should be. */
export function sourceRecord(value: unknown, path: string, must = 'an object', root = ''): SourceRecord {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
  // A Map's entries are not fields: it would pass for an object without any.
  if (!isRecord || value instanceof Map || value instanceof Set) {
    throw badArgument(path || root, must, value);
  }
  return { path, values: value as Record<string, unknown> };
}

export const pathOf = (from: SourceRecord, name: string): string => (from.path === '' ? name : `${from.path}.${name}`);

/** The field, or undefined where it is absent or null. */
export const fieldOf = (from: SourceRecord, name: string): unknown => from.values[name] ?? undefined;

/** A quantity of at most 64 bits: nonces, gas, indices, times. */
export const readU64 = (from: SourceRecord, name: string): bigint =>
  parseQuantity(fieldOf(from, name), pathOf(from, name), U64_MAX);

/** A quantity of at most 256 bits: amounts and prices. */
export const readU256 = (from: SourceRecord, name: string): bigint =>
  parseQuantity(fieldOf(from, name), pathOf(from, name));

export const readBytes = (from: SourceRecord, name: string, length?: number): Uint8Array =>
  parseBytes(fieldOf(from, name), pathOf(from, name), length);

export const readAddress = (from: SourceRecord, name: string): Uint8Array => readBytes(from, name, 20);

export const readHash = (from: SourceRecord, name: string): Uint8Array => readBytes(from, name, 32);

/** `read(from, name)`, or undefined where the field is absent. */
export function optional<T>(
  read: (from: SourceRecord, name: string) => T,
  from: SourceRecord,
  name: string,
): T | undefined {
  return fieldOf(from, name) === undefined ? undefined : read(from, name);
}

/** Each item of a list field; `read` gets the item and its path. */
export function readList<T>(from: SourceRecord, name: string, read: (item: unknown, path: string) => T): T[] {
  const path = pathOf(from, name);
  const list = fieldOf(from, name);
  if (!Array.isArray(list)) throw badArgument(path, 'an array', list);
  // Unlike map, Array.from visits the holes of sparse arrays.
  return Array.from(list, (item: unknown, i) => read(item, `${path}[${i}]`));
}

/** A record without its undefined fields: absent and undefined are one under exactOptionalPropertyTypes. */
export function withoutUndefined<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
