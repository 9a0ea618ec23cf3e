/** Where the suites lie: packed (`suites/<name>.tar.gz`) or unpacked (`suites/<name>/`) in the corpus. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodingOf, readTarGz } from './tar.mjs';

const DEFAULT = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

/** @param {string} folder @returns {AsyncGenerator<{ path: string, body: string }>} */
async function* readFolder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    yield { path: relative(folder, file).split(sep).join('/'), body: await readFile(file, encodingOf(file)) };
  }
}

/** The files of a suite. @param {string} name @returns {AsyncGenerator<{ path: string, body: string }>} */
export function readSuite(name) {
  const at = join(process.env.PARALLEL_EVM_CORPUS ?? DEFAULT, 'suites', name);
  if (existsSync(`${at}.tar.gz`)) return readTarGz(`${at}.tar.gz`);
  if (existsSync(at)) return readFolder(at);
  throw new Error(`neither ${at}.tar.gz nor ${at} is there: PARALLEL_EVM_CORPUS names the folder of the corpus`);
}
