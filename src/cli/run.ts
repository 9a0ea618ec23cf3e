// `parallel-evm run`: executes block files one after another and compares each with its header.
//
// A file that cannot be used is reported and passed over, so that one bad file does not hide what the others would say;
// the exit code tells the worst that happened. Only the public interface of the library is used.

import { type FileHandle, open } from 'node:fs/promises';
import { ParallelEvmError } from '../errors.ts';
import { type BlockFile, type BlockResult, chromeTrace, type EngineOptions } from '../index.ts';
import { compareWithHeader, uncheckedFields } from '../result/compare.ts';
import { canonicalJson } from './canonical.ts';
import { ChainEngine, EXIT, errorText, type Library, type Output, writeText } from './engines.ts';
import { blockFilesOf } from './inputs.ts';
import { type PolicyArguments, policyOptions } from './policy.ts';
import { startProgress } from './progress.ts';
import { recordFile } from './records.ts';
import { type BlockReport, jsonLine, mismatchText, tableText } from './report.ts';
import { timelinePage } from './timeline-page.ts';

export interface RunOptions extends PolicyArguments {
  slots?: number | undefined;
  /** One JSON object per block instead of the table. */
  json?: boolean | undefined;
  /** Where each block's state changes go: a line of canonical JSON per block. */
  stateDiff?: string | undefined;
  /** Where the timeline of the only block goes: Chrome's trace events, or a page (.html). */
  timeline?: string | undefined;
}

/** Executes the block on a state of its own and gives what `use` makes of the result while that state is there. */
export async function execute<T>(
  file: BlockFile,
  engines: ChainEngine,
  use: (result: BlockResult) => Promise<T>,
  timeline = false,
): Promise<T> {
  const engine = await engines.for(file);
  const { block, preState, codes, blockHashes } = file;
  const state = await engine.createState(preState, { codes });
  try {
    return await use(await engine.runBlock({ block, state, blockHashes, timeline }));
  } finally {
    await state.dispose();
  }
}

/** The result against the file's header. */
export function reportOf(file: BlockFile, result: BlockResult): BlockReport {
  const unchecked = uncheckedFields(file.hardfork);
  return {
    number: file.number,
    hardfork: file.hardfork,
    txs: file.block.transactions.length,
    gasUsed: result.gasUsed,
    mismatches: compareWithHeader(file.header, result, unchecked),
    unchecked,
    ms: result.stats.ms,
    redos: result.stats.redos,
  };
}

/** One run over its files: what it has found so far. */
class Run {
  readonly #library: Library;
  readonly #engines: ChainEngine;
  readonly #diffs: FileHandle | undefined;
  readonly #timeline: string | undefined;
  readonly reports: BlockReport[] = [];
  readonly problems: string[] = [];
  exitCode: number = EXIT.OK;

  constructor(library: Library, options: EngineOptions, diffs: FileHandle | undefined, timeline: string | undefined) {
    this.#library = library;
    this.#engines = new ChainEngine(library, options);
    this.#diffs = diffs;
    this.#timeline = timeline;
  }

  /** Executes one file; undefined where it could not be executed. */
  async file(path: string): Promise<BlockReport | undefined> {
    try {
      const file = await this.#library.readBlockFile(path);
      const use = async (result: BlockResult): Promise<BlockReport> => {
        await this.#diffs?.write(`${canonicalJson({ number: file.number, stateDiff: result.stateDiff })}\n`);
        if (this.#timeline !== undefined) await this.#writeTimeline(this.#timeline, file, result);
        return reportOf(file, result);
      };
      return this.#add(await execute(file, this.#engines, use, this.#timeline !== undefined));
    } catch (error) {
      this.#problem(`${path}: ${errorText(error)}`, EXIT.BAD_INPUT);
      return undefined;
    }
  }

  /** The page, or Chrome's trace events, by the name of `path`. */
  async #writeTimeline(path: string, file: BlockFile, result: BlockResult): Promise<void> {
    const { timeline } = result;
    if (timeline === undefined)
      throw new ParallelEvmError('INTERNAL', 'the run has no timeline', { field: 'timeline' });
    const text = path.endsWith('.html')
      ? timelinePage(file.number, { ...result, timeline }, (await recordFile(file, this.#engines, 1)).records)
      : JSON.stringify(chromeTrace(timeline));
    await writeText(path, 'timeline', text);
  }

  close(): Promise<void> {
    return this.#engines.close();
  }

  #add(report: BlockReport): BlockReport {
    this.reports.push(report);
    if (report.mismatches.length > 0) this.#problem(mismatchText(report), EXIT.MISMATCH);
    return report;
  }

  #problem(text: string, exitCode: number): void {
    this.problems.push(text);
    this.exitCode = Math.max(this.exitCode, exitCode);
  }
}

function checkTimeline(path: string | undefined, files: readonly string[]): void {
  if (path === undefined || files.length === 1) return;
  const facts = { field: 'timeline', value: path };
  throw new ParallelEvmError('BAD_ARGUMENT', `"timeline" shows one block, got ${files.length} files`, facts);
}

async function runAll(run: Run, files: readonly string[], options: RunOptions, output: Output): Promise<void> {
  const progress = startProgress(files.length, output.isTerminal && !options.json);
  try {
    for (const path of files) {
      const report = await run.file(path);
      if (options.json && report !== undefined) output.out(jsonLine(report));
      progress.advance();
    }
  } finally {
    progress.stop();
    await run.close();
  }
}

async function openDiffs(path: string | undefined): Promise<FileHandle | undefined> {
  if (path === undefined) return undefined;
  try {
    return await open(path, 'w');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ParallelEvmError('BAD_ARGUMENT', `cannot write ${path}: ${reason}`, { field: 'stateDiff', cause });
  }
}

/** Runs what the paths mean and gives the exit code. Errors are told on `output`, none is thrown. */
export async function runFiles(
  paths: readonly string[],
  options: RunOptions,
  library: Library,
  output: Output,
): Promise<number> {
  let diffs: FileHandle | undefined;
  try {
    const files = await blockFilesOf(paths);
    checkTimeline(options.timeline, files);
    diffs = await openDiffs(options.stateDiff);
    const slots = options.slots === undefined ? {} : { slots: options.slots };
    const run = new Run(library, { ...slots, ...policyOptions(options) }, diffs, options.timeline);
    await runAll(run, files, options, output);
    if (!options.json && run.reports.length > 0) output.out(tableText(run.reports));
    for (const problem of run.problems) output.err(`parallel-evm: ${problem}`);
    return run.exitCode;
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    return EXIT.BAD_INPUT;
  } finally {
    await diffs?.close();
  }
}
