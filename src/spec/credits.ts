// Whom a block pays behind its transactions: withdrawals from Shanghai on, the miner and ommers before Paris.
import { type ForkName, isFrom } from '../block/forks.ts';
import type { BlockFrame } from '../block/types.ts';

export interface Credit {
  /** 20 bytes. */
  address: Uint8Array;
  /** wei */
  amount: bigint;
}

const WEI_PER_GWEI = 10n ** 9n;
const ETHER = 10n ** 18n;

/** Reward of a block: 5 ether, 3 from EIP-649 on, 2 from EIP-1234 on, none from EIP-3675 on. */
function minerReward(fork: ForkName): bigint {
  if (isFrom(fork, 'paris')) return 0n;
  if (isFrom(fork, 'constantinople')) return 2n * ETHER;
  return isFrom(fork, 'byzantium') ? 3n * ETHER : 5n * ETHER;
}

/** Yellow Paper section 11.3: an ommer is paid by its distance, the miner a 32nd for each. */
function rewards({ header, ommers }: BlockFrame, reward: bigint): Credit[] {
  const paid = ommers.map(({ number, coinbase }) => ({
    address: coinbase,
    amount: ((8n + number - header.number) * reward) / 8n,
  }));
  return [...paid, { address: header.coinbase, amount: reward + (BigInt(ommers.length) * reward) / 32n }];
}

/** All credits of a block, in order. */
export function blockCredits(block: BlockFrame): Credit[] {
  const reward = minerReward(block.hardfork as ForkName);
  const withdrawals = block.withdrawals ?? [];
  const paid = withdrawals.map(({ address, amount }) => ({ address, amount: amount * WEI_PER_GWEI }));
  return reward === 0n ? paid : [...rewards(block, reward), ...paid];
}
