/** A process with an engine of its own: runs the cases of one file after another and answers with what failed. */
import { BareEngine } from '../../dist/src/statetest.js';
import { casesOf } from './cases.mjs';

/** @typedef {{ path: string, body: string, places: number[] }} Order places of the cases in the file */

const engine = await BareEngine.start(Number(process.argv[2]));

/** @param {Order} order */
async function answer({ path, body, places }) {
  const cases = casesOf(path, body);
  const failures = [];
  for (const place of places) {
    const each = cases[place];
    if (each === undefined) throw new Error(`${path} has no case ${place}`);
    const difference = await each.run(engine).catch((error) => `threw ${error.stack ?? error}`);
    if (difference !== undefined)
      failures.push({ test: each.test, fork: each.fork, index: each.index, difference: difference.slice(0, 2000) });
  }
  process.send?.({ failures });
}

process.on('message', answer);
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
