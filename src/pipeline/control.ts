// The control words that caller and slots share (docs/memory.md). Each function here is one atomic step of the protocol
// and says what it publishes.
import {
  CREW_CLOSED,
  CREW_COUNT,
  CREW_JOB_SHIFT,
  CTL_ABORT,
  CTL_BELL,
  CTL_CHECK,
  CTL_COMMAND,
  CTL_CREW,
  CTL_EARLY,
  CTL_EPOCH,
  CTL_FELL_BACK,
  CTL_FINISHED,
  CTL_FRONTIER,
  CTL_IN_TURN_UNTIL,
  CTL_JOB,
  CTL_LEAVES,
  CTL_LINES,
  CTL_NEXT,
  CTL_POLICY,
  CTL_PUBLISHING,
  CTL_RECENT_REDOS,
  CTL_RECENT_STEPS,
  CTL_REDOS,
  CTL_RETREAT,
  CTL_RETURNED,
  CTL_ROOT_PARTS,
  CTL_SIGNERS,
  CTL_SLEEPERS,
  CTL_SLOTS,
  CTL_SPINS,
  CTL_STATS,
  CTL_TOKEN,
  CTL_TOKEN_WANTED,
  CTL_VERDICT,
  CTL_VERDICT_CODE,
  CTL_VERDICT_DETAIL,
  CTL_VERDICT_STEP,
  JOB_CALLS,
  JOB_LOAD,
  JOB_STOP,
  LINE_BYTES,
  LINE_CURSOR,
  LINE_GROUP,
  LINE_INSIDE,
  LINE_INSIDE_MS,
  LINE_RECEIPTS_MS,
  LINE_SENDERS_MS,
  LINE_WAITED_MS,
  MAX_SLOTS,
  POLICY_ALONE,
  STATS_BYTES,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import type { Points } from './points.ts';

export type Words = Int32Array<SharedArrayBuffer>;

const at = (address: number): number => address >>> 2;

const JOB_MASK = 0xffffff;

/** How a job ended. */
export interface Verdict {
  kind: number;
  step: number;
  code: number;
  detail: number;
}

export const currentJob = (words: Words): number => Atomics.load(words, at(CTL_JOB));
export const isLoading = (words: Words): boolean => Atomics.load(words, at(CTL_COMMAND)) === JOB_LOAD;
export const isStop = (words: Words): boolean => Atomics.load(words, at(CTL_COMMAND)) === JOB_STOP;
export const frontier = (words: Words): number => Atomics.load(words, at(CTL_FRONTIER));
export const isAborted = (words: Words): boolean => (Atomics.load(words, at(CTL_ABORT)) & 1) !== 0;
export const isClosed = (words: Words): boolean => (Atomics.load(words, at(CTL_CREW)) & CREW_CLOSED) !== 0;
export const hasPolicy = (words: Words, bit: number): boolean => ((words[at(CTL_POLICY)] as number) & bit) !== 0;
export const slotCount = (words: Words): number => words[at(CTL_SLOTS)] as number;

/** Wakes the slots: the job number changes. Numbers fit the crew word; they come round after 2^24 jobs. */
function raiseJob(words: Words, job: number, command: number): void {
  Atomics.store(words, at(CTL_COMMAND), command);
  Atomics.store(words, at(CTL_JOB), job);
  Atomics.notify(words, at(CTL_JOB));
}

const nextJob = (words: Words): number => (currentJob(words) + 1) & JOB_MASK;

/** A slot's own sums of milliseconds in the job at hand. */
const JOB_TIMES = [LINE_SENDERS_MS, LINE_RECEIPTS_MS];

/** Slots have spent no time in a job. Between jobs. */
function clearJobTimes(words: Words): void {
  for (let slot = 0; slot < slotCount(words); slot++)
    for (const field of JOB_TIMES) words.fill(0, lineWord(slot, field), lineWord(slot, field) + 2);
}

/** Slots run nothing and have no lists. Between jobs. */
export function clearLines(words: Words): void {
  for (let slot = 0; slot < MAX_SLOTS; slot++) {
    words[lineWord(slot, LINE_GROUP)] = 0;
    words[lineWord(slot, LINE_CURSOR)] = 0;
  }
}

const RESET = [
  CTL_FRONTIER,
  CTL_PUBLISHING,
  CTL_TOKEN,
  CTL_TOKEN_WANTED,
  CTL_ABORT,
  CTL_REDOS,
  CTL_VERDICT,
  CTL_RETURNED,
  CTL_SLEEPERS,
  CTL_IN_TURN_UNTIL,
  CTL_RECENT_REDOS,
  CTL_RECENT_STEPS,
  CTL_RETREAT,
  CTL_FELL_BACK,
  CTL_CHECK,
  CTL_LEAVES,
  CTL_SIGNERS,
  CTL_EARLY,
  CTL_ROOT_PARTS,
];

/** The chains of versions are empty from here on: their epoch is over. 0 is the epoch of none. */
function beginEpoch(words: Words): void {
  const epoch = ((words[at(CTL_EPOCH)] as number) + 1) | 0;
  words[at(CTL_EPOCH)] = epoch === 0 ? 1 : epoch;
}

/**
 * Posts a job of the kind `command` (JOB_*). Everything that the caller wrote before, the policy and the plan among it, and
 * the words that are reset here are published by the one store that opens the crew word: a slot that comes late from the last job finds it closed, or this job complete.
 */
export function postJob(words: Words, command: number): number {
  const job = nextJob(words);
  for (const word of RESET) Atomics.store(words, at(word), 0);
  words.fill(0, at(CTL_STATS), at(CTL_STATS + STATS_BYTES));
  clearJobTimes(words);
  beginEpoch(words);
  Atomics.store(words, at(CTL_NEXT), 1);
  Atomics.store(words, at(CTL_COMMAND), command);
  Atomics.store(words, at(CTL_CREW), job << CREW_JOB_SHIFT);
  raiseJob(words, job, command);
  return job;
}

/** Tells the slots to leave their loop. */
export function postStop(words: Words): void {
  raiseJob(words, nextJob(words), JOB_STOP);
}

export const abortJob = (words: Words): void => {
  Atomics.or(words, at(CTL_ABORT), 1);
  ring(words);
};

/** Makes attempts that run ahead ask whether what they read still holds. By the holder of the token. */
export const callOnAttempts = (words: Words): void => {
  Atomics.add(words, at(CTL_ABORT), 2);
};

/**
 * Looks at a word, 5 ns each, before a thread goes to sleep: it costs more to wake one, 35 µs and above. Where there are
 * several slots, they would keep the caller from its core.
 */
const LONE_SLOT_LOOKS = 20_000;
const SLOT_LOOKS = 2000;
const CALLER_LOOKS = 10_000;

/** Blocks the slot until the job number differs from `last`. */
export function awaitJob(words: Words, last: number): void {
  const most = slotCount(words) === 1 ? LONE_SLOT_LOOKS : SLOT_LOOKS;
  for (let looks = 0; looks < most; looks++) if (Atomics.load(words, at(CTL_JOB)) !== last) return;
  Atomics.wait(words, at(CTL_JOB), last);
}

/**
 * Enters the open job and returns its number, -1 if none is open. Number and membership are one word, so a slot never
 * works under another job's number. From here to `leaveJob` the job's memory stays as it is. The slot's own word says that
 * it may be inside: of a slot that died nobody could tell whether it is counted.
 */
export function joinJob(words: Words, slot: number): number {
  Atomics.store(words, lineWord(slot, LINE_INSIDE), 1);
  let crew = Atomics.load(words, at(CTL_CREW));
  while ((crew & CREW_CLOSED) === 0) {
    const seen = Atomics.compareExchange(words, at(CTL_CREW), crew, crew + 1);
    if (seen === crew) return crew >>> CREW_JOB_SHIFT;
    crew = seen;
  }
  Atomics.store(words, lineWord(slot, LINE_INSIDE), 0);
  return -1;
}

/** Publishes the end of the job to the caller: nobody is inside any more. */
export function finishJob(words: Words, job: number): void {
  Atomics.store(words, at(CTL_FINISHED), job);
  Atomics.notify(words, at(CTL_FINISHED));
}

/** Leaves the job. The last one out of a closed job publishes its end. */
export function leaveJob(words: Words, job: number, slot: number): void {
  const crew = Atomics.sub(words, at(CTL_CREW), 1) - 1;
  if ((crew & (CREW_CLOSED | CREW_COUNT)) === CREW_CLOSED) finishJob(words, job);
  Atomics.store(words, lineWord(slot, LINE_INSIDE), 0);
}

/** False: the slot, which is alive, is not inside a job. */
export const mayBeInside = (words: Words, slot: number): boolean =>
  Atomics.load(words, lineWord(slot, LINE_INSIDE)) !== 0;

/** Closes a job whose slots are gone: those that are started next must not enter it. By the caller. */
export const abandonJob = (words: Words): void => {
  Atomics.or(words, at(CTL_CREW), CREW_CLOSED);
};

export const isFinished = (words: Words, job: number): boolean => Atomics.load(words, at(CTL_FINISHED)) === job;
export const tokenHolder = (words: Words): number => Atomics.load(words, at(CTL_TOKEN)) - 1;

/**
 * Publishes the verdict: no slot enters or claims any more. By the holder of the token; of a job of loading by whoever finds
 * nothing left to claim, all with the same verdict.
 */
export function closeJob(words: Words, verdict: Verdict): void {
  words[at(CTL_VERDICT_STEP)] = verdict.step;
  words[at(CTL_VERDICT_CODE)] = verdict.code;
  words[at(CTL_VERDICT_DETAIL)] = verdict.detail;
  Atomics.store(words, at(CTL_VERDICT), verdict.kind);
  Atomics.or(words, at(CTL_CREW), CREW_CLOSED);
}

export function readVerdict(words: Words): Verdict {
  const kind = Atomics.load(words, at(CTL_VERDICT));
  const [step = 0, code = 0, detail = 0] = words.subarray(at(CTL_VERDICT_STEP), at(CTL_VERDICT_STEP) + 3);
  return { kind, step, code, detail };
}

/** The next step of a job without order; may lie behind the last one. */
export const claimNext = (words: Words): number => Atomics.add(words, at(CTL_NEXT), 1);

// ── The token ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const takeToken = (words: Words, slot: number): boolean =>
  Atomics.compareExchange(words, at(CTL_TOKEN), 0, slot + 1) === 0;

/** Takes the token, or makes its holder look again when it has released it. By a slot with nothing else to do. */
export function takeOrWantToken(words: Words, slot: number): boolean {
  if (takeToken(words, slot)) return true;
  Atomics.store(words, at(CTL_TOKEN_WANTED), 1);
  return takeToken(words, slot);
}

/** True if somebody has found the token taken. By the slot that has released it. */
export const wasTokenWanted = (words: Words): boolean =>
  Atomics.load(words, at(CTL_TOKEN_WANTED)) !== 0 && Atomics.exchange(words, at(CTL_TOKEN_WANTED), 0) !== 0;

/** Takes the token as soon as it is free. A slot that waits sleeps: who holds it may need this core. */
export function awaitToken(words: Words, slot: number): void {
  while (!takeToken(words, slot)) {
    const holder = Atomics.load(words, at(CTL_TOKEN));
    if (holder !== 0) Atomics.wait(words, at(CTL_TOKEN), holder, 1);
  }
}

/** Publishes everything that the holder wrote. */
export const releaseToken = (words: Words): void => {
  Atomics.store(words, at(CTL_TOKEN), 0);
};

/** Publishes that all steps below `step` are confirmed. By the holder of the token. */
export const advanceFrontier = (words: Words, step: number): void => {
  Atomics.store(words, at(CTL_FRONTIER), step);
};

/**
 * The changes of `step` become the confirmed state from here on, until the frontier has passed it: between the two nobody
 * could go on where the holder dies. By the holder of the token.
 */
export const beginPublishing = (words: Words, step: number): void => {
  words[at(CTL_PUBLISHING)] = step + 1;
};
/** Nothing of the step was published. By the holder of the token. */
export const nothingPublished = (words: Words): void => {
  words[at(CTL_PUBLISHING)] = 0;
};
/** True if a step is published in part. By the holder of the token, or in the stead of one that is dead. */
export const isPublishing = (words: Words): boolean => (words[at(CTL_PUBLISHING)] as number) > frontier(words);

// ── The bell: an event count of what made work appear ────────────────────────────────────────────────────────────────

export const bellOf = (words: Words): number => Atomics.load(words, at(CTL_BELL));

/** Wakes whoever sleeps. The bell is raised before the sleepers are asked for, and the change it tells of before that. */
export function ring(words: Words): void {
  Atomics.add(words, at(CTL_BELL), 1);
  if (Atomics.load(words, at(CTL_SLEEPERS)) !== 0) Atomics.notify(words, at(CTL_BELL));
}

/** Returns when the bell differs from `noted`, which the slot read before it looked for work. */
export function awaitBell(words: Words, noted: number, points: Points): void {
  for (let spins = words[at(CTL_SPINS)] as number; spins > 0; spins--) if (bellOf(words) !== noted) return;
  Atomics.add(words, at(CTL_SLEEPERS), 1);
  points.reach('sleeping');
  if (bellOf(words) === noted) Atomics.wait(words, at(CTL_BELL), noted);
  Atomics.sub(words, at(CTL_SLEEPERS), 1);
}

// ── Counters ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const countRedo = (words: Words): void => {
  Atomics.add(words, at(CTL_REDOS), 1);
};
export const count = (words: Words, stat: number): void => {
  Atomics.add(words, at(CTL_STATS + stat), 1);
};
export const addTo = (words: Words, stat: number, more: number): void => {
  Atomics.add(words, at(CTL_STATS + stat), more);
};
export const statOf = (words: Words, stat: number): number => Atomics.load(words, at(CTL_STATS + stat));
export const redos = (words: Words): number => Atomics.load(words, at(CTL_REDOS));

