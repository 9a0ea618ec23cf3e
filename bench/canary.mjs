/** Whether two cores are there: two threads that share nothing do the same work at once and one after the other. */
import { Worker } from 'node:worker_threads';

const LOOP = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (rounds) => {
  let x = 1;
  for (let i = 0; i < rounds; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  parentPort.postMessage(x);
});`;
const ROUNDS = 6e7;
const TRIES = 5;

/** @param {Worker} worker */
const work = (worker) =>
  new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage(ROUNDS);
  });

/** @param {() => Promise<unknown>} task @returns {Promise<number>} milliseconds */
async function timed(task) {
  const started = performance.now();
  await task();
  return performance.now() - started;
}

/** @returns {Promise<number>} 2 where two cores are free, 1 where they are one */
export async function canary() {
  const [a, b] = [0, 1].map(() => new Worker(LOOP, { eval: true }));
  await Promise.all([work(a), work(b)]);
  const alone = [];
  const together = [];
  for (let i = 0; i < TRIES; i++) {
    alone.push(await timed(async () => (await work(a), await work(b))));
    together.push(await timed(() => Promise.all([work(a), work(b)])));
  }
  await Promise.all([a.terminate(), b.terminate()]);
  return Math.min(...alone) / Math.min(...together);
}
