// A large read set is compared in parts by all slots that have nothing else to do. The holder of the token takes parts as
// everybody does and waits for those only who are at one: a part is a few microseconds.
//
// Correct because helpers announce themselves, each in its own line, before they look whether the check is open, and the
// holder closes it before it looks whether any are left: no helper touches the outcome after the check, nor takes a part
// of the next one for it.
import {
  CHECK_LEAST,
  CTL_CHECK,
  CTL_CHECK_FAILED,
  CTL_CHECK_OUT,
  LINE_HELPING,
  OUT_CHUNK_COUNT,
  OUT_SLOT_COUNT,
  POLICY_PARALLEL_CHECK,
  STAT_PARALLEL_CHECKS,
} from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { count, hasPolicy, lineWord, ring, slotCount, type Words } from './control.ts';
import type { Job } from './job.ts';

const OPEN = CTL_CHECK >>> 2;
const OUT = CTL_CHECK_OUT >>> 2;
const FAILED = CTL_CHECK_FAILED >>> 2;

/** Takes a part that nobody has; 0 = none is left. */
function takePart(words: Words): number {
  let left = Atomics.load(words, OPEN);
  while (left > 0) {
    const seen = Atomics.compareExchange(words, OPEN, left, left - 1);
    if (seen === left) return left;
    left = seen;
  }
  return 0;
}

function checkParts(arena: Arena, job: Job, out: number, point: 'helping' | 'sharing'): void {
  const { words } = arena.views;
  for (let part = takePart(words); part !== 0; part = takePart(words)) {
    arena.points.reach(point);
    if (arena.core.checkPart(job.state, out, part - 1) === 0) {
      Atomics.store(words, FAILED, 1);
      Atomics.store(words, OPEN, 0);
    }
  }
}

/** Takes part in a check that is open. True if there was one. */
export function helpCheck(arena: Arena, job: Job): boolean {
  const { words } = arena.views;
  if (Atomics.load(words, OPEN) === 0) return false;
  const helping = lineWord(arena.slot, LINE_HELPING);
  Atomics.store(words, helping, 1);
  const isOpen = Atomics.load(words, OPEN) !== 0;
  if (isOpen) checkParts(arena, job, Atomics.load(words, OUT) >>> 0, 'helping');
  Atomics.store(words, helping, 0);
  return isOpen;
}

/** Waits until no slot helps with a check that is closed. */
function awaitHelpers(words: Words): void {
  for (let slot = 0; slot < slotCount(words); slot++) while (Atomics.load(words, lineWord(slot, LINE_HELPING)) !== 0);
}

/** A check that nobody judges any more: helpers find it closed. In the stead of a holder that is dead. */
export function closeCheck(words: Words): void {
  Atomics.store(words, OPEN, 0);
}

/** A part that a dead slot may have taken does not hold, so what is checked is executed again. By the caller. */
export function dropHelper(words: Words, dead: number): void {
  const helping = lineWord(dead, LINE_HELPING);
  if (Atomics.load(words, helping) === 0) return;
  Atomics.store(words, FAILED, 1);
  Atomics.store(words, helping, 0);
}

/** Whether the slots that an outcome read still hold, if it is worth sharing out; undefined: not compared. By the holder. */
export function slotsHoldInParts(arena: Arena, job: Job, out: number): boolean | undefined {
  const { views } = arena;
  const { words } = views;
  if (!hasPolicy(words, POLICY_PARALLEL_CHECK) || views.u32(out + OUT_SLOT_COUNT) < CHECK_LEAST) return undefined;
  const parts = views.u32(out + OUT_CHUNK_COUNT);
  if (parts === 0) return undefined;
  count(words, STAT_PARALLEL_CHECKS);
  awaitHelpers(words); // of a holder that died
  Atomics.store(words, FAILED, 0);
  Atomics.store(words, OUT, out);
  Atomics.store(words, OPEN, parts + 1);
  ring(words);
  checkParts(arena, job, out, 'sharing');
  awaitHelpers(words);
  return Atomics.load(words, FAILED) === 0;
}
