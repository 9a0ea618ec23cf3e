// Rules at which the two paths could part, each on a block made for it: results, states and state roots are the same on both.

import { createEngine, type Engine, type Hex, type PreState } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CACHE_BYTES, CACHE_LINES, CTX_BYTES, FR_BYTES, FR_COUNT, LOCALS_BYTES } from '../../assembly/layout.ts';
import { effectsOf, scenarioOf } from '../engine/scenarios.ts';
import { push, REVERT, STOP } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { type PlainState, witnessOf } from '../oracle/witness.ts';

const MEMORY = { maxBytes: 2 ** 29 };
const SEED = process.env.SEED ?? 'typescript rules';
const alice = make.person(SEED, 'alice');
const ALICE: Hex = '0x00000000000000000000000000000000000a11ce';
const CONTRACT: make.Hex = '0xc0de000000000000000000000000000000000001';
const INNER: make.Hex = '0xc0de000000000000000000000000000000000002';
const OTHER: make.Hex = '0x0dd0000000000000000000000000000000000001';
const RIPEMD160: Hex = '0x0000000000000000000000000000000000000003';
const SYSTEM: Hex = '0xfffffffffffffffffffffffffffffffffffffffe';
const BEACON_ROOTS: make.Hex = '0x000f3df6d732807ef1319fb7b8bb8522d0beac02';
const RICH = { nonce: 0, balance: make.ETHER };
const EMPTY = { nonce: 0, balance: 0n };
const ZERO_HASH = `0x${'0'.repeat(64)}`;
const HEADER = { gasLimit: 4_000_000n, miner: make.COINBASE, mixHash: ZERO_HASH, parentHash: ZERO_HASH };
/** A number and a time at which mainnet has the fork. */
const HOMESTEAD = { ...HEADER, number: 1_200_000n, timestamp: 1_458_000_000n, difficulty: 1n };
const SPURIOUS_DRAGON = { ...HEADER, number: 2_700_000n, timestamp: 1_480_000_000n, difficulty: 1n };
const SHANGHAI = { ...HEADER, number: 18_000_000n, timestamp: 1_693_100_000n, baseFeePerGas: 1n, withdrawals: [] };
const CANCUN = { ...SHANGHAI, number: 20_500_000n, timestamp: 1_723_300_000n, excessBlobGas: 0n };

let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(
    [1, 2].map((slots) => createEngine({ slots, execution: 'typescript', adaptive: false, memory: MEMORY })),
  );
  engines.unshift(await createEngine({ slots: 1, memory: MEMORY }));
});
afterAll(() => Promise.all((engines ?? []).map((engine) => engine.close())));

interface Sent {
  to?: Hex;
  value?: bigint;
  gas?: bigint;
}

const transactions = (sent: readonly Sent[]): object[] =>
  sent.map(({ to, value = 0n, gas = 200_000n }, nonce) => {
    const fees = { type: '0x0', gasPrice: '0x1', gas: `0x${gas.toString(16)}`, input: '0x', from: ALICE };
    return { ...fees, nonce: `0x${nonce.toString(16)}`, value: `0x${value.toString(16)}`, ...(to && { to }) };
  });

/** What the blocks come to, one after another on one state. */
async function courseOn(engine: Engine, preState: object, blocks: readonly object[]): Promise<object[]> {
  const state = await engine.createState(preState as PreState, { trie: true });
  const course = [];
  for (const block of blocks) {
    const result = await engine.runBlock({ block: block as never, state });
    const { invalid, gasUsed, receiptsRoot, stateRoot } = result;
    course.push({ invalid, gasUsed, receiptsRoot, stateRoot, ...effectsOf(result), after: await state.toJSON() });
  }
  await state.dispose();
  return course;
}

type Course = { stateDiff: object; receiptsRoot: Uint8Array }[];

/** The course on the WASM path, which that on the TypeScript path is at one slot and at two. */
async function commonCourse(preState: object, blocks: readonly object[]): Promise<Course> {
  const [expected, ...own] = await Promise.all(engines.map((engine) => courseOn(engine, preState, blocks)));
  for (const course of own) expect(course).toEqual(expected);
  return expected as Course;
}

