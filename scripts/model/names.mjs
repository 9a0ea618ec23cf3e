/** The functions that a model says it models, looked up in the source: a model of what is gone models nothing. */
import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The lines of a model's head from `Models` to the next empty one, without remarks in parentheses. @param {string} text */
function modelsOf(text) {
  const block = /^ \* Models([\s\S]*?)\n \*\n/m.exec(text)?.[1];
  if (block === undefined) throw new Error('the head of the model names no functions');
  return block.replaceAll('\n *', ' ').replaceAll(/\([^)]*\)/g, ' ');
}

/** `file: function` for each that the model in `text` names and the source lacks. @param {string} text @returns {{ named: number, missing: string[] }} */
export function checkNames(text) {
  let file = '';
  let source = '';
  let named = 0;
  /** @type {string[]} */
  const missing = [];
  for (const word of modelsOf(text).match(/[\w/.-]+/g) ?? []) {
    if (word.endsWith('.ts')) {
      file = word;
      source = readFileSync(new URL(file, ROOT), 'utf8');
      continue;
    }
    named++;
    if (!new RegExp(`(function|const) ${word}\\b`).test(source)) missing.push(`${file}: ${word}`);
  }
  return { named, missing };
}
