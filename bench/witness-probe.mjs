/**
 * `node bench/witness-probe.mjs FILE`: ends with 0 if the reference gets from a block file's witness to the header's state
 * root. A process of its own, because it fails in a promise that nobody holds where its trie lacks a node.
 */
import { readBlockFile } from '../dist/src/index.js';
import { readJson } from '../test/oracle/blocks.mjs';
import { decodeFile } from '../test/oracle/reference.mjs';
import { onWitness } from './witness-state.mjs';

const path = /** @type {string} */ (process.argv[2]);
const json = readJson(path);
await onWitness(json, await readBlockFile(path), decodeFile(json).serialize())();
