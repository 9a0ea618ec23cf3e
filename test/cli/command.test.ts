// What the command prints, and how it ends.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { command } from './command.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHOWCASE = join(ROOT, 'showcase/block.json.gz');
const folder = mkdtempSync(join(tmpdir(), 'command-'));

type Json = Record<string, unknown>;

/** The showcase with changed fields, as a file. */
function variant(name: string, change: (file: Json) => void): string {
  const file = JSON.parse(gunzipSync(readFileSync(SHOWCASE)).toString()) as Json;
  change(file);
  const path = join(folder, name);
  writeFileSync(path, gzipSync(JSON.stringify(file)));
  return path;
}

const WRONG_ROOT = `0x${'ab'.repeat(32)}`;

describe('the command', () => {
  it('runs the showcase without arguments, prints a table and ends with 0', () => {
    const { status, stdout, stderr } = command('run');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/Mgas\/s/);
    expect(stdout).toMatch(/ ok /);
  });

  it.each(['1', '2'])('prints one JSON object per block with --json at %s slots', (slots) => {
    const { status, stdout } = command('run', SHOWCASE, SHOWCASE, '--json', '--slots', slots);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(Object.keys(JSON.parse(line))).toEqual([
        ...['number', 'hardfork', 'txs', 'gasUsed', 'ok', 'mismatches', 'ms', 'redos'],
      ]);
      expect(JSON.parse(line)).toMatchObject({ ok: true, mismatches: [] });
    }
  });

  it('writes the same state changes whatever the number of slots', () => {
    const diffs = ['1', '2', '3'].map((slots) => {
      const path = join(folder, `diff-${slots}.jsonl`);
      expect(command('run', SHOWCASE, '--json', '--slots', slots, '--state-diff', path).status).toBe(0);
      return readFileSync(path, 'utf8');
    });
    expect(Object.keys(JSON.parse(diffs[0] ?? ''))).toEqual(['number', 'stateDiff']);
    expect(diffs[0]?.length).toBeGreaterThan(1000);
    expect(diffs[1]).toBe(diffs[0]);
    expect(diffs[2]).toBe(diffs[0]);
  });

  it('ends with 1 and names the field where a header does not match', () => {
    const path = variant('wrong.json.gz', (file) => {
      (file.header as Json).receiptsRoot = WRONG_ROOT;
    });
    const { status, stderr } = command('run', path);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`block \\d+: receiptsRoot expected ${WRONG_ROOT}, got 0x[0-9a-f]{64}\\n$`));
  });

  it('compares senders with --senders verify, and says who has signed where a file says another', () => {
    expect(command('run', '--senders', 'verify', '--json', '--slots', '2').status).toBe(0);
    let facts: { given?: unknown; signer?: unknown } = {};
    const path = variant('sender.json.gz', (file) => {
      const transactions = file.transactions as Json[];
      facts = { given: (transactions[7] as Json).from, signer: (transactions[8] as Json).from };
      (transactions[8] as Json).from = facts.given;
    });
    const { status, stderr } = command('run', path, '--senders', 'verify');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`WRONG_SENDER: "transactions\\[8\\].from" is ${facts.given}, and ${facts.signer} has signed\n$`),
    );
    expect(facts.given).not.toBe(facts.signer);
    expect(command('run', '--senders', 'guess').stderr).toMatch(/--senders <how>.* is invalid/);
  });

  it('ends with 1 and names the transaction where a block is invalid', () => {
    const path = variant('invalid.json.gz', (file) => {
      const transactions = file.transactions as Json[];
      transactions[3] = { ...transactions[3], nonce: '0xffff' };
    });
    const { status, stderr } = command('run', path);
    expect(status).toBe(1);
    expect(stderr).toMatch(/transactions\[3\] expected valid, got NONCE_TOO_HIGH/);
  });

  const truncated = join(folder, 'truncated.json.gz');
  writeFileSync(truncated, readFileSync(SHOWCASE).subarray(0, 5000));
  const badTransaction = variant('field.json.gz', (file) => {
    const transactions = file.transactions as Json[];
    transactions[2] = { ...transactions[2], nonce: '-1' };
  });
  const unknownFork = variant('fork.json.gz', (file) => {
    file.hardfork = 'amsterdam';
  });
  const bad: [string, string[], RegExp][] = [
    ['a missing file', ['/nowhere.json'], /BAD_FILE: cannot read \/nowhere\.json/],
    ['a truncated file', [truncated], /truncated\.json\.gz: BAD_FILE: .*truncated gzip/],
    ['a bad field', [badTransaction], /BAD_ARGUMENT: "transactions\[2\]\.nonce" must be/],
    ['a fork that is not supported', [unknownFork], /UNSUPPORTED_CHAIN: fork "amsterdam"/],
    ['a wrong number of slots', ['--slots', '0'], /must be a number from 1 to 64/],
    ['too many slots', ['--slots', '65'], /must be a number from 1 to 64/],
    ['an unknown option', ['--fast'], /unknown option '--fast'/],
    ['an option without its value', ['--state-diff'], /argument missing/],
  ];
  it.each(bad)('ends with 2 at %s, without a stack', (_, args, message) => {
    const { status, stdout, stderr } = command('run', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
  });

  it('explains itself', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(command('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(command('--help')).toMatchObject({ status: 0, stderr: '' });
    const help = command('run', '--help');
    expect(help.status).toBe(0);
    for (const option of ['--slots', '--json', '--state-diff', 'Exit code']) expect(help.stdout).toContain(option);
    expect(command().status).toBe(2);
    expect(command('walk').status).toBe(2);
  });
});

