// What the mechanisms of the parallel engine did in a block: counters that the slots keep in the control words.
import {
  STAT_ABORTS,
  STAT_AVOIDED,
  STAT_DELTAS_FOLDED,
  STAT_DEPENDENCIES,
  STAT_DETECTED_IN_ADVANCE,
  STAT_EARLY,
  STAT_EARLY_ROOTS,
  STAT_FALLBACKS,
  STAT_OVERFLOWS,
  STAT_PARALLEL_CHECKS,
  STAT_PIPELINED_COMMITS,
  STAT_RECYCLED_BYTES,
  STAT_RESERVED,
  STAT_RETREATS,
  STAT_SHADOW_REDOS,
  STAT_SLOT_DEATHS,
  STAT_STATIC_CLAIMS,
  STAT_STEALS,
  STAT_UNCONFIRMED_READS,
  STAT_VALUE_MATCHES,
  STAT_WAITS,
} from '../../assembly/layout.ts';
import { statOf, type Words } from '../pipeline/control.ts';

/** What each mechanism did ([guide](docs/options.md)). */
export interface MechanismStats {
  /** Transactions that a slot took from its own list. */
  staticClaims: number;
  /** Transactions that a slot took out of another slot's list. */
  steals: number;
  /** Transactions that went to another list than that of their sender or recipient, because it was full (queueLimit). */
  overflows: number;
  /** Transactions that were passed over for a moment because a likely conflict was running. */
  avoided: number;
  /** Large transactions that started before lower ones. */
  early: number;
  /** Small transactions that a slot set aside for itself together with the one before. */
  reserved: number;
  /** Values that came from transactions which were not confirmed yet. */
  unconfirmedReads: number;
  /** Attempts that ended because they met a transaction that was being redone. */
  dependencies: number;
  /** Redos that the slot which found the conflict began at once. */
  shadowRedos: number;
  /** Results that were taken back before their turn. */
  detectedInAdvance: number;
  /** Large read sets that were compared in parts. */
  parallelKvChecks: number;
  /** Reads that held by value although something was written in between. */
  valueMatches: number;
  /** Changes of balances that were applied to another balance than the attempt's. */
  deltasFolded: number;
  /** Attempts that stopped in their midst, because what they had read was overtaken or the job had ended. */
  aborts: number;
  /** Times that a slot waited for its transaction's turn ('wait'). */
  waits: number;
  /** Times that the block went on in turn for a while, because most results were stale. */
  retreats: number;
  /** Inconsistencies after which the rest of the block was executed in turn. Always 0, or this library has a fault. */
  fallbacks: number;
  /** 1 if the block ran on the one before it while that one's state root was still worked out ('pipelined'). */
  pipelinedCommits: number;
  /** Storage roots that idle slots had worked out, from a witness, before the last transaction was done. */
  earlyRoots: number;
  /** Slots that died in the block, whose part others have done. */
  slotDeaths: number;
  /** Bytes of versions that the block wrote and the next one uses again. */
  recycledBytes: number;
}

const STATS: [keyof MechanismStats, number][] = [
  ['staticClaims', STAT_STATIC_CLAIMS],
  ['steals', STAT_STEALS],
  ['overflows', STAT_OVERFLOWS],
  ['avoided', STAT_AVOIDED],
  ['early', STAT_EARLY],
  ['reserved', STAT_RESERVED],
  ['unconfirmedReads', STAT_UNCONFIRMED_READS],
  ['dependencies', STAT_DEPENDENCIES],
  ['shadowRedos', STAT_SHADOW_REDOS],
  ['detectedInAdvance', STAT_DETECTED_IN_ADVANCE],
  ['parallelKvChecks', STAT_PARALLEL_CHECKS],
  ['valueMatches', STAT_VALUE_MATCHES],
  ['deltasFolded', STAT_DELTAS_FOLDED],
  ['aborts', STAT_ABORTS],
  ['waits', STAT_WAITS],
  ['retreats', STAT_RETREATS],
  ['fallbacks', STAT_FALLBACKS],
  ['pipelinedCommits', STAT_PIPELINED_COMMITS],
  ['earlyRoots', STAT_EARLY_ROOTS],
  ['slotDeaths', STAT_SLOT_DEATHS],
  ['recycledBytes', STAT_RECYCLED_BYTES],
];

export const readMechanisms = (words: Words): MechanismStats =>
  Object.fromEntries(STATS.map(([name, stat]) => [name, statOf(words, stat)])) as unknown as MechanismStats;
