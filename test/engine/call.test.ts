// Calls: each is what `runCall` of the oracle gives on the same state; overrides are what the same fields in the state
// would be; many calls at once are the single ones, in order; and no call leaves anything behind.

import { bytesToHex, createAddressFromString, generateAddress, hexToBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { CallInput, CallResult, Engine, Hex, State } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../block/blocks.ts';
import { CALLER, deploy, push, REVERT, STOP, selfdestruct, sstore } from '../oracle/bytecode.ts';
import { logText, type ReferenceCallResult, referenceCall } from '../oracle/calls.mjs';
import * as make from '../oracle/hand-made.ts';
import { Engines, fixtureJson } from './scenarios.ts';

const SLOT_COUNTS = [1, 2];
const SEED = process.env.SEED ?? 'calls';
const GAS = 5_000_000n;

const alice = make.person(SEED, 'alice');
const CONTRACT: make.Hex = '0xc0de000000000000000000000000000000000001';
const OTHER: make.Hex = '0xc0de000000000000000000000000000000000002';

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOT_COUNTS);
});
afterAll(() => engines?.close());

type Accounts = make.HandMadeBlock['accounts'];

const fileOf = (accounts: Accounts): make.BlockJson => make.blockFile({ fork: 'cancun', accounts });
const CANCUN = { hardfork: 'cancun' };

const stateOf = (engine: Engine, { preState, codes }: make.BlockJson): Promise<State> =>
  engine.createState(preState as Parameters<Engine['createState']>[0], { codes });

/** Runs `task` on a state of these accounts and checks that it stays byte for byte what it was. */
async function onState<T>(engine: Engine, accounts: Accounts, task: (state: State) => Promise<T>): Promise<T> {
  const state = await stateOf(engine, fileOf(accounts));
  const before = JSON.stringify(await state.toJSON());
  try {
    return await task(state);
  } finally {
    expect(JSON.stringify(await state.toJSON())).toBe(before);
    await state.dispose();
  }
}

/** EIP-2028, EIP-3860. */
function intrinsicGas({ to, data = '0x' }: { to?: string | undefined; data?: string | undefined }): bigint {
  const bytes = hexToBytes(data as Hex);
  const zeros = bytes.filter((byte) => byte === 0).length;
  const creation = to === undefined ? 32_000 + 2 * Math.ceil(bytes.length / 32) : 0;
  return BigInt(21_000 + 4 * zeros + 16 * (bytes.length - zeros) + creation);
}

const comparable = ({ success, output, executionGasUsed, logs }: CallResult): ReferenceCallResult => ({
  success,
  output: bytesToHex(output),
  executionGasUsed,
  logs: logs.map(logText),
});

interface PlainCall {
  from?: Hex;
  to?: Hex;
  data?: Hex;
  value?: bigint;
}

const reference = (file: object, hardfork: string, header: object, call: PlainCall): Promise<ReferenceCallResult> =>
  referenceCall(file, hardfork, header, { ...call, gas: GAS - intrinsicGas(call) });

const returnTop = `${push(0)}52${push(32)}${push(0)}f3`;
const log1 = `${push('0x1234')}${push(0)}52${push(7)}${push(2)}${push(30)}a1`;
/** Reverts with the bytes, at most 64 words of them. */
function revertWith(hex: string): string {
  const words = hex.match(/.{1,64}/g) ?? [];
  const stores = words.map((word, i) => `${push(`0x${word.padEnd(64, '0')}`)}${push(32 * i)}52`);
  return `${stores.join('')}${push(hex.length / 2)}${push(0)}fd`;
}
const wordHex = (value: number): string => value.toString(16).padStart(64, '0');

