/**
 * `node scripts/witness.mjs [--slots 1,2] [--filter TEXT] [--mutations N] [--seed N] [--first N] [--record]`
 *
 * Every mainnet block of the corpus that has a witness, at each slot count: verifying it gives the header's state root, and
 * nothing differs from the header. Then random damage (--mutations, 200 unless given) to witnesses in both forms, and to blocks in RLP and
 * JSON: their headers, lists, transactions, signatures, access lists and authorizations; and to blocks that are imported
 * into chains of all forks. Each is refused by name, does not match, or is harmless, which is proven: the same witness trie gives
 * the true state root, the encoding is that of the true block, or the reference takes the block, too, to the same end. Memory
 * is bounded, and no run hangs. A mutation follows from --seed and its number: --first N --mutations 1 repeats one.
 * `--record` writes the counts of a whole run to `bench/results/witness.json`.
 * Exit code 1: a case failed; 2: no corpus, or nothing to do.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { CORPUS, corpusBlocks, hasCorpus } from '../test/oracle/blocks.mjs';
import { seeded } from '../test/oracle/mutations.mjs';
import { recordCheck, recordFault } from './checks/record.mjs';
import { inTime } from './in-time.mjs';
import { oneOf } from './mutations/bytes.mjs';
import { openChains } from './mutations/chains.mjs';
import { DAMAGES, Subject } from './mutations/verified.mjs';

const { values, tokens } = parseArgs({
  tokens: true,
  options: {
    slots: { type: 'string', default: '1,2' },
    filter: { type: 'string' },
    mutations: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    record: { type: 'boolean', default: false },
  },
});

/** Blocks that take longer are damaged no further: each mutation runs its block. */
const MOST_NODES_TO_DAMAGE = 1500;
/** A run that takes longer hangs. */
const LIMIT_MS = 60_000;
/** What damage may add to the memory that the process holds, measured behind so many mutations each: states of chains, for the most part. */
const MOST_HELD_BYTES = 768 * 2 ** 20;
const STRETCH = 500;
/** The same with garbage that is not collected yet. */
const MOST_TAKEN_BYTES = 2 ** 30;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

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

/** @param {any} file @param {any} result */
function faultOf({ header }, { ok, stateRoot, mismatches, invalid }) {
  if (invalid !== undefined) return `transaction ${invalid.txIndex} is invalid: ${invalid.code}`;
  const [first] = mismatches;
  if (first !== undefined) return `${first.field}: got ${first.actual}, expected ${first.expected}`;
  return ok && stateRoot === header.stateRoot ? undefined : `state root ${stateRoot}, expected ${header.stateRoot}`;
}

const GOOD = ['differs', 'refused', 'harmless', 'another valid block'];

const unfit = recordFault(tokens);
if (unfit !== undefined) refuse(unfit);
if (!hasCorpus()) refuse(`no corpus at ${CORPUS}: set PARALLEL_EVM_CORPUS to its folder`);
const slotCounts = values.slots.split(',').map(Number);
if (!slotCounts.every((slots) => Number.isInteger(slots) && slots > 0))
  refuse(`"slots" must be 1,2,... got ${values.slots}`);
const [mutations, seed, begin] = [Number(values.mutations), Number(values.seed), Number(values.first)];
if (![mutations, seed, begin].every((n) => Number.isInteger(n) && n >= 0))
  refuse('"mutations", "seed" and "first" must be whole numbers');

/** @type {any[]} */
const files = [];
for (const { number, path } of corpusBlocks()) {
  if (!String(number).includes(values.filter ?? '')) continue;
  const file = await readBlockFile(path);
  if (file.witness !== undefined) files.push({ path, file });
}
if (files.length === 0) refuse(`no block of ${CORPUS} with a witness has "${values.filter}" in its number`);

const engines = await Promise.all(slotCounts.map((slots) => createEngine({ slots })));
for (const { path, file } of files) {
  for (const [i, engine] of engines.entries()) {
    const name = `${file.number} ${file.hardfork} slots=${slotCounts[i]}`;
    const run = inTime(engine.verifyBlock(new Subject(path, file).input()), LIMIT_MS);
    count(
      name,
      await run.then(
        (result) => faultOf(file, result),
        (error) => `${error.code ?? error.name}: ${error.message}`,
      ),
    );
  }
}

const subjects = files
  .filter(({ file }) => file.witness.nodes.length <= MOST_NODES_TO_DAMAGE)
  .map(({ path, file }) => new Subject(path, file));
const verifiers = [...engines, await createEngine({ slots: Math.max(...slotCounts), senders: 'verify' })];
const chains = openChains(engines);
const KINDS = [...Object.keys(DAMAGES), 'chain', 'chain'];

/** One mutation, which follows from its number. @param {number} index */
async function damage(index) {
  const below = seeded(seed * 2 ** 24 + index);
  const kind = oneOf(below, KINDS);
  if (kind === 'chain' || subjects.length === 0) return chains.damage(index, below, LIMIT_MS);
  const [engine, subject] = [oneOf(below, verifiers), oneOf(below, subjects)];
  return /** @type {import('./mutations/verified.mjs').Damage} */ (DAMAGES[kind])(engine, subject, below, LIMIT_MS);
}

/** What the process holds, bytes. */
function heldBytes() {
  collectGarbage();
  return process.memoryUsage().rss;
}

/** @type {Map<string, number>} */
const tally = new Map();
const before = heldBytes();
let held = 0;
let taken = 0;
for (let i = begin; i < begin + mutations; i++) {
  const { name, outcome } = await damage(i);
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  count(`mutation ${i} of seed ${seed}: ${name}`, GOOD.includes(outcome) ? undefined : outcome);
  taken = Math.max(taken, process.memoryUsage().rss - before);
  if ((i - begin) % STRETCH === STRETCH - 1) held = Math.max(held, heldBytes() - before);
}
held = Math.max(held, heldBytes() - before);
const mib = (/** @type {number} */ bytes) => Math.round(bytes / 2 ** 20);
const isBounded = held < MOST_HELD_BYTES && taken < MOST_TAKEN_BYTES;
const memory = `memory grew by ${mib(held)} MiB, ${mib(taken)} MiB with garbage`;
if (mutations > 0) count('memory', isBounded ? undefined : memory);
const kinds = [...tally].map(([name, n]) => `${n} ${name}`).join(', ');
console.log(`${mutations} mutations, seed ${seed}: ${kinds}; ${memory}`);
await chains.close();
if (values.record) recordCheck('witness', { passed, failed, blocks: files.length, mutations, seed });
console.log(`${passed} passed, ${failed} failed`);
await inTime(Promise.all(verifiers.map((engine) => engine.close())), LIMIT_MS);
process.exit(failed === 0 ? 0 : 1);
