// The engine as its users see it: options, life, and the way of a block through it.
import { Common, Mainnet } from '@ethereumjs/common';
import { coreCount, sharingObstacles } from '#host';
import { MAX_SLOTS } from '../assembly/layout.ts';
import { assertEthereumRules } from './block/chains.ts';
import { type BlockInput, stageBlock } from './block/decode.ts';
import { rlpOfBlock } from './block/encode.ts';
import { sourceRecord } from './block/fields.ts';
import { LaidOut, type PreparedBlock, type StagedBlock } from './block/prepared.ts';
import { type RecoverAddress, recoverAddressBy } from './block/recover.ts';
import { isBlockObject } from './block/rlp.ts';
import { Senders } from './block/senders.ts';
import type { Hex } from './block/types.ts';
import { Caller, type CallOptions, type RunTxInput, type SimulateInput } from './calls.ts';
import type { GasHistory } from './dispatch/history.ts';
import { badArgument, ParallelEvmError } from './errors.ts';
import { InlineSlot } from './inline.ts';
import { checkCommon, checkFlag, checkHashes, checkObject, checkSignal, checkState } from './input.ts';
import type { Span } from './memory/heap.ts';
import { createSpace, LEAST_BYTES, type SharedSpace } from './memory/shared.ts';
import { sweepHeap } from './memory/sweep.ts';
import type { EngineMetrics } from './metrics/metrics.ts';
import { ARENA_BYTES } from './pipeline/attempts.ts';
import { type Execution, type Policy, type PolicyOptions, policyOf } from './policy.ts';
import { type Crew, type PoolSetup, SlotPool, type SlotSource, WORKERS } from './pool.ts';
import type { Recover } from './precompiles/ecdsa.ts';
import { loadPrecompiles, loadRecover } from './precompiles/host.ts';
import { compileMcl } from './precompiles/mcl-module.ts';
import type { CallResult } from './result/call.ts';
import type { BlockResult } from './result/result.ts';
import type { TxResult } from './result/transaction.ts';
import { openBlock } from './rules/body.ts';
import { BlockRunner } from './run.ts';
import { OwnedState } from './state/owned.ts';
import type { State } from './state/state.ts';
import type { Codes, PreState } from './state/types.ts';
import { parseTrace, parseTraceTransactions, type TraceOptions } from './trace/options.ts';
import { typescriptSource } from './typescript/source.ts';
import { warmUp } from './warm-up/warm-up.ts';
import type { HeaderInput, Witness } from './witness/types.ts';
import { requestOf, type VerifyResult, verifyLaidOut } from './witness/verify.ts';
import { Workspace } from './workspace.ts';

const MAX_BYTES = 2 ** 32;

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

function integerOption(value: unknown, field: string, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw badArgument(field, `${least}..${most}`, value);
}

const slotsOption = (slots: unknown): number => integerOption(slots, 'slots', 1, MAX_SLOTS);

function checkExecution(execution: unknown): Execution {
  if (execution === undefined || execution === 'wasm') return 'wasm';
  if (execution !== 'typescript') throw badArgument('execution', "'wasm' or 'typescript'", execution);
  const obstacles = sharingObstacles();
  if (obstacles.length === 0) return execution;
  const message = `execution: 'typescript' needs memory that threads share: ${obstacles.join('; ')}`;
  throw new ParallelEvmError('UNSUPPORTED_EXECUTION', message, { field: 'execution', value: execution });
}

/** Whether senders are verified. */
function checkSenders(senders: unknown): boolean {
  if (senders === undefined || senders === 'trust') return false;
  if (senders !== 'verify') throw badArgument('senders', "'trust' or 'verify'", senders);
  return true;
}

/** What an engine works with. */
export interface Machine {
  workspace: Workspace;
  crew: Crew;
  runner: BlockRunner;
  recover: RecoverAddress;
  senders: Senders;
  capabilities: Capabilities;
}

/** Arenas grow and are given back by who executes in them, so the space does not count them as its own. */
function newArena(space: SharedSpace): Span {
  const at = space.alloc(ARENA_BYTES, "a slot's arena");
  space.owned.delete(at);
  return { at, bytes: ARENA_BYTES };
}

/** The memory, and what runs jobs over it. */
interface Parts {
  space: SharedSpace;
  crew: Crew;
  recover: Recover;
}

