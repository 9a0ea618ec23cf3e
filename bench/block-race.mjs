/**
 * One block on engines and on `@ethereumjs/vm`. Timed are the execution of a prepared block with its receipts, root and
 * bloom, and there `runBlock`, which does the same: in both, the block is decoded, the senders are known, the state is in memory
 * and each run starts from the pre-state. Output is compared with the header and with the reference before anything is timed;
 * receipts have a root to compare from Byzantium on.
 *
 * Engines take turns, after some runs that are not timed, in which compilers use the cores as well; the reference follows. What
 * it leaves behind, garbage and cold caches, is its own.
 */
import { readBlockFile } from '../dist/src/index.js';
import { corpusBlocks } from '../test/oracle/blocks.mjs';
import { BYZANTIUM, firstDifference, headerDifference, sentence } from '../test/oracle/difference.mjs';
import { prepareReference } from '../test/oracle/reference.mjs';
import { compete } from './measure.mjs';

/** @typedef {import('../dist/src/index.js').Engine} Engine */

/** One engine's hold on one block. */
class Contender {
  #engine;
  #file;
  #state;
  #block;

  /** @param {Engine} engine @param {any} file @param {any} state @param {any} block */
  constructor(engine, file, state, block) {
    this.#engine = engine;
    this.#file = file;
    this.#state = state;
    this.#block = block;
  }

  /** @param {Engine} engine @param {any} file */
  static async create(engine, file) {
    const state = await engine.createState(file.preState, { codes: file.codes });
    return new Contender(engine, file, state, await engine.prepare(file.block));
  }

  run() {
    const { blockHashes } = this.#file;
    return this.#engine.runBlock({ block: this.#block, state: this.#state, blockHashes, commit: false });
  }

  async times() {
    const { execute, total } = (await this.run()).stats.ms;
    return { execute, total };
  }

  async dispose() {
    await this.#block.dispose();
    await this.#state.dispose();
  }
}

/** @param {any} receipt without its type, which only the reference tells */
const content = ({ type: _type, ...receipt }) => receipt;

/** @param {any} header @param {any} result @param {any} expected the reference's @throws {Error} at the first difference */
function check(header, result, expected) {
  if (result.invalid !== undefined) throw new Error(`transaction ${result.invalid.txIndex}: ${result.invalid.reason}`);
  const difference =
    headerDifference(header, result) ??
    firstDifference(result.receipts.map(content), expected.receipts.map(content), 'receipts') ??
    firstDifference(JSON.parse(JSON.stringify(result.stateDiff)), expected.stateDiff(), 'stateDiff');
  if (difference !== undefined) throw new Error(sentence(difference));
}

/** Milliseconds of untimed runs of each engine. */
const WARM_MS = 150;

/** @param {() => Promise<unknown>} run */
async function warmUp(run) {
  for (const started = performance.now(); performance.now() - started < WARM_MS; ) await run();
}

/**
 * @param {string} path of a block file
 * @param {any} json its content
 * @param {Record<string, Engine>} engines
 * @param {{ warmup: number, runs: number, engineRuns?: number }} options `engineRuns`: `runs` unless given
 * @param {import('./measure.mjs').Contenders} [others] what else to time
 * @returns the times of `reference` (`runBlock`), of each engine (`execute`, `total`) and of the others
 * @throws {Error} if a result differs from the header or the reference's
 */
export async function raceBlock(path, json, engines, options, others = {}) {
  const file = await readBlockFile(path);
  const reference = prepareReference(json);
  const expected = await reference.run({ validate: true });
  /** @type {[string, Contender][]} */
  const contenders = [];
  try {
    for (const [name, engine] of Object.entries(engines)) {
      const contender = await Contender.create(engine, file);
      contenders.push([name, contender]);
      check(json.header, await contender.run(), expected);
    }
    for (const [, contender] of contenders) await warmUp(() => contender.run());
    const { warmup, runs, engineRuns = runs } = options;
    const engineTimes = await compete(
      Object.fromEntries(contenders.map(([name, contender]) => [name, () => contender.times()])),
      { warmup, runs: engineRuns, collects: false },
    );
    const run = async () => ({ runBlock: (await reference.run({ validate: true })).ms });
    const times = { ...engineTimes, ...(await compete({ reference: run, ...others }, { warmup, runs })) };
    for (const [name, contender] of contenders) {
      const { attempts, redos } = (await contender.run()).stats;
      Object.assign(times[name], { attempts, redos });
    }
    return times;
  } finally {
    await Promise.all(contenders.map(([, contender]) => contender.dispose()));
  }
}

/** What is known of a block beside its times. @param {any} json */
export const aboutBlock = ({ number, hardfork, transactions, header }) => ({
  number,
  hardfork,
  transactions: transactions.length,
  gasUsed: Number(header.gasUsed),
});

/** Corpus blocks from Byzantium on. @param {string} filter part of the number @returns {string[]} */
export const blockPaths = (filter = '') =>
  corpusBlocks()
    .filter(({ number }) => number >= BYZANTIUM && String(number).includes(filter))
    .map(({ path }) => path);
