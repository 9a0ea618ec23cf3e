// Bad input: whatever a caller hands in, the answer is one ParallelEvmError whose code and field say what is wrong. It
// never changes a state, and the engine goes on.

import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { createEngine, type Engine, type Hex, ParallelEvmError, type State } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { push, STOP } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { Engines } from './scenarios.ts';

const SLOT_COUNTS = [1, 2];
const SEED = process.env.SEED ?? 'bad input';
const alice = make.person(SEED, 'alice');
const CONTRACT: Hex = '0xc0de000000000000000000000000000000000001';
const LEAST_BYTES = 2 ** 17 + 2 ** 26;
const HASH: Hex = `0x${'11'.repeat(32)}`;
const ADDRESS: Hex = `0x${'22'.repeat(20)}`;
const LOWER_CASE: Hex = `0x${'ab'.repeat(20)}`;
const MIXED_CASE: Hex = `0x${'aB'.repeat(20)}`;
const UPPER_CASE: Hex = `0x${'AB'.repeat(20)}`;
const SLOT_10: Hex = `0x${'a'.padStart(64, '0')}`;
/** Jumps back to its start for ever. */
const ENDLESS = `5b${push(0)}56`;

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOT_COUNTS);
});
afterAll(() => engines?.close());

/** The error that a task ends with, which must be the library's own. */
async function errorOf(task: () => Promise<unknown>): Promise<ParallelEvmError> {
  const error = await task().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ParallelEvmError);
  return error as ParallelEvmError;
}

/** What JavaScript callers can hand in, the types notwithstanding. */
// biome-ignore lint/complexity/noBannedTypes: any function at all
const loose = <T extends Function>(method: T) => method as unknown as (...args: unknown[]) => Promise<unknown>;

const fileOf = (code = STOP, draft: make.Draft = { to: CONTRACT }): make.BlockJson =>
  make.blockFile({
    fork: 'cancun',
    accounts: { [alice.address]: { balance: make.ETHER }, [CONTRACT]: { nonce: 1, code } },
    transactions: [make.signed('cancun', alice, draft)],
  });
const blockOf = ({ header, transactions, withdrawals }: make.BlockJson) => ({ ...header, transactions, withdrawals });
const stateOf = (engine: Engine, { preState, codes }: make.BlockJson): Promise<State> =>
  engine.createState(preState as Parameters<Engine['createState']>[0], { codes });

