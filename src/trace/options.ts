// What of a run is traced: the argument `trace` of the engine's methods, checked.

import { badArgument } from '../errors.ts';
import { checkFlag, checkObject } from '../input.ts';

/** `calls`: geth's callTracer. `opcodes`: its struct logger. `prestate`: its prestateTracer. `accessList`: EIP-2930. */
export type TraceType = 'calls' | 'opcodes' | 'prestate' | 'accessList';

interface EventTraceOptions {
  /** Bytes that recording may take in the shared memory for all transactions of the run, 4,096 to 2^31; 2^28 unless given. */
  maxBytes?: number;
}

/** The frames of a transaction, as `debug_traceTransaction` with `callTracer` gives them. */
export interface CallTraceOptions extends EventTraceOptions {
  /** Which trace these are options of. */
  type: 'calls';
  /** With the logs of each frame; false unless given. */
  withLog?: boolean;
  /** The outermost frame alone; false unless given. */
  onlyTopCall?: boolean;
}

/** Every instruction of a transaction, as `debug_traceTransaction` without a tracer gives them. */
export interface OpcodeTraceOptions extends EventTraceOptions {
  /** Which trace these are options of. */
  type: 'opcodes';
  /** With the memory before each instruction; false unless given. */
  enableMemory?: boolean;
  /** With the return data of the last call; false unless given. */
  enableReturnData?: boolean;
  /** Without the stack; false unless given. */
  disableStack?: boolean;
  /** Without storage; false unless given. */
  disableStorage?: boolean;
  /** Instructions that are told of each transaction at most; all unless given. */
  limit?: number;
}

/** The accounts and slots that a transaction needs, or what it changes, as with `prestateTracer`. */
export interface PrestateTraceOptions {
  /** Which trace these are options of. */
  type: 'prestate';
  /** Before and after, of what changed only; false unless given. */
  diffMode?: boolean;
  /** Without code; false unless given. */
  disableCode?: boolean;
  /** Without storage; false unless given. */
  disableStorage?: boolean;
  /** With accounts that were not there, or empty; false unless given. */
  includeEmpty?: boolean;
}

/** The access list that makes everything warm that a transaction meets, as `eth_createAccessList` gives it. */
export interface AccessListTraceOptions {
  /** Which trace these are options of. */
  type: 'accessList';
}

/** A type, or a type with its options. */
export type TraceOptions =
  | TraceType
  | CallTraceOptions
  | OpcodeTraceOptions
  | PrestateTraceOptions
  | AccessListTraceOptions;

/** Options with every default filled in. */
export type TraceRequest =
  | Required<CallTraceOptions>
  | Required<OpcodeTraceOptions>
  | Required<PrestateTraceOptions>
  | AccessListTraceOptions;

/** What a run is to trace. */
export interface TracePlan {
  request: TraceRequest;
  /** Indices in order; undefined: all. */
  transactions: readonly number[] | undefined;
}

const TYPES = "'calls', 'opcodes', 'prestate' or 'accessList', or an object with such a type";
const LEAST_BYTES = 4096;
const MOST_BYTES = 2 ** 31;
const DEFAULT_BYTES = 2 ** 28;

function integer(value: unknown, field: string, least: number, most: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw badArgument(field, `${least}..${most}`, value);
}

type Given = Readonly<Record<string, unknown>>;

const flag = (given: Given, name: string): boolean => checkFlag(given[name], `trace.${name}`, false);
const maxBytes = (given: Given): number =>
  integer(given.maxBytes, 'trace.maxBytes', LEAST_BYTES, MOST_BYTES, DEFAULT_BYTES);

function requestOf(type: unknown, given: Given): TraceRequest {
  switch (type) {
    case 'calls':
      return {
        type,
        withLog: flag(given, 'withLog'),
        onlyTopCall: flag(given, 'onlyTopCall'),
        maxBytes: maxBytes(given),
      };
    case 'opcodes':
      return {
        type,
        enableMemory: flag(given, 'enableMemory'),
        enableReturnData: flag(given, 'enableReturnData'),
        disableStack: flag(given, 'disableStack'),
        disableStorage: flag(given, 'disableStorage'),
        limit: integer(given.limit, 'trace.limit', 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
        maxBytes: maxBytes(given),
      };
    case 'prestate':
      return {
        type,
        diffMode: flag(given, 'diffMode'),
        disableCode: flag(given, 'disableCode'),
        disableStorage: flag(given, 'disableStorage'),
        includeEmpty: flag(given, 'includeEmpty'),
      };
    case 'accessList':
      return { type };
    default:
      throw badArgument('trace', TYPES, given.type ?? type);
  }
}

/** @throws BAD_ARGUMENT naming the option */
export function parseTrace(trace: unknown): TraceRequest | undefined {
  if (trace === undefined) return undefined;
  if (typeof trace === 'string') return requestOf(trace, {});
  checkObject(trace, 'trace');
  const given = trace as Given;
  return requestOf(given.type, given);
}

/** A plan of what to trace of a run without a choice of transactions. */
export function parsePlan(trace: unknown): TracePlan | undefined {
  const request = parseTrace(trace);
  return request && { request, transactions: undefined };
}

/** The transactions to trace, in block order; undefined: all. */
export function parseTraceTransactions(given: unknown, count: number): number[] | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw badArgument('traceTransactions', 'an array of transaction indices', given);
  const indices = Array.from(given, (index: unknown, i) => {
    const isIndex = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < count;
    if (!isIndex) throw badArgument(`traceTransactions[${i}]`, `an index below ${count}`, index);
    return index;
  });
  return [...new Set(indices)].sort((a, b) => a - b);
}
