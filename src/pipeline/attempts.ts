// Executing one step in this slot: the kernels from the first check to the kept outcome, and what to do when the slot's
// arena is too small. An attempt ahead of the frontier that does not end is no matter: it is repeated in turn.
import {
  BLOCK_TRACE_MODULE,
  BLOCK_TRACE_MODULE_BYTES,
  CTX_DEPENDENCY,
  CTX_DETAIL,
  CTX_FORMER,
  LINE_SENDERS_MS,
  MODE_DELTAS,
  MODE_IN_TURN,
  MODE_UNCONFIRMED,
  OUT_DETAIL,
  OUT_MS,
  OUT_STATUS,
  POLICY_DELTAS,
  POLICY_UNCONFIRMED,
  STAT_ABORTS,
  STATUS_ABORTED,
  STATUS_ARENA_FULL,
  STATUS_DEPENDENCY,
  STATUS_INVALID,
  STATUS_STATE_FULL,
  STATUS_STOP,
  TX_SENDER_PENDING,
} from '../../assembly/layout.ts';
import type { Core } from '../core.ts';
import { ARENA_BYTES, arenaBytes, arenaWord, formerArenas, GROWTH } from '../memory/arenas.ts';
import type { Views } from '../memory/views.ts';
import { addTime, awaitToken, count, hasPolicy, releaseToken, type Words } from './control.ts';
import { countStepAttempt, type Job, outcomeOf, systemOutcome, txOf } from './job.ts';
import { NO_POINTS, type Points } from './points.ts';
import { Spans } from './spans.ts';

const LARGEST_ARENA_BYTES = 2 ** 31;

/** Instantiates a module of kernels over this slot's memory. */
export type Instantiate = (module: WebAssembly.Module) => Core;

/** Whose arena it is, and how large. */
export interface Place {
  bytes?: number;
  slot?: number;
  points?: Points;
  /** Without it no traced job may come. */
  instantiate?: Instantiate;
}

/** A slot's context with its arena, and the kernels bound to it. */
export class Arena {
  core: Core;
  readonly #library: Core;
  readonly #instantiate: Instantiate | undefined;
  /** Compiled when the first traced job comes. */
  #tracing: Core | undefined;
  readonly views: Views;
  readonly slot: number;
  readonly points: Points;
  /** What is noted of the job at hand. */
  readonly spans: Spans;
  ctx: number;

  constructor(
    core: Core,
    views: Views,
    ctx: number,
    { bytes = ARENA_BYTES, slot = 0, points = NO_POINTS, instantiate }: Place = {},
  ) {
    this.core = core;
    this.#library = core;
    this.#instantiate = instantiate;
    this.views = views;
    this.slot = slot;
    this.points = points;
    this.spans = new Spans(views, slot);
    this.ctx = ctx;
    views.setU32(arenaWord(slot), ctx);
    core.arenaCreate(ctx, bytes);
    core.bind(ctx);
  }

  /** Goes over to the arena that the caller has named since the last job, if it has. Within a job, before anything else. */
  adopt(): void {
    const named = this.views.fresh().u32(arenaWord(this.slot));
    if (named === this.ctx) return;
    this.ctx = named;
    this.core.bind(named);
  }

  attach(job: Job): void {
    this.#use(job.isTraced ? this.#tracingKernels(job) : this.#library);
    this.core.attachJob(this.ctx, job.block, job.state);
  }

