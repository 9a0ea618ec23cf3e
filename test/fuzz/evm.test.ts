// A few thousand cases of the fuzzer with a fixed seed: no disagreement, and proof that they reach what they should. The
// fuzzer is run as its users run it.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

type Counts = Record<string, number>;

interface Facts {
  cases: number;
  failures: number;
  forks: Counts;
  types: Counts;
  endings: Counts;
  frames: Counts;
  refusals: Counts;
  depths: Counts;
  deviations: Counts;
  precompiles: Record<string, [passed: number, failed: number]>;
  blocks: Counts;
  opcodes: Counts;
  /** By fork: instructions that it has and no case ran. */
  unreached: Record<string, string[]>;
}

const COUNT = 4000;
const FORKS =
  'chainstart homestead dao tangerineWhistle spuriousDragon byzantium constantinople petersburg istanbul muirGlacier ' +
  'berlin london arrowGlacier grayGlacier paris shanghai cancun prague osaka bpo1 bpo2';
const ENDINGS =
  'SUCCESS REVERT OUT_OF_GAS INVALID_OPCODE STACK BAD_JUMP RETURN_DATA_OUT_OF_BOUNDS CREATE_COLLISION CODE_REJECTED ' +
  'PRECOMPILE_FAILED';
const FRAMES = [
  'static state change',
  'create collision',
  'stack overflow',
  'stack underflow',
  'code store out of gas',
];
const REFUSALS =
  'SENDER_NOT_EOA NONCE_TOO_LOW NONCE_TOO_HIGH NONCE_MAX INSUFFICIENT_FUNDS INTRINSIC_GAS BLOCK_GAS_LIMIT TX_GAS_CAP ' +
  'FEE_BELOW_BASE_FEE PRIORITY_ABOVE_MAX_FEE INITCODE_SIZE AUTHORIZATION_NONE';
const PRECOMPILES = [...Array.from({ length: 17 }, (_, i) => i + 1), 256];

const script = new URL('../../scripts/fuzz/run.mjs', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
const out = join(folder, 'facts.json');
let facts: Facts;
let printed: string;

beforeAll(async () => {
  const options = ['--count', String(COUNT), '--seed', '1', '--jobs', '2', '--out', out];
  // A failing run ends with code 1 and still says which cases failed.
  const run = promisify(execFile)(process.execPath, [script, ...options]);
  const { stdout } = await run.catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? String(error) }));
  printed = stdout;
  facts = JSON.parse(readFileSync(out, 'utf8')) as Facts;
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

const missing = (counts: Counts, names: readonly string[]): string[] => names.filter((name) => !counts[name]);

describe('random transactions', () => {
  test('end on both sides alike', () => {
    expect(printed.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([]);
    expect(facts.failures).toBe(0);
    expect(facts.cases).toBe(COUNT);
  });

  test('meet no deviation of the reference that is not known to be one', () => {
    expect(Object.keys(facts.deviations)).toEqual([]);
  });

  test('are of every fork and type', () => {
    expect(missing(facts.forks, FORKS.split(' '))).toEqual([]);
    expect(missing(facts.types, ['0', '1', '2', '3', '4'])).toEqual([]);
  });

  test('run every instruction, and in one at least of the newest forks all that they share', () => {
    const never = Object.entries(facts.opcodes).filter(([, count]) => count === 0);
    expect(never).toEqual([]);
    const { cancun, prague, osaka } = facts.unreached;
    expect((cancun ?? []).filter((name) => prague?.includes(name) && osaka?.includes(name))).toEqual([]);
  });

  test('end in every way, and are refused for most reasons', () => {
    expect(missing(facts.endings, ENDINGS.split(' '))).toEqual([]);
    expect(missing(facts.frames, FRAMES)).toEqual([]);
    expect(missing(facts.refusals, REFUSALS.split(' '))).toEqual([]);
    expect(facts.endings.SUCCESS).toBeGreaterThan(COUNT / 3);
  });

  test('stand in whole blocks too, whose transactions conflict', () => {
    expect(facts.blocks.transactions).toBeGreaterThan(COUNT / 2);
    expect(facts.blocks.redos).toBeGreaterThan(0);
  });

  test('reach every precompile, down to the deepest frame', () => {
    const never = (which: 0 | 1): number[] => PRECOMPILES.filter((id) => !facts.precompiles[id]?.[which]);
    expect(never(0)).toEqual([]);
    expect(never(1).length).toBeLessThan(3);
    expect(facts.depths['1024']).toBeGreaterThan(0);
  });
});
