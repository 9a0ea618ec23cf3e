// The records of a block file: what its transactions read, write and take.
import { ParallelEvmError } from '../errors.ts';
import type { BlockFile, TransactionRecord } from '../index.ts';
import type { ChainEngine } from './engines.ts';

const totalOf = (records: readonly TransactionRecord[]): number => records.reduce((sum, { ms }) => sum + ms, 0);

export interface Recording {
  /** Every transaction with its shortest time. */
  records: TransactionRecord[];
  /** Milliseconds of all transactions in the shortest run: a little more than the sum of the shortest times. */
  ms: number;
}

/** Records the block `runs` times, in order on one slot. */
export async function recordFile(file: BlockFile, engines: ChainEngine, runs: number): Promise<Recording> {
  const engine = await engines.for(file);
  const { block, preState, codes, blockHashes } = file;
  const state = await engine.createState(preState, { codes });
  const prepared = await engine.prepare(block);
  try {
    const best: Recording = { records: [], ms: Number.POSITIVE_INFINITY };
    for (let run = 0; run < runs; run++) {
      const result = await engine.runBlock({ block: prepared, state, blockHashes, commit: false, record: true });
      if (result.invalid) {
        const { txIndex, code, reason } = result.invalid;
        throw new ParallelEvmError('BAD_FILE', `the block is invalid: ${code}: ${reason}`, { txIndex });
      }
      const records = result.records ?? [];
      best.ms = Math.min(best.ms, totalOf(records));
      best.records = records.map((each, i) => ({ ...each, ms: Math.min(each.ms, best.records[i]?.ms ?? each.ms) }));
    }
    return best;
  } finally {
    await prepared.dispose();
    await state.dispose();
  }
}

/** Records whose times add up to those of the shortest run: each is spared what disturbed it, and the sum is a real one. */
export function typicalRecords({ records, ms }: Recording): TransactionRecord[] {
  const scale = ms / (totalOf(records) || 1);
  return records.map((record) => ({ ...record, ms: record.ms * scale }));
}
