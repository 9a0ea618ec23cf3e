// The folder that blocks are captured into: `NUMBER.json.gz` for whole ones, `NUMBER.partial` for those that are
// under way. A file has its name only when all of it is there: it is written under another one and then renamed.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ParallelEvmError } from '../errors.ts';
import { type BlockFile, readBlockFile } from '../index.ts';

/** A folder cannot be written; told as a bad argument, since that is what the user can change. */
async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ParallelEvmError('BAD_ARGUMENT', `cannot write ${path}: ${reason}`, { field: 'output', cause });
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The file, or undefined where there is none that can be used: it will be captured again. */
async function readable(path: string): Promise<BlockFile | undefined> {
  try {
    return await readBlockFile(path);
  } catch (error) {
    if (error instanceof ParallelEvmError && error.code === 'BAD_FILE') return undefined;
    throw error;
  }
}

export class BlockStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  open(): Promise<void> {
    return writing(this.#folder, async () => {
      await mkdir(this.#folder, { recursive: true });
    });
  }

  pathOf(number: number): string {
    return join(this.#folder, `${number}.json.gz`);
  }

  /** What was captured before. */
  whole(number: number): Promise<BlockFile | undefined> {
    return readable(this.pathOf(number));
  }

  /** What an interrupted capture has left. */
  partial(number: number): Promise<BlockFile | undefined> {
    return readable(this.#partialPath(number));
  }

  savePartial(file: BlockFile): Promise<void> {
    const path = this.#partialPath(file.number);
    return writing(path, async () => {
      await writeSynced(`${path}.new`, JSON.stringify(file.raw));
      await rename(`${path}.new`, path);
    });
  }

  /**
   * Writes the file, reads it back, has it checked, and only then gives it its name. Returns its bytes.
   * @throws what `check` throws; the folder is then as before
   */
  async save(file: BlockFile, check: (written: BlockFile) => Promise<void>): Promise<number> {
    const path = this.pathOf(file.number);
    const content = gzipSync(JSON.stringify(file.raw), { level: 9 });
    await writing(path, () => writeSynced(`${path}.new`, content));
    try {
      await check(await readBlockFile(`${path}.new`));
      await writing(path, () => rename(`${path}.new`, path));
    } catch (error) {
      await rm(`${path}.new`, { force: true });
      throw error;
    }
    await rm(this.#partialPath(file.number), { force: true });
    return content.length;
  }

  #partialPath(number: number): string {
    return join(this.#folder, `${number}.partial`);
  }
}
