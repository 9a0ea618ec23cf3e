// The life of a slot: wait for a job, work on it, leave it. A slot in here never reaches its event loop; it comes out
// when it is told to stop.
//
// Within a block: note the bell → confirm what can be → claim and execute → else look again, help, look ahead, wait for the
// bell. No wake-up is lost, because the bell is noted before the slot looks for work.
import {
  CTX_UNCONFIRMED_READS,
  CTX_VERSIONS_BASE,
  CTX_VERSIONS_NEXT,
  JOB_CALLS,
  LINE_INSIDE_MS,
  LINE_WAITED_MS,
  POLICY_AHEAD,
  POLICY_ALONE,
  POLICY_DYNAMIC,
  POLICY_STATIC,
  POLICY_STREAMING,
  SPAN_EXECUTE,
  SPAN_REDO,
  SPAN_VALIDATE,
  SPAN_WAIT,
  STAT_DEPENDENCIES,
  STAT_RECYCLED_BYTES,
  STAT_UNCONFIRMED_READS,
  STAT_WAITS,
  STATUS_DEPENDENCY,
  STEP_DONE,
  STEP_FINAL,
} from '../../assembly/layout.ts';
import { detectInAdvance } from './advance.ts';
import { type Arena, dependencyOf, executeAhead, executeInTurn } from './attempts.ts';
import { workOnCalls } from './calls.ts';
import { helpCheck } from './check.ts';
import { claim, claimFrontier, claimReserved, isLarge, markRunning, newBatch, noteGas, reserve } from './claims.ts';
import {
  addTime,
  addTo,
  awaitBell,
  awaitJob,
  bellOf,
  count,
  currentJob,
  frontier,
  hasPolicy,
  isClosed,
  isLoading,
  isStop,
  joinJob,
  leaveJob,
} from './control.ts';
import { hashEarly } from './early-roots.ts';
import { type Job, readJob } from './job.ts';
import { hashChunk, hashHeavy } from './leaves.ts';
import { loadParts } from './load-parts.ts';
import { confirmAll, confirmReady } from './merger.ts';
import { helpRoot } from './root-parts.ts';
import { recoverAhead } from './signers.ts';
import { attemptOf, controlOf, publish, returnStep } from './steps.ts';
import { hashPart } from './tree-parts.ts';

/** Executes a step that this slot has claimed, and publishes what came of it. */
function perform(arena: Arena, job: Job, step: number, slot: number): void {
  const { words } = arena.views;
  markRunning(words, job, step, slot);
  arena.points.reach('claimed');
  const started = arena.spans.now();
  const isFirst = attemptOf(controlOf(words, job, step)) === 0;
  const isForced = hasPolicy(words, POLICY_AHEAD) && isFirst;
  // Nobody but this slot can move the frontier past its step: the answer does not age.
  if (!isForced && step === frontier(words)) {
    executeInTurn(arena, job, step, slot, false);
    publish(arena, job, step, STEP_FINAL);
  } else if (executeAhead(arena, job, step) === STATUS_DEPENDENCY) {
    count(words, STAT_DEPENDENCIES);
    returnStep(words, job, step, dependencyOf(arena));
    arena.points.reach('returned');
  } else publish(arena, job, step, STEP_DONE);
  arena.spans.add(isFirst ? SPAN_EXECUTE : SPAN_REDO, started, step);
  markRunning(words, job, 0, slot);
}

function sleep(arena: Arena, noted: number): void {
  const [started, since] = [arena.spans.now(), performance.now()];
  awaitBell(arena.views.words, noted, arena.points);
  addTime(arena.views, arena.slot, LINE_WAITED_MS, performance.now() - since);
  arena.spans.add(SPAN_WAIT, started, 0);
}

/** Does a part of what the holder of the token waits for, or will. */
const help = (arena: Arena, job: Job): boolean => hashPart(arena) || helpRoot(arena, job) || helpCheck(arena, job);

