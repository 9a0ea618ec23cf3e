/**
 * A case on an engine: each of its blocks several times without commit, which must leave no trace, and once with, which must
 * leave what the oracle has. Every run gives the oracle's result, and the yardstick's in what the oracle does not tell.
 */
import { firstDifference, sentence } from '../../test/oracle/difference.mjs';
import { effectsOf } from './oracle.mjs';

/** @typedef {import('./scenarios.mjs').Case} Case */
/** @typedef {import('./oracle.mjs').Expected} Expected */
/** @typedef {import('./oracle.mjs').Effects} Effects */
/** @typedef {import('../../dist/src/index.js').Engine} Engine */
/** @typedef {import('../../dist/src/index.js').BlockResult} BlockResult */

/** A block that takes longer hangs. */
const LIMIT_MS = 60_000;

/** @template T @param {Promise<T>} work @returns {Promise<T>} */
export async function inTime(work) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no result after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {any} file a parsed block file */
export const blockOf = ({ header, transactions, withdrawals, ommers }) => ({
  ...header,
  transactions,
  withdrawals,
  ommers,
});

/** @param {BlockResult} result @returns {object} everything that it says but how long it took, to be compared between engines */
export function outputOf({ stats: _stats, ...result }) {
  return { ...result, receipts: [...result.receipts], stateDiff: JSON.parse(JSON.stringify(result.stateDiff)) };
}

/** @param {BlockResult} result @param {Effects} expected @param {string} fork */
function differenceFromOracle(result, expected, fork) {
  const { invalid } = result;
  if (expected.invalid !== undefined) {
    const { txIndex, codes } = expected.invalid;
    if (invalid?.txIndex === txIndex && codes.includes(invalid.code)) return undefined;
    return `invalid: got ${invalid?.code} at ${invalid?.txIndex}, expected ${codes} at ${txIndex}`;
  }
  if (invalid !== undefined) return `transaction ${invalid.txIndex} is invalid: ${invalid.code}`;
  const effects = effectsOf(result, JSON.parse(JSON.stringify(result.stateDiff)), fork);
  const difference = firstDifference(effects, expected, 'result');
  return difference && sentence(difference);
}

/** @param {object} got @param {object} expected @param {string} what */
function stateDifference(got, expected, what) {
  const difference = firstDifference(got, expected, 'state');
  return difference && `${what}: ${sentence(difference)}`;
}

/** One case on one engine, with the state that its blocks share. */
class Trial {
  /** @param {Case} subject @param {Engine} engine @param {any} state @param {object[]} yardstick outputs by height; filled where empty */
  constructor(subject, engine, state, yardstick) {
    this.subject = subject;
    this.engine = engine;
    this.state = state;
    this.yardstick = yardstick;
  }

  /** @param {number} height @param {any} block prepared @param {Expected} expected @param {boolean} commit */
  async run(height, block, expected, commit) {
    const { file } = this.subject.files[height];
    const { state, engine } = this;
    const result = await inTime(engine.runBlock({ block, state, blockHashes: file.blockHashes, commit }));
    const fault = differenceFromOracle(result, expected.effects, this.subject.fork);
    if (fault !== undefined) return fault;
    const output = outputOf(result);
    this.yardstick[height] ??= output;
    const difference = firstDifference(output, this.yardstick[height], 'yardstick');
    return difference && sentence(difference);
  }

  /** @param {number} height @param {Expected} expected @param {number} repeats @returns {Promise<string | undefined>} */
  async block(height, expected, repeats) {
    const { engine, state } = this;
    const before = await state.toJSON();
    const block = await engine.prepare(blockOf(this.subject.files[height].file));
    try {
      for (let i = 0; i < repeats; i++) {
        const fault = await this.run(height, block, expected, false);
        if (fault !== undefined) return `run ${i}: ${fault}`;
      }
      const trace = stateDifference(await state.toJSON(), before, 'without commit');
      if (trace !== undefined) return trace;
      const fault = await this.run(height, block, expected, true);
      return fault ?? stateDifference(await state.toJSON(), expected.after, 'after commit');
    } finally {
      await block.dispose();
    }
  }
}

/**
 * @param {Case} subject @param {Expected[]} expected @param {Engine} engine
 * @param {{ repeats: number, yardstick: object[] }} options `yardstick`: outputs of the first engine by height; empty for that one
 * @returns {Promise<string | undefined>} what is wrong
 */
export async function faultOf(subject, expected, engine, { repeats, yardstick }) {
  const [{ file }] = subject.files;
  const state = await inTime(engine.createState(file.preState, { codes: file.codes }));
  const trial = new Trial(subject, engine, state, yardstick);
  try {
    for (const [height, each] of expected.entries()) {
      const fault = await trial.block(height, each, repeats);
      if (fault !== undefined) return `block ${height}: ${fault}`;
    }
    return undefined;
  } finally {
    await state.dispose();
  }
}
