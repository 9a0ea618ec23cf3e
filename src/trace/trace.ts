// Traces of a run: what is asked of the kernels before it, and what is read after it. Whatever is read is copied; it takes
// its form when its user first looks at it.
import {
  BLOCK_OUTCOMES,
  BLOCK_SPEC,
  BLOCK_TRACE,
  BLOCK_TRACE_FULL,
  BLOCK_TRACE_LEFT,
  BLOCK_TRACE_MODULE,
  BLOCK_TRACE_MODULE_BYTES,
  BLOCK_TXS,
  BLOCK_WORK,
  OUT_BYTES,
  OUT_FEE,
  OUT_FOOTPRINT,
  OUT_GAS_USED,
  OUT_TRACE,
  SPEC_P256,
  SPEC_PRECOMPILES,
  TRACE_LOGS,
  TRACE_MEMORY,
  TRACE_STEPS,
  TRACE_WANTED,
  TX_BYTES,
  TX_FROM,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_TO,
} from '../../assembly/layout.ts';
import type { LaidOut } from '../block/prepared.ts';
import type { Hex } from '../block/types.ts';
import type { Core } from '../core.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf, hexQuantity } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import { instructionsOf } from '../spec/instructions.ts';
import { type AccessListTrace, accessListTrace, type WarmAnyway } from './access-list.ts';
import { type CallFrame, callTrace } from './calls.ts';
import { copyEvents, type TracedTransaction } from './events.ts';
import { Footprints, type FoundAccount } from './footprints.ts';
import type { TracePlan, TraceRequest } from './options.ts';
import { type Prestate, type PrestateDiff, prestateDiff, prestateTrace } from './prestate.ts';
import { type OpcodeTrace, opcodeTrace } from './steps.ts';

/** Of one transaction; `result` is decoded when it is first read. */
export interface TraceOf<Type, Result> {
  /** The transaction's place in the block; 0 for a single one. */
  txIndex: number;
  /** Which trace it is. */
  type: Type;
  /** What was traced. */
  readonly result: Result;
}

/** What was traced of one transaction or call, by `type`. */
export type Trace =
  | TraceOf<'calls', CallFrame>
  | TraceOf<'opcodes', OpcodeTrace>
  | TraceOf<'prestate', Prestate | PrestateDiff>
  | TraceOf<'accessList', AccessListTrace>;

/** A plan and what it takes. */
export interface Tracing extends TracePlan {
  /** The tracing kernels' module. */
  kernels: Uint8Array;
}

/**
 * A request that events answer; footprints answer the others. Those too are taken by the tracing kernels: the library's find
 * out at the head of a segment that it fails, and do not meet what the instructions before would.
 */
type EventRequest = Extract<TraceRequest, { type: 'calls' | 'opcodes' }>;
type FootprintRequest = Exclude<TraceRequest, EventRequest>;

const isOfEvents = (request: TraceRequest): request is EventRequest =>
  request.type === 'calls' || request.type === 'opcodes';

/** True if a run for this keeps footprints. */
export const needsFootprints = ({ request }: TracePlan): boolean => !isOfEvents(request);

/** TRACE_* of what the kernels record. */
function kindsOf(request: EventRequest): number {
  if (request.type === 'calls') return request.withLog ? TRACE_LOGS : 0;
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
  const outcomes = outcomesOf(views, laidOut);
  for (let i = 0; i <= transactionCount; i++) {
    views.setU32(outcomes + OUT_BYTES * i + OUT_TRACE, 0); // that of system calls among them
    views.setU32(outcomes + OUT_BYTES * i + OUT_FOOTPRINT, 0);
  }
  views.setU32(block + BLOCK_TRACE_FULL, 0);
  if (!isOfEvents(request)) return;
  views.setU32(block + BLOCK_TRACE, kindsOf(request));
  views.setU32(block + BLOCK_TRACE_LEFT, request.maxBytes);
  for (const i of tracedOf(tracing, laidOut)) views.setU32(outcomes + OUT_BYTES * i + OUT_TRACE, TRACE_WANTED);
}

