/** What a run reached, as tables to read and as facts to keep. */
import { NAMES } from '../showcase/assembler.mjs';
import { FORKS } from './forks.mjs';

/** @typedef {import('./jobs.mjs').Report} Report */

/** Executions of each opcode over all forks, by name. @param {Report['coverage']} coverage @returns {Record<string, number>} */
function byOpcode({ opcodes }) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const ofFork of Object.values(opcodes))
    for (const [op, count] of Object.entries(ofFork)) {
      const name = NAMES[Number(op)] ?? op;
      counts[name] = (counts[name] ?? 0) + count;
    }
  return counts;
}

/** Passed and failed calls by address. @param {Report['coverage']} coverage */
function byPrecompile({ precompilesPassed, precompilesFailed }) {
  const ids = [...new Set([...Object.keys(precompilesPassed), ...Object.keys(precompilesFailed)])];
  return Object.fromEntries(ids.map((id) => [id, [precompilesPassed[id] ?? 0, precompilesFailed[id] ?? 0]]));
}

/** @param {Record<string, number>} counts @param {string[]} order */
const inOrder = (counts, order) =>
  Object.fromEntries(order.filter((key) => key in counts).map((key) => [key, counts[key]]));

/** @param {Report} report */
export function summary({ cases, found, coverage, cpuSeconds }) {
  const { endings, frames, refusals, forks, types, depths, deviations } = coverage;
  const opcodes = byOpcode(coverage);
  return {
    ...{ cases, failures: found.length, cpuSeconds: Math.round(cpuSeconds) },
    ...{ forks: inOrder(forks, FORKS), types, endings, frames, refusals, depths, deviations },
    precompiles: byPrecompile(coverage),
    opcodes: Object.fromEntries(Object.entries(opcodes).sort(([, a], [, b]) => b - a)),
  };
}

/** @param {Report} report @returns {string[]} lines */
export function tables(report) {
  const { opcodes, precompiles, forks, types, endings, frames, refusals, depths, deviations } = summary(report);
  const line = (/** @type {Record<string, unknown>} */ counts) =>
    Object.entries(counts)
      .map(([key, count]) => `${key} ${Array.isArray(count) ? count.join('/') : count}`)
      .join(', ') || 'none';
  return [
    `forks: ${line(forks)}`,
    `types: ${line(types)}`,
    `endings: ${line(endings)}`,
    `all frames: ${line(frames)}`,
    `refusals: ${line(refusals)}`,
    `deepest frame from: ${line(depths)}`,
    `precompiles, passed/failed: ${line(precompiles)}`,
    `opcodes: ${line(opcodes)}`,
    `deviations of the reference: ${line(deviations)}`,
  ];
}
