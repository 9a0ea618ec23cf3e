// The difficulty that a block must have before Paris (Yellow Paper section 4.3.4; EIPs 2, 100, 649, 1234, 2384, 3554, 4345
// and 5133): it goes up and down with the time between blocks, and an exponential in the number, the bomb, is added.
import { type ForkName, isFrom } from '../block/forks.ts';

const LEAST_DIFFICULTY = 131_072n;
const BOUND_DIVISOR = 2048n;
const LEAST_FACTOR = -99n;
const BOMB_PERIOD = 100_000n;

/** By how many blocks the bomb is put off, newest first. */
const BOMB_DELAYS: readonly (readonly [from: ForkName, blocks: bigint])[] = [
  ['grayGlacier', 11_400_000n],
  ['arrowGlacier', 10_700_000n],
  ['london', 9_700_000n],
  ['muirGlacier', 9_000_000n],
  ['constantinople', 5_000_000n],
  ['byzantium', 3_000_000n],
];

/** What the difficulty depends on of the parent. */
export interface DifficultyParent {
  difficulty: bigint;
  timestamp: bigint;
  hasOmmers: boolean;
}

/** How many 2048ths of the parent's difficulty are added. */
function factor(fork: ForkName, elapsed: bigint, hasOmmers: boolean): bigint {
  if (!isFrom(fork, 'homestead')) return elapsed < 13n ? 1n : -1n;
  const down = isFrom(fork, 'byzantium') ? (hasOmmers ? 2n : 1n) - elapsed / 9n : 1n - elapsed / 10n;
  return down > LEAST_FACTOR ? down : LEAST_FACTOR;
}

function bomb(fork: ForkName, number: bigint): bigint {
  const delay = BOMB_DELAYS.find(([from]) => isFrom(fork, from))?.[1] ?? 0n;
  const periods = (number > delay ? number - delay : 0n) / BOMB_PERIOD - 2n;
  return periods < 0n ? 0n : 1n << periods;
}

/** Difficulty of block `number` with that timestamp (seconds, later than the parent's) under `fork`, which is before Paris. */
export function difficultyOf(fork: ForkName, number: bigint, timestamp: bigint, parent: DifficultyParent): bigint {
  const change = (parent.difficulty / BOUND_DIVISOR) * factor(fork, timestamp - parent.timestamp, parent.hasOmmers);
  const difficulty = parent.difficulty + change + bomb(fork, number);
  return difficulty > LEAST_DIFFICULTY ? difficulty : LEAST_DIFFICULTY;
}
