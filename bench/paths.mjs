/**
 * `npm run bench:paths -- [--filter TEXT] [--min-txs 50] [--runs 3] [--warmup 1] [--name paths]`
 *
 * The two paths of execution side by side: kernel by kernel (path-kernels.mjs), blocks of one kind of transaction, and the corpus' blocks at one slot
 * and at two, with `@ethereumjs/vm` beside them (block-race.mjs). Output is checked before anything is timed. Results:
 * `bench/results/<name>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../dist/src/index.js';
import { CORPUS, hasCorpus, ROOT, readJson } from '../test/oracle/blocks.mjs';
import { aboutBlock, blockPaths, raceBlock } from './block-race.mjs';
import { circumstances } from './machine.mjs';
import { geomean, speedup } from './measure.mjs';
import { compareKernels } from './path-kernels.mjs';

const BAR = 25;
const KERNEL_RUNS = 15;

const { values } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    'min-txs': { type: 'string', default: '50' },
    runs: { type: 'string', default: '3' },
    warmup: { type: 'string', default: '1' },
    name: { type: 'string', default: 'paths' },
  },
});
const options = { warmup: Number(values.warmup), runs: Number(values.runs), filter: values.filter };
const around = circumstances();

const engines = {
  wasm1: await createEngine({ slots: 1 }),
  typescript1: await createEngine({ slots: 1, execution: 'typescript' }),
  wasm2: await createEngine({ slots: 2 }),
  typescript2: await createEngine({ slots: 2, execution: 'typescript' }),
};

/** Blocks of one kind of transaction each: milliseconds per transaction, of a prepared block, receipts included. */
async function compareExecution() {
  const rows = [];
  for (const name of ['transfers', 'erc20', 'swaps']) {
    const path = join(ROOT, `test/fixtures/${name}.json.gz`);
    const json = readJson(path);
    const { wasm1: wasm, typescript1: typescript } = engines;
    const times = await raceBlock(path, json, { wasm, typescript }, { warmup: 3, runs: KERNEL_RUNS });
    rows.push({ ...aboutBlock(json), name, times, faster: speedup(times.typescript.execute, times.wasm.execute) });
  }
  return rows;
}

const kernels = await compareKernels(KERNEL_RUNS);
for (const { name, nanoseconds, faster } of kernels)
  console.log(
    `${name}: WASM ${nanoseconds.wasm.median.toFixed(0)} ns, TypeScript ${nanoseconds.typescript.median.toFixed(0)} ns, ${faster.toFixed(1)}x`,
  );
const execution = await compareExecution();
for (const { name, transactions, times, faster } of execution) {
  const each = (/** @type {any} */ { execute }) => ((1000 * execute.median) / transactions).toFixed(1);
  console.log(
    `execution, ${name}: WASM ${each(times.wasm)} µs a transaction, TypeScript ${each(times.typescript)} µs, ${faster.median}x`,
  );
}

const blocks = [];
let failures = 0;
if (!hasCorpus()) console.log(`no corpus at ${CORPUS}: no blocks`);
for (const path of hasCorpus() ? blockPaths(values.filter) : []) {
  const json = readJson(path);
  if (json.transactions.length < Number(values['min-txs'])) continue;
  try {
    const times = await raceBlock(path, json, engines, options);
    const ratios = {
      /** The TypeScript path's time to the WASM path's, at the same slots. */
      oneSlot: speedup(times.typescript1.execute, times.wasm1.execute),
      twoSlots: speedup(times.typescript2.execute, times.wasm2.execute),
      /** One slot's time to that of two, on the TypeScript path. */
      parallel: speedup(times.typescript1.execute, times.typescript2.execute),
      /** The TypeScript path's time at one slot to that of `@ethereumjs/vm`. */
      overhead: speedup(times.typescript1.execute, times.reference.runBlock),
    };
    blocks.push({ ...aboutBlock(json), ratios, times });
    console.log(
      `${json.number} ${json.hardfork}, ${json.transactions.length} transactions: TypeScript ${times.typescript1.execute.median.toFixed(0)} ms, WASM ${times.wasm1.execute.median.toFixed(1)} ms, ${ratios.oneSlot.median}x; at 2 slots ${ratios.twoSlots.median}x; reference ${times.reference.runBlock.median.toFixed(0)} ms`,
    );
  } catch (error) {
    failures += 1;
    console.log(`${json.number} FAILED, not timed: ${/** @type {Error} */ (error).message.slice(0, 120)}`);
  }
}
await Promise.all(Object.values(engines).map((engine) => engine.close()));

/** @param {'oneSlot' | 'twoSlots' | 'parallel' | 'overhead'} name */
const overall = (name) => ({
  median: geomean(blocks.map(({ ratios }) => ratios[name].median)),
  min: geomean(blocks.map(({ ratios }) => ratios[name].min)),
});
const geomeans =
  blocks.length === 0
    ? undefined
    : {
        oneSlot: overall('oneSlot'),
        twoSlots: overall('twoSlots'),
        parallel: overall('parallel'),
        overhead: overall('overhead'),
      };
if (geomeans)
  console.log(
    `geometric mean of ${blocks.length} blocks: WASM ${geomeans.oneSlot.median}x the TypeScript path at 1 slot, ${geomeans.twoSlots.median}x at 2 (bar ${BAR}x); TypeScript at 2 slots ${geomeans.parallel.median}x of 1, at 1 slot ${geomeans.overhead.median}x the time of the reference`,
  );
const folder = join(ROOT, 'bench/results');
mkdirSync(folder, { recursive: true });
const output = join(folder, `${values.name}.json`);
writeFileSync(
  output,
  `${JSON.stringify({ name: values.name, ...around, options, bar: BAR, geomeans, kernels, execution, blocks }, undefined, 1)}\n`,
);
console.log(output);
process.exitCode = failures === 0 ? 0 : 1;
