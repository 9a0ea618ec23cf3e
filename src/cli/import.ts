// `parallel-evm import`: blocks of an export on top of a genesis block, in memory. It ends with the first block that cannot be
// taken, since none after it could be.
import { stat } from 'node:fs/promises';
import Table from 'cli-table3';
import { gunzip, readBytes } from '#files';
import { ParallelEvmError, unlessRefused } from '../errors.ts';
import { hexOf } from '../hex.ts';
import type { Chain, createChain, createEngine, EngineOptions, Genesis, ImportResult, Refusal } from '../index.ts';
import { openBlock } from '../rules/body.ts';
import { EXIT, errorText, type Output } from './engines.ts';
import { type PolicyArguments, policyOptions } from './policy.ts';
import { type Progress, startProgress } from './progress.ts';
import { blocksIn, GZIP_MAGIC } from './rlp-stream.ts';

export interface ImportOptions extends PolicyArguments {
  /** File of the genesis block. */
  genesis: string;
  slots?: number | undefined;
  /** One JSON object per block instead of the table. */
  json?: boolean | undefined;
}

/** The functions of the library that are used here. */
export interface ImportLibrary {
  createChain: typeof createChain;
  createEngine: typeof createEngine;
}

/** Consecutive blocks under one fork, summed up. */
interface Stretch {
  hardfork: string;
  first: bigint;
  last: bigint;
  txs: number;
  gas: bigint;
  ms: number;
}

/** Plain or gzipped JSON. */
async function readGenesis(path: string): Promise<Genesis> {
  try {
    const bytes = await readBytes(path);
    const isPacked = GZIP_MAGIC.every((byte, i) => bytes[i] === byte);
    return JSON.parse(new TextDecoder().decode(isPacked ? await gunzip(bytes) : bytes)) as Genesis;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ParallelEvmError('BAD_FILE', `${path}: ${reason}`, { field: 'genesis', value: path, cause });
  }
}

