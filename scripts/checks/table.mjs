/** The readme's table of what was checked whole: how many cases passed, when, and the command that repeats it. */
import { existsSync, readFileSync } from 'node:fs';
import { recordPath } from './record.mjs';

/** @typedef {Record<string, any> & { date: string }} Report */

/**
 * @typedef {object} Check
 * @property {string} name its report is `bench/results/NAME.json`
 * @property {string} what
 * @property {(report: Report) => [passed: string, failed: number]} told
 * @property {(report: Report | undefined) => string} command
 */

/** @param {number} value */
const number = (value) => value.toLocaleString('en');
/** @param {string} command */
const onCorpus = (command) => () => `PARALLEL_EVM_CORPUS=DIR npm run ${command}`;

/** @type {readonly Check[]} */
const CHECKS = [
  {
    name: 'spec',
    what: 'official state, VM, transaction, RLP, trie and basic tests, Frontier to Osaka, every case',
    told: ({ passed, failed }) => [`${number(passed)} cases`, failed],
    command: onCorpus('test:spec'),
  },
  {
    name: 'blockchain',
    what: 'official blockchain tests through chains in memory, every header rule and state root, at one and two slots',
    told: ({ passed, failed, blocks }) => [`${number(passed)} cases, ${number(blocks)} blocks`, failed],
    command: onCorpus('test:blockchain'),
  },
  {
    name: 'corpus',
    what: 'real mainnet blocks at one and two slots, against their headers and `@ethereumjs/vm`',
    told: ({ passed, failed, blocks }) => [`${number(blocks)} blocks, ${number(passed)} cases`, failed],
    command: onCorpus('test:corpus'),
  },
  {
    name: 'witness',
    what: 'the real blocks that have a witness, verified at one and two slots, and random damage to witnesses and blocks',
    told: ({ passed, failed, blocks }) => [`${number(blocks)} blocks, ${number(passed)} cases`, failed],
    command: (report) =>
      onCorpus(`test:witness${report ? ` -- --mutations ${report.mutations} --seed ${report.seed}` : ''}`)(),
  },
  {
    name: 'schedules',
    what: 'drawn interleavings of two and three slots over the real kernels, each equal to sequential execution and each ending',
    told: ({ count, failed }) => [`${number(count - failed)} schedules`, failed],
    command: (report) =>
      `npm run fuzz:schedules -- --count ${report?.count ?? 100_000}${report ? ` --seed ${report.seed}` : ''}`,
  },
  {
    name: 'fuzz-evm',
    what: 'random transactions and blocks of every fork against `@ethereumjs/vm`, instruction counts printed',
    told: ({ cases, failures }) => [`${number(cases - failures)} transactions`, failures],
    command: (report) =>
      `npm run fuzz:evm -- --count ${report?.cases ?? 200_000}${report ? ` --seed ${report.seed}` : ''}`,
  },
];

/** @param {Check} check @param {Report | undefined} report */
function row({ what, told, command }, report) {
  const [passed, failed] = report ? told(report) : ['', 0];
  const count = failed === 0 ? passed : `${passed}; ${number(failed)} failed`;
  return `| ${what} | ${count} | ${report?.date.slice(0, 10) ?? ''} | \`${command(report)}\` |`;
}

/** @param {Readonly<Record<string, Report>>} reports by name; where one is absent the row has no count */
export function checksTable(reports) {
  const head = ['| what | passed | on | command |', '| --- | --- | --- | --- |'];
  return [...head, ...CHECKS.map((check) => row(check, reports[check.name]))].join('\n');
}

/** The reports that are there. @returns {Record<string, Report>} */
export function readChecks() {
  const present = CHECKS.filter(({ name }) => existsSync(recordPath(name)));
  return Object.fromEntries(present.map(({ name }) => [name, JSON.parse(readFileSync(recordPath(name), 'utf8'))]));
}
