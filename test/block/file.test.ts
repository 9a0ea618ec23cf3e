import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Common, Mainnet } from '@ethereumjs/common';
import { describe, expect, it } from 'vitest';
import { decodeBlockSync } from '../../src/block/decode.ts';
import { readBlockFile } from '../../src/block/file.ts';
import { hexOf } from '../../src/hex.ts';
import * as browser from '../../src/host/files.browser.ts';
import * as node from '../../src/host/files.node.ts';
import { type Json, makeBlock, Random, rpcForm } from './blocks.ts';

const SEED = Number(process.env.SEED ?? 1559);
const random = new Random(SEED);
const hex = (length: number) => hexOf(random.bytes(length));
const [ADDRESS, EMPTY, SLOT, CODE_HASH, PARENT] = [hex(20), hex(20), hex(32), hex(32), hex(32)];

function fileJson(): Json {
  const { transactions, withdrawals, ...header } = rpcForm(makeBlock(SEED, 'cancun'));
  const account = { nonce: '0x1', balance: '0xff', codeHash: CODE_HASH, storage: { [SLOT]: '0x0' } };
  return {
    ...{ format: 'evm-block/1', network: 'mainnet', chainId: 1, number: Number(header.number), hardfork: 'cancun' },
    ...{ header, transactions, withdrawals },
    preState: { [ADDRESS]: account, [EMPTY]: null },
    codes: { [CODE_HASH]: '0x6001' },
    blockHashes: { 15999999: PARENT },
    expect: { gasUsed: '0x1' },
    stats: { accounts: 2 },
  };
}

const encode = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));

