// Traces of random worlds against two others: instruction by instruction against `@ethereumjs/evm`, and block by block, at
// 1, 2 and 8 slots, against a node from npm. Run as its users run it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

type Counts = Record<string, number>;

interface Facts {
  failures: number;
  instructions: { steps: number; opcodes: number; depth: number };
  blocks: { transactions: number; frames: Counts; errors: Counts }[];
}

const script = new URL('../../scripts/fuzz/traces.mjs', import.meta.url).pathname;
let facts: Facts;
let failed: string;

beforeAll(async () => {
  // A failing run ends with code 1 and still says what failed.
  const run = promisify(execFile)(process.execPath, [script, '--worlds', '15', '--seed', '4']);
  const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error);
  failed = stderr;
  facts = JSON.parse(stdout) as Facts;
}, 300_000);

const missing = (counts: Counts, names: string): string[] => names.split(' ').filter((name) => !counts[name]);

test('no disagreement', () => {
  expect(failed).toBe('');
  expect(facts.failures).toBe(0);
});

test('thousands of instructions of most kinds were compared', () => {
  expect(facts.instructions.steps).toBeGreaterThan(5000);
  expect(facts.instructions.opcodes).toBeGreaterThan(100);
});

test('frames of every kind were, and most ways to fail', () => {
  for (const { transactions, frames, errors } of facts.blocks) {
    expect(transactions).toBeGreaterThan(20);
    expect(missing(frames, 'CALL CALLCODE DELEGATECALL STATICCALL CREATE CREATE2 SELFDESTRUCT')).toEqual([]);
    expect(Object.keys(errors)).toEqual(
      expect.arrayContaining([
        'execution reverted',
        'out of gas',
        'invalid opcode',
        'write protection',
        'insufficient balance for transfer',
        'contract address collision',
        'invalid code: must not begin with 0xef',
        'precompiled failed',
      ]),
    );
  }
});
