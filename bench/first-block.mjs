/**
 * `npm run bench:first -- [--files A,B] [--samples 7] [--slots 1,2] [--runs 60] [--name first-block]`
 *
 * What the first block after `createEngine` costs, with its warm-up and without. Every sample is a process of its own with
 * one engine: it times `createEngine`, then the first run of a prepared block and `--runs` more, of which those from the
 * 21st on are the steady state. Samples with and without warm-up take turns. Each first result is compared with the
 * header. Blocks: the showcase, and some of the corpus where there is one. Results: `bench/results/<name>.json`.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { corpusBlocks, hasCorpus, ROOT } from '../test/oracle/blocks.mjs';
import { headerDifference, sentence } from '../test/oracle/difference.mjs';
import { circumstances } from './machine.mjs';
import { summarize } from './measure.mjs';

const SHOWCASE = join(ROOT, 'showcase/block.json.gz');
/** Token transfers, many small transactions, swaps, a busy block of today. */
const CORPUS_BLOCKS = [11814555, 14396881, 15537394, 19933597, 24628608];
const SETTLED = 20;

const { values } = parseArgs({
  options: {
    files: { type: 'string' },
    samples: { type: 'string', default: '7' },
    slots: { type: 'string', default: '1,2' },
    runs: { type: 'string', default: '60' },
    name: { type: 'string', default: 'first-block' },
    /** One sample, as JSON: slots, then `warm` or `cold`. */
    sample: { type: 'string' },
  },
});
const runs = Number(values.runs);

/** @param {number[]} list */
const medianOf = (list) => summarize(list).median;

/** @param {string} path @param {number} slots @param {boolean} warmUp */
async function sample(path, slots, warmUp) {
  const file = await readBlockFile(path);
  const started = performance.now();
  const engine = await createEngine({ slots, warmUp });
  const create = performance.now() - started;
  const state = await engine.createState(file.preState, { codes: file.codes });
  const block = await engine.prepare(file.block);
  const execute = [];
  const total = [];
  for (let run = 0; run <= runs; run++) {
    const from = performance.now();
    const result = await engine.runBlock({ block, state, blockHashes: file.blockHashes, commit: false });
    total.push(performance.now() - from);
    execute.push(result.stats.ms.execute);
    const difference = run === 0 ? headerDifference(file.header, result) : undefined;
    if (difference !== undefined) throw new Error(`${path}: ${sentence(difference)}`);
  }
  await engine.close();
  const steady = { execute: medianOf(execute.slice(SETTLED + 1)), total: medianOf(total.slice(SETTLED + 1)) };
  return {
    create,
    firstExecute: execute[0],
    firstTotal: total[0],
    steadyExecute: steady.execute,
    steadyTotal: steady.total,
  };
}

const run = promisify(execFile);

/** @param {string} path @param {number} slots @param {string} warmth @returns {Promise<Record<string, number>>} */
async function fresh(path, slots, warmth) {
  const self = fileURLToPath(import.meta.url);
  const args = [self, '--files', path, '--runs', String(runs), '--sample', `${slots},${warmth}`];
  return JSON.parse((await run(process.execPath, args)).stdout);
}

/** @param {Record<string, number>[]} samples */
function summaryOf(samples) {
  const names = ['create', 'firstExecute', 'firstTotal', 'steadyExecute', 'steadyTotal'];
  const times = Object.fromEntries(names.map((name) => [name, summarize(samples.map((each) => each[name]))]));
  /** First to steady, within each process and by the medians and minima of all. */
  const ratio = (/** @type {string} */ what) => ({
    perProcess: medianOf(samples.map((each) => each[`first${what}`] / each[`steady${what}`])),
    ofMedians: times[`first${what}`].median / times[`steady${what}`].median,
    ofMinima: times[`first${what}`].min / times[`steady${what}`].min,
  });
  return { ...times, ratioExecute: ratio('Execute'), ratioTotal: ratio('Total') };
}

function blocks() {
  if (values.files !== undefined) return values.files.split(',');
  const corpus = hasCorpus() ? corpusBlocks().filter(({ number }) => CORPUS_BLOCKS.includes(number)) : [];
  return [SHOWCASE, ...corpus.map(({ path }) => path)];
}

/** @param {string} path @param {number} slots */
async function measure(path, slots) {
  /** @type {Record<'warm' | 'cold', Record<string, number>[]>} */
  const samples = { warm: [], cold: [] };
  for (let round = 0; round < Number(values.samples); round++)
    for (const warmth of /** @type {const} */ (round % 2 ? ['warm', 'cold'] : ['cold', 'warm']))
      samples[warmth].push(await fresh(path, slots, warmth));
  return { warm: summaryOf(samples.warm), cold: summaryOf(samples.cold) };
}

if (values.sample !== undefined) {
  const [slots, warmth] = values.sample.split(',');
  console.log(JSON.stringify(await sample(String(values.files), Number(slots), warmth === 'warm')));
} else {
  const around = circumstances();
  const rows = [];
  for (const path of blocks())
    for (const slots of String(values.slots).split(',').map(Number)) {
      const row = { block: path.split('/').pop(), slots, ...(await measure(path, slots)) };
      rows.push(row);
      const text = (/** @type {any} */ { create, firstExecute, steadyExecute, ratioExecute, ratioTotal }) =>
        `first ${firstExecute.median.toFixed(1)} ms, steady ${steadyExecute.median.toFixed(1)} ms, ` +
        `ratio ${ratioExecute.perProcess.toFixed(2)} (total ${ratioTotal.perProcess.toFixed(2)}), created in ${create.median.toFixed(0)} ms`;
      console.log(`${row.block}, ${slots} slots: warm ${text(row.warm)}; cold ${text(row.cold)}`);
    }
  const folder = join(ROOT, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `${values.name}.json`);
  const options = { samples: Number(values.samples), runs };
  writeFileSync(output, `${JSON.stringify({ name: values.name, ...around, options, blocks: rows }, undefined, 1)}\n`);
  console.log(output);
}
