// What the command line says about each block: one JSON object per line, or a table at the end.

import Table from 'cli-table3';
import type { BlockResult } from '../index.ts';
import type { Mismatch } from '../result/compare.ts';

/** One executed block. */
export interface BlockReport {
  number: number;
  hardfork: string;
  txs: number;
  gasUsed: bigint;
  mismatches: readonly Mismatch[];
  /** Fields of the header that could not be compared. */
  unchecked: readonly string[];
  /** Milliseconds per stage. */
  ms: BlockResult['stats']['ms'];
  redos: number;
}

const COLUMNS = [
  'block',
  'fork',
  'txs',
  'Mgas',
  'prepare',
  'execute',
  'finish',
  'total ms',
  'Mgas/s',
  'redos',
  'result',
];

/** The object that `--json` prints, without a line break. */
export function jsonLine({ number, hardfork, txs, gasUsed, mismatches, unchecked, ms, redos }: BlockReport): string {
  const outcome = { gasUsed: Number(gasUsed), ok: mismatches.length === 0, mismatches, ms, redos };
  const omitted = unchecked.length === 0 ? {} : { unchecked };
  return JSON.stringify({ number, hardfork, txs, ...outcome, ...omitted });
}

/** The first differing field with both values. */
export function mismatchText({ number, mismatches }: BlockReport): string {
  const [first] = mismatches;
  if (first === undefined) return `block ${number}: matches its header`;
  const more = mismatches.length > 1 ? ` (and ${mismatches.length - 1} more)` : '';
  return `block ${number}: ${first.field} expected ${first.expected}, got ${first.actual}${more}`;
}

const mgas = (gas: bigint): number => Number(gas) / 1e6;
const rate = (gas: bigint, ms: number): string => (ms > 0 ? (mgas(gas) / (ms / 1000)).toFixed(1) : '-');

/** `ok`, with what it does not cover, or the first differing field. */
function outcomeOf({ mismatches, unchecked }: BlockReport): string {
  const [first] = mismatches;
  if (first !== undefined) return first.field;
  return unchecked.length === 0 ? 'ok' : `ok but ${unchecked.join(', ')}`;
}

function rowOf(report: BlockReport): string[] {
  const { number, hardfork, txs, gasUsed, ms, redos } = report;
  const times = [ms.prepare, ms.execute, ms.finish, ms.total].map((time) => time.toFixed(1));
  return [
    ...[String(number), hardfork, String(txs), mgas(gasUsed).toFixed(2)],
    ...[...times, rate(gasUsed, ms.total), String(redos), outcomeOf(report)],
  ];
}

/** The sums over all blocks, as one more report. */
function sumOf(reports: readonly BlockReport[]): BlockReport {
  const sum = (value: (report: BlockReport) => number) => reports.reduce((total, report) => total + value(report), 0);
  return {
    number: reports.length,
    hardfork: '',
    txs: sum((report) => report.txs),
    gasUsed: reports.reduce((total, report) => total + report.gasUsed, 0n),
    mismatches: [],
    unchecked: [],
    ms: {
      prepare: sum(({ ms }) => ms.prepare),
      execute: sum(({ ms }) => ms.execute),
      finish: sum(({ ms }) => ms.finish),
      total: sum(({ ms }) => ms.total),
      busy: { senders: sum(({ ms }) => ms.busy.senders), receipts: sum(({ ms }) => ms.busy.receipts) },
    },
    redos: sum((report) => report.redos),
  };
}

function sumRow(reports: readonly BlockReport[]): string[] {
  const row = rowOf(sumOf(reports));
  const good = reports.filter((report) => report.mismatches.length === 0).length;
  return [`${reports.length} blocks`, ...row.slice(1, -1), `${good} ok`];
}

/** All blocks, and their sums below where there are several; times in ms. */
export function tableText(reports: readonly BlockReport[]): string {
  const aligns = COLUMNS.map((name) => (name === 'fork' || name === 'result' ? 'left' : 'right'));
  // Without colours: the same text goes to terminals, logs and files.
  const table = new Table({ head: COLUMNS, colAligns: aligns, style: { head: [], border: [], compact: true } });
  for (const report of reports) table.push(rowOf(report));
  if (reports.length > 1) table.push(sumRow(reports));
  return table.toString();
}
