/**
 * Damaged blocks on chains, each with another one on top of it that is handed in at once: the fixture's chain has three blocks of each fork, with every type of transaction. What is refused
 * leaves head and state root as they were; what is taken is the true block or another valid one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { RlpReader } from '../../dist/src/block/rlp-reader.js';
import { createChain } from '../../dist/src/index.js';
import { ROOT } from '../../test/oracle/blocks.mjs';
import { commonOf } from '../../test/oracle/reference.mjs';
import { worldOf } from '../../test/oracle/world.mjs';
import { inTime } from '../in-time.mjs';
import { mutateBlock } from './blocks.mjs';
import { faultOfAnother } from './proof.mjs';

const FOLDER = join(ROOT, 'test/fixtures/chain');
const unpacked = (/** @type {string} */ name) => gunzipSync(readFileSync(join(FOLDER, name)));

/** Codes of errors that a block can end in; all else that is wrong with it is a result. */
const ERRORS = new Set(['UNKNOWN_PARENT', 'UNSUPPORTED_CHAIN']);

function blocksOfFixture() {
  const blocks = [];
  for (let rest = new Uint8Array(unpacked('chain.rlp.gz')); rest.length > 0; ) {
    const { remainder } = RLP.decode(rest, true);
    blocks.push(rest.slice(0, rest.length - remainder.length));
    rest = remainder;
  }
  return blocks;
}

/** @typedef {{ outcome: string, fork: string }} Ending */

/** What becomes of a block. @param {Promise<any>} run @returns {Promise<Ending>} */
async function endingOf(run) {
  try {
    const { invalid, hardfork = '' } = await run;
    return { outcome: invalid === undefined ? 'taken' : 'refused', fork: hardfork };
  } catch (/** @type {any} */ error) {
    const outcome = ERRORS.has(error.code) ? 'refused' : `${error.code ?? error.name}: ${error.message}`;
    return { outcome, fork: '' };
  }
}

const STATE_ROOT = 3;

/** A block on top of another one, which a chain begins to decode while that one executes; its state root is none. @param {Uint8Array} parent @param {Uint8Array} block */
function badChild(parent, block) {
  const [header, ...lists] = /** @type {any[]} */ (RLP.decode(block));
  const reader = new RlpReader(parent);
  if (reader.enter() >= 0 && reader.next()) header[0] = keccak_256(parent.subarray(reader.item, reader.at));
  header[STATE_ROOT] = new Uint8Array(32);
  return RLP.encode([header, ...lists]);
}

/** A chain that waits for one block, which is damaged again and again. */
class Place {
  #engine;
  #genesis;
  #blocks;
  #next;
  #chain;
  #around;

  /** @param {any} engine @param {any} genesis @param {Uint8Array[]} blocks the last one is damaged @param {Uint8Array} next what may be behind it */
  constructor(engine, genesis, blocks, next) {
    this.#next = next;
    this.#engine = engine;
    this.#genesis = genesis;
    this.#blocks = blocks;
  }

  get #last() {
    return /** @type {Uint8Array} */ (this.#blocks.at(-1));
  }

  async #begin() {
    const chain = await createChain({ engine: this.#engine, genesis: this.#genesis });
    const blockHashes = { 0: chain.head.hash };
    for (const block of this.#blocks.slice(0, -1)) {
      const { invalid, number, hash } = await chain.importBlock(block);
      if (invalid !== undefined) throw new Error(`the true block ${number} is refused: ${invalid.reason}`);
      blockHashes[String(number)] = hash;
    }
    return { chain, blockHashes };
  }

  /** The chain, and what the reference is to begin with. */
  async #open() {
    if (this.#chain !== undefined) return;
    const { chain, blockHashes } = await this.#begin();
    const world = worldOf({ preState: await chain.state.toJSON(), codes: {} });
    this.#chain = chain;
    this.#around = { world, blockHashes };
  }

  async close() {
    await this.#chain?.close();
    this.#chain = undefined;
  }

  /** What becomes of a damaged block. @param {import('./bytes.mjs').Below} below @param {number} limitMs */
  async damage(below, limitMs) {
    await this.#open();
    const chain = this.#chain;
    const before = { head: chain.head.hash, root: chain.head.stateRoot };
    const { kind, bytes } = await mutateBlock(below, this.#last);
    const name = `chain block ${chain.head.number + 1n} ${kind}`;
    const child = (await mutateBlock(below, badChild(bytes, this.#next))).bytes;
    const imports = [chain.importBlock(bytes), chain.importBlock(child)].map((run) => endingOf(inTime(run, limitMs)));
    const [{ outcome, fork }, behind] = /** @type {[Ending, Ending]} */ (await Promise.all(imports));
    if (behind.outcome !== 'refused') return { name, outcome: `${outcome}, and what is behind it: ${behind.outcome}` };
    if (outcome === 'refused') {
      const after = { head: chain.head.hash, root: await chain.state.root() };
      const isSame = before.head === after.head && before.root === after.root;
      return { name, outcome: isSame ? outcome : 'refused, and head or state have changed' };
    }
    if (outcome !== 'taken') return { name, outcome };
    const { hash, stateRoot } = chain.head;
    const isReal = (await chain.state.root()) === stateRoot;
    await this.close();
    if (!isReal) return { name, outcome: `taken with another state root, as ${hash}` };
    if (Buffer.compare(bytes, this.#last) === 0) return { name, outcome: 'harmless' };
    const around = { ...this.#around, common: commonFor(this.#genesis, fork) };
    const fault = await faultOfAnother(bytes, this.#last, around, true);
    return { name, outcome: fault ?? 'another valid block' };
  }
}

/** @param {any} genesis @param {string} hardfork */
function commonFor({ config }, hardfork) {
  const { customCrypto } = commonOf({ chainId: config.chainId, hardfork });
  return createCustomCommon({ chainId: config.chainId }, Mainnet, { hardfork, customCrypto });
}

/** So many mutations one behind the other are of the same block: a chain takes time to begin, and much memory before EIP-150. */
const STRETCH = 64;

/** Chains at every block that has transactions, on each engine in turn; one is open at a time. @param {any[]} engines */
export function openChains(engines) {
  const genesis = JSON.parse(unpacked('genesis.json.gz').toString());
  const blocks = blocksOfFixture();
  const ends = blocks.flatMap((block, i) => {
    const [, transactions] = /** @type {any[]} */ (RLP.decode(block));
    return transactions.length > 0 ? [i + 1] : [];
  });
  const places = ends.map((end, i) => {
    const next = /** @type {Uint8Array} */ (blocks[end] ?? blocks[end - 1]);
    return new Place(engines[i % engines.length], genesis, blocks.slice(0, end), next);
  });
  /** @type {Place | undefined} */
  let open;
  return {
    /** @param {number} index of the mutation @param {import('./bytes.mjs').Below} below @param {number} limitMs */
    damage: async (index, below, limitMs) => {
      const place = places[Math.floor(index / STRETCH) % places.length];
      if (place !== open) await open?.close();
      open = place;
      return /** @type {Place} */ (place).damage(below, limitMs);
    },
    close: () => open?.close(),
  };
}
