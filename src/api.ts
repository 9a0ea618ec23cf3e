// An engine as its users see it: what it is made of, what its methods take and give.
import type { Common } from '@ethereumjs/common';
import type { BlockInput } from './block/decode.ts';
import type { PreparedBlock } from './block/prepared.ts';
import type { Hex } from './block/types.ts';
import type { CallOptions, RunTxInput, SimulateInput } from './calls.ts';
import type { GasHistory } from './dispatch/history.ts';
import type { EngineMetrics } from './metrics/metrics.ts';
import type { Execution, Policy, PolicyOptions } from './policy.ts';
import type { CallResult } from './result/call.ts';
import type { BlockResult } from './result/result.ts';
import type { TxResult } from './result/transaction.ts';
import type { State } from './state/state.ts';
import type { Codes, PreState } from './state/types.ts';
import type { TraceOptions } from './trace/options.ts';
import type { HeaderInput, Witness } from './witness/types.ts';
import type { VerifyResult } from './witness/verify.ts';

/** What can be changed between blocks. */
export interface ConfigureOptions extends PolicyOptions {
  /** Worker slots, 1 to 64. One slot is the plain sequential executor. Where memory cannot be shared there is but one. */
  slots?: number;
}

/** How an engine is made, and how it runs blocks. */
export interface EngineOptions extends ConfigureOptions {
  /** Worker slots, 1 to 64; the number of cores unless given. */
  slots?: number;
  /**
   * How transactions are executed: 'wasm' unless given. 'typescript' has `@ethereumjs/evm` execute them, with look-ups and
   * conflict detection in TypeScript: the same results, slower by far. Needs memory that threads share.
   */
  execution?: Execution;
  /** Chain and fork schedule for blocks that do not bring their own; Ethereum mainnet unless given. Not changed. */
  common?: Common;
  /**
   * What is done with senders that transactions bring (`from` in JSON-RPC, the key that an object keeps). 'trust' believes them and
   * is what is done unless given; 'verify' compares each with who has signed, and signatures have to be there. Senders that
   * are not given are recovered in any case.
   */
  senders?: 'trust' | 'verify';
  /**
   * Run short synthetic blocks on all slots before the engine is handed out, 100 ms at most, so that the
   * first block runs on optimised code; true unless given. Leaves nothing in the shared memory. Where transactions are
   * executed in TypeScript there is no warm-up.
   */
  warmUp?: boolean;
  /** Of the engine and all its states. */
  memory?: {
    /** Upper limit of the shared memory, bytes; 4 GiB unless given, less where the platform refuses that. */
    maxBytes?: number;
  };
}

/** What an engine got of what it asked for. */
export interface Capabilities {
  /** False: one slot executes on the caller's thread. */
  readonly sharedMemory: boolean;
  /** Slots that execute. */
  readonly slots: number;
  /** How transactions are executed. */
  readonly execution: Execution;
  /** Why something that was asked for is not there. */
  readonly reasons: string[];
}

/** What `runBlock` is given. */
export interface RunBlockInput {
  /** A block in any accepted form, or one that this engine prepared. */
  block: BlockInput | PreparedBlock;
  /** A state that this engine created. */
  state: State;
  /** Decimal block number → hash of that block, for BLOCKHASH. The parent's is known from the header. */
  blockHashes?: Readonly<Record<string, Hex>>;
  /** Leave the block's changes in the state; true unless given. */
  commit?: boolean;
  /** Execute in order on one slot and tell in `records` what each transaction read, wrote and took; false unless given. */
  record?: boolean;
  /** Tell in `timeline` what each slot did when; false unless given. */
  timeline?: boolean;
  /**
   * Work the state root out, `stateRoot` of the result; true unless given where the state has a trie. With false a committed
   * block changes the trie and leaves hashing to whoever asks for a root next.
   */
  stateRoot?: boolean;
  /** Execute in order on one slot and tell in `traces` what happens inside of each transaction; nothing unless given. */
  trace?: TraceOptions;
  /** Indices of the transactions to trace; all unless given. */
  traceTransactions?: readonly number[];
  /** Ends it: the call rejects with `ABORTED`. The state is then as before. */
  signal?: AbortSignal;
}

/** What `verifyBlock` is given. */
export interface VerifyBlockInput {
  /** A block in any accepted form, its header whole. */
  block: BlockInput;
  /** The parent's header; may be in the witness instead. Its hash must be the block's parent hash. */
  parentHeader?: HeaderInput;
  /** What the block reads, as trie nodes and codes. */
  witness: Witness;
  /** Decimal block number → hash of that block, for BLOCKHASH: taken on trust, beside what the headers say. */
  blockHashes?: Readonly<Record<string, Hex>>;
  /** Ends it: the call rejects with `ABORTED`. */
  signal?: AbortSignal;
}

