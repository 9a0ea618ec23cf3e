// The threads beside the slots: they go when the engine is closed, and the death of one is that of its slot.

import type { Worker } from 'node:worker_threads';
import { createEngine, type Engine } from 'parallel-evm';
import { describe, expect, test } from 'vitest';
import { codeOf, endlessBlock, pause } from '../engine/endless.ts';
import { fixture, stateFor } from '../engine/scenarios.ts';
import { headerDifference } from '../oracle/difference.mjs';

const SEED = process.env.SEED ?? 'typescript life';
/** An engine and its workers: of each slot two, whose names tell which is which by the script that they run. */
async function watchedEngine(slots: number): Promise<{ engine: Engine; workers: Worker[] }> {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  const engine = await createEngine({ slots, execution: 'typescript', memory: { maxBytes: 2 ** 29 } });
  process.off('worker', note);
  return { engine, workers };
}

test('closing ends both threads of each slot', async () => {
  const { engine, workers } = await watchedEngine(2);
  expect(workers).toHaveLength(4);
  const ended = workers.map((worker) => new Promise((resolve) => worker.once('exit', () => resolve('ended'))));
  await engine.close();
  expect(await Promise.all(ended)).toEqual(['ended', 'ended', 'ended', 'ended']);
});

describe.each([1, 2])('an engine with %i slots', (slots) => {
  test.each([0, 1])('goes on when thread %i of a slot dies in the middle of a run', async (victim) => {
    const { engine, workers } = await watchedEngine(slots);
    const endless = endlessBlock(SEED);
    const state = await stateFor(engine, endless);
    const before = await state.toJSON();
    const mini = await fixture('mini');
    const after = await stateFor(engine, mini);
    const stop = new AbortController();
    const run = codeOf(engine.runBlock({ block: endless.block, state, signal: stop.signal }));
    const queued = engine.runBlock({ block: mini.block, state: after, blockHashes: mini.blockHashes });
    await pause(150);
    await workers[victim]?.terminate();
    await pause(600);
    stop.abort();
    expect(await run).toBe('ABORTED');
    expect(headerDifference(mini.header as never, await queued)).toBeUndefined();
    expect(await state.toJSON()).toEqual(before);
    await engine.close();
  });
});
