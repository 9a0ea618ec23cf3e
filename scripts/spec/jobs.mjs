/**
 * Spreads the cases of suites over processes, each with an engine of its own (`job.mjs` of who asks): all of them, those that
 * a filter chooses, or a sample. A job is told of a file and the places of cases in it, and answers with what failed.
 */
import { fork } from 'node:child_process';
import { Random } from '../showcase/random.mjs';
import { readSuite } from './suites.mjs';

/** @typedef {{ test: string, fork: string, index: string }} CaseName */
/** @typedef {{ suite: string, path: string, body: string, places: number[] }} Work */
/** @typedef {CaseName & { difference: string }} Failure */
/** @typedef {{ failures: Failure[] } & Record<string, number>} Answer beside failures: counts, which are added up */

/**
 * @typedef {object} Run
 * @property {readonly string[]} suites
 * @property {(path: string, body: string) => CaseName[]} casesOf
 * @property {URL} job
 * @property {string[]} [args] of the job
 * @property {number} jobs processes
 * @property {string} [fork] @property {string} [filter] a regular expression
 * @property {number} [sample] @property {string} seed
 * @property {(path: string) => boolean} [isSlow] whether several jobs share such a file
 */

/**
 * The chosen ones, each with its place in the file.
 * @param {CaseName[]} cases @param {Pick<Run, 'fork' | 'filter'>} options
 * @param {string} path
 * @returns {number[]}
 */
function chosen(cases, { fork, filter }, path) {
  const pattern = filter === undefined ? undefined : new RegExp(filter);
  return cases.flatMap((each, place) => {
    const name = `${path} ${each.test} ${each.fork} ${each.index}`;
    const fits = (fork === undefined || each.fork === fork) && (pattern === undefined || pattern.test(name));
    return fits ? [place] : [];
  });
}

/** All files with the places of their chosen cases. @param {Run} run @returns {AsyncGenerator<Work>} */
async function* allWork(run) {
  for (const suite of run.suites) {
    for await (const { path, body } of readSuite(suite)) {
      const places = chosen(run.casesOf(path, body), run, path);
      const shares = run.isSlow?.(path) ? places.map((place) => [place]) : [places];
      for (const share of shares) if (share.length > 0) yield { suite, path, body, places: share };
    }
  }
}

/** A uniform draw of `count` cases (reservoir sampling). @param {Run} run @param {number} count @returns {AsyncGenerator<Work>} */
async function* sampledWork(run, count) {
  const random = new Random(run.seed);
  /** @type {{ work: Work, place: number }[]} */
  const drawn = [];
  let seen = 0;
  for await (const work of allWork(run)) {
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

/** Works until there is no more. @param {Run} run @param {AsyncIterable<Work>} queue @param {(work: Work, answer: Answer) => void} record */
async function runJob({ job, args = [] }, queue, record) {
  const child = fork(job, args, { serialization: 'advanced' });
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
    record(work, /** @type {Answer} */ (await answer));
  }
  child.disconnect();
}

/** Lets several loops draw from one generator without ending it. @param {AsyncGenerator<Work>} work @returns {AsyncIterable<Work>} */
const shared = (work) => ({ [Symbol.asyncIterator]: () => ({ next: () => work.next() }) });

/**
 * Runs them, with a line for each failure.
 * @param {Run} run
 * @returns {Promise<{ passed: number, failed: number, counts: Record<string, number> }>} counts: what the answers add up to
 */
export async function runSuites(run) {
  let [passed, failed] = [0, 0];
  /** @type {Record<string, number>} */
  const counts = {};
  /** @param {Work} work @param {Answer} answer */
  const record = ({ suite, path, places }, { failures, ...more }) => {
    for (const [name, count] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + count;
    passed += places.length - failures.length;
    failed += failures.length;
    for (const { test, fork, index, difference } of failures)
      console.log(`FAILED ${suite} ${path} ${test} ${fork} ${index}: ${difference}`);
  };
  if (run.sample !== undefined) console.log(`seed ${run.seed}`);
  const queue = shared(run.sample === undefined ? allWork(run) : sampledWork(run, run.sample));
  await Promise.all(Array.from({ length: run.jobs }, () => runJob(run, queue, record)));
  return { passed, failed, counts };
}

/** @param {readonly string[]} wanted @param {readonly string[]} suites @throws Error for a suite that is none */
export function checkSuites(wanted, suites) {
  for (const suite of wanted)
    if (!suites.includes(suite)) throw new Error(`--suite must be one of ${suites.join(', ')}, got ${suite}`);
}

/** In a job: runs the cases of what it is told, and answers. @param {(path: string, body: string, places: number[]) => Promise<Answer>} answer */
export function serve(answer) {
  process.on('message', async (/** @type {Omit<Work, 'suite'>} */ { path, body, places }) => {
    process.send?.(await answer(path, body, places));
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ ready: true });
}

/**
 * What failed of the cases at those places.
 * @param {(CaseName & { run(engine: any): Promise<string | undefined> })[]} cases @param {number[]} places @param {any} engine
 * @param {string} path
 * @returns {Promise<Failure[]>}
 */
export async function failuresOf(cases, places, engine, path) {
  const failures = [];
  for (const place of places) {
    const each = cases[place];
    if (each === undefined) throw new Error(`${path} has no case ${place}`);
    const difference = await each.run(engine).catch((error) => `threw ${error.stack ?? error}`);
    if (difference !== undefined)
      failures.push({ test: each.test, fork: each.fork, index: each.index, difference: difference.slice(0, 2000) });
  }
  return failures;
}