async function startShared(slots: number, maxBytes: number, source: SlotSource): Promise<Parts> {
  let parts: Omit<Parts, 'crew'> | undefined;
  const prepare = async (): Promise<PoolSetup> => {
    const mcl = await compileMcl();
    const [space, recover] = await Promise.all([createSpace(maxBytes, true), loadRecover(mcl)]);
    parts = { space, recover };
    const module = source.kernels ?? space.module;
    return { memory: space.memory, module, mcl, newArena: () => newArena(space) };
  };
  const crew = await SlotPool.start(slots, prepare, source);
  const { space, recover } = parts as Omit<Parts, 'crew'>;
  space.holders.add(crew);
  return { space, recover, crew };
}

async function startInline(maxBytes: number): Promise<Parts> {
  const mcl = await compileMcl();
  const libs = await loadPrecompiles(mcl);
  const [space, recover] = await Promise.all([createSpace(maxBytes, false, libs), loadRecover(mcl)]);
  const crew = new InlineSlot(space.core, space.views, newArena(space).at, space.context, space.instantiate);
  space.holders.add(crew);
  return { space, crew, recover };
}

/** Starts the slots over a memory of their own. Internal: users have `createEngine`. */
export async function startMachine(
  wanted: number,
  maxBytes: number,
  isWarm = false,
  source: SlotSource = WORKERS,
  execution: Execution = 'wasm',
): Promise<Machine> {
  const reasons = sharingObstacles();
  const shared = reasons.length === 0;
  const slots = shared ? wanted : 1;
  const executing = execution === 'typescript' ? typescriptSource(source) : source;
  const { space, crew, recover } = await (shared ? startShared(slots, maxBytes, executing) : startInline(maxBytes));
  const workspace = new Workspace(space);
  const senders = new Senders(space, recover);
  if (isWarm) await warmUpOrClose(workspace, crew);
  const capabilities = {
    sharedMemory: shared,
    get slots() {
      return crew.slots;
    },
    execution,
    reasons,
  };
  const runner = new BlockRunner(workspace, crew, execution);
  return { workspace, crew, runner, recover: recoverAddressBy(recover), senders, capabilities };
}

async function warmUpOrClose(workspace: Workspace, crew: Crew): Promise<void> {
  try {
    await warmUp(workspace, crew);
  } catch (error) {
    await crew.close(); // nobody else could: there will be no engine
    throw error;
  }
}

/** How a block is decoded. */
export interface Reading {
  /** Rules other than the engine's own. */
  common?: Common | undefined;
  hardfork?: string | undefined;
  /** What is executed once and at once need not wait for its senders, which the slots recover. */
  defersSenders?: boolean;
}

/**
 * Runs a block of which senders may have been left to the slots. Where it does not end well, what decoding would have
 * refused goes before what the run has met.
 */
type RunOnce = <T extends { invalid?: unknown }>(
  block: BlockInput,
  reading: Reading,
  laidOut: LaidOut,
  run: () => Promise<T>,
) => Promise<T>;

/** What of an engine its chains are built on. Internal. */
export interface EngineParts {
  workspace: Workspace;
  runner: BlockRunner;
  common: Common;
  /** Decodes a block that is run once, with `runOnce`; also while another one runs. */
  stage(block: BlockInput, reading: Reading): Promise<StagedBlock>;
  layOut(staged: StagedBlock, common: Common): Promise<LaidOut>;
  runOnce: RunOnce;
  /** A state with its trie. */
  createState(preState: PreState, codes: Codes): Promise<OwnedState>;
}

/** @throws BAD_ARGUMENT for what is no engine of this library */
export function partsOf(engine: unknown): EngineParts {
  if (engine instanceof ParallelEngine) return ParallelEngine.parts(engine);
  throw badArgument('engine', 'an engine that createEngine gave', engine);
}

class ParallelEngine implements Engine {
  readonly capabilities: Capabilities;
  readonly #workspace: Workspace;
  readonly #crew: Crew;
  readonly #runner: BlockRunner;
  readonly #common: Common;
  readonly #recover: RecoverAddress;
  readonly #senders: Senders;
  readonly #verifies: boolean;
  readonly #caller: Caller;
  #states = 0;

  constructor(
    { workspace, crew, runner, recover, senders, capabilities }: Machine,
    common: Common,
    verifiesSenders: boolean,
  ) {
    this.#workspace = workspace;
    this.#crew = crew;
    this.#runner = runner;
    this.#common = common;
    this.#recover = recover;
    this.#senders = senders;
    this.#verifies = verifiesSenders;
    this.#caller = new Caller(this.#workspace, this.#runner, common, recover, verifiesSenders);
    this.capabilities = capabilities;
  }

