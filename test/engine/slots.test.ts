// The number of slots, changed between blocks: results stay what they are, memory is given back, and what does not work
// leaves the engine as it was.

import type { Worker } from 'node:worker_threads';
import { type BlockFile, type ConfigureOptions, createEngine, type Engine, type State } from 'parallel-evm';
import { createFaultyEngine } from 'parallel-evm/testing';
import { describe, expect, test } from 'vitest';
import { headerDifference } from '../oracle/difference.mjs';
import { codeOf } from './endless.ts';
import { fixture, stateFor } from './scenarios.ts';

const input = (file: BlockFile, state: State) => ({
  block: file.block,
  state,
  blockHashes: file.blockHashes,
  commit: false,
});

async function expectExact(engine: Engine, file: BlockFile, state: State): Promise<void> {
  expect(headerDifference(file.header as never, await engine.runBlock(input(file, state)))).toBeUndefined();
}

const slotsOfTimeline = async (engine: Engine, file: BlockFile, state: State): Promise<number | undefined> =>
  (await engine.runBlock({ ...input(file, state), timeline: true })).timeline?.slots;

describe.each(['wasm', 'typescript'] as const)('execution in %s', (execution) => {
  test('slots are started and ended between blocks', async () => {
    const engine = await createEngine({ slots: 2, execution });
    const mini = await fixture('mini');
    const state = await stateFor(engine, mini);
    for (const slots of [2, 4, 1, 3, 3]) {
      await engine.configure({ slots });
      expect(engine.capabilities.slots).toBe(slots);
      expect(engine.metrics().slots.length).toBe(slots);
      expect(await slotsOfTimeline(engine, mini, state)).toBe(slots);
      await expectExact(engine, mini, state);
    }
    await engine.close();
  });
});

test('blocks that are queued run on the slots of before', async () => {
  const engine = await createEngine({ slots: 3 });
  const mini = await fixture('mini');
  const state = await stateFor(engine, mini);
  const block = await engine.prepare(mini.block);
  const run = async () => (await engine.runBlock({ ...input(mini, state), block, timeline: true })).timeline?.slots;
  const before = run();
  const change = engine.configure({ slots: 1, detection: 'dirty-read' });
  const after = run();
  expect(await Promise.all([before, after])).toEqual([3, 1]);
  await change;
  expect(engine.policy.detection).toBe('dirty-read');
  await engine.close();
});

test('the memory of slots that end is given back', async () => {
  const { engine, faults } = await createFaultyEngine({ slots: 1 });
  const mini = await fixture('mini');
  const state = await stateFor(engine, mini);
  await expectExact(engine, mini, state);
  const { held } = await faults.heap();
  await engine.configure({ slots: 4 });
  await expectExact(engine, mini, state);
  expect((await faults.heap()).held).toBeGreaterThan(held);
  await engine.configure({ slots: 1 });
  expect(await faults.heap()).toMatchObject({ held, lost: 0 });
  await expectExact(engine, mini, state);
  await engine.close();
});

test('a slot that has died is none of those that are left, or replaced', async () => {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  const engine = await createEngine({ slots: 3 });
  process.off('worker', note);
  const mini = await fixture('mini');
  const state = await stateFor(engine, mini);
  await Promise.all([workers[0], workers[2]].map((worker) => worker?.terminate()));
  await engine.configure({ slots: 2 });
  await expectExact(engine, mini, state);
  await engine.close();
});

test('what has no room leaves the engine as it was', async () => {
  const { engine, faults } = await createFaultyEngine({ slots: 1, memory: { maxBytes: 96 * 2 ** 20 } });
  const mini = await fixture('mini');
  const state = await stateFor(engine, mini);
  await expectExact(engine, mini, state);
  const { held } = await faults.heap();
  expect(await codeOf(engine.configure({ slots: 16, detection: 'dirty-read' }))).toBe('STATE_TOO_LARGE');
  expect(engine.capabilities.slots).toBe(1);
  expect(engine.policy.detection).toBe('read-based');
  expect(await faults.heap()).toMatchObject({ held, lost: 0 });
  await expectExact(engine, mini, state);
  await engine.close();
});

test.each([0, 65, 1.5, '2', null])('slots: %s is refused by name', async (slots) => {
  const engine = await createEngine({ slots: 1 });
  const error = await engine.configure({ slots } as ConfigureOptions).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'slots', value: slots });
  expect(engine.capabilities.slots).toBe(1);
  await engine.close();
});
