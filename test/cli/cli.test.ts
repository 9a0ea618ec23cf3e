import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chainOf } from '../../src/block/file-chain.ts';
import { canonicalJson } from '../../src/cli/canonical.ts';
import { EXIT, errorText } from '../../src/cli/engines.ts';
import { blockFilesOf } from '../../src/cli/inputs.ts';
import { type BlockReport, jsonLine, mismatchText, tableText } from '../../src/cli/report.ts';
import { type RunOptions, runFiles } from '../../src/cli/run.ts';
import { ParallelEvmError } from '../../src/errors.ts';
import { hexOf, hexQuantity } from '../../src/hex.ts';
import type { BlockFile, BlockResult } from '../../src/index.ts';
import { compareWithHeader, uncheckedFields } from '../../src/result/compare.ts';
import { badFile, fakeLibrary, fileOf, filled, headerOf, resultOf } from './results.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'cli-'));
const fieldsOf = (header: Record<string, unknown>, result: BlockResult) =>
  compareWithHeader(header, result).map((mismatch) => mismatch.field);

describe('a result', () => {
  it('matches a header that claims the same', () => {
    expect(compareWithHeader(headerOf(), resultOf())).toEqual([]);
    expect(compareWithHeader(headerOf({ gasUsed: 21_000n, receiptsRoot: filled(32, 2) }), resultOf())).toEqual([]);
  });

  const differing: [string, Partial<BlockResult>, string, string][] = [
    ['gasUsed', { gasUsed: 21_001n }, '21000', '21001'],
    ['receiptsRoot', { receiptsRoot: filled(32, 9) }, hexOf(filled(32, 2)), hexOf(filled(32, 9))],
    ['logsBloom', { logsBloom: filled(256, 9) }, hexOf(filled(256, 1)), hexOf(filled(256, 9))],
    ['requestsHash', { requestsHash: filled(32, 9) }, hexOf(filled(32, 3)), hexOf(filled(32, 9))],
    ['blobGasUsed', { blobGasUsed: 131_072n }, '0', '131072'],
  ];
  it.each(differing)('that differs in %s names it with both values', (field, change, expected, actual) => {
    expect(compareWithHeader(headerOf(), resultOf(change))).toEqual([{ field, expected, actual }]);
  });

  it('without the requests hash that the header claims differs', () => {
    const { requestsHash: _, ...result } = resultOf();
    expect(compareWithHeader(headerOf(), result)).toEqual([
      { field: 'requestsHash', expected: hexOf(filled(32, 3)), actual: 'none' },
    ]);
  });

  it('is not compared with what the header does not claim', () => {
    expect(compareWithHeader(headerOf({ requestsHash: undefined, blobGasUsed: null }), resultOf())).toEqual([]);
  });

  it('tells all differences, gas first', () => {
    const result = resultOf({ gasUsed: 1n, receiptsRoot: filled(32, 9), logsBloom: filled(256, 9), blobGasUsed: 5n });
    expect(fieldsOf(headerOf(), result)).toEqual(['gasUsed', 'receiptsRoot', 'logsBloom', 'blobGasUsed']);
  });

  it('of an invalid block differs in the transaction alone', () => {
    const invalid = { txIndex: 3, code: 'NONCE_TOO_LOW', reason: 'nonce 1, account 2' } as const;
    expect(compareWithHeader(headerOf(), resultOf({ invalid, gasUsed: 1n }))).toEqual([
      { field: 'transactions[3]', expected: 'valid', actual: 'NONCE_TOO_LOW: nonce 1, account 2' },
    ]);
  });

  it('of an invalid block without a transaction at fault differs in the block', () => {
    const invalid = { txIndex: -1, code: 'DEPOSIT_MALFORMED', reason: 'short' } as const;
    expect(fieldsOf(headerOf(), resultOf({ invalid }))).toEqual(['block']);
  });

  it('before Byzantium is compared in all but the receipts root', () => {
    expect(uncheckedFields('spuriousDragon')).toEqual(['receiptsRoot']);
    expect(uncheckedFields('byzantium')).toEqual([]);
    const result = resultOf({ receiptsRoot: filled(32, 9), logsBloom: filled(256, 9) });
    const fields = compareWithHeader(headerOf(), result, ['receiptsRoot']).map((mismatch) => mismatch.field);
    expect(fields).toEqual(['logsBloom']);
  });

  it.each(['gasUsed', 'receiptsRoot', 'logsBloom'])('needs a header with %s', (field) => {
    expect(() => compareWithHeader(headerOf({ [field]: undefined }), resultOf())).toThrow(`"header.${field}" must be`);
  });
});

const reportOf = (change: Partial<BlockReport> = {}): BlockReport => ({
  ...{ number: 20_000_000, hardfork: 'prague', txs: 12, gasUsed: 30_000_000n, mismatches: [], unchecked: [] },
  ms: { prepare: 1.25, execute: 20, finish: 3.75, total: 25, busy: { senders: 1.5, receipts: 0.5 } },
  redos: 4,
  ...change,
});
const WRONG = { field: 'gasUsed', expected: '1', actual: '2' };

