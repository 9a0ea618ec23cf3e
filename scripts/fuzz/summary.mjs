/** What a run reached, as tables to read and as facts to keep. */
import { NAMES } from '../showcase/assembler.mjs';
import { FORKS } from './forks.mjs';

/** @typedef {import('./jobs.mjs').Report} Report */

/** Executions of each opcode over all forks, by name. @param {Report['coverage']} coverage @returns {Record<string, number>} */
function byOpcode({ defined, opcodes }) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const ops of Object.values(defined)) for (const op of /** @type {number[]} */ (ops)) counts[NAMES[op] ?? op] = 0;
  for (const ofFork of Object.values(opcodes))
    for (const [op, count] of Object.entries(ofFork)) {
      const name = NAMES[Number(op)] ?? op;
      counts[name] = (counts[name] ?? 0) + count;
    }
  return counts;
}

/** The instructions that a fork has and no case ran, by fork. @param {Report['coverage']} coverage @returns {Record<string, string[]>} */
function unreached({ defined, opcodes }) {
  const entries = FORKS.map((fork) => {
    const missing = (defined[fork] ?? []).filter((/** @type {number} */ op) => !opcodes[fork]?.[op]);
    return [fork, missing.map((/** @type {number} */ op) => NAMES[op] ?? String(op))];
  });
  return Object.fromEntries(entries.filter(([, names]) => names.length > 0));
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
  const { endings, frames, refusals, forks, types, depths, blocks, deviations } = coverage;
  const opcodes = byOpcode(coverage);
  return {
    ...{ cases, failures: found.length, cpuSeconds: Math.round(cpuSeconds) },
    ...{ forks: inOrder(forks, FORKS), types, endings, frames, refusals, depths, blocks, deviations },
    precompiles: byPrecompile(coverage),
    unreached: unreached(coverage),
    opcodes: Object.fromEntries(Object.entries(opcodes).sort(([, a], [, b]) => b - a)),
  };
}

/** @param {Report} report @returns {string[]} lines */
export function tables(report) {
  const {
    opcodes,
    unreached: missing,
    precompiles,
    forks,
    types,
    endings,
    frames,
    refusals,
    depths,
    blocks,
    deviations,
  } = summary(report);
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
    `whole blocks: ${line(blocks)}`,
    `precompiles, passed/failed: ${line(precompiles)}`,
    `opcodes: ${line(opcodes)}`,
    `instructions not reached: ${line(missing)}`,
    `deviations of the reference: ${line(deviations)}`,
  ];
}
