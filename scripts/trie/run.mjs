/**
 * `npm run test:trie -- [--seed S]`
 *
 * The official trie tests whose keys are hashed, on the kernels' own tries (parts of tries, and trees): the stated root at
 * the end, and after each change the root that all entries give (scripts/spec/trie.mjs). Tests without an order are run in
 * several. Tests with keys of other lengths than 32 bytes are named: neither kind has such keys, and no state does.
 * Exit code 1: a test failed.
 */
import { parseArgs } from 'node:util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { Random } from '../showcase/random.mjs';
import { hex } from '../spec/encoding.mjs';
import { readSuite } from '../spec/suites.mjs';
import { trieRoot } from '../spec/trie.mjs';
import { compileTries } from './kernels.mjs';

const { values } = parseArgs({ options: { seed: { type: 'string', default: 'tries' } } });
const ORDERS = 10;

/** @typedef {{ key: Uint8Array, value: Uint8Array | undefined }} Step */

/** @param {string} text */
const bytesOf = (text) => (text.startsWith('0x') ? hexToBytes(text.slice(2)) : new TextEncoder().encode(text));

/** @param {any} input pairs, or an object, which has no order @returns {Step[]} */
const stepsOf = (input) =>
  (Array.isArray(input) ? input : Object.entries(input)).map(([key, value]) => ({
    key: keccak_256(bytesOf(key)),
    value: value === null ? undefined : bytesOf(value),
  }));

/** @param {readonly Step[]} steps @param {Random} random */
function shuffled(steps, random) {
  const left = [...steps];
  return steps.map(() => /** @type {Step} */ (left.splice(random.int(0, left.length - 1), 1)[0]));
}

/** @param {() => any} makeTries @param {readonly Step[]} steps @param {string} root @returns {string | undefined} what is wrong */
function faultOf(makeTries, steps, root) {
  const tries = makeTries();
  /** @type {Map<string, [Uint8Array, Uint8Array]>} */
  const entries = new Map();
  let expected = '';
  for (const [i, { key, value }] of steps.entries()) {
    tries.set(key, value);
    if (value === undefined) entries.delete(hex(key));
    else entries.set(hex(key), [key, value]);
    expected = hex(trieRoot(entries.values()));
    for (const [kind, is] of Object.entries(tries.roots()))
      if (is !== expected) return `${kind} after change ${i}: root ${is}, should be ${expected}`;
    if (i % 2 === 1) tries.accept();
  }
  return expected === root ? undefined : `root ${expected}, should be ${root}`;
}

let passed = 0;
let failed = 0;
/** @type {string[]} */
const left = [];
const makeTries = await compileTries();

/** @param {string} path @param {any} file */
function runFile(path, file) {
  for (const [name, { in: input, root }] of Object.entries(file)) {
    const random = new Random(`${values.seed}/${path}/${name}`);
    const steps = stepsOf(input);
    const orders = Array.isArray(input) ? [steps] : Array.from({ length: ORDERS }, () => shuffled(steps, random));
    const fault = orders.map((order) => faultOf(makeTries, order, root)).find((each) => each !== undefined);
    if (fault === undefined) passed += 1;
    else {
      failed += 1;
      console.log(`FAILED ${path} ${name}: ${fault}`);
    }
  }
}

for await (const { path, body } of readSuite('basics')) {
  if (!path.startsWith('TrieTests/')) continue;
  const file = JSON.parse(body);
  if (/secure/i.test(path)) runFile(path, file);
  else left.push(`${path} (${Object.keys(file).length})`);
}
console.log(`not run, keys of other lengths than 32 bytes: ${left.join(', ')}`);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
