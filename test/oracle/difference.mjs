/**
 * The first place at which two outputs of a block differ, so that a failure names a field and not two dumps.
 * Values are compared as what they are: bytes by content, objects by the union of their keys, in the order of the first.
 */

/** @typedef {{ path: string, got: string, expected: string }} Difference */

const SHOWN = 70;

/** @param {unknown} value */
function show(value) {
  const text =
    value instanceof Uint8Array
      ? `0x${Buffer.from(value).toString('hex')}`
      : typeof value === 'object' && value !== null
        ? JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part))
        : String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}

/** @param {unknown} value */
const isTree = (value) => typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** @param {unknown} a @param {unknown} b */
const isSameLeaf = (a, b) =>
  a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : Object.is(a, b);

/**
 * @param {any} got
 * @param {any} expected
 * @param {string} path of the values, for the report
 * @returns {Difference | undefined}
 */
export function firstDifference(got, expected, path) {
  if (!isTree(got) || !isTree(expected)) {
    return isSameLeaf(got, expected) ? undefined : { path, got: show(got), expected: show(expected) };
  }
  for (const key of new Set([...Object.keys(got), ...Object.keys(expected)])) {
    const place = Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`;
    const difference = firstDifference(got[key], expected[key], place);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** First mainnet block whose receipts hold a status: older ones hold state roots, which execution alone does not give. */
export const BYZANTIUM = 4_370_000;

/** @param {Uint8Array | undefined} bytes */
const hex = (bytes) => bytes && `0x${Buffer.from(bytes).toString('hex')}`;

/**
 * The first header field that an execution does not reproduce; fields that the header does not have are not compared.
 * @param {any} header of a block file
 * @param {{ gasUsed: bigint, receiptsRoot: Uint8Array, logsBloom: Uint8Array, requestsHash?: Uint8Array }} result
 */
export function headerDifference(header, { gasUsed, receiptsRoot, logsBloom, requestsHash }) {
  /** @type {Record<string, unknown>} */
  const got = { gasUsed, logsBloom: hex(logsBloom) };
  /** @type {Record<string, unknown>} */
  const expected = { gasUsed: BigInt(header.gasUsed), logsBloom: header.logsBloom.toLowerCase() };
  if (!(Number(header.number) < BYZANTIUM)) {
    got.receiptsRoot = hex(receiptsRoot);
    expected.receiptsRoot = header.receiptsRoot.toLowerCase();
  }
  const claimed = header.requestsHash?.toLowerCase();
  if (claimed === undefined) return firstDifference(got, expected, 'header');
  return firstDifference({ ...got, requestsHash: hex(requestsHash) }, { ...expected, requestsHash: claimed }, 'header');
}

/** @param {Difference} difference */
export const sentence = ({ path, got, expected }) => `${path}: got ${got}, expected ${expected}`;
