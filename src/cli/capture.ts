// `parallel-evm capture`: writes blocks of a node as block files. A block that cannot be captured is reported and passed
// over; what is there already and matches its header is left alone, so an interrupted command is simply given again.
import { ParallelEvmError } from '../errors.ts';
import type { BlockFile, BlockSelector, Capturer, CaptureSource, createCapturer } from '../index.ts';
import { BlockStore } from './block-store.ts';
import { ChainEngine, EXIT, errorText, type Library, type Output } from './engines.ts';
import { type Progress, startProgress } from './progress.ts';
import { mismatchText } from './report.ts';
import { execute, reportOf } from './run.ts';
import { selectorsOf } from './selectors.ts';

/** As the parser gives them. */
export interface CaptureOptions {
  rpc: string;
  output: string;
  /** `Name: value` each. */
  header?: string[] | undefined;
  source?: CaptureSource | undefined;
  hardfork?: string | undefined;
  batchSize?: number | undefined;
  concurrency?: number | undefined;
  /** Milliseconds. */
  timeout?: number | undefined;
  retries?: number | undefined;
  /** One JSON object per block. */
  json?: boolean | undefined;
}

export interface CaptureLibrary extends Library {
  createCapturer: typeof createCapturer;
}

/** How often an unfinished capture is written down, milliseconds. */
const CHECKPOINT_MS = 2000;

function headersOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const colon = text.indexOf(':');
      // The text may hold a key: it is not quoted.
      if (colon < 1) throw new ParallelEvmError('BAD_ARGUMENT', '"header" must be "Name: value"', { field: 'header' });
      return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
    }),
  );
}

/** What became of one block. */
interface Captured {
  number: number;
  path: string;
  /** It was there already. */
  skipped: boolean;
  file: BlockFile;
  /** Of the file; undefined where it was there already. */
  bytes?: number;
}

function sourceText({ raw }: BlockFile): string {
  const { state, proven } = Object(raw.source) as { state?: unknown; proven?: unknown };
  const kinds = Array.isArray(state) ? state.join(', ') : 'unknown';
  return proven === true ? `${kinds}; proven` : kinds;
}

function lineOf({ number, path, skipped, file, bytes = 0 }: Captured, json: boolean): string {
  const { transactions } = file.block;
  const { accounts, slots } = Object(file.raw.stats) as { accounts?: number; slots?: number };
  const { hardfork } = file;
  const source = sourceText(file);
  if (json)
    return JSON.stringify({ number, hardfork, txs: transactions.length, accounts, slots, path, skipped, source });
  if (skipped) return `${path}: there already, matches its header`;
  const size = `${(bytes / 1024).toFixed(0)} KiB`;
  return `${path}: ${hardfork}, ${transactions.length} txs, ${accounts} accounts, ${slots} slots, ${size} (${source})`;
}

class CaptureRun {
  readonly #capturer: Capturer;
  readonly #store: BlockStore;
  readonly #engines: ChainEngine;
  readonly #progress: Progress;
  #saved = performance.now();

  constructor(capturer: Capturer, store: BlockStore, engines: ChainEngine, progress: Progress) {
    this.#capturer = capturer;
    this.#store = store;
    this.#engines = engines;
    this.#progress = progress;
  }

  async block(selector: BlockSelector): Promise<Captured> {
    const number = typeof selector === 'number' ? selector : await this.#capturer.numberOf(selector);
    const path = this.#store.pathOf(number);
    const there = await this.#store.whole(number);
    if (there !== undefined && (await this.#isWanted(there, selector)))
      return { number, path, skipped: true, file: there };
    // By number also where a name was given: names move on.
    const block = typeof selector === 'string' && selector.startsWith('0x') ? selector : number;
    const file = await this.#capturer.capture({
      block,
      resumeFrom: await this.#store.partial(number),
      onProgress: ({ round, accounts, slots, requests }) =>
        this.#progress.note(`${number}: run ${round}, ${accounts} accounts, ${slots} slots, ${requests} requests`),
      onCheckpoint: (partial) => this.#checkpoint(partial),
    });
    const bytes = await this.#store.save(file, (written) => this.#verify(written));
    return { number, path, skipped: false, file, bytes };
  }

