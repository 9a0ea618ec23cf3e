// How a slot has an attempt executed: `@ethereumjs/evm` answers with promises, and a slot in its loop never sees one
// settled. So each slot has a thread beside it that executes for it over the same memory. One of the two works at a time:
//
//   slot:      attempt begun ──▶ ASKED + 1 ──▶ sleeps ............................ ──▶ attempt finished
//   executor:  sleeps .......................... ──▶ executes ──▶ ANSWERED = ASKED ──▶ sleeps
//
// Correct because each word has one writer and is stored after everything that it tells of.
import {
  CTL_EXECUTORS,
  EXECUTOR_ANSWERED,
  EXECUTOR_ASKED,
  EXECUTOR_BYTES,
  EXECUTOR_CONTEXT,
  EXECUTOR_KIND,
  EXECUTOR_STATUS,
} from '../../assembly/layout.ts';

type Words = Int32Array<SharedArrayBuffer>;

const wordOf = (slot: number, field: number): number => (CTL_EXECUTORS + EXECUTOR_BYTES * slot + field) >>> 2;

/** A look takes some nanoseconds, waking a thread tens of microseconds. */
const LOOKS = 1000;

/** Before either side is there: a thread that is started anew finds nothing asked. */
export function clearHandOver(words: Words, slot: number): void {
  const answered = Atomics.load(words, wordOf(slot, EXECUTOR_ANSWERED));
  Atomics.store(words, wordOf(slot, EXECUTOR_ASKED), answered);
}

/** Has the executor run what the context at `at` holds, and returns STATUS_*. Blocks. */
export function askExecutor(words: Words, slot: number, at: number, kind: number): number {
  words[wordOf(slot, EXECUTOR_CONTEXT)] = at;
  words[wordOf(slot, EXECUTOR_KIND)] = kind;
  const answered = wordOf(slot, EXECUTOR_ANSWERED);
  const before = Atomics.load(words, answered);
  Atomics.add(words, wordOf(slot, EXECUTOR_ASKED), 1);
  Atomics.notify(words, wordOf(slot, EXECUTOR_ASKED));
  while (Atomics.load(words, answered) === before) Atomics.wait(words, answered, before);
  return words[wordOf(slot, EXECUTOR_STATUS)] as number;
}

/** What is asked of an executor. */
export interface Asked {
  number: number;
  /** Address of the context. */
  at: number;
  kind: number;
}

/** Resolves when something is asked that is not answered yet. Without waitAsync it looks again every millisecond. */
export async function nextAsked(words: Words, slot: number): Promise<Asked> {
  const asked = wordOf(slot, EXECUTOR_ASKED);
  const answered = Atomics.load(words, wordOf(slot, EXECUTOR_ANSWERED));
  for (let looks = 0; looks < LOOKS; looks++) if (Atomics.load(words, asked) !== answered) break;
  while (Atomics.load(words, asked) === answered) {
    if (typeof Atomics.waitAsync === 'function') await Atomics.waitAsync(words, asked, answered).value;
    else await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const number = Atomics.load(words, asked);
  const at = (words[wordOf(slot, EXECUTOR_CONTEXT)] as number) >>> 0;
  return { number, at, kind: words[wordOf(slot, EXECUTOR_KIND)] as number };
}

export function answer(words: Words, slot: number, { number }: Asked, status: number): void {
  words[wordOf(slot, EXECUTOR_STATUS)] = status;
  Atomics.store(words, wordOf(slot, EXECUTOR_ANSWERED), number);
  Atomics.notify(words, wordOf(slot, EXECUTOR_ANSWERED));
}
