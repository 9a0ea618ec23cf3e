/**
 * Runs small blocks under drawn schedules (npm run fuzz:schedules): the production dispatcher, pipeline and merger over the
 * real kernels, one slot at a time, switched before shared accesses. Every result must equal that of sequential execution,
 * every schedule must end within its bound, and attempts within theirs. A failure prints what repeats it.
 *
 *   --count N      schedules; 1000 unless given       --seed S      what they are drawn from; printed
 *   --slots N      2 and 3 in turn unless given       --only K      schedule K alone
 *   --mutation M   leaves a rule of the protocol out (mutations.mjs): the run must find a failure, and ends at the first
 *   --record FILE  writes count, seed and totals as JSON
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createEngine } from '../../dist/src/index.js';
import { Random } from '../showcase/random.mjs';
import { drawBlock, preState } from './blocks.mjs';
import { essence, Harness, Stuck } from './harness.mjs';
import { compileAskingKernels } from './kernels.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    slots: { type: 'string' },
    only: { type: 'string' },
    mutation: { type: 'string' },
    record: { type: 'string' },
  },
});

/** Schedules that share a block: laying one out costs more than a schedule. */
const PER_BLOCK = 20;
const MOST_POINTS = 200_000;
const SLOTS = values.slots === undefined ? [2, 3] : [Number(values.slots)];

/** @param {Random} random */
function drawPolicy(random) {
  const flag = () => random.int(0, 1) === 1;
  const preset = random.pick(['default', 'default', 'phase1', 'phase2', 'mixed', 'mixed']);
  // Blocks of the harness are so small that an adaptive engine runs them on one slot.
  if (preset !== 'mixed') return { preset, adaptive: false };
  const dynamic = flag();
  return {
    dispatch: { static: !dynamic || flag(), dynamic },
    detection: random.pick(['read-based', 'dirty-read']),
    pipeline: random.pick(['streaming', 'wait']),
    unconfirmed: flag(),
    shadow: flag(),
    detectInAdvance: flag(),
    deltas: flag(),
    adaptive: random.int(0, 3) === 0,
    speculationCap: random.int(1, 4),
  };
}

/** Every third block has steps that start early, up to three. @param {Random} random @param {number} count */
function drawEarly(random, count) {
  if (random.int(0, 2) !== 0) return [];
  return [...new Set([1, 2, 3].map(() => random.int(1, count)))];
}

const module = await compileAskingKernels({ mutation: values.mutation });
const reference = await createEngine({ slots: 1 });
/** @type {Map<number, Harness>} */
const harnesses = new Map();
for (const slots of SLOTS) harnesses.set(slots, await Harness.start(module, slots, values.mutation));

async function sequential(/** @type {any} */ block) {
  const state = await reference.createState(preState());
  const result = essence(await reference.runBlock({ block, state, commit: false }));
  await state.dispose();
  return result;
}

const totals = { passed: 0, failed: 0, points: 0, switches: 0, attempts: 0, redos: 0, steps: 0 };
/** @type {Record<string, number>} */
const mechanisms = {};

/** @param {any} stats @param {number} points @param {number} switches @param {number} count */
function tally(stats, points, switches, count) {
  totals.points += points;
  totals.switches += switches;
  totals.steps += count;
  totals.attempts += stats.attempts;
  totals.redos += stats.redos;
  const { ms: _ms, perTransaction: _perTransaction, attempts: _attempts, redos: _redos, ...rest } = stats;
  for (const [name, value] of Object.entries(rest)) mechanisms[name] = (mechanisms[name] ?? 0) + Number(value);
}

/** What is wrong with a run, in words. @param {any} run @param {string} expected @param {any} policy @param {number} count */
function fault({ result, points, switches }, expected, policy, count) {
  tally(result.stats, points, switches, count);
  if (essence(result) !== expected)
    return `result ${essence(result).slice(0, 600)} instead of ${expected.slice(0, 600)}`;
  if (result.stats.fallbacks !== 0) return 'fell back: a result in turn did not hold';
  const most = (policy.speculationCap ?? 100) + 1;
  const over = result.invalid ? undefined : result.stats.perTransaction.find(({ attempts }) => attempts > most);
  return over === undefined ? undefined : `${over.attempts} attempts of a transaction, at most ${most} allowed`;
}

const count = Number(values.count);
const only = values.only === undefined ? undefined : Number(values.only);
const isOver = () => values.mutation !== undefined && totals.failed > 0;
for (let first = 0; first < count && !isOver(); first += PER_BLOCK) {
  if (only !== undefined && (only < first || only >= first + PER_BLOCK)) continue;
  const number = first / PER_BLOCK;
  const slots = SLOTS[number % SLOTS.length];
  const transactions = 4 + (number % 5);
  const block = drawBlock(`${values.seed}/block/${number}`, transactions);
  const expected = await sequential(block);
  let harness = /** @type {Harness} */ (harnesses.get(slots));
  const early = drawEarly(new Random(`${values.seed}/early/${number}`), transactions);
  let prepared = await harness.prepare(block, preState(), early);
  for (let k = first; k < Math.min(first + PER_BLOCK, count) && !isOver(); k++) {
    if (only !== undefined && k !== only) continue;
    const random = new Random(`${values.seed}/schedule/${k}`);
    const policy = drawPolicy(random);
    const schedule = { seed: random.int(1, 2 ** 31 - 2), odds: random.pick([2, 4, 8, 16, 40]), most: MOST_POINTS };
    /** @type {string | undefined} */
    let wrong;
    try {
      wrong = fault(await harness.run(prepared, policy, schedule), expected, policy, transactions);
    } catch (error) {
      wrong = error.message;
      if (!(error instanceof Stuck)) wrong = error.stack;
      await harness.close(); // its slots may still lie in the memory
      harness = await Harness.start(module, slots, values.mutation);
      harnesses.set(slots, harness);
      prepared = await harness.prepare(block, preState(), early);
    }
    if (wrong === undefined) totals.passed++;
    else {
      totals.failed++;
      console.log(`FAILED --seed ${values.seed} --only ${k} (${slots} slots, ${JSON.stringify(policy)}): ${wrong}`);
    }
  }
  await harness.dispose(prepared);
}
await reference.close();
for (const harness of harnesses.values()) await harness.close();

const { passed, failed, ...work } = totals;
console.log(`seed ${values.seed}; ${JSON.stringify(work)}; ${JSON.stringify(mechanisms)}`);
if (values.record !== undefined) {
  const record = {
    seed: values.seed,
    count: passed + failed,
    failed,
    date: new Date().toISOString().slice(0, 10),
    ...work,
    mechanisms,
  };
  writeFileSync(values.record, `${JSON.stringify(record, undefined, 1)}\n`);
}
console.log(`${passed} passed, ${failed} failed`);
const isAsExpected = values.mutation === undefined ? failed === 0 && passed > 0 : failed > 0;
process.exit(isAsExpected ? 0 : 1);
