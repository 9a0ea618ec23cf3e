/**
 * `node scripts/corpus.mjs [--slots 1,2] [--filter TEXT] [--record]`
 *
 * Every mainnet block of the corpus, at each slot count: gas, receipts root (from Byzantium on), bloom and requests hash
 * as in the header, receipts and state diff as at the first slot count. For some blocks also the state diff and receipts of the
 * oracle, and the state root on a witness (test:witness has all of those). A case is one block at one slot count, on its
 * state or its witness, or one block against the oracle. `--record` writes the counts of a whole run to
 * `bench/results/corpus.json`.
 * Exit code 1: a case failed; 2: no corpus, or nothing to do.
 */
import { parseArgs } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { CORPUS, corpusBlocks, hasCorpus, readJson } from '../test/oracle/blocks.mjs';
import { BYZANTIUM, firstDifference, headerDifference, sentence } from '../test/oracle/difference.mjs';
import { runReference } from '../test/oracle/reference.mjs';
import { recordCheck, recordFault } from './checks/record.mjs';
import { inTime } from './in-time.mjs';

/** Between them every fork, all transaction types, deleted and empty accounts, creations, withdrawals, system calls. */
const AGAINST_ORACLE = [
  1_149_150, 1_796_867, 2_675_002, 4_370_000, 7_280_000, 9_069_000, 12_244_000, 14_029_313, 15_537_394, 17_666_333,
  18_426_253, 19_426_587, 20_472_570, 22_188_088, 22_244_135, 22_615_247, 24_628_608, 25_229_957,
];

/** A block that takes longer hangs: the largest takes a few seconds on a slow machine. */
const LIMIT_MS = 60_000;

/** @typedef {{ receipts: Record<string, unknown>[], stateDiff: object }} Effects what is compared between runs */

