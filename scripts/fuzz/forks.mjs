/**
 * The forks that cases are drawn for, oldest first, and which of them come more often. The reference has no rules for
 * bpo3 to bpo5, whose blob schedules nobody has set.
 */

export const FORKS = [
  'chainstart',
  'homestead',
  'dao',
  'tangerineWhistle',
  'spuriousDragon',
  'byzantium',
  'constantinople',
  'petersburg',
  'istanbul',
  'muirGlacier',
  'berlin',
  'london',
  'arrowGlacier',
  'grayGlacier',
  'paris',
  'shanghai',
  'cancun',
  'prague',
  'osaka',
  'bpo1',
  'bpo2',
];

/** Forks that change nothing but a difficulty bomb or the blob schedule. */
const MINOR = ['dao', 'muirGlacier', 'arrowGlacier', 'grayGlacier', 'bpo1', 'bpo2'];
const NEWEST = ['cancun', 'prague', 'osaka'];

/** Rows for a weighted choice. @type {[number, string][]} */
export const FORK_WEIGHTS = FORKS.map((fork) => [MINOR.includes(fork) ? 1 : NEWEST.includes(fork) ? 8 : 4, fork]);

/** @param {string} fork @param {string} first @returns {boolean} whether `fork` has the rules of `first` */
export const isFrom = (fork, first) => FORKS.indexOf(fork) >= FORKS.indexOf(first);
