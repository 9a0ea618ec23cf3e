/** Tables of the two paths of execution. */
import { duration, milliseconds, origin, table, times } from './format.mjs';

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
export function pathsText({
  kernels,
  execution,
  blocks,
  geomeans,
  bar,
  options: { runs, filter },
  reference,
  ...report
}) {
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
