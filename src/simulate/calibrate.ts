// Measures what coordination costs here and now: costs are fitted to the difference between what blocks without conflicts
// take and what their transactions take, on one slot and on two.
import type { Engine } from '../api.ts';
import { createEngine } from '../engine.ts';
import { IDLE_SPINS } from '../memory/shared.ts';
import { absoluteNow } from '../pipeline/spans.ts';
import { calibrationBlocks } from './calibration-blocks.ts';
import type { SimulationCosts } from './costs.ts';
import { leastSquares } from './least-squares.ts';
import { least, type Measured, measureBlock, type Together } from './measure.ts';

/** The least of some measurements of `step`, in microseconds for each of its repetitions. */
function microseconds(step: (i: number) => void): number {
  const STEPS = 20_000;
  const rounds = Array.from({ length: 5 }, () => {
    const started = performance.now();
    for (let i = 0; i < STEPS; i++) step(i);
    return (1000 * (performance.now() - started)) / STEPS;
  });
  return least(rounds);
}

/** Microseconds of one atomic step on a word that no other thread is at. */
function atomicUs(): number {
  const word = new Int32Array(1);
  return microseconds((i) => void Atomics.compareExchange(word, 0, i, i + 1));
}

/** Microseconds that waking a thread that sleeps takes of the one who does it; 0 where nobody could sleep. */
function notifyUs(): number {
  if (typeof SharedArrayBuffer === 'undefined') return 0;
  const word = new Int32Array(new SharedArrayBuffer(4));
  return microseconds(() => void Atomics.notify(word, 0));
}

/** What a tenth of the runs stayed below: they were little disturbed, as the shortest ones are. */
function quiet(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? 0;
}

/** Costs of one slot that does everything. */
function aloneCosts(all: readonly Measured[], clock: number) {
  const post = quiet(all.flatMap((each) => each.post));
  const end = quiet(all.flatMap((each) => each.end));
  const [receipt = 0, logByte = 0] = leastSquares(
    all.map(({ records, logBytes }) => [records.length, logBytes]),
    all.map(({ finish }) => finish),
  );
  const [confirmAlone = 0, confirmKeyAlone = 0, block = 0] = leastSquares(
    all.map(({ records, keys }) => [records.length, keys, 1]),
    all.map(({ confirming }) => confirming),
  );
  const spin = IDLE_SPINS * atomicUs();
  return { post, end, receipt, logByte, confirmAlone, confirmKeyAlone, block, clock, spin, token: 2 * atomicUs() };
}

/** Confirming where several slots work; undefined where too few blocks tell. */
function confirmCosts(all: readonly Measured[]): Pick<SimulationCosts, 'confirm' | 'confirmKey'> | undefined {
  const told = all.flatMap(({ records, keys, together }) =>
    together !== undefined && Number.isFinite(together.confirm)
      ? [{ keys: keys / records.length, us: together.confirm }]
      : [],
  );
  if (new Set(told.map(({ keys }) => keys)).size < 2) return undefined;
  const [confirm = 0, confirmKey = 0] = leastSquares(
    told.map(({ keys }) => [1, keys]),
    told.map(({ us }) => us),
  );
  return { confirm, confirmKey };
}

/** What is added where several slots work. */
function sharedCosts(all: readonly Measured[], together: readonly Together[]) {
  // By transaction, in shares of its time, so that long ones do not outweigh the others.
  const [slowdown = 0, attempt = 0, write = 0] = leastSquares(
    all.map(({ time, records, writes }) => [1, 1 / time, writes / records.length / time]),
    all.map(({ time }, i) => (together[i] as Together).attempt / time - 1),
  );
  const claim = least(together.map(({ between }) => between));
  const wake = least(together.map((each) => each.wake));
  return { contention: 1 + slowdown, attempt, write, claim, wake };
}

export interface CalibrationEngines {
  one: Engine;
  /** Without it slots are taken not to slow each other down, and to confirm and wake as one slot does. */
  two?: Engine | undefined;
}

/** Measures costs on engines of one and two slots that nothing else uses meanwhile. */
export async function measureCosts(engines: CalibrationEngines, rounds: number): Promise<SimulationCosts> {
  const clock = microseconds(absoluteNow);
  const all: Measured[] = [];
  for (const block of calibrationBlocks()) all.push(await measureBlock(block, engines, rounds, clock));
  const alone = aloneCosts(all, clock);
  const together = all.flatMap((each) => each.together ?? []);
  const ring = notifyUs();
  const { confirmAlone: confirm, confirmKeyAlone: confirmKey, post: wake } = alone;
  const confirming = confirmCosts(all) ?? { confirm, confirmKey };
  const shared =
    together.length === all.length
      ? sharedCosts(all, together)
      : { wake, claim: 0, attempt: 0, write: 0, contention: 1 };
  return { ...alone, ring, ...confirming, ...shared };
}

/** Runs of each block that a calibration takes. */
const ROUNDS = 30;

/**
 * Measures what coordination costs on this machine, for `simulateBlock`: about two seconds on engines of its own. Where two
 * slots cannot run at once, slots are taken not to slow each other down.
 * @throws {ParallelEvmError} as `createEngine`
 * @example
 * ```ts
 * const costs = await calibrateSimulation();
 * ```
 */
export async function calibrateSimulation(): Promise<SimulationCosts> {
  const one = await createEngine({ slots: 1 });
  try {
    const two = await createEngine({ slots: 2 });
    try {
      return await measureCosts({ one, two: two.capabilities.slots === 2 ? two : undefined }, ROUNDS);
    } finally {
      await two.close();
    }
  } finally {
    await one.close();
  }
}
