/**
 * Runs the official blockchain tests (npm run test:blockchain) through chains in memory, spread over processes. A line for
 * each failure, and as the last line `N passed, N failed`; exit code 1 on failure.
 *
 *   --suite NAME     one of SUITES; repeatable      --fork NAME    as the suites call it (Cancun)
 *   --filter REGEX   on file, test, fork and slots  --jobs N       processes; the number of cores unless given
 *   --sample N       so many cases only, drawn with --seed S (random and printed unless given)
 *   --slots N        1 or 2: at that count only; each case runs at both unless given
 *   --record         writes the counts of a whole run to bench/results/blockchain.json
 *
 * Tests that are not run are named with the reason.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { recordCheck, recordFault } from '../checks/record.mjs';
import { checkSuites, runSuites } from '../spec/jobs.mjs';
import { casesOf, exceptionOf, SUITES } from './cases.mjs';
import { SLOTS } from './slots.mjs';

const { values: options, tokens } = parseArgs({
  tokens: true,
  options: {
    suite: { type: 'string', multiple: true, default: SUITES },
    fork: { type: 'string' },
    filter: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    slots: { type: 'string' },
    sample: { type: 'string' },
    record: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
});

checkSuites(options.suite, SUITES);
const unfit = recordFault(tokens);
if (unfit !== undefined) throw new Error(unfit);
if (options.slots !== undefined && !SLOTS.map(String).includes(options.slots))
  throw new Error(`--slots must be one of ${SLOTS.join(', ')}, got ${options.slots}`);

/** Both have to fit: the slots stand at the end of a case's name. */
const filters = [
  ...(options.filter === undefined ? [] : [`(?=.*(?:${options.filter}))`]),
  ...(options.slots === undefined ? [] : [`(?=.*slots=${options.slots}$)`]),
];

/** Files that are not run, and why. @type {Map<string, string>} */
const exceptions = new Map();

/** @param {string} path @param {string} body */
function namedCases(path, body) {
  const exception = exceptionOf(path);
  if (exception !== undefined) exceptions.set(path, exception);
  return casesOf(path, body);
}

const { passed, failed, counts } = await runSuites({
  suites: options.suite,
  casesOf: namedCases,
  job: new URL('./job.mjs', import.meta.url),
  jobs: Number(options.jobs),
  ...(options.fork !== undefined && { fork: options.fork }),
  filter: filters.join(''),
  ...(options.sample !== undefined && { sample: Number(options.sample) }),
  seed: options.seed,
});
for (const [path, exception] of exceptions) console.log(`not run: ${path}: ${exception}`);
const { blocks = 0, refused = 0 } = counts;
console.log(`${blocks} blocks, ${refused} of them to be refused`);
if (options.record)
  recordCheck('blockchain', { passed, failed, blocks, refused, notRun: Object.fromEntries(exceptions) });
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
