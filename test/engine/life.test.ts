// The life of an engine: what closing promises, what is left of it in the process, and what a dead slot costs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { createEngine, type Engine, readBlockFile } from 'parallel-evm';
import { describe, expect, test } from 'vitest';
import { headerDifference } from '../oracle/difference.mjs';
import { codeOf, endlessBlock, LOOP, pause } from './endless.ts';
import { fixture, SHOWCASE, stateFor } from './scenarios.ts';

const SEED = process.env.SEED ?? 'life';
const LONE_RUN = fileURLToPath(new URL('lone-run.mjs', import.meta.url));
const MINI = fileURLToPath(new URL('../fixtures/mini.json.gz', import.meta.url));

/** An engine and the workers of its slots, the ones started later too. */
async function watchedEngine(slots: number): Promise<{ engine: Engine; workers: Worker[] }> {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  const engine = await createEngine({ slots });
  return { engine, workers };
}

describe('closing', () => {
  test('is idempotent', async () => {
    const engine = await createEngine({ slots: 2 });
    await Promise.all([engine.close(), engine.close()]);
    await expect(engine.close()).resolves.toBeUndefined();
  });

  test('lets the runs before it end', async () => {
    const engine = await createEngine({ slots: 2 });
    const mini = await fixture('mini');
    const state = await stateFor(engine, mini);
    const block = await engine.prepare(mini.block);
    const runs = [1, 2, 3].map(() => engine.runBlock({ block, state, blockHashes: mini.blockHashes, commit: false }));
    const closed = engine.close();
    for (const result of await Promise.all(runs))
      expect(headerDifference(mini.header as never, result)).toBeUndefined();
    await expect(closed).resolves.toBeUndefined();
  });

  test('makes every later call reject with CLOSED', async () => {
    const engine = await createEngine({ slots: 1 });
    const mini = await fixture('mini');
    const state = await stateFor(engine, mini);
    const block = await engine.prepare(mini.block);
    await engine.close();
    const calls = {
      runBlock: engine.runBlock({ block, state }),
      prepare: engine.prepare(mini.block),
      createState: engine.createState({}),
      toJSON: state.toJSON(),
      getStorage: state.getStorage(LOOP, 0),
    };
    for (const [name, call] of Object.entries(calls)) expect([name, await codeOf(call)]).toEqual([name, 'CLOSED']);
    await Promise.all([block.dispose(), state.dispose()]); // giving back what is gone already is no error
  });
});

describe.each(['1', '2', '4'])('a program with %s slots', (slots) => {
  test('ends by itself once it has closed the engine, with nothing on stderr', async () => {
    const child = spawn(process.execPath, [LONE_RUN, MINI, slots]);
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        texts[name] += chunk.toString();
      });
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const [code, signal] = await once(child, 'close');
    clearTimeout(late);
    const gasUsed = String(BigInt((await fixture('mini')).header.gasUsed as string));
    expect({ code, signal, ...texts }).toEqual({ code: 0, signal: null, stdout: `${gasUsed}\n`, stderr: '' });
  });
});

test('an engine leaves no listeners on the process', async () => {
  const counts = (): [string | symbol, number][] =>
    process.eventNames().map((name) => [name, process.listenerCount(name)]);
  await (await createEngine({ slots: 2 })).close(); // what a first engine loads may stay
  const before = counts();
  const engine = await createEngine({ slots: 2 });
  expect(counts()).toEqual(before);
  await engine.close();
  expect(counts()).toEqual(before);
  expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(
    before.reduce((sum, [name, count]) => sum + (name === 'SIGINT' || name === 'SIGTERM' ? count : 0), 0),
  );
});

describe.each([1, 2, 3])('an engine with %i slots', (slots) => {
  test.each([...Array(slots).keys()])('goes on when slot %i dies in the middle of a run', async (victim) => {
    const { engine, workers } = await watchedEngine(slots);
    const endless = endlessBlock(SEED);
    const state = await stateFor(engine, endless);
    const before = await state.toJSON();
    const mini = await fixture('mini');
    const after = await stateFor(engine, mini);
    expect(workers).toHaveLength(slots);

    const stop = new AbortController();
    let end = 'none';
    const run = codeOf(engine.runBlock({ block: endless.block, state, signal: stop.signal })).then((code) => {
      end = code;
    });
    const queued = engine.runBlock({ block: mini.block, state: after, blockHashes: mini.blockHashes });
    await pause(100);
    await workers[victim]?.terminate();
    await pause(300);
    expect(end).toBe('none');
    stop.abort();
    await run;
    expect(end).toBe('ABORTED');
    const result = await queued;
    expect(headerDifference(mini.header as never, result)).toBeUndefined();
    expect(result.stats.slotDeaths).toBe(0);
    expect(await state.toJSON()).toEqual(before);
    await engine.close();
  });

  test('gives a transaction up that has cost two slots, with the state as before, and goes on', async () => {
    const { engine, workers } = await watchedEngine(slots);
    const endless = endlessBlock(SEED);
    const state = await stateFor(engine, endless);
    const before = await state.toJSON();
    const mini = await fixture('mini');
    let isOver = false;
    const run = codeOf(engine.runBlock({ block: endless.block, state })).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await pause(300);
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
    expect(await run).toBe('SLOT_DIED');
    expect(await state.toJSON()).toEqual(before);
    const next = { block: mini.block, state: await stateFor(engine, mini), blockHashes: mini.blockHashes };
    expect(headerDifference(mini.header as never, await engine.runBlock(next))).toBeUndefined();
    await engine.close();
  });

  test('stops at the signal, with the state as before, and goes on', async () => {
    const engine = await createEngine({ slots });
    const endless = endlessBlock(SEED);
    const state = await stateFor(engine, endless);
    const before = await state.toJSON();
    const signal = AbortSignal.timeout(50);
    expect(await codeOf(engine.runBlock({ block: endless.block, state, signal }))).toBe('ABORTED');
    expect(await state.toJSON()).toEqual(before);
    const mini = await fixture('mini');
    const run = { block: mini.block, state: await stateFor(engine, mini), blockHashes: mini.blockHashes };
    expect(headerDifference(mini.header as never, await engine.runBlock(run))).toBeUndefined();
    await engine.close();
  });
});

test('a running block never blocks the caller', async () => {
  const engine = await createEngine({ slots: 2 });
  const showcase = await readBlockFile(fileURLToPath(SHOWCASE));
  const state = await stateFor(engine, showcase);
  const block = await engine.prepare(showcase.block);
  const longest: number[] = [];
  for (let i = 0; i < 7; i++) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    await pause(5); // the histogram counts from its second tick on
    delay.enable();
    await engine.runBlock({ block, state, blockHashes: showcase.blockHashes, commit: false });
    await pause(5);
    delay.disable();
    longest.push(delay.max / 1e6);
  }
  // other processes may hold the core; the engine itself would block in every run
  expect(Math.min(...longest)).toBeLessThan(20);
  await engine.close();
});
