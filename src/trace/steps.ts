// Every instruction of a transaction, in the forms of geth's struct logger and of EIP-3155. A step event tells what the last
// step of its frame changed (assembly/tracing.ts); here stack, memory and storage are put together again, in order.
//
// What an instruction cost is known when the next event of its frame comes, so a step is given out one event late.
import {
  EV_CALLER_GAS,
  EV_CODE_STATUS,
  EV_GAS,
  EV_GAS_STOPPED,
  EV_HEIGHT,
  EV_MEMORY_BYTES,
  EV_OP,
  EV_OUTPUT,
  EV_OUTPUT_BYTES,
  EV_PATCH_AT,
  EV_PATCH_BYTES,
  EV_PC,
  EV_REFUND,
  EV_STATUS,
  EV_STEP_BYTES,
  EV_TO,
  EV_WORDS,
  EVENT_ENTER,
  EVENT_LEAVE,
  EVENT_REFUSED,
  EVENT_SHORT,
  EVENT_STEP,
  STATUS_RETURN,
  STATUS_REVERT,
} from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { hexOf, hexQuantity } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import type { Instruction } from '../spec/instructions.ts';
import { addressAt, byteAt, bytesAt, eachEvent, type TracedTransaction } from './events.ts';
import { errorOf, nameOf } from './names.ts';
import type { OpcodeTraceOptions } from './options.ts';

/** What is there before an instruction, as EIP-3155 names it. */
export interface TraceStep {
  /** Place of the instruction in the code. */
  pc: number;
  /** The opcode. */
  op: number;
  /** Gas before the instruction, 0x-quantity. */
  gas: Hex;
  /** Gas that the instruction takes; of a call with what it gives, of one that fails at least its base gas. */
  gasCost: Hex;
  /** Bytes. */
  memSize: number;
  /** Lowest word first, 0x-quantities. */
  stack?: Hex[];
  /** 1 in the outermost frame. */
  depth: number;
  /** Of the last call. */
  returnData?: Hex;
  /** The refund counter. */
  refund: number;
  /** Name of the instruction. */
  opName: string;
  /** How the instruction failed; absent if it did not. */
  error?: string;
  /** The whole memory before the instruction. */
  memory?: Hex;
}

/** An instruction as geth's struct logger tells it. */
export interface StructLog {
  /** Place of the instruction in the code. */
  pc: number;
  /** Name of the instruction. */
  op: string;
  /** Gas before the instruction. */
  gas: number;
  /** Gas that it takes; of a call with what it gives. */
  gasCost: number;
  /** 1 in the outermost frame. */
  depth: number;
  /** How the instruction failed; absent if it did not. */
  error?: string;
  /** Lowest word first, 0x-quantities. */
  stack?: Hex[];
  /** With SLOAD and SSTORE: what the frame's contract was seen to hold so far, 64 digits by 64 digits. */
  storage?: Record<string, string>;
  /** Words of 64 digits. */
  memory?: string[];
  /** Of the last call; absent if empty. */
  returnData?: Hex;
  /** The refund counter; absent if 0. */
  refund?: number;
}

/** Every instruction of a transaction. */
export interface OpcodeTrace {
  /** Gas used, after refunds. */
  gas: number;
  /** True unless execution succeeded. */
  failed: boolean;
  /** Return data, or the reason bytes of a revert. */
  returnValue: Hex;
  /** Decoded, all of them, when first read. */
  readonly structLogs: StructLog[];
  /** The same as EIP-3155 has it, decoded one at a time. */
  steps(): Iterable<TraceStep>;
}

const SLOAD = 0x54;
const SSTORE = 0x55;
const CREATE = 0xf0;
const DELEGATECALL = 0xf4;
const CREATE2 = 0xf5;
const CALLCODE = 0xf2;

type Options = Required<OpcodeTraceOptions>;

/** A step whose cost may still be unknown. */
interface Step {
  pc: number;
  op: number;
  gas: number;
  cost: number | undefined;
  depth: number;
  memoryBytes: number;
  refund: number;
  error: string | undefined;
  stack: Hex[] | undefined;
  memory: Uint8Array | undefined;
  storage: Record<string, string> | undefined;
  returnData: Hex;
}

class Frame {
  /** Whose storage it works on. */
  readonly address: Hex;
  readonly depth: number;
  stack: Hex[] = [];
  memory: Uint8Array = new Uint8Array(0);
  returnData: Hex = '0x';
  /** Its last step. */
  last: Step | undefined;

  constructor(address: Hex, depth: number) {
    this.address = address;
    this.depth = depth;
  }

