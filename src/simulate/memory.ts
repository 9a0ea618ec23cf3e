// The control words, transactions and outcomes of a simulated block, laid out as an engine lays them out: dispatcher and
// pipeline work on them as on those of a real block.
import {
  BLOCK_BYTES,
  BLOCK_LARGE,
  BLOCK_OUTCOMES,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  CTL_BLOCK,
  CTL_CAP,
  CTL_LARGE,
  CTL_POLICY,
  CTL_SLOTS,
  HEAP,
  JOB_BLOCK,
  OUT_BYTES,
  OUT_CONTROL,
  OUT_GAS_USED,
  OUT_LOGS_BYTES,
  STEP_READY,
  TX_BYTES,
  TX_DATA_BYTES,
  TX_FROM,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_TO,
} from '../../assembly/layout.ts';
import { isTooSmall, planBlock } from '../dispatch/groups.ts';
import { parseBytes } from '../hex.ts';
import { Views } from '../memory/views.ts';
import { clearLines, postJob } from '../pipeline/control.ts';
import { type Job, readJob } from '../pipeline/job.ts';
import { DEFAULT_POLICY, policyBits } from '../policy.ts';
import type { TransactionRecord } from '../result/record.ts';

const SELECTOR_BYTES = 4;

function putTransaction(views: Views, at: number, { from, to, selector, gasLimit }: TransactionRecord): void {
  views.setBigEndian(at + TX_FROM, parseBytes(from, 'from', 20));
  views.setU32(at + TX_IS_CREATE, Number(to === undefined));
  if (to !== undefined) views.setBigEndian(at + TX_TO, parseBytes(to, 'to', 20));
  views.setU32(at + TX_DATA_BYTES, selector === undefined ? 0 : SELECTOR_BYTES);
  views.setU64(at + TX_GAS_LIMIT, gasLimit);
}

/** A block that can be simulated any number of times. */
export class SimulatedBlock {
  readonly views: Views;
  readonly #count: number;
  readonly #block = HEAP;
  readonly #isSmall: boolean;

  constructor(records: readonly TransactionRecord[]) {
    this.#count = records.length;
    const txs = this.#block + BLOCK_BYTES;
    const outcomes = txs + records.length * TX_BYTES;
    // Nobody waits in it: slots are simulated on one thread, so plain memory serves.
    this.views = new Views({ buffer: new ArrayBuffer(outcomes + records.length * OUT_BYTES) });
    const { views } = this;
    views.setU32(this.#block + BLOCK_TX_COUNT, records.length);
    views.setU32(this.#block + BLOCK_TXS, txs);
    views.setU32(this.#block + BLOCK_OUTCOMES, outcomes);
    records.forEach((record, i) => {
      putTransaction(views, txs + TX_BYTES * i, record);
      views.setU64(outcomes + OUT_BYTES * i + OUT_GAS_USED, record.gasUsed);
      views.setU32(outcomes + OUT_BYTES * i + OUT_LOGS_BYTES, record.logBytes);
    });
    const gasAsked = records.reduce((sum, { gasLimit }) => sum + Number(gasLimit), 0);
    this.#isSmall = isTooSmall(planBlock(views, this.#block, gasAsked), records.length);
  }

  /** Posts the block to `slots` slots. */
  post(slots: number): { job: Job; isAlone: boolean } {
    const { views } = this;
    const isAlone = slots === 1 || this.#isSmall;
    const outcomes = views.u32(this.#block + BLOCK_OUTCOMES);
    for (let i = 0; i < this.#count; i++) views.setU32(outcomes + OUT_BYTES * i + OUT_CONTROL, STEP_READY);
    views.setU32(CTL_POLICY, policyBits(DEFAULT_POLICY, isAlone, false, false));
    views.setU32(CTL_CAP, DEFAULT_POLICY.speculationCap);
    views.setU32(CTL_SLOTS, slots);
    views.setU32(CTL_LARGE, views.u32(this.#block + BLOCK_LARGE));
    views.setU32(CTL_BLOCK, this.#block);
    clearLines(views.words);
    return { job: readJob(views, postJob(views.words, JOB_BLOCK)), isAlone };
  }
}
