// A progress bar on standard error, or nothing at all: the caller does not have to know which.

import { SingleBar } from 'cli-progress';

export interface Progress {
  /** One more file is done. */
  advance(): void;
  stop(): void;
}

const NO_PROGRESS: Progress = { advance: () => {}, stop: () => {} };

/** A bar over `total` files, where `isShown`; it is gone after `stop`. */
export function startProgress(total: number, isShown: boolean): Progress {
  if (!isShown) return NO_PROGRESS;
  const bar = new SingleBar({ format: '{bar} {value}/{total} blocks', clearOnComplete: true, hideCursor: true });
  bar.start(total, 0);
  return { advance: () => bar.increment(), stop: () => bar.stop() };
}
