// Executing one step in this slot: the kernels from the first check to the kept outcome, and what to do when the slot's
// arena is too small. An attempt ahead of the frontier that does not end is no matter: it is repeated in turn.
import {
  CTX_DETAIL,
  OUT_DETAIL,
  OUT_STATUS,
  STATUS_ARENA_FULL,
  STATUS_INVALID,
  STATUS_STATE_FULL,
  STATUS_STOP,
} from '../../assembly/layout.ts';
import type { Core } from '../core.ts';
import type { Views } from '../memory/views.ts';
import { countAttempt } from './control.ts';
import { countStepAttempt, type Job, outcomeOf, systemOutcome, txOf } from './job.ts';

/** First size of a slot's arena. */
export const ARENA_BYTES: number = 2 ** 23;
/** Where a transaction in turn needs more: steps so large that all sizes on the way fit the memory together. */
const GROWTH = 4;
const LARGEST_ARENA_BYTES = 2 ** 31;

/** A slot's context with its arena, and the kernels bound to it. */
export class Arena {
  readonly core: Core;
  readonly views: Views;
  ctx: number;
  #bytes: number;
  /** Arenas that outcomes of this job may still point into. */
  #outgrown: { span: number; bytes: number }[] = [];

  constructor(core: Core, views: Views, ctx: number) {
    this.core = core;
    this.views = views;
    this.ctx = ctx;
    this.#bytes = ARENA_BYTES;
    core.arenaCreate(ctx, ARENA_BYTES);
    core.bind(ctx);
  }

  attach(job: Job): void {
    this.core.attachJob(this.ctx, job.block, job.state);
  }

  /** Moves to a larger arena. By the holder of the token only. False when the memory is exhausted. */
  grow(job: Job): boolean {
    const bytes = this.#bytes * GROWTH;
    const span = bytes > LARGEST_ARENA_BYTES ? 0 : this.core.heapAlloc(bytes) >>> 0;
    if (span === 0) return false;
    this.views.fresh();
    this.#outgrown.push({ span: this.ctx, bytes: this.#bytes });
    this.ctx = span;
    this.#bytes = bytes;
    this.core.arenaCreate(span, bytes);
    this.core.bind(span);
    this.attach(job);
    return true;
  }

  /** Gives outgrown arenas back. By the holder of the token, before any transaction of its job. */
  releaseOutgrown(): void {
    for (const { span, bytes } of this.#outgrown.splice(0)) this.core.heapFree(span, bytes);
  }
}

function executeOnce(arena: Arena, tx: number, out: number, inTurn: boolean): number {
  const { core, ctx } = arena;
  core.startAttempt(ctx, tx, out, Number(inTurn));
  let status = core.beginTransaction(ctx);
  if (status === STATUS_STOP) status = core.run(ctx);
  if (status !== STATUS_STOP) return status;
  core.finishTransaction(ctx);
  return core.endAttempt(ctx, Number(inTurn)) !== 0 ? STATUS_STOP : STATUS_ARENA_FULL;
}

/** Executes a call, whose outcome holds until the arena is used again. Returns STATUS_*. */
export function executeCallOnce(arena: Arena, job: Job, step: number): number {
  const { core, ctx } = arena;
  core.startAttempt(ctx, txOf(job, step), outcomeOf(job, step), 1);
  let status = core.beginCall(ctx);
  if (status === STATUS_STOP) status = core.run(ctx);
  if (status !== STATUS_STOP) return status;
  core.finishCall(ctx);
  return core.endAttempt(ctx, 1) !== 0 ? STATUS_STOP : STATUS_ARENA_FULL;
}

function executeSystemOnce(arena: Arena, kind: number, out: number): number {
  const { core, ctx } = arena;
  core.startAttempt(ctx, 0, out, 1);
  let status = core.beginSystemCall(ctx, kind);
  if (status === STATUS_STOP) status = core.run(ctx);
  if (status !== STATUS_STOP) return status;
  status = core.finishSystemCall(ctx, kind);
  if (status !== STATUS_STOP) return status;
  return core.endAttempt(ctx, 1) !== 0 ? STATUS_STOP : STATUS_ARENA_FULL;
}

/** Repeats in larger arenas until the attempt fits. */
function inTurn(arena: Arena, job: Job, execute: () => number): number {
  for (;;) {
    const status = execute();
    if (status !== STATUS_ARENA_FULL) return status;
    if (!arena.grow(job)) return STATUS_STATE_FULL;
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

/** Executes a transaction on what is confirmed now, ahead of its turn. */
export function executeAhead(arena: Arena, job: Job, step: number): void {
  const out = outcomeOf(job, step);
  countAttempt(arena.views.words);
  countStepAttempt(arena.views, job, step);
  noteStatus(arena, out, executeOnce(arena, txOf(job, step), out, false));
}

/** Executes a transaction in its turn, as the holder of the token. Returns STATUS_*. */
export function executeInTurn(arena: Arena, job: Job, step: number): number {
  const out = outcomeOf(job, step);
  countAttempt(arena.views.words);
  countStepAttempt(arena.views, job, step);
  return noteStatus(
    arena,
    out,
    inTurn(arena, job, () => executeOnce(arena, txOf(job, step), out, true)),
  );
}

/** Executes a system call, as the holder of the token. Returns STATUS_*. */
export function executeSystemCall(arena: Arena, job: Job, kind: number): number {
  const out = systemOutcome(job);
  return noteStatus(
    arena,
    out,
    inTurn(arena, job, () => executeSystemOnce(arena, kind, out)),
  );
}
