/**
 * The table of engines: every scenario has to come out the same on each of its rows. A policy joins by its name and its
 * values in POLICIES, a preset by its name in PRESETS; a dot in a name is a level of the options (`'dispatch.static'`).
 * Slots and policies are crossed so that every two values meet in a row, not in all combinations.
 */
import { pairwise } from './pairwise.mjs';

const SLOTS = [1, 2, 3, 4, 8];

/** Options of `createEngine` beside the slots, with the values to run. @type {Record<string, readonly unknown[]>} */
const POLICIES = {
  dispatch: [
    { static: true, dynamic: true },
    { static: true, dynamic: false },
    { static: false, dynamic: true },
  ],
  detection: ['read-based', 'dirty-read'],
  pipeline: ['streaming', 'wait'],
  unconfirmed: [true, false],
  shadow: [true, false],
  detectInAdvance: [true, false],
  parallelKvCheck: [true, false],
  deltas: [true, false],
  adaptive: [true, false],
};

/** Values of the option `preset`, each run at PRESET_SLOTS. @type {readonly string[]} */
const PRESETS = ['phase1', 'phase2'];
const PRESET_SLOTS = [2, 4];

/**
 * An adaptive engine runs small blocks on one slot, whatever else its policy says: the crossed rows are not adaptive, and the
 * adaptive ones that are no default stand here.
 */
const ADAPTIVE = [
  { slots: 2, adaptive: true, deltas: false, unconfirmed: false },
  { slots: 4, adaptive: true, deltas: false, pipeline: 'wait' },
  { slots: 3, adaptive: true, dispatch: { static: true, dynamic: false }, detection: 'dirty-read' },
];

/** The other path of execution: its kernels are others, the pipeline is the same. Not adaptive, so that small blocks are spread. */
const TYPESCRIPT = [
  { slots: 1, execution: 'typescript' },
  { slots: 2, execution: 'typescript', adaptive: false },
  { slots: 3, execution: 'typescript', adaptive: false, deltas: false, unconfirmed: false },
  { slots: 3, execution: 'typescript', preset: 'phase1' },
  { slots: 4, execution: 'typescript', adaptive: false, detection: 'dirty-read', shadow: false },
];

/** A few engines live at once and their blocks are small: address space is what they have to share. */
const MEMORY = { maxBytes: 2 ** 29 };

/** @typedef {{ name: string, options: import('../../dist/src/index.js').EngineOptions }} EngineRow */

/** @param {Record<string, any>} tree @param {string} path @param {unknown} value */
function setAt(tree, path, value) {
  const names = path.split('.');
  const last = /** @type {string} */ (names.pop());
  let level = tree;
  for (const name of names) level = level[name] ??= {};
  level[last] = value;
}

/** @param {Record<string, unknown>} row option by dotted name @returns {EngineRow} */
export function rowOf(row) {
  const options = { memory: MEMORY };
  for (const [path, value] of Object.entries(row)) setAt(options, path, value);
  return {
    name: Object.entries(row)
      .map(([path, value]) => `${path}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
      .join(' '),
    options,
  };
}

/** What all the others are compared with: one transaction after another. */
export const YARDSTICK = rowOf({ slots: 1 });

/** @returns {EngineRow[]} the yardstick first */
export function engineRows() {
  const plain = SLOTS.map((slots) => rowOf({ slots }));
  const presets = PRESETS.flatMap((preset) => PRESET_SLOTS.map((slots) => rowOf({ slots, preset })));
  const crossed = pairwise({ slots: SLOTS, ...POLICIES, adaptive: [false] }).map(rowOf);
  return [...plain, ...presets, ...crossed, ...ADAPTIVE.map(rowOf), ...TYPESCRIPT.map(rowOf)];
}

/** @param {import('../showcase/random.mjs').Random} random @param {number} slots @returns {EngineRow} any values at all */
export const drawRow = (random, slots) =>
  rowOf({
    slots,
    ...Object.fromEntries(Object.entries(POLICIES).map(([name, values]) => [name, random.pick(values)])),
  });
