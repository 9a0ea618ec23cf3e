// The TypeScript path as an engine: what it says of itself, blocks against their headers, calls and single transactions
// against the WASM path, and the same errors. The table of engines (scripts/engine/engines.mjs) has its scenarios.

import { createEngine, type Engine } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effectsOf, FIXTURE_NAMES, fixture, runAlone, scenarioOf, stateFor } from '../engine/scenarios.ts';
import { push, REVERT } from '../oracle/bytecode.ts';
import { headerDifference } from '../oracle/difference.mjs';
import * as make from '../oracle/hand-made.ts';
import { witnessOf } from '../oracle/witness.ts';

const SEED = process.env.SEED ?? 'typescript';
const alice = make.person(SEED, 'alice');
const CONTRACT: make.Hex = '0xc0de000000000000000000000000000000000001';
const LACKING: make.Hex = '0x1acc000000000000000000000000000000000002';
const MEMORY = { maxBytes: 2 ** 29 };

/** Adds the call data to slot 0, logs and returns the sum; fails for nothing. */
const ADDER = `${push(0)}35${push(0)}5401${push(0)}55${push(0)}54${push(0)}52${push(32)}${push(0)}a0${push(32)}${push(0)}f3`;
const STATE = {
  [alice.address]: { balance: make.ETHER },
  [CONTRACT]: { nonce: 1, code: ADDER, storage: { 0: 1000 } },
};

let engines: Engine[];
let wasm: Engine;
beforeAll(async () => {
  const options = [1, 2].map((slots) => ({ slots, execution: 'typescript', adaptive: false, memory: MEMORY }) as const);
  engines = await Promise.all(options.map((each) => createEngine(each)));
  wasm = await createEngine({ slots: 1, memory: MEMORY });
});
afterAll(() => Promise.all([...(engines ?? []), wasm].map((engine) => engine?.close())));

const two = (): Engine => engines[1] as Engine;
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );

test('says which path it is, before and after a run', async () => {
  const { result } = await runAlone(two(), await fixture('mini'), false);
  expect([two().capabilities.execution, result.stats.execution]).toEqual(['typescript', 'typescript']);
  const other = await runAlone(wasm, await fixture('mini'), false);
  expect([wasm.capabilities.execution, other.result.stats.execution]).toEqual(['wasm', 'wasm']);
});

describe.each(FIXTURE_NAMES)('%s', (name) => {
  test.each([0, 1])('is what its header and the WASM path say, on engine %i', async (which) => {
    const file = await fixture(name);
    const { result, after } = await runAlone(engines[which] as Engine, file, true);
    expect(headerDifference(file.header as never, result)).toBeUndefined();
    const expected = await runAlone(wasm, file, true);
    expect(effectsOf(result)).toEqual(effectsOf(expected.result));
    expect(after).toEqual(expected.after);
  });
});

test('transfers that pay one recipient are no conflicts', async () => {
  const { result } = await runAlone(two(), await fixture('transfers'), false);
  expect(result.stats.redos).toBe(0);
  expect(result.stats.deltasFolded).toBeGreaterThan(0);
});

describe('calls', () => {
  const file = make.blockFile({ fork: 'cancun', accounts: STATE });
  const word = (value: number): make.Hex => `0x${value.toString(16).padStart(64, '0')}`;
  const calls = [
    { to: CONTRACT, data: word(5), from: alice.address },
    { to: CONTRACT, data: word(7), gas: 30_000n },
    { data: `0x${REVERT}` as const },
    { to: alice.address, value: 5n, from: alice.address },
    { to: alice.address, value: make.ETHER * 2n, from: alice.address },
  ];

  async function simulated(engine: Engine): Promise<unknown[]> {
    const state = await stateFor(engine, scenarioOf(file));
    const overrides = { [CONTRACT]: { stateDiff: { [word(0)]: word(17) } } };
    return [await engine.simulate({ state, calls }), await engine.simulate({ state, calls, overrides })];
  }

  test('come to the same on both paths', async () => {
    const expected = await simulated(wasm);
    for (const engine of engines) expect(await simulated(engine)).toEqual(expected);
  });
});

test('a single transaction comes to the same on both paths', async () => {
  const file = make.blockFile({ fork: 'prague', accounts: STATE });
  const tx = make.signed('prague', alice, { to: CONTRACT, data: `${'00'.repeat(31)}09` });
  const run = async (engine: Engine): Promise<unknown> => {
    const state = await stateFor(engine, scenarioOf(file));
    const { success, gasUsed, output, logs } = await engine.runTx({ tx, state, block: { ...file.header } as never });
    return [success, gasUsed, output, logs, await state.toJSON()];
  };
  const expected = await run(wasm);
  for (const engine of engines) expect(await run(engine)).toEqual(expected);
});