describe(`readBlockFile, seed ${SEED}`, () => {
  it('gives the block, its state and all else that the file holds', async () => {
    const json = fileJson();
    const file = await readBlockFile(encode(json));
    expect(file).toMatchObject({ format: 'evm-block/1', network: 'mainnet', chainId: 1, hardfork: 'cancun' });
    expect(file.number).toBe(Number((json.header as Json).number));
    expect(file.preState).toEqual(json.preState);
    expect(file.codes).toEqual(json.codes);
    expect(file.blockHashes).toEqual(json.blockHashes);
    expect(file.expect).toEqual(json.expect);
    expect(file.header).toEqual(json.header);
    expect(file.raw).toEqual(json);
    const common = new Common({ chain: Mainnet });
    expect(decodeBlockSync(file.block, { common })).toEqual(decodeBlockSync(makeBlock(SEED, 'cancun'), { common }));
  });

  it('reads the same from bytes, gzip, a path and a URL', async () => {
    const json = fileJson();
    const expected = await readBlockFile(encode(json));
    const path = join(mkdtempSync(join(tmpdir(), 'block-')), 'block.json.gz');
    writeFileSync(path, gzipSync(encode(json)));
    expect(await readBlockFile(gzipSync(encode(json)))).toEqual(expected);
    expect(await readBlockFile(path)).toEqual(expected);
    expect(await readBlockFile(pathToFileURL(path))).toEqual(expected);
  });

  const gzipped = gzipSync(encode(fileJson()));
  const damaged = Uint8Array.from(gzipped);
  damaged[gzipped.length - 6] = (damaged[gzipped.length - 6] ?? 0) ^ 0xff;
  const unreadable: [string, string | Uint8Array, RegExp][] = [
    ['a missing file', '/nowhere/block.json.gz', /cannot read \/nowhere\/block\.json\.gz: ENOENT/],
    ['a directory', tmpdir(), /cannot read .*EISDIR/],
    ['gzip cut off', gzipped.subarray(0, gzipped.length >> 1), /truncated gzip/],
    ['gzip cut off in its trailer', gzipped.subarray(0, -2), /truncated gzip/],
    ['gzip with a wrong checksum', damaged, /damaged/],
    ['no JSON', encode({}).subarray(1), /not JSON/],
    ['JSON cut off', encode(fileJson()).subarray(0, 500), /not JSON/],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /not JSON/],
    ['nothing', new Uint8Array(0), /not JSON/],
    ['a list', encode([]), /"file" must be an object/],
    ['null', encode(null), /"file" must be an object/],
  ];
  it.each(unreadable)('BAD_FILE: %s', async (_, source, message) => {
    await expect(readBlockFile(source)).rejects.toMatchObject({ code: 'BAD_FILE', field: 'file' });
    await expect(readBlockFile(source)).rejects.toThrow(message);
  });

  const account = (change: Json): Json => ({ preState: { [ADDRESS]: { nonce: '0x1', balance: '0x1', ...change } } });
  const wrong: [string, Json][] = [
    ['format', { format: 'evm-block/2' }],
    ['format', { format: undefined }],
    ['network', { network: 1 }],
    ['chainId', { chainId: '0x1' }],
    ['number', { number: -1 }],
    ['number', { number: 1.5 }],
    ['hardfork', { hardfork: null }],
    ['header.number', { header: { number: '0x1' } }],
    ['header.number', { header: { number: '1' } }],
    ['header', { header: [] }],
    ['transactions', { transactions: {} }],
    ['withdrawals', { withdrawals: {} }],
    ['preState', { preState: [] }],
    ['preState.0x12', { preState: { '0x12': null } }],
    [`preState.${ADDRESS}`, { preState: { [ADDRESS]: 5 } }],
    [`preState.${ADDRESS}.nonce`, account({ nonce: undefined })],
    [`preState.${ADDRESS}.balance`, account({ balance: '12' })],
    [`preState.${ADDRESS}.codeHash`, account({ codeHash: '0x12' })],
    [`preState.${ADDRESS}.code`, account({ code: '0x1' })],
    [`preState.${ADDRESS}.storage`, account({ storage: [] })],
    [`preState.${ADDRESS}.storage.0x1`, account({ storage: { '0x1': '0x1' } })],
    [`preState.${ADDRESS}.storage.${SLOT}`, account({ storage: { [SLOT]: '0x' } })],
    ['codes', { codes: undefined }],
    ['codes.0x12', { codes: { '0x12': '0x' } }],
    [`codes.${CODE_HASH}`, { codes: { [CODE_HASH]: 5 } }],
    ['blockHashes', { blockHashes: null }],
    ['blockHashes.1', { blockHashes: { 1: '0x1234' } }],
    ['expect', { expect: 5 }],
  ];
  it.each(wrong)('BAD_FILE names %s', async (field, change) => {
    const error = readBlockFile(encode({ ...fileJson(), ...change }));
    await expect(error).rejects.toMatchObject({ code: 'BAD_FILE', field });
    await expect(error).rejects.toThrow(`"${field}" must be `);
    await expect(error).rejects.toHaveProperty('value');
  });

  it.each([
    ['of a chain with rules of its own', { chainId: 8453 }, 'chainId', 8453n],
    ['of an unknown fork', { hardfork: 'amsterdam' }, 'hardfork', 'amsterdam'],
    ['of a fork with the name of a method', { hardfork: 'constructor' }, 'hardfork', 'constructor'],
  ])('UNSUPPORTED_CHAIN: a file %s', async (_, change, field, value) => {
    const error = readBlockFile(encode({ ...fileJson(), ...change }));
    await expect(error).rejects.toMatchObject({ code: 'UNSUPPORTED_CHAIN', field, value });
  });

  it.each([[undefined], [5], [{}], [Symbol('file')], [Object.create(null)], [new ArrayBuffer(8)]])(
    'BAD_ARGUMENT: neither path nor bytes (%#)',
    async (source) => {
      const error = readBlockFile(source as never);
      await expect(error).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field: 'pathOrBytes', value: source });
    },
  );
});

describe('the browser and the Node part', () => {
  it('unpack alike and refuse data cut off', async () => {
    const plain = new Random(SEED).bytes(100_000);
    const packed = gzipSync(plain);
    expect(Uint8Array.from(await node.gunzip(packed))).toEqual(plain);
    expect(await browser.gunzip(packed)).toEqual(plain);
    for (const gunzip of [node.gunzip, browser.gunzip]) {
      await expect(gunzip(packed.subarray(0, 50_000))).rejects.toThrow();
    }
  });

  it('differ in files: a page has none', async () => {
    await expect(browser.readBytes('block.json')).rejects.toThrow(/pass its bytes/);
  });
});
