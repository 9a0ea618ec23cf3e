// What the commands that execute blocks share: the library as they use it, an engine for the chain at hand, exit codes.
import { writeFile } from 'node:fs/promises';
import { chainOf } from '../block/file-chain.ts';
import { ParallelEvmError } from '../errors.ts';
import type { BlockFile, createEngine, Engine, EngineOptions, readBlockFile } from '../index.ts';

/** Every block matches its header; one does not; an input could not be executed. */
export const EXIT = { OK: 0, MISMATCH: 1, BAD_INPUT: 2 } as const;

/** The functions of the library that are used here. */
export interface Library {
  createEngine: typeof createEngine;
  readBlockFile: typeof readBlockFile;
}

export interface Output {
  out(line: string): void;
  err(line: string): void;
  /** Whether a progress bar may be drawn. */
  isTerminal: boolean;
}

/** The text for an error: its code and message, never its stack. */
export function errorText(error: unknown): string {
  if (error instanceof ParallelEvmError) return `${error.code}: ${error.message}`;
  return `INTERNAL: ${error instanceof Error ? error.message : String(error)}`;
}

/** The engine for the chain at hand: created when the first file needs it, kept while the files stay on that chain. */
export class ChainEngine {
  #key = '';
  #engine: Engine | undefined;
  readonly #library: Library;
  readonly #options: EngineOptions;

  constructor(library: Library, options: EngineOptions) {
    this.#library = library;
    this.#options = options;
  }

  async for(file: BlockFile): Promise<Engine> {
    const { key, common } = chainOf(file);
    if (this.#engine !== undefined && this.#key === key) return this.#engine;
    await this.close();
    this.#engine = await this.#library.createEngine({ common, ...this.#options });
    this.#key = key;
    return this.#engine;
  }

  async close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.close();
  }
}

/** Writes a file that option `field` names. @throws BAD_ARGUMENT */
export async function writeText(path: string, field: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ParallelEvmError('BAD_ARGUMENT', `cannot write ${path}: ${reason}`, { field, cause });
  }
}
