/**
 * The synthetic chain of the execution APIs, in which each fork has a few blocks: a genesis.json, the blocks as geth exports
 * them, and the state after the last of them.
 */
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { createChain } from '../../dist/src/index.js';
import { readSuite } from '../spec/suites.mjs';
import { SLOTS } from './slots.mjs';

/** @typedef {import('./cases.mjs').Context} Context */

const FOLDER = 'execution-apis-chain/';
export const EXPORT = `${FOLDER}chain.rlp`;

/** @param {string} name @returns {Promise<any>} */
async function readJson(name) {
  for await (const { path, body } of readSuite('basics')) if (path === FOLDER + name) return JSON.parse(body);
  throw new Error(`basics lacks ${FOLDER}${name}`);
}

/** @param {Uint8Array} bytes */
function* encodedBlocks(bytes) {
  for (let rest = bytes; rest.length > 0; ) {
    const { remainder } = RLP.decode(rest, true);
    yield rest.subarray(0, rest.length - remainder.length);
    rest = remainder;
  }
}

/** @param {any} account of the library @param {any} expected */
function accountDifference(account, { balance, nonce, codeHash, storage = {} }) {
  const { code = '0x', storage: slots = {} } = account ?? {};
  const is = {
    balance: String(BigInt(account?.balance ?? -1)),
    nonce: Number(account?.nonce ?? -1),
    codeHash: `0x${bytesToHex(keccak_256(hexToBytes(code.slice(2))))}`,
    slots: Object.keys(slots).length,
  };
  const should = { balance, nonce, codeHash, slots: Object.keys(storage).length };
  return JSON.stringify(is) === JSON.stringify(should)
    ? undefined
    : `${JSON.stringify(is)}, should be ${JSON.stringify(should)}`;
}

/** @param {string} body @param {number} slots @param {Context} context */
async function run(body, slots, { engines, counts }) {
  const engine = /** @type {import('../../dist/src/index.js').Engine} */ (engines.get(slots));
  const chain = await createChain({ engine, genesis: await readJson('genesis.json') });
  try {
    for (const rlp of encodedBlocks(Buffer.from(body, 'latin1'))) {
      counts.blocks += 1;
      const { number, invalid } = await chain.importBlock(rlp);
      if (invalid !== undefined) return `block ${number}: refused: ${invalid.code} ${invalid.field}: ${invalid.reason}`;
    }
    const { root, accounts } = await readJson('headstate.json');
    if (chain.head.stateRoot !== `0x${root}`) return `state root ${chain.head.stateRoot}, should be 0x${root}`;
    /** @type {Record<string, unknown>} */
    const state = await chain.state.toJSON();
    for (const [address, expected] of Object.entries(accounts)) {
      const difference = accountDifference(state[address.toLowerCase()], expected);
      if (difference !== undefined) return `${address} is ${difference}`;
    }
    const [is, should] = [Object.keys(state).length, Object.keys(accounts).length];
    return is === should ? undefined : `${is} accounts, should be ${should}`;
  } finally {
    await chain.close();
  }
}

/** @param {string} body a character is a byte */
export const exportCases = (body) =>
  SLOTS.map((slots) => ({
    ...{ test: 'execution-apis-chain', fork: 'all', index: `slots=${slots}` },
    run: (/** @type {Context} */ context) => run(body, slots, context),
  }));
