// Slots with nothing else to do help the holder of the token, who waits for those only who are at a part.
//
// Correct because helpers announce themselves, each in its own line, before they look whether there is anything to help with,
// and the holder closes that before it looks whether any are left: no helper touches a part afterwards, nor takes one of what
// is opened next for it.
import { LINE_HELPING } from '../../assembly/layout.ts';
import { lineWord, slotCount, type Words } from './control.ts';

/** Looks at a helper's word before the holder lets its core go: a part is a few microseconds, mostly. */
const LOOKS = 20_000;
const PAUSE_MS = 1;

/** Takes a part that nobody has of those that the word counts: the last of them. 0 = none is left. */
export function takePart(words: Words, open: number): number {
  let left = Atomics.load(words, open);
  while (left > 0) {
    const seen = Atomics.compareExchange(words, open, left, left - 1);
    if (seen === left) return left;
    left = seen;
  }
  return 0;
}

/** Does `task` as a helper, if the word says that there is something open. True if there was. */
export function help(words: Words, slot: number, open: number, task: () => void): boolean {
  if (Atomics.load(words, open) === 0) return false;
  const helping = lineWord(slot, LINE_HELPING);
  Atomics.store(words, helping, 1);
  const isOpen = Atomics.load(words, open) !== 0;
  if (isOpen) task();
  Atomics.store(words, helping, 0);
  return isOpen;
}

/** Waits until no slot says by its word `field` (LINE_*) that it is at something. */
export function awaitSlots(words: Words, field: number): void {
  for (let slot = 0; slot < slotCount(words); slot++) {
    const word = lineWord(slot, field);
    for (let looks = 0; Atomics.load(words, word) !== 0; looks++)
      if (looks > LOOKS) Atomics.wait(words, word, 1, PAUSE_MS);
  }
}

/** Waits until no slot helps with what is closed. */
export const awaitHelpers = (words: Words): void => awaitSlots(words, LINE_HELPING);
