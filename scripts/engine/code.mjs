/**
 * The contracts of the scenarios, as creation-free runtime code for the oldest fork that has their instructions. Arguments
 * are words of call data. What a contract sees goes into logs, so that seeing does not make transactions depend on each other.
 */
import { assemble, call, creationCode, jumpIf, label, put, store } from '../showcase/assembler.mjs';

/** @typedef {import('../showcase/assembler.mjs').Code} Code */

/** @param {number} i @returns {Code} */
export const argument = (i) => [32 * i, 'CALLDATALOAD'];
export const COPY_INPUT = ['CALLDATASIZE', 0, 0, 'CALLDATACOPY'];
/** Gas for a call that leaves enough to go on; before EIP-150 asking for all would fail. */
const MOST = [50_000, 'GAS', 'SUB'];
const increment = (/** @type {Code} */ slot) => [[slot, 'SLOAD'], 1, 'ADD', slot, 'SSTORE'];

/** Logs the values as words. @param {Code[]} values @returns {Code} */
export const logWords = (...values) => [values.map((value, i) => put(32 * i, value)), 32 * values.length, 0, 'LOG0'];

/** Adds one to slot 0 and logs the sum: the longest chain of dependencies. */
export const COUNTER = assemble(increment(0), logWords([0, 'SLOAD']));

/** Adds one to the slot of the caller. */
export const OWN_COUNTER = assemble(increment('CALLER'), logWords(['CALLER', 'SLOAD']));

/** Token: (to, amount). The balance of an address is in the slot of that number. */
export const TOKEN = assemble(
  ['CALLER', 'SLOAD', argument(1), 'DUP1', 'DUP3', 'LT', jumpIf('poor')],
  ['DUP1', 'DUP3', 'SUB', 'CALLER', 'SSTORE'],
  [argument(0), 'SLOAD', 'ADD', argument(0), 'SSTORE'],
  put(0, argument(1)),
  [argument(0), 'CALLER', 0xddf252ad, 32, 0, 'LOG3', 'STOP'],
  [label('poor'), 0, 0, 'REVERT'],
);

const [amountIn, side] = [argument(0), argument(1)];
const other = [side, 1, 'SUB'];
/** Pool of a constant product: (amount in, side 0 or 1). Reserves are in slots 0 and 1, gains in the caller's slot. */
export const POOL = assemble(
  put(0, [amountIn, side, 'SLOAD', 'ADD', amountIn, other, 'SLOAD', 'MUL', 'DIV']),
  store(/** @type {any} */ (side), [amountIn, side, 'SLOAD', 'ADD']),
  store(/** @type {any} */ (other), [0, 'MLOAD', other, 'SLOAD', 'SUB']),
  store('CALLER', ['CALLER', 'SLOAD', 0, 'MLOAD', 'ADD']),
  [32, 0, 'LOG0'],
);

const NFT_BASE = 2n ** 64n;
/** Collectible: numbers its pieces from slot 0 on and writes down the owners. */
export const COLLECTIBLE = assemble(
  ['CALLER', 0, 'SLOAD', NFT_BASE, 'ADD', 'SSTORE'],
  logWords([0, 'SLOAD'], 'CALLER'),
  increment(0),
);

/** Sends on what it gets, or the amount of the second argument: (to, amount). */
export const FORWARDER = assemble(
  logWords(call('CALL', argument(0), { gas: MOST, value: ['CALLVALUE', argument(1), 'ADD'] }), 'GAS'),
);

/** Calls (to, value) with the rest of the call data as input and logs whether that succeeded. */
export const CALLER = assemble(
  [64, 'CALLDATASIZE', 'SUB', 64, 0, 'CALLDATACOPY'],
  call('CALL', argument(0), { gas: MOST, value: argument(1), input: [0, [64, 'CALLDATASIZE', 'SUB']] }),
  ['DUP1', 0, 'MSTORE', 32, 0, 'LOG0', 'POP'],
);

