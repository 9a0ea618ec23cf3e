/** Slots that take turns, and the production caller over them. */
import { Worker } from 'node:worker_threads';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { CTL_SPINS, JOB_BLOCK } from '../../dist/assembly/layout.js';
import { decodeBlock } from '../../dist/src/block/decode.js';
import { LaidOut } from '../../dist/src/block/prepared.js';
import { startEarly } from '../../dist/src/dispatch/groups.js';
import { ARENA_BYTES } from '../../dist/src/memory/arenas.js';
import { createSpace } from '../../dist/src/memory/shared.js';
import { abandonJob, postJob, readVerdict } from '../../dist/src/pipeline/control.js';
import { policyOf } from '../../dist/src/policy.js';
import { BlockRunner } from '../../dist/src/run.js';
import { OwnedState } from '../../dist/src/state/owned.js';
import { Workspace } from '../../dist/src/workspace.js';
import { DEADLOCK, TOO_LONG, Turns } from './turns.mjs';

const MEMORY_BYTES = 2 ** 28;
const RUN = { commit: false, prepareMs: 0, depositContract: '', blockHashes: {}, signal: undefined, trace: undefined };

/** A schedule that did not end. */
export class Stuck extends Error {}

/** What a run came to, as text to compare. @param {any} result */
export const essence = ({ gasUsed, receiptsRoot, logsBloom, stateDiff, invalid }) =>
  JSON.stringify([
    invalid,
    String(gasUsed),
    Buffer.from(receiptsRoot).toString('hex'),
    Buffer.from(logsBloom).toString('hex'),
    stateDiff.toJSON(),
  ]);

class TurnCrew {
  slots;
  deaths = 0;
  #turns;
  #words;
  seed = 1;
  odds = 4;
  most = 0;
  /** @type {any} */
  outcome;

  /** @param {Turns} turns @param {Int32Array} words @param {number} slots */
  constructor(turns, words, slots) {
    this.#turns = turns;
    this.#words = words;
    this.slots = slots;
  }

  async run(_signal, command = JOB_BLOCK) {
    const words = /** @type {any} */ (this.#words);
    postJob(words, command);
    this.#turns.begin(this.seed, { odds: this.odds, most: this.most });
    this.outcome = await this.#turns.ended();
    const { failure, points } = this.outcome;
    if (failure !== 0) abandonJob(words);
    if (failure === DEADLOCK) throw new Stuck(`all slots sleep after ${points} points`);
    if (failure === TOO_LONG) throw new Stuck(`no end after ${points} points`);
    return readVerdict(words);
  }

  mend() {}

  /** The harness lays its slots' arenas out itself, and drawn blocks outgrow none. */
  shrink() {}

  async close() {}
}

export class Harness {
  #workers;
  #workspace;
  #runner;
  #crew;
  #states = 0;

  constructor(workers, workspace, runner, crew) {
    this.#workers = workers;
    this.#workspace = workspace;
    this.#runner = runner;
    this.#crew = crew;
  }

  /** @param {WebAssembly.Module} module of compileAskingKernels @param {number} slots @param {string} [mutation] */
  static async start(module, slots, mutation) {
    const space = await createSpace(MEMORY_BYTES, true);
    space.views.setU32(CTL_SPINS, 0);
    const buffer = Turns.buffer();
    const arenas = Array.from({ length: slots }, () => space.alloc(ARENA_BYTES, 'an arena'));
    const workers = arenas.map(
      (arena, slot) =>
        new Worker(new URL('./slot.mjs', import.meta.url), {
          workerData: { memory: space.memory, module, arena, slot, slots, buffer, mutation },
        }),
    );
    await Promise.all(
      workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))),
    );
    const crew = new TurnCrew(new Turns(buffer, slots), space.views.words, slots);
    const workspace = new Workspace(space);
    return new Harness(workers, workspace, new BlockRunner(workspace, crew), crew);
  }

  /**
   * Lays a block out on a state of its own.
   * @param {any} block @param {any} preState @param {number[]} early steps that start early
   */
  async prepare(block, preState, early) {
    const common = createCustomCommon({}, Mainnet);
    const state = await OwnedState.load(this.#workspace, ++this.#states, preState, {});
    const laidOut = new LaidOut(this.#workspace, await decodeBlock(block, { common }), common);
    startEarly(this.#workspace.space.views, laidOut.address, early);
    return { state, laidOut };
  }

  /** @param {any} prepared */
  async dispose({ state, laidOut }) {
    await laidOut.dispose();
    await state.dispose();
  }

  /** @param {any} prepared @param {object} policy @param {{ seed: number, odds: number, most: number }} schedule */
  async run({ state, laidOut }, policy, schedule) {
    Object.assign(this.#crew, schedule);
    this.#runner.policy = policyOf(policy);
    const result = await this.#runner.run(laidOut, state, RUN);
    return { result, ...this.#crew.outcome };
  }

  async close() {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
