// One run of a laid-out block on a state: set the block's running totals, post the job, await its end, read the outcome,
// settle the state. Whatever goes wrong, the state is as before.
import {
  BLOCK_BLOB_GAS_USED,
  BLOCK_CUMULATIVE_GAS,
  BLOCK_LARGE,
  BLOCK_LOG_COUNT,
  BLOCK_OUTCOMES,
  BLOCK_REQUESTS,
  BLOCK_ROOT,
  BLOCK_STATE_ROOT_US,
  BLOCK_TXS,
  BLOCK_WORK,
  BUMP_BYTES,
  BUMP_FIRST,
  CTL_BLOCK,
  CTL_CAP,
  CTL_LARGE,
  CTL_PART_COUNT,
  CTL_PARTS,
  CTL_POLICY,
  CTL_SLOTS,
  CTL_STATE,
  CTL_STATS,
  CTL_TREE,
  CTL_TREE_PART,
  JOB_CALLS,
  JOB_LOAD,
  LINE_RECEIPTS_MS,
  LINE_SENDERS_MS,
  OUT_BYTES,
  OUT_CONTROL,
  OUT_DETAIL,
  OUT_GAS_USED,
  OUT_STATUS,
  POLICY_AHEAD,
  ROOT_LATER,
  ROOT_NEVER,
  ROOT_NOW,
  STAT_OVERFLOWS,
  STATUS_ABORTED,
  STATUS_INVALID,
  STEP_FINAL,
  STEP_STATE,
  TX_BYTES,
  VERDICT_DONE,
  VERDICT_FAULT,
  VERDICT_INVALID,
} from '../assembly/layout.ts';
import { putBlockHashes } from './block/layout.ts';
import type { LaidOut } from './block/prepared.ts';
import type { BlockFrame, Hex } from './block/types.ts';
import { isTooSmall } from './dispatch/groups.ts';
import { History } from './dispatch/history.ts';
import { dealLists } from './dispatch/lists.ts';
import { badArgument, ParallelEvmError } from './errors.ts';
import { parseBytes } from './hex.ts';
import type { Span } from './memory/heap.ts';
import { bumpSpans, type SpanHolder, sweepHeap } from './memory/sweep.ts';
import type { Views } from './memory/views.ts';
import { Metrics } from './metrics/metrics.ts';
import { clearLines, isAborted, redos, timeOfAll, type Verdict } from './pipeline/control.ts';
import { absoluteNow } from './pipeline/spans.ts';
import { DEFAULT_POLICY, type Execution, type Policy, policyBits } from './policy.ts';
import type { Crew } from './pool.ts';
import { type CallResult, readCall } from './result/call.ts';
import { invalidOf } from './result/invalid.ts';
import { readMechanisms } from './result/mechanisms.ts';
import { readRecords } from './result/record.ts';
import {
  attemptsOf,
  type BlockResult,
  type BusyTimes,
  blockResult,
  blockStats,
  copyTransactionStats,
  emptyOutcome,
  type Outcome,
  readOutcome,
} from './result/result.ts';
import { closeRings, openRings, type Rings } from './result/rings.ts';
import { errorOf, txIndexOf } from './result/run-error.ts';
import { noteFold, readTimeline, type Timeline } from './result/timeline.ts';
import { notInTrie } from './state/layer.ts';
import { applyOverrides, entriesOf, type Overrides } from './state/overrides.ts';
import { noTrie, type OwnedState } from './state/owned.ts';
import { entriesBound, reserveEntries } from './state/reserve.ts';
import { TracingKernels } from './trace/kernels.ts';
import type { TracePlan } from './trace/options.ts';
import { beginTraces, checkTraces, needsFootprints, readTraces, type Tracing } from './trace/trace.ts';
import type { Workspace } from './workspace.ts';

export interface JobOptions {
  blockHashes: Readonly<Record<string, Hex>>;
  signal: AbortSignal | undefined;
  trace?: TracePlan | undefined;
}

