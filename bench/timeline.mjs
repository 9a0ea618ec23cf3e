/**
 * `npm run bench:timeline -- [--min-txs 100] [--runs 25] [--warmup 4] [--slots 2] [--name timeline]`
 *
 * What `timeline: true` costs: the same prepared block on the same state and engine, with and without it in turns, at one
 * slot and at several; `execute` time by the minimum, beside it the median. Runs without a timeline are timed twice, as two
 * contenders, so that the difference of these says what the measurement itself can tell.
 *
 * Blocks: those of the corpus. Results: `bench/results/<name>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { corpusBlocks, ROOT, readJson } from '../test/oracle/blocks.mjs';
import { circumstances } from './machine.mjs';
import { compete, geomean } from './measure.mjs';

const { values } = parseArgs({
  options: {
    'min-txs': { type: 'string', default: '100' },
    runs: { type: 'string', default: '25' },
    warmup: { type: 'string', default: '4' },
    slots: { type: 'string', default: '2' },
    name: { type: 'string', default: 'timeline' },
  },
});
const options = { runs: Number(values.runs), warmup: Number(values.warmup) };
/** In per cent. */
const BAR = 2;
const percent = (/** @type {number} */ ratio) => Math.round((ratio - 1) * 10000) / 100;

/** @param {any} engine @param {any} file */
async function race(engine, file) {
  const state = await engine.createState(file.preState, { codes: file.codes });
  const block = await engine.prepare(file.block);
  const run = (/** @type {boolean} */ timeline) => async () => {
    const input = { block, state, blockHashes: file.blockHashes, commit: false, timeline };
    const { stats, timeline: told } = await engine.runBlock(input);
    if ((told !== undefined) !== timeline) throw new Error('the timeline is there or not, against what was asked for');
    return { execute: stats.ms.execute };
  };
  const times = await compete({ without: run(false), with: run(true), again: run(false) }, options);
  const { receiptsRoot } = await engine.runBlock({ block, state, blockHashes: file.blockHashes, commit: false });
  const traced = await engine.runBlock({ block, state, blockHashes: file.blockHashes, commit: false, timeline: true });
  if (String(traced.receiptsRoot) !== String(receiptsRoot)) throw new Error(`${file.number}: the results differ`);
  await block.dispose();
  await state.dispose();
  return times;
}

const around = circumstances();
const rows = [];
for (const slots of new Set([1, Number(values.slots)])) {
  const engine = await createEngine({ slots });
  for (const { number, path } of corpusBlocks()) {
    if (readJson(path).transactions.length < Number(values['min-txs'])) continue;
    const times = await race(engine, await readBlockFile(path));
    const ratio = (/** @type {string} */ name, /** @type {'min' | 'median'} */ by) =>
      times[name].execute[by] / times.without.execute[by];
    rows.push({
      block: number,
      slots,
      execute: times.without.execute.min,
      with: { min: ratio('with', 'min'), median: ratio('with', 'median') },
      again: { min: ratio('again', 'min'), median: ratio('again', 'median') },
    });
  }
  await engine.close();
}
if (rows.length === 0) throw new Error('no block was timed');

const totals = Object.fromEntries(
  [...new Set(rows.map(({ slots }) => slots))].map((slots) => {
    const own = rows.filter((row) => row.slots === slots);
    const mean = (/** @type {'with' | 'again'} */ name, /** @type {'min' | 'median'} */ by) =>
      percent(geomean(own.map((row) => row[name][by])));
    const cost = { min: mean('with', 'min'), median: mean('with', 'median') };
    const noise = { min: mean('again', 'min'), median: mean('again', 'median') };
    console.log(
      `${slots} slots, ${own.length} blocks: with a timeline ${cost.min} % (median ${cost.median} %), without, once more ${noise.min} % (${noise.median} %)`,
    );
    return [slots, { blocks: own.length, cost, noise, verdict: cost.min <= BAR ? 'met' : 'missed' }];
  }),
);
const folder = join(ROOT, 'bench/results');
mkdirSync(folder, { recursive: true });
const output = join(folder, `${values.name}.json`);
writeFileSync(
  output,
  `${JSON.stringify({ name: values.name, ...around, options, unit: '% of execute', bar: BAR, totals, blocks: rows }, undefined, 1)}\n`,
);
console.log(output);
