/**
 * `npm run bench:engine -- [--min-txs 100] [--runs 15] [--warmup 3] [--slots 2] [--name engine] [--filter TEXT] [--presets]`
 *
 * Several slots against one, which is the plain sequential executor: prepared blocks, states in memory, both engines in one
 * process and in turns, `execute` time by the minimum, results compared before anything is timed. Every block is also
 * timed at first sight, by an engine that has learned from other blocks only. Beside the clock stands processor time,
 * since slots that wait for each other cost cores without costing time; and a canary, two independent loops that share
 * nothing, says whether two cores were there: below 1.9 the times of several slots mean little.
 *
 * First sight is the least of three runs of a block on a state that the engine has never seen, so that both engines decode
 * its contracts.
 *
 * Then, where no filter is given: coordination (coordination.mjs), the caller's share (caller.mjs), and the worst cases
 * (worst-case.mjs): one chain, and every block of the corpus.
 *
 * Blocks: the corpus, and blocks without conflicts made here. Results: `bench/results/<name>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { corpusBlocks, hasCorpus, ROOT, readJson } from '../test/oracle/blocks.mjs';
import { headerDifference, sentence } from '../test/oracle/difference.mjs';
import { bytesPerTransaction, longestSections } from './caller.mjs';
import { canary } from './canary.mjs';
import { chainBlock, conflictFreeBlocks } from './conflict-free.mjs';
import { Coordination } from './coordination.mjs';
import { ownLimit, referenceLimit } from './limits.mjs';
import { circumstances } from './machine.mjs';
import { coordinationShares, geomean } from './measure.mjs';
import { worstCase } from './worst-case.mjs';

const { values } = parseArgs({
  options: {
    'min-txs': { type: 'string', default: '100' },
    runs: { type: 'string', default: '15' },
    warmup: { type: 'string', default: '3' },
    slots: { type: 'string', default: '2' },
    filter: { type: 'string', default: '' },
    name: { type: 'string', default: 'engine' },
    presets: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const warmup = Number(values.warmup);
const slots = Number(values.slots);

const POLICIES = values.presets
  ? { default: {}, phase1: { preset: 'phase1' }, phase2: { preset: 'phase2' } }
  : { default: {} };

/** @param {number[]} list */
const least = (list) => Math.min(...list);
/** @param {number} value */
const rounded = (value) => Math.round(value * 1000) / 1000;

/** Longer than slots look for a job before they sleep. */
const SETTLE_MS = 1;

/** One engine's hold on one block. */
async function hold(engine, file) {
  const state = await engine.createState(file.preState, { codes: file.codes });
  const block = await engine.prepare(file.block);
  const run = async (modes = {}) => {
    const before = process.cpuUsage();
    const result = await engine.runBlock({ block, state, blockHashes: file.blockHashes, commit: false, ...modes });
    await setTimeout(SETTLE_MS); // a thread's time is booked when it goes to sleep
    const { user, system } = process.cpuUsage(before);
    return { result, execute: result.stats.ms.execute, total: result.stats.ms.total, cpu: (user + system) / 1000 };
  };
  const dispose = async () => {
    await block.dispose();
    await state.dispose();
  };
  return { run, dispose };
}

const essence = ({ gasUsed, receiptsRoot, logsBloom, stateDiff, invalid }) =>
  JSON.stringify([invalid, String(gasUsed), String(receiptsRoot), String(logsBloom), stateDiff.toJSON()]);

/** Share of the block's gas that was executed more than once. */
const redoneShare = ({ gasUsed, stats }) =>
  stats.perTransaction.reduce((sum, tx) => sum + Number(tx.gasUsed) * (tx.attempts - 1), 0) / Number(gasUsed);

const FIRST_SIGHTS = 3;

/** The least of a few first runs. @param {any} engine @param {any} file */
async function firstSight(engine, file) {
  const times = [];
  for (let i = 0; i < FIRST_SIGHTS; i++) {
    const each = await hold(engine, file);
    times.push((await each.run()).execute);
    await each.dispose();
  }
  return least(times);
}

const single = await createEngine({ slots: 1 });
/** @type {Record<string, any>} */
const engines = {};
for (const [name, policy] of Object.entries(POLICIES)) engines[name] = await createEngine({ slots, ...policy });

