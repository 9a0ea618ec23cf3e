/**
 * `npm run bench:heap -- [--runs 200] [--file FILE] [--json]`
 *
 * JavaScript heap that a transaction takes in a slot: the slot's own code runs a prepared block (the showcase) in this
 * thread, and the growth of `heapUsed` is divided by the transactions. A collection in between would hide garbage: a run
 * in which the heap shrank is repeated. Results: `bench/results/heap.json`, or with `--json` nothing but standard output.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Common, Mainnet } from '@ethereumjs/common';
import { JOB_BLOCK } from '../dist/assembly/layout.js';
import { decodeBlock } from '../dist/src/block/decode.js';
import { readBlockFile } from '../dist/src/block/file.js';
import { LaidOut } from '../dist/src/block/prepared.js';
import { ARENA_BYTES } from '../dist/src/memory/arenas.js';
import { createSpace } from '../dist/src/memory/shared.js';
import { Arena } from '../dist/src/pipeline/attempts.js';
import { postJob, readVerdict } from '../dist/src/pipeline/control.js';
import { workOn } from '../dist/src/pipeline/work.js';
import { loadPrecompiles } from '../dist/src/precompiles/host.js';
import { compileMcl } from '../dist/src/precompiles/mcl-module.js';
import { BlockRunner } from '../dist/src/run.js';
import { OwnedState } from '../dist/src/state/owned.js';
import { Workspace } from '../dist/src/workspace.js';
import { circumstances } from './machine.mjs';

const RESULTS = new URL('results/', import.meta.url);
const WARM_UP = 20;
const MAX_TRIES = 5;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const source = values.file ?? new URL('../showcase/block.json.gz', import.meta.url);

/** The slot's loop in this thread; notes how the heap grew while it worked. */
class MeasuredSlot {
  #space;
  #arena;
  growth = 0;

  /** @param {import('../dist/src/memory/shared.js').SharedSpace} space */
  constructor(space) {
    this.#space = space;
    this.#arena = new Arena(space.core, space.views, space.alloc(ARENA_BYTES, 'an arena'));
    space.core.bind(space.context);
  }

  async run() {
    const { core, views, context } = this.#space;
    postJob(views.words, JOB_BLOCK);
    core.bind(this.#arena.ctx);
    const before = process.memoryUsage().heapUsed;
    workOn(this.#arena, 0, true);
    this.growth = process.memoryUsage().heapUsed - before;
    core.bind(context);
    return readVerdict(views.words);
  }

  /** Its arena is never large. */
  shrink() {}

  async close() {}
}

const file = await readBlockFile(source);
const space = await createSpace(2 ** 32, true, await loadPrecompiles(await compileMcl()));
const workspace = new Workspace(space);
const slot = new MeasuredSlot(space);
const runner = new BlockRunner(workspace, slot);
const common = new Common({ chain: Mainnet });
const block = new LaidOut(workspace, await decodeBlock(file.block, { common }), common);
const state = await OwnedState.load(workspace, 1, file.preState, file.codes);
const options = { blockHashes: file.blockHashes, commit: false, prepareMs: 0, signal: undefined, depositContract: '' };

/** @returns {Promise<number>} bytes that one run took */
async function measureRun() {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { gasUsed } = await runner.run(block, state, options);
    if (gasUsed !== BigInt(String(file.header.gasUsed))) throw new Error(`gasUsed ${gasUsed} is not the header's`);
    if (slot.growth >= 0) return slot.growth;
  }
  throw new Error(`the heap shrank in ${MAX_TRIES} runs one after another`);
}

for (let i = 0; i < WARM_UP; i++) await measureRun();
let bytes = 0;
for (let i = 0; i < runs; i++) bytes += await measureRun();
const transactions = runs * block.transactionCount;
const perTransaction = Math.round(bytes / transactions);
const measured = { runs, transactions, bytes, perTransaction };
if (values.json) {
  console.log(JSON.stringify(measured));
} else {
  console.log(`${perTransaction} bytes of JavaScript heap per transaction (${runs} runs of ${block.transactionCount})`);
  mkdirSync(RESULTS, { recursive: true });
  const report = { ...circumstances(), ...measured };
  writeFileSync(new URL('heap.json', RESULTS), `${JSON.stringify(report, null, 2)}\n`);
}