const CASES: [string, string, Partial<PlainCall>][] = [
  ['a call of an account without code', '', { data: '0x1234' }],
  ['a return', `${push(42)}${returnTop}`, {}],
  ['return of the call data', `36${push(0)}${push(0)}3736${push(0)}f3`, { data: '0x00112233' }],
  ['the caller', `${CALLER}${returnTop}`, { from: alice.address }],
  ['the caller by default', `${CALLER}${returnTop}`, {}],
  ['a log', `${log1}${STOP}`, {}],
  ['a log and a revert', `${log1}${REVERT}`, {}],
  ['storage that is written and read', `${sstore(1, 7)}${push(1)}54${returnTop}`, {}],
  ['a refund', `${sstore(9, 0)}${STOP}`, {}],
  ['gas', `5a${returnTop}`, {}],
  ['a value', `34${returnTop}`, { from: alice.address, value: 5n }],
  ['a destroyed contract', selfdestruct(OTHER), {}],
  ['an inner creation', `${push(0)}${push(0)}${push(0)}f0${returnTop}`, {}],
  ['an invalid opcode', 'fe', {}],
  ['a bad jump', `${push(3)}56`, {}],
  ['too small a stack', '01', {}],
  ['endless recursion', `${push(0)}${push(0)}${push(0)}${push(0)}${push(0)}305af1${returnTop}`, {}],
];

describe.each(SLOT_COUNTS)('a call at %i slots is as in the oracle:', (slots) => {
  const accounts = (code: string): Accounts => ({
    [alice.address]: { balance: make.ETHER, nonce: 3 },
    [CONTRACT]: { nonce: 1, code, storage: { 9: 1 } },
  });

  test.each(CASES)('%s', async (_name, code, draft) => {
    const call = { to: CONTRACT, ...draft };
    const expected = await reference(fileOf(accounts(code)), 'cancun', {}, call);
    const result = await onState(engines.at(slots), accounts(code), (state) =>
      engines.at(slots).call({ state, block: CANCUN, gas: GAS, ...call }),
    );
    expect(comparable(result)).toEqual(expected);
    expect(result.halt === undefined).toBe(result.success);
  });

  test.each([
    ['that leaves code', deploy(STOP, sstore(1, 5))],
    ['that leaves nothing', STOP],
    ['that reverts', REVERT],
    ['of code that begins with EF', deploy('ef00')],
  ])('a creation %s', async (_name, init) => {
    const call: PlainCall = { from: alice.address, data: `0x${init}` };
    const expected = await reference(fileOf(accounts('')), 'cancun', {}, call);
    const result = await onState(engines.at(slots), accounts(''), (state) =>
      engines.at(slots).call({ state, block: CANCUN, gas: GAS, ...call }),
    );
    expect(comparable(result)).toEqual(expected);
  });

  const precompiles: [string, number, Hex][] = [
    ['sha256', 2, '0x616263'],
    ['ripemd160', 3, '0x616263'],
    ['identity', 4, '0x616263'],
    ['modexp', 5, `0x${wordHex(1)}${wordHex(1)}${wordHex(1)}030507`],
    ['bn254 addition', 6, `0x${wordHex(1)}${wordHex(2)}${wordHex(1)}${wordHex(2)}`],
    ['bn254 addition of no point', 6, `0x${wordHex(1)}${wordHex(1)}`],
    ['blake2f of a wrong length', 9, '0x00'],
  ];
  test.each(precompiles)('the precompile %s', async (_name, number, data) => {
    const to: Hex = `0x${number.toString(16).padStart(40, '0')}`;
    const expected = await reference(fileOf({}), 'cancun', {}, { to, data });
    const result = await onState(engines.at(slots), {}, (state) =>
      engines.at(slots).call({ state, block: CANCUN, gas: GAS, to, data }),
    );
    expect(comparable(result)).toEqual(expected);
  });
});

interface FixtureJson extends make.BlockJson {
  header: Record<string, Hex>;
  transactions: { from: Hex; to: Hex | null; input: Hex; value: Hex }[];
}

/** The first transactions of a fixture as calls, and the block around them. */
function callsOf(name: string): { file: FixtureJson; calls: PlainCall[]; context: object; header: object } {
  const file = fixtureJson(name) as FixtureJson;
  const { number, timestamp, gasLimit, baseFeePerGas, miner, mixHash } = file.header;
  const common = { number, timestamp, gasLimit, baseFeePerGas, coinbase: miner };
  return {
    file,
    calls: file.transactions.slice(0, 40).map(({ from, to, input, value }) => ({
      from,
      data: input,
      value: BigInt(value),
      ...(to !== null && { to }),
    })),
    context: { ...common, prevRandao: mixHash, hardfork: file.hardfork },
    header: { ...common, mixHash, difficulty: 0 },
  };
}

