// Groups of likely conflicts, found once when a block is laid out: transactions that call the same contract. A slot
// looks for a transaction of another group than those that run (pipeline/claims.ts). Plain transfers have no group: what
// they change are deltas.
import {
  BLOCK_OUTCOMES,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  OUT_BYTES,
  OUT_GROUP,
  TX_BYTES,
  TX_DATA_BYTES,
  TX_IS_CREATE,
  TX_TO,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';

/** A number for an address, by its limbs at `at`; two addresses may share one, which costs speed only. */
export function addressHash(words: Int32Array, at: number): number {
  const word = at >>> 2;
  let hash = 0;
  for (let i = 0; i < 5; i++) hash = Math.imul(hash ^ (words[word + i] as number), 0x9e3779b1) ^ (hash >>> 15);
  return hash;
}

/** Writes OUT_GROUP of every transaction of a laid-out block. */
export function groupTransactions(views: Views, block: number): void {
  const txs = views.u32(block + BLOCK_TXS);
  const outcomes = views.u32(block + BLOCK_OUTCOMES);
  const groups = new Map<number, number>();
  for (let i = 0; i < views.u32(block + BLOCK_TX_COUNT); i++) {
    const tx = txs + TX_BYTES * i;
    const calls = views.u32(tx + TX_DATA_BYTES) !== 0 && views.u32(tx + TX_IS_CREATE) === 0;
    views.setU32(
      outcomes + OUT_BYTES * i + OUT_GROUP,
      calls ? groupOf(groups, addressHash(views.words, tx + TX_TO)) : 0,
    );
  }
}

function groupOf(groups: Map<number, number>, address: number): number {
  const known = groups.get(address);
  if (known !== undefined) return known;
  groups.set(address, groups.size + 1);
  return groups.size;
}
