// Whether a block's lists are those that its header names, and of the size that they may have.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { type ForkName, isFrom } from '../block/forks.ts';
import { hexOf } from '../hex.ts';
import type { SharedSpace } from '../memory/shared.ts';
import type { OpenBlock } from './body.ts';
import { type Faults, RULES, unequal, unless, unlessThere } from './faults.ts';
import { listRoot } from './list-root.ts';

/** EIP-7934: 10 MiB, of which 2 MiB are left to the beacon block around it. */
const MOST_BLOCK_BYTES = 10 * 2 ** 20 - 2 * 2 ** 20;
const MOST_OMMERS = 2;

/** In the queue. */
export function* bodyFaults(block: OpenBlock, fork: ForkName, space: SharedSpace): Faults {
  const { header, transactions, ommers, withdrawals, rlp } = block;
  const isSmall = !isFrom(fork, 'osaka') || rlp.length <= MOST_BLOCK_BYTES;
  yield* unless(isSmall, RULES.blockSize, `at most ${MOST_BLOCK_BYTES} bytes`, `${rlp.length} bytes`);
  yield* unequal(RULES.ommersHash, hexOf(keccak_256(block.ommerList)), hexOf(header.sha3Uncles));
  yield* unless(ommers.length <= MOST_OMMERS, RULES.ommerCount, `at most ${MOST_OMMERS}`, `${ommers.length}`);
  yield* unequal(RULES.transactionsRoot, hexOf(listRoot(space, transactions)), hexOf(header.transactionsRoot));
  yield* unlessThere(isFrom(fork, 'shanghai'), withdrawals !== undefined, RULES.withdrawals);
  if (withdrawals === undefined || header.withdrawalsRoot === undefined) return;
  yield* unequal(RULES.withdrawalsRoot, hexOf(listRoot(space, withdrawals)), hexOf(header.withdrawalsRoot));
}