test('output and logs larger than an arena come out whole', async () => {
  const bytes = 3_000_000;
  const code = `${push(1)}${push(bytes - 32)}52${push(bytes)}${push(0)}a0${push(bytes)}${push(0)}f3`;
  const file = make.blockFile({ fork: 'cancun', accounts: { ...STATE, [CONTRACT]: { nonce: 1, code } } });
  const state = await stateFor(two(), scenarioOf(file));
  const result = await two().call({ state, to: CONTRACT, gas: 200_000_000n });
  expect([result.success, result.output.length, result.output[bytes - 1]]).toEqual([true, bytes, 1]);
  expect(result.logs[0]?.[2]).toHaveLength(bytes);
});

describe('a run that cannot end well', () => {
  test('names the code that it lacks', async () => {
    const accounts = { ...STATE, [LACKING]: { nonce: 1, code: ADDER } };
    const transactions = [make.signed('cancun', alice, { to: LACKING })];
    const file = make.blockFile({ fork: 'cancun', accounts, transactions });
    const { block, preState } = scenarioOf(file);
    const state = await two().createState(preState, { codes: {} });
    const error = await errorOf(two().runBlock({ block, state }));
    expect(error).toMatchObject({ code: 'MISSING_CODE', txIndex: 0 });
  });

  test('names the block whose hash it lacks', async () => {
    const blockhash = `${push(3)}4303${'40'}${push(0)}55`;
    const file = make.blockFile({
      fork: 'cancun',
      accounts: { ...STATE, [CONTRACT]: { nonce: 1, code: blockhash } },
      transactions: [make.signed('cancun', alice, { to: CONTRACT })],
    });
    const { block } = scenarioOf(file);
    const state = await stateFor(two(), scenarioOf(file));
    const error = await errorOf(two().runBlock({ block, state }));
    expect(error).toMatchObject({ code: 'MISSING_BLOCK_HASH', txIndex: 0 });
  });
});

test('a witness is verified, to the same state root', async () => {
  const file = make.blockFile({
    fork: 'cancun',
    accounts: STATE,
    transactions: [make.signed('cancun', alice, { to: CONTRACT, data: `${'00'.repeat(31)}09` })],
  });
  const { root, nodes } = await witnessOf(file.preState as never);
  const zeros = (bytes: number): string => `0x${'00'.repeat(bytes)}`;
  const claims = { stateRoot: zeros(32), receiptsRoot: zeros(32), gasUsed: '0x0', logsBloom: zeros(256) };
  const block = { ...scenarioOf(file).block, blobGasUsed: '0x0', ...claims } as never;
  const witness = { nodes, codes: Object.values(file.codes), parentStateRoot: root };
  const expected = await wasm.verifyBlock({ block, witness });
  expect(expected.stateRoot).toBeDefined();
  for (const engine of engines) {
    const { stateRoot, mismatches } = await engine.verifyBlock({ block, witness });
    expect([stateRoot, mismatches]).toEqual([expected.stateRoot, expected.mismatches]);
  }
});

test('a recorded run tells what each transaction wrote', async () => {
  const file = await fixture('swaps');
  const written = async (engine: Engine): Promise<unknown[]> => {
    const state = await stateFor(engine, file);
    const { block, blockHashes } = file;
    const { records = [] } = await engine.runBlock({ block, state, blockHashes, record: true });
    return records.map(({ gasUsed, fee, accounts, slots }) => ({
      ...{ gasUsed, fee },
      accounts: accounts.flatMap(({ address, writes, before, after }) =>
        writes.length > 0 ? [{ address, writes, before, after }] : [],
      ),
      slots: slots.filter((slot) => slot.written),
    }));
  };
  const sorted = (records: unknown[]): unknown[] =>
    (records as { accounts: { address: string }[]; slots: { address: string; slot: string }[] }[]).map((record) => ({
      ...record,
      accounts: [...record.accounts].sort((a, b) => (a.address < b.address ? -1 : 1)),
      slots: [...record.slots].sort((a, b) => (a.address + a.slot < b.address + b.slot ? -1 : 1)),
    }));
  const expected = sorted(await written(wasm));
  expect(expected).toHaveLength(file.block.transactions.length);
  expect(sorted(await written(two()))).toEqual(expected);
});