  async #isWanted(file: BlockFile, selector: BlockSelector): Promise<boolean> {
    if (file.chainId !== this.#capturer.chainId) {
      const message = `the folder has block ${file.number} of chain ${file.chainId}, not ${this.#capturer.chainId}`;
      throw new ParallelEvmError('BAD_ARGUMENT', message, { field: 'output' });
    }
    const isHash = typeof selector === 'string' && selector.startsWith('0x');
    if (isHash && file.header.hash !== selector.toLowerCase()) return false;
    return (await this.#reportOn(file)).mismatches.length === 0;
  }

  #reportOn(file: BlockFile): Promise<ReturnType<typeof reportOf>> {
    return execute(file, this.#engines, async (result) => reportOf(file, result));
  }

  /** The file as it was read back, on a real engine. */
  async #verify(written: BlockFile): Promise<void> {
    const report = await this.#reportOn(written);
    if (report.mismatches.length > 0) throw new ParallelEvmError('CAPTURE_MISMATCH', mismatchText(report));
  }

  async #checkpoint(partial: () => BlockFile): Promise<void> {
    const now = performance.now();
    if (now - this.#saved < CHECKPOINT_MS) return;
    this.#saved = now;
    await this.#store.savePartial(partial());
  }
}

const exitCodeOf = (error: unknown): number =>
  error instanceof ParallelEvmError && error.code === 'CAPTURE_MISMATCH' ? EXIT.MISMATCH : EXIT.BAD_INPUT;

async function captureAll(
  run: CaptureRun,
  selectors: readonly BlockSelector[],
  progress: Progress,
  print: (captured: Captured) => void,
): Promise<{ problems: string[]; exitCode: number }> {
  const problems: string[] = [];
  let exitCode: number = EXIT.OK;
  for (const selector of selectors) {
    try {
      print(await run.block(selector));
    } catch (error) {
      problems.push(`block ${selector}: ${errorText(error)}`);
      exitCode = Math.max(exitCode, exitCodeOf(error));
    }
    progress.advance();
  }
  return { problems, exitCode };
}

/** Captures the blocks that the texts mean and gives the exit code. Errors are told on `output`, none is thrown. */
export async function captureBlocks(
  texts: readonly string[],
  options: CaptureOptions,
  library: CaptureLibrary,
  output: Output,
): Promise<number> {
  // Few blocks, one after another, each once: more slots would take longer to start than they save.
  const engines = new ChainEngine(library, { slots: 1, warmUp: false });
  const { rpc, header = [], timeout: timeoutMs, source, hardfork, batchSize, concurrency, retries } = options;
  try {
    const selectors = selectorsOf(texts);
    const endpoint = { url: rpc, headers: headersOf(header) };
    const store = new BlockStore(options.output);
    await store.open();
    const asking = { rpc: endpoint, source, hardfork, batchSize, concurrency, timeoutMs, retries };
    const capturer = await library.createCapturer(asking);
    const lines: string[] = [];
    const isShown = output.isTerminal && options.json !== true;
    const progress = startProgress(selectors.length, isShown);
    const run = new CaptureRun(capturer, store, engines, progress);
    // Lines would tear the bar: they come when it is gone.
    const print = (captured: Captured): void => {
      const line = lineOf(captured, options.json === true);
      if (isShown) lines.push(line);
      else output.out(line);
    };
    const { problems, exitCode } = await captureAll(run, selectors, progress, print).finally(() => progress.stop());
    for (const line of lines) output.out(line);
    for (const problem of problems) output.err(`parallel-evm: ${problem}`);
    return exitCode;
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    return EXIT.BAD_INPUT;
  } finally {
    await engines.close();
  }
}