describe('a report', () => {
  it('is one line of JSON with the fields of the manual', () => {
    const line = jsonLine(reportOf({ mismatches: [WRONG] }));
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      ...{ number: 20_000_000, hardfork: 'prague', txs: 12, gasUsed: 30_000_000, ok: false, mismatches: [WRONG] },
      ms: { prepare: 1.25, execute: 20, finish: 3.75, total: 25, busy: { senders: 1.5, receipts: 0.5 } },
      redos: 4,
    });
    expect(JSON.parse(jsonLine(reportOf()))).toMatchObject({ ok: true, mismatches: [] });
  });

  it('names the first differing field with both values', () => {
    const rest = { field: 'logsBloom', expected: '3', actual: '4' };
    expect(mismatchText(reportOf({ mismatches: [WRONG, rest] }))).toBe(
      'block 20000000: gasUsed expected 1, got 2 (and 1 more)',
    );
    expect(mismatchText(reportOf({ mismatches: [rest] }))).toBe('block 20000000: logsBloom expected 3, got 4');
  });

  it('says what it does not cover', () => {
    const report = reportOf({ unchecked: ['receiptsRoot'] });
    expect(JSON.parse(jsonLine(report))).toMatchObject({ ok: true, unchecked: ['receiptsRoot'] });
    expect(JSON.parse(jsonLine(reportOf()))).not.toHaveProperty('unchecked');
    expect(tableText([report])).toContain('ok but receiptsRoot');
  });

  it('is a row of the table: times per stage and Mgas per second of the total', () => {
    const cells = (text: string) => text.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const [, head, , row] = cells(tableText([reportOf()]));
    const record = Object.fromEntries((head ?? []).map((name, i) => [name, row?.[i]]));
    expect(record).toMatchObject({ block: '20000000', fork: 'prague', txs: '12', Mgas: '30.00', redos: '4' });
    expect(record).toMatchObject({ prepare: '1.3', execute: '20.0', finish: '3.8', 'total ms': '25.0' });
    expect(record).toMatchObject({ 'Mgas/s': '1200.0', result: 'ok' });
  });

  it('has sums below where there are several', () => {
    const none = { prepare: 0, execute: 0, finish: 0, total: 0, busy: { senders: 0, receipts: 0 } };
    const text = tableText([reportOf(), reportOf({ mismatches: [WRONG] }), reportOf({ gasUsed: 0n, ms: none })]);
    expect(text).toMatch(/3 blocks .*36 .*60\.00 .*2\.5 .*40\.0 .*7\.5 .*50\.0 .*1200\.0 .*12 .*2 ok/);
    expect(text).toMatch(/ 0\.0 │ +- │/);
    expect(tableText([reportOf()])).not.toContain('blocks');
  });
});

describe('canonical JSON', () => {
  it('sorts keys at every depth, keeps the order of lists and follows toJSON', () => {
    expect(canonicalJson({ b: [2, 1, { d: 1, c: null }], a: { toJSON: () => ({ z: 1, y: 2 }) } })).toBe(
      '{"a":{"y":2,"z":1},"b":[2,1,{"c":null,"d":1}]}',
    );
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}');
  });
});

describe('the chain of a file', () => {
  const at = (timestamp: number, change: Partial<BlockFile>) =>
    chainOf(fileOf(20_000_000, { header: headerOf({ timestamp: hexQuantity(timestamp) }), ...change }));

  it('is the public one where its schedule gives the fork', () => {
    expect(at(1_750_000_000, {}).key).toBe('1');
    expect(at(1_750_000_000, { chainId: 11155111 }).key).toBe('11155111');
  });

  it.each([
    [1, 'cancun'],
    [1, 'bpo2'],
    [1, 'london'],
    [1337, 'prague'],
  ])('is made for the file otherwise (chain %i, %s)', (chainId, hardfork) => {
    const { key, common } = at(1_750_000_000, { chainId, hardfork });
    expect(key).toBe(`${chainId}:${hardfork}`);
    expect(common.chainId()).toBe(BigInt(chainId));
    expect(common.getHardforkBy({ blockNumber: 20_000_000n, timestamp: 1_750_000_000n })).toBe(hardfork);
  });

  it('of an unknown fork is not supported', () => {
    expect(() => at(1_750_000_000, { hardfork: 'pragu' })).toThrow(ParallelEvmError);
  });
});

