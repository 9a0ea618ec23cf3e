/** Where scripts find block files: the corpus. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `PARALLEL_EVM_CORPUS`, else the folder beside the repository. */
export const CORPUS = resolve(ROOT, process.env.PARALLEL_EVM_CORPUS ?? '../shared/corpus');

/** @returns {boolean} */
export const hasCorpus = () => existsSync(join(CORPUS, 'blocks'));

/** @returns {{ number: number, path: string }[]} in ascending order */
export function corpusBlocks() {
  const folder = join(CORPUS, 'blocks');
  return readdirSync(folder)
    .filter((name) => /^\d+\.json\.gz$/.test(name))
    .map((name) => ({ number: Number.parseInt(name, 10), path: join(folder, name) }))
    .sort((a, b) => a.number - b.number);
}

/** @param {string} path of a gzipped block file @returns {any} the parsed JSON, which the oracle takes */
export const readJson = (path) => JSON.parse(gunzipSync(readFileSync(path)).toString());
