/**
 * Checks the models of the shared-memory protocol with SPIN (npm run model): a line per row with what it is about, the
 * states searched and whether it came out as it must, and as the last line `N passed, N failed`.
 *
 *   --only REGEX   rows whose name matches      --jobs N   searches at once, at most MEMORY_MB each; 2 unless given
 *   --trail NAME   the shortest error of a row that breaks, step by step
 *
 * Exit code 1 if a row comes out otherwise or is not searched to its end, 2 if spin or gcc is missing.
 */
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { checkNames } from './names.mjs';
import { ROWS } from './rows.mjs';

/** @typedef {import('./rows.mjs').Row} Row */
/** @typedef {{ found: 'holds' | 'breaks' | 'unfinished', states: number, megabytes: number, seconds: number, error: string }} Search */

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const MEMORY_MB = 1200;
const SECONDS = 300;
const DEPTH = '-m200000';
const run = promisify(execFile);

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, jobs: { type: 'string', default: '2' }, trail: { type: 'string' } },
});

for (const [tool, flag] of [
  ['spin', '-V'],
  ['gcc', '--version'],
])
  if (spawnSync(/** @type {string} */ (tool), [/** @type {string} */ (flag)]).status !== 0) {
    console.error(`npm run model needs ${tool}, which is not installed (Debian: apt-get install spin gcc)`);
    process.exit(2);
  }

const build = mkdtempSync(join(tmpdir(), 'model-'));
process.once('exit', () => rmSync(build, { recursive: true, force: true }));

/** Builds the checker of a row in a folder of its own. @param {Row} row @param {string[]} settings */
async function compile({ name, model, flags }, settings) {
  const cwd = join(build, name);
  mkdirSync(cwd);
  copyFileSync(join(FOLDER, model), join(cwd, model));
  await run('spin', ['-a', ...flags, model], { cwd });
  await run('gcc', ['-O2', '-w', `-DMEMLIM=${MEMORY_MB}`, ...settings, '-o', 'pan', 'pan.c'], { cwd });
  return cwd;
}

/** @param {string} text of the checker @returns {Search} */
function readSearch(text) {
  const number = (/** @type {RegExp} */ pattern) => Number(pattern.exec(text)?.[1] ?? 0);
  const isPartial = /MEMLIM bound|out of memory|max search depth too small|not completed/i.test(text);
  const isClean = /errors: 0/.test(text) && !isPartial;
  return {
    found: isClean ? 'holds' : /errors: [1-9]/.test(text) ? 'breaks' : 'unfinished',
    states: number(/(\d+) states, stored/),
    megabytes: Math.round(number(/([\d.]+)\s+total actual memory usage/)),
    seconds: number(/elapsed time ([\d.]+) seconds/),
    error: /^pan:1: (.*?)(?: \(at depth.*)?$/m.exec(text)?.[1] ?? '',
  };
}

/** @param {Row} row @returns {Promise<Search>} */
async function search(row) {
  const [setting, ...args] = row.search === 'ends' ? ['-DNP', '-l'] : ['-DSAFETY'];
  const cwd = await compile(row, ['-DCOLLAPSE', /** @type {string} */ (setting)]);
  const found = await run('./pan', [...args, DEPTH, '-w22'], { cwd, timeout: SECONDS * 1000 }).catch((error) => {
    if (error.killed) return { stdout: '' };
    throw error;
  });
  rmSync(cwd, { recursive: true });
  return readSearch(found.stdout);
}

let passed = 0;
let failed = 0;

/** @param {string} name @param {string} what @param {boolean} isRight @param {string} [detail] */
function report(name, what, isRight, detail = '') {
  if (isRight) passed++;
  else failed++;
  console.log(`${isRight ? 'ok    ' : 'FAILED'} ${name.padEnd(20)} ${detail}${what}`);
}

/** @param {Row} row */
async function check(row) {
  const { found, states, megabytes, seconds, error } = await search(row);
  const isRight = found === (row.holds ? 'holds' : 'breaks');
  const numbers = `${String(states).padStart(9)} states ${String(megabytes).padStart(4)} MB ${seconds.toFixed(1).padStart(5)} s`;
  const told = row.holds ? row.what : `left out: ${row.what}`;
  const outcome = found === 'breaks' ? `error: ${error.slice(0, 60)}` : found;
  report(row.name, `${told} → ${outcome}`, isRight, `${numbers}  `);
}

/** Draws rows until there is none. @param {Iterator<Row>} rows */
async function work(rows) {
  for (let next = rows.next(); !next.done; next = rows.next()) await check(next.value);
}

/** @param {string} name */
async function printTrail(name) {
  const row = ROWS.find((each) => each.name === name);
  if (row === undefined) throw new Error(`--trail must name a row, got ${name}`);
  const cwd = await compile(row, ['-DBFS', '-DSAFETY']);
  await run('./pan', [DEPTH], { cwd });
  const { stdout } = await run('spin', ['-t', '-p', '-g', ...row.flags, row.model], { cwd, maxBuffer: 2 ** 26 });
  console.log(stdout);
}

if (options.trail !== undefined) await printTrail(options.trail);
else {
  const only = new RegExp(options.only ?? '');
  for (const model of readdirSync(FOLDER).filter((file) => file.endsWith('.pml') && only.test(file))) {
    const { named, missing } = checkNames(readFileSync(join(FOLDER, model), 'utf8'));
    report(
      model,
      `names ${named} functions of the source${missing.map((name) => `; missing: ${name}`)}`,
      missing.length === 0,
    );
  }
  const rows = ROWS.filter(({ name }) => only.test(name)).values();
  await Promise.all(Array.from({ length: Number(options.jobs) }, () => work(rows)));
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
