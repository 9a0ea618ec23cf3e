// Whether a block's lists are those that its header names, and of the size that they may have.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { type ForkName, isFrom } from '../block/forks.ts';
import { hexOf } from '../hex.ts';
import type { SharedSpace } from '../memory/shared.ts';
import type { OpenBlock } from './body.ts';
import type { Faults } from './faults.ts';
import { unequal, unless } from './header-rules.ts';
import { listRoot } from './list-root.ts';

/** EIP-7934: 10 MiB, of which 2 MiB are left to the beacon block around it. */
const MOST_BLOCK_BYTES = 10 * 2 ** 20 - 2 * 2 ** 20;
const MOST_OMMERS = 2;

/** In the queue. */
export function* bodyFaults(block: OpenBlock, fork: ForkName, space: SharedSpace): Faults {
  const { header, transactions, ommers, withdrawals, rlp } = block;
  const isSmall = !isFrom(fork, 'osaka') || rlp.length <= MOST_BLOCK_BYTES;
  const most = `at most ${MOST_BLOCK_BYTES} bytes`;
  yield* unless(isSmall, 'BLOCK_SIZE', 'block', most, `${rlp.length} bytes`, 'encoded blocks have a limit (EIP-7934)');
  const hash = hexOf(keccak_256(block.ommerList));
  const ofOmmers = 'the header has the hash of the list of ommers';
  yield* unequal('WRONG_OMMERS_HASH', 'sha3Uncles', hash, hexOf(header.sha3Uncles), ofOmmers);
  const few = `at most ${MOST_OMMERS}`;
  const isFew = ommers.length <= MOST_OMMERS;
  yield* unless(isFew, 'TOO_MANY_OMMERS', 'ommers', few, String(ommers.length), 'a block has two ommers at most');
  const root = hexOf(listRoot(space, transactions));
  const ofTransactions = 'the header has the root of the list of transactions';
  yield* unequal('WRONG_TRANSACTIONS_ROOT', 'transactionsRoot', root, hexOf(header.transactionsRoot), ofTransactions);
  const has = withdrawals !== undefined;
  const should = isFrom(fork, 'shanghai');
  const lists = {
    code: 'MALFORMED_BLOCK',
    field: 'withdrawals',
    reason: 'blocks have withdrawals from shanghai on (EIP-4895)',
  } as const;
  if (has !== should) yield { ...lists, expected: should ? 'present' : 'absent', actual: has ? 'present' : 'absent' };
  if (withdrawals === undefined || header.withdrawalsRoot === undefined) return;
  const paid = hexOf(listRoot(space, withdrawals));
  const ofWithdrawals = 'the header has the root of the list of withdrawals (EIP-4895)';
  yield* unequal('WRONG_WITHDRAWALS_ROOT', 'withdrawalsRoot', paid, hexOf(header.withdrawalsRoot), ofWithdrawals);
}
