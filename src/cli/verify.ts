// `parallel-evm verify`: verifies block files on their witnesses, without the state that the files also have. As with
// `run`, a file that cannot be used is reported and passed over.

import Table from 'cli-table3';
import { ParallelEvmError } from '../errors.ts';
import type { BlockFile, EngineOptions, ErrorCode, VerifyResult } from '../index.ts';
import { ChainEngine, EXIT, errorText, type Library, type Output } from './engines.ts';
import { blockFilesOf } from './inputs.ts';
import { type PolicyArguments, policyOptions } from './policy.ts';
import { startProgress } from './progress.ts';

export interface VerifyOptions extends PolicyArguments {
  slots?: number | undefined;
  /** One JSON object per block instead of the table. */
  json?: boolean | undefined;
}

/** One block: what verifying it gave, or the error with which its witness was refused. */
interface Report {
  file: BlockFile;
  result?: VerifyResult;
  refusal?: ParallelEvmError;
}

/** Errors that say that a witness does not prove anything. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['BAD_WITNESS', 'MISSING_NODE', 'MISSING_CODE', 'MISSING_BLOCK_HASH', 'WITNESS_TOO_LARGE'] as const),
]);

const headOf = ({ number, hardfork, block }: BlockFile) => ({ number, hardfork, txs: block.transactions.length });

/** The object that `--json` prints, without a line break. */
function jsonLine({ file, result, refusal }: Report): string {
  if (result === undefined)
    return JSON.stringify({ ...headOf(file), ok: false, error: { code: refusal?.code, message: refusal?.message } });
  const { ok, stateRoot, gasUsed, mismatches, invalid, ms } = result;
  const rest = invalid && { invalid };
  return JSON.stringify({ ...headOf(file), gasUsed: Number(gasUsed), ok, stateRoot, mismatches, ms, ...rest });
}

/** What is wrong, in a few words; empty where nothing is. */
function problemOf({ result, refusal }: Report): string {
  if (result === undefined) return refusal === undefined ? '' : errorText(refusal);
  const { invalid, mismatches } = result;
  if (invalid !== undefined) return `transaction ${invalid.txIndex} is invalid: ${invalid.code}: ${invalid.reason}`;
  const [first] = mismatches;
  if (first === undefined) return '';
  const more = mismatches.length > 1 ? ` (and ${mismatches.length - 1} more)` : '';
  return `${first.field} expected ${first.expected}, got ${first.actual}${more}`;
}

const COLUMNS = ['block', 'fork', 'txs', 'Mgas', 'decode', 'witness', 'execute', 'state root', 'total ms', 'result'];

function outcomeOf({ result, refusal }: Report): string {
  if (result === undefined) return refusal?.code ?? '';
  if (result.invalid !== undefined) return result.invalid.code;
  return result.mismatches[0]?.field ?? 'ok';
}

function rowOf(report: Report): string[] {
  const { number, hardfork, txs } = headOf(report.file);
  const head = [String(number), hardfork, String(txs)];
  const { result } = report;
  if (result === undefined) return [...head, ...Array<string>(6).fill('-'), outcomeOf(report)];
  const { decode, witness, execute, stateRoot, total } = result.ms;
  const times = [decode, witness, execute, stateRoot, total].map((ms) => ms.toFixed(1));
  return [...head, (Number(result.gasUsed) / 1e6).toFixed(2), ...times, outcomeOf(report)];
}

function tableText(reports: readonly Report[]): string {
  const aligns = COLUMNS.map((name) => (name === 'fork' || name === 'result' ? 'left' : 'right'));
  // Without colours: the same text goes to terminals, logs and files.
  const table = new Table({ head: COLUMNS, colAligns: aligns, style: { head: [], border: [], compact: true } });
  for (const report of reports) table.push(rowOf(report));
  return table.toString();
}

/** A verification over its files: what it has found so far. */
class Verification {
  readonly #library: Library;
  readonly #engines: ChainEngine;
  readonly reports: Report[] = [];
  readonly problems: string[] = [];
  exitCode: number = EXIT.OK;

  constructor(library: Library, options: EngineOptions) {
    this.#library = library;
    this.#engines = new ChainEngine(library, options);
  }

  /** Verifies one file; undefined where it cannot be used. */
  async file(path: string): Promise<Report | undefined> {
    try {
      const file = await this.#library.readBlockFile(path);
      const report = await this.#verify(file);
      this.reports.push(report);
      const problem = problemOf(report);
      if (problem !== '') this.#problem(`block ${file.number}: ${problem}`, EXIT.MISMATCH);
      return report;
    } catch (error) {
      this.#problem(`${path}: ${errorText(error)}`, EXIT.BAD_INPUT);
      return undefined;
    }
  }

  close(): Promise<void> {
    return this.#engines.close();
  }

  async #verify(file: BlockFile): Promise<Report> {
    const { block, witness, parentHeader, blockHashes } = file;
    if (witness === undefined)
      throw new ParallelEvmError('BAD_FILE', 'the file has no witness', { field: 'witness', value: undefined });
    const engine = await this.#engines.for(file);
    try {
      const parent = parentHeader === undefined ? {} : { parentHeader };
      return { file, result: await engine.verifyBlock({ block, witness, blockHashes, ...parent }) };
    } catch (error) {
      if (error instanceof ParallelEvmError && REFUSALS.has(error.code)) return { file, refusal: error };
      throw error;
    }
  }

  #problem(text: string, exitCode: number): void {
    this.problems.push(text);
    this.exitCode = Math.max(this.exitCode, exitCode);
  }
}

async function verifyAll(
  verification: Verification,
  files: readonly string[],
  options: VerifyOptions,
  output: Output,
): Promise<void> {
  const progress = startProgress(files.length, output.isTerminal && !options.json);
  try {
    for (const path of files) {
      const report = await verification.file(path);
      if (options.json && report !== undefined) output.out(jsonLine(report));
      progress.advance();
    }
  } finally {
    progress.stop();
    await verification.close();
  }
}

/** Verifies what the paths mean and gives the exit code. Errors are told on `output`, none is thrown. */
export async function verifyFiles(
  paths: readonly string[],
  options: VerifyOptions,
  library: Library,
  output: Output,
): Promise<number> {
  try {
    const files = await blockFilesOf(paths);
    const slots = options.slots === undefined ? {} : { slots: options.slots };
    const verification = new Verification(library, { ...slots, ...policyOptions(options) });
    await verifyAll(verification, files, options, output);
    if (!options.json && verification.reports.length > 0) output.out(tableText(verification.reports));
    for (const problem of verification.problems) output.err(`parallel-evm: ${problem}`);
    return verification.exitCode;
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    return EXIT.BAD_INPUT;
  }
}
