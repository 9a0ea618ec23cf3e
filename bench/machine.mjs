/** What a measurement depends on beside the code: machine, runtime, commit and compiler flags. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

const ROOT = new URL('../', import.meta.url);

/** @param {string[]} args @returns {string | undefined} undefined outside of a repository */
function git(...args) {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** @param {string} name @returns {any} */
const json = (name) => JSON.parse(readFileSync(new URL(name, ROOT), 'utf8'));

export function circumstances() {
  const { options, targets } = json('asconfig.json');
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    hasLocalChanges: git('status', '--porcelain', '--untracked-files=no') !== '',
    machine: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
    /** Processes that wanted to run in the last minute; well above 1 means that others were measured too. */
    load: loadavg()[0],
    node: process.version,
    v8: process.versions.v8,
    reference: `@ethereumjs/vm ${json('node_modules/@ethereumjs/vm/package.json').version}`,
    compiler: { asc: json('node_modules/assemblyscript/package.json').version, ...options, ...targets.release },
  };
}