describe('inputs', () => {
  it('of a folder are its block files by number', async () => {
    const path = folder();
    for (const name of ['10.json.gz', '9.json', 'notes.txt', 'b.json', '100.json.gz'])
      writeFileSync(join(path, name), '');
    const names = (await blockFilesOf([path])).map((file) => file.slice(path.length + 1));
    expect(names).toEqual(['9.json', '10.json.gz', '100.json.gz', 'b.json']);
  });

  it('without arguments are the showcase beside package.json', async () => {
    const [file] = await blockFilesOf([]);
    expect(file).toMatch(/[\\/]showcase[\\/]block\.json\.gz$/);
  });

  it('that are not there or empty folders are bad', async () => {
    await expect(blockFilesOf(['/nowhere'])).rejects.toMatchObject({ code: 'BAD_FILE' });
    await expect(blockFilesOf([folder()])).rejects.toMatchObject({ code: 'BAD_FILE' });
  });
});

/** Runs over empty files named by number: the fake library decides what they hold. */
async function run(
  numbers: readonly number[],
  options: RunOptions,
  read: (number: number) => BlockFile = fileOf,
  result: (file: BlockFile) => BlockResult = () => resultOf(),
) {
  const path = join(folder(), 'blocks');
  mkdirSync(path);
  for (const number of numbers) writeFileSync(join(path, `${number}.json`), '');
  const recorded = fakeLibrary((file) => read(Number(/(\d+)\.json$/.exec(file)?.[1])), result);
  const exitCode = await runFiles([path], options, recorded.fake, recorded.output);
  return { exitCode, path, ...recorded, closed: recorded.closed };
}

describe('run', () => {
  it('ends with 0 where every block matches, and prints a table', async () => {
    const { exitCode, lines, errors } = await run([1, 2], {});
    expect(exitCode).toBe(EXIT.OK);
    expect(errors).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('2 blocks');
  });

  it('ends with 1 at a mismatch, names it and goes on', async () => {
    const gasOf = (file: BlockFile) => resultOf(file.number === 2 ? { gasUsed: 5n } : {});
    const { exitCode, lines, errors } = await run([1, 2, 3], { json: true }, fileOf, gasOf);
    expect(exitCode).toBe(EXIT.MISMATCH);
    expect(lines.map((line) => JSON.parse(line).ok)).toEqual([true, false, true]);
    expect(errors).toEqual(['parallel-evm: block 2: gasUsed expected 21000, got 5']);
  });

  it('ends with 2 at a bad file, even where others mismatch, and goes on', async () => {
    const read = (number: number) => (number === 1 ? badFile('truncated') : fileOf(number));
    const { exitCode, lines, errors, path } = await run([1, 2], { json: true }, read, () => resultOf({ gasUsed: 5n }));
    expect(exitCode).toBe(EXIT.BAD_INPUT);
    expect(lines).toHaveLength(1);
    expect(errors[0]).toBe(`parallel-evm: ${join(path, '1.json')}: BAD_FILE: truncated`);
    expect(errors).toHaveLength(2);
  });

  it('ends with 2 where the engine refuses the chain', async () => {
    const refuse = () => {
      throw new ParallelEvmError('UNSUPPORTED_CHAIN', 'fork "london" is not supported');
    };
    const { exitCode, lines, errors } = await run([1], {}, fileOf, refuse);
    expect(exitCode).toBe(EXIT.BAD_INPUT);
    expect(lines).toEqual([]);
    expect(errors[0]).toMatch(/UNSUPPORTED_CHAIN: fork "london" is not supported$/);
  });

  it('ends with 2 where a path is not there', async () => {
    const recorded = fakeLibrary(() => fileOf(1));
    expect(await runFiles(['/nowhere'], {}, recorded.fake, recorded.output)).toBe(EXIT.BAD_INPUT);
    expect(recorded.errors[0]).toMatch(/^parallel-evm: BAD_FILE: cannot read \/nowhere/);
  });

  it('keeps one engine while the chain stays, and closes what it opened', async () => {
    const read = (number: number) => fileOf(number, number === 3 ? { chainId: 1337 } : {});
    const { engines, closed } = await run([1, 2, 3], { slots: 2 }, read);
    expect(engines.map((engine) => engine.chainId)).toEqual([1n, 1337n]);
    expect(engines.every((engine) => engine.slots === 2)).toBe(true);
    expect(closed).toBe(2);
  });

  it('writes the state changes as one line of canonical JSON per block', async () => {
    const stateDiff = join(folder(), 'diff.jsonl');
    await run([1, 2], { json: true, stateDiff });
    const diff = '"stateDiff":{"a":"0x1","b":{"x":[2,{"c":4,"d":3}],"y":1}}';
    expect(readFileSync(stateDiff, 'utf8')).toBe(`{"number":1,${diff}}\n{"number":2,${diff}}\n`);
  });

  it('ends with 2 where the state changes cannot be written', async () => {
    const { exitCode, errors } = await run([1], { stateDiff: '/nowhere/diff.jsonl' });
    expect(exitCode).toBe(EXIT.BAD_INPUT);
    expect(errors[0]).toMatch(/BAD_ARGUMENT: cannot write/);
  });

  it('never shows a stack', () => {
    expect(errorText(new Error('broken'))).toBe('INTERNAL: broken');
    expect(errorText(new ParallelEvmError('CLOSED', 'closed'))).toBe('CLOSED: closed');
  });
});
