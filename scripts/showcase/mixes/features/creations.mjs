/** Contracts that come and go: CREATE, CREATE2 and creation transactions, their failures, SELFDESTRUCT before and after EIP-6780. */
import { bytesToHex, generateAddress2, hexToBytes } from '@ethereumjs/util';
import { word } from '../../abi.mjs';
import { assemble, call, creationCode, fetchReturned, put, store } from '../../assembler.mjs';
import { nextContractAddress, strangerAddress } from '../../cast.mjs';

/** @typedef {import('../stage.mjs').Stage} Stage */
/** @typedef {import('../../transactions.mjs').Draft} Draft */
/** @typedef {import('../../transactions.mjs').Hex} Hex */
/** @typedef {import('../../assembler.mjs').Code} Code */

const COPY_INPUT = ['CALLDATASIZE', 0, 0, 'CALLDATACOPY'];

/** Creates from its call data and logs the address, the code hash and what came back. @param {Code} create @returns {string} */
const maker = (create) =>
  assemble(
    COPY_INPUT,
    ['CALLVALUE', 1, 'SSTORE', create, 'DUP1', 0, 'SSTORE'],
    fetchReturned(32),
    put(0, ['EXTCODEHASH']),
    [32, 'RETURNDATASIZE', 'ADD', 0, 'LOG0'],
  );

// a failed creation leaves the maker a 64th of its gas: 600,000 are enough to report it
const CREATE = ['CALLDATASIZE', 0, 'CALLVALUE', 'CREATE'];
const CREATE2 = [7, 'CALLDATASIZE', 0, 'CALLVALUE', 'CREATE2'];

/** @returns {Record<string, string>} creation code by what becomes of it */
function recipes() {
  return {
    plain: creationCode(assemble(put(0, 42), 32, 0, 'RETURN')),
    withStorage: creationCode('00', store(1, 2), store('CALLER', 'CALLVALUE'), [0, 0, 'LOG0']),
    empty: '',
    noCode: assemble('STOP'),
    reverts: assemble(store(0, 1), put(0, 0xbad), 32, 0, 'REVERT'),
    halts: assemble(store(0, 1), 'INVALID'),
    reserved: creationCode('ef00'), // EIP-3541
    tooLarge: assemble(24_577, 0, 'RETURN'), // EIP-170
    tooDear: assemble(20_000, 0, 'RETURN'), // 200 gas a byte is more than the call gets
    destroysItself: assemble('CALLER', 'SELFDESTRUCT'),
  };
}

/** @param {Stage} stage @returns {Draft[]} */
export function creations(stage) {
  const { users } = stage;
  const one = stage.install(maker(CREATE));
  const two = stage.install(maker(CREATE2));
  const data = Object.values(recipes()).map((hex) => /** @type {Hex} */ (`0x${hex}`));
  const value = 4n;
  const asTransactions = Object.keys(recipes()).map((name, i) => {
    const gas = name === 'tooLarge' ? 5_200_000 : 250_000; // enough to pay for every byte
    return { from: users[i % 4], data: data[i], value, gas, type: i % 3 };
  });
  const direct = data.flatMap((code) =>
    [one, two].map((to) => ({ from: users[5], to, data: code, value, gas: 600_000 })),
  );
  const again = { from: users[5], to: two, data: data[0], gas: 300_000 }; // the address is taken
  const nested = stage.probe(two, recipes().plain, { kind: 'DELEGATECALL' });
  return [
    ...asTransactions,
    ...direct,
    again,
    nested,
    ...sizeLimits(stage),
    ...richAddress(stage),
    ...takenAddress(stage),
  ];
}

/** @param {Stage} stage @returns {Draft[]} EIP-3860: creation code of the largest size, and one byte more */
function sizeLimits(stage) {
  const sized = (/** @type {number} */ size) =>
    stage.installCode(store(0, [size, 0, 0, 'CREATE', 1, 'ADD']), store(1, 'GAS'));
  return [49_152, 49_153].map((size) => stage.visit(sized(size), { gas: 200_000 }));
}

/** @param {Stage} stage @returns {Draft[]} ether waits where a contract will be */
function richAddress({ users }) {
  const [sender, creator] = [users[6], users[7]];
  const to = nextContractAddress(creator);
  return [
    { from: sender, to, value: 99n, gas: 21_000 },
    { from: creator, data: `0x${creationCode('00', store(0, 'SELFBALANCE'))}`, value: 1n, gas: 200_000 },
  ];
}

