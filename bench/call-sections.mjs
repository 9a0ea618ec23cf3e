/** The sections of bench/evm.mjs that race calls. Each gives its rows, what to say about them, and judged bars. */
import { BareEngine } from '../dist/src/statetest.js';
import { BARS, judge } from './bars.mjs';
import { raceCall } from './calls.mjs';
import { contractCases } from './contract-cases.mjs';
import { hasPrograms, programCases } from './evmbench.mjs';
import { loopCases } from './loops.mjs';
import { geomean } from './measure.mjs';

/** @typedef {import('./evm.mjs').Run} Run */
/** @typedef {import('./evm.mjs').Section} Section */
/** @typedef {import('./calls.mjs').CallCase} CallCase */

/** @param {number} ms */
const time = (ms) => (ms < 1 ? `${(1000 * ms).toFixed(0)} us` : `${ms.toFixed(1)} ms`);

/** @param {any} row */
function line({ name, gas, ratios, times: { reference, engine, batch } }) {
  const one = `${time(reference.median)} to ${time(engine.median)}, ${ratios.call.median}x (minima ${ratios.call.min}x)`;
  const many = batch ? `; in a batch ${time(batch.median)}, ${ratios.batch.median}x` : '';
  return `${name}: ${gas} gas, ${one}, spread ${(100 * engine.spread).toFixed(0)} %${many}`;
}

/** @param {Run} run @param {CallCase[]} cases @returns {Promise<any[]>} rows of those whose results are equal */
async function raceAll({ engine, options, say, attempt }, cases) {
  const rows = [];
  for (const each of cases) {
    const row = await attempt(each.name, () => raceCall(engine, each, options));
    if (row === undefined) continue;
    rows.push(row);
    say(line(row));
  }
  return rows;
}

/** @param {any[]} rows @param {'call' | 'batch'} kind by single calls where there is no batch */
const overall = (rows, kind) => ({
  median: geomean(rows.map(({ ratios }) => (ratios[kind] ?? ratios.call).median)),
  min: geomean(rows.map(({ ratios }) => (ratios[kind] ?? ratios.call).min)),
});

/** Inputs above this take the reference more than a second. */
const QUICK_GAS = 1_000_000;

/** @param {Run} run @param {CallCase[]} cases */
async function quickOnes({ engine }, cases) {
  const kept = [];
  for (const each of cases) {
    const state = await engine.createState(each.file.preState);
    const { executionGasUsed } = await engine.call({ ...each.call, state, block: each.block });
    if (executionGasUsed < QUICK_GAS) kept.push(each);
    await state.dispose();
  }
  return kept;
}

/** @param {Run} run @returns {Promise<Section | undefined>} */
export async function programs(run) {
  if (!hasPrograms()) return run.skip('programs', 'no corpus');
  const bare = await BareEngine.start(1);
  const all = await programCases(bare).finally(() => bare.close());
  const cases = run.quick ? await quickOnes(run, all) : all;
  const groupOf = new Map(cases.map(({ name, group }) => [name, group]));
  const rows = (await raceAll(run, cases)).map((row) => ({ group: groupOf.get(row.name), ...row }));
  const main = rows.filter(({ group }) => group === 'main');
  const geomeans = {
    main: overall(main, 'call'),
    mainInBatch: overall(main, 'batch'),
    all: overall(rows, 'call'),
    allInBatch: overall(rows, 'batch'),
  };
  run.say(`${main.length} inputs of main: ${geomeans.main.median}x, in batches ${geomeans.mainInBatch.median}x`);
  run.say(`all ${rows.length}: ${geomeans.all.median}x, in batches ${geomeans.allInBatch.median}x`);
  return { rows, geomeans, bars: [judge(BARS.programs, geomeans.mainInBatch.median)] };
}

/** @param {Run} run @returns {Promise<Section>} */
export async function contracts(run) {
  const rows = await raceAll(run, await contractCases());
  const geomeans = { call: overall(rows, 'call'), batch: overall(rows, 'batch') };
  return { rows, geomeans, bars: [] };
}

/** @param {Run} run @returns {Promise<Section>} */
export async function loops(run) {
  const rows = await raceAll(run, loopCases());
  const bars = rows.map(({ name, ratios }) => judge(BARS[name.split(' ')[0]], ratios.call.median));
  return { rows, bars };
}
