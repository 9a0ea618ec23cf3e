import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkNames } from '../scripts/model/names.mjs';
import { ROWS } from '../scripts/model/rows.mjs';

const FOLDER = new URL('../scripts/model/', import.meta.url);
const MODELS = readdirSync(FOLDER).filter((file) => file.endsWith('.pml'));
const textOf = (model: string): string => readFileSync(new URL(model, FOLDER), 'utf8');

test.each(MODELS)('%s names functions that the source has', (model) => {
  const { named, missing } = checkNames(textOf(model));
  expect(missing).toEqual([]);
  expect(named).toBeGreaterThan(3);
});

test('a function that the source lacks is told', () => {
  const { missing } = checkNames('/* Title\n *\n * Models   src/pipeline/steps.ts   claimStep, claimNothing\n *\n */');
  expect(missing).toEqual(['src/pipeline/steps.ts: claimNothing']);
});

test.each(MODELS)('every rule that %s can leave out has a row', (model) => {
  const rules = new Set(textOf(model).match(/\bM_[A-Z]+/g));
  const used = new Set(ROWS.filter((row) => row.model === model).flatMap(({ flags }) => flags.map((f) => f.slice(2))));
  expect([...rules].filter((rule) => !used.has(rule))).toEqual([]);
  expect(rules.size).toBeGreaterThan(3);
});
