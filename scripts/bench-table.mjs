/**
 * `node scripts/bench-table.mjs [--from bench/results/blocks.json] [--readme README.md]`
 *
 * Writes the table of a block benchmark into the readme, between `<!-- bench:blocks -->` and `<!-- /bench:blocks -->`, so
 * that the numbers there are those of a file and not somebody's memory.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const OPEN = '<!-- bench:blocks -->';
const CLOSE = '<!-- /bench:blocks -->';

/** @param {string} path */
const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: inRepository('bench/results/blocks.json') },
    readme: { type: 'string', default: inRepository('README.md') },
  },
});

/** @param {number} ms */
const milliseconds = (ms) => ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0);
/** @param {number} ratio */
const times = (ratio) => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;

/** @param {any} block */
function row({ number, hardfork, transactions, gasUsed, times: { reference, one, many }, ratios }) {
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

/** @param {any} report */
function table({ blocks, geomeans, options, reference, machine, node, commit, hasLocalChanges, date }) {
  const { slots, runs } = options;
  const head = [
    'block',
    'fork',
    'txs',
    'Mgas',
    `${reference}, ms`,
    '1 slot, ms',
    'faster',
    `${slots} slots, ms`,
    'than 1 slot',
  ];
  const rows = [
    head,
    head.map((_cell, i) => (i === 1 ? '---' : '---:')),
    ...blocks.map(row),
    ['geometric mean', '', '', '', '', '', times(geomeans.oneSlot.median), '', times(geomeans.parallel.median)],
  ];
  const text = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const at = `${commit?.slice(0, 10) ?? 'no commit'}${hasLocalChanges ? ' with local changes' : ''}`;
  const where = `${machine.cpu}, ${machine.cores} cores, Node ${node.slice(1)}`;
  return `${text}\n\nMedians of ${runs} interleaved runs. ${where}, ${at}, ${date.slice(0, 10)}.`;
}

/** @param {string} readme @param {string} text @returns {string} */
function between(readme, text) {
  const start = readme.indexOf(OPEN);
  const end = readme.indexOf(CLOSE);
  if (start < 0 || end < start) throw new Error(`${values.readme} must have ${OPEN} and then ${CLOSE}`);
  return `${readme.slice(0, start + OPEN.length)}\n${text}\n${readme.slice(end)}`;
}

const report = JSON.parse(readFileSync(values.from, 'utf8'));
writeFileSync(values.readme, between(readFileSync(values.readme, 'utf8'), table(report)));
