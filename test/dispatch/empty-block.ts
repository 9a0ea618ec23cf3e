// The memory of a block to be planned: its record, transactions and outcomes, all zero.
import {
  BLOCK_BYTES,
  BLOCK_OUTCOMES,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  HEAP,
  OUT_BYTES,
  TX_BYTES,
} from '../../assembly/layout.ts';
import { Views } from '../../src/memory/views.ts';

/** The block lies at HEAP; `txs` and `outcomes` are where its lists begin. */
export function emptyBlock(count: number): { views: Views; txs: number; outcomes: number } {
  const txs = HEAP + BLOCK_BYTES;
  const outcomes = txs + count * TX_BYTES;
  const views = new Views({ buffer: new ArrayBuffer(outcomes + count * OUT_BYTES) });
  views.setU32(HEAP + BLOCK_TX_COUNT, count);
  views.setU32(HEAP + BLOCK_TXS, txs);
  views.setU32(HEAP + BLOCK_OUTCOMES, outcomes);
  return { views, txs, outcomes };
}
