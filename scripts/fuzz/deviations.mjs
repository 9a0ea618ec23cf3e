/** Where the reference is known to be wrong: each as narrow as it can be told, with the rule that decides. */

/** @typedef {{ fork: string, tx: import('./resolve.mjs').Resolved, got: any, expected: any, difference: import('../../test/oracle/difference.mjs').Difference }} Disagreement */
/** @type {Record<string, (found: Disagreement) => boolean>} */
const DEVIATIONS = {};

/** @param {Disagreement} found @returns {string | undefined} its name */
export const deviationOf = (found) => Object.keys(DEVIATIONS).find((name) => DEVIATIONS[name](found));
