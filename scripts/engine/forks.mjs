/** The forks that scenarios run on, oldest first, each with a mainnet number and time at which the schedule selects it. */

/** @typedef {{ name: string, number: number, timestamp: number }} Place */

/** @type {readonly Place[]} */
const PLACES = [
  { name: 'chainstart', number: 500_000, timestamp: 1_446_832_865 },
  { name: 'homestead', number: 1_500_000, timestamp: 1_462_905_000 },
  { name: 'spuriousDragon', number: 2_800_000, timestamp: 1_481_900_000 },
  { name: 'byzantium', number: 5_000_000, timestamp: 1_517_319_000 },
  { name: 'istanbul', number: 9_100_000, timestamp: 1_576_200_000 },
  { name: 'london', number: 13_000_000, timestamp: 1_628_600_000 },
  { name: 'shanghai', number: 17_500_000, timestamp: 1_687_004_711 },
  { name: 'cancun', number: 20_000_000, timestamp: 1_717_281_407 },
  { name: 'prague', number: 23_000_000, timestamp: 1_753_500_011 },
  { name: 'osaka', number: 23_950_000, timestamp: 1_765_000_007 },
];

export const FORKS = PLACES.map(({ name }) => name);

/** @param {string} name @returns {Place} */
export function placeOf(name) {
  const place = PLACES.find((each) => each.name === name);
  if (place === undefined) throw new RangeError(`"fork" must be one of ${FORKS}, got "${name}"`);
  return place;
}

/** @param {string} fork @param {string} first @returns {boolean} whether `fork` has the rules of `first` */
export const isFrom = (fork, first) => FORKS.indexOf(placeOf(fork).name) >= FORKS.indexOf(placeOf(first).name);

/** @param {string} first @param {string} [last] @returns {string[]} the forks from `first` to `last`, both included */
export const since = (first, last = 'osaka') => FORKS.filter((fork) => isFrom(fork, first) && isFrom(last, fork));
