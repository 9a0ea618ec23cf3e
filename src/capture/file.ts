// Puts a captured block together as a block file (`evm-block/1`).

import { BLOCK_FILE_FORMAT, type BlockFile, blockFileOf } from '../block/file.ts';
import type { ChainFacts } from '../block/file-chain.ts';
import { isFrom, supportedFork } from '../block/forks.ts';
import type { Hex } from '../block/types.ts';
import type { FetchedBlock } from './block.ts';
import type { Collected } from './collect.ts';
import type { Keys } from './known.ts';

/** Where a file comes from, as its `source` says; nothing of an endpoint's URL. */
export interface Origin {
  /** What `web3_clientVersion` says. */
  client?: string | undefined;
  /** Kinds of the sources that answered. */
  state: readonly string[];
  /** True if hashes below the parent's state root show every account, slot and code. */
  proven: boolean;
}

export interface FileParts {
  chain: ChainFacts;
  fetched: FetchedBlock;
  collected: Collected;
  origin: Origin;
  /** What of the state belongs in the file; all that is known where not given. */
  keys?: Keys | undefined;
  /** RLP of the parent's trie nodes. */
  witness?: readonly Hex[] | undefined;
}

const byteLength = (hex: string): number => hex.length / 2 - 1;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function typeCounts(transactions: FetchedBlock['transactions']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of transactions) {
    const name = String(Number((type as Hex | undefined) ?? '0x0'));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** The file as JSON, through the same checks as a file that is read. */
export function captureFile({ chain, fetched, collected, origin, keys, witness = [] }: FileParts): BlockFile {
  const { header, parent, transactions, withdrawals, ommers } = fetched;
  const { known, blockHashes } = collected;
  const preState = known.preState(keys);
  const codes = known.codesOf(preState);
  const accounts = Object.values(preState);
  const { gasUsed, receiptsRoot, logsBloom, stateRoot } = header;
  const { network, chainId, number, hardfork } = chain;
  const hasWitness = witness.length > 0;
  return blockFileOf({
    format: BLOCK_FILE_FORMAT,
    ...{ network, chainId, number, hardfork },
    source: origin,
    stats: {
      txTypes: typeCounts(transactions),
      contractCreations: transactions.filter(({ to }) => (to ?? null) === null).length,
      accounts: accounts.length,
      slots: sum(accounts.map((account) => Object.keys(account?.storage ?? {}).length)),
      codeBytes: sum(Object.values(codes).map(byteLength)),
      ...(hasWitness && { witnessBytes: sum(witness.map(byteLength)) }),
    },
    header,
    parentHeader: parent,
    transactions,
    ...(withdrawals && { withdrawals }),
    ...(ommers.length > 0 && { ommers }),
    blockHashes,
    preState,
    codes,
    expect: {
      ...{ gasUsed, receiptsRoot, logsBloom, stateRoot },
      stateRootCheckable: hasWitness,
      receiptsRootCheckable: isFrom(supportedFork(hardfork), 'byzantium'),
    },
    ...(hasWitness && { witness: { parentStateRoot: parent.stateRoot, nodes: witness } }),
  });
}