describe('an empty account that is swept away takes its storage with it (EIP-161)', () => {
  const preState = { [ALICE]: RICH, [OTHER]: { ...EMPTY, storage: { '0x1': '0x7' } } };
  const cleared = { [OTHER]: { storage: { [`0x${'1'.padStart(64, '0')}`]: `0x${'0'.repeat(64)}` } } };
  const paid = { ...SHANGHAI, transactions: transactions([{}, { to: OTHER, value: 5n }]).slice(1) };

  test('touched by a transaction, and paid in the next block', async () => {
    const touched = { ...SHANGHAI, transactions: transactions([{ to: OTHER }]) };
    const [first] = await commonCourse(preState, [touched, paid]);
    expect(first?.stateDiff).toMatchObject(cleared);
  });

  test('touched by a withdrawal of nothing', async () => {
    const withdrawals = [{ index: '0x0', validatorIndex: '0x0', address: OTHER, amount: '0x0' }];
    const [first] = await commonCourse(preState, [{ ...SHANGHAI, transactions: [], withdrawals }]);
    expect(first?.stateDiff).toMatchObject(cleared);
  });
});

test('receipts before Byzantium hold the state root of a state that has a tree', async () => {
  const sent = transactions([
    { to: OTHER, value: 1n },
    { to: OTHER, value: 2n },
  ]);
  const preState = { [ALICE]: RICH };
  const block = { ...HOMESTEAD, transactions: sent };
  const roots = await Promise.all(
    engines.map(async (engine) => {
      const state = await engine.createState(preState as PreState);
      const { receiptsRoot } = await engine.runBlock({ block: block as never, state });
      await state.dispose();
      return receiptsRoot;
    }),
  );
  const [first] = await commonCourse(preState, [block]);
  expect(roots).not.toContainEqual(first?.receiptsRoot); // without a tree there is no root to hold
});

/** A call with that value, whose result is dropped. */
const calling = (to: Hex, value: number): string => `${push(0).repeat(4)}${push(value)}${push(to)}5af150`;

test.each([
  ['a transfer', calling(RIPEMD160, 1)],
  ['a transfer of nothing', calling(RIPEMD160, 0)],
  ['an heir', `${push(RIPEMD160)}ff`],
])('precompile 3 and %s that is undone', async (_, code) => {
  const preState = {
    [ALICE]: RICH,
    [RIPEMD160]: EMPTY,
    [CONTRACT]: { nonce: 1, balance: 9n, code: `0x${calling(INNER, 0)}${STOP}` },
    [INNER]: { nonce: 1, balance: 9n, code: `0x${calling(OTHER, 0)}${REVERT}` },
    [OTHER]: { nonce: 1, balance: 9n, code: `0x${code}` },
  };
  await commonCourse(preState, [{ ...SPURIOUS_DRAGON, transactions: transactions([{ to: CONTRACT }]) }]);
});

test('the caller of system calls is not touched', async () => {
  const preState = { [SYSTEM]: EMPTY, [BEACON_ROOTS]: { nonce: 1, balance: 0n, code: `0x${STOP}` } };
  const block = { ...CANCUN, parentBeaconBlockRoot: `0x${'be'.repeat(32)}`, transactions: [] };
  await commonCourse(preState, [block]);
});

