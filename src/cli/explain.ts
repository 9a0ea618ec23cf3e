// `parallel-evm explain`: records a block on one slot and tells what its structure allows.
import Table from 'cli-table3';
import { type BlockExplanation, explainBlock, type Hex } from '../index.ts';
import { ChainEngine, EXIT, errorText, type Library, type Output, writeText } from './engines.ts';
import { explanationPage } from './explain-page.ts';
import { blockFilesOf } from './inputs.ts';
import { recordFile } from './records.ts';

export interface ExplainFileOptions {
  /** Executions of which each transaction's shortest time counts. */
  runs: number;
  json?: boolean | undefined;
  /** Where the page goes. */
  html?: string | undefined;
}

const milliseconds = (ms: number): string => `${ms.toFixed(2)} ms`;
const shortAddress = (address: Hex): string => `${address.slice(0, 8)}…${address.slice(-4)}`;

function keyTable({ hotKeys, ms }: BlockExplanation): string {
  const table = new Table({
    head: ['hot key', 'slot', 'transactions that wait', 'share of time'],
    style: { head: [], border: [], compact: true },
  });
  for (const { kind, address, slot, dependents, ms: behind } of hotKeys)
    table.push([
      `${kind} of ${shortAddress(address)}`,
      slot === undefined ? '' : shortAddress(slot),
      dependents,
      `${((100 * behind) / ms).toFixed(1)} %`,
    ]);
  return table.toString();
}

function contractTable({ hotContracts, ms }: BlockExplanation): string {
  const table = new Table({
    head: ['contract', 'calls', 'that wait', 'share of time', 'functions'],
    style: { head: [], border: [], compact: true },
  });
  for (const { address, transactions, dependents, ms: own, functions } of hotContracts)
    table.push([
      shortAddress(address),
      transactions,
      dependents,
      `${((100 * own) / ms).toFixed(1)} %`,
      functions
        .slice(0, 2)
        .map(({ name, calls }) => `${name.replace(/\(.*/, '')} ×${calls}`)
        .join(', '),
    ]);
  return table.toString();
}

/** What a terminal shows. */
export function explanationText(number: number, explanation: BlockExplanation): string {
  const { transactions, ms, dependents, criticalPath, speedups, reasons, hotKeys, hotContracts } = explanation;
  const gas = (Number(explanation.gasUsed) / 1e6).toFixed(1);
  const lines = [
    `block ${number}: ${transactions} transactions, ${gas} Mgas, ${milliseconds(ms)} on one slot`,
    `${dependents} transactions need an earlier one; the longest chain has ${criticalPath.links.length} and takes ${milliseconds(criticalPath.ms)}`,
    `at best: ${speedups.map(({ slots, factor }) => `${factor.toFixed(2)}x on ${slots} slots`).join(', ') || 'nothing to gain'}`,
    ...reasons.map(({ text }) => `- ${text}`),
  ];
  if (hotKeys.length > 0) lines.push(keyTable(explanation));
  if (hotContracts.length > 0) lines.push(contractTable(explanation));
  return lines.join('\n');
}

/** The object that `--json` prints: amounts as decimal text. */
export function explanationJson(number: number, explanation: BlockExplanation): string {
  const plain = { number, ...explanation };
  return JSON.stringify(plain, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
}

/** Explains the block in a file and gives the exit code. Errors are told on `output`, none is thrown. */
export async function explainFile(
  path: string | undefined,
  { runs, json, html }: ExplainFileOptions,
  library: Library,
  output: Output,
): Promise<number> {
  const engines = new ChainEngine(library, { slots: 1 });
  try {
    const [first = ''] = await blockFilesOf(path === undefined ? [] : [path]);
    const file = await library.readBlockFile(first);
    const { records } = await recordFile(file, engines, runs);
    const explanation = explainBlock(records, { feeRecipient: file.header.miner as Hex });
    if (html !== undefined) await writeText(html, 'html', explanationPage(file.number, records, explanation));
    output.out(json ? explanationJson(file.number, explanation) : explanationText(file.number, explanation));
    return EXIT.OK;
  } catch (error) {
    output.err(`parallel-evm: ${errorText(error)}`);
    return EXIT.BAD_INPUT;
  } finally {
    await engines.close();
  }
}
