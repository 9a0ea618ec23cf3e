// What the argument `trace` does and does not do: the same traces at any slot count, results and later runs as ever, memory
// within its bound, faults named.
import {
  type CallFrame,
  createEngine,
  type Engine,
  type Hex,
  type OpcodeTrace,
  type ParallelEvmError,
  type PreState,
  type RpcTransaction,
  type State,
  type Trace,
  type TraceOptions,
} from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engines, effectsOf, FIXTURE_NAMES, fixture, type Scenario, stateFor } from '../engine/scenarios.ts';
import { push, REVERT, sstore } from '../oracle/bytecode.ts';

const SLOT_COUNTS = [1, 2, 8];
const KINDS: TraceOptions[] = [
  { type: 'calls', withLog: true },
  { type: 'opcodes', limit: 50, enableMemory: true },
  { type: 'prestate', diffMode: true },
  'accessList',
];

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOT_COUNTS);
});
afterAll(() => engines?.close());

const textOf = (traces: readonly Trace[] = []): string => JSON.stringify(traces);
const inputOf = ({ block, blockHashes }: Scenario, state: State) => ({ block, blockHashes, state, commit: false });
const callOf = (trace: Trace | undefined): CallFrame => {
  if (trace?.type !== 'calls') throw new Error(`a trace of ${trace?.type}`);
  return trace.result;
};
const opcodesOf = (trace: Trace | undefined): OpcodeTrace => {
  if (trace?.type !== 'opcodes') throw new Error(`a trace of ${trace?.type}`);
  return trace.result;
};

describe.each(FIXTURE_NAMES)('%s', (name) => {
  test('traces are the same at any slot count, and leave everything else as it is', async () => {
    const file = await fixture(name);
    const seen = new Map<TraceOptions, string>();
    for (const engine of SLOT_COUNTS.map((slots) => engines.at(slots))) {
      const state = await stateFor(engine, file);
      const input = inputOf(file, state);
      const plain = await engine.runBlock(input);
      for (const trace of KINDS) {
        const traced = await engine.runBlock({ ...input, trace });
        expect(effectsOf(traced)).toEqual(effectsOf(plain));
        expect(traced.traces?.map(({ txIndex }) => txIndex)).toEqual(file.block.transactions.map((_, i) => i));
        const text = textOf(traced.traces);
        expect(text).toBe(seen.get(trace) ?? text);
        seen.set(trace, text);
      }
      expect(effectsOf(await engine.runBlock(input))).toEqual(effectsOf(plain));
      expect(plain.traces).toBeUndefined();
      await state.dispose();
    }
  });

  test('the outermost frames are what receipts and transactions say', async () => {
    const file = await fixture(name);
    const engine = engines.at(2);
    const state = await stateFor(engine, file);
    const { traces, receipts, stats } = await engine.runBlock({
      ...inputOf(file, state),
      trace: { type: 'calls', withLog: true },
    });
    await state.dispose();
    const logsOf = ({ logs = [], calls = [] }: CallFrame): number =>
      calls.reduce((sum, call) => sum + logsOf(call), logs.length);
    for (const [i, receipt] of receipts.entries()) {
      const frame = callOf(traces?.[i]);
      expect(BigInt(frame.gasUsed)).toBe(stats.perTransaction[i]?.gasUsed);
      expect(frame.error === undefined).toBe(receipt.status === 1);
      expect(logsOf(frame)).toBe(receipt.logs.length);
    }
  });
});

