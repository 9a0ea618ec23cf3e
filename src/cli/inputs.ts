// Which files the arguments of `run` mean.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ParallelEvmError } from '../errors.ts';

const BLOCK_FILE = /\.json(\.gz)?$/;

/** The block that is shipped with the package, beside package.json. */
export const SHOWCASE: string = fileURLToPath(new URL('../../../showcase/block.json.gz', import.meta.url));

/** The number that a name begins with; names without one come last. */
const numberIn = (name: string): number => (/^\d/.test(name) ? Number.parseInt(name, 10) : Number.POSITIVE_INFINITY);

function byNumberThenName(a: string, b: string): number {
  return numberIn(a) - numberIn(b) || (a < b ? -1 : 1);
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => BLOCK_FILE.test(name)).sort(byNumberThenName);
  if (names.length === 0) throw new ParallelEvmError('BAD_FILE', `no block files (*.json, *.json.gz) in ${folder}`);
  return names.map((name) => join(folder, name));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ParallelEvmError('BAD_FILE', `cannot read ${path}: ${reason}`, { cause });
  }
}

/**
 * Files as they are, folders as the block files in them by number; the showcase where there are no arguments.
 * @throws BAD_FILE for a path that is not there and for a folder without block files.
 */
export async function blockFilesOf(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [SHOWCASE];
  const files: string[] = [];
  for (const path of paths) files.push(...((await isFolder(path)) ? await filesIn(path) : [path]));
  return files;
}
