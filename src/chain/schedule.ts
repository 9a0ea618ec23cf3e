// Under which rules a block of a chain is: by number and time, and where the merge is not scheduled, by the total difficulty
// before the block (EIP-3675).
import type { Common } from '@ethereumjs/common';
import { type ForkName, isFrom, scheduledFork, supportedFork } from '../block/forks.ts';

export interface Schedule {
  common: Common;
  /** Undefined: `common` says where Paris is. */
  terminalTotalDifficulty: bigint | undefined;
}

/**
 * The fork of a block. `before`: total difficulty of its parent. Before the merge no time brings a fork.
 * @throws as `scheduledFork`
 */
export function forkAt(
  { common, terminalTotalDifficulty }: Schedule,
  { number, timestamp }: { number: bigint; timestamp: bigint },
  before: bigint,
): ForkName {
  if (terminalTotalDifficulty !== undefined && before < terminalTotalDifficulty)
    return supportedFork(common.getHardforkBy({ blockNumber: number }));
  const scheduled = scheduledFork(common, number, timestamp);
  return terminalTotalDifficulty === undefined || isFrom(scheduled, 'paris') ? scheduled : 'paris';
}
