/** Blocks that come as files: the fixtures and the showcase, and a sample of the corpus across forks. Their headers say what they come to. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readBlockFile } from '../../dist/src/index.js';
import { corpusBlocks, hasCorpus, ROOT } from '../../test/oracle/blocks.mjs';
import { firstDifference, headerDifference, sentence } from '../../test/oracle/difference.mjs';
import { inTime, outputOf } from './check.mjs';

/** Of the corpus, between them every fork and the blocks with most transactions and conflicts. */
const REAL = [
  1_149_150, 1_796_867, 2_675_002, 4_370_000, 7_280_000, 8_889_776, 9_069_000, 11_814_555, 12_244_000, 12_520_364,
  13_217_637, 14_396_881, 15_199_017, 15_537_394, 17_666_333, 18_426_253, 19_426_587, 20_472_570, 22_244_135,
  24_476_008, 24_628_607, 25_229_957,
];

/** @typedef {{ name: string, path: string, yardstick: object[] }} BlockPath */

/** @returns {BlockPath[]} */
export function files() {
  const fixtures = readdirSync(join(ROOT, 'test/fixtures')).map((name) => join(ROOT, 'test/fixtures', name));
  const real = hasCorpus() ? corpusBlocks().filter(({ number }) => REAL.includes(number)) : [];
  return [...fixtures, join(ROOT, 'showcase/block.json.gz'), ...real.map(({ path }) => path)]
    .filter((path) => path.endsWith('.json.gz'))
    .map((path) => ({ name: `file ${basename(path, '.json.gz')}`, path, yardstick: [] }));
}

/** @param {BlockPath} file @param {import('../../dist/src/index.js').Engine} engine @param {number} repeats @returns {Promise<string | undefined>} */
export async function faultOfFile({ path, yardstick }, engine, repeats) {
  const { preState, codes, block, blockHashes, header } = await readBlockFile(path);
  const state = await inTime(engine.createState(preState, { codes }));
  try {
    for (let i = 0; i < repeats; i++) {
      const result = await inTime(engine.runBlock({ block, state, blockHashes, commit: i === repeats - 1 }));
      if (result.invalid !== undefined)
        return `transaction ${result.invalid.txIndex} is invalid: ${result.invalid.code}`;
      const output = outputOf(result);
      yardstick[0] ??= output;
      const difference =
        headerDifference(/** @type {any} */ (header), result) ?? firstDifference(output, yardstick[0], 'yardstick');
      if (difference !== undefined) return `run ${i}: ${sentence(difference)}`;
    }
    return undefined;
  } finally {
    await state.dispose();
  }
}