  /** Other kernels find an arena as new: what was decoded for the ones is nothing to the others. */
  #use(core: Core): void {
    if (core === this.core) return;
    this.core = core;
    const { views, ctx } = this;
    const former = views.u32(ctx + CTX_FORMER);
    core.arenaCreate(ctx, arenaBytes(views, ctx));
    views.setU32(ctx + CTX_FORMER, former);
    core.bind(ctx);
  }

  /** Their module lies in the job's memory. Compiled without a promise, which a slot in its loop would never see settled. */
  #tracingKernels({ block }: Job): Core {
    if (this.#tracing) return this.#tracing;
    if (!this.#instantiate) throw new Error('this slot was not set up for traces');
    const { views } = this;
    const bytes = views.copy(views.u32(block + BLOCK_TRACE_MODULE), views.u32(block + BLOCK_TRACE_MODULE_BYTES));
    this.#tracing = this.#instantiate(new WebAssembly.Module(bytes));
    return this.#tracing;
  }

  /** Moves to a larger arena. By the holder of the token only. False when the memory is exhausted. */
  grow(job: Job): boolean {
    const present = arenaBytes(this.views, this.ctx);
    const bytes = Math.min(present * GROWTH, LARGEST_ARENA_BYTES);
    if (bytes === present || !this.#move(bytes)) return false;
    this.attach(job);
    return true;
  }

  /** An arena of that size takes the place of the present one, which is kept behind it. By the holder of the token. */
  #move(bytes: number): boolean {
    const { core, views } = this;
    const span = core.heapAlloc(bytes) >>> 0;
    if (span === 0) return false;
    views.fresh();
    core.arenaCreate(span, bytes);
    views.setU32(span + CTX_FORMER, this.ctx);
    this.points.reach('growing');
    views.setU32(arenaWord(this.slot), span);
    this.ctx = span;
    core.bind(span);
    return true;
  }

  /** Gives outgrown arenas back. By the holder of the token, before any transaction of its job. */
  releaseOutgrown(): void {
    const { core, views, ctx } = this;
    for (const { at, bytes } of formerArenas(views, ctx)) {
      views.setU32(ctx + CTX_FORMER, views.u32(at + CTX_FORMER));
      core.heapFree(at, bytes);
    }
  }
}

/** Runs `task` as the holder of the token. */
export function underToken<T>(words: Words, slot: number, task: () => T): T {
  awaitToken(words, slot);
  const result = task();
  releaseToken(words);
  return result;
}

function modeOf(words: Words, inTurn: boolean): number {
  if (inTurn) return MODE_IN_TURN;
  const deltas = hasPolicy(words, POLICY_DELTAS) ? MODE_DELTAS : 0;
  return deltas | (hasPolicy(words, POLICY_UNCONFIRMED) ? MODE_UNCONFIRMED : 0);
}

/** Everything before the first instruction; the time of what recovers a sender is noted as that. */
function begin({ core, ctx, slot, views }: Arena, tx: number): number {
  if (views.u32(tx + TX_SENDER_PENDING) === 0) return core.beginTransaction(ctx);
  const started = performance.now();
  const status = core.beginTransaction(ctx);
  addTime(views, slot, LINE_SENDERS_MS, performance.now() - started);
  return status;
}

function attempt(arena: Arena, job: Job, step: number, mode: number): number {
  const { core, ctx } = arena;
  core.startAttempt(ctx, txOf(job, step), outcomeOf(job, step), step, mode);
  let status = begin(arena, txOf(job, step));
  if (status === STATUS_STOP) status = core.run(ctx);
  if (status !== STATUS_STOP) return status;
  core.finishTransaction(ctx);
  return core.endAttempt(ctx) !== 0 ? STATUS_STOP : STATUS_ARENA_FULL;
}

/** What the state's source lacked comes first: whatever else the attempt ended with follows from it. */
const lackOr = ({ core, ctx }: Arena, status: number): number => core.attemptLack(ctx) || status;

const executeOnce = (arena: Arena, job: Job, step: number, mode: number): number =>
  lackOr(arena, attempt(arena, job, step, mode));

/** Executes a call, whose outcome holds until the arena is used again. Returns STATUS_*. */
export function executeCallOnce(arena: Arena, job: Job, step: number): number {
  const { core, ctx } = arena;
  core.startAttempt(ctx, txOf(job, step), outcomeOf(job, step), step, MODE_IN_TURN);
  let status = core.beginCall(ctx);
  if (status === STATUS_STOP) status = core.run(ctx);
  if (status !== STATUS_STOP) return status;
  core.finishCall(ctx);
  return core.endAttempt(ctx) !== 0 ? STATUS_STOP : STATUS_ARENA_FULL;
}

