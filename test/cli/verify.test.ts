// The built command `verify`, as a user starts it: needs `npm run build`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { witnessOf } from '../oracle/witness.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'dist/src/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'verify-'));

function verify(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'verify', ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

type Json = Record<string, unknown>;

let file: Json & { header: Json; witness: { nodes: string[] } };

/** The block with a witness and changed fields, as a file. */
function variant(name: string, change: Json = {}): string {
  const path = join(folder, name);
  writeFileSync(path, gzipSync(JSON.stringify({ ...file, ...change })));
  return path;
}

beforeAll(async () => {
  const plain = JSON.parse(gunzipSync(readFileSync(join(ROOT, 'test/fixtures/mini.json.gz'))).toString());
  const { root, nodes } = await witnessOf(plain.preState);
  file = { ...plain, witness: { parentStateRoot: root, nodes } };
});

describe('the command verify', () => {
  it.each(['1', '2'])('prints one JSON object per block with --json at %s slots', (slots) => {
    const { status, stdout, stderr } = verify(variant('good.json.gz'), '--json', '--slots', slots);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const line = JSON.parse(stdout);
    const fields = ['number', 'hardfork', 'txs', 'gasUsed', 'ok', 'stateRoot', 'mismatches', 'ms'];
    expect(Object.keys(line)).toEqual(fields);
    expect(Object.keys(line.ms)).toEqual(['decode', 'witness', 'execute', 'stateRoot', 'total', 'busy']);
    expect(Object.keys(line.ms.busy)).toEqual(['senders', 'receipts']);
    expect(line).toMatchObject({ ok: true, stateRoot: file.header.stateRoot, mismatches: [] });
  });

  it('prints a table, without the state of the file', () => {
    const { status, stdout } = verify(variant('stateless.json.gz', { preState: {} }));
    expect(status).toBe(0);
    expect(stdout).toMatch(/state root/);
    expect(stdout).toMatch(/ ok /);
  });

  it('ends with 1 and names the field where the header does not match', () => {
    const header = { ...file.header, stateRoot: `0x${'ab'.repeat(32)}` };
    const { status, stderr } = verify(variant('wrong.json.gz', { header }));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^parallel-evm: block \d+: stateRoot expected 0x(ab){32}, got 0x[0-9a-f]{64}\n$/);
  });

  it('ends with 1 and names the node where the witness does not prove the block', () => {
    const path = variant('bare.json.gz', { witness: { ...file.witness, nodes: file.witness.nodes.slice(0, 3) } });
    const { status, stdout, stderr } = verify(path, '--json');
    expect(status).toBe(1);
    expect(stderr).toMatch(/MISSING_NODE: the witness lacks node 0x[0-9a-f]{64} at path 0x/);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'MISSING_NODE' } });
  });

  it('ends with 2 where a file has no witness or is none, and verifies the others', () => {
    const bare = variant('none.json.gz', { witness: undefined });
    const { status, stdout, stderr } = verify(
      bare,
      variant('good.json.gz'),
      variant('5.json', { format: 'x' }),
      '--json',
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/BAD_FILE: the file has no witness\n.*BAD_FILE: "format" must be "evm-block\/1"/);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    const alone = verify(bare);
    expect(alone).toMatchObject({ status: 2, stdout: '' });
    expect(alone.stderr).toMatch(/BAD_FILE: the file has no witness/);
    expect(verify().status).toBe(2);
  });
});
