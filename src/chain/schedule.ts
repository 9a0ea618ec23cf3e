// Under which rules a block of a chain is: by number and time, and where the merge is not scheduled, by the total difficulty
// before the block (EIP-3675).
import type { Common } from '@ethereumjs/common';
import { type ForkName, isFrom, scheduledFork } from '../block/forks.ts';

export interface Schedule {
  common: Common;
  /** Undefined: `common` says where Paris is. */
  terminalTotalDifficulty: bigint | undefined;
}

/**
 * The fork of a block. `before`: total difficulty of its parent.
 * @throws as `scheduledFork`
 */
export function forkAt(
  { common, terminalTotalDifficulty }: Schedule,
  { number, timestamp }: { number: bigint; timestamp: bigint },
  before: bigint,
): ForkName {
  const scheduled = scheduledFork(common, number, timestamp);
  const isMerged = terminalTotalDifficulty !== undefined && before >= terminalTotalDifficulty;
  return isMerged && !isFrom(scheduled, 'paris') ? 'paris' : scheduled;
}
