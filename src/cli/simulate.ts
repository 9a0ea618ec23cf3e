// `parallel-evm simulate`: what blocks would take on numbers of slots that need not be there.
import Table from 'cli-table3';
import { ParallelEvmError } from '../errors.ts';
import {
  type BlockSimulation,
  calibrateSimulation,
  type Hex,
  type SimulationCosts,
  type SlotSimulation,
  simulateBlock,
} from '../index.ts';
import { ChainEngine, EXIT, errorText, type Library, type Output } from './engines.ts';
import { blockFilesOf } from './inputs.ts';
import { recordFile, typicalRecords } from './records.ts';

export interface SimulateFileOptions {
  slots: number[];
  /** Executions to take times of. */
  runs: number;
  json?: boolean | undefined;
}

const LIMITS: Readonly<Record<SlotSimulation['limit'], string>> = {
  dependencies: 'dependencies between transactions',
  largest: 'the largest transaction',
  confirmation: 'confirmation in block order',
  finish: 'beginning, end and receipts of the block',
  'hand-off': 'hand-off: posting, waking, the way back',
  attempts: 'claiming and publishing attempts',
  contention: 'slots that slow each other down',
  work: 'the work itself',
};

function limitText({ limit, savings, ms }: SlotSimulation): string {
  if (limit === 'work') return LIMITS.work;
  return `${LIMITS[limit]} (${((100 * savings[limit]) / ms).toFixed(0)} %)`;
}

/** What a terminal shows. */
export function simulationText(number: number, { transactions, gasUsed, recordedMs, runs }: BlockSimulation): string {
  const table = new Table({
    head: ['slots', 'ms', 'speed-up', 'executions', 'redos', 'limited by'],
    colAligns: ['right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const run of runs) {
    const { slots, ms, speedup, attempts, redos, detectedInAdvance } = run;
    table.push([slots, ms.toFixed(2), `${speedup.toFixed(2)}x`, attempts, redos + detectedInAdvance, limitText(run)]);
  }
  const mgas = (Number(gasUsed) / 1e6).toFixed(1);
  const title = `block ${number}: ${transactions} transactions, ${mgas} Mgas, ${recordedMs.toFixed(2)} ms of execution`;
  return `${title}\n${table.toString()}`;
}

/** The object that `--json` prints. */
export const simulationJson = (number: number, costs: SimulationCosts, simulation: BlockSimulation): string =>
  JSON.stringify({ number, ...simulation, costs }, (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );

/** Simulates the blocks that the paths mean and gives the exit code. Errors are told on `output`, none is thrown. */
export async function simulateFiles(
  paths: readonly string[],
  { slots, runs, json }: SimulateFileOptions,
  library: Library,
  output: Output,
): Promise<number> {
  const engines = new ChainEngine(library, { slots: 1 });
  let exitCode: number = EXIT.OK;
  try {
    const files = await blockFilesOf(paths);
    const costs = await calibrateSimulation();
    for (const path of files) {
      try {
        const file = await library.readBlockFile(path);
        const records = typicalRecords(await recordFile(file, engines, runs));
        const simulation = simulateBlock(records, { feeRecipient: file.header.miner as Hex, costs, slots });
        output.out(json ? simulationJson(file.number, costs, simulation) : simulationText(file.number, simulation));
      } catch (error) {
        if (!(error instanceof ParallelEvmError)) throw error;
        output.err(`parallel-evm: ${path}: ${errorText(error)}`);
        exitCode = EXIT.BAD_INPUT;
      }
    }
    return exitCode;
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    return EXIT.BAD_INPUT;
  } finally {
    await engines.close();
  }
}
