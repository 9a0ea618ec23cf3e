// A large read set is compared in parts by all slots that have nothing else to do. The holder of the token takes parts as
// everybody does and waits for those only who are at one (helpers.ts): a part is a few microseconds.
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
import { count, hasPolicy, lineWord, ring, type Words } from './control.ts';
import { awaitHelpers, help, takePart } from './helpers.ts';
import type { Job } from './job.ts';

const OPEN = CTL_CHECK >>> 2;
const OUT = CTL_CHECK_OUT >>> 2;
const FAILED = CTL_CHECK_FAILED >>> 2;

function checkParts(arena: Arena, job: Job, out: number, point: 'helping' | 'sharing'): void {
  const { words } = arena.views;
  for (let part = takePart(words, OPEN); part !== 0; part = takePart(words, OPEN)) {
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
  return help(words, arena.slot, OPEN, () => checkParts(arena, job, Atomics.load(words, OUT) >>> 0, 'helping'));
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
