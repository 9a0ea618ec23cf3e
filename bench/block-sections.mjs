/** The sections of bench/evm.mjs about blocks, starting up and what is shipped. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { hasCorpus, ROOT, readJson } from '../test/oracle/blocks.mjs';
import { BARS, judge } from './bars.mjs';
import { aboutBlock, blockPaths, raceBlock } from './block-race.mjs';
import { geomean, speedup, summarize } from './measure.mjs';
import { stockRunner } from './stock-state.mjs';

/** @typedef {import('./evm.mjs').Run} Run */
/** @typedef {import('./evm.mjs').Section} Section */

const LEAST_TRANSACTIONS = 50;
/** Blocks for the comparison with the stock state, and for quick runs: four forks. */
const FEW = ['13217637', '16257471', '19929064', '25229957'];

/** @param {string[]} [numbers] */
function chosen(numbers) {
  const all = blockPaths().map((path) => ({ path, json: readJson(path) }));
  return all.filter(({ json: { number, transactions } }) =>
    numbers ? numbers.includes(String(number)) : transactions.length >= LEAST_TRANSACTIONS,
  );
}

/** @param {any[]} rows @param {string} name of a ratio */
const overall = (rows, name) => ({
  median: geomean(rows.map(({ ratios }) => ratios[name].median)),
  min: geomean(rows.map(({ ratios }) => ratios[name].min)),
});

/** @param {Run} run @returns {Promise<Section | undefined>} */
export async function blocks(run) {
  if (!hasCorpus()) return run.skip('blocks', 'no corpus');
  const rows = [];
  for (const { path, json } of chosen(run.quick ? FEW : undefined)) {
    const times = await run.attempt(json.number, () => raceBlock(path, json, { one: run.engine }, run.options));
    if (times === undefined) continue;
    const { reference, one } = times;
    const ratios = {
      execute: speedup(reference.runBlock, one.execute),
      total: speedup(reference.runBlock, one.total),
    };
    rows.push({ ...aboutBlock(json), ratios, times });
    const [theirs, ours] = [reference.runBlock.median, one.execute.median].map((ms) => ms.toFixed(2));
    run.say(`${json.number} ${json.hardfork}: ${theirs} ms to ${ours} ms, ${ratios.execute.median}x`);
  }
  const geomeans = { execute: overall(rows, 'execute'), total: overall(rows, 'total') };
  run.say(`geometric mean of ${rows.length} blocks: ${geomeans.execute.median}x`);
  return { rows, geomeans, bars: [] };
}

/** @param {Run} run @returns {Promise<Section | undefined>} */
export async function stock(run) {
  if (!hasCorpus()) return run.skip('stock', 'no corpus');
  const rows = [];
  for (const { path, json } of chosen(run.quick ? FEW.slice(-1) : FEW)) {
    const times = await run.attempt(`${json.number} with the stock state`, async () =>
      raceBlock(path, json, { one: run.engine }, run.options, { stock: await stockRunner(json) }),
    );
    if (times === undefined) continue;
    const ratios = {
      flat: speedup(times.reference.runBlock, times.one.execute),
      stock: speedup(times.stock.runBlock, times.one.execute),
    };
    rows.push({ ...aboutBlock(json), ratios, times });
    run.say(
      `${json.number}: stock state ${times.stock.runBlock.median} ms, ${ratios.stock.median}x (flat ${ratios.flat.median}x)`,
    );
  }
  return { rows, bars: [] };
}

/** @param {string} script @param {...string} args @returns {string} what a process of its own prints */
const node = (script, ...args) =>
  execFileSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], { encoding: 'utf8' });

const STARTS = 7;

/** @param {Run} run @returns {Promise<Section>} */
export async function start(run) {
  const samples = Array.from({ length: run.quick ? 2 : STARTS }, () => JSON.parse(node('start-up.mjs')));
  const of = (/** @type {string} */ name) => summarize(samples.map((sample) => sample[name]));
  const ratios = summarize(samples.map(({ first, steady }) => first / steady));
  run.say(
    `createEngine ${of('create').median} ms; first block ${of('first').median} ms, later ${of('steady').median} ms`,
  );
  const rows = { create: of('create'), first: of('first'), steady: of('steady'), ratios };
  return { rows, bars: [judge(BARS.start, ratios.median)] };
}

/** @param {Run} run @returns {Promise<Section>} */
export async function heap(run) {
  const rows = JSON.parse(node('heap.mjs', '--json', '--runs', run.quick ? '20' : '200'));
  run.say(`${rows.perTransaction} bytes of JavaScript heap per transaction`);
  return { rows, bars: [] };
}

/** @param {Run} run @returns {Promise<Section>} */
export async function size(run) {
  const wasm = readFileSync(join(ROOT, 'build/release.wasm'));
  const rows = {
    bytes: wasm.length,
    gzip: gzipSync(wasm, { level: 9 }).length,
    brotli: brotliCompressSync(wasm).length,
  };
  run.say(`WebAssembly: ${rows.bytes} bytes, gzip ${rows.gzip}, brotli ${rows.brotli}`);
  return { rows, bars: [] };
}
