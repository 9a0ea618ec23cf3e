// A sample of the schedule harness: drawn interleavings of the real kernels give what sequential execution gives, and with a
// rule of the protocol left out the harness sees it.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SCRIPT = new URL('../scripts/schedules/run.mjs', import.meta.url).pathname;
const SEED = process.env.SEED ?? 'sample';

async function schedules(count: number, seed: string, ...options: string[]): Promise<string> {
  const args = [SCRIPT, '--count', String(count), '--seed', seed, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 110_000, killSignal: 'SIGKILL' });
  return stdout;
}

test('every schedule ends, with the result of sequential execution', async () => {
  const printed = await schedules(300, SEED);
  expect(printed.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([]);
  expect(printed.trimEnd().split('\n').at(-1)).toBe('300 passed, 0 failed');
}, 120_000);

// The script ends with 0 only if it found a schedule that fails.
test.each(['no-judging', 'two-holders', 'publish-first', 'lost-bell', 'no-heads', 'no-reads'])(
  'without a rule (%s) one fails',
  async (rule) => {
    expect(await schedules(1000, `${SEED}/${rule}`, '--mutation', rule)).toMatch(/FAILED --seed/);
  },
  120_000,
);
