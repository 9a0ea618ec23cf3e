// `parallel-evm import`: blocks of an export on top of a genesis block, in memory. It ends with the first block that cannot be
// taken, since none after it could be.
import { stat } from 'node:fs/promises';
import Table from 'cli-table3';
import { gunzip, readBytes } from '#files';
import { ParallelEvmError, unlessRefused } from '../errors.ts';
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

/** What became of a block that was handed in. */
type Outcome = { result: ImportResult } | { error: unknown };

/** An import over its files: what it has come to. While a block is executed, the one behind it waits in the chain already. */
class Import {
  readonly #chain: Chain;
  readonly #options: ImportOptions;
  readonly #output: Output;
  readonly stretches: Stretch[] = [];
  /** Hash of the newest block that was handed in. */
  #newest: string | undefined;
  #since: number = performance.now();

  constructor(chain: Chain, options: ImportOptions, output: Output) {
    this.#chain = chain;
    this.#options = options;
    this.#output = output;
    this.#newest = chain.head.hash;
  }

  /** Undefined for the block that the chain has already: exports begin with the genesis block. */
  #handIn(rlp: Uint8Array): Promise<Outcome> | undefined {
    const hash = unlessRefused(() => openBlock(rlp).header.hash);
    if (hash !== undefined && hash === this.#newest) return undefined;
    this.#newest = hash;
    return this.#chain.importBlock(rlp).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
  }

  /** False where the block was refused. */
  #take(outcome: Outcome, progress: Progress): boolean {
    if ('error' in outcome) throw outcome.error;
    const { result } = outcome;
    const now = performance.now();
    const ms = now - this.#since;
    this.#since = now;
    if (this.#options.json) this.#output.out(jsonLine(result, ms));
    if (result.invalid !== undefined) {
      this.#output.err(`parallel-evm: ${problemOf(result)}`);
      return false;
    }
    this.#note(result, ms);
    progress.note(`block ${result.number}`);
    return true;
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

  /** All blocks of all files, up to the first that is refused. What waits behind that one has no parent then. */
  async all(paths: readonly string[], progress: Progress): Promise<number> {
    let waiting: Promise<Outcome> | undefined;
    const takeWaiting = async (): Promise<boolean> => {
      const outcome = await waiting;
      waiting = undefined;
      return outcome === undefined || this.#take(outcome, progress);
    };
    try {
      for (const path of paths) {
        for await (const rlp of blocksIn(path, (bytes) => progress.advance(bytes))) {
          const next = this.#handIn(rlp);
          if (next === undefined) continue;
          const isTaken = await takeWaiting();
          if (isTaken) waiting = next;
          else await next;
          if (!isTaken) return EXIT.MISMATCH;
        }
      }
    } catch (error) {
      await takeWaiting(); // what could be read is imported
      throw error;
    }
    return (await takeWaiting()) ? EXIT.OK : EXIT.MISMATCH;
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
  const run = new Import(chain, options, output);
  try {
    return await run.all(paths, progress);
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
