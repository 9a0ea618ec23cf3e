// The engine as its users see it: options, life, and the way of a block through it.

import { Common, Mainnet } from '@ethereumjs/common';
import { coreCount, sharingObstacles } from '#host';
import { MAX_SLOTS } from '../assembly/layout.ts';
import type {
  Capabilities,
  ConfigureOptions,
  Engine,
  EngineOptions,
  RunBlockInput,
  StateOptions,
  VerifyBlockInput,
} from './api.ts';
import { assertEthereumRules } from './block/chains.ts';
import { type BlockInput, stageBlock } from './block/decode.ts';
import { rlpOfBlock } from './block/encode.ts';
import { sourceRecord } from './block/fields.ts';
import { LaidOut, type PreparedBlock, type StagedBlock } from './block/prepared.ts';
import type { RecoverAddress } from './block/recover.ts';
import { isBlockObject } from './block/rlp.ts';
import type { Senders } from './block/senders.ts';
import { Caller, type CallOptions, type RunTxInput, type SimulateInput } from './calls.ts';
import type { GasHistory } from './dispatch/history.ts';
import { badArgument, ParallelEvmError } from './errors.ts';
import { checkCommon, checkFlag, checkHashes, checkObject, checkSignal, checkState } from './input.ts';
import { type Machine, startMachine } from './machine.ts';
import { LEAST_BYTES } from './memory/shared.ts';
import { sweepHeap } from './memory/sweep.ts';
import type { EngineMetrics } from './metrics/metrics.ts';
import { type Execution, type Policy, policyOf } from './policy.ts';
import { type Crew, type SlotSource, WORKERS } from './pool.ts';
import type { CallResult } from './result/call.ts';
import type { BlockResult } from './result/result.ts';
import type { TxResult } from './result/transaction.ts';
import { openBlock } from './rules/body.ts';
import type { BlockRunner } from './run.ts';
import { OwnedState } from './state/owned.ts';
import type { State } from './state/state.ts';
import type { Codes, PreState } from './state/types.ts';
import { parseTrace, parseTraceTransactions } from './trace/options.ts';
import { requestOf, type VerifyResult, verifyLaidOut } from './witness/verify.ts';
import type { Workspace } from './workspace.ts';

const MAX_BYTES = 2 ** 32;

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
