// Headers that come with a witness. What one says counts only if its hash is in the block's header, or in a header that
// hangs on it: nothing in them has to be trusted.
import { sourceRecord } from '../block/fields.ts';
import { rlpOfHeader } from '../block/rlp.ts';
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf, parseBytes } from '../hex.ts';
import { type Header, readHeader } from '../rules/header.ts';
import type { HeaderInput } from './types.ts';

/** BLOCKHASH reaches 256 blocks back. */
export const MOST_HEADERS = 256;

function rlpOf(header: HeaderInput, path: string): Uint8Array {
  if (typeof header === 'string' || header instanceof Uint8Array) return parseBytes(header, path);
  return rlpOfHeader(sourceRecord(header, path, 'header RLP, or an object of its fields'));
}

/** What a chain of headers down from a block says. */
export interface Ancestry {
  /** The parent's header, if it is there. */
  parent: Header | undefined;
  /** Decimal number → hash, of every ancestor whose header is there. */
  blockHashes: Record<string, Hex>;
}

/**
 * The ancestors of a block of that number and parent hash among `headers`, whose paths are `paths`.
 * @throws BAD_ARGUMENT naming the field; BAD_WITNESS where an ancestor has a number that it cannot have.
 */
export function ancestryOf(
  number: bigint,
  parentHash: Uint8Array,
  headers: readonly HeaderInput[],
  paths: readonly string[],
): Ancestry {
  const byHash = new Map(
    headers.map((header, i) => {
      const path = paths[i] as string;
      const whole = readHeader(rlpOf(header, path), path);
      return [whole.hash, whole];
    }),
  );
  const blockHashes: Record<string, Hex> = {};
  let hash = hexOf(parentHash);
  const parent = byHash.get(hash);
  for (let back = 1n; back <= MOST_HEADERS; back++) {
    const header = byHash.get(hash);
    if (header === undefined) break;
    if (header.number !== number - back) {
      const facts = { field: 'witness.headers', value: header.number };
      const message = `ancestor ${back} of block ${number} says that its number is ${header.number}`;
      throw new ParallelEvmError('BAD_WITNESS', message, facts);
    }
    blockHashes[String(header.number)] = header.hash;
    hash = hexOf(header.parentHash);
  }
  return { parent, blockHashes };
}
