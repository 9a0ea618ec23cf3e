/**
 * Random transactions on `parallel-evm` and on `@ethereumjs/vm` (npm run fuzz:evm). A line for each disagreement, then the
 * counts of what was reached; exit code 1 on a disagreement.
 *
 *   --count N   cases, one transaction each; 20,000 unless given       --seed S    random and printed unless given
 *   --only K    case K alone, cut down if it fails                     --jobs N    processes; the number of cores
 *   --max N     stop after so many failures; 20 unless given           --out FILE  write the counts as JSON
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Fuzzer } from './fuzzer.mjs';
import { runJobs } from './jobs.mjs';
import { summary, tables } from './summary.mjs';
import { PER_WORLD } from './world.mjs';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    only: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    max: { type: 'string', default: '20' },
    out: { type: 'string' },
  },
});
const { seed } = options;

/** @param {import('./jobs.mjs').Found} found */
const report = ({ caseNumber, difference }) => console.log(`FAILED --seed ${seed} --only ${caseNumber}: ${difference}`);

async function replay(/** @type {number} */ caseNumber) {
  const fuzzer = await Fuzzer.start(seed);
  const found = await fuzzer.replay(caseNumber);
  await fuzzer.close();
  if (found === undefined) return console.log(`case ${caseNumber} of seed ${seed} holds`);
  report(found);
  console.log(found.shrunk);
  process.exitCode = 1;
}

/** The commit that was tested, with a mark if the tree differed from it. */
function commit() {
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  return (
    git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+')
  );
}

async function runAll() {
  console.log(`seed ${seed}`);
  const worlds = Math.ceil(Number(options.count) / PER_WORLD);
  const started = performance.now();
  let reported = 0;
  const result = await runJobs(
    { seed, worlds, jobs: Number(options.jobs), maxFailures: Number(options.max) },
    (cases, found) => {
      for (const each of found) report(each);
      if (cases - reported < 20_000) return;
      reported = cases;
      console.log(`${cases} cases, ${Math.round((performance.now() - started) / 1000)} s`);
    },
  );
  for (const line of tables(result)) console.log(line);
  console.log(
    `${result.cases} cases, ${result.found.length} failed, ${result.cpuSeconds.toFixed(0)} CPU seconds (seed ${seed})`,
  );
  if (options.out !== undefined) {
    const facts = { seed, commit: commit(), date: new Date().toISOString().slice(0, 10), ...summary(result) };
    const lines = Object.entries(facts).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`);
    writeFileSync(options.out, `{\n${lines.join(',\n')}\n}\n`);
  }
  if (result.found.length > 0) process.exitCode = 1;
}

await (options.only === undefined ? runAll() : replay(Number(options.only)));
