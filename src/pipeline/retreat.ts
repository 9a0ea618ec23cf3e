// Self-tuning while a block runs: where most results have to be redone, running ahead only costs. The steps ahead are then
// executed in turn, by whoever holds the token, for a stretch that doubles each time the block turns out to be still like
// that.
import {
  CTL_IN_TURN_UNTIL,
  CTL_RECENT_REDOS,
  CTL_RECENT_STEPS,
  CTL_RETREAT,
  POLICY_RETREAT,
  STAT_RETREATS,
} from '../../assembly/layout.ts';
import { count, hasPolicy, type Words } from './control.ts';

const REDOS = CTL_RECENT_REDOS >>> 2;
const STEPS = CTL_RECENT_STEPS >>> 2;
const RETREAT = CTL_RETREAT >>> 2;

/** Steps that are looked at together. */
const SAMPLE = 12;
const FIRST_RETREAT = 24;
const LONGEST_RETREAT = 384;

/** Notes a result that ran ahead and has to be redone. By the holder of the token. */
export function noteRedo(words: Words, step: number): void {
  words[REDOS] = (words[REDOS] as number) + 1;
  words[STEPS] = (words[STEPS] as number) + 1;
  noteConfirmed(words, step);
}

/** Looks at the sample, if it is full, which confirming fills (assembly/confirm.ts). By the holder of the token. */
export function noteConfirmed(words: Words, step: number): void {
  if (!hasPolicy(words, POLICY_RETREAT)) return;
  const [redos, steps] = [words[REDOS] as number, words[STEPS] as number];
  if (steps < SAMPLE) return;
  words[REDOS] = 0;
  words[STEPS] = 0;
  // At two slots every second result of a chain has to be redone: the other one was in turn.
  if (redos * 5 < steps * 2) {
    words[RETREAT] = 0;
    return;
  }
  const stretch = Math.min(Math.max(2 * (words[RETREAT] as number), FIRST_RETREAT), LONGEST_RETREAT);
  words[RETREAT] = stretch;
  Atomics.store(words, CTL_IN_TURN_UNTIL >>> 2, step + stretch);
  count(words, STAT_RETREATS);
}
