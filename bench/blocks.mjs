/**
 * `node bench/blocks.mjs [--files A,B] [--filter TEXT] [--min-txs 50] [--slots 2] [--runs 5] [--engine-runs 15] [--warmup 2]
 *     [--name blocks]`
 *
 * Blocks on one slot and on several against `@ethereumjs/vm`, as block-race.mjs says. Results: `bench/results/<name>.json`.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../dist/src/index.js';
import { CORPUS, hasCorpus, ROOT, readJson } from '../test/oracle/blocks.mjs';
import { aboutBlock, blockPaths, raceBlock } from './block-race.mjs';
import { circumstances } from './machine.mjs';
import { geomean, speedup } from './measure.mjs';

const SHOWCASE = join(ROOT, 'showcase/block.json.gz');

const { values } = parseArgs({
  options: {
    files: { type: 'string' },
    filter: { type: 'string', default: '' },
    'min-txs': { type: 'string', default: '50' },
    slots: { type: 'string', default: '2' },
    runs: { type: 'string', default: '5' },
    'engine-runs': { type: 'string', default: '15' },
    warmup: { type: 'string', default: '2' },
    name: { type: 'string', default: 'blocks' },
  },
});

/** @param {'min-txs' | 'slots' | 'runs' | 'engine-runs' | 'warmup'} name @param {number} least @returns {number} */
function integer(name, least) {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= least) return value;
  console.error(`"${name}" must be a whole number from ${least} on, got ${values[name]}`);
  process.exit(2);
}

const options = {
  ...{ warmup: integer('warmup', 0), runs: integer('runs', 1), engineRuns: integer('engine-runs', 1) },
  slots: integer('slots', 2),
};
const leastTransactions = integer('min-txs', 0);

/** @returns {string[]} */
function paths() {
  if (values.files !== undefined) return values.files.split(',');
  if (!hasCorpus()) {
    console.log(`no corpus at ${CORPUS}: the showcase block alone`);
    return existsSync(SHOWCASE) ? [SHOWCASE] : [];
  }
  return blockPaths(values.filter);
}

/** @param {any} times of a race */
const ratiosOf = ({ reference, one, many }) => ({
  /** The reference's time to one slot's. */
  oneSlot: speedup(reference.runBlock, one.execute),
  oneSlotTotal: speedup(reference.runBlock, one.total),
  manySlots: speedup(reference.runBlock, many.execute),
  /** One slot's time to that of several. */
  parallel: speedup(one.execute, many.execute),
});

/** @param {any} row */
function line({ number, hardfork, transactions, times, ratios }) {
  const { reference, one, many } = times;
  const ms = (/** @type {any} */ { min, median, spread }) =>
    `${median.toFixed(2)} ms (min ${min.toFixed(2)}, spread ${(100 * spread).toFixed(0)} %)`;
  return [
    `${number} ${hardfork}, ${transactions} transactions: reference ${ms(reference.runBlock)}`,
    `1 slot ${ms(one.execute)}, ${ratios.oneSlot.median}x`,
    `${options.slots} slots ${ms(many.execute)}, ${ratios.parallel.median}x of 1`,
  ].join('; ');
}

const around = circumstances();
const single = await createEngine({ slots: 1 });
const several = await createEngine({ slots: options.slots });
const rows = [];
let failures = 0;
for (const path of paths()) {
  const json = readJson(path);
  const { number, hardfork, transactions } = json;
  if (values.files === undefined && hasCorpus() && transactions.length < leastTransactions) continue;
  try {
    const times = await raceBlock(path, json, { one: single, many: several }, options);
    rows.push({ ...aboutBlock(json), ratios: ratiosOf(times), times });
    console.log(line(rows[rows.length - 1]));
  } catch (error) {
    failures += 1;
    console.log(`${number} ${hardfork} FAILED, not timed: ${error.message.slice(0, 120)}`);
  }
}
await Promise.all([single.close(), several.close()]);
if (rows.length === 0) {
  console.error('no block was timed');
  process.exit(1);
}

/** @param {'oneSlot' | 'oneSlotTotal' | 'manySlots' | 'parallel'} name */
const overall = (name) => ({
  median: geomean(rows.map(({ ratios }) => ratios[name].median)),
  min: geomean(rows.map(({ ratios }) => ratios[name].min)),
});
const geomeans = {
  oneSlot: overall('oneSlot'),
  oneSlotTotal: overall('oneSlotTotal'),
  manySlots: overall('manySlots'),
  parallel: overall('parallel'),
};
console.log(
  `geometric mean of ${rows.length} blocks: 1 slot ${geomeans.oneSlot.median}x the reference (${geomeans.oneSlotTotal.median}x in all),`,
  `${options.slots} slots ${geomeans.manySlots.median}x; ${options.slots} slots ${geomeans.parallel.median}x of 1 slot`,
);
const folder = join(ROOT, 'bench/results');
mkdirSync(folder, { recursive: true });
const output = join(folder, `${values.name}.json`);
const report = {
  name: values.name,
  ...around,
  options: { ...options, leastTransactions },
  geomeans,
  blocks: rows,
};
writeFileSync(output, `${JSON.stringify(report, undefined, 1)}\n`);
console.log(output);
process.exitCode = failures === 0 ? 0 : 1;
