// Slots that end in the middle of a job: a sample of what `npm run test:faults` tries, and what an engine says of it.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Engine, Hex, State } from 'parallel-evm';
import { createFaultyEngine, FAULT_KINDS, type Faults, POINTS } from 'parallel-evm/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { push } from './oracle/bytecode.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SEED = process.env.SEED ?? 'sample';
const run = promisify(execFile);

test.each([
  ['wasm', '5/23'],
  ['typescript', '3/31'],
])(
  'a sample of faults on the %s path: exact, or SLOT_DIED with the state unchanged; the next block is exact',
  async (execution, share) => {
    const args = [
      'scripts/faults/run.mjs',
      '--seed',
      SEED,
      '--execution',
      execution,
      '--share',
      share,
      '--kernel',
      '2',
    ];
    const { stdout } = await run(process.execPath, args, { cwd: ROOT, timeout: 110_000, killSignal: 'SIGKILL' });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^[1-9]\d passed, 0 failed$/);
  },
  120_000,
);

test('the package has the entry, with what is documented', async () => {
  const script = "import('parallel-evm/testing').then((entry) => console.log(Object.keys(entry).sort().join()))";
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: ROOT });
  expect(stdout).toBe('FAULT_KINDS,POINTS,createFaultyEngine\n');
});

const CURVES: Hex = '0xc0de000000000000000000000000000000000001';
const LARGE: Hex = '0xc0de000000000000000000000000000000000002';
const LARGE_BYTES = 2 ** 20;
const word = push(LARGE_BYTES);
const PRE_STATE = {
  /** Calls BN254's addition, which the host has, with points at infinity. */
  [CURVES]: { nonce: 1, balance: 0, code: `0x${`${push(0)}`.repeat(5)}${push(6)}5af100` as Hex },
  /** A log and a result that the first arena has no room for. */
  [LARGE]: { nonce: 1, balance: 0, code: `0x${word}${push(0)}a0${word}${push(0)}f3` as Hex },
};
const BLOCK = { hardfork: 'cancun' };

/** A result whose bytes are one string each: element by element a comparison of megabytes takes minutes. */
const brief = (result: object): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify(result, (_, item) => {
      if (typeof item === 'bigint') return `${item}n`;
      return item instanceof Uint8Array ? Buffer.from(item).toString('base64') : item;
    }),
  );

describe.each([1, 2])('an engine with %i slots', (slots) => {
  let engine: Engine;
  let faults: Faults;
  let state: State;
  beforeEach(async () => {
    ({ engine, faults } = await createFaultyEngine({ slots, warmUp: false }));
    state = await engine.createState(PRE_STATE);
  });
  afterEach(() => engine.close());

  const call = async (to: Hex) => brief(await engine.call({ state, to, gas: 15_000_000n, block: BLOCK }));

  test('executes a call again that was in a precompile when its slot died', async () => {
    const expected = await call(CURVES);
    expect(expected).toMatchObject({ success: true });
    faults.plan({ kind: 'exception', point: 'precompile' });
    expect(await call(CURVES)).toEqual(expected);
    expect(faults.slot).toBeDefined();
  });

  test('gives a call up that costs two slots, and goes on', async () => {
    const expected = await call(LARGE);
    const dies = call(CURVES).then(
      () => 'a result',
      (error: { code: string; txIndex: number }) => [error.code, error.txIndex],
    );
    faults.plan({ kind: 'exception', point: 'precompile' });
    const again = setInterval(() => {
      if (faults.slot !== undefined) faults.plan({ kind: 'exception', point: 'precompile' });
    }, 1);
    expect(await dies).toEqual(['SLOT_DIED', 0]);
    clearInterval(again);
    faults.clear();
    expect(await call(LARGE)).toEqual(expected);
  });

  test('keeps its heap whole when a slot dies that has moved to a larger arena and given the first one back', async () => {
    const expected = await call(LARGE);
    await call(CURVES); // here the first arena goes
    faults.plan({ kind: 'trap', point: 'joined' });
    expect(await call(LARGE)).toEqual(expected);
    await faults.noticed();
    for (let i = 0; i < 4; i++) {
      await state.dispose();
      state = await engine.createState(PRE_STATE);
      expect(await call(LARGE)).toEqual(expected);
    }
    expect(await faults.heap()).toMatchObject({ lost: 0 });
  });

  test('replaces a slot that died between jobs before the next one', async () => {
    const expected = await call(CURVES);
    for (const kind of FAULT_KINDS) {
      faults.plan({ kind, point: 'waiting' });
      expect(await call(CURVES)).toEqual(expected);
      await faults.noticed();
      expect(await call(CURVES)).toEqual(expected);
    }
  });
});

test('a fault is checked before it is planned', async () => {
  const { engine, faults } = await createFaultyEngine({ slots: 1, warmUp: false });
  const good = { kind: 'trap', point: 'joined' } as const;
  const bad: [string, object][] = [
    ['kind', { kind: 'sorrow' }],
    ['point', { point: 'nowhere' }],
    ['slot', { slot: 0.5 }],
    ['time', { time: 0 }],
    ['thread', { thread: 'executor' }],
  ];
  for (const [field, wrong] of bad)
    expect(() => faults.plan({ ...good, ...wrong } as never)).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT', field }),
    );
  expect(POINTS).toContain(good.point);
  expect(faults.slot).toBeUndefined();
  await engine.close();
});