export interface RunOptions extends JobOptions {
  commit: boolean;
  /** Milliseconds that preparing took. */
  prepareMs: number;
  /** 0x-hex; empty: there is none. */
  depositContract: string;
  /** One slot executes the block in order; what each transaction read and wrote is kept. */
  record: boolean;
  /** One transaction without a block around it. */
  isSingle?: boolean;
  /** Slots note what they do when. */
  timeline?: boolean;
  /** Work the state root out; of a state that has a trie unless given. */
  stateRoot?: boolean | undefined;
  /** What the caller's thread does once the slots are at work. Throws nothing. */
  meanwhile?: () => void;
  /** Asked with the result of a valid block that is to be committed whether it is; if not, the state is as before. */
  accepts?: (result: BlockResult) => boolean;
  /** What is committed can be taken back (`OwnedState.layer`); its state root is not worked out. Of a state that has its trie. */
  keeps?: boolean;
  /** Runs on a block that may be taken back, too, and has the slots hash its trie. */
  runsOnLayer?: boolean;
}

/** `blockHashes` as bytes; the parent's is in the header, if there is one. */
function knownHashes(given: Readonly<Record<string, Hex>>, { header }: BlockFrame): Map<bigint, Uint8Array> {
  const known = new Map<bigint, Uint8Array>();
  if (header.parentHash.length > 0) known.set(header.number - 1n, header.parentHash);
  for (const [number, hash] of Object.entries(given)) {
    const field = `blockHashes[${number}]`;
    if (!/^(0|[1-9]\d*)$/.test(number)) throw badArgument(field, 'keyed by a decimal block number', number);
    known.set(BigInt(number), parseBytes(hash, field, 32));
  }
  return known;
}

/** Calls with what was traced of each; of one that was refused there is nothing. */
function withTraces(results: CallResult[], views: Views, laidOut: LaidOut, tracing: Tracing): CallResult[] {
  const traces = new Map(readTraces(views, laidOut, tracing, true).map((trace) => [trace.txIndex, trace]));
  return results.map((result, i) => {
    const trace = traces.get(i);
    return trace ? { ...result, trace } : result;
  });
}

/**
 * ROOT_* of a run.
 * @throws NO_TRIE where a root is asked for that nobody can work out
 */
function rootMode(state: OwnedState, { stateRoot, commit, keeps }: RunOptions): number {
  if (keeps) return ROOT_LATER;
  if (stateRoot === true && !state.hasTrie) throw noTrie('stateRoot');
  if (stateRoot !== false) return ROOT_NOW;
  return commit ? ROOT_LATER : ROOT_NEVER;
}

/** What becomes of what a block has changed: it becomes the base, or that until it is taken back, or is forgotten. */
type BlockEnd = 'commit' | 'keep' | 'forget';

function endOf(commits: boolean, { keeps }: RunOptions): BlockEnd {
  if (!commits) return 'forget';
  return keeps ? 'keep' : 'commit';
}

/** What slots were busy with, summed over them. */
const busyTimes = (views: Views): BusyTimes => ({
  senders: timeOfAll(views, LINE_SENDERS_MS),
  receipts: timeOfAll(views, LINE_RECEIPTS_MS),
});

/** True if a call has an outcome. */
const isReached = (views: Views, out: number): boolean => (views.u32(out + OUT_CONTROL) & STEP_STATE) === STEP_FINAL;

/** The block-run memory of an engine: one bump that every block uses again. */
export class BlockRunner implements SpanHolder {
  readonly #workspace: Workspace;
  readonly #crew: Crew;
  readonly #kernels: TracingKernels;
  readonly #execution: Execution;
  policy: Policy = DEFAULT_POLICY;
  /** POLICY_AHEAD: for tests, which ask for speculation where there is nothing to gain by it. */
  runsAhead = false;
  readonly history: History = new History();
  readonly metrics: Metrics;
  /** Copy of the bump's record between blocks. */
  #work: Uint8Array = new Uint8Array(BUMP_BYTES);
  /** Deaths of slots after which all is in order again. */
  #deaths = 0;

  constructor(workspace: Workspace, crew: Crew, execution: Execution = 'wasm') {
    this.#workspace = workspace;
    this.#crew = crew;
    this.#execution = execution;
    this.#kernels = new TracingKernels(workspace.isShared);
    this.#deaths = crew.deaths;
    this.metrics = new Metrics(workspace.space.views, crew);
    workspace.space.holders.add(this);
  }

