// Under which rules a node's block is executed.
import { type ChainFacts, publicChain } from '../block/file-chain.ts';
import { scheduledFork, supportedFork } from '../block/forks.ts';
import { badArgument } from '../errors.ts';
import { parseQuantity, U64_MAX } from '../hex.ts';
import type { FetchedBlock } from './block.ts';

/**
 * `hardfork`, or else what the schedule of a public chain says.
 * @throws BAD_ARGUMENT where neither is known, UNSUPPORTED_CHAIN
 */
export function chainFacts(
  { header, number }: FetchedBlock,
  chainId: number,
  hardfork: string | undefined,
): ChainFacts {
  const common = publicChain(chainId);
  const timestamp = parseQuantity(header.timestamp, 'timestamp', U64_MAX);
  const name = hardfork ?? (common && scheduledFork(common, BigInt(number), timestamp));
  if (name === undefined)
    throw badArgument('hardfork', `given for chain ${chainId}, whose schedule is not known here`, hardfork);
  const network = common?.chainName() ?? `chain-${chainId}`;
  return { network, chainId, number, header, hardfork: supportedFork(name) };
}
