/**
 * Rules of the protocol to leave out, so that the harness is seen to find what breaks without them. Each name says which.
 */
import { CTL_FRONTIER, CTL_TOKEN } from '../../dist/assembly/layout.js';

/** Rules of the kernels: where they stand, and what stands there without them. */
const KERNELS = {
  // What attempts list of their effects is taken to hold, whatever has come between.
  'no-heads': {
    file: 'effects.ts',
    rule: 'entry == 0 || load<u32>(entry, ENTRY_HEAD) == load<u32>(item, EFF_HEAD)',
    instead: 'true',
  },
  // The list leaves out what the attempt has only read.
  'no-reads': { file: 'effects.ts', rule: 'reads == 0 && record == 0', instead: 'record == 0' },
};

export const MUTATIONS = ['no-judging', 'two-holders', 'publish-first', 'lost-bell', ...Object.keys(KERNELS)];

/** What is to be left out of the kernels. @param {string | undefined} mutation */
export const brokenKernels = (mutation) =>
  mutation !== undefined && mutation in KERNELS ? KERNELS[mutation] : undefined;

/**
 * @param {string | undefined} mutation
 * @param {any} core the kernels of a slot
 * @param {(array: any) => boolean} isOurs the engine's memory, while a schedule runs
 */
export function breakRule(mutation, core, isOurs) {
  if (mutation === undefined || brokenKernels(mutation) !== undefined) return core;
  // Results are judged one by one in the pipeline, where a rule can be left out. Two holders in one run of results would
  // publish the same account twice and leave a list without an end.
  core.confirmRun = (/** @type {number} */ _state, /** @type {number} */ _block, /** @type {number} */ step) =>
    step << 2;
  if (mutation === 'no-judging') {
    // Results are taken as they are: slots count as compared.
    const { confirmTransaction } = core;
    core.confirmTransaction = (state, block, step, tx, out, inTurn) =>
      confirmTransaction(state, block, step, tx, out, inTurn, 1);
    return core;
  }
  const { compareExchange, store, notify } = Atomics;

  if (mutation === 'two-holders') {
    // Whoever asks for the token gets it.
    Atomics.compareExchange = (array, index, expected, value) => {
      if (!isOurs(array) || index !== CTL_TOKEN >>> 2) return compareExchange(array, index, expected, value);
      store(array, index, value);
      return expected;
    };
  } else if (mutation === 'publish-first') {
    // The frontier is moved on a result before it is judged.
    const { confirmTransaction, memory } = core;
    core.confirmTransaction = (state, block, step, tx, out, inTurn, known) => {
      const words = new Int32Array(memory.buffer);
      store(words, CTL_FRONTIER >>> 2, step + 1);
      const result = confirmTransaction(state, block, step, tx, out, inTurn, known);
      if (result !== 0) store(words, CTL_FRONTIER >>> 2, step);
      return result;
    };
  } else if (mutation === 'lost-bell') {
    // Nobody is woken when work appears.
    Atomics.notify = (array, index, count) => (isOurs(array) ? 0 : notify(array, index, count));
  } else throw new Error(`--mutation must be one of ${MUTATIONS.join(', ')}, got ${mutation}`);
  return core;
}