  /** Takes over what the last step changed. */
  update(events: Views, at: number): void {
    const height = events.data.getUint16(at + EV_HEIGHT, true);
    const words = events.data.getUint16(at + EV_WORDS, true);
    this.stack.length = height - words;
    for (let i = words - 1; i >= 0; i--) this.stack.push(hexQuantity(events.u256(at + EV_STEP_BYTES + 32 * i)));
    this.#grow(events.u32(at + EV_MEMORY_BYTES));
    const patch = events.u32(at + EV_PATCH_BYTES);
    if (patch === 0) return;
    const from = at + EV_STEP_BYTES + 32 * words;
    this.memory.set(events.bytes.subarray(from, from + patch), events.u32(at + EV_PATCH_AT));
  }

  #grow(bytes: number): void {
    if (bytes === this.memory.length) return;
    const grown = new Uint8Array(bytes);
    grown.set(this.memory);
    this.memory = grown;
  }
}

const wordText = (word: Hex | undefined): string => (word ?? '0x').slice(2).padStart(64, '0');
const isCreation = (op: number): boolean => op === CREATE || op === CREATE2;

/** Reads a transaction's steps from its events. */
class Reader {
  readonly #events: Views;
  readonly #options: Options;
  readonly #table: readonly (Instruction | undefined)[];
  readonly #frames: Frame[] = [];
  readonly #storage = new Map<Hex, Record<string, string>>();
  /** The newest step, not given out yet. */
  #pending: Step | undefined;

  constructor({ events, instructions }: TracedTransaction, options: Options) {
    this.#events = events;
    this.#options = options;
    this.#table = instructions;
  }

  *steps(): Generator<Step, void> {
    for (const { kind, at } of eachEvent(this.#events)) {
      this.#settle(kind, at);
      const done = kind === EVENT_SHORT ? undefined : this.#take(kind);
      if (done !== undefined) yield done;
      if (kind === EVENT_ENTER) this.#enter(at);
      else if (kind === EVENT_LEAVE) this.#leave(at);
      else if (kind === EVENT_REFUSED) this.#top().returnData = '0x';
      else if (kind === EVENT_STEP) this.#step(at);
    }
  }

  #top(): Frame {
    return this.#frames.at(-1) ?? new Frame('0x', 0); // a creation that was refused outright has no frame
  }

