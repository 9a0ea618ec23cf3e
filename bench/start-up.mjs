/**
 * `node bench/start-up.mjs [--file FILE] [--runs 30]`
 *
 * A process of its own that starts an engine of one slot, prepares a block and runs it again and again. Prints JSON: the
 * milliseconds until `createEngine` resolves, of the first run and of the later ones. Start it anew for every sample: what the
 * first run pays for (compiling, allocating, cold code) is paid once in a process.
 */
import { parseArgs } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { summarize } from './measure.mjs';

const { values } = parseArgs({
  options: { file: { type: 'string' }, runs: { type: 'string', default: '30' } },
});
/** Runs before the machine code is settled; part of neither number. */
const SETTLING = 10;

const file = await readBlockFile(values.file ?? new URL('../showcase/block.json.gz', import.meta.url));
const started = performance.now();
const engine = await createEngine({ slots: 1 });
const create = performance.now() - started;
const state = await engine.createState(file.preState, { codes: file.codes });
const block = await engine.prepare(file.block);
const { blockHashes } = file;

/** @returns {Promise<number>} milliseconds of `runBlock` as its caller sees it */
async function run() {
  const start = performance.now();
  const { gasUsed } = await engine.runBlock({ block, state, blockHashes, commit: false });
  const ms = performance.now() - start;
  if (gasUsed !== BigInt(String(file.header.gasUsed))) throw new Error(`gasUsed ${gasUsed} is not the header's`);
  return ms;
}

const first = await run();
for (let i = 0; i < SETTLING; i++) await run();
const later = [];
for (let i = 0; i < Number(values.runs); i++) later.push(await run());
await engine.close();
const steady = summarize(later);
console.log(JSON.stringify({ create, first, steady: steady.median, spread: steady.spread }));
