// Which blocks the arguments of `capture` mean.
import { BLOCK_NAMES } from '../capture/block.ts';
import { badArgument } from '../errors.ts';
import type { BlockSelector, Hex } from '../index.ts';

const RANGE = /^(\d+)\.\.(\d+)$/;
const NUMBER = /^(\d+|0x[0-9a-fA-F]{1,16})$/;
const HASH = /^0x[0-9a-fA-F]{64}$/;
/** A mistyped end of a range must not begin a capture of millions. */
const MOST_IN_RANGE = 100_000;

const isName = (text: string): boolean => (BLOCK_NAMES as readonly string[]).includes(text);

function rangeOf(text: string, first: number, last: number): number[] {
  const count = last - first + 1;
  if (!Number.isSafeInteger(last) || count < 1 || count > MOST_IN_RANGE)
    throw badArgument('block', `a range of 1 to ${MOST_IN_RANGE} blocks`, text);
  return Array.from({ length: count }, (_, i) => first + i);
}

/**
 * Numbers, hashes and names as they are, `A..B` as each number from A to B.
 * @throws BAD_ARGUMENT for anything else
 */
export function selectorsOf(texts: readonly string[]): BlockSelector[] {
  return texts.flatMap((text): BlockSelector[] => {
    const [, first, last] = RANGE.exec(text) ?? [];
    if (first !== undefined && last !== undefined) return rangeOf(text, Number(first), Number(last));
    if (isName(text) || HASH.test(text)) return [text as Hex];
    if (NUMBER.test(text) && Number.isSafeInteger(Number(text))) return [Number(text)];
    throw badArgument('block', `a number, a range A..B, a hash or one of ${BLOCK_NAMES.join(', ')}`, text);
  });
}
