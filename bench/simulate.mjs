/**
 * `npm run bench:simulate -- [--min-txs 100] [--passes 12] [--runs 8] [--filter TEXT] [--name simulate]`
 *
 * Simulated against real: blocks of the corpus on one slot and on two, `execute` time by the minimum over several passes, and
 * what `simulateBlock` predicts from records of one slot and a calibration on blocks that are not among them. The error is
 * that of the predicted speed-up. Both are measured in turns, so that a machine that others use disturbs them alike; the
 * canary says whether two cores were there (below 1.9 the real times of two slots mean little).
 *
 * Then blocks without conflicts (1,500 transactions) on 16 simulated slots: speed-up, and which cost limits it.
 *
 * Results: `bench/results/<name>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { typicalRecords } from '../dist/src/cli/records.js';
import { createEngine, readBlockFile, simulateBlock } from '../dist/src/index.js';
import { measureCosts } from '../dist/src/simulate/calibrate.js';
import { corpusBlocks, ROOT, readJson } from '../test/oracle/blocks.mjs';
import { canary } from './canary.mjs';
import { conflictFreeBlocks } from './conflict-free.mjs';
import { circumstances } from './machine.mjs';

const { values } = parseArgs({
  options: {
    'min-txs': { type: 'string', default: '100' },
    passes: { type: 'string', default: '12' },
    runs: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '60' },
    filter: { type: 'string', default: '' },
    name: { type: 'string', default: 'simulate' },
  },
});
const [passes, runs, rounds] = [values.passes, values.runs, values.rounds].map(Number);

/** Median error of the speed-up at two slots, at most; speed-up at 16 slots without conflicts, at least. */
const ERROR_BAR = 0.1;
const SPEEDUP_BAR = 10;
const MANY = 16;