function attemptSystemCall({ core, ctx }: Arena, step: number, kind: number, out: number): number {
  core.startAttempt(ctx, 0, out, step, MODE_IN_TURN);
  let status = core.beginSystemCall(ctx, kind);
  if (status === STATUS_STOP) status = core.run(ctx);
  if (status !== STATUS_STOP) return status;
  status = core.finishSystemCall(ctx, kind);
  if (status !== STATUS_STOP) return status;
  return core.endAttempt(ctx) !== 0 ? STATUS_STOP : STATUS_ARENA_FULL;
}

/** Repeats in larger arenas, which `grow` makes, until the attempt fits. */
function untilItFits(execute: () => number, grow: () => boolean): number {
  for (;;) {
    const status = execute();
    if (status !== STATUS_ARENA_FULL) return status;
    if (!grow()) return STATUS_STATE_FULL;
  }
}

/** Notes in the outcome why the attempt did not end. */
export function noteStatus(arena: Arena, out: number, status: number): number {
  if (status !== STATUS_STOP) {
    const views = arena.views;
    views.setU32(out + OUT_STATUS, status);
    if (status !== STATUS_INVALID) views.setU32(out + OUT_DETAIL, views.u32(arena.ctx + CTX_DETAIL));
  }
  return status;
}

/** The step whose result the attempt would have needed; 0 = none. */
export const dependencyOf = (arena: Arena): number => arena.views.u32(arena.ctx + CTX_DEPENDENCY);

/**
 * Executes a transaction ahead of its turn, on what is there now. Returns STATUS_*; STATUS_DEPENDENCY: nothing came of
 * it, because it met a step that is being redone.
 */
export function executeAhead(arena: Arena, job: Job, step: number): number {
  const { words } = arena.views;
  countStepAttempt(words, job, step);
  const status = executeOnce(arena, job, step, modeOf(words, false));
  if (dependencyOf(arena) !== 0) return STATUS_DEPENDENCY;
  if (status === STATUS_ABORTED) {
    count(words, STAT_ABORTS);
    arena.core.findDoom(arena.ctx);
  }
  return noteStatus(arena, outcomeOf(job, step), status);
}

/** Executes a transaction under the token for a record: what deltas spare is not read, and the time is noted. */
export function executeRecorded(arena: Arena, job: Job, step: number): number {
  countStepAttempt(arena.views.words, job, step);
  const started = performance.now();
  const status = untilItFits(
    () => executeOnce(arena, job, step, MODE_IN_TURN | MODE_DELTAS),
    () => arena.grow(job),
  );
  arena.views.data.setFloat64(outcomeOf(job, step) + OUT_MS, performance.now() - started, true);
  return noteStatus(arena, outcomeOf(job, step), status);
}

/** Executes a transaction in its turn; `holder`: this slot has the token. Returns STATUS_*. */
export function executeInTurn(arena: Arena, job: Job, step: number, slot: number, holder: boolean): number {
  const { words } = arena.views;
  countStepAttempt(words, job, step);
  const grow = (): boolean => arena.grow(job);
  const status = untilItFits(
    () => executeOnce(arena, job, step, MODE_IN_TURN),
    holder ? grow : () => underToken(words, slot, grow),
  );
  return noteStatus(arena, outcomeOf(job, step), status);
}

/** Executes a system call at `step`, as the holder of the token. Returns STATUS_*. */
export function executeSystemCall(arena: Arena, job: Job, step: number, kind: number): number {
  const out = systemOutcome(job);
  const status = untilItFits(
    () => lackOr(arena, attemptSystemCall(arena, step, kind, out)),
    () => arena.grow(job),
  );
  return noteStatus(arena, out, status);
}