/** @param {number} salt @returns {string} CREATE2 of the call data, with the value sent */
export const create2Factory = (salt) =>
  assemble(COPY_INPUT, [salt, 'CALLDATASIZE', 0, 'CALLVALUE', 'CREATE2', 0, 'MSTORE', 32, 0, 'LOG0']);

/** CREATE of the call data, with the value sent; logs the address. */
export const FACTORY = assemble(COPY_INPUT, ['CALLDATASIZE', 0, 'CALLVALUE', 'CREATE', 0, 'MSTORE', 32, 0, 'LOG0']);

/** Without call data counts in slot 0 and logs; with (heir) destroys itself. */
export const MORTAL = assemble(
  ['CALLDATASIZE', jumpIf('die')],
  increment(0),
  logWords([0, 'SLOAD'], 'ADDRESS', ['ADDRESS', 'BALANCE']),
  ['STOP', label('die'), argument(0), 'SELFDESTRUCT'],
);
/** Its creation code; slot 0 starts at 5. */
export const MORTAL_INIT = creationCode(MORTAL, store(0, 5));

/** Logs BALANCE, EXTCODESIZE and the first word of the code of (address). */
export const WATCHER = assemble(
  [32, 0, 64, argument(0), 'EXTCODECOPY'],
  put(0, [argument(0), 'BALANCE']),
  put(32, [argument(0), 'EXTCODESIZE']),
  [96, 0, 'LOG0'],
);
/** The same with EXTCODEHASH (Constantinople). */
export const HASH_WATCHER = assemble(
  logWords([argument(0), 'BALANCE'], [argument(0), 'EXTCODESIZE'], [argument(0), 'EXTCODEHASH']),
);

/** Sums up the slots (first, count), and keeps the sum in the slot of the caller. @type {Code} */
const READING = [
  [0, argument(1)], // sum, left
  [label('next'), 'DUP1', 'ISZERO', jumpIf('end'), 1, 'SWAP1', 'SUB'],
  ['DUP1', argument(0), 'ADD', 'SLOAD', 'DUP3', 'ADD', 'SWAP2', 'POP'],
  [{ to: 'next' }, 'JUMP', label('end'), 'POP', 'DUP1', 'CALLER', 'SSTORE', 0, 'MSTORE', 32, 0, 'LOG0', 'STOP'],
];

/** Writes the third argument plus the index to the slots (first, count). @type {Code} */
const WRITING = [
  [argument(1)],
  [label('write'), 'DUP1', 'ISZERO', jumpIf('written'), 1, 'SWAP1', 'SUB'],
  ['DUP1', argument(2), 'ADD', 'DUP2', argument(0), 'ADD', 'SSTORE', { to: 'write' }, 'JUMP', label('written'), 'STOP'],
];
export const WRITER = assemble(WRITING);

/** Writes with three arguments, reads with two. */
export const SHELF = assemble(['CALLDATASIZE', 96, 'EQ', jumpIf('writes')], READING, label('writes'), WRITING);

/** Clears (first, count) slots: refunds. */
export const CLEARER = assemble(
  [argument(1)],
  [label('next'), 'DUP1', 'ISZERO', jumpIf('end'), 1, 'SWAP1', 'SUB'],
  [0, 'DUP2', argument(0), 'ADD', 'SSTORE', { to: 'next' }, 'JUMP', label('end')],
);

/** Writes, logs and then fails; with call data by an invalid instruction, which takes all gas. */
export const REVERTER = assemble(increment(0), [
  0,
  0,
  'LOG0',
  'CALLDATASIZE',
  jumpIf('halt'),
  0,
  0,
  'REVERT',
  label('halt'),
  'INVALID',
]);

/** Runs until there is no gas left. */
export const BURNER = assemble(label('again'), [{ to: 'again' }, 'JUMP']);

/** Calls (to), which fails or not, and goes on: inner effects go, its own stay. */
export const GUARD = assemble(store(0, [call('CALL', argument(0), { gas: 50_000 }), 0, 'SLOAD', 1, 'ADD', 'ADD']));
