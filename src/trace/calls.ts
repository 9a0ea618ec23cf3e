// Frames as a tree, in the form of geth's callTracer (eth/tracers/native/call.go): every call, creation and self-destruct,
// those that opened no frame too; what was tried, what it used, and why it failed.
import {
  EV_FROM,
  EV_GAS,
  EV_GAS_BACK,
  EV_INPUT,
  EV_INPUT_BYTES,
  EV_LOG,
  EV_OP,
  EV_OUTPUT,
  EV_OUTPUT_BYTES,
  EV_STATUS,
  EV_TO,
  EV_VALUE,
  EVENT_DESTRUCT,
  EVENT_ENTER,
  EVENT_LEAVE,
  EVENT_LOG,
  EVENT_REFUSED,
  LOG_BYTES,
  STATUS_COLLISION,
  STATUS_REVERT,
} from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { hexOf, hexQuantity, integerOfBytes } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import { revertReason } from '../result/call.ts';
import { decodeLogs } from '../result/receipts.ts';
import type { Instruction } from '../spec/instructions.ts';
import { addressAt, byteAt, bytesAt, eachEvent, quantityAt, type TracedTransaction } from './events.ts';
import { errorOf, nameOf } from './names.ts';
import type { CallTraceOptions } from './options.ts';

/** A log within its frame. */
export interface CallLog {
  /** 20 bytes. */
  address: Hex;
  /** 32 bytes each. */
  topics: Hex[];
  /** What was logged. */
  data: Hex;
  /** How many calls the frame had made before it. */
  position: Hex;
  /** Its place among the transaction's logs as they were written, undone ones included. */
  index: Hex;
}

/** A frame as geth's callTracer tells it. Amounts are 0x-quantities. */
export interface CallFrame {
  /** The caller, 20 bytes. */
  from: Hex;
  /** Gas that it was given; of the outermost frame the transaction's gas limit. */
  gas: Hex;
  /** Gas that it used; of the outermost frame the transaction's, after refunds. */
  gasUsed: Hex;
  /** Absent where a creation failed. */
  to?: Hex;
  /** Call data, or init code. */
  input: Hex;
  /** Absent if empty. Of a creation its code, of a failed frame the data of the revert. */
  output?: Hex;
  /** How the frame failed; absent if it succeeded. */
  error?: string;
  /** `Error(string)`'s text; absent for other reverts. */
  revertReason?: string;
  /** Frames within it; absent if there are none. */
  calls?: CallFrame[];
  /** With `withLog`; absent if there are none. */
  logs?: CallLog[];
  /** wei; absent for STATICCALL. */
  value?: Hex;
  /** CALL, CALLCODE, DELEGATECALL, STATICCALL, CREATE, CREATE2 or SELFDESTRUCT. */
  type: string;
}

const STATICCALL = 0xfa;
const isCreation = (type: string): boolean => type.startsWith('CREATE');

/** What the reasons of Solidity's panics mean, in geth's words (accounts/abi). */
const PANICS: Readonly<Record<string, string>> = {
  '0x00': 'generic panic',
  '0x01': 'assert(false)',
  '0x11': 'arithmetic underflow or overflow',
  '0x12': 'division or modulo by zero',
  '0x21': 'enum overflow',
  '0x22': 'invalid encoded storage byte array accessed',
  '0x31': 'out-of-bounds array access; popping on an empty array',
  '0x32': 'out-of-bounds access of an array or bytesN',
  '0x41': 'out of memory',
  '0x51': 'uninitialized function',
};

function reasonOf(output: Uint8Array): string | undefined {
  const reason = revertReason(output);
  if (!isPanic(output)) return reason;
  const code = `0x${integerOfBytes(output.subarray(4)).toString(16).padStart(2, '0')}`;
  return PANICS[code] ?? `unknown panic code: 0x${integerOfBytes(output.subarray(4)).toString(16)}`;
}

const isPanic = (output: Uint8Array): boolean => output.length === 36 && hexOf(output.subarray(0, 4)) === '0x4e487b71';