describe.each(['erc20', 'swaps', 'features'])('the transactions of %s as calls', (name) => {
  const { file, calls, context, header } = callsOf(name);
  let expected: ReferenceCallResult[];
  beforeAll(async () => {
    expected = [];
    for (const call of calls) expected.push(await reference(file, file.hardfork, header, call));
  });

  test.each(SLOT_COUNTS)('give, each on the state before them, what the oracle gives, at %i slots', async (slots) => {
    const engine = engines.at(slots);
    const state = await stateOf(engine, file);
    const before = await state.toJSON();
    const inputs = calls.map((call) => ({ ...call, gas: GAS }));
    const { blockHashes } = file;
    const results = await engine.simulate({ state, block: context, blockHashes, calls: inputs });
    expect(results.map(comparable)).toEqual(expected);
    expect(results.some(({ logs }) => logs.length > 0)).toBe(true);
    for (const i of [0, 7, 31])
      expect(await engine.call({ state, block: context, blockHashes, ...inputs[i] })).toEqual(results[i]);
    expect(await state.toJSON()).toEqual(before);
    await state.dispose();
  });
});

describe('overrides that a seed draws', () => {
  type Draft = { balance?: bigint; nonce?: number; state?: Record<Hex, number>; stateDiff?: Record<Hex, number> };
  interface Account {
    nonce: Hex;
    balance: Hex;
    storage?: Record<Hex, Hex>;
  }

  const SLOT_7: Hex = `0x${'7'.padStart(64, '0')}`;

  /** For about half of the accounts: other amounts, other slots. */
  function draw(random: Random, accounts: Record<Hex, Account | null>): Record<Hex, Draft> {
    const slotsOf = ({ storage = {} }: Account): Record<Hex, number> => {
      const some = (Object.keys(storage) as Hex[]).filter(() => random.below(3) > 0);
      return Object.fromEntries([...some, SLOT_7].map((slot) => [slot, random.below(4) * random.below(1000)]));
    };
    const drafts = (Object.entries(accounts) as [Hex, Account | null][]).flatMap(([address, account]) => {
      if (account === null || random.below(2) === 0) return [];
      const draft: Draft = { balance: random.amount(80) };
      if (random.below(2) === 0) draft.nonce = random.below(100);
      const kind = random.below(3);
      if (kind === 1) draft.state = slotsOf(account);
      if (kind === 2) draft.stateDiff = slotsOf(account);
      return [[address, draft] as const];
    });
    return Object.fromEntries(drafts);
  }

  /** The same accounts with the overrides in them. */
  function merged(accounts: Record<Hex, Account | null>, overrides: Record<Hex, Draft>): Record<Hex, unknown> {
    const entries = (Object.entries(accounts) as [Hex, Account | null][]).map(([address, account]) => {
      const { state, stateDiff, ...fields } = overrides[address] ?? {};
      const storage = state ?? { ...account?.storage, ...widened(stateDiff ?? {}) };
      return [address, account === null ? null : { ...account, ...fields, storage }];
    });
    return Object.fromEntries(entries) as Record<Hex, unknown>;
  }
  const widened = (slots: Record<Hex, number>): Record<Hex, number> =>
    Object.fromEntries(
      Object.entries(slots).map(([slot, value]) => [`0x${BigInt(slot).toString(16).padStart(64, '0')}`, value]),
    );

  const SEEDS = process.env.SEED === undefined ? [1, 2, 3] : [Number(process.env.SEED) || 0];
  test.each(SEEDS.flatMap((seed) => ['erc20', 'swaps', 'features'].map((name) => [seed, name] as const)))(
    'have the results of a state that holds them (seed %i, %s)',
    async (seed, name) => {
      const { file, calls, context } = callsOf(name);
      const accounts = file.preState as Record<Hex, Account | null>;
      const overrides = draw(new Random(seed), accounts);
      const engine = engines.at(2);
      const state = await stateOf(engine, file);
      const other = await stateOf(engine, { ...file, preState: merged(accounts, overrides) } as make.BlockJson);
      const inputs = {
        block: context,
        blockHashes: file.blockHashes,
        calls: calls.map((call) => ({ ...call, gas: GAS })),
      };
      const plain = await engine.simulate({ ...inputs, state });
      const results = await engine.simulate({ ...inputs, state, overrides });
      expect(results).toEqual(await engine.simulate({ ...inputs, state: other }));
      expect(results).not.toEqual(plain);
      expect(await engine.simulate({ ...inputs, state })).toEqual(plain);
      await Promise.all([state.dispose(), other.dispose()]);
    },
  );
});

