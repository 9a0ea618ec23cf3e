/** The forks by the names of the suites, and by those of the library, oldest first. */

/** @type {Readonly<Record<string, string>>} */
export const FORKS = {
  Frontier: 'chainstart',
  Homestead: 'homestead',
  EIP150: 'tangerineWhistle',
  EIP158: 'spuriousDragon',
  Byzantium: 'byzantium',
  Constantinople: 'constantinople',
  ConstantinopleFix: 'petersburg',
  Istanbul: 'istanbul',
  Berlin: 'berlin',
  London: 'london',
  Paris: 'paris',
  Merge: 'paris',
  Shanghai: 'shanghai',
  Cancun: 'cancun',
  Prague: 'prague',
  Osaka: 'osaka',
};

const ORDER = Object.values(FORKS);

/** @param {string} fork @param {string} first */
export const isFrom = (fork, first) => ORDER.indexOf(fork) >= ORDER.indexOf(first);
