// The forks that the engine executes, oldest first: each has the rules of the ones before it and its own.
// Everything that decoding asks about a fork is answered here.

import type { Common } from '@ethereumjs/common';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { assertEthereumRules } from './chains.ts';

/** Supported forks, oldest first, with the newest EIP-2718 transaction type that each allows. */
const FORKS = [
  { name: 'chainstart', newestTxType: 0 },
  { name: 'homestead', newestTxType: 0 },
  { name: 'dao', newestTxType: 0 },
  { name: 'tangerineWhistle', newestTxType: 0 },
  { name: 'spuriousDragon', newestTxType: 0 },
  { name: 'byzantium', newestTxType: 0 },
  { name: 'constantinople', newestTxType: 0 },
  { name: 'petersburg', newestTxType: 0 },
  { name: 'istanbul', newestTxType: 0 },
  { name: 'muirGlacier', newestTxType: 0 },
  { name: 'berlin', newestTxType: 1 },
  { name: 'london', newestTxType: 2 },
  { name: 'arrowGlacier', newestTxType: 2 },
  { name: 'grayGlacier', newestTxType: 2 },
  { name: 'paris', newestTxType: 2 },
  { name: 'shanghai', newestTxType: 2 },
  { name: 'cancun', newestTxType: 3 },
  { name: 'prague', newestTxType: 4 },
  { name: 'osaka', newestTxType: 4 },
  { name: 'bpo1', newestTxType: 4 },
  { name: 'bpo2', newestTxType: 4 },
  { name: 'bpo3', newestTxType: 4 },
  { name: 'bpo4', newestTxType: 4 },
  { name: 'bpo5', newestTxType: 4 },
] as const;

export type ForkName = (typeof FORKS)[number]['name'];

/** Fork names that change the peer-to-peer identity only, and the fork whose rules they have. */
const ALIASES: Readonly<Record<string, ForkName>> = { mergeNetsplitBlock: 'paris' };

const indexOf = (name: string): number => FORKS.findIndex((fork) => fork.name === name);

function unsupported(reason: string, value: unknown): ParallelEvmError {
  return new ParallelEvmError('UNSUPPORTED_CHAIN', reason, { field: 'hardfork', value });
}

/**
 * The supported fork of that name.
 * @throws UNSUPPORTED_CHAIN for every other name: newer than this release, or unknown.
 */
export function supportedFork(name: string): ForkName {
  const fork = FORKS[indexOf(ALIASES[name] ?? name)];
  if (fork !== undefined) return fork.name;
  throw unsupported(`fork "${name}" is not supported: ${FORKS.map((each) => each.name).join(', ')}`, name);
}

/** The fork's place in the list, and what stands there: how the shared memory names forks. */
export const forkIndex = (name: string): number => indexOf(ALIASES[name] ?? name);
export const forkAt = (index: number): ForkName => (FORKS[index] ?? FORKS[0]).name;

/** Whether `fork` has the rules of `first`. */
export const isFrom = (fork: ForkName, first: ForkName): boolean => indexOf(fork) >= indexOf(first);

/** The newest transaction type that blocks of `fork` may hold. */
export const newestTxType = (fork: ForkName): number => FORKS[indexOf(fork)]?.newestTxType ?? 0;

/** Proof of authority pays whoever has signed the header, not the address in it; with the merge that ends. */
function assertEthereumConsensus(common: Common, fork: ForkName): void {
  if (isFrom(fork, 'paris')) return;
  const genesis = common.copy();
  genesis.setHardfork(common.hardforks()[0]?.name ?? fork);
  const type = genesis.consensusType();
  if (type !== 'poa') return;
  const message = `consensus "${type}" is not supported: fees go to the signers of headers`;
  throw new ParallelEvmError('UNSUPPORTED_CHAIN', message, { field: 'consensus', value: type });
}

/**
 * Checks that `common` describes a chain with plain Ethereum rules under a supported fork.
 * @throws UNSUPPORTED_CHAIN for a chain with rules of its own, a fork unknown to this release, EIPs beside the fork's.
 */
export function assertSupportedChain(common: Common, hardfork: string = common.hardfork()): void {
  assertEthereumRules(common.chainId());
  assertEthereumConsensus(common, supportedFork(hardfork));
  if (common.eips().length > 0) {
    throw unsupported(`EIPs beside those of the fork are not supported: ${common.eips().join(', ')}`, hardfork);
  }
}

/** The newest supported fork that the chain's schedule has a place for; the newest supported one where it has none. */
export function newestFork(common: Common): ForkName {
  const placed = common.hardforks().filter(({ block, timestamp }) => block !== null || timestamp !== undefined);
  const known = placed.map(({ name }) => indexOf(ALIASES[name] ?? name));
  return (FORKS[Math.max(...known)] ?? FORKS[FORKS.length - 1] ?? FORKS[0]).name;
}

/**
 * The fork at a height and time, by the chain's schedule; `common` itself is not changed.
 * @throws UNSUPPORTED_CHAIN as `supportedFork`, BAD_ARGUMENT where height and time contradict each other.
 */
export function scheduledFork(common: Common, blockNumber: bigint, timestamp: bigint): ForkName {
  let name: string;
  try {
    name = common.getHardforkBy({ blockNumber, timestamp });
  } catch (cause) {
    const error = badArgument('timestamp', `consistent with block ${blockNumber} in the fork schedule`, timestamp);
    error.cause = cause;
    throw error;
  }
  return supportedFork(name);
}