  /** The step that is complete now that an event of `kind` came. */
  #take(kind: number): Step | undefined {
    const isEnd = kind === EVENT_STEP || kind === EVENT_ENTER || kind === EVENT_REFUSED || kind === EVENT_LEAVE;
    if (!isEnd) return undefined;
    const step = this.#pending;
    this.#pending = undefined;
    return step;
  }

  /** What the event tells of the step before it. */
  #settle(kind: number, at: number): void {
    const step = this.#pending;
    if (step === undefined) return;
    const events = this.#events;
    const number = (offset: number): number => Number(events.data.getBigInt64(at + offset, true));
    if (kind === EVENT_STEP) this.#settleStep(step, at);
    else if (kind === EVENT_ENTER)
      step.cost = step.gas - number(EV_CALLER_GAS) - (isCreation(step.op) ? number(EV_GAS) : 0);
    else if (kind === EVENT_REFUSED) step.cost = step.gas - number(EV_CALLER_GAS);
    else if (kind === EVENT_SHORT) step.cost = step.gas - number(EV_GAS);
    else if (kind === EVENT_LEAVE) {
      if (byteAt(events, at + EV_CODE_STATUS) <= STATUS_REVERT) step.cost = step.gas - number(EV_GAS_STOPPED);
      else step.error = errorOf(events, at, this.#table);
    }
  }

  #settleStep(step: Step, at: number): void {
    step.cost = step.gas - Number(this.#events.data.getBigInt64(at + EV_GAS, true));
    if (step.op === SLOAD) step.storage = this.#see(step, wordText(hexQuantity(this.#events.u256(at + EV_STEP_BYTES))));
  }

  /** The storage of the frame's contract as far as it was seen, with the slot on top of the stack. */
  #see(step: Step, value: string): Record<string, string> | undefined {
    if (this.#options.disableStorage) return undefined;
    const { address, stack } = this.#top();
    const key = step.op === SLOAD ? this.#key : wordText(stack.at(-1));
    const known = { ...this.#storage.get(address), [key]: value };
    this.#storage.set(address, known);
    return known;
  }
  #key = '';

  #enter(at: number): void {
    const op = byteAt(this.#events, at + EV_OP);
    const isOwn = op !== DELEGATECALL && op !== CALLCODE;
    const address = isOwn ? addressAt(this.#events, at + EV_TO) : this.#top().address;
    this.#frames.push(new Frame(address, this.#frames.length + 1));
  }

  #leave(at: number): void {
    this.#frames.pop();
    const caller = this.#frames.at(-1);
    if (caller === undefined) return;
    const isCode = byteAt(this.#events, at + EV_STATUS) <= STATUS_RETURN && isCreation(caller.last?.op ?? 0);
    const bytes = isCode ? 0 : this.#events.u32(at + EV_OUTPUT_BYTES);
    caller.returnData = bytesAt(this.#events, at + EV_OUTPUT, bytes);
  }

  #step(at: number): void {
    const events = this.#events;
    const frame = this.#top();
    frame.update(events, at);
    const op = byteAt(events, at + EV_OP);
    const { disableStack, enableMemory } = this.#options;
    const step: Step = {
      pc: events.u32(at + EV_PC),
      op,
      gas: Number(events.u64(at + EV_GAS)),
      cost: undefined,
      depth: frame.depth,
      memoryBytes: frame.memory.length,
      refund: Number(events.data.getBigInt64(at + EV_REFUND, true)),
      error: undefined,
      stack: disableStack ? undefined : frame.stack.slice(),
      memory: enableMemory ? frame.memory.slice() : undefined,
      storage: undefined,
      returnData: frame.returnData,
    };
    if (op === SLOAD) this.#key = wordText(frame.stack.at(-1));
    if (op === SSTORE && frame.stack.length >= 2) step.storage = this.#see(step, wordText(frame.stack.at(-2)));
    frame.last = step;
    this.#pending = step;
  }

  costOf({ cost, op }: Step): number {
    return cost ?? this.#table[op]?.gas ?? 0;
  }
}

function structLog(step: Step, gasCost: number, options: Options): StructLog {
  const { stack, storage, memory, error, returnData } = step;
  return {
    pc: step.pc,
    op: nameOf(step.op),
    gas: step.gas,
    gasCost,
    depth: step.depth,
    ...(error !== undefined && { error }),
    ...(stack && { stack }),
    ...(memory && { memory: wordsOf(memory) }),
    ...(storage && { storage }),
    ...(options.enableReturnData && returnData !== '0x' && { returnData }),
    ...(step.refund !== 0 && { refund: step.refund }),
  };
}

const wordsOf = (memory: Uint8Array): string[] =>
  Array.from({ length: memory.length / 32 }, (_, i) => hexOf(memory.subarray(32 * i, 32 * (i + 1))).slice(2));

function traceStep(step: Step, gasCost: number, options: Options): TraceStep {
  const { pc, op, gas, memoryBytes, stack, depth, returnData, refund, error, memory } = step;
  return {
    pc,
    op,
    gas: hexQuantity(gas),
    gasCost: hexQuantity(gasCost),
    memSize: memoryBytes,
    ...(stack && { stack }),
    depth,
    ...(options.enableReturnData && { returnData }),
    refund,
    opName: nameOf(op),
    ...(error !== undefined && { error }),
    ...(memory && { memory: hexOf(memory) }),
  };
}

/** How the outermost frame ended: its last event. */
function endingOf(events: Views): Pick<OpcodeTrace, 'failed' | 'returnValue'> {
  let last = 0;
  for (const { at } of eachEvent(events)) last = at;
  const isLeft = byteAt(events, last) === EVENT_LEAVE;
  const failed = byteAt(events, last + EV_STATUS) > STATUS_RETURN;
  const returnValue = isLeft ? bytesAt(events, last + EV_OUTPUT, events.u32(last + EV_OUTPUT_BYTES)) : '0x';
  return { failed, returnValue };
}

/** A transaction's instructions; they are decoded when they are asked for. */
export function opcodeTrace(traced: TracedTransaction, options: Options): OpcodeTrace {
  function* each<T>(form: (step: Step, gasCost: number, options: Options) => T): Generator<T, void> {
    const reader = new Reader(traced, options);
    let left = options.limit;
    for (const step of reader.steps()) {
      if (left-- === 0) return;
      yield form(step, reader.costOf(step), options);
    }
  }
  let logs: StructLog[] | undefined;
  return {
    gas: Number(traced.gasUsed),
    ...endingOf(traced.events),
    get structLogs(): StructLog[] {
      logs ??= [...each(structLog)];
      return logs;
    },
    steps: () => each(traceStep),
  };
}
