// The chain of a block file: its rules as `@ethereumjs/common` knows them.

import {
  Common,
  type Common as CommonType,
  createCustomCommon,
  Holesky,
  Hoodi,
  Mainnet,
  Sepolia,
} from '@ethereumjs/common';
import { ParallelEvmError } from '../errors.ts';
import { parseQuantity, U64_MAX } from '../hex.ts';
import type { BlockFile } from './file.ts';

/** A chain to create an engine for; equal keys mean equal rules. */
export interface FileChain {
  key: string;
  common: CommonType;
}

/** What of a block file tells its rules. */
export type ChainFacts = Pick<BlockFile, 'network' | 'chainId' | 'number' | 'hardfork' | 'header'>;

const KNOWN_CHAINS = [Mainnet, Sepolia, Holesky, Hoodi];

/** The public chain of that id, whose schedule is known here. */
export function publicChain(chainId: number): CommonType | undefined {
  const config = KNOWN_CHAINS.find((chain) => Number(chain.chainId) === chainId);
  return config && new Common({ chain: config });
}

/** `common`'s fork at the file's height and time; undefined where its schedule has none. */
function scheduledAt(common: CommonType, file: ChainFacts): string | undefined {
  const timestamp = parseQuantity(file.header.timestamp, 'header.timestamp', U64_MAX);
  try {
    return common.getHardforkBy({ blockNumber: BigInt(file.number), timestamp });
  } catch {
    return undefined;
  }
}

/** A chain on which the file's fork, and all before it, hold from the start. */
function forcedChain(file: ChainFacts): CommonType {
  const names = Mainnet.hardforks.map((fork) => fork.name);
  const index = names.indexOf(file.hardfork);
  if (index < 0) {
    const message = `fork "${file.hardfork}" is not known`;
    throw new ParallelEvmError('UNSUPPORTED_CHAIN', message, { field: 'hardfork', value: file.hardfork });
  }
  const hardforks = names.slice(0, index + 1).map((name) => ({ name, block: 0 }));
  const config = { name: file.network, chainId: file.chainId, hardforks };
  return createCustomCommon(config, Mainnet, { hardfork: file.hardfork });
}

/**
 * The chain whose schedule gives the file's fork: the public one of that id where it agrees, else one made for the file.
 * @throws UNSUPPORTED_CHAIN for a fork of unknown name.
 */
export function chainOf(file: ChainFacts): FileChain {
  const common = publicChain(file.chainId);
  if (common && scheduledAt(common, file) === file.hardfork) return { key: `${file.chainId}`, common };
  return { key: `${file.chainId}:${file.hardfork}`, common: forcedChain(file) };
}
