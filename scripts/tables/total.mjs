/** Tables of total times, from bytes to a verified root, and of tries. */
import { medians, milliseconds, origin, table, times } from './format.mjs';

/** @param {any} row of bench/total.mjs */
const totalRow = ({ label, transactions, times: { one, several }, reference, ratios, referenceRoot }) => [
  label,
  transactions,
  milliseconds(one.total.median),
  milliseconds(several.total.median),
  `${(100 * (1 - 1 / ratios.parallel.median)).toFixed(0)} %`,
  milliseconds(reference.total.median),
  times(ratios.reference.median) + (referenceRoot === 'not comparable' ? '*' : ''),
];

/** @param {any} report of bench/total.mjs */
export function totalText({
  verified,
  executed,
  recovery,
  summary,
  options: { slots, runs, referenceRuns },
  reference,
  ...report
}) {
  const head = ['', 'txs', '1 slot, ms', `${slots} slots, ms`, 'cut', `${reference}, ms`, `${slots} slots faster`];
  const mean = ['geometric mean', '', '', '', `${(100 * summary.cut).toFixed(0)} %`, '', times(summary.reference)];
  const senders = Object.entries(recovery.ratios).map(([name, { median }]) => `${name} ${times(median)}`);
  const star =
    '* the reference runs on a trie of the pre-state, since its own trie needs nodes that the witness lacks.';
  const end = `Recovering a sender against @noble/curves: ${senders.join(', ')}.`;
  const rows = [...verified.map(totalRow), mean, ...executed.map(totalRow)];
  return `${table(head, rows)}\n\n${star} ${end}\n\n${medians(runs, referenceRuns)} ${origin(report)}`;
}

/** @param {any} report of bench/trie.mjs on whole tries */
export function wholeTrieText({
  whole: { accounts, keys, faster, milliseconds: ms, createState, bytesPerAccount },
  ...report
}) {
  const head = ['', 'the library', '@ethereumjs/mpt', 'faster'];
  const row = [
    `root after ${keys.toLocaleString('en')} keys of ${accounts.toLocaleString('en')} accounts, ms`,
    ...[milliseconds(ms.ours.median), milliseconds(ms.ethereumjs.median), times(faster.median)],
  ];
  const seconds = (/** @type {number} */ value) => `${(value / 1000).toFixed(1)} s`;
  const made = `createState takes ${seconds(createState.withTrie)} with the trie, ${seconds(createState.withoutTrie)} without`;
  const bytes = `${bytesPerAccount.withTrie} and ${bytesPerAccount.withoutTrie} bytes for an account`;
  return `${table(head, [row])}\n\n${made}; ${bytes}. ${origin(report)}`;
}
