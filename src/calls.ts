// Calls and single transactions: decoded into a block of their own, which goes the way of every block but has nothing
// around its transactions.
import type { Common } from '@ethereumjs/common';
import type { TypedTransaction } from '@ethereumjs/tx';
import { type CallInput, parseCall } from './block/call.ts';
import { type BlockContext, blockAround, readContext, type Surroundings } from './block/context.ts';
import { LaidOut } from './block/prepared.ts';
import type { RecoverAddress } from './block/recover.ts';
import { isTransactionObject, rpcOfEnvelope, rpcOfTransaction } from './block/rlp.ts';
import type { RpcTransaction } from './block/rpc.ts';
import { parseTransaction } from './block/transaction.ts';
import type { Hex, PlainTransaction } from './block/types.ts';
import { badArgument } from './errors.ts';
import { checkFlag, checkHashes, checkSignal, checkState } from './input.ts';
import type { CallResult } from './result/call.ts';
import { readTransaction, type TxResult } from './result/transaction.ts';
import type { BlockRunner } from './run.ts';
import { parseOverrides, type StateOverrides } from './state/overrides.ts';
import type { OwnedState } from './state/owned.ts';
import type { State } from './state/state.ts';
import { parsePlan, type TraceOptions } from './trace/options.ts';
import type { Workspace } from './workspace.ts';

/** What every kind of single execution is given. */
export interface ExecutionInput {
  /** A state that this engine created. */
  state: State;
  /** The block around it; see the defaults there. */
  block?: BlockContext | undefined;
  /** Decimal block number → hash of that block, for BLOCKHASH. */
  blockHashes?: Readonly<Record<string, Hex>> | undefined;
  /** Ends it: the call rejects with `ABORTED`. */
  signal?: AbortSignal | undefined;
  /** Tell what happens inside; nothing unless given. */
  trace?: TraceOptions | undefined;
}

/** What `call` is given: a call, and what is around it. */
export interface CallOptions extends ExecutionInput, CallInput {
  /** What is assumed against the state, for this call only. */
  overrides?: StateOverrides | undefined;
}

/** What `simulate` is given: many calls, and what is around them. */
export interface SimulateInput extends ExecutionInput {
  /** Each is executed on the same state, with the same overrides and the same block. */
  calls: readonly CallInput[];
  /** What is assumed against the state, for all of these calls. */
  overrides?: StateOverrides | undefined;
}

/** What `runTx` is given: a transaction, and what is around it. */
export interface RunTxInput extends ExecutionInput {
  /** Signed, or with a known sender (`from`, or an `@ethereumjs/tx` object that knows its own); bytes as in EIP-2718. */
  tx: TypedTransaction | RpcTransaction | Uint8Array;
  /** Leave the transaction's changes in the state; true unless given. */
  commit?: boolean | undefined;
  /** Work the state root out; true unless given where the state has a trie, as in `runBlock`. */
  stateRoot?: boolean | undefined;
}

/** The transaction as JSON-RPC, its values unchecked. */
function fieldsOf(tx: unknown): unknown {
  if (tx instanceof Uint8Array) return rpcOfEnvelope(tx, 'tx');
  return isTransactionObject(tx) ? rpcOfTransaction(tx, 'tx') : tx;
}

/** Executes calls and transactions for an engine. */
export class Caller {
  readonly #workspace: Workspace;
  readonly #runner: BlockRunner;
  readonly #common: Common;
  readonly #recover: RecoverAddress;
  /** Given senders are compared with who has signed. */
  readonly #verifies: boolean;

  constructor(workspace: Workspace, runner: BlockRunner, common: Common, recover: RecoverAddress, verifies = false) {
    this.#workspace = workspace;
    this.#runner = runner;
    this.#common = common;
    this.#recover = recover;
    this.#verifies = verifies;
  }

  async call(input: CallOptions): Promise<CallResult> {
    const [result] = await this.#execute(input, ({ fork }) => [parseCall(input, '', fork)]);
    return result as CallResult; // one call, one result
  }

  simulate(input: SimulateInput): Promise<CallResult[]> {
    return this.#execute(input, ({ fork }) => {
      if (!Array.isArray(input.calls)) throw badArgument('calls', 'an array of calls', input.calls);
      return Array.from(input.calls, (call, i) => parseCall(call, `calls[${i}]`, fork));
    });
  }

  async #execute(
    { state, block, blockHashes, overrides, signal, trace }: SimulateInput | CallOptions,
    parse: (around: Surroundings) => PlainTransaction[],
  ): Promise<CallResult[]> {
    const owned = checkState(state, this.#workspace);
    const options = { blockHashes: checkHashes(blockHashes), signal: checkSignal(signal), trace: parsePlan(trace) };
    const around = readContext(block, this.#common);
    const assumed = parseOverrides(overrides);
    const calls = parse(around);
    return this.#laidOut(around, calls, (laidOut) => this.#runner.runCalls(laidOut, owned, assumed, options));
  }

  async runTx(input: RunTxInput): Promise<TxResult> {
    const { state, block, blockHashes, commit, signal, trace } = input;
    const owned = checkState(state, this.#workspace);
    const options = { blockHashes: checkHashes(blockHashes), commit: checkFlag(commit, 'commit', true) };
    const stateRoot = checkFlag(input.stateRoot, 'stateRoot', undefined);
    const plan = parsePlan(trace);
    const around = readContext(block, this.#common);
    const tx = this.#parseTx(input.tx, around);
    const own = {
      isSingle: true,
      signal: checkSignal(signal),
      prepareMs: 0,
      depositContract: '',
      record: false,
      stateRoot,
      trace: plan,
    };
    return this.#laidOut(around, [tx], (laidOut) => this.#runOne(laidOut, owned, tx, { ...options, ...own }));
  }

  #parseTx(tx: unknown, { fork, chainId }: Surroundings): PlainTransaction {
    const context = { fork, chainId, recover: this.#recover, verifies: this.#verifies };
    return parseTransaction(fieldsOf(tx), 'tx', context);
  }

  async #runOne(
    laidOut: LaidOut,
    state: OwnedState,
    tx: PlainTransaction,
    options: Parameters<BlockRunner['run']>[2],
  ): Promise<TxResult> {
    const result = await this.#runner.run(laidOut, state, options);
    return readTransaction(this.#workspace.space.views, laidOut.address, tx, result);
  }

  /** Runs `task` in the queue on a block that is there for it alone. */
  #laidOut<T>(around: Surroundings, txs: PlainTransaction[], task: (laidOut: LaidOut) => Promise<T>): Promise<T> {
    const plain = blockAround(around, txs);
    return this.#workspace.inTurn(async () => {
      const spec = this.#workspace.bareSpec(plain.hardfork);
      const laidOut = new LaidOut(this.#workspace, plain, this.#common, spec);
      try {
        return await task(laidOut);
      } finally {
        laidOut.release();
      }
    });
  }
}
