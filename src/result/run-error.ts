// What a run that has no result has ended with, as an error.
import {
  STATUS_ABORTED,
  STATUS_BAD_NODE,
  STATUS_MISSING_CODE,
  STATUS_MISSING_HASH,
  STATUS_MISSING_NODE,
  STATUS_STATE_FULL,
} from '../../assembly/layout.ts';
import type { LaidOut } from '../block/prepared.ts';
import { ParallelEvmError } from '../errors.ts';
import type { Views } from '../memory/views.ts';
import type { Verdict } from '../pipeline/control.ts';
import { missingCode } from '../state/state.ts';
import { lackError } from '../witness/lack.ts';

/** The transaction of a step; -1 where it is none. */
export const txIndexOf = ({ transactionCount }: LaidOut, step: number): number =>
  step >= 1 && step <= transactionCount ? step - 1 : -1;

export function errorOf(views: Views, laidOut: LaidOut, { step, code, detail }: Verdict): ParallelEvmError {
  const txIndex = txIndexOf(laidOut, step);
  if (code === STATUS_ABORTED)
    return new ParallelEvmError('ABORTED', 'the run was aborted', { field: 'signal', txIndex });
  if (code === STATUS_MISSING_CODE) return missingCode(views, detail, txIndex);
  if (code === STATUS_MISSING_NODE || code === STATUS_BAD_NODE) return lackError(views, txIndex);
  if (code === STATUS_MISSING_HASH) {
    const number = laidOut.number - 1n - BigInt(detail);
    const facts = { field: 'blockHashes', value: number, txIndex };
    return new ParallelEvmError(
      'MISSING_BLOCK_HASH',
      `BLOCKHASH asks for block ${number}, which "blockHashes" lacks`,
      facts,
    );
  }
  if (code === STATUS_STATE_FULL)
    return new ParallelEvmError('STATE_TOO_LARGE', 'the block does not fit the shared memory', {
      field: 'memory.maxBytes',
      txIndex,
    });
  return new ParallelEvmError('INTERNAL', `step ${step} ended with status ${code} (${detail})`, { txIndex });
}
