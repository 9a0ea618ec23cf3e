/**
 * Blockchain tests: a genesis block, then blocks one after another, each of which is to be taken or refused, for that reason.
 * A test holds if every block is, if the last block's hash is the stated one, and if the state after it is.
 *
 * Which of several branches is the chain is fork choice, which the library does not have: where a block is on top of another
 * than the newest, its branch gets a chain of its own, from the genesis block on, so blocks of every branch are judged. That
 * the stated last block is the one to choose is taken from the test.
 */
import { RLP } from '@ethereumjs/rlp';
import { hexToBytes } from '@noble/hashes/utils.js';
import { createChain } from '../../dist/src/index.js';
import { hex } from '../spec/encoding.mjs';
import { firstDifference } from '../spec/state-tests.mjs';
import { trieRoot } from '../spec/trie.mjs';
import { EXPORT, exportCases } from './export.mjs';
import { configOf } from './networks.mjs';
import { isTransactions, refusalFits } from './refusals.mjs';

import { SLOTS } from './slots.mjs';

/** @typedef {import('../../dist/src/index.js').Engine} Engine */
/** @typedef {import('../../dist/src/index.js').Chain} Chain */
/** @typedef {{ engines: ReadonlyMap<number, Engine>, counts: { blocks: number, refused: number } }} Context */

export const SUITES = ['blockchain-classic', 'blockchain-eest', 'basics'];

/** Seals (mixHash and nonce before Paris) are not checked: what is wrong with these ommers is their seal. */
const SEALS = /\/bcUncleHeaderValidity\/(wrongMixHash|nonceWrong)\.json$/;

/** Branches of one test. */
class Branches {
  /** @type {Map<string, { rlp: Uint8Array, parent: string }>} blocks that were taken, by their hash */
  #blocks = new Map();
  /** @type {Chain[]} */
  #chains = [];
  #root = '';
  #engine;
  #genesis;

  /** @param {Engine} engine @param {any} genesis */
  constructor(engine, genesis) {
    this.#engine = engine;
    this.#genesis = genesis;
  }

