// A progress bar on standard error, or nothing at all: the caller does not have to know which.

import { SingleBar } from 'cli-progress';

export interface Progress {
  /** One more block is done. */
  advance(): void;
  /** Says what is going on with the present block. */
  note(text: string): void;
  stop(): void;
}

const NO_PROGRESS: Progress = { advance: () => {}, note: () => {}, stop: () => {} };

/** A bar over `total` blocks, where `isShown`; it is gone after `stop`. */
export function startProgress(total: number, isShown: boolean): Progress {
  if (!isShown) return NO_PROGRESS;
  const bar = new SingleBar({ format: '{bar} {value}/{total} blocks {note}', clearOnComplete: true, hideCursor: true });
  bar.start(total, 0, { note: '' });
  return { advance: () => bar.increment({ note: '' }), note: (note) => bar.update({ note }), stop: () => bar.stop() };
}
