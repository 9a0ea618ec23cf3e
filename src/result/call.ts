// The result of a call or single transaction, copied out of shared memory.
import {
  OUT_EXECUTION_GAS,
  OUT_GAS_USED,
  OUT_INVALID,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_STATUS,
  STATUS_BAD_CODE,
  STATUS_BAD_JUMP,
  STATUS_COLLISION,
  STATUS_INVALID,
  STATUS_INVALID_OPCODE,
  STATUS_OUT_OF_GAS,
  STATUS_PRECOMPILE,
  STATUS_RETURN,
  STATUS_RETURN_DATA,
  STATUS_REVERT,
  STATUS_STACK,
  STATUS_STATIC,
} from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf, integerOfBytes } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import type { Trace } from '../trace/trace.ts';
import { type InvalidCode, invalidOf } from './invalid.ts';
import { type Log, readLogs } from './receipts.ts';

/** How execution failed. All but `REVERT` use up the gas. */
export type HaltReason =
  | 'REVERT'
  | 'OUT_OF_GAS'
  | 'INVALID_OPCODE'
  | 'STACK'
  | 'BAD_JUMP'
  | 'STATIC_VIOLATION'
  | 'RETURN_DATA_OUT_OF_BOUNDS'
  | 'CREATE_COLLISION'
  | 'CODE_REJECTED'
  | 'PRECOMPILE_FAILED';

/** Why a call was not executed at all: no gas is used then. */
export type CallRefusal = Extract<
  InvalidCode,
  'INSUFFICIENT_FUNDS' | 'INTRINSIC_GAS' | 'FLOOR_GAS' | 'INITCODE_SIZE' | 'FEE_BELOW_BASE_FEE'
>;

/** How the outermost frame ended. */
export interface Ending {
  /** False if execution failed, for whatever reason. */
  success: boolean;
  /** Return data, the reason bytes of a revert, or the code that a creation left. */
  output: Uint8Array;
  /** Set unless it succeeded. */
  halt?: HaltReason;
  /** `Error(string)`'s text, or `Panic(0x..)`; absent for other reverts. */
  revertReason?: string;
}

/** Outcome of a call. */
export interface CallResult extends Omit<Ending, 'halt'> {
  /** Set unless it succeeded; a `CallRefusal` if nothing was executed. */
  halt?: HaltReason | CallRefusal;
  /**
   * Gas that a transaction of this content would pay for: with intrinsic gas, after refunds (EIP-3529), at least the floor
   * of its data (EIP-7623). What eth_call meters; `runCall` of `@ethereumjs/evm` has only the next one.
   */
  gasUsed: bigint;
  /** Gas of the execution alone: without intrinsic gas, before refunds. `executionGasUsed` of `@ethereumjs/evm`. */
  executionGasUsed: bigint;
  /** Empty unless it succeeded. */
  logs: Log[];
  /** Of a traced call that was executed. */
  trace?: Trace;
}

const HALTS: Readonly<Record<number, HaltReason>> = {
  [STATUS_REVERT]: 'REVERT',
  [STATUS_OUT_OF_GAS]: 'OUT_OF_GAS',
  [STATUS_INVALID_OPCODE]: 'INVALID_OPCODE',
  [STATUS_STACK]: 'STACK',
  [STATUS_BAD_JUMP]: 'BAD_JUMP',
  [STATUS_STATIC]: 'STATIC_VIOLATION',
  [STATUS_RETURN_DATA]: 'RETURN_DATA_OUT_OF_BOUNDS',
  [STATUS_COLLISION]: 'CREATE_COLLISION',
  [STATUS_BAD_CODE]: 'CODE_REJECTED',
  [STATUS_PRECOMPILE]: 'PRECOMPILE_FAILED',
};

const ERROR_SELECTOR = '0x08c379a0';
const PANIC_SELECTOR = '0x4e487b71';

/** The text of an ABI-encoded string behind a selector; undefined where the bytes are no such thing. */
function abiText(data: Uint8Array): string | undefined {
  if (data.length < 64) return undefined;
  const offset = integerOfBytes(data.subarray(0, 32));
  if (offset > BigInt(data.length - 32)) return undefined;
  const start = Number(offset) + 32;
  const length = integerOfBytes(data.subarray(start - 32, start));
  if (length > BigInt(data.length - start)) return undefined;
  return new TextDecoder().decode(data.subarray(start, start + Number(length)));
}

/** The reason in a revert's output, if it is one that Solidity gives. */
export function revertReason(output: Uint8Array): string | undefined {
  const selector = hexOf(output.subarray(0, 4));
  if (selector === ERROR_SELECTOR) return abiText(output.subarray(4));
  if (selector !== PANIC_SELECTOR || output.length !== 36) return undefined;
  return `Panic(0x${integerOfBytes(output.subarray(4)).toString(16).padStart(2, '0')})`;
}

/** How the transaction or call of an outcome ended. Copies its output. */
export function readEnding(views: Views, out: number): Ending {
  const status = views.u32(out + OUT_STATUS);
  const output = views.copy(views.u32(out + OUT_OUTPUT), views.u32(out + OUT_OUTPUT_BYTES));
  if (status <= STATUS_RETURN) return { success: true, output };
  const halt = HALTS[status];
  if (halt === undefined) throw new ParallelEvmError('INTERNAL', `an outermost frame ended with status ${status}`);
  const reason = halt === 'REVERT' ? revertReason(output) : undefined;
  return { success: false, output, halt, ...(reason !== undefined && { revertReason: reason }) };
}

function refused(views: Views, out: number): CallResult {
  const halt = invalidOf(-1, views.u32(out + OUT_INVALID)).code as CallRefusal;
  return { success: false, output: new Uint8Array(0), halt, gasUsed: 0n, executionGasUsed: 0n, logs: [] };
}

/** The result of a call that was executed or refused. */
export function readCall(views: Views, out: number): CallResult {
  if (views.u32(out + OUT_STATUS) === STATUS_INVALID) return refused(views, out);
  return {
    ...readEnding(views, out),
    gasUsed: views.u64(out + OUT_GAS_USED),
    executionGasUsed: views.u64(out + OUT_EXECUTION_GAS),
    logs: readLogs(views, out),
  };
}