  /** @returns {Promise<Chain>} */
  async #start() {
    const chain = await createChain({ engine: this.#engine, genesis: this.#genesis });
    this.#chains.push(chain);
    if (this.#root === '') this.#root = chain.head.hash;
    return chain;
  }

  /** The chain with that head. @param {string} head @returns {Promise<Chain>} the first one where no block has that hash */
  async at(head) {
    const known = this.#chains.find((chain) => chain.head.hash === head);
    if (known !== undefined) return known;
    const path = this.#pathTo(head);
    if (path.length === 0 && head !== this.#root) return /** @type {Chain} */ (this.#chains[0]);
    const chain = await this.#start();
    for (const rlp of path) {
      const { invalid } = await chain.importBlock(rlp);
      if (invalid) throw new Error(`a block that was taken is refused: ${invalid.code}`);
    }
    return chain;
  }

  start() {
    return this.#start();
  }

  /** @param {string} head */
  #pathTo(head) {
    const path = [];
    for (let at = this.#blocks.get(head); at !== undefined; at = this.#blocks.get(at.parent)) path.unshift(at.rlp);
    return path;
  }

  /** A chain of its own up to that head, all blocks handed in at once. @param {string} head @returns {Promise<Chain>} */
  async atOnce(head) {
    const chain = await this.#start();
    const results = await Promise.all(this.#pathTo(head).map((rlp) => chain.importBlock(rlp)));
    const refused = results.find(({ invalid }) => invalid !== undefined);
    if (refused) throw new Error(`a block that was taken is refused at once: ${refused.invalid?.code}`);
    return chain;
  }

  /** @param {string} hash @param {string} parent @param {Uint8Array} rlp */
  add(hash, parent, rlp) {
    this.#blocks.set(hash, { rlp, parent });
  }

  async close() {
    for (const chain of this.#chains) await chain.close();
  }
}

/** @param {Uint8Array} rlp @returns {string | undefined} */
function parentOf(rlp) {
  try {
    const [[parent]] = /** @type {any} */ (RLP.decode(rlp));
    return parent instanceof Uint8Array ? hex(parent) : undefined;
  } catch {
    return undefined; // what is no block has no parent; the chain is to say so
  }
}

/** Why a block of a test should be refused; undefined if it should be taken. @param {any} block @param {string} network */
function expectedOf(block, network) {
  if (block.blockHeader !== undefined) return undefined;
  return block.expectException ?? block[`expectException${network}`] ?? block.expectExceptionALL ?? 'any';
}

/** @typedef {{ code: string, field?: string | undefined, text: string }} Refused */

/**
 * What the chain says against a block; undefined where it takes it.
 * @param {Chain} chain @param {Uint8Array} rlp
 * @returns {Promise<Refused | undefined>}
 */
async function importInto(chain, rlp) {
  try {
    const { invalid } = await chain.importBlock(rlp);
    if (invalid === undefined) return undefined;
    const { code, field, reason, must, got } = invalid;
    return { code, field, text: `${code} ${field ?? ''}: ${reason} (must be ${must}, got ${got})` };
  } catch (error) {
    const { code, message } = /** @type {any} */ (error);
    if (code !== 'UNKNOWN_PARENT') throw error;
    return { code, text: `${code}: ${message}` };
  }
}

const TRANSACTIONS_ROOT = 4;

/** The block with the root of its transactions in its header. @param {Uint8Array} rlp */
function mended(rlp) {
  const [header, transactions, ...rest] = /** @type {any} */ (RLP.decode(rlp));
  const items = transactions.map((/** @type {any} */ tx, /** @type {number} */ i) => [
    RLP.encode(i),
    tx instanceof Uint8Array ? tx : RLP.encode(tx),
  ]);
  return RLP.encode([header.with(TRANSACTIONS_ROOT, trieRoot(items)), transactions, ...rest]);
}

/**
 * Why the chain refuses a block that is to be refused for `expected`. Many tests of a transaction have a header without it: its
 * root is wrong, and what the transaction is refused for is seen with the right one.
 * @param {Chain} chain @param {Uint8Array} rlp @param {string} expected
 */
async function refusalOf(chain, rlp, expected) {
  const refused = await importInto(chain, rlp);
  if (refused?.code !== 'WRONG_TRANSACTIONS_ROOT' || !isTransactions(expected)) return refused;
  return importInto(chain, mended(rlp));
}

/** @param {any} test @param {any} block @param {Branches} branches @param {Context} context */
async function blockDifference({ network }, block, branches, { counts }) {
  const rlp = hexToBytes(block.rlp.slice(2));
  const chain = await branches.at(parentOf(rlp) ?? '');
  const before = chain.head.hash;
  const expected = expectedOf(block, network);
  counts.blocks += 1;
  if (expected !== undefined) {
    counts.refused += 1;
    const refused = await refusalOf(chain, rlp, expected);
    if (refused === undefined) return `taken, should be refused: ${expected}`;
    if (!refusalFits(refused, expected)) return `refused: ${refused.text}, should be: ${expected}`;
    return chain.head.hash === before ? undefined : 'a refused block has become the head';
  }
  const refused = await importInto(chain, rlp);
  if (refused !== undefined) return `refused: ${refused.text}, should be taken`;
  branches.add(chain.head.hash, before, rlp);
  const { hash } = block.blockHeader;
  return chain.head.hash === hash ? undefined : `hash ${chain.head.hash}, should be ${hash}`;
}

/** @param {any} test @param {Chain} last */
async function stateDifference({ lastblockhash, postState, postStateHash }, last) {
  const { hash, stateRoot } = last.head;
  if (hash !== lastblockhash) return `last block ${hash}, should be ${lastblockhash}`;
  const root = await last.state.root();
  if (root !== stateRoot) return `state root ${root}, the head has ${stateRoot}`;
  if (postState === undefined)
    return postStateHash === undefined || root === postStateHash
      ? undefined
      : `state root ${root}, should be ${postStateHash}`;
  return firstDifference(await last.state.toJSON(), postState);
}

/** @param {any} test @param {number} slots @param {Context} context */
async function runCase(test, slots, context) {
  const engine = /** @type {Engine} */ (context.engines.get(slots));
  const genesis = { header: test.genesisBlockHeader, preState: test.pre, config: configOf(test) };
  const branches = new Branches(engine, genesis);
  try {
    const { hash } = (await branches.start()).head;
    if (hash !== test.genesisBlockHeader.hash) return `genesis ${hash}, should be ${test.genesisBlockHeader.hash}`;
    for (const [i, block] of test.blocks.entries()) {
      const difference = await blockDifference(test, block, branches, context);
      if (difference !== undefined) return `block ${i}: ${difference}`;
    }
    const difference = await stateDifference(test, await branches.at(test.lastblockhash));
    if (difference !== undefined || slots === 1 || test.blocks.length === 1) return difference;
    const again = await stateDifference(test, await branches.atOnce(test.lastblockhash));
    return again && `all blocks at once: ${again}`;
  } finally {
    await branches.close();
  }
}

/**
 * A test whose frame grows to 1.6 GB of memory, more than the engine has: it is refused as that, and the chain stays.
 * @param {any} test @param {number} slots @param {Context} context
 */
async function runLargeCase(test, slots, { engines }) {
  const engine = /** @type {Engine} */ (engines.get(slots));
  const genesis = { header: test.genesisBlockHeader, preState: test.pre, config: configOf(test) };
  const chain = await createChain({ engine, genesis });
  try {
    const { hash } = chain.head;
    const end = await chain.importBlock(hexToBytes(test.blocks[0].rlp.slice(2))).then(
      ({ invalid }) => invalid?.code ?? 'taken',
      (error) => error.code,
    );
    if (end !== 'STATE_TOO_LARGE') return `ended with ${end}, should end with STATE_TOO_LARGE`;
    if (chain.head.hash !== hash) return 'a refused block has become the head';
    return firstDifference(await chain.state.toJSON(), test.pre);
  } finally {
    await chain.close();
  }
}

const LARGE = /^randomStatetest94_(Byzantium|Constantinople|ConstantinopleFix|Homestead)$/;

/** @param {any} file */
const testCases = (file) =>
  Object.entries(file).flatMap(([test, content]) =>
    SLOTS.map((slots) => ({
      ...{ test, fork: content.network, index: `slots=${slots}` },
      run: (/** @type {Context} */ context) => (LARGE.test(test) ? runLargeCase : runCase)(content, slots, context),
    })),
  );

/** Tests that are not run, with the reason. @param {string} path */
export const exceptionOf = (path) => (SEALS.test(path) ? 'seals are not checked' : undefined);

/** @param {string} path @param {string} body */
export function casesOf(path, body) {
  if (path === EXPORT) return exportCases(body);
  const isTests = path.includes('BlockchainTests/') || path.startsWith('blockchain_tests/');
  return isTests && exceptionOf(path) === undefined ? testCases(JSON.parse(body)) : [];
}
