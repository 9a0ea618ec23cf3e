// `parallel-evm trace`: tells what happens inside the transactions of a block, as JSON lines.
//
// Instructions are traced one transaction at a time, each in a run of its own: those of a whole block may not fit the memory.
import { badArgument, ParallelEvmError } from '../errors.ts';
import type { BlockFile, BlockResult, Engine, PreparedBlock, State, Trace, TraceOptions, TraceType } from '../index.ts';
import { ChainEngine, EXIT, errorText, type Library, type Output } from './engines.ts';
import { blockFilesOf } from './inputs.ts';

/** As the parser gives them: a switch that begins with "no" and was not named is true. */
export interface TraceFileOptions {
  type: TraceType;
  /** Indices of the transactions; none: all. */
  tx: number[];
  logs?: boolean | undefined;
  onlyTopCall?: boolean | undefined;
  diff?: boolean | undefined;
  includeEmpty?: boolean | undefined;
  memory?: boolean | undefined;
  returnData?: boolean | undefined;
  stack?: boolean | undefined;
  storage?: boolean | undefined;
  code?: boolean | undefined;
  limit?: number | undefined;
}

/** The argument `trace` that the command line's options stand for. */
export function traceOptions(given: TraceFileOptions): TraceOptions {
  const is = (value: boolean | undefined): boolean => value === true;
  const isOff = (value: boolean | undefined): boolean => value === false;
  switch (given.type) {
    case 'calls':
      return { type: 'calls', withLog: is(given.logs), onlyTopCall: is(given.onlyTopCall) };
    case 'opcodes':
      return {
        type: 'opcodes',
        enableMemory: is(given.memory),
        enableReturnData: is(given.returnData),
        disableStack: isOff(given.stack),
        disableStorage: isOff(given.storage),
        ...(given.limit !== undefined && { limit: given.limit }),
      };
    case 'prestate':
      return {
        type: 'prestate',
        diffMode: is(given.diff),
        includeEmpty: is(given.includeEmpty),
        disableCode: isOff(given.code),
        disableStorage: isOff(given.storage),
      };
    case 'accessList':
      return { type: 'accessList' };
  }
}

/** EIP-3155: a line per instruction, then one of how the transaction ended. */
function* instructionLines(trace: Extract<Trace, { type: 'opcodes' }>): Generator<string, void> {
  const { failed, gas, returnValue } = trace.result;
  for (const step of trace.result.steps()) yield JSON.stringify(step);
  const ending = { output: returnValue, gasUsed: `0x${gas.toString(16)}`, pass: !failed, txIndex: trace.txIndex };
  yield JSON.stringify(ending);
}

/** One line, with what names the transaction. */
function traceLine(file: BlockFile, { txIndex, result }: Trace): string {
  const { hash } = (file.block.transactions[txIndex] ?? {}) as { hash?: string };
  return JSON.stringify({ block: file.number, txIndex, ...(hash !== undefined && { txHash: hash }), result });
}

function tracesOf({ invalid, traces = [] }: BlockResult): readonly Trace[] {
  if (invalid === undefined) return traces;
  const { txIndex, code, reason } = invalid;
  throw new ParallelEvmError('BAD_FILE', `the block is invalid: ${code}: ${reason}`, { txIndex });
}

interface Loaded {
  engine: Engine;
  block: PreparedBlock;
  state: State;
}

async function writeTraces(file: BlockFile, loaded: Loaded, given: TraceFileOptions, output: Output): Promise<void> {
  const { engine, block, state } = loaded;
  const { blockHashes } = file;
  const run = async (transactions: number[]): Promise<readonly Trace[]> => {
    const trace = traceOptions(given);
    const input = { block, state, blockHashes, commit: false, trace, traceTransactions: transactions };
    return tracesOf(await engine.runBlock(input));
  };
  const all = Array.from({ length: block.transactionCount }, (_, i) => i);
  for (const index of given.tx) if (!all.includes(index)) throw badArgument('--tx', `below ${all.length}`, index);
  const indices = given.tx.length > 0 ? given.tx : all;
  if (given.type !== 'opcodes') {
    for (const trace of await run(indices)) output.out(traceLine(file, trace));
    return;
  }
  for (const index of indices)
    for (const trace of await run([index]))
      if (trace.type === 'opcodes') for (const line of instructionLines(trace)) output.out(line);
}

/** Traces the block in a file and gives the exit code. Errors are told on `output`, none is thrown. */
export async function traceFile(
  path: string | undefined,
  options: TraceFileOptions,
  library: Library,
  output: Output,
): Promise<number> {
  const engines = new ChainEngine(library, { slots: 1, warmUp: false });
  try {
    const [first = ''] = await blockFilesOf(path === undefined ? [] : [path]);
    const file = await library.readBlockFile(first);
    const engine = await engines.for(file);
    const state = await engine.createState(file.preState, { codes: file.codes });
    const block = await engine.prepare(file.block);
    await writeTraces(file, { engine, block, state }, options, output);
    return EXIT.OK;
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    return EXIT.BAD_INPUT;
  } finally {
    await engines.close();
  }
}
