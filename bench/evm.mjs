/**
 * `npm run bench:evm -- [--only programs,contracts,loops,blocks,stock,start,heap,size] [--quick] [--runs 5] [--warmup 1]
 * [--name NAME]`
 *
 * One slot against `@ethereumjs/evm` and `@ethereumjs/vm`, all in one process and in turns; results are compared before
 * anything is timed. A full run writes `bench/results/evm.json`; a run of some sections, or a quick one, which is for
 * trying things out, writes nothing unless it is named. Exit code 1: a result differed; 2: bad arguments.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../dist/src/index.js';
import { ROOT } from '../test/oracle/blocks.mjs';
import { judgementLine } from './bars.mjs';
import { blocks, heap, size, start, stock } from './block-sections.mjs';
import { contracts, loops, programs } from './call-sections.mjs';
import { circumstances } from './machine.mjs';

/**
 * @typedef {object} Run what a section works with
 * @property {import('../dist/src/index.js').Engine} engine of one slot
 * @property {{ warmup: number, runs: number }} options
 * @property {boolean} quick
 * @property {(line: string) => void} say
 * @property {<T>(name: string | number, task: () => Promise<T>) => Promise<T | undefined>} attempt notes a failure
 * @property {(section: string, why: string) => undefined} skip
 */
/** @typedef {{ rows: any, geomeans?: any, bars: import('./bars.mjs').Judgement[] }} Section */

/** @type {Record<string, (run: Run) => Promise<Section | undefined>>} */
const SECTIONS = { programs, contracts, loops, blocks, stock, start, heap, size };

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    warmup: { type: 'string', default: '1' },
    name: { type: 'string' },
  },
});

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** @param {string} name @param {string} text @param {number} least @returns {number} */
function integer(name, text, least) {
  const value = Number(text);
  return Number.isInteger(value) && value >= least ? value : refuse(`"${name}" must be from ${least} on, got ${text}`);
}

const names = values.only?.split(',') ?? Object.keys(SECTIONS);
for (const name of names) {
  if (!Object.hasOwn(SECTIONS, name)) refuse(`"only" must be of ${Object.keys(SECTIONS)}, got ${name}`);
}
const options = {
  warmup: integer('warmup', values.warmup, 0),
  runs: integer('runs', values.runs ?? (values.quick ? '2' : '5'), 1),
};

/** @type {{ name: string, reason: string }[]} */
const failures = [];
/** @type {string[]} */
const skipped = [];

/** @template T @param {string | number} name @param {() => Promise<T>} task */
async function attempt(name, task) {
  try {
    return await task();
  } catch (error) {
    failures.push({ name: String(name), reason: error.message.slice(0, 200) });
    console.log(`  ${name} FAILED, not timed: ${error.message.slice(0, 200)}`);
    return undefined;
  }
}

/** @param {string} section @param {string} why @returns {undefined} */
function skip(section, why) {
  skipped.push(section);
  console.log(`  not run: ${why}`);
}

const around = circumstances();
const engine = await createEngine({ slots: 1 });
/** @type {Run} */
const run = { engine, options, quick: values.quick, say: (line) => console.log(`  ${line}`), attempt, skip };
/** @type {Record<string, Section>} */
const sections = {};
for (const name of names) {
  console.log(name);
  const section = await SECTIONS[name](run);
  if (section !== undefined) sections[name] = section;
}
await engine.close();

const isFull = values.only === undefined && !values.quick;
const reportName = values.name ?? (isFull ? 'evm' : undefined);
if (reportName !== undefined) {
  const folder = join(ROOT, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const report = { name: reportName, ...around, options, skipped, failures, sections };
  const output = join(folder, `${reportName}.json`);
  writeFileSync(output, `${JSON.stringify(report, undefined, 1)}\n`);
  console.log(output);
}
for (const { bars } of Object.values(sections)) for (const bar of bars) console.log(judgementLine(bar));
console.log(`${failures.length} failed${skipped.length > 0 ? `; not run: ${skipped}` : ''}`);
process.exitCode = failures.length === 0 ? 0 : 1;