  spans(views: Views): Span[] {
    return bumpSpans(views, new DataView(this.#work.buffer).getUint32(BUMP_FIRST, true));
  }

  /** In the queue: gives the block-run memory back. */
  release(): void {
    const { space, temp } = this.#workspace;
    space.views.fresh().bytes.set(this.#work, temp);
    space.core.bumpRelease(temp);
    this.#work = space.views.copy(temp, BUMP_BYTES);
    space.holders.delete(this);
  }

  /** In the queue. */
  async run(laidOut: LaidOut, state: OwnedState, options: RunOptions): Promise<BlockResult> {
    if (!options.runsOnLayer) await state.settled();
    const { views } = this.#workspace.space;
    const started = performance.now();
    const { record } = options;
    const root = rootMode(state, options);
    const tracing = await this.#tracing(options.trace);
    this.#begin(laidOut, state, entriesBound(laidOut) + state.reach, options, tracing, record, root);
    const posted = performance.now();
    const hasRoot = state.hasTrie && root === ROOT_NOW;
    let rings: Rings | undefined;
    let timeline: Timeline | undefined;
    let commits = false;
    let ended = posted;
    const sum = this.metrics.begin(laidOut.transactionCount, options.isSingle === true);
    try {
      if (options.timeline) rings = openRings(this.#workspace.space, this.#crew.slots, laidOut.transactionCount);
      sum.posted();
      const running = this.#crew.run(options.signal);
      options.meanwhile?.();
      const verdict = await running;
      ended = performance.now();
      views.fresh();
      if (tracing) checkTraces(views, laidOut, tracing);
      const outcome = this.#outcome(verdict, laidOut, options, hasRoot);
      this.#learn(laidOut.address, outcome.invalid ? 0 : laidOut.transactionCount);
      if (record && !outcome.invalid) outcome.records = readRecords(views, laidOut.address, laidOut.transactionCount);
      if (tracing && !outcome.invalid) outcome.traces = readTraces(views, laidOut, tracing, false);
      if (rings) timeline = readTimeline(views, rings, laidOut.address, laidOut.transactionCount);
      const perTransaction = copyTransactionStats(views, laidOut.address, laidOut.transactionCount);
      const now = performance.now();
      const prepare = options.prepareMs + posted - started;
      const stateRoot = hasRoot && { stateRoot: views.u32(laidOut.address + BLOCK_STATE_ROOT_US) / 1000 };
      const times = { prepare, execute: ended - posted, finish: now - ended, total: prepare + now - posted };
      const counts = {
        ms: { ...times, ...stateRoot, busy: busyTimes(views) },
        attempts: attemptsOf(views.words, laidOut.address, laidOut.transactionCount),
        execution: tracing ? 'wasm' : this.#execution,
        redos: redos(views.words),
        ...readMechanisms(views.words),
      };
      if (timeline) outcome.timeline = timeline;
      sum.ended(outcome, counts);
      const result = blockResult(outcome, blockStats(counts, perTransaction));
      commits = options.commit && outcome.invalid === undefined && (options.accepts?.(result) ?? true);
      return result;
    } finally {
      sum.close();
      const folding = absoluteNow();
      this.#settle(laidOut, state, endOf(commits, options), tracing !== undefined);
      if (rings) closeRings(this.#workspace.space, rings);
      if (rings && timeline) noteFold(timeline, rings, folding, absoluteNow());
    }
  }

  /**
   * In the queue: lets the slots load the `count` parts at `parts` into the state at `state`. Parts that dead slots had begun
   * stay undone, and so do others where the signal says so.
   */
  async loadParts(state: number, parts: number, count: number, signal: AbortSignal | undefined): Promise<void> {
    const { views } = this.#workspace.space;
    views.setU32(CTL_STATE, state);
    views.setU32(CTL_PARTS, parts);
    views.setU32(CTL_PART_COUNT, count);
    await this.#crew.run(signal, JOB_LOAD);
  }

  /** Executes calls, each on the state with the overrides and on nothing else. In the queue; the state stays as it is. */
  async runCalls(
    laidOut: LaidOut,
    state: OwnedState,
    overrides: Overrides,
    options: JobOptions,
  ): Promise<CallResult[]> {
    await state.settled();
    const { views } = this.#workspace.space;
    this.metrics.countCalls(laidOut.transactionCount);
    const tracing = await this.#tracing(options.trace);
    this.#begin(laidOut, state, entriesOf(overrides), options, tracing);
    try {
      applyOverrides(this.#workspace, state.address, laidOut.address, overrides);
      await this.#runAllCalls(laidOut, options.signal);
      views.fresh();
      if (tracing) checkTraces(views, laidOut, tracing);
      const outcomes = views.u32(laidOut.address + BLOCK_OUTCOMES);
      const results = Array.from({ length: laidOut.transactionCount }, (_, i) =>
        this.#callResult(laidOut, outcomes + OUT_BYTES * i, i),
      );
      return tracing ? withTraces(results, views, laidOut, tracing) : results;
    } finally {
      this.#settle(laidOut, state, 'forget', tracing !== undefined);
    }
  }

  /** Calls that dead slots have taken with them are executed again, once: what kills two slots would kill a third one. */
  async #runAllCalls(laidOut: LaidOut, signal: AbortSignal | undefined): Promise<void> {
    const { views } = this.#workspace.space;
    const { deaths } = this.#crew;
    await this.#crew.run(signal, JOB_CALLS);
    if (this.#crew.deaths === deaths || isAborted(views.words) || this.#firstUnreached(laidOut) < 0) return;
    await this.#crew.run(signal, JOB_CALLS);
    const lost = this.#firstUnreached(laidOut);
    if (lost < 0 || isAborted(views.words)) return;
    const facts = { field: 'slot', txIndex: lost };
    throw new ParallelEvmError('SLOT_DIED', `slots ended unexpectedly while they executed call ${lost}`, facts);
  }

  /** The first call without an outcome, -1 if all have one. */
  #firstUnreached({ address, transactionCount }: LaidOut): number {
    const views = this.#workspace.space.views.fresh();
    const outcomes = views.u32(address + BLOCK_OUTCOMES);
    for (let i = 0; i < transactionCount; i++) if (!isReached(views, outcomes + OUT_BYTES * i)) return i;
    return -1;
  }

  /** The plan with the tracing kernels, which are loaded when they are first needed. */
  async #tracing(plan: TracePlan | undefined): Promise<Tracing | undefined> {
    return plan && { ...plan, kernels: await this.#kernels.bytes() };
  }

  /**
   * Ends the run: keeps the work memory's record, settles the state, puts right what slots that died have left. The memory of
   * traces may be large and goes back to the heap.
   */
  #settle(laidOut: LaidOut, state: OwnedState, end: BlockEnd, isTraced: boolean): void {
    const { space } = this.#workspace;
    space.views.setU32(CTL_TREE, 0);
    if (isTraced) space.core.bumpRelease(laidOut.address + BLOCK_WORK);
    this.#work = space.views.fresh().copy(laidOut.address + BLOCK_WORK, BUMP_BYTES);
    try {
      this.#end(state, end);
    } finally {
      this.#tidy();
    }
  }

  #end(state: OwnedState, end: BlockEnd): void {
    if (end === 'keep') {
      this.#keep(state);
      return;
    }
    const { core } = this.#workspace.space;
    const commits = Number(end === 'commit');
    core.stateSettle(state.address, commits);
    if (core.treeSettle(state.address, commits) === 0) throw notInTrie();
  }

  /** Where what the block has changed cannot be kept, it is forgotten. */
  #keep(state: OwnedState): void {
    try {
      state.keep();
    } catch (cause) {
      this.#end(state, 'forget');
      throw cause;
    }
  }

  /** Gives back what slots need no more, and puts right what those that died in the job have left. */
  #tidy(): void {
    this.#crew.shrink();
    if (this.#crew.deaths === this.#deaths) return;
    this.#deaths = this.#crew.deaths;
    this.#crew.mend();
    sweepHeap(this.#workspace.space);
  }

  /** Writes how the block is run and who begins with what. Slots that can gain nothing leave it to one. */
  #plan(laidOut: LaidOut, isRecorded: boolean, tracing: Tracing | undefined): void {
    const { views } = this.#workspace.space;
    const { policy } = this;
    const { slots } = this.#crew;
    const isTraced = tracing !== undefined;
    const record = isRecorded || (isTraced && needsFootprints(tracing));
    const isTiny = isTooSmall(laidOut.expectedUs, laidOut.transactionCount);
    const alone = record || isTraced || slots === 1 || (policy.adaptive && isTiny && !this.runsAhead);
    views.setU32(CTL_POLICY, policyBits(policy, alone, record, isTraced) | (this.runsAhead ? POLICY_AHEAD : 0));
    views.setU32(CTL_CAP, policy.speculationCap);
    views.setU32(CTL_SLOTS, slots);
    views.setU32(CTL_LARGE, views.u32(laidOut.address + BLOCK_LARGE));
    views.setU32(CTL_STATS + STAT_OVERFLOWS, 0);
    if (alone) return;
    clearLines(views.words);
    if (!policy.dispatch.static) return;
    const expected = (tx: number): number => this.history.expected(views, tx);
    const overflows = dealLists(views, laidOut.address, slots, policy.dispatch.queueLimit, expected);
    views.setU32(CTL_STATS + STAT_OVERFLOWS, overflows);
  }

  /** Remembers what the transactions of a confirmed block used, for plans to come. */
  #learn(block: number, count: number): void {
    const { views } = this.#workspace.space;
    if (!this.policy.dispatch.static) return;
    const [txs, outcomes] = [views.u32(block + BLOCK_TXS), views.u32(block + BLOCK_OUTCOMES)];
    for (let i = 0; i < count; i++)
      this.history.learn(views, txs + TX_BYTES * i, Number(views.u64(outcomes + OUT_BYTES * i + OUT_GAS_USED)));
  }

  #callResult(laidOut: LaidOut, out: number, index: number): CallResult {
    const { views } = this.#workspace.space;
    // A call that nobody reached: the job was aborted.
    const status = isReached(views, out) ? views.u32(out + OUT_STATUS) : STATUS_ABORTED;
    if (status < STATUS_ABORTED || status === STATUS_INVALID) return readCall(views, out);
    throw errorOf(views, laidOut, {
      kind: VERDICT_FAULT,
      step: index + 1,
      code: status,
      detail: views.u32(out + OUT_DETAIL),
    });
  }