/** What `createState` may be given beside the accounts. */
export interface StateOptions {
  /** Byte codes that accounts name by `codeHash`. */
  codes?: Codes;
  /** Keep the whole state trie in memory, so that blocks and `root()` give the state root; false unless given. */
  trie?: boolean;
}

/** Executes blocks. Concurrent calls queue. */
export interface Engine {
  /** What the engine got of what was asked for. */
  readonly capabilities: Capabilities;
  /**
   * Loads a state into shared memory.
   * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the field, `STATE_TOO_LARGE`
   */
  createState(preState: PreState, options?: StateOptions): Promise<State>;
  /**
   * Decodes a block, recovers unknown senders and lays it out, once for any number of runs.
   * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the field, `WRONG_SENDER`, `UNSUPPORTED_CHAIN`
   */
  prepare(block: BlockInput): Promise<PreparedBlock>;
  /**
   * Runs a block on a state, exactly as executing its transactions one after another would. An invalid block is a result
   * (`invalid`), never a throw. With an invalid block, an error or `commit: false` the state is as before.
   * @throws {ParallelEvmError} as `prepare`, and `MISSING_CODE`, `MISSING_BLOCK_HASH`, `ABORTED`, `SLOT_DIED`, `STATE_TOO_LARGE`,
   * `TRACE_TOO_LARGE`, `NO_TRIE`
   */
  runBlock(input: RunBlockInput): Promise<BlockResult>;
  /**
   * Verifies a block without the state: checks the witness against the parent's state root, runs the block on what it has,
   * and compares gas used, receipts root, logs bloom, requests hash and the state root after the block with the header. The
   * header is checked against the block's lists and, where it is given, against the parent's. A block that does not hold is a result (`ok: false`, `mismatches` or `invalid`); a witness that cannot tell is an error.
   * @throws {ParallelEvmError} as `prepare`, and `MISSING_NODE`, `MISSING_CODE`, `MISSING_BLOCK_HASH`, `BAD_WITNESS`,
   * `WITNESS_TOO_LARGE`, `STATE_TOO_LARGE`, `ABORTED`, `SLOT_DIED`
   * @example
   * ```ts
   * const { ok, stateRoot, mismatches } = await engine.verifyBlock({ block, parentHeader, witness });
   * ```
   */
  verifyBlock(input: VerifyBlockInput): Promise<VerifyResult>;
  /**
   * Runs one transaction on a state, by itself: no system calls, rewards or requests around it. An invalid transaction is
   * a result (`invalid`), never a throw; the state is then as before, as with an error or `commit: false`.
   * @throws {ParallelEvmError} as `runBlock`
   * @example
   * ```ts
   * const { success, gasUsed, logs } = await engine.runTx({ tx, state, block: { number, timestamp, baseFeePerGas } });
   * ```
   */
  runTx(input: RunTxInput): Promise<TxResult>;
  /**
   * Executes a call as `eth_call` does: without signature, nonce and fees, and without a change of the state. A call that
   * fails is a result (`success: false`, `halt`), never a throw.
   * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the field, `UNSUPPORTED_CHAIN`, `MISSING_CODE`, `MISSING_BLOCK_HASH`,
   * `STATE_TOO_LARGE`, `TRACE_TOO_LARGE`, `ABORTED`, `SLOT_DIED`, `CLOSED`; `txIndex` is 0
   * @example
   * ```ts
   * const { output, revertReason } = await engine.call({ state, to: token, data: balanceOf });
   * ```
   */
  call(input: CallOptions): Promise<CallResult>;
  /**
   * Executes many calls, each on the same state and none on another's changes, spread over the slots. Result i is that of
   * call i.
   * @throws {ParallelEvmError} as `call`, for the first call at fault; `txIndex` is its index
   */
  simulate(input: SimulateInput): Promise<CallResult[]>;
  /** How blocks are run from now on. */
  readonly policy: Policy;
  /**
   * Changes how the blocks after those that are queued are run; what is not named stays as it is.
   * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the option
   */
  configure(options: ConfigureOptions): Promise<void>;
  /** Sums over everything that the engine has run since it was made ([guide](docs/metrics.md)). */
  metrics(): EngineMetrics;
  /** What the engine has learned of contracts' gas: plain JSON, for an engine to come. */
  exportHistory(): GasHistory;
  /** @throws {ParallelEvmError} `BAD_ARGUMENT` */
  importHistory(history: GasHistory): void;
  /** Ends the slots after what is queued. Idempotent; leaves nothing that keeps the process alive. */
  close(): Promise<void>;
}
