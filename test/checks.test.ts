// The counts in the readme are those that the checks' scripts have recorded, and only whole runs are recorded.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describe, expect, test } from 'vitest';
import { recordFault } from '../scripts/checks/record.mjs';
import { checksTable, type Report, readChecks } from '../scripts/checks/table.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(`${ROOT}README.md`, 'utf8');

const rowsOf = (table: string): string[][] =>
  table.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
/** The row of a table with a command. */
const rowOf = (reports: Record<string, Report>, command: string): string[] | undefined =>
  rowsOf(checksTable(reports)).find((cells) => cells[3]?.includes(command));

describe('the table in the readme', () => {
  test('is the one of the recorded runs', () => {
    const [, table] = readme.match(/<!-- bench:checks -->\n(.*?)\n<!-- \/bench:checks -->/s) ?? [];
    expect(table).toBe(checksTable(readChecks()));
  });

  test('has counts of runs without a failure', () => {
    const reports = Object.values(readChecks());
    expect(reports.length).toBeGreaterThan(0);
    for (const { failed, failures } of reports) expect(failed ?? failures).toBe(0);
  });

  test('names commands that there are', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> };
    const commands = rowsOf(checksTable({})).slice(2);
    expect(commands.length).toBeGreaterThan(3);
    for (const cells of commands)
      expect(scripts).toHaveProperty([/npm run ([\w:]+)/.exec(cells[3] as string)?.[1] ?? '']);
  });

  test('tells what passed, when, and what did not', () => {
    const date = '2026-01-02T03:04:05.678Z';
    expect(rowOf({ spec: { date, passed: 104_907, failed: 0 } }, 'test:spec')?.slice(1, 3)).toEqual([
      '104,907 cases',
      '2026-01-02',
    ]);
    const broken = { corpus: { date, passed: 1234, failed: 2, blocks: 89 } };
    expect(rowOf(broken, 'test:corpus')?.[1]).toBe('89 blocks, 1,234 cases; 2 failed');
  });

  test('repeats a drawn run by its seed', () => {
    const schedules = { date: '2026-01-02', seed: '77', count: 5000, failed: 0 };
    expect(rowOf({ schedules }, 'fuzz:schedules')?.[3]).toBe('`npm run fuzz:schedules -- --count 5000 --seed 77`');
  });

  test('has no count where nothing is recorded', () => {
    for (const cells of rowsOf(checksTable({})).slice(2)) expect(cells.slice(1, 3)).toEqual(['', '']);
  });
});

describe('--record', () => {
  const faultOf = (...args: string[]): string | undefined => {
    const options = { record: { type: 'boolean' }, jobs: { type: 'string' }, sample: { type: 'string' } } as const;
    return recordFault(parseArgs({ args, options, tokens: true }).tokens);
  };

  test('is for whole runs, however many processes they take', () => {
    expect(faultOf('--record', '--jobs', '1')).toBeUndefined();
    expect(faultOf('--sample', '3')).toBeUndefined();
    expect(faultOf('--sample', '3', '--record')).toMatch(/whole runs, which "--sample" may not change/);
    expect(faultOf('--record', '--sample=3')).toMatch(/"--sample"/);
  });

  test.each([
    ['scripts/spec/run.mjs', '--sample'],
    ['scripts/blockchain/run.mjs', '--slots'],
    ['scripts/corpus.mjs', '--filter'],
    ['scripts/witness.mjs', '--filter'],
  ])('%s refuses it beside %s', (script, option) => {
    const { status, stderr } = spawnSync(process.execPath, [script, '--record', option, '1'], { cwd: ROOT });
    expect(status).toBeGreaterThan(0);
    expect(String(stderr)).toContain(`"--record" is for whole runs, which "${option}" may not change`);
  });
});