describe('createEngine', () => {
  const options: [string, unknown][] = [
    ['slots', { slots: 0 }],
    ['slots', { slots: 65 }],
    ['slots', { slots: 1.5 }],
    ['slots', { slots: '2' }],
    ['slots', { slots: Number.NaN }],
    ['memory.maxBytes', { slots: 1, memory: { maxBytes: 0 } }],
    ['memory.maxBytes', { slots: 1, memory: { maxBytes: LEAST_BYTES - 1 } }],
    ['memory.maxBytes', { slots: 1, memory: { maxBytes: 2 ** 32 + 1 } }],
    ['memory.maxBytes', { slots: 1, memory: { maxBytes: '1g' } }],
    ['memory', { slots: 1, memory: 5 }],
    ['execution', { slots: 1, execution: 'native' }],
    ['warmUp', { slots: 1, warmUp: 1 }],
    ['warmUp', { slots: 1, warmUp: 'yes' }],
    ['common', { slots: 1, common: {} }],
    ['common', { slots: 1, common: 'mainnet' }],
    ['options', 4],
    ['options', null],
  ];
  test.each(options)('refuses %s of %j', async (field, value) => {
    expect(await errorOf(() => loose(createEngine)(value))).toMatchObject({ code: 'BAD_ARGUMENT', field });
  });

  test('refuses more slots than the memory has room for', async () => {
    const error = await errorOf(() => createEngine({ slots: 64, memory: { maxBytes: LEAST_BYTES } }));
    expect(error).toMatchObject({ code: 'STATE_TOO_LARGE', field: 'memory.maxBytes' });
  });

  const foreign: [string, number][] = [
    ['OP Mainnet', 10],
    ['Base', 8453],
    ['Arbitrum One', 42161],
    ['BNB Smart Chain', 56],
    ['Polygon PoS', 137],
    ['ZKsync Era', 324],
    ['Celo', 42220],
    ['Mantle', 5000],
    ['Zircuit', 48900],
    ['Plume Testnet', 98867],
    ['BattleChain', 626],
    ['Status Network Sepolia', 1660990954],
    ['Saigon', 202601],
  ];
  test.each(foreign)('refuses the rules of %s', async (_name, chainId) => {
    const common = createCustomCommon({ chainId }, Mainnet);
    const error = await errorOf(() => createEngine({ slots: 1, common }));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_CHAIN', field: 'chainId', value: BigInt(chainId) });
  });

  test('refuses blocks whose fees go to whoever signed the header, up to the merge', async () => {
    const clique = { type: 'poa', algorithm: 'clique', clique: { period: 15, epoch: 30_000 } } as const;
    const common = createCustomCommon({ chainId: 1337, consensus: clique }, Mainnet);
    const engine = await createEngine({ slots: 1, common });
    const { header, transactions, withdrawals } = fileOf();
    const old = { ...header, number: 12_965_000, timestamp: 1, difficulty: 1, transactions: [] };
    expect(await errorOf(() => engine.prepare(old as never))).toMatchObject({
      code: 'UNSUPPORTED_CHAIN',
      field: 'consensus',
      value: 'poa',
    });
    const merged = { ...header, transactions: transactions.slice(1), withdrawals };
    await (await engine.prepare(merged as never)).dispose();
    await engine.close();
  });

  test('takes a chain that it does not know for one with the rules of Ethereum', async () => {
    const engine = await createEngine({ slots: 1, common: createCustomCommon({ chainId: 1337 }, Mainnet) });
    const state = await engine.createState({
      [CONTRACT]: { nonce: 1, balance: 0, code: `0x46${push(0)}52${push(32)}${push(0)}f3` },
    });
    const { output } = await engine.call({ state, to: CONTRACT });
    expect(BigInt(`0x${Buffer.from(output).toString('hex')}`)).toBe(1337n);
    await engine.close();
  });
});

