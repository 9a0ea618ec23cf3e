// A progress bar on standard error, or nothing at all: the caller does not have to know which.

import { SingleBar } from 'cli-progress';

export interface Progress {
  /** One more is done, or so many. */
  advance(count?: number): void;
  /** Says what is going on with the present block. */
  note(text: string): void;
  stop(): void;
}

const NO_PROGRESS: Progress = { advance: () => {}, note: () => {}, stop: () => {} };

/** A bar over `total` blocks, or of what `unit` says, where `isShown`; it is gone after `stop`. */
export function startProgress(total: number, isShown: boolean, unit = 'blocks'): Progress {
  if (!isShown) return NO_PROGRESS;
  const format = `{bar} {value}/{total} ${unit} {note}`;
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true });
  bar.start(total, 0, { note: '' });
  const advance = (count = 1): void => bar.increment(count, { note: '' });
  return { advance, note: (note) => bar.update({ note }), stop: () => bar.stop() };
}
