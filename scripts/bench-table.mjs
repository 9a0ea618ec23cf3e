/**
 * `npm run bench:table`
 *
 * Writes the tables of benchmarks into `docs/benchmarks.md`, each between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`
 * from `bench/results/NAME.json`, and a few rows of them into the readme, with the counts of what was checked, so that the
 * numbers there are those of a file and not somebody's memory.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checksTable, readChecks } from './checks/table.mjs';
import { blocksText, summaryText } from './tables/blocks.mjs';
import { eestText, evmText, stockText } from './tables/calls.mjs';
import { engineText, presetsText } from './tables/engine.mjs';
import { pathsText } from './tables/paths.mjs';
import { totalText, wholeTrieText } from './tables/total.mjs';

/** @param {string} path */
const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** @typedef {{ name: string, results: string, write: (report: any) => string }} Text */
/** @type {Record<string, Text[]>} by document */
const TEXTS = {
  'README.md': [{ name: 'summary', results: 'blocks', write: summaryText }],
  'docs/benchmarks.md': [
    { name: 'blocks', results: 'blocks', write: blocksText },
    { name: 'engine', results: 'engine', write: engineText },
    { name: 'presets', results: 'engine-presets', write: presetsText },
    { name: 'evm', results: 'evm', write: evmText },
    { name: 'stock', results: 'evm-stock', write: stockText },
    { name: 'eest', results: 'eest', write: eestText },
    { name: 'paths', results: 'paths', write: pathsText },
    { name: 'total', results: 'total', write: totalText },
    { name: 'trie', results: 'trie-whole', write: wholeTrieText },
  ],
};

/** @param {string} document @param {string} content @param {string} name @param {string} text @returns {string} */
function between(document, content, name, text) {
  const open = `<!-- bench:${name} -->`;
  const start = content.indexOf(open);
  const end = content.indexOf(`<!-- /bench:${name} -->`);
  if (start < 0 || end < start) throw new Error(`${document} must have ${open} and its end`);
  return `${content.slice(0, start + open.length)}\n${text}\n${content.slice(end)}`;
}

for (const [document, texts] of Object.entries(TEXTS)) {
  let content = readFileSync(inRepository(document), 'utf8');
  for (const { name, results, write } of texts) {
    const path = inRepository(`bench/results/${results}.json`);
    if (existsSync(path)) content = between(document, content, name, write(JSON.parse(readFileSync(path, 'utf8'))));
    else console.log(`no bench/results/${results}.json: the table ${name} stays as it is`);
  }
  if (document === 'README.md') content = between(document, content, 'checks', checksTable(readChecks()));
  writeFileSync(inRepository(document), content);
}
