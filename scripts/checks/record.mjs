/**
 * What a whole run of a check came to: `--record` of its script writes `bench/results/NAME.json`, from where the readme has
 * its counts (table.mjs).
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { circumstances } from '../../bench/machine.mjs';

/** Options that leave nothing of a check out; the number of mutations is in the record. */
const HARMLESS = ['record', 'jobs', 'seed', 'mutations'];

/**
 * Why a run is not to be recorded, undefined if it is.
 * @param {readonly { kind: string, name?: string }[]} tokens of `parseArgs`
 * @returns {string | undefined}
 */
export function recordFault(tokens) {
  const names = tokens.flatMap(({ kind, name }) => (kind === 'option' && name !== undefined ? [name] : []));
  const other = names.includes('record') ? names.find((name) => !HARMLESS.includes(name)) : undefined;
  return other === undefined ? undefined : `"--record" is for whole runs, which "--${other}" may not change`;
}

/** @param {string} name @returns {string} */
export const recordPath = (name) => fileURLToPath(new URL(`../../bench/results/${name}.json`, import.meta.url));

/**
 * Writes what a check came to, with commit, date and machine.
 * @param {string} name @param {{ passed: number, failed: number } & Record<string, unknown>} counts
 */
export function recordCheck(name, counts) {
  const { date, commit, hasLocalChanges, machine, node } = circumstances();
  const record = { name, date, commit, hasLocalChanges, machine, node, ...counts };
  writeFileSync(recordPath(name), `${JSON.stringify(record, undefined, 1)}\n`);
  console.log(recordPath(name));
}
