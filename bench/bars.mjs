/** What the measurements are held against. A bar that is missed is told, not hidden; it is no failure of the run. */

/**
 * @typedef {object} Bar
 * @property {string} name
 * @property {'at least' | 'at most'} sense
 * @property {number} bar
 * @property {number} stretch
 * @property {string} unit
 */

/** @type {Record<string, Bar>} */
export const BARS = {
  programs: {
    name: 'evmbench, inputs of main, short ones among many',
    sense: 'at least',
    bar: 60,
    stretch: 90,
    unit: 'x',
  },
  arithmetic: { name: 'arithmetic loop', sense: 'at least', bar: 40, stretch: 50, unit: 'x' },
  keccak: { name: 'keccak loop', sense: 'at least', bar: 24, stretch: 36, unit: 'x' },
  start: { name: 'first block to steady state', sense: 'at most', bar: 2, stretch: 1.3, unit: 'x' },
};

/** @typedef {Bar & { value: number, verdict: 'missed' | 'met' | 'stretch met' }} Judgement */

/** @param {Bar} bar @param {number} value @returns {Judgement} */
export function judge(bar, value) {
  const reaches = (/** @type {number} */ line) => (bar.sense === 'at least' ? value >= line : value <= line);
  const verdict = reaches(bar.stretch) ? 'stretch met' : reaches(bar.bar) ? 'met' : 'missed';
  return { ...bar, value, verdict };
}

/** @param {Judgement} judgement */
export const judgementLine = ({ name, value, unit, sense, bar, stretch, verdict }) =>
  `bar: ${name}: ${value}${unit}, ${sense} ${bar}${unit} (stretch ${stretch}${unit}): ${verdict}`;
