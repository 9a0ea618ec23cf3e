/**
 * Random damage to encoded blocks: to their bytes, to the items of their header, of their lists, and of transactions with
 * their signatures, access lists and authorizations. What changes a list can be sealed again: the header then names the list that is
 * there, so that the damage is met by decoding and execution and not by a root.
 *
 * @typedef {import('./bytes.mjs').Below} Below
 * @typedef {import('./bytes.mjs').Item} Item
 */
import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { BYTE_MUTATIONS, changeTree, nested, oneOf, someBytes } from './bytes.mjs';

const OMMERS_HASH = 1;
const TRANSACTIONS_ROOT = 4;
const WITHDRAWALS_ROOT = 16;
const SIGNATURE_ITEMS = 3;

/** @param {readonly Item[]} list */
async function rootOf(list) {
  const trie = await createMPT();
  for (const [i, item] of list.entries()) {
    const bytes = item instanceof Uint8Array ? item : RLP.encode(/** @type {any} */ (item));
    if (bytes.length > 0) await trie.put(RLP.encode(i), bytes);
  }
  return trie.root();
}

/** The header with the roots of the lists, where there are such. @param {Item[]} block */
async function seal([header, transactions, ommers, withdrawals]) {
  if (!Array.isArray(header)) return;
  if (Array.isArray(transactions)) header[TRANSACTIONS_ROOT] = await rootOf(transactions);
  if (ommers !== undefined) header[OMMERS_HASH] = keccak_256(RLP.encode(/** @type {any} */ (ommers)));
  if (Array.isArray(withdrawals) && header.length > WITHDRAWALS_ROOT)
    header[WITHDRAWALS_ROOT] = await rootOf(withdrawals);
}

/** Damages the fields of a transaction by `change`. @param {Below} below @param {Item[]} block @param {(fields: Item[]) => void} change */
function changeTransaction(below, block, change) {
  const transactions = /** @type {Item[]} */ (block[1]);
  const at = below(transactions.length);
  const item = /** @type {Item} */ (transactions[at]);
  if (Array.isArray(item)) return change(item);
  const fields = /** @type {Item[]} */ (RLP.decode(item.subarray(1)));
  change(fields);
  transactions[at] = Uint8Array.of(/** @type {number} */ (item[0]), ...RLP.encode(/** @type {any} */ (fields)));
}

/** The order of secp256k1; that minus s signs the same hash. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** @param {bigint} value */
const minimal = (value) => RLP.decode(RLP.encode(value));

/** @param {Item | undefined} item */
const integer = (item) =>
  item instanceof Uint8Array && item.length > 0 ? BigInt(`0x${Buffer.from(item).toString('hex')}`) : 0n;

/** Damages v or y parity, r and s at the end of a list. @param {Below} below @param {Item[]} fields */
function changeSignature(below, fields) {
  const first = fields.length - SIGNATURE_ITEMS;
  const [v, r, s] = fields.slice(first).map(integer);
  const [parity, one, two] = [/** @type {bigint} */ (v), /** @type {bigint} */ (r), /** @type {bigint} */ (s)];
  const ways = [
    [parity ^ 1n, one, ORDER - two],
    [parity ^ 1n, one, two],
    [parity, 0n, two],
    [parity, one, 0n],
    [parity, ORDER, two],
    [parity, ORDER - 1n, two],
    [parity, one, ORDER - 1n],
    [parity, 5n, two],
    [parity, two, one],
    [27n + BigInt(below(12)), one, two],
    [2n ** 64n - 1n, one, two],
    [parity, one ^ (1n << BigInt(below(256))), two],
  ];
  fields.splice(first, SIGNATURE_ITEMS, .../** @type {Item[]} */ (oneOf(below, ways).map((value) => minimal(value))));
}

/** Lists of a transaction: access lists, blob hashes, authorizations. @param {Below} below @param {Item[]} fields */
function changeLists(below, fields) {
  const lists = fields.filter((item) => Array.isArray(item) && item.length > 0);
  if (lists.length === 0) changeTree(below, fields);
  else changeTree(below, /** @type {Item[]} */ (oneOf(below, lists)));
}

/** The signature of an authorization, if there is one. @param {Below} below @param {Item[]} fields */
function changeAuthorization(below, fields) {
  const last = fields[fields.length - SIGNATURE_ITEMS - 1];
  const tuple = Array.isArray(last) && last.length > 0 ? oneOf(below, last) : undefined;
  if (Array.isArray(tuple) && tuple.length > SIGNATURE_ITEMS) changeSignature(below, tuple);
  else changeSignature(below, fields);
}

/** @typedef {(below: Below, block: Item[]) => void} Change */

/** @type {Record<string, Change>} */
const TREE_MUTATIONS = {
  'the header': (below, [header]) => changeTree(below, /** @type {Item[]} */ (header)),
  'a list': (below, block) => {
    const lists = block.slice(1).filter((list) => Array.isArray(list) && list.length > 0);
    if (lists.length === 0) changeTree(below, block);
    else changeTree(below, /** @type {Item[]} */ (oneOf(below, lists)));
  },
  'the block': (below, block) => changeTree(below, block),
};

/** @type {Record<string, (below: Below, fields: Item[]) => void>} */
const TRANSACTION_MUTATIONS = {
  'a field of a transaction': changeTree,
  'a signature': changeSignature,
  'lists of a transaction': changeLists,
  'an authorization': changeAuthorization,
};

/** A transaction's type changed, or one of odd bytes in its place. @type {Change} */
function changeType(below, block) {
  const transactions = /** @type {Item[]} */ (block[1]);
  const at = below(transactions.length);
  const item = /** @type {Item} */ (transactions[at]);
  const body = item instanceof Uint8Array ? item.slice(1) : RLP.encode(/** @type {any} */ (item));
  transactions[at] = oneOf(below, [
    Uint8Array.of(below(256), ...body),
    body,
    Uint8Array.of(1 + below(4)),
    Uint8Array.of(1 + below(4), ...nested(below(3000))),
    someBytes(below, 40),
    new Uint8Array(0),
  ]);
}

/**
 * A damaged block, and how. From the same numbers comes the same.
 * @param {Below} below @param {Uint8Array} rlp @returns {Promise<{ kind: string, bytes: Uint8Array }>}
 */
export async function mutateBlock(below, rlp) {
  if (below(3) === 0) {
    const kind = oneOf(below, Object.keys(BYTE_MUTATIONS));
    return { kind: `bytes: ${kind}`, bytes: /** @type {any} */ (BYTE_MUTATIONS[kind])(below, rlp) };
  }
  const block = /** @type {Item[]} */ (RLP.decode(rlp));
  const hasTransactions = /** @type {Item[]} */ (block[1]).length > 0;
  const ofTransaction = hasTransactions ? [...Object.keys(TRANSACTION_MUTATIONS), 'the type of a transaction'] : [];
  const kind = oneOf(below, [...Object.keys(TREE_MUTATIONS), ...ofTransaction]);
  const change = TRANSACTION_MUTATIONS[kind];
  if (change !== undefined) changeTransaction(below, block, (fields) => change(below, fields));
  else (TREE_MUTATIONS[kind] ?? changeType)(below, block);
  const isSealed = below(3) !== 0;
  if (isSealed) await seal(block);
  return { kind: `${isSealed ? 'sealed' : 'items'}: ${kind}`, bytes: RLP.encode(/** @type {any} */ (block)) };
}
