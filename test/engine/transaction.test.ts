// Single transactions: each has the effect that it has alone in a block, without what surrounds transactions there.

import { bytesToHex, createAddressFromString, generateAddress } from '@ethereumjs/util';
import type { Engine, State, TxResult } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploy, push, REVERT, STOP, sstore } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { Engines, scenarioOf, withDiff } from './scenarios.ts';

const SLOT_COUNTS = [1, 2];
const SEED = process.env.SEED ?? 'transaction';
const alice = make.person(SEED, 'alice');
const CONTRACT: make.Hex = '0xc0de000000000000000000000000000000000001';
const LOGGING = `${sstore(1, 7)}${push(5)}${push(4)}${push(0)}a1${STOP}`;
const RETURNING = `${push(42)}${push(0)}52${push(32)}${push(0)}f3`;

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOT_COUNTS);
});
afterAll(() => engines?.close());

const fileOf = (code: string, draft: make.Draft): make.BlockJson =>
  make.blockFile({
    fork: 'cancun',
    accounts: { [alice.address]: { balance: make.ETHER }, [CONTRACT]: { nonce: 1, code } },
    transactions: [make.signed('cancun', alice, draft)],
  });

const stateOf = (engine: Engine, { preState, codes }: make.BlockJson): Promise<State> =>
  engine.createState(preState as Parameters<Engine['createState']>[0], { codes });

function contextOf({ header }: make.BlockJson): object {
  const { number, timestamp, gasLimit, baseFeePerGas, miner, mixHash } = header as Record<string, string>;
  return { number, timestamp, gasLimit, baseFeePerGas, coinbase: miner, prevRandao: mixHash };
}

const DRAFTS: [string, string, make.Draft][] = [
  ['a transfer', '', { to: CONTRACT, value: 5n }],
  ['a call with logs and storage', LOGGING, { to: CONTRACT }],
  ['a revert', `${sstore(1, 7)}${REVERT}`, { to: CONTRACT, value: 5n }],
  ['a halt', 'fe', { to: CONTRACT }],
  ['a creation', '', { data: deploy(STOP, sstore(2, 3)) }],
];

describe.each(SLOT_COUNTS)('at %i slots', (slots) => {
  let engine: Engine;
  beforeAll(() => {
    engine = engines.at(slots);
  });

  async function runAlone(file: make.BlockJson, tx: object, commit?: boolean) {
    const state = await stateOf(engine, file);
    const before = await state.toJSON();
    const result = await engine.runTx({
      tx: tx as never,
      state,
      block: contextOf(file),
      ...(commit !== undefined && { commit }),
    });
    const after = await state.toJSON();
    await state.dispose();
    return { result, before, after };
  }

  test.each(DRAFTS)('%s has the receipt and the diff that it has alone in a block', async (_name, code, draft) => {
    const file = fileOf(code, draft);
    const state = await stateOf(engine, file);
    const block = await engine.runBlock({ block: scenarioOf(file).block, state });
    expect(block.invalid).toBeUndefined();
    const { result, before, after } = await runAlone(file, file.transactions[0] as object);
    expect(result.receipt).toEqual(block.receipts[0]);
    expect(result.gasUsed).toBe(block.gasUsed);
    expect(result.logs).toEqual(block.receipts[0]?.logs);
    expect(result.success).toBe(block.receipts[0]?.status === 1);
    expect(result.stateDiff.toJSON()).toEqual(block.stateDiff.toJSON());
    expect(after).toEqual(await state.toJSON());
    expect(after).toEqual(withDiff(before, result.stateDiff.toJSON()));
    await state.dispose();
  });

  test('an @ethereumjs/tx object, its bytes, its JSON with and without sender are one transaction', async () => {
    const draft = { to: CONTRACT, value: 5n };
    const file = fileOf(LOGGING, draft);
    const json = file.transactions[0] as Record<string, unknown>;
    const { from: _from, ...unnamed } = json;
    const results: TxResult[] = [];
    const object = make.signed('cancun', alice, draft);
    for (const tx of [object, object.serialize(), json, unnamed]) results.push((await runAlone(file, tx)).result);
    const contents = results.map(({ stateDiff, ...rest }) => ({ ...rest, stateDiff: stateDiff.toJSON() }));
    expect(contents[0]).toMatchObject({ success: true });
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
    expect(contents[3]).toEqual(contents[0]);
  });

  test('leaves the state alone when not committed', async () => {
    const file = fileOf(LOGGING, { to: CONTRACT });
    const { result, before, after } = await runAlone(file, file.transactions[0] as object, false);
    expect(Object.keys(result.stateDiff.toJSON())).toContain(CONTRACT);
    expect(after).toEqual(before);
  });

  test('tells what it returned and how it failed', async () => {
    const run = async (code: string, draft: make.Draft) => {
      const file = fileOf(code, draft);
      return (await runAlone(file, file.transactions[0] as object)).result;
    };
    const word = `0x${'2a'.padStart(64, '0')}`;
    const returned = await run(RETURNING, { to: CONTRACT });
    expect([bytesToHex(returned.output), returned.halt]).toEqual([word, undefined]);
    const reverted = await run(RETURNING.replace(/f3$/, 'fd'), { to: CONTRACT });
    expect([bytesToHex(reverted.output), reverted.halt]).toEqual([word, 'REVERT']);
    expect(await run('fe', { to: CONTRACT })).toMatchObject({
      success: false,
      halt: 'INVALID_OPCODE',
      gasUsed: 500_000n,
    });
  });

  test('tells where a creation went and what code it left', async () => {
    const file = fileOf('', { data: deploy(STOP) });
    const { result, after } = await runAlone(file, file.transactions[0] as object);
    const address = bytesToHex(generateAddress(createAddressFromString(alice.address).bytes, new Uint8Array(0)));
    expect(bytesToHex(result.createdAddress ?? new Uint8Array(0))).toBe(address);
    expect(bytesToHex(result.output)).toBe('0x00');
    expect(after[address]).toMatchObject({ code: '0x00' });
  });

  test('one after another, each runs on what the last one left', async () => {
    const file = fileOf(`${sstore(0, `${push(1)}${push(0)}5401`)}${STOP}`, { to: CONTRACT });
    const state = await stateOf(engine, file);
    const runs = [0, 1, 2].map((nonce) =>
      engine.runTx({ tx: make.signed('cancun', alice, { to: CONTRACT, nonce }), state, block: contextOf(file) }),
    );
    expect((await Promise.all(runs)).map(({ success }) => success)).toEqual([true, true, true]);
    expect(await state.getStorage(CONTRACT, 0)).toBe(3n);
    await state.dispose();
  });

  test('needs none of the contracts that a block of its fork needs', async () => {
    const state = await engine.createState({ [alice.address]: { nonce: 0, balance: make.ETHER } });
    const tx = make.signed('prague', alice, { to: CONTRACT, value: 1n });
    const result = await engine.runTx({ tx, state, block: { hardfork: 'prague', baseFeePerGas: 1 } });
    expect(result).toMatchObject({ success: true, gasUsed: 21_000n });
    expect(Object.keys(result.stateDiff.toJSON()).sort()).toEqual(
      [alice.address, CONTRACT, `0x${'00'.repeat(20)}`].sort(),
    );
    await state.dispose();
  });
});