  /** `bound`: entries that each directory of the state may grow by. */
  #begin(
    laidOut: LaidOut,
    state: OwnedState,
    bound: number,
    { blockHashes, signal }: JobOptions,
    tracing: Tracing | undefined,
    record = false,
    root = ROOT_NEVER,
  ): void {
    const { core, views } = this.#workspace.space;
    if (signal?.aborted) throw new ParallelEvmError('ABORTED', 'the run was aborted', { field: 'signal' });
    const hashes = knownHashes(blockHashes, laidOut.frame);
    const block = laidOut.address;
    reserveEntries(this.#workspace.space, state, bound);
    views.fresh();
    putBlockHashes(views, block, laidOut.number, hashes);
    for (const total of [BLOCK_CUMULATIVE_GAS, BLOCK_BLOB_GAS_USED]) views.setU64(block + total, 0n);
    views.setU32(block + BLOCK_LOG_COUNT, 0);
    views.setU32(block + BLOCK_STATE_ROOT_US, 0);
    views.setU32(block + BLOCK_ROOT, root);
    views.bytes.fill(0, block + BLOCK_REQUESTS, block + BLOCK_REQUESTS + 16);
    core.readySteps(block);
    this.#plan(laidOut, record, tracing);
    views.bytes.set(this.#work, block + BLOCK_WORK);
    core.bumpReset(block + BLOCK_WORK);
    if (tracing) beginTraces(core, views, laidOut, tracing);
    views.setU32(CTL_BLOCK, block);
    views.setU32(CTL_STATE, state.address);
    views.setU32(CTL_TREE_PART, 0);
    views.setU32(CTL_TREE, state.layer?.top ?? 0);
  }

  #outcome(verdict: Verdict, laidOut: LaidOut, { depositContract }: RunOptions, hasStateRoot: boolean): Outcome {
    const { views } = this.#workspace.space;
    const { address, blobs, hasRequests, transactionCount } = laidOut;
    if (verdict.kind === VERDICT_INVALID)
      return emptyOutcome(invalidOf(txIndexOf(laidOut, verdict.step), verdict.code));
    if (verdict.kind !== VERDICT_DONE) throw errorOf(views, laidOut, verdict);
    return readOutcome(views, address, {
      transactionCount,
      blobBaseFee: blobs.baseFee,
      hasStateRoot,
      depositContract: hasRequests ? depositContract : undefined,
    });
  }
}
