// `parallel-evm trace`: what the engine traces, line by line.
import { createEngine, readBlockFile, type Trace, type TraceOptions } from 'parallel-evm';
import { describe, expect, test } from 'vitest';
import { SHOWCASE } from '../engine/scenarios.ts';
import { command } from './command.ts';

const PATH = SHOWCASE.pathname;
const TX = 3;

/** The trace of one transaction of the showcase. */
async function traced(trace: TraceOptions): Promise<Trace> {
  const file = await readBlockFile(PATH);
  const engine = await createEngine({ slots: 1, warmUp: false });
  const state = await engine.createState(file.preState, { codes: file.codes });
  const { block, blockHashes } = file;
  const { traces } = await engine.runBlock({ block, state, blockHashes, trace, traceTransactions: [TX] });
  await engine.close();
  return traces?.[0] as Trace;
}

const linesOf = (...args: string[]): Record<string, unknown>[] => {
  const { status, stdout, stderr } = command('trace', PATH, '--tx', String(TX), ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the command trace', () => {
  test.each<[string[], TraceOptions]>([
    [['--logs'], { type: 'calls', withLog: true }],
    [['--only-top-call'], { type: 'calls', onlyTopCall: true }],
    [['--type', 'prestate', '--diff', '--no-code'], { type: 'prestate', diffMode: true, disableCode: true }],
    [
      ['--type', 'prestate', '--include-empty', '--no-storage'],
      { type: 'prestate', includeEmpty: true, disableStorage: true },
    ],
    [['--type', 'accessList'], 'accessList'],
  ])('%j writes a line per transaction', async (args, options) => {
    const { txIndex, result } = await traced(options);
    const [line, ...more] = linesOf(...args);
    expect(more).toEqual([]);
    expect(Object.keys(line ?? {})).toEqual(['block', 'txIndex', 'txHash', 'result']);
    expect(line).toMatchObject({ txIndex, result: plain(result) as object });
  });

  test('--type opcodes writes a line per instruction and one at the end (EIP-3155)', async () => {
    const trace = await traced({ type: 'opcodes', enableReturnData: true });
    if (trace.type !== 'opcodes') throw new Error(`a trace of ${trace.type}`);
    const lines = linesOf('--type', 'opcodes', '--return-data');
    const { gas, returnValue } = trace.result;
    expect(lines.pop()).toEqual({ output: returnValue, gasUsed: `0x${gas.toString(16)}`, pass: true, txIndex: TX });
    expect(lines).toEqual(plain([...trace.result.steps()]));
    expect(Object.keys(lines[0] ?? {})).toEqual([
      ...['pc', 'op', 'gas', 'gasCost', 'memSize', 'stack', 'depth', 'returnData', 'refund', 'opName'],
    ]);
  });

  test('a transaction that is not there, and a type that is none, end with 2', () => {
    const missing = command('trace', PATH, '--tx', '1000000');
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(/BAD_ARGUMENT: "--tx" must be below \d+, got 1000000/);
    expect(command('trace', PATH, '--type', 'everything').status).toBe(2);
    expect(command('trace', '/nowhere').status).toBe(2);
  });
});
