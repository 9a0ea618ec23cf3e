/**
 * EVM code from JavaScript: names are instructions, numbers are pushed in as few bytes as they need (never with PUSH0,
 * which older forks lack), `label` and `to` are jump targets, `mark` is a place that `to` can push and nobody jumps to.
 * Lists may be nested, so a piece of code is just a list.
 */

/** @typedef {{ label: string } | { mark: string } | { to: string } | { raw: string }} Special */
/** @typedef {string | number | bigint | Special} Part */
/** @typedef {Part | Code[]} Code */

/** @type {Record<string, number>} */
const OPCODES = {};

/** @param {number} first @param {string} names */
function define(first, names) {
  for (const [i, name] of names.split(' ').entries()) OPCODES[name] = first + i;
}

define(0x00, 'STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND');
define(0x10, 'LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR CLZ');
define(0x20, 'KECCAK256');
define(0x30, 'ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY CODESIZE CODECOPY');
define(0x3a, 'GASPRICE EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH');
define(
  0x40,
  'BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBHASH BLOBBASEFEE',
);
define(0x50, 'POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE MCOPY PUSH0');
define(0x80, Array.from({ length: 16 }, (_, i) => `DUP${i + 1}`).join(' '));
define(0x90, Array.from({ length: 16 }, (_, i) => `SWAP${i + 1}`).join(' '));
define(0xa0, 'LOG0 LOG1 LOG2 LOG3 LOG4');
define(0xf0, 'CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2');
define(0xfa, 'STATICCALL');
define(0xfd, 'REVERT INVALID SELFDESTRUCT');

/** The instructions by opcode. @type {Readonly<Record<number, string>>} */
export const NAMES = Object.fromEntries([
  ...Object.entries(OPCODES).map(([name, opcode]) => [opcode, name]),
  ...Array.from({ length: 32 }, (_, i) => [0x60 + i, `PUSH${i + 1}`]),
]);

/** @param {number} byte */
const hexByte = (byte) => byte.toString(16).padStart(2, '0');

/** @param {number | bigint} value @returns {string} */
function push(value) {
  const digits = BigInt.asUintN(256, BigInt(value)).toString(16);
  const even = digits.padStart(digits.length + (digits.length % 2), '0');
  return hexByte(0x5f + even.length / 2) + even;
}

/** @param {Part} part @returns {string} with a placeholder for jump targets */
function encode(part) {
  if (typeof part === 'number' || typeof part === 'bigint') return push(part);
  if (typeof part === 'string') {
    if (part.startsWith('0x')) return hexByte(0x5f + (part.length - 2) / 2) + part.slice(2);
    const opcode = OPCODES[part];
    if (opcode === undefined) throw new RangeError(`no instruction "${part}"`);
    return hexByte(opcode);
  }
  if ('raw' in part) return part.raw;
  if ('mark' in part) return '';
  return 'label' in part ? '5b' : '61....';
}

/** @param {Code[]} code @returns {string} hex without prefix */
export function assemble(...code) {
  const parts = /** @type {Part[]} */ (code.flat(Number.POSITIVE_INFINITY));
  const encoded = parts.map(encode);
  /** @type {Map<string, number>} */
  const labels = new Map();
  let offset = 0;
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'object' && 'label' in part) labels.set(part.label, offset);
    if (typeof part === 'object' && 'mark' in part) labels.set(part.mark, offset);
    offset += encoded[i].length / 2;
  }
  const link = (/** @type {string} */ text, /** @type {number} */ i) => {
    const part = parts[i];
    if (typeof part !== 'object' || !('to' in part)) return text;
    const target = labels.get(part.to);
    if (target === undefined) throw new RangeError(`no label "${part.to}"`);
    return `61${target.toString(16).padStart(4, '0')}`;
  };
  return encoded.map(link).join('');
}

/** @param {string} name @returns {Part} */
export const label = (name) => ({ label: name });

/** @param {string} name @returns {Code} */
export const jump = (name) => [{ to: name }, 'JUMP'];

/** Takes the condition from the stack. @param {string} name @returns {Code} */
export const jumpIf = (name) => [{ to: name }, 'JUMPI'];

/** @param {number | bigint | string} slot @param {Code} value @returns {Code} */
export const store = (slot, value) => [value, slot, 'SSTORE'];

/** @param {number} offset @param {Code} value @returns {Code} */
export const put = (offset, value) => [value, offset, 'MSTORE'];

/**
 * @param {'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL'} kind @param {Code} to
 * @param {{ gas?: Code, value?: Code, input?: [Code, Code], output?: [Code, Code] }} [options] leaves the success flag
 * @returns {Code}
 */
export function call(kind, to, { gas = 'GAS', value = 0, input = [0, 0], output = [0, 0] } = {}) {
  const takesValue = kind === 'CALL' || kind === 'CALLCODE';
  return [output[1], output[0], input[1], input[0], takesValue ? value : [], to, gas, kind];
}

/** Leaves what the last call returned in memory from `offset` on. @param {number} [offset] @returns {Code} */
export const fetchReturned = (offset = 0) => ['RETURNDATASIZE', 0, offset, 'RETURNDATACOPY'];

/** Code that returns `runtime`. @param {string} runtime hex @param {Code[]} before runs first @returns {string} hex */
export function creationCode(runtime, ...before) {
  const size = runtime.length / 2;
  const tail = (/** @type {number} */ offset) => [
    size,
    'DUP1',
    `0x${offset.toString(16).padStart(4, '0')}`,
    0,
    'CODECOPY',
    0,
    'RETURN',
  ];
  const head = assemble(...before, ...tail(0)).length / 2;
  return assemble(...before, ...tail(head), { raw: runtime });
}
