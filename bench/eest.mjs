/**
 * `npm run bench:eest -- [--filter REGEXP] [--sample N] [--runs 3] [--reference-runs 1] [--name NAME]`
 *
 * The worst-case blocks of `benchmark-eest` on one slot and on `@ethereumjs/vm` in the same process. Timed is the
 * execution of a prepared block with receipts, root and bloom, and there `runBlock`, as in blocks.mjs; each side's fastest
 * run counts. The output of every first run is compared with the header, and receipts and state with the reference's,
 * before the case counts. Prints Mgas/s, slowest ratio first. A full run writes `bench/results/eest.json`; a run of some cases
 * writes nothing unless it is named.
 * Exit code 1: a case failed or is slower than `@ethereumjs/vm`; 2: nothing to do.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../dist/src/index.js';
import { ROOT } from '../test/oracle/blocks.mjs';
import { firstDifference, headerDifference, sentence } from '../test/oracle/difference.mjs';
import { circumstances } from './machine.mjs';
import { geomean, summarize } from './measure.mjs';
import { hasSuite, SUITE, worstCases } from './worst-cases.mjs';

/** Cases below this are named in the summary, with the reason. */
const BAR = 5;
/** Why an engine cannot be much faster there, by case. */
const REASONS = [
  [/point_evaluation/, 'both sides spend the time in a pairing check, here in WebAssembly (mcl), there too'],
  [/p256verify/, 'both sides spend the time in one signature check of @noble/curves or of the platform'],
  [/bls12|bn128|alt_bn|ec_pairing|ecmul|ecadd/, 'both sides spend the time in curve arithmetic in WebAssembly (mcl)'],
  [
    /ripemd160|sha256|blake2f|identity|modexp|ecrecover/,
    'most of the time is one precompile, which the library has fast as well',
  ],
  [/empty_block/, 'nothing is executed: handing the block to the slot takes most of the time'],
];
/** So many of the slowest by gas per second are named. */
const NAMED = 15;

const { values } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    sample: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
    'reference-runs': { type: 'string', default: '1' },
    name: { type: 'string' },
  },
});

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** @param {'sample' | 'runs' | 'reference-runs'} name @returns {number} */
function integer(name) {
  const value = Number(values[name]);
  return Number.isInteger(value) && value >= 1 ? value : refuse(`"${name}" must be 1, 2, ... got ${values[name]}`);
}

const options = { sample: integer('sample'), runs: integer('runs'), referenceRuns: integer('reference-runs') };

/** @typedef {import('./worst-cases.mjs').WorstCase} WorstCase */

/** @param {any} receipt without its type, which only the reference tells */
const content = ({ type: _type, ...receipt }) => receipt;

/** @param {any} result @param {any} claims of the header @throws {Error} if they differ */
function checkClaims(result, claims) {
  if (result.invalid !== undefined) throw new Error(`transaction ${result.invalid.txIndex}: ${result.invalid.reason}`);
  const difference = headerDifference(claims, result);
  if (difference !== undefined) throw new Error(sentence(difference));
}

/** @param {any} result @param {any} expected the reference's @throws {Error} if they differ */
function checkEffects(result, expected) {
  const difference =
    firstDifference(result.receipts.map(content), expected.receipts.map(content), 'receipts') ??
    firstDifference(JSON.parse(JSON.stringify(result.stateDiff)), expected.stateDiff(), 'stateDiff');
  if (difference !== undefined) throw new Error(sentence(difference));
}

/** Short cases are run more often than was asked for, so that both sides' code is warm. */
const LEAST_MS = 300;
const MOST_RUNS = 20;

/** @param {() => Promise<number>} run milliseconds @param {number} runs at least @param {number[]} times so far */
async function timed(run, runs, times = []) {
  let total = times.reduce((sum, ms) => sum + ms, 0);
  while (times.length < runs || (total < LEAST_MS && times.length < MOST_RUNS)) {
    const ms = await run();
    times.push(ms);
    total += ms;
  }
  return summarize(times);
}

/** The engine's first result and times. @param {any} engine @param {WorstCase} worst */
async function onEngine(engine, worst) {
  const state = await engine.createState(worst.preState);
  const blocks = worst.blocks();
  const { block, claims } = blocks.pop();
  const { blockHashes } = worst;
  try {
    for (const setUp of blocks)
      checkClaims(await engine.runBlock({ block: setUp.block, state, blockHashes }), setUp.claims);
    const prepared = await engine.prepare(block);
    const run = () => engine.runBlock({ block: prepared, state, blockHashes, commit: false });
    try {
      const result = await run();
      checkClaims(result, claims);
      return { result, times: await timed(async () => (await run()).stats.ms.execute, options.runs) };
    } finally {
      await prepared.dispose();
    }
  } finally {
    await state.dispose();
  }
}

