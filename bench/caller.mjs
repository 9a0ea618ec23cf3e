/**
 * What a block costs its caller beside the slots: the longest stretch for which the caller's thread does nothing else, and the
 * bytes that are allocated or copied for a transaction.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DIFF_BYTES } from '../dist/assembly/layout.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** @typedef {import('../dist/src/index.js').Engine} Engine */

/**
 * Milliseconds of the longest gap between two turns of the event loop while `task` runs. A turn by itself takes
 * microseconds.
 * @param {() => Promise<unknown>} task
 */
async function longestGap(task) {
  let longest = 0;
  let isOver = false;
  let last = performance.now();
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await new Promise((resolve) => setImmediate(resolve));
  last = performance.now();
  longest = 0;
  await task();
  await new Promise((resolve) => setImmediate(resolve));
  isOver = true;
  return longest;
}

/** The least and the median of `runs` longest gaps. @param {() => Promise<unknown>} task @param {number} runs */
async function gaps(task, runs) {
  const all = [];
  for (let i = 0; i < runs; i++) all.push(await longestGap(task));
  all.sort((a, b) => a - b);
  return { least: all[0], median: all[runs >> 1] };
}

/**
 * Of a block that is prepared, and of one that is decoded and laid out as well.
 * @param {Engine} engine @param {any} file @param {number} runs
 */
export async function longestSections(engine, file, runs) {
  const state = await engine.createState(file.preState, { codes: file.codes });
  const block = await engine.prepare(file.block);
  const run = (/** @type {any} */ each) =>
    engine.runBlock({ block: each, state, blockHashes: file.blockHashes, commit: false });
  for (let i = 0; i < 3; i++) await run(file.block);
  collectGarbage();
  const sections = { prepared: await gaps(() => run(block), runs), whole: await gaps(() => run(file.block), runs) };
  await block.dispose();
  await state.dispose();
  return sections;
}

/**
 * Bytes per transaction of a prepared block: JavaScript heap and buffers on the caller's thread, the result and what is
 * copied into it among them; the encoded state diff, which is written in the shared memory before it is copied.
 * @param {Engine} engine @param {any} file @param {number} runs
 */
export async function bytesPerTransaction(engine, file, runs) {
  const state = await engine.createState(file.preState, { codes: file.codes });
  const block = await engine.prepare(file.block);
  const run = () => engine.runBlock({ block, state, blockHashes: file.blockHashes, commit: false });
  for (let i = 0; i < 5; i++) await run();
  const kept = [];
  const size = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  let bytes = 0;
  let measured = 0;
  for (let tries = 0; measured < runs && tries < 3 * runs; tries++) {
    const before = size();
    kept.push(await run());
    const growth = size() - before;
    if (growth < 0) continue; // a collection in between hides garbage
    bytes += growth;
    measured++;
  }
  const count = file.block.transactions.length;
  const diff = JSON.parse(JSON.stringify(kept[0].stateDiff));
  const entries = Object.values(diff).reduce((sum, { storage = {} }) => sum + 1 + Object.keys(storage).length, 0);
  await block.dispose();
  await state.dispose();
  return { caller: Math.round(bytes / measured / count), diff: Math.round((entries * DIFF_BYTES) / count) };
}
