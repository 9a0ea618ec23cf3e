/**
 * `npm run bench:total -- [--min-txs 50] [--runs 15] [--warmup 3] [--passes 40] [--reference-runs 3] [--slots 2] [--filter TEXT] [--name total]`
 *
 * What a block costs in all:
 * - blocks of the corpus with a witness, from RLP to the verified state root (`verifyBlock`: decoding, senders, witness,
 *   execution, receipts, root), one slot, several, and `@ethereumjs/vm` with its `MerkleStateManager` on the same block;
 * - blocks of 1,000 signed transfers and token transfers, from RLP to the executed block (`runBlock`), the same three;
 * - recovering a sender: the native addon, WebAssembly, `@noble/curves`.
 * Engines first work through all blocks `passes` times: until then compilers use the cores as well. Blocks take turns on one slot
 * and on several, without forced collections in between, as in a stream of blocks; of the reference, which is timed behind that,
 * each timed run follows a collection and an untimed run. Outputs are checked whenever a block has run. Results:
 * `bench/results/<name>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { corpusBlocks, hasCorpus, ROOT, readJson } from '../test/oracle/blocks.mjs';
import { decodeFile } from '../test/oracle/reference.mjs';
import { circumstances } from './machine.mjs';
import { compete, geomean, speedup } from './measure.mjs';
import { recoveryTimes } from './recovery.mjs';
import { signedBlocks, signedReference } from './signed-blocks.mjs';
import { verifyingReference } from './witness-state.mjs';

const { values } = parseArgs({
  options: {
    'min-txs': { type: 'string', default: '50' },
    runs: { type: 'string', default: '15' },
    warmup: { type: 'string', default: '3' },
    passes: { type: 'string', default: '40' },
    'reference-runs': { type: 'string', default: '3' },
    slots: { type: 'string', default: '2' },
    filter: { type: 'string', default: '' },
    name: { type: 'string', default: 'total' },
  },
});
const options = { runs: Number(values.runs), warmup: Number(values.warmup), collects: false };
const referenceOptions = { runs: Number(values['reference-runs']), warmup: 1 };
const slots = Number(values.slots);
const passes = Number(values.passes);

const around = circumstances();
const engines = { one: await createEngine({ slots: 1 }), several: await createEngine({ slots }) };

/**
 * Each run twice, of which the second counts.
 * @template T @param {() => Promise<T>} run
 */
const warmed = (run) => async () => {
  await run();
  return run();
};

/** @param {any} row */
const line = ({ label, transactions, times, reference }) =>
  [
    `${label}, ${transactions} transactions: 1 slot ${times.one.total.median} ms, ${slots} slots ${times.several.total.median} ms`,
    `cut ${(100 * (1 - times.several.total.median / times.one.total.median)).toFixed(1)} %`,
    `@ethereumjs/vm ${reference.total.median} ms, ${(reference.total.median / times.several.total.median).toFixed(1)}x`,
  ].join('; ');

/**
 * Times contenders by subject, after some passes over all of them, and then its reference.
 * @param {{ label: string, transactions: number, contenders: any, reference: () => Promise<any> }[]} subjects
 */
async function race(subjects) {
  for (let pass = 0; pass < passes; pass++)
    for (const { contenders } of subjects) for (const run of Object.values(contenders)) await run();
  const raced = [];
  for (const subject of subjects) raced.push({ ...subject, times: await compete(subject.contenders, options) });
  const rows = [];
  for (const { label, transactions, times, reference: prepared } of raced) {
    const { run, ...facts } = await prepared();
    const { reference } = await compete({ reference: warmed(run) }, referenceOptions);
    const ratios = {
      parallel: speedup(times.one.total, times.several.total),
      reference: speedup(reference.total, times.several.total),
    };
    const row = { label, transactions, times, reference, ...facts, ratios };
    console.log(line(row));
    rows.push(row);
  }
  return rows;
}

/** Blocks out of RLP to the root. */
async function verifying() {
  const subjects = [];
  for (const { number, path } of corpusBlocks()) {
    if (!String(number).includes(values.filter)) continue;
    const file = await readBlockFile(path);
    const json = readJson(path);
    if (file.witness === undefined || json.transactions.length < Number(values['min-txs'])) continue;
    const block = decodeFile(json).serialize();
    const { witness, parentHeader, blockHashes } = file;
    const input = { block, witness, blockHashes, ...(parentHeader && { parentHeader }) };
    const verify = (/** @type {any} */ engine) => async () => {
      const result = await engine.verifyBlock(input);
      if (!result.ok || result.stateRoot !== json.header.stateRoot) throw new Error(`${number} does not verify`);
      const { busy, ...stages } = result.ms;
      return { ...stages, ...busy };
    };
    subjects.push({
      label: String(number),
      transactions: json.transactions.length,
      contenders: { one: verify(engines.one), several: verify(engines.several) },
      reference: async () => {
        const { run, root } = await verifyingReference(path, json, file, block);
        return { run, referenceRoot: root };
      },
    });
  }
  return race(subjects);
}

/** Signed blocks, executed. */
async function executing() {
  const subjects = [];
  const holds = [];
  for (const { name, file, block } of await signedBlocks()) {
    const reference = await signedReference(file, block);
    const contenders = {};
    for (const [key, engine] of Object.entries(engines)) {
      const state = await engine.createState(file.preState, { codes: {} });
      holds.push(state);
      contenders[key] = async () => {
        const started = performance.now();
        const { invalid, gasUsed } = await engine.runBlock({ block, state, commit: false });
        const total = performance.now() - started;
        if (invalid !== undefined || gasUsed !== reference.gasUsed) throw new Error(`${name}: wrong result`);
        return { total };
      };
    }
    subjects.push({
      label: name,
      transactions: file.count,
      contenders,
      reference: async () => ({ run: reference.run }),
    });
  }
  const rows = await race(subjects);
  for (const state of holds) await state.dispose();
  return rows;
}

const verified = hasCorpus() ? await verifying() : [];
const executed = values.filter === '' ? await executing() : [];
const recovery = values.filter === '' ? await recoveryTimes(options) : undefined;
for (const engine of Object.values(engines)) await engine.close();
const cut = verified.length > 0 ? 1 - 1 / geomean(verified.map(({ ratios }) => ratios.parallel.median)) : undefined;
const summary = {
  blocks: verified.length,
  cut,
  reference: verified.length > 0 ? geomean(verified.map(({ ratios }) => ratios.reference.median)) : undefined,
};
if (cut !== undefined)
  console.log(
    `${verified.length} blocks: ${slots} slots cut ${(100 * cut).toFixed(1)} % of one slot's total; ${summary.reference}x @ethereumjs/vm`,
  );
if (recovery) console.log(`recovery: ${JSON.stringify(recovery)}`);
const report = {
  name: values.name,
  ...around,
  options: { ...options, passes, slots, referenceRuns: referenceOptions.runs },
  summary,
  verified,
  executed,
  recovery,
};
mkdirSync(join(ROOT, 'bench/results'), { recursive: true });
writeFileSync(join(ROOT, `bench/results/${values.name}.json`), `${JSON.stringify(report, undefined, 1)}\n`);
