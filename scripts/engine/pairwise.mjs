/**
 * Covering arrays of strength two: rows over some factors so that every two values of different factors stand together in
 * at least one row. Greedy: each new row starts from a pair that is still missing and gives every other factor the value
 * that covers most missing pairs.
 */

/** @typedef {Record<string, readonly unknown[]>} Factors name → values */

/** @param {string} factor @param {number} value index @param {string} otherFactor @param {number} otherValue */
const pairKey = (factor, value, otherFactor, otherValue) =>
  factor < otherFactor
    ? `${factor}=${value} ${otherFactor}=${otherValue}`
    : `${otherFactor}=${otherValue} ${factor}=${value}`;

/** @param {Factors} factors @returns {Map<string, [string, number, string, number]>} all pairs, by key */
function allPairs(factors) {
  const names = Object.keys(factors);
  const pairs = new Map();
  for (const [at, a] of names.entries())
    for (const b of names.slice(at + 1))
      for (const i of factors[a].keys())
        for (const j of factors[b].keys()) pairs.set(pairKey(a, i, b, j), [a, i, b, j]);
  return pairs;
}

/** @param {Map<string, number>} row chosen so far @param {string} factor @param {number} value @param {Map<string, unknown>} missing */
function gain(row, factor, value, missing) {
  let count = 0;
  for (const [name, chosen] of row) if (missing.has(pairKey(name, chosen, factor, value))) count += 1;
  return count;
}

/** @param {Factors} factors @param {Map<string, [string, number, string, number]>} missing @returns {Map<string, number>} */
function nextRow(factors, missing) {
  const [[a, i, b, j]] = missing.values();
  const row = new Map([
    [a, i],
    [b, j],
  ]);
  for (const [name, values] of Object.entries(factors)) {
    if (row.has(name)) continue;
    const gains = [...values.keys()].map((value) => gain(row, name, value, missing));
    row.set(name, gains.indexOf(Math.max(...gains)));
  }
  return row;
}

/** @param {Map<string, number>} row @param {Map<string, unknown>} missing */
function strike(row, missing) {
  for (const [a, i] of row) for (const [b, j] of row) if (a < b) missing.delete(pairKey(a, i, b, j));
}

/**
 * @param {Factors} factors
 * @returns {Record<string, unknown>[]} rows; with a single factor one row for each of its values
 */
export function pairwise(factors) {
  const names = Object.keys(factors);
  const [only] = names;
  if (names.length === 1) return factors[only].map((value) => ({ [only]: value }));
  const missing = allPairs(factors);
  const rows = [];
  while (missing.size > 0) {
    const row = nextRow(factors, missing);
    strike(row, missing);
    rows.push(Object.fromEntries(names.map((name) => [name, factors[name][row.get(name) ?? 0]])));
  }
  return rows;
}