/** @param {any} file @param {string} label */
async function measure(file, label) {
  const holds = { one: await hold(single, file) };
  for (const [name, engine] of Object.entries(engines)) holds[name] = await hold(engine, file);
  const first = { one: await firstSight(single, file) };
  for (const [name, engine] of Object.entries(engines)) first[name] = await firstSight(engine, file);
  const times = {};
  const work = {};
  const checked = await holds.one.run();
  const expected = essence(checked.result);
  if (file.header?.gasUsed !== undefined) {
    const difference = headerDifference(file.header, checked.result);
    if (difference !== undefined) throw new Error(`${label}: ${sentence(difference)}`);
  }
  // Blocks made here have no header: all that they do has to succeed.
  else if (checked.result.invalid !== undefined || checked.result.receipts.some(({ status }) => status !== 1))
    throw new Error(`${label}: a transaction fails`);
  for (const [name, each] of Object.entries(holds)) {
    const run = await each.run();
    if (essence(run.result) !== expected) throw new Error(`${label}: ${name} differs from one slot`);
    times[name] = [];
    work[name] = { cpu: [], redone: [] };
  }
  const names = Object.keys(holds);
  let last;
  for (let round = -warmup; round < runs; round++) {
    const order = round % 2 === 0 ? names : [...names].reverse();
    for (const name of order) {
      const run = await holds[name].run();
      if (round < 0) continue;
      times[name].push(run.execute);
      work[name].cpu.push(run.cpu);
      work[name].redone.push(redoneShare(run.result));
      if (name === 'default') last = run.result;
    }
  }
  const limit = rounded(await ownLimit(holds.one.run, file.header?.miner ?? file.block.miner, slots));
  for (const each of Object.values(holds)) await each.dispose();
  const { ms: _ms, perTransaction: _perTransaction, ...mechanisms } = last.stats;
  const one = least(times.one);
  const rows = Object.fromEntries(
    Object.keys(engines).map((name) => [
      name,
      {
        min: rounded(least(times[name])),
        speedup: rounded(one / least(times[name])),
        firstSight: rounded(first.one / first[name]),
        cpu: rounded(least(work[name].cpu) / least(work.one.cpu)),
        redone: rounded(work[name].redone.reduce((sum, share) => sum + share, 0) / runs),
      },
    ]),
  );
  return { one: rounded(one), ownLimit: limit, policies: rows, mechanisms };
}

const around = circumstances();
const canaries = [await canary()];
const rows = [];
const corpus = hasCorpus() ? corpusBlocks() : [];
for (const { number, path } of corpus) {
  if (!String(number).includes(values.filter)) continue;
  const json = readJson(path);
  if (json.transactions.length < Number(values['min-txs'])) continue;
  const row = {
    block: number,
    transactions: json.transactions.length,
    limit: referenceLimit(number, slots),
    ...(await measure(await readBlockFile(path), String(number))),
  };
  rows.push(row);
  const { one, policies, limit, ownLimit } = row;
  const text = Object.entries(policies).map(
    ([name, p]) => `${name} ${p.min.toFixed(2)} ms ${p.speedup}x cpu ${p.cpu} redone ${(100 * p.redone).toFixed(1)} %`,
  );
  console.log(
    `${number}: ${row.transactions} transactions, 1 slot ${one.toFixed(2)} ms, ${text.join('; ')}${limit ? `; limit ${limit.toFixed(2)}` : ''}, by own costs ${ownLimit.toFixed(2)}`,
  );
}
canaries.push(await canary());
const free = [];
if (values.filter === '')
  for (const { name, file } of await conflictFreeBlocks()) {
    const row = { block: name, transactions: file.block.transactions.length, ...(await measure(file, name)) };
    free.push(row);
    console.log(`${name}: 1 slot ${row.one.toFixed(2)} ms, ${JSON.stringify(row.policies)}`);
  }
canaries.push(await canary());

/** What coordination takes on the blocks with 100 transactions and more, and on those without conflicts. */
async function measureCoordination() {
  const coordination = await Coordination.start(slots);
  const measured = { blocks: [], conflictFree: [] };
  const options = { warmup, runs };
  for (const { block } of rows) {
    const { path } = corpus.find(({ number }) => number === block);
    measured.blocks.push({ block, ...roundedAll(await coordination.measure(await readBlockFile(path), options)) });
  }
  for (const { name, file } of await conflictFreeBlocks())
    measured.conflictFree.push({ block: name, ...roundedAll(await coordination.measure(file, options)) });
  await coordination.close();
  return measured;
}

const LARGE_GAS = 29e6;

