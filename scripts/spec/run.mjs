/**
 * Runs the official suites (npm run test:spec): state, VM, transaction, RLP, trie and basic tests, spread over processes
 * with one engine each. A line for each failure, and as the last line `N passed, N failed`; exit code 1 on failure.
 *
 *   --suite NAME     one of SUITES; repeatable      --fork NAME    as the suites call it (Cancun)
 *   --filter REGEX   on file, test, fork and index  --jobs N       processes; the number of cores unless given
 *   --sample N       so many cases only, drawn with --seed S (random and printed unless given)
 *   --slots N        slots of each engine; 1 unless given. At several, transactions are executed ahead of their turn and
 *                    then confirmed, and how many were is told
 *   --execution PATH wasm or typescript; wasm unless given
 *   --record         writes the counts of a whole run to bench/results/spec.json
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { recordCheck, recordFault } from '../checks/record.mjs';
import { casesOf, SUITES } from './cases.mjs';
import { checkSuites, runSuites } from './jobs.mjs';

const { values: options, tokens } = parseArgs({
  tokens: true,
  options: {
    suite: { type: 'string', multiple: true, default: SUITES },
    fork: { type: 'string' },
    filter: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    slots: { type: 'string', default: '1' },
    execution: { type: 'string', default: 'wasm' },
    record: { type: 'boolean', default: false },
    sample: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
});

/** Cases of up to a minute each, BLAKE2F with 2^32 - 1 rounds. */
const SLOW = /\/stTimeConsuming\//;

checkSuites(options.suite, SUITES);
const unfit = recordFault(tokens);
if (unfit !== undefined) throw new Error(unfit);
const { passed, failed, counts } = await runSuites({
  suites: options.suite,
  casesOf,
  job: new URL('./job.mjs', import.meta.url),
  args: [options.slots, options.execution],
  jobs: Number(options.jobs),
  ...(options.fork !== undefined && { fork: options.fork }),
  ...(options.filter !== undefined && { filter: options.filter }),
  ...(options.sample !== undefined && { sample: Number(options.sample) }),
  seed: options.seed,
  isSlow: (path) => SLOW.test(path),
});
const { ranAhead = 0, transactions = 0 } = counts;
const isAhead = Number(options.slots) > 1;
if (isAhead)
  console.log(`${ranAhead} of ${transactions} valid transactions were confirmed as executed ahead of their turn`);
if (options.record) recordCheck('spec', { passed, failed });
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0 || (isAhead && ranAhead === 0)) process.exitCode = 1;
