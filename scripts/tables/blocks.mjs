/** Tables of whole blocks against `@ethereumjs/vm`. */
import { medians, megagas, milliseconds, origin, table, times } from './format.mjs';

/** @param {any} block */
function blockRow({ number, hardfork, transactions, gasUsed, times: { reference, one, many }, ratios }) {
  return [
    number,
    hardfork,
    transactions,
    (gasUsed / 1e6).toFixed(1),
    milliseconds(reference.runBlock.median),
    milliseconds(one.execute.median),
    times(ratios.oneSlot.median),
    milliseconds(many.execute.median),
    times(ratios.parallel.median),
  ];
}

/** @param {any} report of bench/blocks.mjs */
export function blocksText({ blocks, geomeans, options: { slots, runs, engineRuns }, reference, ...report }) {
  const compared = [`${reference}, ms`, '1 slot, ms', 'faster', `${slots} slots, ms`, 'than 1 slot'];
  const head = ['block', 'fork', 'txs', 'Mgas', ...compared];
  const { oneSlot, parallel } = geomeans;
  const mean = ['geometric mean', '', '', '', '', '', times(oneSlot.median), '', times(parallel.median)];
  const rows = [...blocks.map(blockRow), mean];
  return `${table(head, rows, 2)}\n\n${medians(engineRuns, runs)} ${origin(report)}`;
}

/** Blocks of the readme: plain transfers, swaps, large contracts, pairings, and one that is mostly a single transaction. */
const SHOWN_BLOCKS = [14396881, 18988207, 24476008, 23879620, 17666333, 19932703];

/** How far a second slot changes what a block takes. @param {any} block */
const change = ({ ratios: { parallel } }) => Math.abs(Math.log(parallel.median));

/** @param {any} report of bench/blocks.mjs; last comes the block that a second slot makes the least difference to */
export function summaryText({ blocks, geomeans, options: { slots, runs, engineRuns }, reference, ...report }) {
  const compared = [`${reference}, ms`, '1 slot, ms', `${slots} slots, ms`, 'faster than 1 slot', 'faster than the vm'];
  const head = ['mainnet block', 'txs', 'Mgas', ...compared];
  const least = blocks.reduce((/** @type {any} */ a, /** @type {any} */ b) => (change(b) < change(a) ? b : a));
  const shown = SHOWN_BLOCKS.map((number) => blocks.find((/** @type {any} */ block) => block.number === number));
  const rows = [...shown.filter((block) => block !== least), least].map(
    ({ number, transactions, gasUsed, times: { reference: theirs, one, many }, ratios }) => [
      number,
      transactions,
      megagas(gasUsed),
      milliseconds(theirs.runBlock.median),
      milliseconds(one.execute.median),
      milliseconds(many.execute.median),
      times(ratios.parallel.median),
      times(theirs.runBlock.median / many.execute.median),
    ],
  );
  const all = `On no block does a second slot change less than on the last of them, which gains next to nothing. All ${blocks.length} blocks: one slot ${times(geomeans.oneSlot.median)}, two slots ${times(geomeans.parallel.median)} of that (geometric means).`;
  return `${table(head, rows)}\n\n${all} ${medians(engineRuns, runs)} ${origin(report)}`;
}