describe('explain', () => {
  it('tells conflicts, longest chain and speed-ups of the showcase', () => {
    const { status, stdout, stderr } = command('explain');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/500 transactions, 31\.8 Mgas/);
    expect(stdout).toMatch(/at best: \d\.\d\dx on 2 slots/);
    expect(stdout).toMatch(/hot key/);
    expect(stdout).toMatch(/transfer ×\d+/);
  });

  it('prints one JSON object with --json', () => {
    const { status, stdout } = command('explain', SHOWCASE, '--json', '--runs', '2');
    expect(status).toBe(0);
    const explained = JSON.parse(stdout);
    expect(explained.transactions).toBe(500);
    expect(explained.dependencies).toHaveLength(500);
    expect(explained.speedups.map(({ slots }: { slots: number }) => slots)).toEqual([2, 4, 8, 16]);
    for (const { factor } of explained.speedups)
      expect(factor).toBeLessThanOrEqual(explained.ms / explained.criticalPath.ms + 1e-9);
  });

  it('ends with 2 for a file that is not there and for runs out of range', () => {
    expect(command('explain', 'nowhere.json').status).toBe(2);
    expect(command('explain', '--runs', '0').status).toBe(2);
  });
});

describe('simulate', () => {
  it('tells what other numbers of slots would bring, and what limits them', () => {
    const { status, stdout, stderr } = command('simulate', '--runs', '2', '--slots', '1,16');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/block 23950033: 500 transactions, 31\.8 Mgas/);
    expect(stdout).toMatch(/│ +1 │ +\d+\.\d\d │ +1\.00x │ +500 │ +0 │/);
    expect(stdout).toMatch(/│ +16 │/);
  });

  it('prints one JSON object per block with --json, with the costs', () => {
    const { status, stdout } = command('simulate', SHOWCASE, '--json', '--runs', '1', '--slots', '2');
    expect(status).toBe(0);
    const { number, transactions, runs, costs } = JSON.parse(stdout);
    expect([number, transactions]).toEqual([23950033, 500]);
    expect(runs).toHaveLength(1);
    const [{ slots, attempts, redos, detectedInAdvance, dependencies, savings }] = runs;
    expect([slots, attempts]).toEqual([2, 500 + redos + detectedInAdvance + dependencies]);
    expect(Object.keys(savings)).toContain('confirmation');
    expect(costs.contention).toBeGreaterThanOrEqual(1);
  });

  it('ends with 2 for a file that is not there and for slots out of range', () => {
    expect(command('simulate', 'nowhere.json')).toMatchObject({ status: 2, stdout: '' });
    for (const slots of ['0', '65', '1,x', '']) expect(command('simulate', '--slots', slots).status).toBe(2);
  });
});
