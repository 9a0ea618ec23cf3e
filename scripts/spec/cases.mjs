/** Which files of the suites hold which kind of test, and the cases in them. */
import { stateCases } from './state-tests.mjs';
import { vmCases } from './vm-tests.mjs';

/**
 * One test under one fork with one choice of its parameters; `run` resolves to what differs first, undefined if nothing.
 * @typedef {{ test: string, fork: string, index: string,
 *   run(engine: import('../../dist/src/statetest.js').BareEngine): Promise<string | undefined> }} Case
 */

export const SUITES = ['state-legacy-constantinople', 'state-legacy-cancun', 'state-eest', 'state-eest-static'];

/** @param {string} path @param {string} body @returns {Case[]} */
export function casesOf(path, body) {
  if (!path.endsWith('.json')) return [];
  const file = JSON.parse(body);
  return path.startsWith('VMTests/') ? vmCases(file) : stateCases(file);
}

/**
 * The chosen ones, each with its place in the file.
 * @param {Case[]} cases @param {{ fork: string | undefined, filter: string | undefined }} options
 * @param {string} path
 * @returns {number[]}
 */
export function chosen(cases, { fork, filter }, path) {
  const pattern = filter === undefined ? undefined : new RegExp(filter);
  return cases.flatMap((each, place) => {
    const name = `${path} ${each.test} ${each.fork} ${each.index}`;
    const fits = (fork === undefined || each.fork === fork) && (pattern === undefined || pattern.test(name));
    return fits ? [place] : [];
  });
}
