/**
 * `npm run bench:table`
 *
 * Writes the tables of benchmarks into `docs/benchmarks.md`, each between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`
 * from `bench/results/NAME.json`, and a few rows of them into the readme, with the counts of what was checked, so that the
 * numbers there are those of a file and not somebody's memory.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { coordinationShares } from '../bench/measure.mjs';
import { checksTable, readChecks } from './checks/table.mjs';

/** @param {string} path */
const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** @param {number} ms */
const milliseconds = (ms) => ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0);
/** @param {number} ms */
const duration = (ms) => (ms < 1 ? `${(1000 * ms).toFixed(0)} µs` : `${milliseconds(ms)} ms`);
/** @param {number} ratio */
const times = (ratio) => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
/** @param {number} gas */
const megagas = (gas) => (gas / 1e6).toFixed(gas < 1e6 ? 3 : 1);

/** @param {(string | number)[]} head @param {(string | number)[][]} rows @param {number} texts columns that are text, from the left */
function table(head, rows, texts = 1) {
  const rule = head.map((_cell, i) => (i < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {any} report @returns {string} where and when it was measured */
function origin({ machine, node, commit, hasLocalChanges, date }) {
  const at = `${commit?.slice(0, 10) ?? 'no commit'}${hasLocalChanges ? ' with local changes' : ''}`;
  return `${machine.cpu}, ${machine.cores} cores, Node ${node.slice(1)}, ${at}, ${date.slice(0, 10)}.`;
}

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
function blocksText({ blocks, geomeans, options: { slots, runs }, reference, ...report }) {
  const compared = [`${reference}, ms`, '1 slot, ms', 'faster', `${slots} slots, ms`, 'than 1 slot'];
  const head = ['block', 'fork', 'txs', 'Mgas', ...compared];
  const { oneSlot, parallel } = geomeans;
  const mean = ['geometric mean', '', '', '', '', '', times(oneSlot.median), '', times(parallel.median)];
  const rows = [...blocks.map(blockRow), mean];
  return `${table(head, rows, 2)}\n\nMedians of ${runs} interleaved runs. ${origin(report)}`;
}

/** @param {any} row of a call */
const callRow = ({ name, gas, times: { reference, engine, batch }, ratios }) => [
  name,
  megagas(gas),
  duration(reference.median),
  duration(engine.median),
  times(ratios.call.median),
  batch ? times(ratios.batch.median) : '',
];

/** @param {string} name @param {any} call @param {any} [batch] */
const meanRow = (name, call, batch) => [name, '', '', '', times(call.median), batch ? times(batch.median) : ''];

/** @param {any} sections */
function callRows({ programs, contracts, loops }) {
  const rows = [];
  if (programs) {
    const { main, mainInBatch, all, allInBatch } = programs.geomeans;
    rows.push(...programs.rows.map(callRow));
    rows.push(meanRow('**evm-benchmarks, inputs of `main`**', main, mainInBatch));
    rows.push(meanRow('**evm-benchmarks, all inputs**', all, allInBatch));
  }
  if (contracts) {
    rows.push(...contracts.rows.map(callRow));
    rows.push(meanRow('**contracts**', contracts.geomeans.call, contracts.geomeans.batch));
  }
  return [...rows, ...(loops?.rows ?? []).map(callRow)];
}

/** @param {any} sections @returns {string[]} */
function remarks({ blocks, start, heap, size }) {
  const lines = [];
  if (blocks) {
    const { median } = blocks.geomeans.execute;
    lines.push(`${blocks.rows.length} mainnet blocks on one slot, geometric mean: ${times(median)}.`);
  }
  if (start) {
    const { create, first, steady, ratios } = start.rows;
    const took = `the first block took ${duration(first.median)}, later ones ${duration(steady.median)}`;
    lines.push(
      `\`createEngine\` took ${duration(create.median)}; ${took} (${times(ratios.median)}), each in a new process.`,
    );
  }
  if (heap) lines.push(`${heap.rows.perTransaction} bytes of JavaScript heap per transaction.`);
  if (size) {
    const [raw, brotli] = [size.rows.bytes, size.rows.brotli].map((bytes) => `${(bytes / 1024).toFixed(0)} KiB`);
    lines.push(`WebAssembly: ${raw}, ${brotli} with Brotli.`);
  }
  return lines.map((line) => `* ${line}`);
}

/** @param {any} report of the section `stock` of bench/evm.mjs */
function stockText({ sections: { stock }, options: { runs }, reference, ...report }) {
  const head = ['block', `${reference}, its own state, ms`, 'journaled flat state, ms', '1 slot, ms', 'faster'];
  const rows = stock.rows.map((/** @type {any} */ { number, times: { stock: own, reference: flat, one }, ratios }) => [
    number,
    milliseconds(own.runBlock.median),
    milliseconds(flat.runBlock.median),
    milliseconds(one.execute.median),
    times(ratios.stock.median),
  ]);
  return `${table(head, rows)}\n\nMedians of ${runs} interleaved runs. ${origin(report)}`;
}

/** @param {any} report of bench/evm.mjs */
function evmText({ sections, options: { runs }, reference, ...report }) {
  const evm = reference.replace('/vm', '/evm');
  const head = ['call', 'Mgas', `${evm}, \`runCall\``, '1 slot, `call`', 'faster', 'among many in `simulate`'];
  const text = `${table(head, callRows(sections))}\n\n${remarks(sections).join('\n')}`;
  return `${text}\n\nMedians of ${runs} interleaved runs. ${origin(report)}`;
}

/** @param {any} row of a case */
const caseRow = ({ name, ratio, reason = '', mgasPerSecond: { engine, reference } }) => [
  `\`${name}\``,
  reason,
  reference.toFixed(1),
  engine.toFixed(1),
  times(ratio),
];

/** So many of the slowest are listed, and all below the bar. */
const NAMED_CASES = 10;

/** @param {any} report of bench/eest.mjs */
function eestText({ cases, geomean, reference, ...report }) {
  const head = ['case', 'why not more', `${reference}, Mgas/s`, '1 slot, Mgas/s', 'faster'];
  const mean = `geometric mean of all ${cases.length} cases`;
  const explained = cases.filter((/** @type {any} */ { reason }) => reason !== undefined).length;
  const named = cases.slice(0, Math.max(NAMED_CASES, explained));
  const rows = [...named.map(caseRow), [mean, '', '', '', times(geomean)]];
  return `${table(head, rows, 2)}\n\nThe ${named.length} cases with the lowest ratio; fastest runs. ${origin(report)}`;
}

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
function engineText({ blocks, conflictFree, summaries, canaries, options: { slots, runs }, ...report }) {
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
function presetsText({ summaries, canaries, options: { runs }, ...report }) {
  const rows = Object.entries(summaries).map(([name, { speedup, firstSight, cpu, redone }]) => [
    `\`${name}\``,
    ...[speedup, firstSight, cpu].map(times),
    `${(100 * redone).toFixed(1)} %`,
  ]);
  const head = ['preset', 'than 1 slot', 'at first sight', 'CPU', 'redone gas'];
  return `${table(head, rows)}\n\n${engineEnd({ canaries, runs, report })}`;
}

/** Blocks of the readme: plain transfers, swaps, large contracts, pairings, and one that is mostly a single transaction. */
const SHOWN_BLOCKS = [14396881, 18988207, 24476008, 23879620, 17666333, 19932703];

/** How far a second slot changes what a block takes. @param {any} block */
const change = ({ ratios: { parallel } }) => Math.abs(Math.log(parallel.median));

/** @param {any} report of bench/blocks.mjs; last comes the block that a second slot makes no difference to */
function summaryText({ blocks, geomeans, options: { slots, runs }, reference, ...report }) {
  const compared = [`${reference}, ms`, '1 slot, ms', `${slots} slots, ms`, 'faster than 1 slot', 'faster than the vm'];
  const head = ['mainnet block', 'txs', 'Mgas', ...compared];
  const others = blocks.filter((/** @type {any} */ { number }) => !SHOWN_BLOCKS.includes(number));
  const least = others.reduce((/** @type {any} */ a, /** @type {any} */ b) => (change(b) < change(a) ? b : a));
  const shown = SHOWN_BLOCKS.map((number) => blocks.find((/** @type {any} */ block) => block.number === number));
  const rows = [...shown, least].map(
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
  const all = `On the last of them a second slot gains nothing. All ${blocks.length} blocks: one slot ${times(geomeans.oneSlot.median)}, two slots ${times(geomeans.parallel.median)} of that (geometric means).`;
  return `${table(head, rows)}\n\n${all} Medians of ${runs} interleaved runs. ${origin(report)}`;
}

/** @param {any} kernel */
const kernelRow = ({ name, nanoseconds: { wasm, typescript }, faster }) => [
  name,
  `${wasm.median.toFixed(0)} ns`,
  `${typescript.median.toFixed(0)} ns`,
  times(faster),
];

/** @param {any} row of a block of one kind of transaction */
const executionRow = ({ name, transactions, times: { wasm, typescript }, faster }) => [
  `execution of a transaction, ${name}`,
  duration(wasm.execute.median / transactions),
  duration(typescript.execute.median / transactions),
  times(faster.median),
];

/** @param {any} block */
const pathsRow = ({ number, hardfork, transactions, times: { wasm1, typescript1, wasm2, typescript2 }, ratios }) => [
  number,
  hardfork,
  transactions,
  milliseconds(wasm1.execute.median),
  milliseconds(typescript1.execute.median),
  times(ratios.oneSlot.median),
  milliseconds(wasm2.execute.median),
  milliseconds(typescript2.execute.median),
  times(ratios.twoSlots.median),
];

/** @param {any} report of bench/paths.mjs */
function pathsText({ kernels, execution, blocks, geomeans, bar, options: { runs, filter }, reference, ...report }) {
  const parts = table(
    ['', 'WASM', 'TypeScript', 'faster'],
    [...kernels.map(kernelRow), ...execution.map(executionRow)],
  );
  const head = [
    'block',
    'fork',
    'txs',
    'WASM, 1 slot, ms',
    'TypeScript',
    'faster',
    'WASM, 2 slots, ms',
    'TypeScript',
    'faster',
  ];
  const mean = [
    'geometric mean',
    '',
    '',
    '',
    '',
    times(geomeans.oneSlot.median),
    '',
    '',
    times(geomeans.twoSlots.median),
  ];
  const whole = table(head, [...blocks.map(pathsRow), mean], 2);
  const beside = `The TypeScript path takes ${geomeans.overhead.median.toFixed(2)} times as long as ${reference} at one slot`;
  const two = `and is ${times(geomeans.parallel.median)} as fast at two slots as at one. Bar: ${bar}×.`;
  const part = filter === '' ? '' : ` Only blocks whose number has ${filter} in it.`;
  const busy =
    report.load > report.machine.cores ? ` Measured beside other work (load ${report.load.toFixed(0)}).` : '';
  return `${parts}\n\n${whole}\n\n${beside}, ${two}${part}${busy}\n\nMedians of ${runs} interleaved runs. ${origin(report)}`;
}

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
function totalText({ verified, executed, recovery, summary, options: { slots, runs }, reference, ...report }) {
  const head = ['', 'txs', '1 slot, ms', `${slots} slots, ms`, 'cut', `${reference}, ms`, `${slots} slots faster`];
  const mean = ['geometric mean', '', '', '', `${(100 * summary.cut).toFixed(0)} %`, '', times(summary.reference)];
  const senders = Object.entries(recovery.ratios).map(([name, { median }]) => `${name} ${times(median)}`);
  const star =
    '* the reference runs on a trie of the pre-state, since its own trie needs nodes that the witness lacks.';
  const end = `Recovering a sender against @noble/curves: ${senders.join(', ')}.`;
  const rows = [...verified.map(totalRow), mean, ...executed.map(totalRow)];
  return `${table(head, rows)}\n\n${star} ${end}\n\nMedians of ${runs} interleaved runs. ${origin(report)}`;
}

/** @param {any} report of bench/trie.mjs on whole tries */
function wholeTrieText({
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

/** @typedef {{ name: string, results: string, write: (report: any) => string }} Text */
/** @type {Record<string, Text[]>} by document */
const TEXTS = {
  'README.md': [{ name: 'summary', results: 'blocks', write: summaryText }],
  'docs/benchmarks.md': [
    { name: 'blocks', results: 'blocks', write: blocksText },
    { name: 'engine', results: 'engine', write: engineText },
    { name: 'presets', results: 'engine-presets', write: presetsText },
    { name: 'evm', results: 'evm', write: evmText },
    { name: 'stock', results: 'evm-stock', write: stockText },
    { name: 'eest', results: 'eest', write: eestText },
    { name: 'paths', results: 'paths', write: pathsText },
    { name: 'total', results: 'total', write: totalText },
    { name: 'trie', results: 'trie-whole', write: wholeTrieText },
  ],
};

/** @param {string} document @param {string} content @param {string} name @param {string} text @returns {string} */
function between(document, content, name, text) {
  const open = `<!-- bench:${name} -->`;
  const start = content.indexOf(open);
  const end = content.indexOf(`<!-- /bench:${name} -->`);
  if (start < 0 || end < start) throw new Error(`${document} must have ${open} and its end`);
  return `${content.slice(0, start + open.length)}\n${text}\n${content.slice(end)}`;
}

for (const [document, texts] of Object.entries(TEXTS)) {
  let content = readFileSync(inRepository(document), 'utf8');
  for (const { name, results, write } of texts) {
    const path = inRepository(`bench/results/${results}.json`);
    if (existsSync(path)) content = between(document, content, name, write(JSON.parse(readFileSync(path, 'utf8'))));
    else console.log(`no bench/results/${results}.json: the table ${name} stays as it is`);
  }
  if (document === 'README.md') content = between(document, content, 'checks', checksTable(readChecks()));
  writeFileSync(inRepository(document), content);
}
