/**
 * Ends a slot in every way at every step of the protocol (npm run test:faults): the run must give the exact result, or
 * SLOT_DIED and leave the state as it was, nothing of the heap may be lost, and the next block must be exact.
 *
 *   --seed S       what blocks, policies and times are drawn from; printed
 *   --share K/N    every N-th case from the K-th on
 *   --filter TEXT  cases whose name has it
 *   --kernel N     faults of each kind in the kernels of each job; 4 unless given
 *   --execution P  wasm, or typescript, which has no kernels and no precompiles in the slot's thread; wasm unless given
 *   --verbose      each case
 */
import { parseArgs } from 'node:util';
import { createFaultyEngine } from '../../dist/src/testing/index.js';
import { compileAskingKernels } from '../schedules/kernels.mjs';
import { allCases, nameOf } from './cases.mjs';
import { Reference, tryFault } from './trial.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    share: { type: 'string', default: '0/1' },
    filter: { type: 'string', default: '' },
    kernel: { type: 'string', default: '4' },
    execution: { type: 'string', default: 'wasm' },
    verbose: { type: 'boolean', default: false },
  },
});

const [first, step] = values.share.split('/').map(Number);
const execution = /** @type {'wasm' | 'typescript'} */ (values.execution);
const cases = allCases(Number(values.kernel), execution)
  .filter(({ point }) => execution === 'wasm' || (point !== 'kernel' && point !== 'precompile'))
  .filter((test) => nameOf(test).includes(values.filter))
  .filter((_, i) => i % step === first);
const kernels = cases.some(({ point }) => point === 'kernel') ? await compileAskingKernels({ alone: true }) : undefined;

/** Engines by slots and kernels. Those that have failed are not used again, nor those that may have outgrown their arenas. @type {Map<string, any>} */
const engines = new Map();
const keyOf = ({ slots, point }) => `${slots} ${point === 'kernel'}`;

async function engineFor(/** @type {import('./cases.mjs').Case} */ test) {
  const known = engines.get(keyOf(test));
  if (known) return known;
  const made = await createFaultyEngine({
    slots: test.slots,
    warmUp: false,
    execution,
    ...(test.point === 'kernel' && { kernels }),
  });
  engines.set(keyOf(test), made);
  return made;
}

async function drop(/** @type {import('./cases.mjs').Case} */ test) {
  if (!engines.has(keyOf(test))) return;
  const { engine } = engines.get(keyOf(test));
  engines.delete(keyOf(test));
  await Promise.race([engine.close(), new Promise((resolve) => setTimeout(resolve, 2000))]);
}

console.log(`seed ${values.seed}, ${cases.length} cases`);
const reference = await Reference.start();
const totals = { passed: 0, failed: 0, exact: 0, died: 0 };
for (const test of cases) {
  if (test.point === 'growing') await drop(test);
  const { engine, faults } = await engineFor(test);
  try {
    const { died } = await tryFault(engine, faults, reference, test, values.seed);
    totals.passed++;
    totals[died ? 'died' : 'exact']++;
    if (values.verbose) console.log(`${died ? 'died ' : 'exact'} ${nameOf(test)}`);
  } catch (error) {
    totals.failed++;
    console.log(
      `FAILED ${nameOf(test)} (--seed ${values.seed} --filter '${nameOf(test)}'): ${error.stack} ${error.cause?.stack ?? ''}`,
    );
    await drop(test);
  }
}
for (const { engine } of engines.values()) await engine.close();
await reference.close();
const { passed, failed, exact, died } = totals;
console.log(`${exact} gave the exact result, ${died} SLOT_DIED`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