const memoryFull = (): ParallelEvmError =>
  new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for the traces', { field: 'memory.maxBytes' });

/** Throws if recording ended for lack of room. */
export function checkTraces(views: Views, { address: block }: LaidOut, { request }: Tracing): void {
  if (!isOfEvents(request)) return;
  const step = views.u32(block + BLOCK_TRACE_FULL);
  if (step === 0) return;
  if (views.u32(block + BLOCK_TRACE_LEFT) !== 0) throw memoryFull();
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

function eventTrace(txIndex: number, traced: TracedTransaction, request: EventRequest): Trace {
  if (request.type === 'calls') return lazily(txIndex, request.type, () => callTrace(traced, request));
  return lazily(txIndex, request.type, () => opcodeTrace(traced, request));
}

function footprintTrace(
  txIndex: number,
  found: readonly FoundAccount[],
  around: Around,
  request: FootprintRequest,
): Trace {
  if (request.type === 'accessList')
    return lazily(txIndex, request.type, () => accessListTrace(found, around, hexQuantity(around.gasUsed)));
  const form = request.diffMode ? prestateDiff : prestateTrace;
  return lazily(txIndex, request.type, () => form(found, request));
}

/** What a transaction says of itself, and what it used. */
interface Around extends WarmAnyway {
  gasUsed: bigint;
}

/** Where a transaction and its outcome lie. */
interface Place {
  index: number;
  tx: number;
  out: number;
}

function readEvents(views: Views, places: readonly Place[], { hardfork }: LaidOut, request: EventRequest): Trace[] {
  const instructions = instructionsOf(hardfork);
  return places.flatMap(({ index, tx, out }) => {
    const events = copyEvents(views, views.u32(out + OUT_TRACE));
    if (events.bytes.length === 0) return [];
    const [gasLimit, gasUsed] = [views.u64(tx + TX_GAS_LIMIT), views.u64(out + OUT_GAS_USED)];
    return [eventTrace(index, { events, instructions, gasLimit, gasUsed }, request)];
  });
}

function readFootprints(
  views: Views,
  places: readonly Place[],
  { address: block }: LaidOut,
  request: FootprintRequest,
  isCall: boolean,
): Trace[] {
  const footprints = new Footprints(views, request.type === 'prestate');
  const isPrecompile = precompilesOf(views, block);
  return places.flatMap(({ index, tx, out }) => {
    const head = views.u32(out + OUT_FOOTPRINT);
    if (head === 0) return [];
    const found = footprints.read(head, isCall ? undefined : views.u256(out + OUT_FEE));
    const around = {
      from: hexOf(views.bigEndian(tx + TX_FROM, 20)),
      to: views.u32(tx + TX_IS_CREATE) === 0 ? hexOf(views.bigEndian(tx + TX_TO, 20)) : undefined,
      isPrecompile,
      gasUsed: views.u64(out + OUT_GAS_USED),
    };
    return [footprintTrace(index, found, around, request)];
  });
}

/** Tells the addresses of the block's precompiles. */
function precompilesOf(views: Views, block: number): (address: Hex) => boolean {
  const spec = views.u32(block + BLOCK_SPEC);
  const [active, p256] = [views.u32(spec + SPEC_PRECOMPILES), views.u32(spec + SPEC_P256)];
  return (address) => {
    const number = BigInt(address);
    if (number === 0x100n) return p256 !== 0;
    return number < 32n && ((active >>> Number(number)) & 1) !== 0;
  };
}

/** The traces of a job that ended well, in order; of calls that were refused there are none. */
export function readTraces(views: Views, laidOut: LaidOut, tracing: Tracing, isCall: boolean): Trace[] {
  const [outcomes, txs] = [outcomesOf(views, laidOut), views.u32(laidOut.address + BLOCK_TXS)];
  const places = tracedOf(tracing, laidOut).map((index) => ({
    index,
    tx: txs + TX_BYTES * index,
    out: outcomes + OUT_BYTES * index,
  }));
  const { request } = tracing;
  return isOfEvents(request)
    ? readEvents(views, places, laidOut, request)
    : readFootprints(views, places, laidOut, request, isCall);
}