const total = (/** @type {any[]} */ records) => records.reduce((sum, { ms }) => sum + ms, 0);
const rounded = (/** @type {number} */ value) => Math.round(value * 1000) / 1000;
function medianOf(/** @type {number[]} */ list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const one = await createEngine({ slots: 1 });
const two = await createEngine({ slots: 2 });

/** The least of what was measured of a block so far. */
class Best {
  /** @type {any[]} */
  records = [];
  ms = Number.POSITIVE_INFINITY;
  one = Number.POSITIVE_INFINITY;
  two = Number.POSITIVE_INFINITY;
  /** @type {any} */
  stats;

  /** @param {any} recorded @param {any} alone @param {any} [together] */
  add(recorded, alone, together) {
    if (recorded.invalid) throw new Error(`the block is invalid: ${recorded.invalid.reason}`);
    this.ms = Math.min(this.ms, total(recorded.records));
    this.records = recorded.records.map((/** @type {any} */ each, /** @type {number} */ i) => ({
      ...each,
      ms: Math.min(each.ms, this.records[i]?.ms ?? each.ms),
    }));
    this.one = Math.min(this.one, alone.stats.ms.execute);
    if (together === undefined) return;
    if (String(alone.receiptsRoot) !== String(together.receiptsRoot)) throw new Error('two slots differ from one');
    if (together.stats.ms.execute >= this.two) return;
    this.two = together.stats.ms.execute;
    this.stats = together.stats;
  }
}

/** @param {any} file @param {Best} best @param {boolean} isReal */
async function measure(file, best, isReal) {
  const hold = async (/** @type {any} */ engine) => {
    const state = await engine.createState(file.preState, { codes: file.codes });
    const block = await engine.prepare(file.block);
    const input = { block, state, blockHashes: file.blockHashes, commit: false };
    return {
      run: (/** @type {object} */ options) => engine.runBlock({ ...input, ...options }),
      dispose: async () => {
        await block.dispose();
        await state.dispose();
      },
    };
  };
  const [first, second] = [await hold(one), isReal ? await hold(two) : undefined];
  for (let run = 0; run < runs; run++)
    best.add(await first.run({ record: true }), await first.run({}), await second?.run({}));
  await first.dispose();
  await second?.dispose();
}

const around = circumstances();
const canaries = [await canary()];
const paths = corpusBlocks().filter(
  ({ number, path }) =>
    String(number).includes(values.filter) && readJson(path).transactions.length >= Number(values['min-txs']),
);
/** @type {Map<number, Best>} */
const bests = new Map(paths.map(({ number }) => [number, new Best()]));
for (let pass = 0; pass < passes; pass++) {
  for (const { number, path } of paths)
    await measure(await readBlockFile(path), /** @type {Best} */ (bests.get(number)), true);
  canaries.push(await canary());
}
const costs = await measureCosts({ one, two }, rounds);

const rows = [];
for (const { number, path } of paths) {
  const file = await readBlockFile(path);
  const best = /** @type {Best} */ (bests.get(number));
  const feeRecipient = file.header.miner;
  const { runs: simulated } = simulateBlock(typicalRecords(best), { feeRecipient, costs, slots: [1, 2, MANY] });
  const [alone, together, many] = simulated;
  const real = best.one / best.two;
  const row = {
    block: number,
    transactions: best.records.length,
    one: { real: rounded(best.one), simulated: rounded(alone.ms), error: rounded(alone.ms / best.one - 1) },
    two: { real: rounded(best.two), simulated: rounded(together.ms), error: rounded(together.ms / best.two - 1) },
    speedup: {
      real: rounded(real),
      simulated: rounded(together.speedup),
      error: rounded(together.speedup / real - 1),
    },
    redos: { real: best.stats.redos, simulated: together.redos },
    limit: together.limit,
    many: { slots: MANY, speedup: rounded(many.speedup), redos: many.redos, limit: many.limit },
  };
  rows.push(row);
  console.log(
    `${number}: ${row.transactions} transactions, 1 slot ${row.one.real} ms (simulated ${row.one.simulated}), 2 slots ${row.two.real} (${row.two.simulated}), ${row.speedup.real}x (${row.speedup.simulated}x, ${(100 * row.speedup.error).toFixed(1)} %)`,
  );
}

const free = [];
for (const { name, file } of await conflictFreeBlocks()) {
  const best = new Best();
  await measure(file, best, false);
  const [run] = simulateBlock(typicalRecords(best), { feeRecipient: file.block.miner, costs, slots: [MANY] }).runs;
  const savings = Object.fromEntries(Object.entries(run.savings).map(([cost, ms]) => [cost, rounded(ms)]));
  const verdict = run.speedup >= SPEEDUP_BAR ? 'met' : 'missed';
  free.push({
    name,
    transactions: best.records.length,
    ms: rounded(run.ms),
    speedup: rounded(run.speedup),
    limit: run.limit,
    savings,
    verdict,
  });
  console.log(
    `${name}: ${best.records.length} transactions on ${MANY} simulated slots: ${run.speedup.toFixed(2)}x, limited by ${run.limit} (at least ${SPEEDUP_BAR}x: ${verdict})`,
  );
}
await one.close();
await two.close();
if (rows.length === 0) throw new Error('no block was measured');

const errors = {
  speedup: rounded(medianOf(rows.map(({ speedup }) => Math.abs(speedup.error)))),
  one: rounded(medianOf(rows.map((row) => Math.abs(row.one.error)))),
  two: rounded(medianOf(rows.map((row) => Math.abs(row.two.error)))),
};
const verdict = errors.speedup <= ERROR_BAR ? 'met' : 'missed';
console.log(
  `median error of the speed-up over ${rows.length} blocks ${(100 * errors.speedup).toFixed(1)} % (at most ${100 * ERROR_BAR} %: ${verdict}); of times on 1 slot ${(100 * errors.one).toFixed(1)} %, on 2 ${(100 * errors.two).toFixed(1)} %; canary ${canaries.map((each) => each.toFixed(2)).join(', ')}`,
);
const folder = join(ROOT, 'bench/results');
mkdirSync(folder, { recursive: true });
const output = join(folder, `${values.name}.json`);
const report = {
  name: values.name,
  ...around,
  options: { passes, runs, rounds, leastTransactions: Number(values['min-txs']) },
  canaries: canaries.map(rounded),
  costs: Object.fromEntries(Object.entries(costs).map(([name, us]) => [name, Math.round(us * 1e4) / 1e4])),
  medianError: { ...errors, bar: ERROR_BAR, verdict },
  blocks: rows,
  conflictFree: free,
};
writeFileSync(output, `${JSON.stringify(report, undefined, 1)}\n`);
console.log(output);