describe.each(SLOT_COUNTS)('at %i slots', (slots) => {
  let engine: Engine;
  let state: State;
  let before: string;
  beforeAll(async () => {
    engine = engines.at(slots);
    state = await stateOf(engine, fileOf());
    before = JSON.stringify(await state.toJSON());
  });
  afterAll(async () => {
    // The one law behind all of the above: nothing of it has left a trace.
    expect(JSON.stringify(await state.toJSON())).toBe(before);
    expect((await engine.runBlock({ block: blockOf(fileOf()) as never, state })).invalid).toBeUndefined();
    await state.dispose();
  });

  describe('createState refuses', () => {
    const account = { nonce: 0, balance: 0 };
    const states: [string, unknown, unknown][] = [
      ['preState', undefined, undefined],
      ['preState', null, undefined],
      ['preState', [], undefined],
      ['preState', new Map([[ADDRESS, account]]), undefined],
      ['preState[0x12]', { '0x12': account }, undefined],
      [`preState[${ADDRESS}]`, { [ADDRESS]: 5 }, undefined],
      [`preState[${ADDRESS}]`, { [ADDRESS]: [] }, undefined],
      [`preState[${ADDRESS}].nonce`, { [ADDRESS]: { balance: 0 } }, undefined],
      [`preState[${ADDRESS}].nonce`, { [ADDRESS]: { nonce: 2n ** 64n, balance: 0 } }, undefined],
      [`preState[${ADDRESS}].balance`, { [ADDRESS]: { nonce: 0, balance: -1 } }, undefined],
      [`preState[${ADDRESS}].balance`, { [ADDRESS]: { nonce: 0, balance: 2n ** 256n } }, undefined],
      [`preState[${ADDRESS}].balance`, { [ADDRESS]: { nonce: 0, balance: '12' } }, undefined],
      [`preState[${ADDRESS}].code`, { [ADDRESS]: { ...account, code: '0x123' } }, undefined],
      [`preState[${ADDRESS}].codeHash`, { [ADDRESS]: { ...account, codeHash: '0x12' } }, undefined],
      [`preState[${ADDRESS}].storage`, { [ADDRESS]: { ...account, storage: 5 } }, undefined],
      [`preState[${ADDRESS}].storage`, { [ADDRESS]: { ...account, storage: new Map() } }, undefined],
      [`preState[${ADDRESS}].storage[1]`, { [ADDRESS]: { ...account, storage: { 1: 1 } } }, undefined],
      [`preState[${ADDRESS}].storage[0x1]`, { [ADDRESS]: { ...account, storage: { '0x1': 'x' } } }, undefined],
      [
        `preState[${ADDRESS}].storage[0x1]`,
        { [ADDRESS]: { ...account, storage: { '0x1': new Uint8Array(33) } } },
        undefined,
      ],
      [`preState[${MIXED_CASE}]`, { [MIXED_CASE]: account, [LOWER_CASE]: account }, undefined],
      [`preState[${MIXED_CASE}]`, { [LOWER_CASE]: null, [MIXED_CASE]: account }, undefined],
      [`preState[${UPPER_CASE}]`, { [MIXED_CASE]: account, [UPPER_CASE]: account }, undefined],
      [
        `preState[${ADDRESS}].storage[0x01]`,
        { [ADDRESS]: { ...account, storage: { '0x1': 1, '0x01': 1 } } },
        undefined,
      ],
      [
        `preState[${ADDRESS}].storage[0xA]`,
        { [ADDRESS]: { ...account, storage: { [SLOT_10]: 1, '0xA': 1 } } },
        undefined,
      ],
      ['preState[__proto__]', JSON.parse(`{"__proto__": {}}`), undefined],
      ['options', {}, 5],
      ['options', {}, new Map([['codes', {}]])],
      ['codes', {}, { codes: null }],
      ['codes', {}, { codes: [] }],
      ['codes[0x12]', {}, { codes: { '0x12': '0x' } }],
      [`codes[${HASH}]`, {}, { codes: { [HASH]: 5 } }],
      [`codes[${HASH}]`, { [ADDRESS]: { ...account, codeHash: HASH } }, { codes: { [HASH]: '0x00' } }],
    ];
    test.each(states)('%s', async (field, preState, options) => {
      const error = await errorOf(() => loose(engine.createState.bind(engine))(preState, options));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field });
    });
  });

  describe('every run refuses', () => {
    type Field = Record<string, unknown>;
    const fields: [string, (state: State) => Field][] = [
      ['state', () => ({ state: undefined })],
      ['state', () => ({ state: {} })],
      ['blockHashes', (state) => ({ state, blockHashes: null })],
      ['blockHashes', (state) => ({ state, blockHashes: [] })],
      ['blockHashes[0x1]', (state) => ({ state, blockHashes: { '0x1': HASH } })],
      ['blockHashes[1]', (state) => ({ state, blockHashes: { 1: '0x12' } })],
      ['blockHashes', (state) => ({ state, blockHashes: new Map([['1', HASH]]) })],
      ['blockHashes[01]', (state) => ({ state, blockHashes: { 1: HASH, '01': HASH } })],
      ['signal', (state) => ({ state, signal: {} })],
    ];
    const methods: [string, () => [(input: unknown) => Promise<unknown>, Field]][] = [
      ['runBlock', () => [loose(engine.runBlock.bind(engine)), { block: blockOf(fileOf()) }]],
      ['runTx', () => [loose(engine.runTx.bind(engine)), { tx: fileOf().transactions[0] }]],
      ['call', () => [loose(engine.call.bind(engine)), { to: CONTRACT }]],
      ['simulate', () => [loose(engine.simulate.bind(engine)), { calls: [{ to: CONTRACT }] }]],
    ];
    const pairs = methods.flatMap(([name, method]) => fields.map(([field, of]) => [name, field, method, of] as const));
    test.each(pairs)('%s: a bad %s', async (_name, field, method, of) => {
      const [run, rest] = method();
      const error = await errorOf(() =>
        run({ ...rest, ...(field === 'state' ? {} : { block: rest.block }), ...of(state) }),
      );
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field });
    });

    test.each(methods)('%s: no object', async (_name, method) => {
      for (const input of [undefined, null, 5, []])
        expect(await errorOf(() => method()[0](input))).toMatchObject({ code: 'BAD_ARGUMENT', field: 'input' });
    });

    test.each(methods)('%s: a state of another engine', async (_name, method) => {
      const other = await stateOf(engines.at(slots === 1 ? 2 : 1), fileOf());
      const [run, rest] = method();
      expect(await errorOf(() => run({ ...rest, state: other }))).toMatchObject({
        code: 'BAD_ARGUMENT',
        field: 'state',
      });
      await other.dispose();
    });

    test.each(methods)('%s: a state that was disposed of', async (_name, method) => {
      const gone = await stateOf(engine, fileOf());
      await gone.dispose();
      const [run, rest] = method();
      expect(await errorOf(() => run({ ...rest, state: gone }))).toMatchObject({ code: 'CLOSED', field: 'state' });
    });

    test.each(methods)('%s: a signal that has fired', async (_name, method) => {
      const [run, rest] = method();
      const error = await errorOf(() => run({ ...rest, state, signal: AbortSignal.abort() }));
      expect(error).toMatchObject({ code: 'ABORTED', field: 'signal' });
    });

    test.each(methods)('%s: with the engine closed', async (_name, method) => {
      const [run, rest] = method();
      expect(typeof run).toBe('function');
      const closed = await createEngine({ slots });
      const own = await stateOf(closed, fileOf());
      await closed.close();
      const name = _name as 'runBlock' | 'runTx' | 'call' | 'simulate';
      const again = await errorOf(() => loose(closed[name].bind(closed))({ ...rest, state: own }));
      expect(again.code).toBe('CLOSED');
      for (const read of [() => own.toJSON(), () => own.getCode(CONTRACT), () => stateOf(closed, fileOf())])
        expect((await errorOf(read)).code).toBe('CLOSED');
    });
  });

  describe('blocks', () => {
    const withTx = (change: object): object => {
      const block = blockOf(fileOf());
      return { ...block, transactions: [{ ...block.transactions[0], ...change }] };
    };

    test.each([
      ['block', undefined],
      ['block', 5],
      ['block', []],
      ['number', {}],
    ])('a bad %s is named: %j', async (field, block) => {
      const error = await errorOf(() => loose(engine.runBlock.bind(engine))({ block, state }));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field });
    });

    test('commit must be a boolean', async () => {
      const run = () => loose(engine.runBlock.bind(engine))({ block: blockOf(fileOf()), state, commit: 'no' });
      expect(await errorOf(run)).toMatchObject({ code: 'BAD_ARGUMENT', field: 'commit' });
    });

    test.each([0x64, 0x6a, 0x71, 0x7b, 0x7e, 0x7f])('of a chain with transaction type %i are refused', async (type) => {
      for (const value of [type, BigInt(type), `0x${type.toString(16)}`]) {
        const error = await errorOf(() => engine.prepare(withTx({ type: value }) as never));
        expect(error).toMatchObject({ code: 'UNSUPPORTED_CHAIN', field: 'transactions[0].type' });
      }
    });

    test('of a foreign type that only coercion would give are bad', async () => {
      for (const type of [[0x7e], { valueOf: () => 0x7e }, Object.create(null), Symbol('type'), true])
        expect(await errorOf(() => engine.prepare(withTx({ type }) as never))).toMatchObject({
          code: 'BAD_ARGUMENT',
          field: 'transactions[0].type',
        });
    });

    test('with a hole in a list are bad', async () => {
      const block = { ...blockOf(fileOf()), transactions: new Array(2) };
      const error = await errorOf(() => engine.prepare(block as never));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'transactions[0]' });
    });

    test('with more data than 32 bits can count are too large, wherever its bytes are shared', async () => {
      const input = new Uint8Array(2 ** 24);
      const [tx] = blockOf(fileOf()).transactions;
      const transactions = Array.from({ length: 257 }, () => ({ ...tx, input }));
      const error = await errorOf(() => engine.prepare({ ...blockOf(fileOf()), transactions } as never));
      expect(error).toMatchObject({ code: 'STATE_TOO_LARGE', field: 'memory.maxBytes' });
      const call = { to: CONTRACT, data: input };
      const calls = Array.from({ length: 257 }, () => call);
      expect(await errorOf(() => engine.simulate({ state, calls }))).toMatchObject({ code: 'STATE_TOO_LARGE' });
    });

    test('with fields that look like a Common or a header run as what they are', async () => {
      const block = { ...blockOf(fileOf()), common: {}, header: {} };
      expect((await engine.runBlock({ block: block as never, state, commit: false })).invalid).toBeUndefined();
      expect(await errorOf(() => engine.prepare({ common: {}, header: {} } as never))).toMatchObject({
        code: 'BAD_ARGUMENT',
        field: 'number',
      });
    });

    test('of an unknown transaction type are bad', async () => {
      const error = await errorOf(() => engine.prepare(withTx({ type: '0x5' }) as never));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'transactions[0].type' });
    });

    test('with excess blob gas that no blob fee can hold are bad, and soon', async () => {
      const block = { ...blockOf(fileOf()), excessBlobGas: `0x${'f'.repeat(16)}` };
      expect(await errorOf(() => engine.prepare(block as never))).toMatchObject({
        code: 'BAD_ARGUMENT',
        field: 'excessBlobGas',
      });
    });

    test('of another engine are refused, disposed ones are CLOSED', async () => {
      const other = await engines.at(slots === 1 ? 2 : 1).prepare(blockOf(fileOf()) as never);
      expect(await errorOf(() => engine.runBlock({ block: other, state }))).toMatchObject({
        code: 'BAD_ARGUMENT',
        field: 'block',
      });
      await other.dispose();
      const own = await engine.prepare(blockOf(fileOf()) as never);
      await own.dispose();
      expect(await errorOf(() => engine.runBlock({ block: own, state }))).toMatchObject({
        code: 'CLOSED',
        field: 'block',
      });
    });
  });

  describe('calls', () => {
    const calls: [string, Record<string, unknown>][] = [
      ['from', { from: '0x12' }],
      ['to', { to: 5 }],
      ['data', { data: '0x1' }],
      ['data', { data: 'hello' }],
      ['value', { value: -1n }],
      ['value', { value: 2n ** 256n }],
      ['gas', { gas: 2n ** 63n }],
      ['gas', { gas: 'much' }],
      ['gasPrice', { gasPrice: 0.5 }],
      ['accessList', { accessList: {} }],
      ['accessList[0].storageKeys[0]', { accessList: [{ address: ADDRESS, storageKeys: ['0x1'] }] }],
    ];
    test.each(calls)('a bad %s is named', async (field, change) => {
      const call = { to: CONTRACT, ...change };
      const one = await errorOf(() => loose(engine.call.bind(engine))({ state, ...call }));
      expect(one).toMatchObject({ code: 'BAD_ARGUMENT', field });
      const many = { state, calls: [{ to: CONTRACT }, call] };
      const error = await errorOf(() => loose(engine.simulate.bind(engine))(many));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: `calls[1].${field}` });
    });

    const shared: [string, Record<string, unknown>][] = [
      ['block', { block: 5 }],
      ['block.number', { block: { number: -1 } }],
      ['block.timestamp', { block: { timestamp: 'now' } }],
      ['block.gasLimit', { block: { gasLimit: 2n ** 63n } }],
      ['block.baseFeePerGas', { block: { baseFeePerGas: 2n ** 256n } }],
      ['block.coinbase', { block: { coinbase: '0x12' } }],
      ['block.prevRandao', { block: { prevRandao: '0x12' } }],
      ['block.difficulty', { block: { difficulty: {} } }],
      ['block.excessBlobGas', { block: { excessBlobGas: 2n ** 64n } }],
      ['excessBlobGas', { block: { excessBlobGas: 2n ** 64n - 1n } }],
      ['block.hardfork', { block: { hardfork: 5 } }],
      ['block.chainId', { block: { chainId: -1 } }],
      ['overrides', { overrides: 5 }],
      ['overrides', { overrides: new Map() }],
      ['overrides[0x12]', { overrides: { '0x12': { nonce: 1 } } }],
      [`overrides[${ADDRESS}]`, { overrides: { [ADDRESS]: 5 } }],
      [`overrides[${ADDRESS}].balance`, { overrides: { [ADDRESS]: { balance: -1 } } }],
      [`overrides[${ADDRESS}].nonce`, { overrides: { [ADDRESS]: { nonce: 2n ** 64n } } }],
      [`overrides[${ADDRESS}].code`, { overrides: { [ADDRESS]: { code: '0x1' } } }],
      [`overrides[${ADDRESS}].state`, { overrides: { [ADDRESS]: { state: 5 } } }],
      [`overrides[${ADDRESS}].state[1]`, { overrides: { [ADDRESS]: { state: { 1: 1 } } } }],
      [`overrides[${ADDRESS}].stateDiff[0x1]`, { overrides: { [ADDRESS]: { stateDiff: { '0x1': -1 } } } }],
      [`overrides[${MIXED_CASE}]`, { overrides: { [LOWER_CASE]: {}, [MIXED_CASE]: {} } }],
      [`overrides[${ADDRESS}].state[0x01]`, { overrides: { [ADDRESS]: { state: { '0x1': 1, '0x01': 1 } } } }],
      [`overrides[${ADDRESS}].stateDiff`, { overrides: { [ADDRESS]: { state: {}, stateDiff: {} } } }],
      ['accessList', { accessList: [{ address: ADDRESS, storageKeys: [] }], block: { hardfork: 'istanbul' } }],
    ];
    test.each(shared)('a bad %s is named', async (field, change) => {
      const error = await errorOf(() => loose(engine.call.bind(engine))({ state, to: CONTRACT, ...change }));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field });
    });

    test('an unknown fork and a foreign chain are unsupported', async () => {
      for (const block of [{ hardfork: 'amsterdam' }, { hardfork: '' }, { chainId: 10 }])
        expect((await errorOf(() => engine.call({ state, to: CONTRACT, block }))).code).toBe('UNSUPPORTED_CHAIN');
    });

    test('calls without a hole, and no calls at all', async () => {
      const calls = new Array(2);
      calls[1] = { to: CONTRACT };
      const error = await errorOf(() => loose(engine.simulate.bind(engine))({ state, calls }));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'calls[0]' });
      expect(await engine.simulate({ state, calls: [] })).toEqual([]);
    });

    test('calls must be a list', async () => {
      const error = await errorOf(() => loose(engine.simulate.bind(engine))({ state, calls: { to: CONTRACT } }));
      expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'calls' });
    });

    test('a transaction as bytes must be one', async () => {
      const bytes: [number[], string][] = [
        [[], 'tx.type'],
        [[0x02], 'tx'],
        [[0x02, 0xc0], 'tx'],
        [[0x05, 0xc0], 'tx.type'],
        [[0x80], 'tx.type'],
        [[0xc1, 0x80, 0x00], 'tx'],
        [[0xf8], 'tx'],
      ];
      for (const [tx, field] of bytes) {
        const error = await errorOf(() => engine.runTx({ state, tx: Uint8Array.from(tx) }));
        expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field });
      }
      const foreign = await errorOf(() => engine.runTx({ state, tx: Uint8Array.of(0x7e, 0xc0) }));
      expect(foreign).toMatchObject({ code: 'UNSUPPORTED_CHAIN', field: 'tx.type' });
    });

    test('a transaction must be one', async () => {
      for (const tx of [undefined, 5, [], '0x02'])
        expect(await errorOf(() => loose(engine.runTx.bind(engine))({ state, tx }))).toMatchObject({
          code: 'BAD_ARGUMENT',
          field: 'tx',
        });
      const [signed] = fileOf().transactions;
      const foreign = await errorOf(() => loose(engine.runTx.bind(engine))({ state, tx: { ...signed, type: '0x7e' } }));
      expect(foreign).toMatchObject({ code: 'UNSUPPORTED_CHAIN', field: 'tx.type' });
    });
  });

  describe('what execution lacks', () => {
    const code = `0x${push(1)}${STOP}` as Hex;
    const codeHash = `0x${Buffer.from(keccak_256(Buffer.from(code.slice(2), 'hex'))).toString('hex')}` as Hex;

    test('a code of which only the hash is known: MISSING_CODE, wherever it is needed', async () => {
      const partial = await engine.createState({
        [CONTRACT]: { nonce: 1, balance: 0, codeHash },
        [alice.address]: { nonce: 0, balance: make.ETHER },
      });
      const json = async () => [await partial.getAccount(CONTRACT), await partial.getAccount(alice.address)];
      const had = await json();
      const missing = { code: 'MISSING_CODE', value: codeHash };
      const block = blockOf(fileOf()) as never;
      expect(await errorOf(() => engine.runBlock({ block, state: partial }))).toMatchObject(missing);
      expect(await errorOf(() => engine.call({ state: partial, to: CONTRACT }))).toMatchObject(missing);
      const calls = [{ to: ADDRESS }, { to: CONTRACT }, { to: ADDRESS }];
      const error = await errorOf(() => engine.simulate({ state: partial, calls }));
      expect(error).toMatchObject({ ...missing, txIndex: 1 });
      expect(await errorOf(() => partial.getCode(CONTRACT))).toMatchObject(missing);
      expect(await json()).toEqual(had);
      const known = { [CONTRACT]: { code } };
      expect(await engine.call({ state: partial, to: CONTRACT, overrides: known })).toMatchObject({ success: true });
      await partial.dispose();
    });

    test('no code that another account brings along, in whatever order', async () => {
      const hashOnly = { nonce: 1, balance: 0, codeHash };
      const whole = { nonce: 1, balance: 0, code };
      for (const accounts of [
        { [CONTRACT]: hashOnly, [ADDRESS]: whole },
        { [ADDRESS]: whole, [CONTRACT]: hashOnly },
      ]) {
        const own = await engine.createState(accounts);
        expect(await engine.call({ state: own, to: ADDRESS })).toMatchObject({ success: true, executionGasUsed: 3n });
        expect(Buffer.from(await own.getCode(ADDRESS)).toString('hex')).toBe(code.slice(2));
        await own.dispose();
      }
    });

    test('a block hash: MISSING_BLOCK_HASH, with its number', async () => {
      const asks = fileOf(`${push(2)}43034050${STOP}`); // BLOCKHASH(NUMBER - 2)
      const own = await stateOf(engine, asks);
      const had = await own.toJSON();
      const number = BigInt(asks.number) - 2n;
      const missing = { code: 'MISSING_BLOCK_HASH', field: 'blockHashes', value: number, txIndex: 0 };
      expect(await errorOf(() => engine.runBlock({ block: blockOf(asks) as never, state: own }))).toMatchObject(
        missing,
      );
      const call = { state: own, to: CONTRACT, block: { hardfork: 'cancun', number: asks.number } };
      expect(await errorOf(() => engine.call(call))).toMatchObject(missing);
      expect(await own.toJSON()).toEqual(had);
      expect(await engine.call({ ...call, blockHashes: { [String(number)]: HASH } })).toMatchObject({ success: true });
      await own.dispose();
    });

    test('memory: STATE_TOO_LARGE, and smaller things still go', async () => {
      const small = await createEngine({ slots, memory: { maxBytes: LEAST_BYTES } });
      const huge = Object.fromEntries(
        Array.from({ length: 300_000 }, (_, i) => [
          `0x${(i + 1).toString(16).padStart(40, '0')}`,
          { nonce: 1, balance: 1 },
        ]),
      );
      const tooLarge = { code: 'STATE_TOO_LARGE', field: 'memory.maxBytes' };
      expect(await errorOf(() => small.createState(huge as never))).toMatchObject(tooLarge);
      const own = await stateOf(small, fileOf(`${push(2 ** 24)}${push(0)}f3`)); // returns 16 MiB
      const had = await own.toJSON();
      const call = { state: own, to: CONTRACT, gas: 10n ** 12n };
      expect(await errorOf(() => small.call(call))).toMatchObject(tooLarge);
      expect(await own.toJSON()).toEqual(had);
      expect(await small.call({ state: own, to: ADDRESS })).toMatchObject({ success: true });
      await small.close();
    });

    test('time: ABORTED by a signal in the middle of a call, and the next one runs', async () => {
      const own = await stateOf(engine, fileOf(ENDLESS));
      const had = await own.toJSON();
      const endless = { to: CONTRACT, gas: 2n ** 62n };
      const signal = (): AbortSignal => AbortSignal.timeout(60);
      const aborted = { code: 'ABORTED', field: 'signal' };
      expect(await errorOf(() => engine.call({ state: own, ...endless, signal: signal() }))).toMatchObject(aborted);
      const calls = [{ to: ADDRESS }, endless, endless, endless];
      expect(await errorOf(() => engine.simulate({ state: own, calls, signal: signal() }))).toMatchObject(aborted);
      expect(await own.toJSON()).toEqual(had);
      expect(await engine.call({ state: own, to: ADDRESS })).toMatchObject({ success: true });
      await own.dispose();
    });
  });
});
