/**
 * `npm run soak -- [--minutes 10] [--slots 2] [--seed TEXT] [--round N]`
 *
 * Random chains of blocks on engines with random policies, for as long as said, each compared with one slot: outputs, and
 * the state at the end. The engine is replaced every ROUNDS_PER_ENGINE rounds. Resident memory has to be flat: the median of
 * the last third of the samples may hardly exceed that of the second one; each sample is taken after a garbage collection,
 * since the collector alone gives back a closed engine's memory, and its mood is not what is watched here. A round follows from seed and number alone, so
 * `--round` repeats one that failed. Prints a summary and, last, `N passed, N failed`; exit code 1: something failed.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine } from '../../dist/src/index.js';
import { firstDifference, sentence } from '../../test/oracle/difference.mjs';
import { Random } from '../showcase/random.mjs';
import { blockOf, inTime, outputOf } from './check.mjs';
import { drawRow, YARDSTICK } from './engines.mjs';
import { FORKS } from './forks.mjs';
import { Tally } from './matrix.mjs';
import { randomTown } from './scenarios/random.mjs';
import { Scene } from './scene.mjs';

const ROUNDS_PER_ENGINE = 60;
const SAMPLE_MS = 1000;
/** What the last third may have more than the second one. */
const ALLOWED = { share: 0.04, bytes: 12 * 2 ** 20 };

/** @typedef {import('../../dist/src/index.js').Engine} Engine */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    slots: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    round: { type: 'string' },
  },
});
const slots = Number(values.slots);
const minutes = Number(values.minutes);
if (!Number.isInteger(slots) || slots < 1 || !(minutes > 0)) {
  console.error(`"slots" must be 1, 2, ... and "minutes" positive, got ${values.slots} and ${values.minutes}`);
  process.exit(2);
}

setFlagsFromString('--expose-gc');
/** @type {() => void} */
const collectGarbage = runInNewContext('gc');

const tally = new Tally();
const totals = { blocks: 0, transactions: 0, invalid: 0, redos: 0, engines: 0 };

/** @param {number} round @returns {{ fork: string, files: any[] }} */
function drawChain(round) {
  const random = new Random(`${values.seed}/round/${round}`);
  const fork = random.chance(0.6) ? random.pick(FORKS.slice(-3)) : random.pick(FORKS);
  const scene = new Scene(fork, `${values.seed}/scene/${round}`);
  randomTown(scene, random.pick([5, 20, 60, 60, 150]), random.int(1, 3));
  return { fork, files: scene.files().map(({ file }) => file) };
}

/**
 * Runs a chain, each block `times` times at once, the last time with commit.
 * @param {Engine} engine @param {any[]} files @param {number} times
 */
async function runChain(engine, files, times) {
  const [{ preState, codes }] = files;
  const state = await engine.createState(preState, { codes });
  const outputs = [];
  for (const file of files) {
    const block = await engine.prepare(blockOf(file));
    const { blockHashes } = file;
    const runs = Array.from({ length: times }, (_, i) =>
      engine.runBlock({ block, state, blockHashes, commit: i === times - 1 }),
    );
    const results = await Promise.all(runs);
    totals.redos += results.reduce((sum, { stats }) => sum + stats.redos, 0);
    outputs.push(results.map(outputOf));
    await block.dispose();
    if (results[0].invalid !== undefined) break;
  }
  const after = await state.toJSON();
  await state.dispose();
  return { outputs, after };
}

/** @param {Engine} yardstick @param {Engine} engine @param {any[]} files @returns {Promise<string | undefined>} */
async function faultOfRound(yardstick, engine, files) {
  const expected = await inTime(runChain(yardstick, files, 1));
  const got = await inTime(runChain(engine, files, 3));
  totals.blocks += expected.outputs.length;
  totals.transactions += files.reduce((sum, { transactions }) => sum + transactions.length, 0);
  totals.invalid += expected.outputs.filter(([{ invalid }]) => invalid !== undefined).length;
  for (const [height, [output]] of expected.outputs.entries())
    for (const [run, each] of (got.outputs[height] ?? [undefined]).entries()) {
      const difference = firstDifference(each, output, `block ${height} run ${run}`);
      if (difference !== undefined) return sentence(difference);
    }
  const difference = firstDifference(got.after, expected.after, 'state');
  return difference && sentence(difference);
}

/** The engine of a round; a new one when its turn has come or it failed. */
class Subject {
  /** @type {Engine | undefined} */
  #engine;
  #era = -1;
  name = '';

  /** @param {number} round @returns {Promise<Engine>} */
  async at(round) {
    const era = Math.floor(round / ROUNDS_PER_ENGINE);
    if (this.#engine !== undefined && era === this.#era) return this.#engine;
    await this.close();
    const row = drawRow(new Random(`${values.seed}/engine/${era}`), slots);
    this.#era = era;
    this.name = row.name;
    this.#engine = await createEngine(row.options);
    totals.engines += 1;
    return this.#engine;
  }

  async close() {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.close();
  }
}

/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
const mebibytes = (/** @type {number} */ bytes) => (bytes / 2 ** 20).toFixed(1);

/** @param {number[]} samples of resident memory @returns {string | undefined} */
function faultOfMemory(samples) {
  const third = Math.floor(samples.length / 3);
  if (third < 3) return `${samples.length} samples are too few`;
  const [first, second, last] = [0, 1, 2].map((i) => median(samples.slice(i * third, (i + 1) * third)));
  console.log(`resident memory by thirds: ${[first, second, last].map(mebibytes).join(', ')} MiB`);
  const limit = second + Math.max(ALLOWED.bytes, second * ALLOWED.share);
  return last > limit ? `it grew from ${mebibytes(second)} to ${mebibytes(last)} MiB` : undefined;
}

/** @param {Engine} yardstick @param {Subject} subject @param {number} round */
async function playRound(yardstick, subject, round) {
  const { fork, files } = drawChain(round);
  const engine = await subject.at(round);
  const fault = await faultOfRound(yardstick, engine, files).catch(
    (error) => `${error.code ?? error.name}: ${error.message}`,
  );
  tally.record(`--seed ${values.seed} --round ${round} (${fork}, ${subject.name})`, fault);
  if (fault !== undefined) await inTime(subject.close());
}

console.log(`seed ${values.seed}, ${slots} slots, ${minutes} minutes`);
const yardstick = await createEngine(YARDSTICK.options);
const subject = new Subject();
if (values.round !== undefined) await playRound(yardstick, subject, Number(values.round));
else {
  const samples = [];
  const end = performance.now() + minutes * 60_000;
  let nextSample = 0;
  for (let round = 0; performance.now() < end; round++) {
    await playRound(yardstick, subject, round);
    if (performance.now() < nextSample) continue;
    collectGarbage();
    samples.push(process.memoryUsage.rss());
    nextSample = performance.now() + SAMPLE_MS;
  }
  tally.record('resident memory', faultOfMemory(samples));
}
await inTime(Promise.all([subject.close(), yardstick.close()])).catch((error) => tally.record('close', error.message));
console.log(
  Object.entries(totals)
    .map(([name, count]) => `${count} ${name}`)
    .join(', '),
);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed > 0 ? 1 : 0); // an engine that hung would keep the process alive