/** What the blocks of 30 Mgas cost the caller. */
async function measureCaller() {
  const measured = [];
  for (const { block } of rows) {
    const { path } = corpus.find(({ number }) => number === block);
    const file = await readBlockFile(path);
    if (Number(file.header.gasUsed) < LARGE_GAS) continue;
    const sections = await longestSections(engines.default, file, runs);
    const bytes = await bytesPerTransaction(engines.default, file, runs);
    measured.push({ block, prepared: roundedAll(sections.prepared), whole: roundedAll(sections.whole), bytes });
  }
  return measured;
}

/** The blocks on which several slots are slower than one. */
async function findWorstCases() {
  const control = await createEngine({ slots: 1 });
  const cases = [{ name: 'one chain', file: await chainBlock() }];
  for (const { number, path } of corpus) cases.push({ name: String(number), file: await readBlockFile(path) });
  const slower = [];
  for (const { name, file } of cases) {
    const holds = {
      one: await hold(single, file),
      control: await hold(control, file),
      several: await hold(engines.default, file),
    };
    const result = await worstCase(holds, Math.ceil(runs / 2));
    if (result.isSlower) slower.push({ block: name, rounds: result.rounds.map(roundedAll) });
    for (const each of Object.values(holds)) await each.dispose();
  }
  await control.close();
  return { cases: cases.length, slower };
}

/** @param {Record<string, number>} values */
function roundedAll(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));
}

const isWhole = values.filter === '';
const coordination = isWhole ? await measureCoordination() : undefined;
const caller = isWhole ? await measureCaller() : undefined;
const worst = isWhole ? await findWorstCases() : undefined;
await single.close();
for (const engine of Object.values(engines)) await engine.close();

/** The middle one. @param {number[]} list */
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** @param {string} name */
function summary(name) {
  const all = rows.map(({ policies }) => policies[name]);
  const shares = (/** @type {'limit' | 'ownLimit'} */ kind) =>
    rows.filter((row) => row[kind]).map((row) => row.policies[name].speedup / row[kind]);
  return {
    speedup: geomean(all.map(({ speedup }) => speedup)),
    firstSight: geomean(all.map(({ firstSight }) => firstSight)),
    cpu: geomean(all.map(({ cpu }) => cpu)),
    redone: rounded(all.reduce((sum, { redone }) => sum + redone, 0) / all.length),
    shareOfLimit: rounded(median(shares('limit'))),
    shareOfOwnLimit: rounded(median(shares('ownLimit'))),
    lowest: rounded(Math.min(...all.map(({ speedup }) => speedup))),
  };
}
const summaries = rows.length > 0 ? Object.fromEntries(Object.keys(engines).map((name) => [name, summary(name)])) : {};
for (const [name, s] of Object.entries(summaries))
  console.log(
    `${name}: ${rows.length} blocks, ${slots} slots ${s.speedup}x of 1 (first sight ${s.firstSight}x, lowest ${s.lowest}x), processor time ${s.cpu}x, redone ${(100 * s.redone).toFixed(1)} %, median share of the limit ${s.shareOfLimit}, of that by own costs ${s.shareOfOwnLimit}`,
  );
if (coordination !== undefined) {
  const { mean, together } = coordinationShares(coordination.blocks);
  const free = coordination.conflictFree.map(({ block, microseconds }) => `${block} ${microseconds}`);
  console.log(
    `coordination: ${(100 * together).toFixed(1)} % of the slots' time, ${(100 * mean).toFixed(1)} % of a block's in the mean; microseconds a transaction: ${free.join(', ')}`,
  );
}
if (caller?.length > 0) {
  const most = (/** @type {(each: any) => number} */ of) => Math.max(...caller.map(of));
  console.log(
    `caller's thread, blocks of 30 Mgas: longest section ${most(({ prepared }) => prepared.median)} ms, with decoding ${most(({ whole }) => whole.median)} ms; ${most(({ bytes }) => bytes.caller + bytes.diff)} bytes a transaction`,
  );
}
if (worst !== undefined)
  console.log(`worst cases: ${worst.slower.length} of ${worst.cases} slower: ${JSON.stringify(worst.slower)}`);
console.log(
  `canary: two loops at once run ${canaries.map((c) => c.toFixed(2)).join(', ')} times as fast as one after the other`,
);
if (canaries.some((c) => c < 1.9))
  console.log('times of several slots are void: two cores were not there all the time');
const folder = join(ROOT, 'bench/results');
mkdirSync(folder, { recursive: true });
const output = join(folder, `${values.name}.json`);
writeFileSync(
  output,
  `${JSON.stringify({ name: values.name, ...around, options: { slots, runs, warmup }, canaries: canaries.map(rounded), summaries, blocks: rows, conflictFree: free, coordination, caller, worst }, undefined, 1)}\n`,
);
console.log(output);
