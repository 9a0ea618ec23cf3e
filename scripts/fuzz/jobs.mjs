/** The child processes of a run: worlds are handed out in batches, counts and failures come back. */
import { fork } from 'node:child_process';
import { Coverage } from './coverage.mjs';

/** @typedef {{ caseNumber: number, difference: string, shrunk?: string }} Found */
/** @typedef {{ cases: number, found: Found[], coverage: any, cpuSeconds: number }} Report */

const BATCH = 50;

/**
 * @param {{ seed: string, worlds: number, jobs: number, maxFailures: number }} options
 * @param {(done: number, found: Found[]) => void} progress after each batch
 * @returns {Promise<Report>}
 */
export async function runJobs({ seed, worlds, jobs, maxFailures }, progress) {
  const coverage = new Coverage();
  /** @type {Found[]} */
  const found = [];
  let next = 0;
  let cases = 0;
  let cpuSeconds = 0;

  /** The next batch, or nothing once there were enough failures. */
  const take = () => {
    if (next >= worlds || found.length >= maxFailures) return undefined;
    const order = { first: next, count: Math.min(BATCH, worlds - next) };
    next += order.count;
    return order;
  };

  const runJob = async () => {
    const child = fork(new URL('./job.mjs', import.meta.url), [seed], { serialization: 'advanced' });
    const ended = new Promise((_, reject) => {
      child.once('exit', (code, signal) => reject(new Error(`a job ended with ${signal ?? code}`)));
      child.once('error', reject);
    });
    ended.catch(() => {}); // whoever waits for an answer sees it
    const message = () => Promise.race([new Promise((resolve) => child.once('message', resolve)), ended]);
    await message();
    for (let order = take(); order !== undefined; order = take()) {
      const answer = message();
      child.send(order);
      const { report } = /** @type {{ report: Report }} */ (await answer);
      cases += report.cases;
      cpuSeconds += report.cpuSeconds;
      found.push(...report.found);
      coverage.merge(report.coverage);
      progress(cases, report.found);
    }
    child.disconnect();
  };

  await Promise.all(Array.from({ length: Math.min(jobs, Math.ceil(worlds / BATCH)) }, runJob));
  return { cases, found, coverage, cpuSeconds };
}
