/**
 * `node scripts/witness.mjs [--slots 1,2] [--filter TEXT] [--mutations N] [--seed N]`
 *
 * Every mainnet block of the corpus that has a witness, at each slot count: verifying it gives the header's state root, and
 * nothing differs from the header. Then random damage to those witnesses and headers (--mutations, 200 unless given): each
 * is refused by name, does not match, or is harmless, which the true state root proves.
 * Exit code 1: a case failed; 2: no corpus, or nothing to do.
 */
import { parseArgs } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { CORPUS, corpusBlocks, hasCorpus } from '../test/oracle/blocks.mjs';
import { CLAIMS, REFUSALS, seeded, WITNESS_MUTATIONS } from '../test/oracle/mutations.mjs';
import { inTime } from './in-time.mjs';

const { values } = parseArgs({
  options: {
    slots: { type: 'string', default: '1,2' },
    filter: { type: 'string' },
    mutations: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});

/** Blocks that take longer are damaged no further: each mutation runs its block. */
const MOST_NODES_TO_DAMAGE = 1500;
/** A run that takes longer hangs. */
const LIMIT_MS = 60_000;

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

let passed = 0;
let failed = 0;

/** @param {string} name @param {string | undefined} wrong */
function count(name, wrong) {
  if (wrong === undefined) passed += 1;
  else {
    failed += 1;
    console.log(`FAIL ${name}: ${wrong}`);
  }
}

/** @param {any} file @param {any} [change] of what is handed in */
const inputOf = ({ block, witness, parentHeader, blockHashes }, change = {}) => ({
  ...{ block, witness, blockHashes, ...(parentHeader && { parentHeader }) },
  ...change,
});

/** @param {any} file @param {any} result */
function faultOf({ header }, { ok, stateRoot, mismatches, invalid }) {
  if (invalid !== undefined) return `transaction ${invalid.txIndex} is invalid: ${invalid.code}`;
  const [first] = mismatches;
  if (first !== undefined) return `${first.field}: got ${first.actual}, expected ${first.expected}`;
  return ok && stateRoot === header.stateRoot ? undefined : `state root ${stateRoot}, expected ${header.stateRoot}`;
}

/** Whether damage was seen through, as the outcome of a run. @param {any} file @param {Promise<any>} run @returns {Promise<string>} */
async function outcomeOf({ header }, run) {
  try {
    const { ok, stateRoot } = await inTime(run, LIMIT_MS);
    if (!ok) return 'differs';
    return stateRoot === header.stateRoot ? 'harmless' : `accepted with state root ${stateRoot}`;
  } catch (/** @type {any} */ error) {
    return REFUSALS.has(error.code) ? 'refused' : `${error.code ?? error.name}: ${error.message}`;
  }
}

const GOOD = ['differs', 'harmless', 'refused'];

/** @param {any} engine @param {any[]} files @param {(n: number) => number} below @param {Map<string, number>} tally */
async function damageWitness(engine, files, below, tally) {
  const file = files[below(files.length)];
  const kinds = Object.keys(WITNESS_MUTATIONS);
  const kind = /** @type {string} */ (kinds[below(kinds.length)]);
  const witness = WITNESS_MUTATIONS[kind]?.(below, file.witness);
  const outcome = await outcomeOf(file, engine.verifyBlock(inputOf(file, { witness })));
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  count(`${file.number} ${kind}`, GOOD.includes(outcome) ? undefined : outcome);
}

/** @param {any} engine @param {any[]} files @param {(n: number) => number} below @param {Map<string, number>} tally */
async function damageHeader(engine, files, below, tally) {
  const file = files[below(files.length)];
  const fields = CLAIMS.filter((name) => file.header[name] !== undefined);
  const field = /** @type {string} */ (fields[below(fields.length)]);
  const value = file.header[field];
  const last = (Number.parseInt(value.at(-1), 16) ^ (1 + below(15))).toString(16);
  const block = { ...file.block, [field]: `${value.slice(0, -1)}${last}` };
  const outcome = await outcomeOf(file, engine.verifyBlock(inputOf(file, { block })));
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  count(`${file.number} header.${field}`, outcome === 'differs' ? undefined : outcome);
}

if (!hasCorpus()) refuse(`no corpus at ${CORPUS}: set PARALLEL_EVM_CORPUS to its folder`);
const slotCounts = values.slots.split(',').map(Number);
if (!slotCounts.every((slots) => Number.isInteger(slots) && slots > 0))
  refuse(`"slots" must be 1,2,... got ${values.slots}`);
const [mutations, seed] = [Number(values.mutations), Number(values.seed)];
if (![mutations, seed].every((n) => Number.isInteger(n) && n >= 0))
  refuse('"mutations" and "seed" must be whole numbers');

/** @type {any[]} */
const files = [];
for (const { number, path } of corpusBlocks()) {
  if (!String(number).includes(values.filter ?? '')) continue;
  const file = await readBlockFile(path);
  if (file.witness !== undefined) files.push(file);
}
if (files.length === 0) refuse(`no block of ${CORPUS} with a witness has "${values.filter}" in its number`);

const engines = await Promise.all(slotCounts.map((slots) => createEngine({ slots })));
for (const file of files) {
  for (const [i, engine] of engines.entries()) {
    const name = `${file.number} ${file.hardfork} slots=${slotCounts[i]}`;
    const run = inTime(engine.verifyBlock(inputOf(file)), LIMIT_MS);
    count(
      name,
      await run.then(
        (result) => faultOf(file, result),
        (error) => `${error.code ?? error.name}: ${error.message}`,
      ),
    );
  }
}

const small = files.filter(({ witness }) => witness.nodes.length <= MOST_NODES_TO_DAMAGE);
const below = seeded(seed);
/** @type {Map<string, number>} */
const tally = new Map();
for (let i = 0; i < mutations && small.length > 0; i++) {
  const engine = engines[i % engines.length];
  await (below(4) === 0 ? damageHeader : damageWitness)(engine, small, below, tally);
}
console.log(`${mutations} mutations, seed ${seed}: ${[...tally].map(([name, n]) => `${n} ${name}`).join(', ')}`);
console.log(`${passed} passed, ${failed} failed`);
await inTime(Promise.all(engines.map((engine) => engine.close())), LIMIT_MS);
process.exit(failed === 0 ? 0 : 1);