const { values, tokens } = parseArgs({
  tokens: true,
  options: {
    slots: { type: 'string', default: '1,2' },
    filter: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** @param {any} receipt without its type, which only the oracle tells */
const content = ({ type: _type, ...receipt }) => receipt;

/** @param {{ receipts: readonly object[], stateDiff: any }} result @returns {Effects} */
const effectsOf = ({ receipts, stateDiff }) => ({
  receipts: receipts.map(content),
  stateDiff: JSON.parse(JSON.stringify(stateDiff)),
});

/** @param {Effects} effects of a block whose receipts hold state roots, which only the oracle has */
const withoutStatus = ({ receipts, stateDiff }) => ({
  receipts: receipts.map(({ status: _status, stateRoot: _stateRoot, ...receipt }) => receipt),
  stateDiff,
});

/** Counts cases and tells of each failure in one line. */
class Tally {
  passed = 0;
  failed = 0;

  /** @param {string} name @param {() => Promise<string | undefined>} run gives what is wrong, or nothing */
  async add(name, run) {
    const wrong = await run().catch((error) => `${error.code ?? error.name}: ${error.message}`);
    if (wrong === undefined) this.passed += 1;
    else {
      this.failed += 1;
      console.log(`FAIL ${name}: ${wrong}`);
    }
  }
}

/** One engine per slot count; one that hangs or fails is replaced, so that it fails one case only. */
class Engines {
  /** @type {Map<number, import('../dist/src/index.js').Engine>} */
  #engines = new Map();

  /** @param {number} slots @param {any} file a block file as the library reads it */
  async run(slots, { preState, codes, block, blockHashes }) {
    const engine = this.#engines.get(slots) ?? (await createEngine({ slots }));
    this.#engines.set(slots, engine);
    let state;
    try {
      state = await inTime(engine.createState(preState, { codes }), LIMIT_MS);
      return await inTime(engine.runBlock({ block, state, blockHashes }), LIMIT_MS);
    } catch (error) {
      this.#engines.delete(slots);
      engine.close().catch(() => {});
      throw error;
    } finally {
      await state?.dispose?.();
    }
  }

  /** The first thing that verifying does not confirm. @param {number} slots @param {any} file */
  async verify(slots, { block, witness, parentHeader, blockHashes, header }) {
    const engine = this.#engines.get(slots) ?? (await createEngine({ slots }));
    this.#engines.set(slots, engine);
    const input = { block, witness, blockHashes, ...(parentHeader && { parentHeader }) };
    const { mismatches, invalid, stateRoot } = await inTime(engine.verifyBlock(input), LIMIT_MS);
    const [first] = mismatches;
    if (first !== undefined) return `${first.field}: got ${first.actual}, expected ${first.expected}`;
    if (stateRoot === header.stateRoot) return undefined;
    return `state root ${stateRoot}, expected ${header.stateRoot}; ${invalid?.reason ?? 'valid'}`;
  }

  async close() {
    await Promise.all([...this.#engines.values()].map((engine) => engine.close()));
  }
}

/** @param {any} file @param {any} result @param {Effects | undefined} yardstick @returns {string | undefined} */
function faultOf({ header }, result, yardstick) {
  const { invalid } = result;
  if (invalid !== undefined) return `transaction ${invalid.txIndex} is invalid: ${invalid.code} ${invalid.reason}`;
  const difference =
    headerDifference(header, result) ?? (yardstick && firstDifference(effectsOf(result), yardstick, 'result'));
  return difference && sentence(difference);
}

/** @param {{ number: number, path: string }} entry @param {number[]} slotCounts @param {Engines} engines @param {Tally} tally */
async function checkBlock({ number, path }, slotCounts, engines, tally) {
  const file = await readBlockFile(path);
  /** @type {Effects | undefined} */
  let yardstick;
  for (const slots of slotCounts) {
    await tally.add(`${number} ${file.hardfork} slots=${slots}`, async () => {
      const result = await engines.run(slots, file);
      const fault = faultOf(file, result, yardstick);
      yardstick ??= effectsOf(result);
      return fault;
    });
  }
  if (!AGAINST_ORACLE.includes(number)) return;
  for (const slots of file.witness === undefined ? [] : slotCounts)
    await tally.add(`${number} ${file.hardfork} witness slots=${slots}`, () => engines.verify(slots, file));
  await tally.add(`${number} ${file.hardfork} oracle`, async () => {
    if (yardstick === undefined) return 'the engine gave no result';
    const reference = effectsOf(await runReference(readJson(path)));
    const [got, expected] = number < BYZANTIUM ? [yardstick, reference].map(withoutStatus) : [yardstick, reference];
    const difference = firstDifference(got, expected, 'result');
    return difference && sentence(difference);
  });
}

const unfit = recordFault(tokens);
if (unfit !== undefined) refuse(unfit);
if (!hasCorpus()) refuse(`no corpus at ${CORPUS}: set PARALLEL_EVM_CORPUS to its folder`);
const slotCounts = values.slots.split(',').map(Number);
if (!slotCounts.every((slots) => Number.isInteger(slots) && slots > 0))
  refuse(`"slots" must be 1,2,... got ${values.slots}`);
const blocks = corpusBlocks().filter(({ number }) => String(number).includes(values.filter ?? ''));
if (blocks.length === 0) refuse(`no block of ${CORPUS} has "${values.filter}" in its number`);

const engines = new Engines();
const tally = new Tally();
for (const block of blocks) await checkBlock(block, slotCounts, engines, tally);
const { passed, failed } = tally;
if (values.record) recordCheck('corpus', { passed, failed, blocks: blocks.length });
console.log(`${passed} passed, ${failed} failed`);
const isClosed = await inTime(engines.close(), LIMIT_MS).then(
  () => true,
  (error) => console.error(`the engines did not close: ${error.message}`),
);
process.exit(failed === 0 && isClosed ? 0 : 1); // an engine that hung would keep the process alive
