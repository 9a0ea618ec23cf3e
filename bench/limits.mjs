/**
 * The highest speed-up that any schedule of a block's transactions can have on so many slots: whoever needs another one's result
 * begins after it has ended, and what they cost is known before.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { explainBlock } from '../dist/src/index.js';
import { CORPUS } from '../test/oracle/blocks.mjs';

/** By the costs of the corpus's records (variant d). @param {number} number @param {number} slots @returns {number | undefined} */
export function referenceLimit(number, slots) {
  try {
    const record = JSON.parse(gunzipSync(readFileSync(join(CORPUS, 'records', `${number}.json.gz`))).toString());
    const us = /** @type {number[]} */ (record.us);
    const deps = record.deps.d;
    const ends = us.map(() => 0);
    us.forEach((cost, i) => {
      ends[i] = cost + Math.max(0, ...(deps[i] ?? []).map((/** @type {number} */ j) => ends[j]));
    });
    const work = us.reduce((sum, cost) => sum + cost, 0);
    return Math.min(slots, work / Math.max(...ends));
  } catch (error) {
    if (/** @type {any} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

const RECORDED_RUNS = 3;

/**
 * By what the transactions cost on one slot of this engine, the least of a few runs each.
 * @param {(modes: { record: true }) => Promise<{ result: any }>} run
 * @param {string} feeRecipient @param {number} slots
 */
export async function ownLimit(run, feeRecipient, slots) {
  /** @type {any[]} */
  let records = [];
  for (let i = 0; i < RECORDED_RUNS; i++) {
    const { result } = await run({ record: true });
    records = result.records.map((/** @type {any} */ record, /** @type {number} */ at) => ({
      ...record,
      ms: Math.min(record.ms, records[at]?.ms ?? record.ms),
    }));
  }
  const { ms, criticalPath } = explainBlock(records, { feeRecipient });
  return Math.min(slots, ms / criticalPath.ms);
}
