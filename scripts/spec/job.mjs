/** A process with an engine of its own: runs the cases of one file after another and answers with what failed. */
import { BareEngine } from '../../dist/src/statetest.js';
import { casesOf } from './cases.mjs';
import { failuresOf, serve } from './jobs.mjs';

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

serve(async (path, body, places) => {
  counts.transactions = 0;
  counts.ranAhead = 0;
  const failures = await failuresOf(casesOf(path, body), places, counted, path);
  return { failures, ...counts };
});
