/** A process with an engine of its own: runs the cases of one file after another and answers with what failed. */
import { BareEngine } from '../../dist/src/statetest.js';
import { casesOf } from './cases.mjs';

/** @typedef {{ path: string, body: string, places: number[] }} Order places of the cases in the file */

const slots = Number(process.argv[2]);
const execution = /** @type {import('../../dist/src/policy.js').Execution} */ (process.argv[3]);
// A block of one transaction has nothing to run ahead of: at several slots it is made to.
const engine = await BareEngine.start(slots, slots > 1, execution);
const counts = { transactions: 0, ranAhead: 0 };

/** The engine with its runs counted. */
const counted = Object.assign(Object.create(engine), {
  createState: (/** @type {any} */ state, /** @type {boolean} */ trie) => engine.createState(state, trie),
  decode: (/** @type {any} */ block, /** @type {string} */ fork) => engine.decode(block, fork),
  /** @param {import('../../dist/src/statetest.js').BareRun} run */
  async run(run) {
    const result = await engine.run(run);
    if (result.invalid === undefined) counts.transactions += result.receipts.length;
    counts.ranAhead += result.ranAhead;
    return result;
  },
});

/** @param {Order} order */
async function answer({ path, body, places }) {
  const cases = casesOf(path, body);
  const failures = [];
  counts.transactions = 0;
  counts.ranAhead = 0;
  for (const place of places) {
    const each = cases[place];
    if (each === undefined) throw new Error(`${path} has no case ${place}`);
    const difference = await each.run(counted).catch((error) => `threw ${error.stack ?? error}`);
    if (difference !== undefined)
      failures.push({ test: each.test, fork: each.fork, index: each.index, difference: difference.slice(0, 2000) });
  }
  process.send?.({ failures, ...counts });
}

process.on('message', answer);
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
