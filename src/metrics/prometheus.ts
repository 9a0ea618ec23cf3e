// Metrics in Prometheus' text format, version 0.0.4 ("Exposition formats").
import { checkObject } from '../input.ts';
import type { Histogram } from './histogram.ts';
import type { EngineMetrics } from './metrics.ts';

const PREFIX = 'parallel_evm_';

/** camelCase as snake_case. */
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const head = (name: string, type: string, help: string): string[] => [
  `# HELP ${PREFIX}${name} ${help}`,
  `# TYPE ${PREFIX}${name} ${type}`,
];

const counter = (name: string, help: string, value: number | bigint): string[] => [
  ...head(name, 'counter', help),
  `${PREFIX}${name} ${value}`,
];

/** A counter with one label; values by the label's. */
const labelled = (
  name: string,
  help: string,
  label: string,
  values: readonly (readonly [string, number])[],
): string[] => [
  ...head(name, 'counter', help),
  ...values.map(([key, value]) => `${PREFIX}${name}{${label}="${key}"} ${value}`),
];

/** Buckets are cumulative. `per`: units of the snapshot in the base unit that Prometheus asks for. */
function histogram(name: string, help: string, { bounds, counts, sum, count }: Histogram, per = 1): string[] {
  let below = 0;
  const buckets = bounds.map((bound, i) => {
    below += counts[i] as number;
    return `${PREFIX}${name}_bucket{le="${bound / per}"} ${below}`;
  });
  return [
    ...head(name, 'histogram', help),
    ...buckets,
    `${PREFIX}${name}_bucket{le="+Inf"} ${count}`,
    `${PREFIX}${name}_sum ${sum / per}`,
    `${PREFIX}${name}_count ${count}`,
  ];
}

/**
 * Metrics as text for a Prometheus scrape; times in seconds.
 * @throws {ParallelEvmError} `BAD_ARGUMENT`
 * @example
 * ```ts
 * response.setHeader('content-type', 'text/plain; version=0.0.4');
 * response.end(prometheusText(engine.metrics()));
 * ```
 */
export function prometheusText(metrics: EngineMetrics): string {
  checkObject(metrics, 'metrics');
  const { mechanisms, slots } = metrics;
  const seconds = (field: 'busyMs' | 'waitingMs') => slots.map((slot, i) => [String(i), slot[field] / 1000] as const);
  const { recycledBytes, slotDeaths, fallbacks, aborts, steals, ...others } = mechanisms;
  const lines = [
    counter('blocks_total', 'Blocks that ended well.', metrics.blocks),
    counter('invalid_blocks_total', 'Blocks that are invalid.', metrics.invalidBlocks),
    counter('failed_runs_total', 'Runs that ended with an error.', metrics.failedRuns),
    counter('transactions_total', 'Transactions of blocks that ended well.', metrics.transactions),
    counter('single_transactions_total', 'Transactions without a block around them.', metrics.singleTransactions),
    counter('calls_total', 'Calls.', metrics.calls),
    counter('gas_used_total', 'Gas after refunds.', metrics.gasUsed),
    counter('attempts_total', 'Executions of transactions, speculative ones included.', metrics.attempts),
    counter('redos_total', 'Results that did not hold in their turn.', metrics.redos),
    labelled(
      'taken_back_total',
      'Results taken back, by what made them stale.',
      'cause',
      Object.entries(metrics.redoCauses),
    ),
    histogram(
      'dependency_distance',
      'Transactions between a result that was taken back and the writer.',
      metrics.dependencyDistance,
    ),
    histogram('execute_seconds', 'Time from posting a block to its end.', metrics.executeMs, 1000),
    counter('steals_total', 'Transactions taken out of another slot’s list.', steals),
    counter('aborts_total', 'Attempts that stopped in their midst.', aborts),
    counter('fallbacks_total', 'Inconsistencies after which a block went on in turn.', fallbacks),
    counter('slot_deaths_total', 'Slots that died.', slotDeaths),
    counter('copied_bytes_total', 'Bytes of results copied out of the shared memory.', metrics.copiedBytes),
    counter('recycled_bytes_total', 'Bytes of versions that are used again.', recycledBytes),
    labelled(
      'mechanism_total',
      'What the other mechanisms did.',
      'mechanism',
      Object.entries(others).map(([name, value]) => [snake(name), value] as const),
    ),
    labelled('slot_busy_seconds_total', 'Time of a slot in jobs, at work.', 'slot', seconds('busyMs')),
    labelled('slot_waiting_seconds_total', 'Time of a slot in jobs, with nothing to do.', 'slot', seconds('waitingMs')),
  ];
  return `${lines.flat().join('\n')}\n`;
}
