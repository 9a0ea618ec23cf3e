/** A world made by hand, whose block has a frame of every kind that ends in every way that traces tell apart. */
import { assemble, call, creationCode, fetchReturned, put, store } from '../showcase/assembler.mjs';
import { hexWord } from './draws.mjs';
import { SENDERS } from './world.mjs';

/** @typedef {import('../showcase/assembler.mjs').Code} Code */

const ETHER = 10n ** 18n;
const at = (/** @type {number} */ i) => `0x${(0x5ce0e00 + i).toString(16).padStart(40, '0')}`;
const [ROOT, MIDDLE, LIBRARY, REASON, PANIC, INVALID, ENDLESS, DEEP, MAKER] = Array.from({ length: 9 }, (_, i) =>
  at(i),
);
const word = (/** @type {string} */ hex) => BigInt(`0x${hex.padEnd(64, '0')}`);

/** Reverts with `Error(string)`. @param {string} text */
const revertWith = (text) => [
  put(0, word('08c379a0')),
  put(4, 32),
  put(36, text.length),
  put(68, word(Buffer.from(text).toString('hex'))),
  ...[100, 0, 'REVERT'],
];

/** @param {Code[]} code */
const drop = (...code) => [...code, 'POP'];

/** Runs a creation of `init` (at most 32 bytes) and drops its address. @param {string} init @param {number | bigint} value @param {number} [salt] */
const make = (init, value, salt) => [
  put(0, word(init)),
  ...(salt === undefined ? [] : [salt]),
  ...[init.length / 2, 0, value, salt === undefined ? 'CREATE' : 'CREATE2', 'POP'],
];

const root = assemble(
  drop(call('CALL', MIDDLE, { value: 5, input: [0, 36], output: [0, 32] })),
  drop(call('CALL', REASON), fetchReturned()),
  drop(call('STATICCALL', PANIC)),
  drop(call('DELEGATECALL', LIBRARY, { input: [0, 8] })),
  drop(call('CALLCODE', LIBRARY, { value: 1 })),
  drop(call('CALL', INVALID, { gas: 5000 })),
  drop(call('CALL', ENDLESS, { gas: 5000 })),
  drop(call('STATICCALL', LIBRARY, { gas: 60_000 })), // writes, so it may not
  drop(call('CALL', '0xdead00000000000000000000000000000000beef', { value: 1 })),
  drop(call('CALL', '0xdead00000000000000000000000000000000bee1')),
  drop(call('CALL', MIDDLE, { value: 1000n * ETHER })),
  drop(call('STATICCALL', 2, { input: [0, 64], output: [0, 32] })),
  drop(call('CALL', 4, { input: [0, 100], output: [0, 100] })),
  drop(call('CALL', 6, { gas: 10, input: [0, 128] })),
  drop(call('CALL', 7, { gas: 10_000, input: [0, 5] })),
  drop(call('CALL', DEEP, { gas: 200_000 })),
  drop(call('CALL', MAKER)),
  store(1, 7),
  [32, 0, 'RETURN'],
);

const middle = assemble(
  [1, 2, 32, 0, 'LOG2'],
  drop(call('DELEGATECALL', LIBRARY, { input: [0, 4] })),
  [3, 64, 0, 'LOG1'],
  put(0, 77),
  [32, 0, 'RETURN'],
);

const library = assemble(store(3, 'CALLDATASIZE'), [0, 0, 'LOG0'], 'ADDRESS', 'CALLER', 'CALLVALUE', 'STOP');
const reason = assemble([0, 0, 'LOG0'], drop(call('CALL', LIBRARY)), revertWith('no luck today'));
const panic = assemble(put(0, word('4e487b71')), put(4, 0x11), [36, 0, 'REVERT']);
const deep = assemble(drop(call('CALL', DEEP, { gas: [40_000, 'GAS', 'SUB'] })), store(2, [2, 'SLOAD', 1, 'ADD']));

/** Made and destroyed in one transaction, in somebody's favour and in its own. */
const passing = assemble('CALLER', 'SELFDESTRUCT');
const maker = assemble(
  make(creationCode('6001600055'), 0),
  make(creationCode('00'), 3, 1),
  make(creationCode('00'), 3, 1), // its address is taken now
  make(assemble(0, 0, 'REVERT'), 0, 2),
  make(assemble('INVALID'), 0),
  make(assemble(put(0, word('ef')), 1, 0, 'RETURN'), 0),
  make(assemble(30_000, 0, 'RETURN'), 0),
  make('00', 1000n * ETHER),
  make(passing, 9, 3),
  make(assemble('ADDRESS', 'SELFDESTRUCT'), 9, 4),
);

/** @param {string} code @param {bigint} [balance] */
const contract = (code, balance = 0n) => ({ nonce: 1n, balance, code, storage: {} });

/** @param {number} sender @param {string | null} to @param {object} [more] @returns {any} */
const draft = (sender, to, more = {}) => ({
  ...{ type: 2, from: SENDERS[sender].address, to, nonceDelta: 0, gasExtra: 2_000_000n, maxFeeDelta: 0n, tip: 1n },
  ...{ data: '', accessList: [], blobs: [], blobFeeDelta: 0n, authorizations: [], ...more },
});

/** @param {string} fork @returns {import('./world.mjs').World} */
export function traceScene(fork) {
  const people = SENDERS.map(({ address }) => [address, { nonce: 0n, balance: 100n * ETHER, storage: {} }]);
  return {
    fork,
    block: {
      ...{ number: 1n, timestamp: 1n, gasLimit: 30_000_000n, coinbase: hexWord(0xc01bbn, 20), difficulty: 0n },
      ...{ prevRandao: hexWord(1n), baseFee: 7n, excessBlobGas: 0n },
    },
    accounts: {
      ...Object.fromEntries(people),
      [ROOT]: { ...contract(root, ETHER), storage: { [hexWord(1n)]: hexWord(5n) } },
      [MIDDLE]: contract(middle),
      [LIBRARY]: contract(library),
      [REASON]: contract(reason),
      [PANIC]: contract(panic),
      [INVALID]: contract(assemble(1, 'INVALID')),
      [ENDLESS]: contract('5b600056'),
      [DEEP]: contract(deep),
      [MAKER]: contract(maker, ETHER),
    },
    drafts: [
      draft(0, ROOT, { data: '0102030405' }),
      draft(1, hexWord(0xabcdefn, 20), { value: 12n }),
      draft(2, REASON),
      draft(0, PANIC),
      draft(1, INVALID),
      draft(2, null, { data: creationCode('6001600055', drop(call('CALL', LIBRARY, { gas: 50_000 }))), value: 4n }),
      draft(0, null, { data: assemble(revertWith('not made')) }),
      draft(1, null, { data: assemble(put(0, word('ef')), 1, 0, 'RETURN') }),
      draft(2, MAKER, { accessList: [{ address: LIBRARY, storageKeys: [hexWord(3n)] }] }),
      draft(0, hexWord(2n, 20), { data: '616263' }),
    ],
  };
}
