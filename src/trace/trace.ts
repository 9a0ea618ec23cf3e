// Traces of a run: what is asked of the kernels before it, and what is read after it. Whatever is read is copied; it takes
// its form when its user first looks at it.
import {
  BLOCK_OUTCOMES,
  BLOCK_TRACE,
  BLOCK_TRACE_FULL,
  BLOCK_TRACE_LEFT,
  BLOCK_TRACE_MODULE,
  BLOCK_TRACE_MODULE_BYTES,
  BLOCK_TXS,
  BLOCK_WORK,
  OUT_BYTES,
  OUT_GAS_USED,
  OUT_TRACE,
  TRACE_LOGS,
  TRACE_MEMORY,
  TRACE_STEPS,
  TRACE_WANTED,
  TX_BYTES,
  TX_GAS_LIMIT,
} from '../../assembly/layout.ts';
import type { LaidOut } from '../block/prepared.ts';
import type { Core } from '../core.ts';
import { ParallelEvmError } from '../errors.ts';
import type { Views } from '../memory/views.ts';
import { instructionsOf } from '../spec/instructions.ts';
import { type CallFrame, callTrace } from './calls.ts';
import { copyEvents, type TracedTransaction } from './events.ts';
import type { TracePlan, TraceRequest } from './options.ts';
import { type OpcodeTrace, opcodeTrace } from './steps.ts';

/** Of one transaction; `result` is decoded when it is first read. */
interface TraceOf<Type, Result> {
  /** The transaction's place in the block; 0 for a single one. */
  txIndex: number;
  type: Type;
  readonly result: Result;
}

/** What was traced of one transaction or call, by `type`. */
export type Trace = TraceOf<'calls', CallFrame> | TraceOf<'opcodes', OpcodeTrace>;

/** A plan and what it takes. */
export interface Tracing extends TracePlan {
  /** The tracing kernels' module. */
  kernels: Uint8Array;
}

/** TRACE_* of what the kernels record. */
function kindsOf(request: TraceRequest): number {
  if (request.type === 'calls') return request.withLog ? TRACE_LOGS : 0;
  if (request.type !== 'opcodes') return 0;
  return TRACE_STEPS | (request.enableMemory ? TRACE_MEMORY : 0);
}

const outcomesOf = (views: Views, { address }: LaidOut): number => views.u32(address + BLOCK_OUTCOMES);

/** Indices of the transactions that are traced. */
const tracedOf = ({ transactions }: Tracing, { transactionCount }: LaidOut): readonly number[] =>
  transactions ?? Array.from({ length: transactionCount }, (_, i) => i);

/** Before a run, when the block's memory is fresh: what the kernels are to record, and the module to do it with. */
export function beginTraces(core: Core, views: Views, laidOut: LaidOut, tracing: Tracing): void {
  const { address: block, transactionCount } = laidOut;
  const { request, kernels } = tracing;
  const module = core.bumpAlloc(block + BLOCK_WORK, kernels.length) >>> 0;
  if (module === 0) throw memoryFull();
  views.fresh().bytes.set(kernels, module);
  views.setU32(block + BLOCK_TRACE_MODULE, module);
  views.setU32(block + BLOCK_TRACE_MODULE_BYTES, kernels.length);
  views.setU32(block + BLOCK_TRACE, kindsOf(request));
  views.setU32(block + BLOCK_TRACE_LEFT, 'maxBytes' in request ? request.maxBytes : 0);
  views.setU32(block + BLOCK_TRACE_FULL, 0);
  const outcomes = outcomesOf(views, laidOut);
  for (let i = 0; i <= transactionCount; i++) views.setU32(outcomes + OUT_BYTES * i + OUT_TRACE, 0); // with system calls'
  for (const i of tracedOf(tracing, laidOut)) views.setU32(outcomes + OUT_BYTES * i + OUT_TRACE, TRACE_WANTED);
}

const memoryFull = (): ParallelEvmError =>
  new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for the traces', { field: 'memory.maxBytes' });

/** Largest piece that recording asks for at once. */
const CHUNK_BYTES = 2 ** 20;

/** Throws if recording ended for lack of room. */
export function checkTraces(views: Views, { address: block }: LaidOut, { request }: Tracing): void {
  const step = views.u32(block + BLOCK_TRACE_FULL);
  if (step === 0 || !('maxBytes' in request)) return;
  if (views.u32(block + BLOCK_TRACE_LEFT) > request.maxBytes / 2 + CHUNK_BYTES) throw memoryFull();
  const facts = { field: 'trace.maxBytes', value: request.maxBytes, txIndex: step - 1 };
  throw new ParallelEvmError('TRACE_TOO_LARGE', `the traces take more than ${request.maxBytes} bytes`, facts);
}

/** `make` as the lazy `result` of a trace. */
function lazily<Type, Result>(txIndex: number, type: Type, make: () => Result): TraceOf<Type, Result> {
  let made: Result | undefined;
  return {
    txIndex,
    type,
    get result(): Result {
      made ??= make();
      return made;
    },
  };
}

function traceOf(txIndex: number, traced: TracedTransaction, request: TraceRequest): Trace {
  if (request.type === 'calls') return lazily(txIndex, request.type, () => callTrace(traced, request));
  if (request.type === 'opcodes') return lazily(txIndex, request.type, () => opcodeTrace(traced, request));
  throw new ParallelEvmError('INTERNAL', `no events tell of ${request.type}`);
}

/** The traces of a job that ended well, in order; of calls that were refused there are none. */
export function readTraces(views: Views, laidOut: LaidOut, tracing: Tracing): Trace[] {
  const outcomes = outcomesOf(views, laidOut);
  const txs = views.u32(laidOut.address + BLOCK_TXS);
  const instructions = instructionsOf(laidOut.hardfork);
  return tracedOf(tracing, laidOut).flatMap((i) => {
    const out = outcomes + OUT_BYTES * i;
    const traced = {
      events: copyEvents(views, views.u32(out + OUT_TRACE)),
      instructions,
      gasLimit: views.u64(txs + TX_BYTES * i + TX_GAS_LIMIT),
      gasUsed: views.u64(out + OUT_GAS_USED),
    };
    return traced.events.bytes.length === 0 ? [] : [traceOf(i, traced, tracing.request)];
  });
}
