// Views of a memory that another thread grows: what it has published there is read, however late the longer buffer comes.

import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const MEMORY = new URL('../../dist/src/typescript/memory.js', import.meta.url).href;
const PAGE = 65536;
const GROWTHS = 4000;

/** Says at word 1 that it is there, reads from each address that appears at word 0, and shows at word 2 how far it is. */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
import(${JSON.stringify(MEMORY)}).then(({ Memory }) => {
  const memory = new Memory(workerData);
  let wrong = 0;
  memory.store32(4, 1);
  Atomics.notify(new Int32Array(workerData.buffer), 1);
  for (let last = 0, count = 0; count < ${GROWTHS}; ) {
    const at = memory.load32(0);
    if (at === last) continue;
    last = at;
    count++;
    if (memory.u32(at) !== count || memory.u64(at) !== BigInt(count) || memory.u8(at) !== (count & 255)) wrong++;
    memory.store32(8, at);
  }
  parentPort.postMessage(wrong);
});`;

test('a reader finds what lies in memory that was just added', async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: GROWTHS + 1, shared: true });
  const words = new Int32Array(memory.buffer);
  const worker = new Worker(READER, { eval: true, workerData: memory });
  const answer = new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await (Atomics.waitAsync(words, 1, 0).value as Promise<string>);
  for (let i = 1; i <= GROWTHS; i++) {
    const at = memory.grow(1) * PAGE;
    new Uint32Array(memory.buffer)[at >>> 2] = i;
    Atomics.store(words, 0, at);
    while (Atomics.load(words, 2) !== at);
  }
  expect(await answer).toBe(0);
  await worker.terminate();
});

test('memory that does not exist is an error, not an answer', async () => {
  const { Memory } = await import('../../src/typescript/memory.ts');
  const memory = new Memory(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
  expect(() => memory.u32(PAGE)).toThrow(RangeError);
  expect(() => memory.setU64(PAGE, 1n)).toThrow(RangeError);
});