function readFrame(events: Views, at: number): CallFrame {
  const op = byteAt(events, at + EV_OP);
  return {
    from: addressAt(events, at + EV_FROM),
    gas: quantityAt(events, at + EV_GAS),
    gasUsed: '0x0',
    to: addressAt(events, at + EV_TO),
    input: bytesAt(events, at + EV_INPUT, events.u32(at + EV_INPUT_BYTES)),
    ...(op !== STATICCALL && { value: hexQuantity(events.u256(at + EV_VALUE)) }),
    type: nameOf(op),
  };
}

function fail(frame: CallFrame, error: string | undefined): void {
  if (error === undefined) return;
  frame.error = error;
  if (isCreation(frame.type)) delete frame.to;
}

function readDestruct(events: Views, at: number): CallFrame {
  return {
    from: addressAt(events, at + EV_FROM),
    gas: '0x0',
    gasUsed: '0x0',
    to: addressAt(events, at + EV_TO),
    input: '0x',
    value: hexQuantity(events.u256(at + EV_VALUE)),
    type: 'SELFDESTRUCT',
  };
}

/** Fills in how the frame ended. */
function end(frame: CallFrame, events: Views, at: number, table: readonly (Instruction | undefined)[]): void {
  frame.gasUsed = hexQuantity(BigInt(frame.gas) - events.u64(at + EV_GAS_BACK));
  const bytes = events.u32(at + EV_OUTPUT_BYTES);
  if (bytes > 0) frame.output = bytesAt(events, at + EV_OUTPUT, bytes);
  fail(frame, errorOf(events, at, table));
  if (byteAt(events, at + EV_STATUS) !== STATUS_REVERT) return;
  const reason = reasonOf(events.copy(at + EV_OUTPUT, bytes));
  if (reason !== undefined) frame.revertReason = reason;
}

function addLog(frame: CallFrame, events: Views, at: number, index: number): void {
  const record = events.copy(at + EV_LOG, events.u32(at + EV_LOG + LOG_BYTES));
  for (const [address, topics, data] of decodeLogs(record, 0, 1)) {
    frame.logs ??= [];
    const position = hexQuantity(frame.calls?.length ?? 0);
    const place = { position, index: hexQuantity(index) };
    frame.logs.push({ address: hexOf(address), topics: topics.map(hexOf), data: hexOf(data), ...place });
  }
}

/** Logs of a frame that failed, and of those inside it, never were. */
function dropUndoneLogs(frame: CallFrame, failed = false): void {
  const isUndone = failed || frame.error !== undefined;
  if (isUndone) delete frame.logs;
  for (const call of frame.calls ?? []) dropUndoneLogs(call, isUndone);
}

/** The outermost frame of a transaction. */
export function callTrace(traced: TracedTransaction, options: Required<CallTraceOptions>): CallFrame {
  const { events, instructions, gasLimit, gasUsed } = traced;
  const open: CallFrame[] = [];
  let top: CallFrame | undefined;
  let logCount = 0;
  const add = (frame: CallFrame): void => {
    const parent = open.at(-1);
    if (parent === undefined) top = frame;
    else if (!options.onlyTopCall) {
      parent.calls ??= [];
      parent.calls.push(frame);
    }
  };
  for (const { kind, at } of eachEvent(events)) {
    if (kind === EVENT_ENTER) {
      const frame = readFrame(events, at);
      add(frame);
      open.push(frame);
    } else if (kind === EVENT_LEAVE) end(open.pop() as CallFrame, events, at, instructions);
    else if (kind === EVENT_REFUSED) {
      const frame = readFrame(events, at);
      if (byteAt(events, at + EV_STATUS) === STATUS_COLLISION) frame.gasUsed = frame.gas;
      fail(frame, errorOf(events, at, instructions));
      add(frame);
    } else if (kind === EVENT_DESTRUCT) add(readDestruct(events, at));
    else if (kind === EVENT_LOG) addLog(open.at(-1) as CallFrame, events, at, logCount++);
  }
  const frame = top as CallFrame; // an executed transaction has an outermost frame
  frame.gas = hexQuantity(gasLimit);
  frame.gasUsed = hexQuantity(gasUsed);
  dropUndoneLogs(frame);
  return frame;
}
