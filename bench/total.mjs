/**
 * `npm run bench:total -- [--min-txs 50] [--runs 9] [--warmup 3] [--reference-runs 3] [--slots 2] [--filter TEXT] [--name total]`
 *
 * What a block costs in all:
 * - blocks of the corpus with a witness, from RLP to the verified state root (`verifyBlock`: decoding, senders, witness,
 *   execution, receipts, root), one slot, several, and `@ethereumjs/vm` with its `MerkleStateManager` on the same block;
 * - blocks of 1,000 signed transfers and token transfers, from RLP to the executed block (`runBlock`), the same three;
 * - recovering a sender: the native addon, WebAssembly, `@noble/curves`.
 * Each timed run follows an untimed one of the same contender: garbage is collected before, and the collector leaves caches and
 * pages cold, which a stream of blocks never meets. Outputs are checked before anything is timed. Results: `bench/results/<name>.json`.
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
    runs: { type: 'string', default: '9' },
    warmup: { type: 'string', default: '3' },
    'reference-runs': { type: 'string', default: '3' },
    slots: { type: 'string', default: '2' },
    filter: { type: 'string', default: '' },
    name: { type: 'string', default: 'total' },
  },
});
const options = { runs: Number(values.runs), warmup: Number(values.warmup) };
const referenceOptions = { runs: Number(values['reference-runs']), warmup: 1 };
const slots = Number(values.slots);

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

/** Blocks out of RLP to the root. */
async function verifying() {
  const rows = [];
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
    const times = await compete(
      { one: warmed(verify(engines.one)), several: warmed(verify(engines.several)) },
      options,
    );
    const { run, root } = await verifyingReference(path, json, file, block);
    const { reference } = await compete({ reference: warmed(run) }, referenceOptions);
    const ratios = {
      parallel: speedup(times.one.total, times.several.total),
      reference: speedup(reference.total, times.several.total),
    };
    const row = {
      label: String(number),
      transactions: json.transactions.length,
      times,
      reference,
      referenceRoot: root,
      ratios,
    };
    console.log(line(row));
    rows.push(row);
  }
  return rows;
}

/** Signed blocks, executed. */
async function executing() {
  const rows = [];
  for (const { name, file, block } of await signedBlocks()) {
    const holds = [];
    const contenders = {};
    for (const [key, engine] of Object.entries(engines)) {
      const state = await engine.createState(file.preState, { codes: {} });
      holds.push(state);
      contenders[key] = warmed(async () => {
        const started = performance.now();
        const { invalid, gasUsed } = await engine.runBlock({ block, state, commit: false });
        const total = performance.now() - started;
        if (invalid !== undefined || gasUsed !== file.gasUsed) throw new Error(`${name}: wrong result`);
        return { total };
      });
    }
    const reference = await signedReference(file, block);
    file.gasUsed = reference.gasUsed;
    const times = await compete(contenders, options);
    const { reference: measured } = await compete({ reference: warmed(reference.run) }, referenceOptions);
    const ratios = {
      parallel: speedup(times.one.total, times.several.total),
      reference: speedup(measured.total, times.several.total),
    };
    const row = { label: name, transactions: file.count, times, reference: measured, ratios };
    console.log(line(row));
    rows.push(row);
    for (const state of holds) await state.dispose();
  }
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
const report = { name: values.name, ...around, options: { ...options, slots }, summary, verified, executed, recovery };
mkdirSync(join(ROOT, 'bench/results'), { recursive: true });
writeFileSync(join(ROOT, `bench/results/${values.name}.json`), `${JSON.stringify(report, undefined, 1)}\n`);
