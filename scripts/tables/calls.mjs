/** Tables of calls and of official cases. */
import { duration, megagas, milliseconds, origin, table, times } from './format.mjs';

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
export function stockText({ sections: { stock }, options: { runs }, reference, ...report }) {
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
export function evmText({ sections, options: { runs }, reference, ...report }) {
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
export function eestText({ cases, geomean, reference, ...report }) {
  const head = ['case', 'why not more', `${reference}, Mgas/s`, '1 slot, Mgas/s', 'faster'];
  const mean = `geometric mean of all ${cases.length} cases`;
  const explained = cases.filter((/** @type {any} */ { reason }) => reason !== undefined).length;
  const named = cases.slice(0, Math.max(NAMED_CASES, explained));
  const rows = [...named.map(caseRow), [mean, '', '', '', times(geomean)]];
  return `${table(head, rows, 2)}\n\nThe ${named.length} cases with the lowest ratio; fastest runs. ${origin(report)}`;
}
