// The kernels as the pipeline calls them, with execution, look-ups of the state, detection of conflicts, confirming,
// publishing and finishing in TypeScript. What is left to the WASM kernels: memory management, the tries of a witness (what
// they say, state roots), footprints of a recorded run, and everything that a trace is taken of.
import { STATUS_STOP } from '../../assembly/layout.ts';
import type { Core, HostPrecompile } from '../core.ts';
import { Views } from '../memory/views.ts';
import { endAttempt } from './attempt.ts';
import { isStale, partHolds } from './compare.ts';
import { confirmRun, confirmSystemCall, confirmTransaction, keepCall } from './confirm.ts';
import { AttemptEnd, Context } from './context.ts';
import { applyCredits, applyDrains, encodeDiff, finishReceipts } from './finish.ts';
import { askExecutor } from './hand-over.ts';
import { Memory } from './memory.ts';
import { recoverSigners } from './signers.ts';
import { beginSystemCall, finishSystemCall } from './system.ts';
import { beginCall, beginTransaction, finishCall, finishTransaction } from './transaction.ts';

/** No system call. */
const TRANSACTION = -1;
/** A system call whose contract is not there. */
const NOTHING = -2;

/** STATUS_* of `task`, which may end the attempt. */
function statusOf(task: () => number): number {
  try {
    return task();
  } catch (error) {
    if (error instanceof AttemptEnd) return error.status;
    throw error;
  }
}

/** Kernels for the slot `slot`, over `wasm`, those of the same memory in WebAssembly. */
export function typescriptCore(source: WebAssembly.Memory, wasm: Core, precompile: HostPrecompile, slot: number): Core {
  const context = new Context(new Memory(source), wasm, precompile);
  const { memory } = context;
  const { words } = new Views(source);
  let kind = TRANSACTION;
  /** The attempt ended after the run. */
  let isVoid = false;
  const begin = (ctx: number, what: number, task: () => number): number => {
    context.at = ctx >>> 0;
    kind = what;
    isVoid = false;
    return statusOf(task);
  };
  const finish = (task: () => void): void => {
    const status = statusOf(() => {
      task();
      return STATUS_STOP;
    });
    if (status !== STATUS_STOP) isVoid = true;
  };
  const own: Partial<Core> = {
    bind(ctx) {
      context.at = ctx >>> 0;
      wasm.bind(ctx);
    },
    recoverSigners(_ctx, tx) {
      statusOf(() => {
        recoverSigners(context, tx);
        return STATUS_STOP;
      });
    },
    beginTransaction: (ctx) => begin(ctx, TRANSACTION, () => beginTransaction(context)),
    beginCall: (ctx) => begin(ctx, TRANSACTION, () => beginCall(context)),
    beginSystemCall: (ctx, which) =>
      begin(ctx, which, () => {
        const { status, isThere } = beginSystemCall(context, which);
        if (!isThere) kind = NOTHING;
        return status;
      }),
    run: () => (kind === NOTHING ? STATUS_STOP : askExecutor(words, slot, context.at, kind)),
    finishTransaction: () => finish(() => finishTransaction(context)),
    finishCall: () => finish(() => finishCall(context)),
    finishSystemCall: (_ctx, which) => finishSystemCall(context, which),
    endAttempt(ctx) {
      if (isVoid || wasm.attemptLack(ctx) !== 0) return 0;
      finish(() => endAttempt(context));
      return Number(!isVoid);
    },
    confirmTransaction: (state, block, step, tx, out, inTurn, slotsKnown) =>
      confirmTransaction(context, state, block, { step, tx, out }, inTurn !== 0, slotsKnown !== 0),
    confirmRun: (state, block, first) => confirmRun(context, state, block, first),
    confirmSystemCall: (state, block, out, request) => confirmSystemCall(context, state, block, out, request),
    isStale: (state, block, out, step) => Number(isStale(memory, state, block, out, step)),
    checkPart: (state, out, part) => Number(partHolds(memory, state, out, part)),
    applyDrains: (state, block) => applyDrains(context, state, block),
    applyCredits: (state, block) => applyCredits(context, state, block),
    hashReceipts: () => {}, // all are hashed at the end
    finishReceipts(_state, block) {
      finishReceipts(memory, block);
      return 1;
    },
    encodeDiff: (state, block) => Number(encodeDiff(context, state, block)),
    keepCall: (state, block, out) => Number(keepCall(context, state, block, out)),
  };
  return { ...wasm, ...own };
}
