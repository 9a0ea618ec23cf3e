/**
 * Random damage to JSON-RPC blocks: fields of headers, transactions, access lists, authorizations and withdrawals.
 *
 * @typedef {import('./bytes.mjs').Below} Below
 * @typedef {Record<string, unknown> | unknown[]} Node
 */
import { oneOf } from './bytes.mjs';

/** @param {unknown} value @returns {value is Node} */
const isNode = (value) => typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** @param {number} depth */
function deep(depth) {
  /** @type {unknown[]} */
  let list = [];
  for (let i = 0; i < depth; i++) list = [list];
  return list;
}

/** A digit of hex text changed. @param {Below} below @param {string} text */
function otherDigit(below, text) {
  if (text.length < 3) return `${text}1`;
  const at = 2 + below(text.length - 2);
  const digit = (Number.parseInt(/** @type {string} */ (text[at]), 16) ^ (1 + below(15))).toString(16);
  return `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
}

const ODD = [
  ...[
    undefined,
    null,
    '',
    '0x',
    '0x0',
    '0x00',
    '0x1g',
    'x',
    -1,
    1.5,
    2 ** 53,
    -1n,
    2n ** 256n,
    2n ** 64n,
    true,
    {},
    [],
    [[]],
  ],
  ...[
    '0x1',
    27,
    28,
    37,
    38,
    5,
    Number.NaN,
    '0X12',
    `0x${'ff'.repeat(20)}`,
    `0x${'0'.repeat(64)}`,
    `0x${'ff'.repeat(32)}`,
  ],
  ...[new Uint8Array(20), new Uint8Array(32), new Uint8Array(0), new Map(), () => '0x1', `0x${'ab'.repeat(70_000)}`],
];

/** @param {Below} below @param {unknown} value */
function changedValue(below, value) {
  if (typeof value !== 'string' || !value.startsWith('0x') || below(3) === 0)
    return below(12) === 0 ? deep(below(20_000)) : oneOf(below, ODD);
  return oneOf(below, [
    () => otherDigit(below, value),
    () => otherDigit(below, value),
    () => value.slice(0, -1),
    () => `${value}0`,
    () => `0x0${value.slice(2)}`,
    () => `0x${value.slice(2).toUpperCase()}`,
    () => BigInt(value === '0x' ? 0 : value),
  ])();
}

/** Takes an item of an array away, repeats it, or swaps it with another. @param {Below} below @param {unknown[]} list */
function changeArray(below, list) {
  const [i, j] = [below(list.length), below(list.length)];
  const ways = [
    () => list.splice(i, 1),
    () => list.splice(i, 0, list[j]),
    () => delete list[i],
    () => ([list[i], list[j]] = [list[j], list[i]]),
  ];
  oneOf(below, ways)();
}

/** @param {Below} below @param {Node} node @param {string} path @returns {string} where something was changed */
function changeIn(below, node, path) {
  const keys = Object.keys(node);
  if (keys.length === 0) return path;
  if (Array.isArray(node) && below(4) === 0) {
    changeArray(below, node);
    return path;
  }
  const key = oneOf(below, keys);
  const record = /** @type {Record<string, unknown>} */ (node);
  const value = record[key];
  if (isNode(value) && below(8) !== 0) return changeIn(below, value, `${path}.${key}`);
  if (below(8) === 0) delete record[key];
  else record[key] = changedValue(below, value);
  return `${path}.${key}`;
}

/**
 * A damaged block, and where. Half of them are without the senders.
 * @param {Below} below @param {any} block @returns {{ kind: string, block: any }}
 */
export function mutateJson(below, block) {
  const copy = structuredClone(block);
  if (below(2) === 0) for (const tx of copy.transactions) delete tx.from;
  const hasTransactions = copy.transactions.length > 0;
  const part = hasTransactions && below(3) !== 0 ? 'transactions' : '';
  const where = part === '' ? changeIn(below, copy, '') : changeIn(below, copy.transactions, '.transactions');
  return { kind: `json: ${where.replace(/\.\d+/g, '[]').slice(1)}`, block: copy };
}