test('what a witness may lack is the same', async () => {
  const file = make.blockFile({
    fork: 'cancun',
    accounts: {
      [alice.address]: { balance: make.ETHER },
      [BEACON_ROOTS]: { nonce: 1, code: `${push(0)}35${push(0)}55${STOP}` },
      [CONTRACT]: { nonce: 1, code: `${calling(OTHER, 0)}${push(5)}54${STOP}`, storage: { 5: 7 } },
      [OTHER]: { nonce: 1, balance: 9n },
      ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`0x${`${i + 10}`.repeat(20)}`, { balance: 1n }])),
      [SYSTEM]: { balance: 1n },
    },
    transactions: [make.signed('cancun', alice, { to: CONTRACT })],
  });
  const { root, nodes } = await witnessOf(file.preState as PlainState);
  const zeros = (bytes: number): string => `0x${'00'.repeat(bytes)}`;
  const claims = { stateRoot: zeros(32), receiptsRoot: zeros(32), gasUsed: '0x0', logsBloom: zeros(256) };
  const block = { ...scenarioOf(file).block, blobGasUsed: '0x0', ...claims } as never;
  const outcomesOn = async (engine: Engine): Promise<unknown[]> => {
    const outcomes = [];
    for (const missing of nodes) {
      const kept = nodes.filter((node) => node !== missing);
      const witness = { nodes: kept, codes: Object.values(file.codes), parentStateRoot: root };
      outcomes.push(
        await engine.verifyBlock({ block, witness }).then(
          ({ stateRoot }) => stateRoot,
          ({ code, value }) => [code, value],
        ),
      );
    }
    return outcomes;
  };
  const [expected, ...own] = await Promise.all(engines.map(outcomesOn));
  expect(expected?.some(Array.isArray)).toBe(true);
  expect(expected?.some((outcome) => typeof outcome === 'string')).toBe(true);
  for (const outcomes of own) expect(outcomes).toEqual(expected);
});

test('a code that a state lacks is lacking, whatever states before it had', async () => {
  const file = make.blockFile({
    fork: 'cancun',
    accounts: {
      [alice.address]: { balance: make.ETHER },
      [CONTRACT]: { nonce: 1, code: `${push(1)}${push(0)}55${STOP}` },
    },
    transactions: [make.signed('cancun', alice, { to: CONTRACT })],
  });
  const { block, preState, codes } = scenarioOf(file);
  for (const engine of engines)
    for (let i = 0; i < 3; i++) {
      const whole = await engine.createState(preState, { codes });
      expect((await engine.runBlock({ block, state: whole })).invalid).toBeUndefined();
      await whole.dispose();
      const lacking = await engine.createState(preState, { codes: {} });
      const outcome = await engine.runBlock({ block, state: lacking }).then(
        () => 'a result',
        ({ code }: { code: string }) => code,
      );
      expect(outcome).toBe('MISSING_CODE');
      await lacking.dispose();
    }
});

describe('a transfer for which the undo log has no room', () => {
  /** What a first arena of 16 MiB gives to the log (assembly/arena.ts), in entries of a storage slot: 32 bytes and their place. */
  const arena = 2 ** 24;
  const fixed = CTX_BYTES + LOCALS_BYTES + CACHE_LINES * CACHE_BYTES + FR_COUNT * FR_BYTES + 256;
  const room = Math.floor((arena / 2 - fixed) / 8 / 64) * 64;
  const entries = Math.floor(room / 40);
  /** Writes a slot so many times as the call says, then sends 1 wei to nobody; says whether that succeeded. */
  const code = `${push(0)}355b80${push(0)}55${push(1)}900380${push(3)}57${push(0).repeat(4)}${push(1)}${push(OTHER)}5af1${push(0)}52${push(32)}${push(0)}f3`;
  const preState = { [CONTRACT]: { nonce: 1, balance: 9n, code: `0x${code}` } } as unknown as PreState;

  test.each([0, 1, 2, 3])('%i entries before its end', async (left) => {
    const engine = await createEngine({ slots: 1, execution: 'typescript', memory: MEMORY });
    const state = await engine.createState(preState);
    const data = `0x${(entries - left - 1).toString(16).padStart(64, '0')}` as Hex;
    const call = { to: CONTRACT as Hex, data, gas: 100_000_000n, state, block: { hardfork: 'cancun' } };
    const result = await engine.call(call);
    const expected = await (engines[0] as Engine).createState(preState).then(async (other) => {
      const theirs = await (engines[0] as Engine).call({ ...call, state: other });
      await other.dispose();
      return theirs;
    });
    await engine.close();
    expect([result.success, result.output, result.gasUsed]).toEqual([true, expected.output, expected.gasUsed]);
    expect(expected.output.at(-1)).toBe(1);
  });
});
