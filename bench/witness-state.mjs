/**
 * `runBlock` of `@ethereumjs/vm` on its `MerkleStateManager` over the nodes of a witness, as its users would verify a block:
 * out of RLP, senders unknown, the state root worked out and compared.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createBlockFromRLP } from '@ethereumjs/block';
import { createMPT } from '@ethereumjs/mpt';
import { MerkleStateManager } from '@ethereumjs/statemanager';
import { bytesToHex, hexToBytes, MapDB } from '@ethereumjs/util';
import { createVM, runBlock } from '@ethereumjs/vm';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { headerDifference, sentence } from '../test/oracle/difference.mjs';
import { commonOf } from '../test/oracle/reference.mjs';
import { worldOf } from '../test/oracle/world.mjs';
import { chainOf } from './reference-call.mjs';
import { fill } from './stock-state.mjs';

const keyOf = (/** @type {Uint8Array} */ bytes) => Buffer.from(keccak_256(bytes)).toString('hex');
const RUN = { generate: true, skipHeaderValidation: true, skipBlockValidation: true };
const CODE_PREFIX = Buffer.from('c').toString('hex');

/** @param {any} item @returns {Uint8Array} */
const bytesOf = (item) => (typeof item === 'string' ? hexToBytes(/** @type {any} */ (item)) : item);

/**
 * Runs on the nodes of the witness; the state root must be the header's.
 * @param {any} json a parsed block file @param {any} file as the library reads it @param {Uint8Array} rlp
 */
export function onWitness(json, { witness, parentHeader }, rlp) {
  const { state = [], nodes = state, codes = [], parentStateRoot } = witness;
  const common = commonOf(json);
  const entries = new Map();
  for (const node of nodes) entries.set(keyOf(bytesOf(node)), bytesOf(node));
  for (const code of codes) entries.set(CODE_PREFIX + keyOf(bytesOf(code)), bytesOf(code));
  const root = hexToBytes(parentStateRoot ?? parentHeader.stateRoot);
  return async () => {
    const trie = await createMPT({ db: new MapDB(new Map(entries)), root, useKeyHashing: true, common });
    const start = performance.now();
    const block = createBlockFromRLP(rlp, { common, setHardfork: false });
    const stateManager = new MerkleStateManager({ common, trie });
    const vm = await createVM({ common, stateManager, blockchain: chainOf(json.blockHashes) });
    const { stateRoot } = await runBlock(vm, { block, ...RUN });
    const total = performance.now() - start;
    if (bytesToHex(stateRoot) !== json.header.stateRoot) throw new Error('another state root');
    return { total };
  };
}

/** Runs on a trie of the accounts that the block meets alone: it works a root out, which is no block's. */
async function onPreState(json, rlp) {
  const common = commonOf(json);
  const before = new MerkleStateManager({ common });
  await fill(before, worldOf(json));
  const root = await before.getStateRoot();
  return async () => {
    const stateManager = before.shallowCopy();
    await stateManager.setStateRoot(root);
    const start = performance.now();
    const block = createBlockFromRLP(rlp, { common, setHardfork: false });
    const vm = await createVM({ common, stateManager, blockchain: chainOf(json.blockHashes) });
    const result = await runBlock(vm, { block, ...RUN });
    const total = performance.now() - start;
    const difference = headerDifference(json.header, result);
    if (difference !== undefined) throw new Error(`reference: ${sentence(difference)}`);
    return { total };
  };
}

/**
 * A run of the reference from RLP to a state root. Its trie deletes in the order of the changes and then needs nodes that a
 * witness need not have; such a block runs on a trie of its pre-state instead, whose root cannot be compared.
 * @param {string} path of the block file @param {any} json @param {any} file @param {Uint8Array} rlp
 * @returns {Promise<{ run: () => Promise<{ total: number }>, root: 'checked' | 'not comparable' }>}
 */
export async function verifyingReference(path, json, file, rlp) {
  const probe = fileURLToPath(new URL('witness-probe.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [probe, path], { stdio: 'ignore' });
  return status === 0
    ? { run: onWitness(json, file, rlp), root: 'checked' }
    : { run: await onPreState(json, rlp), root: 'not comparable' };
}
