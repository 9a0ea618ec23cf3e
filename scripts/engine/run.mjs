/**
 * `npm run test:engine -- [--share NAME] [--filter TEXT] [--engine TEXT] [--seed TEXT] [--repeats N] [--jobs N]`
 *
 * The equivalence matrix: every scenario on each of its forks, on every row of the table of engines, against the oracle and
 * one slot; blocks of the showcase's generator; then the fixtures and, where it is there, a sample of the corpus, against
 * their headers. A case is a scenario on a fork on an engine. Shares are the forks, `towns` and `files`; each is a process of
 * its own, so many at once as there are cores.
 * Prints a line for each failure and, last, `N passed, N failed`. Exit code 1: something failed; 2: nothing to do.
 */
import { fork as forkProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engineRows } from './engines.mjs';
import { files } from './files.mjs';
import { FORKS } from './forks.mjs';
import { runMatrix, subjectsOf, Tally } from './matrix.mjs';
import { caseOf, places } from './scenarios.mjs';
import { TOWNS, townOf } from './towns.mjs';

const { values } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    share: { type: 'string' },
    engine: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '2' },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});

/** The newest forks have most scenarios, and come first. */
const SHARES = [...FORKS.toReversed(), 'towns', 'files'];

/** @param {string} share @returns {{ name: string, build: () => any }[]} the cases that are built and asked the oracle about */
function plansOf(share) {
  if (share === 'towns')
    return TOWNS.map((town) => ({
      name: `town of ${town.mix} (${town.fork})`,
      build: () => townOf(town, values.seed),
    }));
  return places()
    .filter(({ fork }) => fork === share)
    .map((place) => ({
      name: `${place.scenario.name} (${place.fork}) ${place.scenario.edge ?? ''}`.trim(),
      build: () => caseOf(place, values.seed),
    }));
}

/** One share in this process. @param {string} share a fork, or the files @param {Tally} tally */
async function runShare(share, tally) {
  const isNamed = (/** @type {string} */ name) => name.includes(values.filter);
  const plans = plansOf(share).filter(({ name }) => isNamed(name));
  const cases = {
    subjects: await subjectsOf(plans, values.seed, tally),
    files: share === 'files' ? files().filter(({ name }) => isNamed(name)) : [],
  };
  const rows = engineRows().filter(({ name }) => name.includes(values.engine));
  if (cases.subjects.length + cases.files.length === 0) return;
  await runMatrix(cases, rows, { seed: values.seed, repeats: Number(values.repeats) }, tally);
}

/** One share in a process of its own. @param {string} share @param {Tally} tally */
async function spawnShare(share, tally) {
  const child = forkProcess(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--share', share]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  /** @type {Tally | undefined} */
  let told;
  child.once('message', (/** @type {any} */ message) => {
    told = message;
  });
  await ended;
  tally.passed += told?.passed ?? 0;
  tally.failed += told?.failed ?? 0;
  if (told === undefined) tally.record(`the process of ${share}`, 'it ended early');
}

/** @param {Tally} tally */
async function spawnAll(tally) {
  const queue = [...SHARES];
  const worker = async () => {
    for (let share = queue.shift(); share !== undefined; share = queue.shift()) await spawnShare(share, tally);
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
}

const tally = new Tally();
if (values.share === undefined) await spawnAll(tally);
else await runShare(values.share, tally);

if (process.send === undefined) console.log(`${tally.passed} passed, ${tally.failed} failed`);
else await new Promise((resolve) => process.send?.({ ...tally }, resolve));
process.exit(tally.failed > 0 ? 1 : tally.passed === 0 ? 2 : 0); // an engine that hung would keep the process alive
