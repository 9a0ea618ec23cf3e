/** A slot of the harness: the production pipeline over kernels that ask, on a thread that runs only in its turns. */
import { parentPort, workerData } from 'node:worker_threads';
import { instantiateSync } from '@assemblyscript/loader';
import { Views } from '../../dist/src/memory/views.js';
import { Arena } from '../../dist/src/pipeline/attempts.js';
import { workOn } from '../../dist/src/pipeline/work.js';
import { breakRule } from './mutations.mjs';
import { Turns, Unwound } from './turns.mjs';

const { memory, module, arena, slot, slots, buffer, mutation } = workerData;
const turns = new Turns(buffer, slots);
let isIn = false;
const point = () => {
  if (isIn) turns.point(slot);
};

/** The atomics that the pipeline calls, in turns. Those of the turns themselves are left alone. */
function takeTurns() {
  const real = { ...Object.fromEntries(Object.getOwnPropertyNames(Atomics).map((name) => [name, Atomics[name]])) };
  const isOurs = (/** @type {any} */ array) => isIn && array.buffer !== buffer;
  for (const name of ['load', 'store', 'add', 'sub', 'or', 'compareExchange']) {
    Atomics[name] = (/** @type {any} */ array, /** @type {any[]} */ ...rest) => {
      if (isOurs(array)) point();
      return real[name](array, ...rest);
    };
  }
  Atomics.wait = (/** @type {any} */ array, /** @type {number} */ index, /** @type {any} */ value, limit) => {
    if (!isOurs(array)) return real.wait(array, index, value, limit);
    point();
    if (real.load(array, index) !== value) return 'not-equal';
    turns.sleep(slot, index, limit !== undefined);
    return 'ok';
  };
  Atomics.notify = (/** @type {any} */ array, /** @type {number} */ index, count) => {
    if (!isOurs(array)) return real.notify(array, index, count);
    point();
    return turns.wake(index) + real.notify(array, index, count);
  };
}

takeTurns();
const precompile = () => -1; // blocks of the harness call none that needs a library
const { exports } = instantiateSync(module, { env: { memory }, host: { precompile, point } }).instance;
const core = breakRule(mutation, /** @type {any} */ ({ ...exports }), (array) => isIn && array.buffer !== buffer);
const own = new Arena(core, new Views(memory), arena, { slot });

parentPort?.postMessage('ready');
for (let schedule = 0; ; ) {
  schedule = turns.awaitSchedule(schedule);
  try {
    turns.awaitTurn(slot);
    isIn = true;
    workOn(own, slot);
  } catch (error) {
    if (!(error instanceof Unwound)) {
      console.error(`slot ${slot}:`, error);
      process.exitCode = 1;
    }
  }
  isIn = false;
  turns.leave(slot);
}