/** Sizes of the files together, bytes. */
async function sizeOf(paths: readonly string[]): Promise<number> {
  try {
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch (cause) {
    throw new ParallelEvmError('BAD_FILE', errorText(cause), { field: 'file', cause });
  }
}

function jsonLine({ number, hash, hardfork, transactionCount, invalid, result }: ImportResult, ms: number): string {
  const gasUsed = result === undefined ? undefined : Number(result.gasUsed);
  const head = { number: number === undefined ? undefined : Number(number), hash, hardfork, txs: transactionCount };
  return JSON.stringify({ ...head, gasUsed, ok: invalid === undefined, ms, invalid });
}

const textOf = ({ field, must, got }: Refusal): string =>
  must === undefined ? '' : ` ("${field}" must be ${must}, got ${got})`;

/** Why a block was refused. */
function problemOf({ number, invalid }: ImportResult): string {
  if (invalid === undefined) return '';
  const where = invalid.txIndex < 0 ? 'is invalid' : `has an invalid transaction ${invalid.txIndex}`;
  return `block ${number ?? '?'} ${where}: ${invalid.code}: ${invalid.reason}${textOf(invalid)}`;
}

const COLUMNS = ['fork', 'blocks', 'txs', 'Mgas', 'ms', 'Mgas/s'];
const mgas = (gas: bigint): number => Number(gas) / 1e6;

function tableText(stretches: readonly Stretch[]): string {
  const aligns = COLUMNS.map((name) => (name === 'fork' ? 'left' : 'right'));
  // Without colours: the same text goes to terminals, logs and files.
  const table = new Table({ head: COLUMNS, colAligns: aligns, style: { head: [], border: [], compact: true } });
  for (const { hardfork, first, last, txs, gas, ms } of stretches) {
    const rate = ms > 0 ? (mgas(gas) / (ms / 1000)).toFixed(1) : '-';
    const blocks = first === last ? `${first}` : `${first} to ${last}`;
    table.push([hardfork, blocks, String(txs), mgas(gas).toFixed(2), ms.toFixed(1), rate]);
  }
  return table.toString();
}

/** A block that was handed in. */
interface Pending {
  result: Promise<ImportResult>;
  hash: string | undefined;
  since: number;
}

/**
 * An import over its files: what it has come to. A block is handed in while the one before executes, so that the chain
 * decodes it early; but only on top of that one, since none may be taken behind one that is refused.
 */
class Import {
  readonly #chain: Chain;
  readonly #options: ImportOptions;
  readonly #output: Output;
  readonly #progress: Progress;
  readonly stretches: Stretch[] = [];
  /** Handed in last; what became of it is not told yet. */
  #pending: Pending | undefined;
  #isRefused = false;
  /** When the newest result came. */
  #told = 0;

  constructor(chain: Chain, options: ImportOptions, output: Output, progress: Progress) {
    this.#chain = chain;
    this.#options = options;
    this.#output = output;
    this.#progress = progress;
  }

  /** A block that the chain has already is passed over: exports begin with the genesis block. */
  async #block(rlp: Uint8Array): Promise<void> {
    const before = this.#pending;
    const header = unlessRefused(() => openBlock(rlp).header);
    if (header?.hash === (before?.hash ?? this.#chain.head.hash)) return;
    const isNext = header !== undefined && hexOf(header.parentHash) === before?.hash;
    if (!isNext) await this.#settle(before);
    if (this.#isRefused) return;
    const result = this.#chain.importBlock(rlp);
    result.catch(() => {}); // told when it is settled, if it comes to that
    this.#pending = { result, hash: header?.hash, since: performance.now() };
    if (isNext) await this.#settle(before);
  }

  /** Waits for a block that was handed in, and tells what became of it. Nothing that comes behind one that was refused counts. */
  async #settle(pending: Pending | undefined): Promise<void> {
    if (pending === undefined || this.#isRefused) return;
    const result = await pending.result;
    const now = performance.now();
    const ms = now - Math.max(pending.since, this.#told);
    this.#told = now;
    if (this.#options.json) this.#output.out(jsonLine(result, ms));
    this.#isRefused = result.invalid !== undefined;
    if (this.#isRefused) {
      this.#output.err(`parallel-evm: ${problemOf(result)}`);
      return;
    }
    this.#note(result, ms);
    this.#progress.note(`block ${result.number}`);
  }

  #note({ hardfork = '', number = 0n, transactionCount = 0, result }: ImportResult, ms: number): void {
    let stretch = this.stretches.at(-1);
    if (stretch?.hardfork !== hardfork) {
      stretch = { hardfork, first: number, last: number, txs: 0, gas: 0n, ms: 0 };
      this.stretches.push(stretch);
    }
    stretch.last = number;
    stretch.txs += transactionCount;
    stretch.gas += result?.gasUsed ?? 0n;
    stretch.ms += ms;
  }

  /** The blocks of the files. Those before a fault of a file are settled before the fault is told. */
  async *#blocks(paths: readonly string[]): AsyncGenerator<Uint8Array> {
    try {
      for (const path of paths) yield* blocksIn(path, (bytes) => this.#progress.advance(bytes));
    } catch (fault) {
      await this.#settle(this.#pending);
      if (!this.#isRefused) throw fault;
    }
  }

  /** All blocks of all files, up to the first that is refused. */
  async all(paths: readonly string[]): Promise<number> {
    for await (const rlp of this.#blocks(paths)) {
      await this.#block(rlp);
      if (this.#isRefused) return EXIT.MISMATCH;
    }
    await this.#settle(this.#pending);
    return this.#isRefused ? EXIT.MISMATCH : EXIT.OK;
  }

  report(): void {
    if (this.#options.json) return;
    if (this.stretches.length > 0) this.#output.out(tableText(this.stretches));
    const { number, hash, stateRoot } = this.#chain.head;
    this.#output.out(`head: block ${number}, hash ${hash}, state root ${stateRoot}`);
  }
}

async function importInto(
  chain: Chain,
  paths: readonly string[],
  options: ImportOptions,
  output: Output,
): Promise<number> {
  const bytes = await sizeOf(paths);
  const progress = startProgress(bytes, output.isTerminal && !options.json, 'bytes');
  const run = new Import(chain, options, output, progress);
  try {
    return await run.all(paths);
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    const isRefused = error instanceof ParallelEvmError && error.code === 'UNKNOWN_PARENT';
    return isRefused ? EXIT.MISMATCH : EXIT.BAD_INPUT;
  } finally {
    progress.stop();
    run.report();
  }
}

/** Imports the blocks in the files and gives the exit code. Errors are told on `output`, none is thrown. */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
  { createChain, createEngine }: ImportLibrary,
  output: Output,
): Promise<number> {
  try {
    const genesis = await readGenesis(options.genesis);
    const slots = options.slots === undefined ? {} : { slots: options.slots };
    const engineOptions: EngineOptions = { ...slots, ...policyOptions(options) };
    const engine = await createEngine(engineOptions);
    try {
      return await importInto(await createChain({ engine, genesis }), paths, options, output);
    } finally {
      await engine.close();
    }
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    return EXIT.BAD_INPUT;
  }
}