describe.each(SLOT_COUNTS)('at %i slots', (slots) => {
  let engine: Engine;
  beforeAll(() => {
    engine = engines.at(slots);
  });
  const callOn = (accounts: Accounts, input: Omit<Parameters<Engine['call']>[0], 'state'>): Promise<CallResult> =>
    onState(engine, accounts, (state) => engine.call({ state, block: CANCUN, ...input }));
  const contract = (code: string, storage = {}): Accounts => ({ [CONTRACT]: { nonce: 1, code, storage } });
  const word = (result: CallResult): bigint => BigInt(bytesToHex(result.output));

  describe('gas', () => {
    test('has intrinsic gas and refunds in one number and neither in the other', async () => {
      const { gasUsed, executionGasUsed } = await callOn(contract(`${sstore(9, 0)}${STOP}`, { 9: 1 }), {
        to: CONTRACT,
      });
      const execution = 5006n; // two pushes, cold SSTORE from 1 to 0 (EIP-2929, EIP-3529)
      expect(executionGasUsed).toBe(execution);
      expect(gasUsed).toBe(21_000n + execution - 4800n);
    });

    test('is all used by a halt', async () => {
      const { gasUsed, executionGasUsed, halt } = await callOn(contract('fe'), { to: CONTRACT, gas: 50_000 });
      expect({ gasUsed, executionGasUsed, halt }).toEqual({
        gasUsed: 50_000n,
        executionGasUsed: 29_000n,
        halt: 'INVALID_OPCODE',
      });
    });

    test('is 30 million by default and not limited by EIP-7825', async () => {
      const block = { hardfork: 'osaka' };
      const byDefault = await callOn(contract(`5a${returnTop}`), { to: CONTRACT, block });
      expect(word(byDefault)).toBe(30_000_000n - 21_000n - 2n);
      const more = await callOn(contract(`5a${returnTop}`), { to: CONTRACT, block, gas: 10n ** 12n });
      expect(word(more)).toBe(10n ** 12n - 21_000n - 2n);
    });

    test('does not fall below the floor of the data from Prague on', async () => {
      const data: Hex = `0x${'11'.repeat(1000)}`;
      const result = await callOn({}, { to: OTHER, data, block: { hardfork: 'prague' } });
      expect(result.gasUsed).toBe(21_000n + 40_000n);
      expect(result.executionGasUsed).toBe(0n);
    });
  });

  describe('a sender', () => {
    test('may have code', async () => {
      expect(await callOn(contract(`${CALLER}${returnTop}`), { from: CONTRACT, to: CONTRACT })).toMatchObject({
        success: true,
        output: hexToBytes(`0x${CONTRACT.slice(2).padStart(64, '0')}`),
      });
    });

    test('needs no funds for gas, at any price', async () => {
      const priced = await callOn(contract(`3a${returnTop}`), {
        from: alice.address,
        to: CONTRACT,
        gasPrice: 10n ** 30n,
      });
      expect(word(priced)).toBe(10n ** 30n);
    });

    test('needs funds for the value', async () => {
      const call = { from: alice.address, to: OTHER, value: 6 };
      expect(await callOn({ [alice.address]: { balance: 5n } }, call)).toEqual({
        success: false,
        output: new Uint8Array(0),
        halt: 'INSUFFICIENT_FUNDS',
        gasUsed: 0n,
        executionGasUsed: 0n,
        logs: [],
      });
      expect(await callOn({ [alice.address]: { balance: 6n } }, call)).toMatchObject({ success: true });
    });

    test('pays the base fee only if it names a price', async () => {
      const block = { ...CANCUN, baseFeePerGas: 10 };
      expect(await callOn({}, { to: OTHER, block, gasPrice: 9 })).toMatchObject({ halt: 'FEE_BELOW_BASE_FEE' });
      expect(await callOn({}, { to: OTHER, block, gasPrice: 10 })).toMatchObject({ success: true });
      expect(await callOn({}, { to: OTHER, block })).toMatchObject({ success: true });
    });

    test('creates at the address of its nonce', async () => {
      const accounts = { [alice.address]: { balance: 1n, nonce: 5 } };
      const made = await callOn(accounts, { from: alice.address, data: `0x30${returnTop}` });
      const expected = generateAddress(createAddressFromString(alice.address).bytes, Uint8Array.of(5));
      expect(bytesToHex(made.output.subarray(12))).toBe(bytesToHex(expected));
    });
  });

  test('a call with less than its intrinsic gas or too long an init code is refused', async () => {
    expect(await callOn({}, { to: OTHER, gas: 20_999 })).toMatchObject({ halt: 'INTRINSIC_GAS', gasUsed: 0n });
    const data: Hex = `0x${'00'.repeat(49_153)}`;
    expect(await callOn({}, { data })).toMatchObject({ halt: 'INITCODE_SIZE' });
    expect(await callOn({}, { to: OTHER, data, gas: 300_000, block: { hardfork: 'prague' } })).toMatchObject({
      halt: 'FLOOR_GAS',
    });
  });

  describe('a revert', () => {
    const text = 'not today';
    const encoded = `${wordHex(32)}${wordHex(text.length)}${Buffer.from(text).toString('hex').padEnd(64, '0')}`;
    const cases: [string, string, string | undefined][] = [
      ['Error(string)', `08c379a0${encoded}`, text],
      ['Panic(uint256)', `4e487b71${wordHex(0x11)}`, 'Panic(0x11)'],
      ['nothing', '', undefined],
      ['an error of its own', `deadbeef${encoded}`, undefined],
      ['a string cut off', `08c379a0${encoded.slice(0, 140)}`, undefined],
      ['a string far away', `08c379a0${'f'.repeat(64)}${wordHex(1)}`, undefined],
    ];
    test.each(cases)('with %s tells its reason', async (_name, bytes, reason) => {
      const result = await callOn(contract(bytes === '' ? REVERT : revertWith(bytes)), { to: CONTRACT });
      expect(result).toMatchObject({ success: false, halt: 'REVERT', output: hexToBytes(`0x${bytes}`) });
      expect(result.revertReason).toBe(reason);
    });
  });

  describe('output and logs', () => {
    const megabytes = 2 ** 21;
    test('are whole, however large', async () => {
      const fill = `60ff${push(megabytes - 1)}53`;
      const code = `${fill}${push(megabytes)}${push(0)}a0${push(megabytes)}${push(0)}f3`;
      const { output, logs, success } = await callOn(contract(code), { to: CONTRACT, gas: 10n ** 9n });
      expect(success).toBe(true);
      expect([output.length, output[0], output[megabytes - 1]]).toEqual([megabytes, 0, 0xff]);
      expect(Buffer.from(logs[0]?.[2] ?? []).equals(Buffer.from(output))).toBe(true);
    });

    test('of many large calls are each their own', async () => {
      const bytes = 300_000;
      const code = `${push(0)}35${push(bytes - 32)}52${push(bytes)}${push(0)}f3`;
      const calls = Array.from({ length: 40 }, (_, i) => ({ to: CONTRACT, data: `0x${wordHex(i)}` as Hex }));
      const results = await onState(engine, contract(code), (state) =>
        engine.simulate({ state, calls, block: CANCUN }),
      );
      const last = results.map(({ output }) => [output.length, output[bytes - 1]]);
      expect(last).toEqual(calls.map((_, i) => [bytes, i]));
    });
  });

  describe('the block context', () => {
    const answers: [string, string, object, bigint][] = [
      ['number', '43', { number: 77 }, 77n],
      ['timestamp', '42', { timestamp: '0x99' }, 0x99n],
      ['gasLimit', '45', { gasLimit: 12_345_678n }, 12_345_678n],
      ['gasLimit, by default', '45', {}, 30_000_000n],
      ['baseFeePerGas', '48', { baseFeePerGas: 7 }, 7n],
      ['coinbase', '41', { coinbase: OTHER }, BigInt(OTHER)],
      ['prevRandao', '44', { prevRandao: `0x${wordHex(5)}` }, 5n],
      ['difficulty, before Paris', '44', { difficulty: 6, hardfork: 'london' }, 6n],
      ['chainId', '46', { chainId: 1337 }, 1337n],
      ['chainId, by default', '46', {}, 1n],
      ['excessBlobGas', '4a', { excessBlobGas: 0 }, 1n],
      ['blobBaseFee', '4a', { blobBaseFee: 123 }, 123n],
    ];
    test.each(answers)('%s is what the opcode answers', async (_name, opcode, block, answer) => {
      const result = await callOn(contract(`${opcode}${returnTop}`), { to: CONTRACT, block: { ...CANCUN, ...block } });
      expect(word(result)).toBe(answer);
    });

    const push0 = `5f${returnTop}`;
    test('hardfork chooses the rules', async () => {
      const at = (hardfork: string) => callOn(contract(push0), { to: CONTRACT, block: { hardfork } });
      expect(await at('paris')).toMatchObject({ success: false, halt: 'INVALID_OPCODE' });
      expect(await at('shanghai')).toMatchObject({ success: true });
    });

    test('is of the scheduled fork for number and time, of the newest one without them', async () => {
      const paris = { number: 16_000_000, timestamp: 1_668_800_000 };
      expect(await callOn(contract(push0), { to: CONTRACT, block: paris })).toMatchObject({ halt: 'INVALID_OPCODE' });
      const clz = `${push(1)}1e${returnTop}`; // EIP-7939, Osaka
      const newest = await onState(engine, contract(clz), (state) => engine.call({ state, to: CONTRACT }));
      expect(word(newest)).toBe(255n);
    });

    test('block hashes are those given', async () => {
      const blockHashes = { 99: `0x${wordHex(0xabc)}` as Hex };
      const block = { ...CANCUN, number: 100 };
      const result = await callOn(contract(`${push(99)}40${returnTop}`), { to: CONTRACT, block, blockHashes });
      expect(word(result)).toBe(0xabcn);
    });
  });

  describe('an override', () => {
    const read = (slot: number): string => `${push(slot)}54${returnTop}`;

    test('of the balance is what BALANCE and a transfer see', async () => {
      const overrides = { [alice.address]: { balance: 77n } };
      const seen = await callOn(contract(`${push(alice.address)}31${returnTop}`), { to: CONTRACT, overrides });
      expect(word(seen)).toBe(77n);
      expect(await callOn({}, { from: alice.address, to: OTHER, value: 77, overrides })).toMatchObject({
        success: true,
      });
    });

    test('of the nonce decides where a creation goes', async () => {
      const overrides = { [alice.address]: { nonce: 9 } };
      const made = await callOn({}, { from: alice.address, data: `0x30${returnTop}`, overrides });
      const expected = generateAddress(createAddressFromString(alice.address).bytes, Uint8Array.of(9));
      expect(bytesToHex(made.output.subarray(12))).toBe(bytesToHex(expected));
    });

    test('of the code is run, also where there was no account, and is hashed', async () => {
      const code: Hex = `0x${push(4)}${returnTop}`;
      expect(word(await callOn({}, { to: OTHER, overrides: { [OTHER]: { code } } }))).toBe(4n);
      expect(word(await callOn(contract(STOP), { to: CONTRACT, overrides: { [CONTRACT]: { code } } }))).toBe(4n);
      const hash = await callOn(contract(`${push(OTHER)}3f${returnTop}`), {
        to: CONTRACT,
        overrides: { [OTHER]: { code } },
      });
      expect(bytesToHex(hash.output)).toBe(bytesToHex(keccak_256(hexToBytes(code))));
    });

    test('of the code by nothing leaves an account without code', async () => {
      const none = await callOn(contract(read(1)), { to: CONTRACT, overrides: { [CONTRACT]: { code: '0x' } } });
      expect(none).toMatchObject({ success: true, output: new Uint8Array(0), executionGasUsed: 0n });
    });

    test('of the whole storage leaves no other slot', async () => {
      const overrides = { [CONTRACT]: { state: { '0x2': 20, '0x3': new Uint8Array([30]) } } };
      const values = await Promise.all(
        [1, 2, 3].map((slot) => callOn(contract(read(slot), { 1: 1, 2: 2 }), { to: CONTRACT, overrides })),
      );
      expect(values.map(word)).toEqual([0n, 20n, 30n]);
    });

    test('of single slots leaves the others', async () => {
      const overrides = { [CONTRACT]: { stateDiff: { '0x2': 20, '0x3': 30 } } };
      const values = await Promise.all(
        [1, 2, 3].map((slot) => callOn(contract(read(slot), { 1: 1, 2: 2 }), { to: CONTRACT, overrides })),
      );
      expect(values.map(word)).toEqual([1n, 20n, 30n]);
    });

    test('is the value before the transaction for the gas of SSTORE', async () => {
      const code = `${sstore(1, 5)}${STOP}`;
      const set = await callOn(contract(code), { to: CONTRACT });
      const reset = await callOn(contract(code), {
        to: CONTRACT,
        overrides: { [CONTRACT]: { stateDiff: { '0x1': 1 } } },
      });
      expect([set.executionGasUsed, reset.executionGasUsed]).toEqual([22_106n, 5_006n]);
    });

    test('is forgotten: the next call, block and override see the state', async () => {
      const accounts = { ...contract(read(1), { 1: 1 }), [alice.address]: { balance: make.ETHER } };
      await onState(engine, accounts, async (state) => {
        const call = { state, block: CANCUN, to: CONTRACT };
        const replaced = { [CONTRACT]: { state: { '0x1': 9 }, balance: 5 }, [OTHER]: { nonce: 4 } };
        for (let round = 0; round < 3; round++) {
          expect(word(await engine.call({ ...call, overrides: replaced }))).toBe(9n);
          expect(word(await engine.call(call))).toBe(1n);
          expect(word(await engine.call({ ...call, overrides: { [CONTRACT]: { stateDiff: { '0x5': 5 } } } }))).toBe(1n);
        }
        expect(await state.getAccount(OTHER)).toBeUndefined();
        expect(await state.getStorage(CONTRACT, 1)).toBe(1n);
      });
    });

    test('holds for every call of a simulation', async () => {
      const calls: CallInput[] = Array.from({ length: 20 }, () => ({ to: CONTRACT }));
      const overrides = { [CONTRACT]: { stateDiff: { '0x1': 8 } } };
      const results = await onState(engine, contract(read(1), { 1: 1 }), (state) =>
        engine.simulate({ state, calls, overrides, block: CANCUN }),
      );
      expect(results.map(word)).toEqual(calls.map(() => 8n));
    });
  });

  describe('a simulation', () => {
    /** Adds the call data to slot 0 and returns the sum. */
    const adder = `${push(0)}35${push(0)}5401${push(0)}5560005460005260206000f3`;

    test('keeps order and gives no call what another wrote', async () => {
      const calls = Array.from({ length: 200 }, (_, i) => ({ to: CONTRACT, data: `0x${wordHex(i)}` as Hex }));
      const results = await onState(engine, contract(adder, { 0: 1000 }), (state) =>
        engine.simulate({ state, calls, block: CANCUN }),
      );
      expect(results.map(word)).toEqual(calls.map((_, i) => BigInt(1000 + i)));
    });

    test('of nothing is nothing', async () => {
      expect(await onState(engine, {}, (state) => engine.simulate({ state, calls: [] }))).toEqual([]);
    });

    test('does not disturb the blocks around it', async () => {
      const transactions = [0, 1].map((nonce) =>
        make.signed('cancun', alice, { to: CONTRACT, nonce, data: wordHex(nonce + 1) }),
      );
      const accounts = { ...contract(adder), [alice.address]: { balance: make.ETHER } };
      const [first, second] = transactions.map((tx) =>
        make.blockFile({ fork: 'cancun', accounts, transactions: [tx] }),
      );
      const state = await stateOf(engine, first as make.BlockJson);
      const blockOf = ({ header, transactions: txs, withdrawals }: make.BlockJson) =>
        ({ ...header, transactions: txs, withdrawals }) as unknown as Parameters<Engine['prepare']>[0];
      const call = { state, block: CANCUN, to: CONTRACT, data: `0x${wordHex(100)}` as Hex };
      const one = await engine.prepare(blockOf(first as make.BlockJson));
      const two = await engine.prepare(blockOf(second as make.BlockJson));
      const runs = await Promise.all([
        engine.call(call),
        engine.runBlock({ block: one, state }),
        engine.call(call),
        engine.runBlock({ block: two, state }),
        engine.call({ ...call, overrides: { [CONTRACT]: { stateDiff: { '0x0': 50 } } } }),
        engine.call(call),
      ]);
      const sums = [0, 2, 4, 5].map((i) => word(runs[i] as CallResult));
      expect(sums).toEqual([100n, 101n, 150n, 103n]);
      await Promise.all([one.dispose(), two.dispose(), state.dispose()]);
    });
  });
});
