/**
 * Traces of random worlds (npm run fuzz:traces): every instruction against the step events of `@ethereumjs/evm`, and calls
 * and instructions of whole blocks, the same at 1, 2 and 8 slots, against a node from npm. A line for each disagreement,
 * then the counts of what was reached as JSON; exit code 1 on a disagreement.
 *
 *   --worlds N   worlds for each comparison; 100 unless given      --seed S   random and printed unless given
 */
import { parseArgs } from 'node:util';
import { AnvilChecker } from './anvil-check.mjs';
import { Coverage } from './coverage.mjs';
import { precompileInputs } from './precompile-inputs.mjs';
import { traceScene } from './scene.mjs';
import { Subject } from './subject.mjs';
import { TraceChecker } from './trace-check.mjs';
import { randomWorld } from './world.mjs';

const FORKS = ['cancun', 'prague'];
const SLOTS = [1, 2, 8];

const { values: options } = parseArgs({
  options: {
    worlds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
});
const { seed } = options;
const precompiles = precompileInputs(seed);
let failures = 0;

/** @param {string} what @param {string | undefined} difference */
function report(what, difference) {
  if (difference === undefined) return;
  failures++;
  console.error(`FAILED --seed ${seed}, ${what}: ${difference}`);
}

async function instructions() {
  const subject = await Subject.start();
  const checker = new TraceChecker(subject, new Coverage());
  for (let i = 0; i < Number(options.worlds); i++)
    report(`world ${i}`, await checker.check(randomWorld(seed, i, precompiles)));
  await subject.close();
  return { steps: checker.steps, opcodes: checker.opcodes.size, depth: Math.max(...checker.depths) };
}

/** @param {string} fork */
async function blocks(fork) {
  const checker = await AnvilChecker.start(fork, SLOTS);
  report(`${fork}, scene`, await checker.check(traceScene(fork)));
  for (let i = 0, left = Number(options.worlds); left > 0; i++) {
    const world = randomWorld(seed, i, precompiles);
    if (world.fork !== fork) continue;
    report(`${fork}, world ${i}`, await checker.check(world));
    left--;
  }
  await checker.stop();
  const { transactions, frames, errors } = checker;
  return { transactions, frames, errors };
}

const facts = { instructions: await instructions(), blocks: [] };
for (const fork of FORKS) facts.blocks.push(/** @type {never} */ (await blocks(fork)));
console.log(JSON.stringify({ seed, failures, ...facts }));
process.exitCode = failures > 0 ? 1 : 0;
