// Room in a state for what a block can add to it: directories do not grow while slots look things up in them.
import { ACCOUNT_BYTES } from '../../assembly/layout.ts';
import { type ForkName, isFrom } from '../block/forks.ts';
import type { LaidOut } from '../block/prepared.ts';
import { ParallelEvmError } from '../errors.ts';
import type { SharedSpace } from '../memory/shared.ts';
import type { OwnedState } from './owned.ts';

/** Directories have room for so many new entries at most: a block that makes more ends with STATE_TOO_LARGE. */
const MOST_ENTRIES = 2 ** 21;

/**
 * The least gas that a block pays for a new entry. An authorization costs 12,500 of which a fifth may come back, a slot
 * 20,000 of which half may. Before EIP-150 destroying a contract brings its heir to life for the price of a call, 63.
 */
const gasPerEntry = (hardfork: string): number => (isFrom(hardfork as ForkName, 'tangerineWhistle') ? 9000 : 30);

/** Entries that slots make ahead of confirmation: what goes beyond is made at confirmation. */
const MOST_SHARED_ENTRIES = 8192;

/** An account and the object of a code of which only the hash is known. */
const LOOKED_UP_BYTES = ACCOUNT_BYTES + 192;

/** Four system calls of 30 million gas each at 22,100 for a new slot. */
const SYSTEM_CALL_ENTRIES = 5500;

/** New entries that a block can leave in a directory. */
export function entriesBound({ frame, gasAsked, transactionCount }: LaidOut): number {
  const { hardfork, header, withdrawals = [] } = frame;
  const gas = Math.min(gasAsked, Number(header.gasLimit));
  const byGas = Math.min(Math.ceil(gas / gasPerEntry(hardfork)), MOST_ENTRIES);
  return byGas + transactionCount + withdrawals.length + SYSTEM_CALL_ENTRIES;
}

/**
 * Room for what a block can leave in the state, `bound` new entries in each directory, and for entries that slots make.
 * @throws STATE_TOO_LARGE
 */
export function reserveEntries({ core }: SharedSpace, state: OwnedState, bound: number): void {
  const spare = Math.min(bound, MOST_SHARED_ENTRIES) * ACCOUNT_BYTES + state.reach * LOOKED_UP_BYTES;
  const fits = core.stateReserve(state.address, bound, bound, bound) !== 0;
  if (fits && core.stateReserveSpare(state.address, spare) !== 0) return;
  throw new ParallelEvmError('STATE_TOO_LARGE', 'no memory left to enlarge the state', { field: 'memory.maxBytes' });
}