/**
 * The second CREATE2 of the same code meets the contract that the first one made: it fails, takes the gas that it was
 * given, and still raises the maker's nonce.
 * @param {Stage} stage @returns {Draft[]}
 */
function takenAddress(stage) {
  const create = [9, 'CALLDATASIZE', 0, 0, 'CREATE2'];
  const twice = stage.installCode(COPY_INPUT, store(0, create), put(0, create), [32, 0, 'LOG0']);
  return [stage.visit(twice, { data: `0x${creationCode('00')}` })];
}

/** @param {Stage} stage @returns {Draft[]} */
export function destructions(stage) {
  const { users, world } = stage;
  const heir = strangerAddress(world);
  const toHeir = stage.install(assemble(store(0, 5), heir, 'SELFDESTRUCT'), { 3: 4 }, 50n);
  const toSelf = stage.install(assemble('ADDRESS', 'SELFDESTRUCT'), { 3: 4 }, 60n);
  const toCaller = stage.install(assemble('CALLER', 'SELFDESTRUCT'), {}, 70n);
  const penniless = stage.install(assemble(strangerAddress(world), 'SELFDESTRUCT'));
  const undone = stage.installCode([call('CALL', toCaller), 0, 0, 'REVERT']);
  const observer = stage.installCode(
    store(0, [call('CALL', toHeir, { value: 7 }), 1, 'ADD']),
    store(1, [toHeir, 'EXTCODEHASH']),
    store(2, [call('CALL', toHeir, { value: 8 }), 1, 'ADD']),
    store(3, [toHeir, 'BALANCE', 1, 'ADD']),
  );
  return [
    stage.visit(undone),
    stage.visit(observer, { value: 100n }),
    stage.visit(observer, { value: 100n }),
    stage.visit(toHeir, { value: 11n }),
    stage.visit(toSelf, { value: 12n }),
    stage.visit(toSelf),
    stage.probe(toCaller, '', { kind: 'CALLCODE' }),
    stage.probe(penniless),
    { from: users[8], to: toCaller, gas: 60_000 },
    ...shortLives(stage),
  ];
}

/** @param {Stage} stage @returns {Draft[]} made and destroyed in one transaction, then made again in the next one */
function shortLives(stage) {
  const heir = strangerAddress(stage.world);
  const mortal = creationCode(assemble(store(0, [0, 'SLOAD', 1, 'ADD']), heir, 'SELFDESTRUCT'), store(0, 7));
  const factory = stage.install(
    assemble(
      COPY_INPUT,
      [11, 'CALLDATASIZE', 0, 'CALLVALUE', 'CREATE2', 'DUP1', 0, 'SSTORE'],
      // the second visit finds the heir of the first one richer, and the code still there until the end
      store(1, [call('CALL', [0, 'SLOAD']), 1, 'ADD']),
      store(2, [call('CALL', [0, 'SLOAD'], { value: 0 }), 1, 'ADD']),
      store(3, [0, 'SLOAD', 'EXTCODESIZE']),
      store(4, [heir, 'BALANCE']),
    ),
  );
  const onlyMakes = stage.install(assemble(COPY_INPUT, store(0, [13, 'CALLDATASIZE', 0, 'CALLVALUE', 'CREATE2'])));
  const creation = /** @type {Hex} */ (`0x${mortal}`);
  const child = generateAddress2(hexToBytes(onlyMakes), hexToBytes(`0x${word(13)}`), hexToBytes(creation));
  const visit = (/** @type {Hex} */ to, /** @type {Partial<Draft>} */ rest) =>
    stage.visit(to, { gas: 700_000, ...rest });
  return [
    visit(factory, { data: creation, value: 21n }),
    visit(factory, { data: creation, value: 22n }),
    visit(onlyMakes, { data: creation, value: 31n }),
    visit(/** @type {Hex} */ (bytesToHex(child)), { value: 1n }), // destroyed before Cancun, only emptied since
    visit(onlyMakes, { data: creation, value: 32n }),
    visit(
      stage.installCode(store(0, [bytesToHex(child), 'EXTCODEHASH']), store(1, [bytesToHex(child), 'BALANCE'])),
      {},
    ),
  ];
}