  async createState(preState: PreState, options: StateOptions = {}): Promise<State> {
    checkObject(options, 'options');
    sourceRecord(preState, 'preState', 'an object of accounts by address');
    const { codes = {} } = options;
    sourceRecord(codes, 'codes', 'an object of codes by hash');
    const trie = checkFlag(options.trie, 'trie', false);
    return this.#loadState(preState, codes, trie);
  }

  #loadState(preState: PreState, codes: Codes, trie: boolean): Promise<OwnedState> {
    return this.#workspace.inTurn(() => {
      this.#states += 1;
      return OwnedState.load(this.#workspace, this.#states, preState, codes, trie);
    });
  }

  static parts(engine: ParallelEngine): EngineParts {
    return {
      workspace: engine.#workspace,
      runner: engine.#runner,
      common: engine.#common,
      stage: (block, reading) => engine.#stage(block, { ...reading, defersSenders: engine.#canDefer }),
      layOut: (staged, common) => engine.#layOutStaged(staged, common),
      runOnce: engine.#runOnce,
      createState: (preState, codes) => engine.#loadState(preState, codes, true),
    };
  }

  async prepare(block: BlockInput): Promise<PreparedBlock> {
    this.#workspace.assertOpen();
    return this.#layOut(block);
  }

  async #layOut(block: BlockInput, reading: Reading = {}): Promise<LaidOut> {
    const staged = await this.#stage(block, reading);
    return this.#layOutStaged(staged, isBlockObject(block) ? block.common : (reading.common ?? this.#common));
  }

  #layOutStaged(staged: StagedBlock, common: Common): Promise<LaidOut> {
    return this.#workspace.inTurn(() => new LaidOut(this.#workspace, staged, common));
  }

  #stage(block: BlockInput, { common = this.#common, hardfork, defersSenders }: Reading): Promise<StagedBlock> {
    const signers = { recover: this.#recover, senders: this.#senders, verifiesSenders: this.#verifies };
    return stageBlock(block, { common, hardfork, ...signers, defersSenders });
  }

  /** Lists by sender need the senders. */
  get #canDefer(): boolean {
    return !this.policy.dispatch.static;
  }

  #runOnce: RunOnce = async (block, { common, hardfork }, laidOut, run) => {
    if (!laidOut.defersSenders) return run();
    let endsWell = false;
    try {
      const result = await run();
      endsWell = result.invalid === undefined;
      return result;
    } finally {
      if (!endsWell) await this.#stage(block, { common, hardfork });
    }
  };

  async runBlock(input: RunBlockInput): Promise<BlockResult> {
    this.#workspace.assertOpen();
    checkObject(input, 'input');
    const state = checkState(input.state, this.#workspace);
    const blockHashes = checkHashes(input.blockHashes);
    const commit = checkFlag(input.commit, 'commit', true);
    const record = checkFlag(input.record, 'record', false);
    const timeline = checkFlag(input.timeline, 'timeline', false);
    const stateRoot = checkFlag(input.stateRoot, 'stateRoot', undefined);
    const signal = checkSignal(input.signal);
    const request = parseTrace(input.trace);
    const started = performance.now();
    const own =
      input.block instanceof LaidOut
        ? undefined
        : await this.#layOut(input.block as BlockInput, { defersSenders: this.#canDefer && !record });
    const laidOut = own ?? (input.block as LaidOut);
    if (!laidOut.belongsTo(this.#workspace)) throw badArgument('block', 'prepared by this engine', 'another one');
    const prepareMs = own ? performance.now() - started : 0;
    try {
      const transactions = parseTraceTransactions(input.traceTransactions, laidOut.transactionCount);
      const trace = request && { request, transactions };
      const modes = { commit, record, timeline, stateRoot, trace };
      const { depositContract } = laidOut;
      const options = { blockHashes, signal, ...modes, prepareMs, depositContract };
      const run = (): Promise<BlockResult> => this.#workspace.inTurn(() => this.#runner.run(laidOut, state, options));
      return await this.#runOnce(input.block as BlockInput, {}, laidOut, run);
    } finally {
      await own?.dispose();
    }
  }

  async verifyBlock(input: VerifyBlockInput): Promise<VerifyResult> {
    this.#workspace.assertOpen();
    checkObject(input, 'input');
    const signal = checkSignal(input.signal);
    const request = requestOf(input.witness, input.parentHeader, checkHashes(input.blockHashes), signal);
    const started = performance.now();
    const laidOut = await this.#layOut(input.block, { defersSenders: this.#canDefer });
    this.#states += 1;
    try {
      const common = isBlockObject(input.block) ? input.block.common : this.#common;
      const block = { laidOut, encoded: openBlock(rlpOfBlock(input.block)), common };
      const decodeMs = performance.now() - started;
      const verify = (): Promise<VerifyResult> =>
        verifyLaidOut(this.#workspace, this.#runner, this.#states, block, request, decodeMs);
      return await this.#runOnce(input.block, {}, laidOut, verify);
    } finally {
      await laidOut.dispose();
    }
  }

  async runTx(input: RunTxInput): Promise<TxResult> {
    this.#workspace.assertOpen();
    checkObject(input, 'input');
    return this.#caller.runTx(input);
  }

  async call(input: CallOptions): Promise<CallResult> {
    this.#workspace.assertOpen();
    checkObject(input, 'input');
    return this.#caller.call(input);
  }

  async simulate(input: SimulateInput): Promise<CallResult[]> {
    this.#workspace.assertOpen();
    checkObject(input, 'input');
    return this.#caller.simulate(input);
  }

  get policy(): Policy {
    return this.#runner.policy;
  }

  async configure(given: ConfigureOptions): Promise<void> {
    checkObject(given, 'options');
    const { slots, ...options } = given;
    this.#workspace.assertOpen();
    policyOf(options, this.policy); // a fault shows at once
    const wanted = slots === undefined ? undefined : slotsOption(slots);
    await this.#workspace.inTurn(async () => {
      const policy = policyOf(options, this.policy);
      if (wanted !== undefined) await this.#resize(wanted);
      this.#runner.policy = policy;
    });
  }

  /** What slots that end have held is given back. */
  async #resize(slots: number): Promise<void> {
    try {
      await this.#crew.resize(slots);
    } finally {
      sweepHeap(this.#workspace.space);
    }
  }

  metrics(): EngineMetrics {
    return this.#runner.metrics.read();
  }

  exportHistory(): GasHistory {
    return this.#runner.history.toJSON();
  }

  importHistory(history: GasHistory): void {
    this.#runner.history.load(history);
  }

  close(): Promise<void> {
    return this.#workspace.close(() => this.#crew.close());
  }
}

/**
 * Starts an engine with its slots.
 *
 * @throws {ParallelEvmError} `BAD_ARGUMENT` for an option out of range, `UNSUPPORTED_EXECUTION`, `UNSUPPORTED_CHAIN` for a
 * `common` of a chain with rules of its own (rollups, BNB Smart Chain, Polygon PoS, ...), `SLOT_DIED` if a worker
 * does not start, `STATE_TOO_LARGE` if the platform refuses the memory
 * @example
 * ```ts
 * const engine = await createEngine({ slots: 2 });
 * const state = await engine.createState(file.preState, { codes: file.codes });
 * const result = await engine.runBlock({ block: file.block, state, blockHashes: file.blockHashes });
 * await engine.close();
 * ```
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { engine } = await createEngineOn(WORKERS, options);
  return engine;
}

/** The engine and what it works with, on workers of the caller's choice. Internal: tests end slots that way (src/testing). */
export async function createEngineOn(
  source: SlotSource,
  options: EngineOptions,
): Promise<{ engine: Engine; machine: Machine }> {
  checkObject(options, 'options');
  const execution = checkExecution(options.execution);
  if (options.memory !== undefined) checkObject(options.memory, 'memory');
  const common = checkCommon(options.common)?.copy() ?? new Common({ chain: Mainnet });
  assertEthereumRules(common.chainId());
  const wanted = slotsOption(options.slots ?? Math.min(coreCount(), MAX_SLOTS));
  const maxBytes = integerOption(options.memory?.maxBytes ?? MAX_BYTES, 'memory.maxBytes', LEAST_BYTES, MAX_BYTES);
  const policy = policyOf(options);
  const verifies = checkSenders(options.senders);
  const isWarm = checkFlag(options.warmUp, 'warmUp', true);
  // The warm-up's programs are for compiled kernels: they would take the other path a second.
  const machine = await startMachine(wanted, maxBytes, isWarm && execution === 'wasm', source, execution);
  machine.runner.policy = policy;
  return { engine: new ParallelEngine(machine, common, verifies), machine };
}
