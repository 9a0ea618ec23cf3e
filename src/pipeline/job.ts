// What a slot knows of the job it is in: addresses of the block's parts, read once when it enters.
import {
  BLOCK_OUTCOMES,
  BLOCK_SPEC,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  CTL_BLOCK,
  CTL_COMMAND,
  CTL_STATE,
  OUT_ATTEMPTS,
  OUT_BYTES,
  POLICY_TRACE,
  SPEC_FLAGS,
  TX_BYTES,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import { hasPolicy, type Words } from './control.ts';

/** Steps: 0 is the work before the transactions, 1 to `count` the transactions, `count + 1` the work after them. */
export interface Job {
  number: number;
  /** JOB_BLOCK or JOB_CALLS. */
  command: number;
  block: number;
  state: number;
  count: number;
  txs: number;
  outcomes: number;
  flags: number;
  /** Slot 0 executes it with the tracing kernels. */
  isTraced: boolean;
}

export function readJob(views: Views, number: number): Job {
  views.fresh();
  const block = views.u32(CTL_BLOCK);
  return {
    number,
    command: views.u32(CTL_COMMAND),
    block,
    state: views.u32(CTL_STATE),
    count: views.u32(block + BLOCK_TX_COUNT),
    txs: views.u32(block + BLOCK_TXS),
    outcomes: views.u32(block + BLOCK_OUTCOMES),
    flags: views.u32(views.u32(block + BLOCK_SPEC) + SPEC_FLAGS),
    isTraced: hasPolicy(views.words, POLICY_TRACE),
  };
}

export const txOf = (job: Job, step: number): number => job.txs + (step - 1) * TX_BYTES;
/** The outcomes of system calls share one record behind those of the transactions. */
export const outcomeOf = (job: Job, step: number): number => job.outcomes + (step - 1) * OUT_BYTES;
export const systemOutcome = (job: Job): number => outcomeOf(job, job.count + 1);

/** Attempts of a step are counted in its outcome by whoever executes it. */
export function countStepAttempt(words: Words, job: Job, step: number): void {
  const word = (outcomeOf(job, step) + OUT_ATTEMPTS) >>> 2;
  words[word] = (words[word] as number) + 1;
}
