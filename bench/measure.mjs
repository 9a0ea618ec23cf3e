/**
 * Numbers from repeated runs. Contenders take turns within a round, in every order over the rounds, so that drift of the
 * machine and the caches that a neighbour leaves cold or warm fall on all alike: run one after another, the first pays
 * for the others.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** @typedef {{ min: number, median: number, spread: number, runs: number[] }} Summary spread: (max - min) / median */

/** @param {number[]} sorted */
function medianOf(sorted) {
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number} value @returns {number} to three decimals: microseconds of a millisecond */
const rounded = (value) => Math.round(value * 1000) / 1000;

/** @param {number[]} runs milliseconds @returns {Summary} */
export function summarize(runs) {
  const sorted = [...runs].sort((a, b) => a - b);
  const median = medianOf(sorted);
  const spread = (sorted[sorted.length - 1] - sorted[0]) / median;
  return { min: rounded(sorted[0]), median: rounded(median), spread: rounded(spread), runs: runs.map(rounded) };
}

/** @param {number[]} ratios @returns {number} */
export const geomean = (ratios) =>
  rounded(Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length));

/** @param {Summary} slow @param {Summary} fast how many times faster, by medians and by minima */
export const speedup = (slow, fast) => ({
  median: rounded(slow.median / fast.median),
  min: rounded(slow.min / fast.min),
});

/** @template T @param {T[]} items @param {number} round @returns {T[]} all orders of three within six rounds */
function turned(items, round) {
  const shift = Math.floor(round / 2) % items.length;
  const order = [...items.slice(shift), ...items.slice(0, shift)];
  return round % 2 === 0 ? order : order.reverse();
}

/** @typedef {Record<string, () => Promise<Record<string, number>>>} Contenders each gives milliseconds by what was timed */

/**
 * Runs every contender `warmup` times and then `runs` times. Garbage is collected before each run, unless the contenders make
 * alike much of it (`collects: false`): a forced collection slows what follows down.
 * @param {Contenders} contenders
 * @param {{ warmup: number, runs: number, collects?: boolean }} options
 * @returns {Promise<Record<string, Record<string, Summary>>>}
 */
export async function compete(contenders, { warmup, runs, collects = true }) {
  const names = Object.keys(contenders);
  /** @type {Record<string, Record<string, number[]>>} */
  const times = Object.fromEntries(names.map((name) => [name, {}]));
  for (let round = -warmup; round < runs; round++) {
    for (const name of turned(names, round + warmup)) {
      if (collects) collectGarbage(); // else one contender's garbage is collected in another's time
      const run = await contenders[name]();
      if (round < 0) continue;
      for (const [what, ms] of Object.entries(run)) {
        times[name][what] ??= [];
        times[name][what].push(ms);
      }
    }
  }
  const summaries = names.map((name) => {
    const entries = Object.entries(times[name]).map(([what, list]) => [what, summarize(list)]);
    return [name, Object.fromEntries(entries)];
  });
  return Object.fromEntries(summaries);
}

/**
 * The share of coordination in the slots' time on all blocks together, where the long ones count most, and the mean of the
 * blocks' shares, where short ones count as much.
 * @param {{ share: number, busy: number }[]} blocks
 */
export function coordinationShares(blocks) {
  const sum = (/** @type {number[]} */ list) => list.reduce((total, each) => total + each, 0);
  return {
    mean: sum(blocks.map(({ share }) => share)) / blocks.length,
    together: sum(blocks.map(({ share, busy }) => share * busy)) / sum(blocks.map(({ busy }) => busy)),
  };
}
