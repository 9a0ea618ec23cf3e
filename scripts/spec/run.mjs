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
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Random } from '../showcase/random.mjs';
import { casesOf, chosen, SUITES } from './cases.mjs';
import { readSuite } from './suites.mjs';

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string', multiple: true, default: SUITES },
    fork: { type: 'string' },
    filter: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    slots: { type: 'string', default: '1' },
    execution: { type: 'string', default: 'wasm' },
    sample: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
});

/** @typedef {{ suite: string, path: string, body: string, places: number[] }} Work */

let passed = 0;
let failed = 0;
let transactions = 0;
let ranAhead = 0;

/**
 * @param {Work} work
 * @param {{ failures: { test: string, fork: string, index: string, difference: string }[], transactions: number, ranAhead: number }} answer
 */
function record({ suite, path, places }, { failures, ...counts }) {
  transactions += counts.transactions;
  ranAhead += counts.ranAhead;
  passed += places.length - failures.length;
  failed += failures.length;
  for (const { test, fork, index, difference } of failures)
    console.log(`FAILED ${suite} ${path} ${test} ${fork} ${index}: ${difference}`);
}

/** Cases of up to a minute each, BLAKE2F with 2^32 - 1 rounds: several jobs share such a file. */
const SLOW = /\/stTimeConsuming\//;

/** @param {number[]} places @param {string} path */
const shares = (places, path) => (SLOW.test(path) ? places.map((place) => [place]) : places.length > 0 ? [places] : []);

/** All files with the places of their chosen cases. @returns {AsyncGenerator<Work>} */
async function* allWork() {
  for (const suite of options.suite) {
    if (!SUITES.includes(suite)) throw new Error(`--suite must be one of ${SUITES.join(', ')}, got ${suite}`);
    for await (const { path, body } of readSuite(suite)) {
      const places = chosen(casesOf(path, body), options, path);
      for (const share of shares(places, path)) yield { suite, path, body, places: share };
    }
  }
}

/** A uniform draw of `count` cases (reservoir sampling). @param {number} count @returns {AsyncGenerator<Work>} */
async function* sampledWork(count) {
  const random = new Random(options.seed);
  /** @type {{ work: Work, place: number }[]} */
  const drawn = [];
  let seen = 0;
  for await (const work of allWork()) {
    for (const place of work.places) {
      const at = seen < count ? seen : random.int(0, seen);
      seen++;
      if (at < count) drawn[at] = { work, place };
    }
  }
  for (const work of new Set(drawn.map((each) => each.work))) {
    const places = drawn.filter((each) => each.work === work).map((each) => each.place);
    yield { ...work, places: places.sort((a, b) => a - b) };
  }
}

/** Works until there is no more. @param {AsyncGenerator<Work>} queue */
async function runJob(queue) {
  const child = fork(new URL('./job.mjs', import.meta.url), [options.slots, options.execution], {
    serialization: 'advanced',
  });
  const ended = new Promise((_, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`a job ended with ${signal ?? code}`)));
    child.once('error', reject);
  });
  ended.catch(() => {}); // whoever waits for an answer sees it
  const message = () => Promise.race([new Promise((resolve) => child.once('message', resolve)), ended]);
  await message();
  for await (const work of queue) {
    const answer = message();
    child.send({ path: work.path, body: work.body, places: work.places });
    record(work, await answer);
  }
  child.disconnect();
}

/** Lets several loops draw from one generator without ending it. @param {AsyncGenerator<Work>} work */
const shared = (work) => ({ [Symbol.asyncIterator]: () => ({ next: () => work.next() }) });

if (options.sample !== undefined) console.log(`seed ${options.seed}`);
const queue = shared(options.sample === undefined ? allWork() : sampledWork(Number(options.sample)));
await Promise.all(Array.from({ length: Number(options.jobs) }, () => runJob(/** @type {any} */ (queue))));
const isAhead = Number(options.slots) > 1;
if (isAhead)
  console.log(`${ranAhead} of ${transactions} valid transactions were confirmed as executed ahead of their turn`);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0 || (isAhead && ranAhead === 0)) process.exitCode = 1;
