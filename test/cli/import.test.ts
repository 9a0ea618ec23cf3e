// The built command `import`, as a user starts it: needs `npm run build`.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { BLOCKS, CHAIN_FILE, GENESIS_FILE, LAST_ROOT, withField } from '../chain/export.ts';
import { command } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'import-'));

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const importing = (...args: string[]) => command('import', '--genesis', GENESIS_FILE, ...args);
const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the command import', () => {
  it('imports a gzipped export, tells of its forks and of the head', () => {
    const { status, stdout, stderr } = importing(CHAIN_FILE, '--slots', '2');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/berlin +│ 24 to 26 /);
    expect(stdout).toMatch(/bpo2 +│ +54 /);
    expect(stdout).toMatch(new RegExp(`head: block 54, hash 0x[0-9a-f]{64}, state root ${LAST_ROOT}\n$`));
  });

  it('prints one JSON object per block with --json, over several files', () => {
    const plain = new Uint8Array(gunzipSync(readFileSync(CHAIN_FILE)));
    const cut = BLOCKS.slice(0, 20).reduce((sum, block) => sum + block.length, 0);
    const files = [file('1.rlp', plain.subarray(0, cut)), file('2.rlp', plain.subarray(cut))];
    const { status, stdout } = importing(...files, '--json', '--slots', '1');
    expect(status).toBe(0);
    const lines = linesOf(stdout);
    expect(lines.map(({ number }) => number)).toEqual(BLOCKS.map((_, i) => i + 1));
    expect(Object.keys(lines[0] ?? {})).toEqual(['number', 'hash', 'hardfork', 'txs', 'gasUsed', 'ok', 'ms']);
  });

  it('passes over the block that the chain begins with', () => {
    const [first, second] = BLOCKS as [Uint8Array, Uint8Array];
    const { status, stdout } = importing(
      file('again.rlp', concatBytes(first, first, second)),
      '--json',
      '--slots',
      '1',
    );
    expect(status).toBe(0);
    expect(linesOf(stdout).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('ends with 1 at a block that is invalid, and says what is wrong', () => {
    const wrong = withField(BLOCKS[1] as Uint8Array, 'stateRoot', () => new Uint8Array(32));
    const path = file('wrong.rlp', concatBytes(BLOCKS[0] as Uint8Array, wrong, BLOCKS[2] as Uint8Array));
    const { status, stdout, stderr } = importing(path, '--json', '--slots', '1');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^parallel-evm: block 2 is invalid: WRONG_STATE_ROOT: .* \("stateRoot" must be 0x[0-9a-f]{64}, got 0x0{64}\)\n$/,
    );
    expect(linesOf(stdout).map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('takes no block behind one that is refused, though it could', () => {
    const wrong = withField(BLOCKS[1] as Uint8Array, 'stateRoot', () => new Uint8Array(32));
    const path = file('wrong-first.rlp', concatBytes(BLOCKS[0] as Uint8Array, wrong, BLOCKS[1] as Uint8Array));
    const { status, stdout } = importing(path, '--slots', '1');
    expect(status).toBe(1);
    expect(stdout).toMatch(/head: block 1,/);
  });

  it('takes what stands before the fault of a file, and tells of a refusal in it first', () => {
    const [first, second] = BLOCKS as [Uint8Array, Uint8Array];
    const cut = (BLOCKS[2] as Uint8Array).subarray(0, 100);
    const good = importing(file('cut.rlp', concatBytes(first, second, cut)), '--slots', '1');
    expect(good.status).toBe(2);
    expect(good.stderr).toMatch(/^parallel-evm: BAD_FILE: .*cut off/);
    expect(good.stdout).toMatch(/head: block 2,/);
    const wrong = withField(second, 'stateRoot', () => new Uint8Array(32));
    const bad = importing(file('wrong-cut.rlp', concatBytes(first, wrong, cut)), '--slots', '1');
    expect(bad.status).toBe(1);
    expect(bad.stderr).toMatch(/^parallel-evm: block 2 is invalid: WRONG_STATE_ROOT: [^\n]*\n$/);
  });

  it('ends with 1 at a block that is not on top of the head', () => {
    const path = file('gap.rlp', concatBytes(BLOCKS[0] as Uint8Array, BLOCKS[2] as Uint8Array));
    const { status, stderr } = importing(path, '--slots', '1');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^parallel-evm: UNKNOWN_PARENT: block 3 is on top of 0x/);
  });

  it.each([
    [
      'a file that is cut off',
      (BLOCKS[0] as Uint8Array).subarray(0, 100),
      /BAD_FILE: .*cut off within the block at byte 0/,
    ],
    ['a file of something else', '{"blocks":[]}', /BAD_FILE: .*no RLP list at byte 0/],
    ['gzip that is damaged', readFileSync(CHAIN_FILE).subarray(0, 3000), /BAD_FILE: /],
    [
      'a block that would be too large',
      Uint8Array.of(0xfb, 255, 255, 255, 255),
      /BAD_FILE: .*a block of 4294967295 bytes/,
    ],
  ])('ends with 2 at %s', (name, content, text) => {
    const { status, stderr } = importing(file(`${name.replaceAll(' ', '-')}.rlp`, content), '--slots', '1');
    expect(status).toBe(2);
    expect(stderr).toMatch(text);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('ends with 2 without files, without a genesis, and with one that is none', () => {
    expect(importing(join(folder, 'nowhere.rlp')).stderr).toMatch(/BAD_FILE/);
    for (const args of [[], [CHAIN_FILE], ['--genesis', join(folder, 'nowhere.json'), CHAIN_FILE]])
      expect(command('import', ...args).status).toBe(2);
    const { status, stderr } = command('import', '--genesis', file('none.json', '{"config":{}}'), CHAIN_FILE);
    expect(status).toBe(2);
    expect(stderr).toMatch(/BAD_ARGUMENT: "genesis" must be/);
  });
});