/** @param {WorstCase} worst */
async function onReference(worst) {
  const reference = await worst.reference();
  const result = await reference.run({ validate: true });
  const again = async () => (await reference.run({ validate: true })).ms;
  return { result, times: await timed(again, options.referenceRuns, [result.ms]) };
}

/** @param {number} gas @param {number} ms */
const speed = (gas, ms) => Math.round(gas / ms / 10) / 100;

/** @param {string} name @param {number} ratio @returns {{ reason?: string }} where there is something to explain */
function reasonOf(name, ratio) {
  if (ratio >= BAR) return {};
  const [, reason] = REASONS.find(([pattern]) => pattern.test(name)) ?? [undefined, 'not known'];
  return { reason };
}

/** @param {any} engine @param {WorstCase} worst */
async function measure(engine, worst) {
  const ours = await onEngine(engine, worst);
  const theirs = await onReference(worst);
  checkEffects(ours.result, theirs.result);
  const { name, gasUsed } = worst;
  return {
    name,
    gasUsed,
    mgasPerSecond: { engine: speed(gasUsed, ours.times.min), reference: speed(gasUsed, theirs.times.min) },
    ...reasonOf(name, theirs.times.min / ours.times.min),
    ratio: Math.round((100 * theirs.times.min) / ours.times.min) / 100,
    times: { engine: ours.times, reference: theirs.times },
  };
}

/** @param {any} row */
const line = ({ name, ratio, mgasPerSecond: { engine, reference } }) =>
  `${ratio.toFixed(2).padStart(8)}x ${String(engine).padStart(9)} ${String(reference).padStart(9)} Mgas/s  ${name}`;

if (!hasSuite()) refuse(`no suite at ${SUITE}: set PARALLEL_EVM_CORPUS to the corpus`);
const around = circumstances();
const engine = await createEngine({ slots: 1 });
const rows = [];
const failures = [];
let seen = 0;
for (const worst of worstCases(new RegExp(values.filter))) {
  seen += 1;
  if ((seen - 1) % options.sample !== 0) continue;
  try {
    rows.push(await measure(engine, worst));
    console.error(line(rows[rows.length - 1]));
  } catch (error) {
    failures.push({ name: worst.name, reason: error.message.slice(0, 200) });
    console.error(`FAILED, not timed: ${worst.name}: ${error.message.slice(0, 200)}`);
  }
}
await engine.close();
if (rows.length === 0 && failures.length === 0) refuse(`no case matches "${values.filter}"`);

rows.sort((a, b) => a.ratio - b.ratio);
console.log('    ratio    engine reference');
for (const row of rows) console.log(line(row));
const belowBar = rows.filter(({ ratio }) => ratio < BAR);
const slower = rows.filter(({ ratio }) => ratio < 1);
for (const { name, ratio, reason } of belowBar) console.log(`below ${BAR}x: ${name}, ${ratio}x: ${reason}`);
/** Blocks without gas have no speed. */
const bySpeed = rows
  .filter(({ gasUsed }) => gasUsed > 0)
  .sort((a, b) => a.mgasPerSecond.engine - b.mgasPerSecond.engine);
for (const { name, mgasPerSecond } of bySpeed.slice(0, NAMED))
  console.log(`slow: ${mgasPerSecond.engine} Mgas/s, ${name}`);
const mean = geomean(rows.map(({ ratio }) => ratio));
console.log(
  `${rows.length} cases: geometric mean ${mean}x, slowest ${rows[0]?.ratio}x and ${bySpeed[0]?.mgasPerSecond.engine} Mgas/s;`,
  `${belowBar.length} below ${BAR}x, ${failures.length} failed`,
);
console.log(`bar: ${slower.length} slower than the reference, at most 0: ${slower.length === 0 ? 'met' : 'missed'}`);
const isFull = values.filter === '' && options.sample === 1;
const reportName = values.name ?? (isFull ? 'eest' : undefined);
if (reportName !== undefined) {
  const folder = join(ROOT, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `${reportName}.json`);
  const report = {
    name: reportName,
    ...around,
    options: { ...options, filter: values.filter },
    geomean: mean,
    failures,
  };
  writeFileSync(output, `${JSON.stringify({ ...report, cases: rows }, undefined, 1)}\n`);
  console.log(output);
}
process.exitCode = failures.length + slower.length === 0 ? 0 : 1;