/** The first generation's pipeline: a slot goes on when its step is confirmed. */
function awaitTurn(arena: Arena, job: Job, step: number, slot: number): void {
  const { words } = arena.views;
  for (;;) {
    const noted = bellOf(words);
    confirmReady(arena, job, slot, true);
    const confirmed = frontier(words);
    if (confirmed > step || isClosed(words)) return;
    if (claimFrontier(words, job, confirmed, slot)) perform(arena, job, confirmed, slot);
    else if (!help(arena, job) && !recoverAhead(arena, job) && !hashChunk(arena, job)) {
      count(words, STAT_WAITS);
      sleep(arena, noted);
    }
  }
}

/** What a slot does that finds no step to execute. False: nothing. */
function findChore(arena: Arena, job: Job, slot: number): boolean {
  const started = arena.spans.now();
  const found =
    help(arena, job) ||
    detectInAdvance(arena, job, slot) ||
    recoverAhead(arena, job) ||
    hashChunk(arena, job) ||
    hashEarly(arena, job);
  if (found) arena.spans.add(SPAN_VALIDATE, started, 0);
  return found;
}

/** Runs ahead of the frontier: claims one step, or a few small ones, and then tries to confirm. */
function runAhead(arena: Arena, job: Job, slot: number): void {
  const { words } = arena.views;
  const streams = hasPolicy(words, POLICY_STREAMING);
  const reserves = streams && hasPolicy(words, POLICY_DYNAMIC) && !hasPolicy(words, POLICY_STATIC);
  const batch = newBatch();
  let newest = 0;
  let weighed = 0;
  let isIdle = false;
  for (;;) {
    const noted = bellOf(words);
    confirmReady(arena, job, slot, isIdle);
    if (isClosed(words)) return;
    weighed = hashHeavy(arena, job, weighed);
    if (newest < frontier(words)) arena.core.resetAhead(arena.ctx);
    const step = claim(words, job, slot);
    if (step !== 0) {
      isIdle = false;
      if (reserves) reserve(words, job, step, batch);
      for (let next = step; next !== 0; next = claimReserved(words, job, batch, slot)) {
        if (!isLarge(words, job, next)) newest = Math.max(newest, next);
        perform(arena, job, next, slot);
        noteGas(words, job, next, batch);
      }
      if (!streams) awaitTurn(arena, job, step, slot);
    } else if (!isIdle) isIdle = true;
    else if (!findChore(arena, job, slot)) sleep(arena, noted);
  }
}

/** Counts what this slot's attempts read of unconfirmed steps, and the memory for versions that the next job uses again. */
function noteVersions({ views, ctx }: Arena): void {
  addTo(views.words, STAT_UNCONFIRMED_READS, views.u32(ctx + CTX_UNCONFIRMED_READS));
  addTo(views.words, STAT_RECYCLED_BYTES, views.u32(ctx + CTX_VERSIONS_NEXT) - views.u32(ctx + CTX_VERSIONS_BASE));
}

/** Works on the steps of a block, or on calls. */
function workOnSteps(arena: Arena, number: number, slot: number): void {
  const { words } = arena.views;
  const job = readJob(arena.views, number);
  if (job.isTraced && slot !== 0) return;
  arena.attach(job);
  arena.spans.open();
  if (job.command === JOB_CALLS) workOnCalls(arena, job, slot);
  else if (hasPolicy(words, POLICY_ALONE)) confirmAll(arena, job, slot);
  else {
    runAhead(arena, job, slot);
    noteVersions(arena);
  }
}

/** Works on the posted job, if it is still open. */
export function workOn(arena: Arena, slot: number): void {
  const { words } = arena.views;
  const number = joinJob(words, slot);
  if (number < 0) return;
  const joined = performance.now();
  arena.points.reach('joined');
  arena.adopt();
  if (isLoading(words)) loadParts(arena);
  else workOnSteps(arena, number, slot);
  arena.points.reach('leaving');
  addTime(arena.views, slot, LINE_INSIDE_MS, performance.now() - joined);
  leaveJob(words, number, slot);
  arena.points.reach('left');
}

/** Works until the stop command comes. */
export function workUntilStopped(arena: Arena, slot: number): void {
  const { words } = arena.views;
  let last = 0;
  for (;;) {
    arena.points.reach('waiting');
    awaitJob(words, last);
    last = currentJob(words);
    if (isStop(words)) return;
    workOn(arena, slot);
  }
}
