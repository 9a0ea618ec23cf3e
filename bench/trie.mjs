/**
 * `npm run bench:trie -- [--only partial|whole] [--filter TEXT] [--accounts 1000000] [--keys 10000] [--slots 1] [--runs 9]
 * [--name trie]`
 *
 * State roots against `@ethereumjs/mpt`: on the witnesses of real blocks (trie-partial.mjs; --filter: on their numbers), and on
 * the whole trie of a large state (trie-whole.mjs). Results: `bench/results/<name>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasCorpus, ROOT } from '../test/oracle/blocks.mjs';
import { circumstances } from './machine.mjs';
import { partialTries } from './trie-partial.mjs';
import { wholeTrie } from './trie-whole.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    filter: { type: 'string', default: '' },
    accounts: { type: 'string', default: '1000000' },
    keys: { type: 'string', default: '10000' },
    slots: { type: 'string', default: '1' },
    runs: { type: 'string', default: '9' },
    name: { type: 'string', default: 'trie' },
  },
});

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

const { only, filter } = values;
const [accounts, keys, slots, runs] = [values.accounts, values.keys, values.slots, values.runs].map(Number);
if (only !== undefined && only !== 'partial' && only !== 'whole') refuse('"only" must be partial or whole');
if (![accounts, keys, slots, runs].every((n) => Number.isInteger(n) && n > 0) || keys > accounts)
  refuse('"accounts", "keys", "slots" and "runs" must be whole numbers, and no more keys than accounts');
if (only !== 'whole' && !hasCorpus()) refuse('no corpus: set PARALLEL_EVM_CORPUS to its folder, or say --only whole');

const around = circumstances();
const partial = only === 'whole' ? undefined : await partialTries({ filter, runs });
if (partial) console.log(`partial tries: geometric mean ${partial.faster}×`);
const whole = only === 'partial' ? undefined : await wholeTrie({ accounts, keys, runs, slots });
if (whole) {
  const { milliseconds, faster, bytesPerAccount } = whole;
  const [ours, theirs] = [milliseconds.ours.median, milliseconds.ethereumjs.median];
  console.log(
    `${keys} of ${accounts} accounts: ${ours} ms and ${theirs} ms, ${faster.median}×; ` +
      `${bytesPerAccount.withTrie} bytes per account, ${bytesPerAccount.withoutTrie} without a trie`,
  );
}
mkdirSync(join(ROOT, 'bench/results'), { recursive: true });
const text = JSON.stringify({ ...around, ...partial, ...(whole && { whole }) }, undefined, 1);
writeFileSync(join(ROOT, `bench/results/${values.name}.json`), `${text}\n`);