/** Word `field` (LINE_*) of a slot's own line. */
export const lineWord = (slot: number, field: number): number => at(CTL_LINES + slot * LINE_BYTES + field);

/** Adds to a slot's own sum of milliseconds (LINE_*_MS). By that slot. */
export function addTime(views: Views, slot: number, field: number, ms: number): void {
  const at = CTL_LINES + slot * LINE_BYTES + field;
  views.data.setFloat64(at, views.data.getFloat64(at, true) + ms, true);
}

/** A slot's sums begin anew. While no job runs. */
export function clearTimes(views: Views, slot: number): void {
  for (const field of [LINE_INSIDE_MS, LINE_WAITED_MS])
    views.data.setFloat64(CTL_LINES + slot * LINE_BYTES + field, 0, true);
}

/** All slots' sums of milliseconds of that field (LINE_*_MS). When the job has ended. */
export function timeOfAll({ data, words }: Views, field: number): number {
  let sum = 0;
  for (let slot = 0; slot < slotCount(words); slot++)
    sum += data.getFloat64(CTL_LINES + slot * LINE_BYTES + field, true);
  return sum;
}

/** A job that does not keep all slots busy: the caller's core is free for a moment. */
const leavesSlots = (words: Words): boolean => hasPolicy(words, POLICY_ALONE) || words[at(CTL_COMMAND)] === JOB_CALLS;

/**
 * Resolves when `job` has ended or another one was posted (after a death). Waits without blocking, but for a moment in
 * which jobs of some microseconds end; where the platform lacks waitAsync it looks again every millisecond.
 */
export async function jobEnded(words: Words, job: number): Promise<void> {
  const looks = leavesSlots(words) ? CALLER_LOOKS : 0;
  for (let i = 0; i < looks; i++) if (Atomics.load(words, at(CTL_FINISHED)) === job) return;
  for (;;) {
    const finished = Atomics.load(words, at(CTL_FINISHED));
    if (finished === job || currentJob(words) !== job) return;
    if (typeof Atomics.waitAsync === 'function') await Atomics.waitAsync(words, at(CTL_FINISHED), finished).value;
    else await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
