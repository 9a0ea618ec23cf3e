// What a block would take on other numbers of slots, from the records of a run and measured costs.
import { MAX_SLOTS } from '../../assembly/layout.ts';
import { badArgument } from '../errors.ts';
import { type ByteString, hexOf, parseBytes } from '../hex.ts';
import { checkObject } from '../input.ts';
import type { TransactionRecord } from '../result/record.ts';
import { checkCosts, type SimulationCosts } from './costs.ts';
import { limitOf, type SimulationLimit, savingsOf } from './limits.ts';
import { SimulatedBlock } from './memory.ts';
import { tasksOf } from './model.ts';
import { simulateRun } from './run.ts';

/** What `simulateBlock` is to predict. */
export interface SimulateOptions {
  /** Address of the block's fee recipient, 20 bytes. */
  feeRecipient: ByteString;
  /** Of `calibrateSimulation`, or of a machine to be imagined. */
  costs: SimulationCosts;
  /** Slot counts, 1 to 64 each; 1, 2, 4, 8, 16, 32, 64 unless given. */
  slots?: readonly number[];
}

/** A block on some number of slots. Times in milliseconds. */
export interface SlotSimulation {
  /** Number of slots. */
  slots: number;
  /** Milliseconds from posting the block to its end. */
  ms: number;
  /** Against one slot, simulated as well. */
  speedup: number;
  /** As in the stats of a block. */
  attempts: number;
  /** As in `stats` of a block. */
  redos: number;
  /** As in `stats` of a block. */
  detectedInAdvance: number;
  /** As in `stats` of a block. */
  dependencies: number;
  /** As in `stats` of a block. */
  aborts: number;
  /** What stands most in the way of more. */
  limit: SimulationLimit;
  /** By how much the run would be shorter without each cost alone. */
  savings: Record<Exclude<SimulationLimit, 'work'>, number>;
}

/** What a block is predicted to take. */
export interface BlockSimulation {
  /** Transactions in the block. */
  transactions: number;
  /** Gas after refunds. */
  gasUsed: bigint;
  /** Sum of the transactions' recorded times. */
  recordedMs: number;
  /** One for each number of slots that was asked for. */
  runs: SlotSimulation[];
}

const DEFAULT_SLOTS = [1, 2, 4, 8, 16, 32, 64];

function checkSlots(slots: unknown): asserts slots is readonly number[] {
  if (!Array.isArray(slots)) throw badArgument('slots', 'an array of slot counts', slots);
  slots.forEach((count, i) => {
    const isCount = Number.isInteger(count) && count >= 1 && count <= MAX_SLOTS;
    if (!isCount) throw badArgument(`slots[${i}]`, `1..${MAX_SLOTS}`, count);
  });
}

/**
 * Predicts what a block takes on numbers of slots that need not be there: the dispatcher and the pipeline's rules run under
 * a virtual clock, with the recorded times, reads and writes in the place of executions ([guide](docs/simulate.md)). The
 * same arguments give the same answer. Default policy.
 * @throws {ParallelEvmError} `BAD_ARGUMENT`
 * @example
 * ```ts
 * const { records } = await engine.runBlock({ block, state, record: true });
 * const { runs } = simulateBlock(records, { feeRecipient: block.miner, costs: await calibrateSimulation() });
 * ```
 */
export function simulateBlock(records: readonly TransactionRecord[], options: SimulateOptions): BlockSimulation {
  if (!Array.isArray(records)) throw badArgument('records', 'the records of a run with `record: true`', records);
  checkObject(options, 'options');
  const feeRecipient = hexOf(parseBytes(options.feeRecipient, 'feeRecipient', 20));
  const costs = checkCosts(options.costs);
  const { slots = DEFAULT_SLOTS } = options;
  checkSlots(slots);
  const block = new SimulatedBlock(records);
  const tasks = tasksOf(records, feeRecipient, costs.clock);
  const one = simulateRun(block, tasks, costs, 1);
  const runs = slots.map((count): SlotSimulation => {
    const { us, ...counts } = simulateRun(block, tasks, costs, count);
    const savings = savingsOf(block, tasks, costs, count, us);
    const inMs = Object.entries(savings).map(([name, saved]) => [name, saved / 1000]);
    const limit = limitOf(savings, us);
    return { slots: count, ms: us / 1000, speedup: one.us / us, ...counts, limit, savings: Object.fromEntries(inMs) };
  });
  return {
    transactions: records.length,
    gasUsed: records.reduce((gas, { gasUsed }) => gas + gasUsed, 0n),
    recordedMs: records.reduce((ms, record) => ms + record.ms, 0),
    runs,
  };
}
