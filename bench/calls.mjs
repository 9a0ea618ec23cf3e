/**
 * One call on one slot against the same call on `@ethereumjs/evm`.
 *
 * Timed is here all that its caller waits for: checking arguments, laying the call out, waking the slot, executing, copying
 * the result; there `runCall` alone. Each side repeats short calls until the clock can tell them apart from nothing;
 * since they are mostly waiting for the slot, the time of one among many of `simulate` stands beside them.
 */
import { bytesToHex, hexToBytes } from '@ethereumjs/util';
import { logText } from '../test/oracle/calls.mjs';
import { firstDifference, sentence } from '../test/oracle/difference.mjs';
import { compete, speedup } from './measure.mjs';
import { ReferenceCall } from './reference-call.mjs';

/**
 * @typedef {object} CallCase
 * @property {string} name
 * @property {{ preState: object, codes: object }} file state, as block files have it
 * @property {Record<string, any> & { hardfork: string }} block around the call
 * @property {Record<string, string>} [blockHashes]
 * @property {{ from: string, to: string, data: `0x${string}`, value?: bigint, gas: bigint }} call
 */

/** @typedef {import('../dist/src/index.js').Engine} Engine */

/** A timed run takes this long at least, unless it already is that many calls. */
const LEAST_MS = 15;
const MOST_REPEATS = 1000;
/** Calls that tell how long one takes, one after another and among many. */
const TRIALS = 10;
const TRIAL_BATCH = 50;
/** Above it, waking the slot is below a tenth. */
const SHORT_MS = 1;

const TRANSACTION_GAS = 21_000;
const ZERO_BYTE_GAS = 4;
const BYTE_GAS = 16;

/** EIP-2028. @param {string} data @returns {bigint} */
function intrinsicGas(data) {
  const bytes = hexToBytes(data);
  const zeros = bytes.filter((byte) => byte === 0).length;
  return BigInt(TRANSACTION_GAS + ZERO_BYTE_GAS * zeros + BYTE_GAS * (bytes.length - zeros));
}

/** @param {number} ms of one call */
const repeatsOf = (ms) => Math.min(MOST_REPEATS, Math.ceil(LEAST_MS / ms));

/** @param {any} result of the engine, as the reference has it */
const comparable = ({ success, output, executionGasUsed, logs }) => ({
  success,
  output: bytesToHex(output),
  executionGasUsed,
  logs: logs.map(logText),
});

/** @param {any} result @param {any} expected @throws {Error} if they differ, or if the call failed on both sides */
function check(result, expected) {
  const difference = firstDifference(comparable(result), expected, 'result');
  if (difference !== undefined) throw new Error(sentence(difference));
  if (!expected.success) throw new Error(`the call fails: ${result.halt} ${result.revertReason ?? ''}`);
}

/** @param {number} repeats @param {() => Promise<number>} run @returns {() => Promise<{ call: number }>} milliseconds of one */
const averaged = (repeats, run) => async () => {
  let ms = 0;
  for (let i = 0; i < repeats; i++) ms += await run();
  return { call: ms / repeats };
};

/** @param {number} trials @param {() => Promise<number>} run @returns {Promise<number>} the least */
async function shortest(trials, run) {
  const times = [];
  for (let i = 0; i < trials; i++) times.push(await run());
  return Math.min(...times);
}

/** @param {() => Promise<unknown>} task @returns {Promise<number>} milliseconds */
async function clocked(task) {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/**
 * @param {Engine} engine @param {CallCase} callCase @param {{ warmup: number, runs: number }} options
 * @throws {Error} if the two sides differ
 */
export async function raceCall(engine, callCase, options) {
  const { name, file, block, blockHashes = {}, call } = callCase;
  const state = await engine.createState(file.preState, { codes: file.codes });
  const around = { state, block, blockHashes };
  const single = () => clocked(() => engine.call({ ...around, ...call }));
  const amongMany = async (/** @type {number} */ count) => {
    const calls = Array.from({ length: count }, () => call);
    return (await clocked(() => engine.simulate({ ...around, calls }))) / count;
  };
  try {
    const reference = await ReferenceCall.create(callCase, call.gas - intrinsicGas(call.data));
    const result = await engine.call({ ...around, ...call });
    check(result, (await reference.run()).result);
    const { ms, result: again } = await reference.run();
    check(result, again); // nothing of a run is left for the next one
    for (const each of await engine.simulate({ ...around, calls: [call, call] })) check(each, again);
    const oneMs = await shortest(TRIALS, single);
    const repeats = { reference: repeatsOf(ms), engine: repeatsOf(oneMs) };
    const contenders = {
      reference: averaged(repeats.reference, async () => (await reference.run()).ms),
      engine: averaged(repeats.engine, single),
    };
    if (oneMs < SHORT_MS) {
      repeats.batch = repeatsOf(await shortest(TRIALS, () => amongMany(TRIAL_BATCH)));
      contenders.batch = async () => ({ call: await amongMany(repeats.batch) });
    }
    return rowOf(name, result, repeats, await compete(contenders, options));
  } finally {
    await state.dispose();
  }
}

/** @param {string} name @param {any} result @param {Record<string, number>} repeats by contender @param {any} times */
function rowOf(name, { executionGasUsed }, repeats, { reference, engine, batch }) {
  const ratios = {
    call: speedup(reference.call, engine.call),
    ...(batch && { batch: speedup(reference.call, batch.call) }),
  };
  const times = { reference: reference.call, engine: engine.call, ...(batch && { batch: batch.call }) };
  return { name, gas: Number(executionGasUsed), repeats, ratios, times };
}