describe('one contract', () => {
  const CONTRACT: Hex = '0xc0de000000000000000000000000000000000001';
  const BLOCK = { hardfork: 'cancun' };
  /** Counts down from the number in the call data. */
  const COUNTDOWN: Hex = `0x${push(0)}355b${push(1)}900380${push(3)}57${push(0)}52${push(32)}${push(0)}f3`;
  const stepsFor = (from: number): number => 2 + 7 * from + 5;
  let engine: Engine;
  let state: State;
  beforeAll(async () => {
    engine = engines.at(2);
    state = await engine.createState({
      [CONTRACT]: { nonce: 1, balance: 0, code: COUNTDOWN },
      '0xc0de000000000000000000000000000000000002': { nonce: 1, balance: 0, code: `0x${REVERT}` },
    });
  });
  afterAll(() => state?.dispose());

  const word = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`;
  const countdown = (from: number, trace: TraceOptions, gas = 10n ** 8n) =>
    engine.call({ state, to: CONTRACT, data: word(from), gas, block: BLOCK, trace });
  const failure = (task: Promise<unknown>): Promise<ParallelEvmError> =>
    task.then(
      () => Promise.reject(new Error('it did not fail')),
      (error: ParallelEvmError) => error,
    );

  test('a call is traced: frames, and instructions with what each finds and costs', async () => {
    const { output, trace } = await countdown(3, 'calls');
    expect(callOf(trace)).toMatchObject({ type: 'CALL', to: CONTRACT, gas: '0x5f5e100', input: word(3), value: '0x0' });
    expect(callOf(trace).output).toBe(`0x${Buffer.from(output).toString('hex')}`);

    const { executionGasUsed, trace: steps } = await countdown(3, { type: 'opcodes', enableMemory: true });
    const { structLogs, failed } = opcodesOf(steps);
    expect(failed).toBe(false);
    expect(structLogs[1]).toMatchObject({ pc: 2, op: 'CALLDATALOAD', gasCost: 3, depth: 1, stack: ['0x0'] });
    expect(structLogs.at(-1)).toMatchObject({ op: 'RETURN', memory: ['0'.repeat(64)], gasCost: 0 });
    expect(structLogs.reduce((sum, { gasCost }) => sum + gasCost, 0)).toBe(Number(executionGasUsed));
    expect([...opcodesOf(steps).steps()].map(({ opName }) => opName)).toEqual(structLogs.map(({ op }) => op));
  });

  test('an instruction that leads to code which was decoded before is told, too', async () => {
    // jumps to the second of two destinations, then to the first, then behind both
    const code: Hex = `0x${push(5)}56005b5b59${push(16)}575f5f52${push(4)}565b00`;
    const own = await engine.createState({ [CONTRACT]: { nonce: 1, balance: 0, code } });
    const { trace } = await engine.call({ state: own, to: CONTRACT, gas: 100_000n, block: BLOCK, trace: 'opcodes' });
    await own.dispose();
    const { structLogs } = opcodesOf(trace);
    expect(structLogs.map(({ op }) => op).join(' ')).toBe(
      'PUSH1 JUMP JUMPDEST MSIZE PUSH1 JUMPI PUSH0 PUSH0 MSTORE PUSH1 JUMP JUMPDEST JUMPDEST MSIZE PUSH1 JUMPI JUMPDEST STOP',
    );
    expect(structLogs.filter(({ op }) => op === 'JUMPDEST').map(({ pc, gasCost }) => [pc, gasCost])).toEqual([
      ...[
        [5, 1],
        [4, 1],
        [5, 1],
        [16, 1],
      ],
    ]);
  });

  test('calls of one simulation are traced each', async () => {
    const calls = [2, 1, 3].map((from) => ({ to: CONTRACT, data: word(from), gas: 100_000n }));
    const results = await engine.simulate({ state, calls, block: BLOCK, trace: 'opcodes' });
    const lengths = results.map(({ trace }) => opcodesOf(trace).structLogs.length);
    expect(lengths).toEqual([2, 1, 3].map(stepsFor));
  });

  test('a call that is refused has no trace', async () => {
    const { halt, trace } = await countdown(1, 'calls', 100n);
    expect(halt).toBe('INTRINSIC_GAS');
    expect(trace).toBeUndefined();
  });

  test('a transaction that outgrows its arena is traced once', async () => {
    const loop: Hex = `0x${push(30_000)}5b805450${push(1)}900380${push(3)}57`; // meets 30,000 slots
    const big: Hex = '0xc0de000000000000000000000000000000000003';
    const own = await engine.createState({ [big]: { nonce: 1, balance: 0, code: loop } });
    const { trace } = await engine.call({
      ...{ state: own, to: big, gas: 10n ** 9n, block: BLOCK },
      trace: { type: 'opcodes', disableStorage: true, disableStack: true },
    });
    await own.dispose();
    expect(opcodesOf(trace).structLogs.length).toBe(1 + 30_000 * 10 + 1);
  });

  test('what does not fit its bound is an error, and nothing else is', async () => {
    const trace = { type: 'opcodes', maxBytes: 100_000 } as const;
    expect(await failure(countdown(100_000, trace))).toMatchObject({
      code: 'TRACE_TOO_LARGE',
      field: 'trace.maxBytes',
      txIndex: 0,
    });
    expect(opcodesOf((await countdown(10, trace)).trace).structLogs.length).toBe(stepsFor(10));
  });

  test('so is what does not fit the shared memory', async () => {
    const small = await createEngine({ slots: 1, warmUp: false, memory: { maxBytes: 2 ** 27 } });
    const own = await small.createState({ [CONTRACT]: { nonce: 1, balance: 0, code: COUNTDOWN } });
    const call = (from: number) =>
      small.call({
        ...{ state: own, to: CONTRACT, data: word(from), gas: 10n ** 9n, block: BLOCK },
        trace: { type: 'opcodes', maxBytes: 2 ** 31 },
      });
    expect(await failure(call(300_000))).toMatchObject({ code: 'STATE_TOO_LARGE', field: 'memory.maxBytes' });
    expect(opcodesOf((await call(10)).trace).structLogs.length).toBe(stepsFor(10));
    await small.close();
  });

  test('the memory of traces is given back', async () => {
    const small = await createEngine({ slots: 1, warmUp: false, memory: { maxBytes: 2 ** 27 } });
    const own = await small.createState({ [CONTRACT]: { nonce: 1, balance: 0, code: COUNTDOWN } });
    const input = { state: own, to: CONTRACT, data: word(20_000), gas: 10n ** 8n, block: BLOCK };
    for (let i = 0; i < 10; i++) {
      const { trace } = await small.call({ ...input, trace: 'opcodes' });
      expect(opcodesOf(trace).gas).toBeGreaterThan(500_000);
    }
    await small.close();
  });

  test('only the first instructions are told where a limit is given', async () => {
    const { trace } = await countdown(10, { type: 'opcodes', limit: 3, disableStack: true });
    expect(opcodesOf(trace).structLogs.map(({ op }) => op)).toEqual(['PUSH1', 'CALLDATALOAD', 'JUMPDEST']);
    expect(opcodesOf(trace).structLogs[0]).not.toHaveProperty('stack');
  });

  test.each([
    ['trace', 'everything'],
    ['trace', { type: 'callTracer' }],
    ['trace', 7],
    ['trace.withLog', { type: 'calls', withLog: 1 }],
    ['trace.limit', { type: 'opcodes', limit: -1 }],
    ['trace.maxBytes', { type: 'calls', maxBytes: 10 }],
  ])('"%s" is checked: %j', async (field, trace) => {
    expect(await failure(countdown(1, trace as TraceOptions))).toMatchObject({ code: 'BAD_ARGUMENT', field });
  });
});

describe('what a transaction meets', () => {
  const OUTER: Hex = '0xc0de000000000000000000000000000000000004';
  const INNER: Hex = '0xc0de000000000000000000000000000000000005';
  const EMPTY: Hex = '0xc0de000000000000000000000000000000000006';
  const SENDER: Hex = '0x5e4de00000000000000000000000000000000001';
  const RECIPIENT: Hex = '0xc01bba5e00000000000000000000000000000001';
  const slot = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`;
  const callTo = (to: Hex): string =>
    `${push(0)}${push(0)}${push(0)}${push(0)}${push(0)}${push(to)}${push(100_000)}f150`;
  // writes slot 1, clears slot 2, reads slot 3, looks at an account, calls one that writes, and one that is a precompile
  const outer = `${sstore(1, 7)}${sstore(2, 0)}${push(3)}5450${push(EMPTY)}3150${callTo(INNER)}${callTo('0x04')}`;
  const inner = sstore(9, 1);
  let engine: Engine;
  let state: State;
  const tx: RpcTransaction = {
    ...{
      type: '0x2',
      chainId: '0x1',
      nonce: '0x5',
      from: SENDER,
      to: OUTER,
      value: '0x3',
      input: '0x',
      gas: '0xf4240',
    },
    ...{ maxFeePerGas: '0xa', maxPriorityFeePerGas: '0x2', accessList: [] },
  };
  const BLOCK = { hardfork: 'cancun', baseFeePerGas: 7n, coinbase: RECIPIENT };
  beforeAll(async () => {
    engine = engines.at(2);
    const accounts: PreState = {
      [SENDER]: { nonce: 5, balance: 10n ** 18n },
      [OUTER]: {
        ...{ nonce: 1, balance: 0, code: `0x${outer}` },
        storage: { [slot(1)]: '0x6', [slot(2)]: '0x5', [slot(3)]: '0x4' },
      },
      [INNER]: { nonce: 1, balance: 9, code: `0x${inner}` },
    };
    state = await engine.createState(accounts);
  });
  afterAll(() => state?.dispose());
  const resultOf = async (trace: TraceOptions) => {
    const { trace: got, gasUsed } = await engine.runTx({ tx, state, block: BLOCK, commit: false, trace });
    return { result: JSON.parse(JSON.stringify(got?.result)) as Record<string, unknown>, gasUsed };
  };

  test('is its prestate', async () => {
    const { result } = await resultOf('prestate');
    expect(result).toEqual({
      [SENDER]: { balance: '0xde0b6b3a7640000', nonce: 5 },
      [INNER]: { balance: '0x9', nonce: 1, code: `0x${inner}`, storage: { [slot(9)]: slot(0) } },
      [OUTER]: {
        ...{ balance: '0x0', nonce: 1, code: `0x${outer}` },
        storage: { [slot(1)]: slot(6), [slot(2)]: slot(5), [slot(3)]: slot(4) },
      },
    });
    const { result: all } = await resultOf({
      type: 'prestate',
      includeEmpty: true,
      disableCode: true,
      disableStorage: true,
    });
    expect(all).toEqual({
      [SENDER]: { balance: '0xde0b6b3a7640000', nonce: 5 },
      [INNER]: { balance: '0x9', nonce: 1 },
      [OUTER]: { balance: '0x0', nonce: 1 },
      [EMPTY]: { balance: '0x0' },
      [RECIPIENT]: { balance: '0x0' },
      '0x0000000000000000000000000000000000000004': { balance: '0x0' },
    });
  });

  test('and what it changes of that, its difference', async () => {
    const { result, gasUsed } = await resultOf({ type: 'prestate', diffMode: true });
    const paid = 3n + gasUsed * 9n;
    expect(result).toEqual({
      pre: {
        [SENDER]: { balance: '0xde0b6b3a7640000', nonce: 5 },
        [INNER]: { balance: '0x9', nonce: 1, code: `0x${inner}` },
        [OUTER]: {
          ...{ balance: '0x0', nonce: 1, code: `0x${outer}` },
          storage: { [slot(1)]: slot(6), [slot(2)]: slot(5) },
        },
      },
      post: {
        [SENDER]: { balance: `0x${(10n ** 18n - paid).toString(16)}`, nonce: 6 },
        [INNER]: { storage: { [slot(9)]: slot(1) } },
        [OUTER]: { balance: '0x3', storage: { [slot(1)]: slot(7) } },
        [RECIPIENT]: { balance: `0x${(gasUsed * 2n).toString(16)}` },
      },
    });
  });

  test('is its access list, with which nothing is cold any more', async () => {
    const { result, gasUsed } = await resultOf('accessList');
    const accessList = [
      { address: INNER, storageKeys: [slot(9)] },
      { address: OUTER, storageKeys: [slot(1), slot(2), slot(3)] },
      { address: EMPTY, storageKeys: [] },
    ].sort((a, b) => (a.address < b.address ? -1 : 1));
    expect(result).toEqual({ accessList, gasUsed: `0x${gasUsed.toString(16)}` });
    const opcodes = await engine.runTx({
      tx: { ...tx, accessList },
      state,
      block: BLOCK,
      commit: false,
      trace: 'opcodes',
    });
    const costs = opcodesOf(opcodes.trace).structLogs.filter(({ op }) => op === 'SLOAD' || op === 'BALANCE');
    expect(costs.map(({ gasCost }) => gasCost)).toEqual([100, 100]);
  });
});

test('chosen transactions are traced, in block order', async () => {
  const file = await fixture('swaps');
  const engine = engines.at(2);
  const state = await stateFor(engine, file);
  const input = { ...inputOf(file, state), trace: 'calls' as const };
  const all = (await engine.runBlock(input)).traces ?? [];
  const some = await engine.runBlock({ ...input, traceTransactions: [7, 2, 7] });
  expect(textOf(some.traces)).toBe(textOf([all[2], all[7]] as Trace[]));
  const count = file.block.transactions.length;
  await expect(engine.runBlock({ ...input, traceTransactions: [count] })).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
    field: 'traceTransactions[0]',
  });
  await state.dispose();
});
