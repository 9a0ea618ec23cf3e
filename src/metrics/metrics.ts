// What an engine has done since it was made: the counters of each job, added up when it has ended.
import { CTL_LINES, LINE_BYTES, LINE_INSIDE_MS, LINE_WAITED_MS, STAT_DISTANCE_SUM } from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import { clearTimes, redos, statOf } from '../pipeline/control.ts';
import type { Crew } from '../pool.ts';
import { type RedoCause, readCauses, readDistances } from '../result/causes.ts';
import { type MechanismStats, readMechanisms } from '../result/mechanisms.ts';
import type { BlockStats } from '../result/result.ts';
import { addCounts, copyHistogram, emptyHistogram, type Histogram, observe } from './histogram.ts';

/** Time of one slot, milliseconds. */
export interface SlotMetrics {
  /** In jobs, at work. */
  busyMs: number;
  /** In jobs, with nothing to do. */
  waitingMs: number;
}

/** Sums over everything that an engine has run since it was made; its warm-up is not in them. A plain object of its own. */
export interface EngineMetrics {
  /** Blocks that ended well. */
  blocks: number;
  /** Blocks that turned out to be invalid. */
  invalidBlocks: number;
  /** Runs of blocks and single transactions that ended with an error. */
  failedRuns: number;
  /** Transactions of the blocks that ended well. */
  transactions: number;
  /** Transactions of `runTx`. */
  singleTransactions: number;
  /** Calls of `call` and `simulate`. */
  calls: number;
  /** Gas after refunds, of what ended well. */
  gasUsed: bigint;
  /** Executions of transactions, speculative ones included, of what ended well. */
  attempts: number;
  /** Results that did not hold in their turn (`stats.redos`); those taken back before it are `mechanisms.detectedInAdvance`. */
  redos: number;
  /** Why results were taken back. Their sum is `redos` and `mechanisms.detectedInAdvance` together. */
  redoCauses: Record<RedoCause, number>;
  /** Of results that were taken back: index of the transaction, less that of the one that wrote what differs, if it is known. */
  dependencyDistance: Histogram;
  /** Milliseconds from posting a block to its end. */
  executeMs: Histogram;
  /** As `stats` of a block; `recycledBytes` and `slotDeaths` among them. */
  mechanisms: MechanismStats;
  /** Bytes that results were copied out of the shared memory with. */
  copiedBytes: number;
  /** By number. */
  slots: SlotMetrics[];
}

export const DISTANCE_BOUNDS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const EXECUTE_BOUNDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000];

/** Adds each number of `more` to the one of the same name. */
function addAll<T extends { [name in keyof T]: number }>(sums: T, more: T): void {
  for (const name of Object.keys(more) as (keyof T)[]) sums[name] = ((sums[name] ?? 0) + more[name]) as T[keyof T];
}

/** One run, from before it is posted to its end. */
export interface RunMetrics {
  posted(): void;
  /** The run has a result; what it counted. */
  ended(result: { gasUsed: bigint; invalid?: unknown }, counts: Omit<BlockStats, 'perTransaction'>): void;
  /** Adds it to the sums, whatever became of it. */
  close(): void;
}

type Sums = Omit<EngineMetrics, 'slots'>;

const zeros = (views: Views): Sums => {
  const none = <T extends object>(like: T): T =>
    Object.fromEntries(Object.keys(like).map((name) => [name, 0])) as unknown as T;
  return {
    blocks: 0,
    invalidBlocks: 0,
    failedRuns: 0,
    transactions: 0,
    singleTransactions: 0,
    calls: 0,
    gasUsed: 0n,
    attempts: 0,
    redos: 0,
    redoCauses: none(readCauses(views.words)),
    dependencyDistance: emptyHistogram(DISTANCE_BOUNDS),
    executeMs: emptyHistogram(EXECUTE_BOUNDS),
    mechanisms: none(readMechanisms(views.words)),
    copiedBytes: 0,
  };
};

export class Metrics {
  readonly #views: Views;
  readonly #crew: Crew;
  readonly #deaths: number;
  readonly #sums: Sums;

  /** While no job runs. */
  constructor(views: Views, crew: Crew) {
    this.#views = views;
    this.#crew = crew;
    this.#deaths = crew.deaths;
    this.#sums = zeros(views);
    for (let slot = 0; slot < crew.slots; slot++) clearTimes(views, slot);
  }

  countCalls(count: number): void {
    this.#sums.calls += count;
  }

  begin(transactions: number, isSingle: boolean): RunMetrics {
    const copied = this.#views.copied;
    let isPosted = false;
    let end: { result: Parameters<RunMetrics['ended']>[0]; counts: Parameters<RunMetrics['ended']>[1] } | undefined;
    return {
      posted: () => {
        isPosted = true;
      },
      ended: (result, counts) => {
        end = { result, counts };
      },
      close: () => {
        if (isPosted) this.#addCounters();
        const sums = this.#sums;
        if (end === undefined) sums.failedRuns += 1;
        else {
          this.#addRun(end.result, end.counts, transactions, isSingle);
          sums.copiedBytes += this.#views.copied - copied;
        }
      },
    };
  }

  #addRun(
    { gasUsed, invalid }: Parameters<RunMetrics['ended']>[0],
    { attempts, ms }: Parameters<RunMetrics['ended']>[1],
    transactions: number,
    isSingle: boolean,
  ): void {
    const sums = this.#sums;
    if (isSingle) sums.singleTransactions += 1;
    else if (invalid !== undefined) sums.invalidBlocks += 1;
    else {
      sums.blocks += 1;
      sums.transactions += transactions;
      observe(sums.executeMs, ms.execute);
    }
    if (invalid !== undefined) return;
    sums.gasUsed += gasUsed;
    sums.attempts += attempts;
  }

  /** What the slots have counted in the job that has just ended. */
  #addCounters(): void {
    const { words } = this.#views;
    const sums = this.#sums;
    sums.redos += redos(words);
    addAll(sums.redoCauses, readCauses(words));
    addAll(sums.mechanisms, readMechanisms(words));
    addCounts(sums.dependencyDistance, readDistances(words), statOf(words, STAT_DISTANCE_SUM));
  }

  /** A snapshot that does not change any more. */
  read(): EngineMetrics {
    const { redoCauses, dependencyDistance, executeMs, mechanisms, ...rest } = this.#sums;
    return {
      ...rest,
      redoCauses: { ...redoCauses },
      dependencyDistance: copyHistogram(dependencyDistance),
      executeMs: copyHistogram(executeMs),
      mechanisms: { ...mechanisms, slotDeaths: this.#crew.deaths - this.#deaths },
      slots: Array.from({ length: this.#crew.slots }, (_, slot) => this.#slot(slot)),
    };
  }

  #slot(slot: number): SlotMetrics {
    const { data } = this.#views;
    const inside = data.getFloat64(lineAt(slot, LINE_INSIDE_MS), true);
    const waitingMs = data.getFloat64(lineAt(slot, LINE_WAITED_MS), true);
    return { busyMs: Math.max(0, inside - waitingMs), waitingMs };
  }
}

const lineAt = (slot: number, field: number): number => CTL_LINES + LINE_BYTES * slot + field;
