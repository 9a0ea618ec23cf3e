/**
 * `npm run bench:prepare -- [--files A,B] [--runs 30] [--name prepare]`
 *
 * What `engine.prepare` costs: a block's JSON-RPC form with known senders, its RLP (senders recovered), and its
 * `@ethereumjs/block` form (senders known after the first time). Every form is run against the header before it is timed.
 * Heap is the growth of `heapUsed` during one `prepare`, the least of the runs without a collection; memory of typed
 * arrays is counted apart. Results: `bench/results/<name>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { corpusBlocks, hasCorpus, ROOT } from '../test/oracle/blocks.mjs';
import { headerDifference, sentence } from '../test/oracle/difference.mjs';
import { prepareReference } from '../test/oracle/reference.mjs';
import { circumstances } from './machine.mjs';
import { summarize } from './measure.mjs';

const SHOWCASE = join(ROOT, 'showcase/block.json.gz');
/** Large ones and small ones, of every transaction type. */
const CORPUS_BLOCKS = [11814555, 14396881, 15537394, 17666333, 19933597, 23879620, 24476008];
const WARM_UP = 10;

const { values } = parseArgs({
  options: {
    files: { type: 'string' },
    runs: { type: 'string', default: '30' },
    name: { type: 'string', default: 'prepare' },
  },
});
const runs = Number(values.runs);
const engine = await createEngine({ slots: 1 });

/** @param {any} file the forms of its block */
function formsOf(file) {
  const { block } = prepareReference(file.raw);
  return { rpc: file.block, rlp: block.serialize(), ethereumjs: block };
}

/** @param {any} file @param {any} form @throws {Error} where the run differs from the header */
async function check(file, form) {
  const state = await engine.createState(file.preState, { codes: file.codes });
  const result = await engine.runBlock({ block: form, state, blockHashes: file.blockHashes });
  await state.dispose();
  const difference = headerDifference(file.header, result);
  if (difference !== undefined) throw new Error(sentence(difference));
}

/** @param {any} form */
async function once(form) {
  const heap = process.memoryUsage();
  const started = performance.now();
  const block = await engine.prepare(form);
  const ms = performance.now() - started;
  const after = process.memoryUsage();
  await block.dispose();
  return { ms, heapBytes: after.heapUsed - heap.heapUsed, arrayBytes: after.arrayBuffers - heap.arrayBuffers };
}

/** @param {any} form @param {number} transactions */
async function measure(form, transactions) {
  for (let i = 0; i < WARM_UP; i++) await once(form);
  const samples = [];
  for (let i = 0; i < runs; i++) samples.push(await once(form));
  const times = summarize(samples.map(({ ms }) => ms));
  const least = (/** @type {number[]} */ list) => Math.min(...list.filter((bytes) => bytes >= 0));
  const heap = least(samples.map(({ heapBytes }) => heapBytes));
  const arrays = least(samples.map(({ arrayBytes }) => arrayBytes));
  const per = (/** @type {number} */ total, digits = 0) => Number((total / transactions).toFixed(digits));
  return {
    ...times,
    microsecondsPerTransaction: { min: per(1000 * times.min, 2), median: per(1000 * times.median, 2) },
    heapBytesPerTransaction: per(heap),
    arrayBytesPerTransaction: per(arrays),
  };
}

function paths() {
  if (values.files !== undefined) return values.files.split(',');
  const corpus = hasCorpus() ? corpusBlocks().filter(({ number }) => CORPUS_BLOCKS.includes(number)) : [];
  return [SHOWCASE, ...corpus.map(({ path }) => path)];
}

const around = circumstances();
const rows = [];
for (const path of paths()) {
  const file = await readBlockFile(path);
  const transactions = file.block.transactions.length;
  const row = { block: file.number, hardfork: file.hardfork, transactions, forms: /** @type {any} */ ({}) };
  for (const [name, form] of Object.entries(formsOf(file))) {
    await check(file, form);
    const result = await measure(form, transactions);
    row.forms[name] = result;
    const { median, microsecondsPerTransaction: us, heapBytesPerTransaction: heap } = result;
    console.log(
      `${file.number} (${transactions}) ${name}: ${median.toFixed(2)} ms, ${us.median} us (min ${us.min}), ${heap} heap bytes per transaction`,
    );
  }
  rows.push(row);
}
await engine.close();
const folder = join(ROOT, 'bench/results');
mkdirSync(folder, { recursive: true });
const output = join(folder, `${values.name}.json`);
writeFileSync(output, `${JSON.stringify({ name: values.name, ...around, runs, blocks: rows }, undefined, 1)}\n`);
console.log(output);
