/**
 * A slot of bench/coordination.mjs: the production loop on a thread, with a clock around what is not coordination. Writes
 * three numbers for each job to its line (milliseconds in the loop, at work, asleep), then the job's number.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { STATUS_STOP } from '../dist/assembly/layout.js';
import { instantiateCore } from '../dist/src/core.js';
import { Views } from '../dist/src/memory/views.js';
import { Arena } from '../dist/src/pipeline/attempts.js';
import { awaitJob, currentJob, isStop } from '../dist/src/pipeline/control.js';
import { workOn } from '../dist/src/pipeline/work.js';
import { createHostPrecompile, loadPrecompiles } from '../dist/src/precompiles/host.js';

const { memory, module, mcl, arena, slot, times } = workerData;
const line = new Float64Array(times, 4096 + slot * 64, 3);
const done = new Int32Array(times, 0, 64);
const raw = instantiateCore(module, memory, createHostPrecompile(memory, await loadPrecompiles(mcl)));
let began = 0;
let work = 0;
let asleep = 0;
let sections = 0;

const open = () => {
  began = performance.now();
};
const close = () => {
  work += performance.now() - began;
  sections++;
};

/** An attempt is work from its start to its end, however it ends. @param {any} core */
function clocked(core) {
  const opening =
    (/** @type {Function} */ kernel) =>
    (/** @type {any[]} */ ...args) => {
      open();
      return kernel(...args);
    };
  const unlessStop =
    (/** @type {Function} */ kernel) =>
    (/** @type {any[]} */ ...args) => {
      const status = kernel(...args);
      if (status !== STATUS_STOP) close();
      return status;
    };
  const closing =
    (/** @type {Function} */ kernel) =>
    (/** @type {any[]} */ ...args) => {
      const result = kernel(...args);
      close();
      return result;
    };
  const whole = (/** @type {Function} */ kernel) => opening(closing(kernel));
  return {
    ...core,
    startAttempt: opening(core.startAttempt),
    beginTransaction: unlessStop(core.beginTransaction),
    beginSystemCall: unlessStop(core.beginSystemCall),
    run: unlessStop(core.run),
    finishSystemCall: unlessStop(core.finishSystemCall),
    endAttempt: closing(core.endAttempt),
    applyCredits: whole(core.applyCredits),
    hashReceipts: whole(core.hashReceipts),
    recoverSigners: whole(core.recoverSigners),
    earlyRoot: whole(core.earlyRoot),
    finishReceipts: whole(core.finishReceipts),
    encodeDiff: whole(core.encodeDiff),
  };
}

/** Milliseconds that a look at the clock takes. */
function clockCost() {
  const started = performance.now();
  for (let i = 0; i < 100_000; i++) performance.now();
  return (performance.now() - started) / 100_000;
}

const { wait } = Atomics;
let isIn = false;
Atomics.wait = (/** @type {any} */ array, /** @type {number} */ index, /** @type {any} */ value, limit) => {
  if (!isIn) return wait(array, index, value, limit);
  const started = performance.now();
  const result = wait(array, index, value, limit);
  asleep += performance.now() - started;
  return result;
};

clockCost();
const cost = clockCost();
const own = new Arena(/** @type {any} */ (clocked(raw)), new Views(memory), arena, { slot });
const { words } = own.views;
parentPort?.postMessage('ready');
for (let last = currentJob(words); ; ) {
  awaitJob(words, last);
  last = currentJob(words);
  if (isStop(words)) break;
  isIn = true;
  work = asleep = sections = 0;
  const started = performance.now();
  workOn(own, slot);
  isIn = false;
  // One look at the clock falls into a section, one beside it.
  line.set([performance.now() - started - 2 * cost * sections, work - cost * sections, asleep]);
  Atomics.store(done, slot, last);
}
