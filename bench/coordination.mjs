/**
 * What coordination takes of the slots' time: everything in a slot's loop that is neither work (attempts, hashing receipts,
 * credits, the state diff) nor sleep. So it holds claims, token, comparing, confirming with all that it publishes, looking
 * for work in vain, and what is left of the clock after its own cost is taken out. Slots do not spin before they sleep here,
 * so that idleness does not count. The plan, made once when a block is laid out, is timed apart.
 */
import { Worker } from 'node:worker_threads';
import { Common, Mainnet } from '@ethereumjs/common';
import { CTL_SPINS, JOB_BLOCK } from '../dist/assembly/layout.js';
import { decodeBlock } from '../dist/src/block/decode.js';
import { LaidOut } from '../dist/src/block/prepared.js';
import { planBlock } from '../dist/src/dispatch/groups.js';
import { ARENA_BYTES } from '../dist/src/memory/arenas.js';
import { createSpace } from '../dist/src/memory/shared.js';
import { jobEnded, postJob, postStop, readVerdict } from '../dist/src/pipeline/control.js';
import { loadPrecompiles } from '../dist/src/precompiles/host.js';
import { compileMcl } from '../dist/src/precompiles/mcl-module.js';
import { BlockRunner } from '../dist/src/run.js';
import { OwnedState } from '../dist/src/state/owned.js';
import { Workspace } from '../dist/src/workspace.js';

/** Milliseconds of all slots together. @typedef {{ loop: number, work: number, asleep: number }} Times */

/** Slots with a clock, in the place of an engine's. */
class ClockedCrew {
  slots;
  #words;
  #done;
  #lines;
  #workers;
  /** Of the last job. @type {Times} */
  times = { loop: 0, work: 0, asleep: 0 };

  constructor(words, times, workers) {
    this.slots = workers.length;
    this.#words = words;
    this.#done = new Int32Array(times, 0, 64);
    this.#lines = workers.map((_, slot) => new Float64Array(times, 4096 + slot * 64, 3));
    this.#workers = workers;
  }

  async run(_signal, command = JOB_BLOCK) {
    const job = postJob(this.#words, command);
    await jobEnded(this.#words, job);
    while (this.#lines.some((_, slot) => Atomics.load(this.#done, slot) !== job))
      await new Promise((resolve) => setImmediate(resolve));
    const total = (/** @type {number} */ field) => this.#lines.reduce((sum, line) => sum + line[field], 0);
    this.times = { loop: total(0), work: total(1), asleep: total(2) };
    return readVerdict(this.#words);
  }

  /** Its slots lay their arenas out themselves. */
  shrink() {}

  async close() {
    postStop(this.#words);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

export class Coordination {
  #workspace;
  #crew;
  #runner;
  #states = 0;

  constructor(workspace, crew) {
    this.#workspace = workspace;
    this.#crew = crew;
    this.#runner = new BlockRunner(workspace, crew);
  }

  /** @param {number} slots */
  static async start(slots) {
    const mcl = await compileMcl();
    const space = await createSpace(2 ** 32, true, await loadPrecompiles(mcl));
    space.views.setU32(CTL_SPINS, 0);
    const times = new SharedArrayBuffer(4096 + 64 * slots);
    const workers = Array.from({ length: slots }, (_, slot) => {
      const arena = space.alloc(ARENA_BYTES, 'an arena');
      const workerData = { memory: space.memory, module: space.module, mcl, arena, slot, times };
      return new Worker(new URL('./coordination-slot.mjs', import.meta.url), { workerData });
    });
    await Promise.all(
      workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))),
    );
    return new Coordination(new Workspace(space), new ClockedCrew(space.views.words, times, workers));
  }

  /**
   * The share of coordination in what slots do, the milliseconds that these take, microseconds of coordination per transaction,
   * and of planning; each the least of `runs`.
   * @param {any} file @param {{ warmup: number, runs: number }} options
   */
  async measure(file, { warmup, runs }) {
    const common = new Common({ chain: Mainnet });
    const state = await OwnedState.load(this.#workspace, ++this.#states, file.preState, file.codes);
    const block = new LaidOut(this.#workspace, await decodeBlock(file.block, { common }), common);
    const options = {
      blockHashes: file.blockHashes,
      commit: false,
      prepareMs: 0,
      signal: undefined,
      depositContract: '',
    };
    const samples = [];
    for (let run = -warmup; run < runs; run++) {
      const { invalid } = await this.#runner.run(block, state, options);
      if (invalid) throw new Error(invalid.reason);
      const started = performance.now();
      planBlock(this.#workspace.space.views, block.address, block.gasAsked);
      const plan = performance.now() - started;
      const { loop, work, asleep } = this.#crew.times;
      const coordination = loop - work - asleep;
      const busy = loop - asleep;
      if (run >= 0) samples.push({ coordination, busy, share: coordination / busy, plan });
    }
    await block.dispose();
    await state.dispose();
    const least = (/** @type {'coordination' | 'busy' | 'share' | 'plan'} */ name) =>
      Math.min(...samples.map((each) => each[name]));
    const perTransaction = (/** @type {number} */ ms) => (1000 * ms) / block.transactionCount;
    return {
      share: least('share'),
      busy: least('busy'),
      microseconds: perTransaction(least('coordination')),
      plan: perTransaction(least('plan')),
    };
  }

  close() {
    return this.#crew.close();
  }
}
