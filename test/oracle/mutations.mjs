/**
 * Random damage to witnesses and headers, from a seed: whatever is done to what a block is verified with, the outcome may
 * only be the true state root, a header that does not match, or a refusal by name.
 */

/** mulberry32: below(n) is 0..n-1. @param {number} seed @returns {(n: number) => number} */
export function seeded(seed) {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** @param {(n: number) => number} below @param {string} hex */
function changedByte(below, hex) {
  const at = 2 + 2 * below((hex.length - 2) / 2);
  const byte = Number.parseInt(hex.slice(at, at + 2), 16) ^ (1 + below(255));
  return `${hex.slice(0, at)}${byte.toString(16).padStart(2, '0')}${hex.slice(at + 2)}`;
}

/** @param {(n: number) => number} below @template T @param {T[]} list @param {(item: T) => T[]} change of one item */
function oneChanged(below, list, change) {
  const at = below(list.length);
  return list.flatMap((item, i) => (i === at ? change(item) : [item]));
}

/** Lists in lists, as deep as the bytes allow. @param {number} depth */
function nested(depth) {
  let hex = 'c0';
  for (let i = 0; i < depth; i++) {
    const bytes = hex.length / 2;
    const length = bytes.toString(16).padStart(bytes > 255 ? 4 : 2, '0');
    hex = (bytes < 56 ? (0xc0 + bytes).toString(16) : `f${bytes > 255 ? 9 : 8}${length}`) + hex;
  }
  return `0x${hex}`;
}

const HUGE_LENGTHS = ['0xfbffffffff', '0xffffffffffffffffff', '0xbbffffffff', '0xf90214', '0xf90fff80'];

/** @typedef {{ nodes: string[], codes: string[], parentStateRoot?: string, headers?: any[], [key: string]: unknown }} Witness */

/** Ways to damage a witness. @type {Record<string, (below: (n: number) => number, witness: Witness) => Witness>} */
export const WITNESS_MUTATIONS = {
  'a byte of a node': (below, w) => ({ ...w, nodes: oneChanged(below, w.nodes, (hex) => [changedByte(below, hex)]) }),
  'a node removed': (below, w) => ({ ...w, nodes: oneChanged(below, w.nodes, () => []) }),
  'half the nodes removed': (below, w) => ({ ...w, nodes: w.nodes.filter(() => below(2) === 0) }),
  'nodes swapped': (below, w) => {
    const nodes = [...w.nodes];
    const [i, j] = [below(nodes.length), below(nodes.length)];
    [nodes[i], nodes[j]] = [nodes[j], nodes[i]];
    return { ...w, nodes };
  },
  'a node truncated': (below, w) => ({
    ...w,
    nodes: oneChanged(below, w.nodes, (hex) => [hex.slice(0, 2 + 2 * below((hex.length - 2) / 2))]),
  }),
  'a node in place of another': (below, w) => ({
    ...w,
    nodes: oneChanged(below, w.nodes, () => [w.nodes[below(w.nodes.length)]]),
  }),
  'deep lists': (below, w) => ({
    ...w,
    nodes: [nested(below(300)), ...oneChanged(below, w.nodes, () => [nested(60)])],
  }),
  'huge lengths': (below, w) => ({
    ...w,
    nodes: oneChanged(below, w.nodes, () => [HUGE_LENGTHS[below(HUGE_LENGTHS.length)]]),
  }),
  'a byte of the root': (below, w) =>
    w.parentStateRoot === undefined ? w : { ...w, parentStateRoot: changedByte(below, w.parentStateRoot) },
  'a field of a header': (below, w) => {
    const [header, ...others] = w.headers ?? [];
    if (header === undefined) return w;
    const fields = Object.keys(header).filter((name) => /^0x../.test(header[name]));
    const field = /** @type {string} */ (fields[below(fields.length)]);
    const value = header[field];
    const at = 2 + below(value.length - 2);
    const digit = (Number.parseInt(value[at], 16) ^ (1 + below(15))).toString(16);
    return {
      ...w,
      headers: [{ ...header, [field]: `${value.slice(0, at)}${digit}${value.slice(at + 1)}` }, ...others],
    };
  },
  'a header removed': (below, w) =>
    w.headers === undefined ? w : { ...w, headers: oneChanged(below, w.headers, () => []) },
  'a header twice': (_below, w) => (w.headers === undefined ? w : { ...w, headers: [...w.headers, ...w.headers] }),
  'a code removed': (below, w) => ({ ...w, codes: w.codes.length === 0 ? [] : oneChanged(below, w.codes, () => []) }),
  'a byte of a code': (below, w) => ({
    ...w,
    codes:
      w.codes.length === 0 ? [] : oneChanged(below, w.codes, (hex) => [hex === '0x' ? hex : changedByte(below, hex)]),
  }),
};

/** Header fields that follow from the block; a change of any must show. */
export const CLAIMS = [
  ...['stateRoot', 'gasUsed', 'receiptsRoot', 'logsBloom', 'requestsHash', 'blobGasUsed'],
  ...['transactionsRoot', 'withdrawalsRoot', 'sha3Uncles'],
];

/** Codes with which a damaged witness or block is refused. */
export const REFUSALS = new Set([
  ...['MISSING_NODE', 'MISSING_CODE', 'BAD_WITNESS', 'BAD_ARGUMENT', 'WITNESS_TOO_LARGE', 'MISSING_BLOCK_HASH'],
  ...['WRONG_SENDER', 'UNSUPPORTED_CHAIN'],
]);
