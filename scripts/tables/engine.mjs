/** Tables of several slots against one. */
import { coordinationShares } from '../../bench/measure.mjs';
import { milliseconds, origin, table, times } from './format.mjs';

/** @param {any} row of a block */
function engineRow({ block, transactions, limit, ownLimit, one, policies }) {
  const { min, speedup, firstSight, cpu, redone } = policies.default;
  const [most, own] = [limit, ownLimit].map((each) => (each === undefined ? '' : times(each)));
  const share = `${(100 * redone).toFixed(1)} %`;
  return [
    block,
    transactions,
    milliseconds(one),
    milliseconds(min),
    times(speedup),
    most,
    own,
    times(firstSight),
    times(cpu),
    share,
  ];
}

/** @param {any} report of bench/engine.mjs */
export function engineText({ blocks, conflictFree, summaries, canaries, options: { slots, runs }, ...report }) {
  const head = [
    'block',
    'txs',
    '1 slot, ms',
    `${slots} slots, ms`,
    'faster',
    "limit by the reference's costs",
    'by its own costs',
    'at first sight',
    'CPU',
    'redone gas',
  ];
  const { speedup, firstSight, cpu, redone } = summaries.default;
  const mean = [
    'geometric mean',
    '',
    '',
    '',
    times(speedup),
    '',
    '',
    times(firstSight),
    times(cpu),
    `${(100 * redone).toFixed(1)} %`,
  ];
  const rows = [...blocks.map(engineRow), mean, ...conflictFree.map(engineRow)];
  const [share, ownShare] = [summaries.default.shareOfLimit, summaries.default.shareOfOwnLimit].map((part) =>
    (100 * part).toFixed(0),
  );
  const shares = `Median share of a block's limit: ${share} % by the reference's costs, ${ownShare} % by its own.`;
  return `${table(head, rows)}\n\n${shares} ${coordinationText(report.coordination)}${engineEnd({ canaries, runs, report })}`;
}

/** @param {any} coordination of bench/engine.mjs */
function coordinationText({ blocks, conflictFree }) {
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;
  const { mean, together } = coordinationShares(blocks);
  const each = conflictFree.map(({ block, microseconds }) => `${microseconds.toFixed(2)} µs of ${block}`).join(', ');
  return `Coordination (claims, token, comparing, publishing) takes ${percent(together)} of the slots' time on all these blocks together, ${percent(mean)} of a block's in the mean, and for a transaction ${each}. `;
}

/** @param {{ canaries: number[], runs: number, report: any }} measured */
function engineEnd({ canaries, runs, report }) {
  const loops = canaries.map((ratio) => ratio.toFixed(2)).join(', ');
  const beside = `Two loops that share nothing ran ${loops} times as fast on two threads as on one.`;
  return `${beside} Minima of ${runs} interleaved runs. ${origin(report)}`;
}

/** @param {any} report of bench/engine.mjs with all presets, which take turns and so find their caches cold */
export function presetsText({ summaries, canaries, options: { runs }, ...report }) {
  const rows = Object.entries(summaries).map(([name, { speedup, firstSight, cpu, redone }]) => [
    `\`${name}\``,
    ...[speedup, firstSight, cpu].map(times),
    `${(100 * redone).toFixed(1)} %`,
  ]);
  const head = ['preset', 'than 1 slot', 'at first sight', 'CPU', 'redone gas'];
  return `${table(head, rows)}\n\n${engineEnd({ canaries, runs, report })}`;
}
