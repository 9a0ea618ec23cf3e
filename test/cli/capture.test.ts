// The built command against a real node: needs `npm run build`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type Capturer,
  type CapturerOptions,
  type CaptureSource,
  captureBlock,
  createCapturer,
  createEngine,
  readBlockFile,
} from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, captureBlocks } from '../../dist/src/cli/capture.js';
import { selectorsOf } from '../../src/cli/selectors.ts';
import { Anvil, type Json } from '../capture/anvil.ts';
import { buildTown } from '../capture/town.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const HARDFORK = 'prague';

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The command as a process of its own. */
function command(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
    const ended: Ended = { status: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      ended.stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      ended.stderr += String(chunk);
    });
    child.on('close', (status) => resolve({ ...ended, status }));
  });
}

let node: Anvil;
let blocks: Record<string, number>;
let folder: string;
beforeAll(async () => {
  node = await Anvil.start(HARDFORK);
  blocks = await buildTown(node, HARDFORK);
  folder = mkdtempSync(join(tmpdir(), 'capture-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await node?.stop();
});

const LIBRARY = { createCapturer, createEngine, readBlockFile };

/** What the command does, in this process. */
async function captureWith(
  texts: readonly string[],
  options: Partial<CaptureOptions> & { output: string },
  library = LIBRARY,
): Promise<Ended> {
  const [out, err]: [string[], string[]] = [[], []];
  const output = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const all = { rpc: node.url, hardfork: HARDFORK, retries: 0, json: true, ...options };
  const status = await captureBlocks(texts, all, library, { ...output, isTerminal: false });
  return { status, stdout: out.join('\n'), stderr: err.join('\n') };
}

const capture = (output: string, texts: readonly string[], source: CaptureSource = 'auto'): Promise<Ended> =>
  captureWith(texts, { output: join(folder, output), source });

const linesOf = ({ stdout }: Ended): Json[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);

const fileIn = (output: string, number: number): string => join(folder, output, `${number}.json.gz`);
const contentOf = (path: string): Json => JSON.parse(gunzipSync(readFileSync(path)).toString()) as Json;

describe('the command capture', () => {
  it('writes a file for each block, which the command run executes', async () => {
    const [first, last] = [blocks.transfers as number, blocks.accessLists as number];
    const into = ['--hardfork', HARDFORK, '-o', join(folder, 'range'), '--json'];
    const ended = await command(['capture', '--rpc', node.url, `${first}..${last}`, 'latest', ...into]);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const numbers = [first, first + 1, last, blocks.nothing as number];
    expect(linesOf(ended).map(({ number, skipped }) => [number, skipped])).toEqual(numbers.map((n) => [n, false]));
    expect(readdirSync(join(folder, 'range')).sort()).toEqual(numbers.map((n) => `${n}.json.gz`).sort());
    const run = await command(['run', join(folder, 'range'), '--json']);
    expect(run.status).toBe(0);
    expect(linesOf(run).map(({ number, ok }) => [number, ok])).toEqual(numbers.map((n) => [n, true]));
  });

  it('writes what the library captures', async () => {
    const block = blocks.creations as number;
    await capture('same', [String(block)], 'proof');
    const { raw } = await captureBlock({ rpc: node.url, block, source: 'proof', hardfork: HARDFORK });
    expect(contentOf(fileIn('same', block))).toEqual(raw);
  });

  it('tells of each block in a line', async () => {
    const texts = [String(blocks.storageAndLogs)];
    const options = { output: join(folder, 'lines'), source: 'proof' as const, json: false };
    const path = fileIn('lines', blocks.storageAndLogs as number);
    const first = await captureWith(texts, options);
    expect(first.stdout).toMatch(/: prague, 3 txs, \d+ accounts, \d+ slots, \d+ KiB \(proof; proven\)$/);
    expect((await captureWith(texts, options)).stdout).toBe(`${path}: there already, matches its header`);
  });

  it('leaves alone what is there and matches, and captures again what does not', async () => {
    const [good, cut, wrong] = [blocks.transfers, blocks.storageAndLogs, blocks.creations] as [number, number, number];
    const all = [good, cut, wrong].map(String);
    await capture('again', all);
    const before = readFileSync(fileIn('again', good));
    writeFileSync(fileIn('again', cut), readFileSync(fileIn('again', cut)).subarray(0, 200));
    const file = contentOf(fileIn('again', wrong));
    writeFileSync(fileIn('again', wrong), gzipSync(JSON.stringify({ ...file, preState: {} })));
    const ended = await capture('again', all);
    expect(ended.status).toBe(0);
    expect(linesOf(ended).map(({ number, skipped }) => [number, skipped])).toEqual([
      [good, true],
      [cut, false],
      [wrong, false],
    ]);
    expect(readFileSync(fileIn('again', good))).toEqual(before);
    expect(contentOf(fileIn('again', wrong))).toEqual(file);
  });

  it('writes down what an unfinished capture has, and takes it up', async () => {
    const block = blocks.creations as number;
    const output = join(folder, 'interrupted');
    // A capture that has taken longer than a checkpoint comes after, and ends with the first one.
    const interrupted = async (options: CapturerOptions): Promise<Capturer> => {
      const capturer = await createCapturer(options);
      return {
        chainId: capturer.chainId,
        numberOf: (selector) => capturer.numberOf(selector),
        capture: async (input) => {
          await new Promise((resolve) => setTimeout(resolve, 2100));
          return capturer.capture({
            ...input,
            onCheckpoint: async (partial) => {
              await input.onCheckpoint?.(partial);
              throw new Error('interrupted');
            },
          });
        },
      };
    };
    const options = { output, source: 'values' as const };
    const ended = await captureWith([String(block)], options, { ...LIBRARY, createCapturer: interrupted });
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('interrupted') });
    expect(readdirSync(output)).toEqual([`${block}.partial`]);
    // What there was came from values: it is there still, so the file says so.
    const [line] = linesOf(await captureWith([String(block)], { output, source: 'proof' }));
    expect(line).toMatchObject({ number: block, skipped: false, source: 'proof, values' });
    expect(readdirSync(output)).toEqual([`${block}.json.gz`]);
  });

  it.each(['not json', '{"format":"evm-block/1"}', ''])(
    'begins anew where what is left is damaged: %j',
    async (left) => {
      const block = blocks.transfers as number;
      const output = mkdtempSync(join(folder, 'damaged-'));
      writeFileSync(join(output, `${block}.partial`), left);
      expect((await captureWith([String(block)], { output })).status).toBe(0);
      expect(readdirSync(output)).toEqual([`${block}.json.gz`]);
    },
  );

  it('goes on with the others where one block cannot be captured, and says so', async () => {
    const ended = await capture('some', ['99999', String(blocks.transfers)]);
    expect(ended.status).toBe(2);
    expect(ended.stderr).toMatch(/^parallel-evm: block 99999: RPC_FAILED: .*does not have block/);
    expect(existsSync(fileIn('some', blocks.transfers as number))).toBe(true);
  });

  it('writes nothing for a block that does not match its header', async () => {
    const output = join(folder, 'mismatch');
    const ended = await captureWith([String(blocks.blockHashes)], { output, hardfork: 'cancun' });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('CAPTURE_MISMATCH') });
    expect(readdirSync(output)).toEqual([]);
  });

  it('refuses a folder with blocks of another chain', async () => {
    const block = blocks.transfers as number;
    await capture('other', [String(block)]);
    const file = contentOf(fileIn('other', block));
    writeFileSync(fileIn('other', block), gzipSync(JSON.stringify({ ...file, chainId: 31338 })));
    const ended = await capture('other', [String(block)]);
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('of chain 31338, not 31337') });
  });

  it('takes the node from the environment, and never shows what is secret of it', async () => {
    const rpc = `http://us3r:p4ss@${new URL(node.url).host}/path-key-0123456789`;
    const args = ['99999', '--hardfork', HARDFORK, '--header', 'X-Key: h34der-key', '--retries', '0', '-o', folder];
    const ended = await command(['capture', ...args], { PARALLEL_EVM_RPC: rpc });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toMatch(/RPC_FAILED/);
    for (const secret of ['us3r', 'p4ss', 'path-key', 'h34der']) expect(ended.stderr).not.toContain(secret);
  });

  it.each([
    [['1'], /--rpc/],
    [['--rpc', 'http://127.0.0.1:1'], /blocks/],
    [['--rpc', 'http://127.0.0.1:1', '1', '--source', 'rumour'], /source/],
    [['--rpc', 'http://127.0.0.1:1', '1', '--retries', 'x'], /whole number/],
  ])('ends with 2 for wrong arguments: %j', async (args, message) => {
    const { status, stderr } = await command(['capture', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });

  it.each([
    [['1'], { rpc: 'nonsense' }, /rpc\.url/],
    [['pending'], {}, /block/],
    [['9..1'], {}, /range/],
    [['1'], { header: ['no colon'] }, /header/],
    [['1'], { concurrency: 0 }, /concurrency/],
    [['1'], { output: '/dev/null/blocks' }, /cannot write/],
  ])('ends with 2 for %j with %j', async (texts, options, message) => {
    const ended = await captureWith(texts, { output: join(folder, 'wrong'), ...options });
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
  });
});

describe('blocks on the command line', () => {
  it('are numbers, ranges, hashes and names', () => {
    const hash = `0x${'ab'.repeat(32)}`;
    expect(selectorsOf(['7', '0x10', '3..5', '4..4', hash, 'finalized'])).toEqual([
      7,
      16,
      3,
      4,
      5,
      4,
      hash,
      'finalized',
    ]);
  });

  it.each([
    '',
    '-1',
    '1.5',
    '5..3',
    '1..',
    '0..100000',
    'pending',
    '0x',
    `0x${'a'.repeat(63)}`,
    '99999999999999999999',
  ])('are not %j', (text) => {
    expect(() => selectorsOf([text])).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });
});
