/** Calls of every kind, what they pass and give back, deep chains, reverts in the middle, transient storage. */
import { word } from '../../abi.mjs';
import { assemble, call, fetchReturned, jumpIf, label, put, store } from '../../assembler.mjs';
import { strangerAddress } from '../../cast.mjs';

/** @typedef {import('../stage.mjs').Stage} Stage */
/** @typedef {import('../../transactions.mjs').Draft} Draft */
/** @typedef {import('../../transactions.mjs').Hex} Hex */

const KINDS = /** @type {const} */ (['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']);

/** @param {Stage} stage @returns {Draft[]} who am I, who calls, with what value: returned, and stored unless static */
export function contexts(stage) {
  const words = ['ADDRESS', 'CALLER', 'CALLVALUE', 'SELFBALANCE', 'ORIGIN', 'CODESIZE', 'CALLDATASIZE'];
  const answer = [words.map((name, i) => put(32 * i, name)), 32 * words.length, 0, 'RETURN'];
  const plain = stage.installCode(answer);
  const keeping = stage.installCode(store(0, ['CALLER', 1, 'ADD']), store(1, ['CALLVALUE', 1, 'ADD']), answer);
  return KINDS.flatMap((kind) => {
    const value = kind === 'CALL' || kind === 'CALLCODE' ? 77n : 0n;
    return [stage.probe(plain, 'c0ffee', { kind, value }), stage.probe(keeping, 'c0ffee', { kind, value })];
  });
}

/** @param {Stage} stage @returns {Draft[]} ether along calls: the stipend, too little of it, new accounts, self */
export function values(stage) {
  const { users, world } = stage;
  const logging = stage.installCode([0, 0, 'LOG0']);
  const storing = stage.installCode(store(0, 1));
  const stranger = strangerAddress(world);
  const giver = stage.install(
    assemble(
      store(0, call('CALL', stranger, { value: 5 })),
      store(1, call('CALL', strangerAddress(world), { value: 0 })), // touches, and must not create
      store(2, call('CALL', 'ADDRESS', { value: 3, gas: 0 })),
      store(3, call('CALL', logging, { value: 1, gas: 0 })),
      store(4, call('CALL', storing, { value: 1, gas: 0 })),
      store(5, call('CALL', users[2].address, { value: 2n ** 100n })),
      store(6, call('CALLCODE', storing, { value: 2n ** 100n })),
      store(7, call('CALL', 4, { value: 2, gas: 100, input: [0, 32], output: [0, 16] })),
      store(8, [stranger, 'BALANCE']),
      store(9, 'GAS'),
    ),
    {},
    1000n,
  );
  return [stage.visit(giver), stage.visit(giver, { value: 9n }), stage.visit(stranger, { value: 0n, gas: 30_000 })];
}

/** @param {Stage} stage @returns {Draft[]} returned data: kept, cut, replaced, and gone after the next call */
export function returnedData(stage) {
  const echo = stage.installCode(['CALLDATASIZE', 0, 0, 'CALLDATACOPY', 'CALLDATASIZE', 0, 'RETURN']);
  const refuse = stage.installCode([put(0, 0xbad), 30, 2, 'REVERT']);
  const reader = stage.installCode(
    put(0, 2n ** 255n + 5n),
    store(0, call('CALL', echo, { input: [0, 64], output: [100, 40] })),
    store(1, 'RETURNDATASIZE'),
    store(2, call('STATICCALL', refuse, { output: [200, 64] })),
    store(3, 'RETURNDATASIZE'),
    fetchReturned(300),
    store(4, call('CALL', stage.users[0].address)),
    store(5, ['RETURNDATASIZE', 1, 'ADD']),
    [360, 0, 'LOG0'],
  );
  return [stage.visit(reader)];
}

/** @param {Stage} stage @returns {Draft[]} a contract that calls itself: to a given depth, and until the gas is gone */
export function depth(stage) {
  const counted = stage.installCode(
    [0, 'CALLDATALOAD', 'DUP1', 'ISZERO', jumpIf('bottom')],
    put(0, [1, 'DUP2', 'SUB']),
    [call('CALL', 'ADDRESS', { input: [0, 32], output: [0, 32] }), 'POP'],
    put(0, [0, 'MLOAD', 'ADD']),
    [32, 0, 'RETURN'],
    [label('bottom'), 32, 0, 'RETURN'],
  );
  const greedy = stage.installCode(store(0, [0, 'SLOAD', 1, 'ADD']), [call('CALL', 'ADDRESS'), 'POP']);
  const failing = stage.installCode(store('GAS', 1), [call('DELEGATECALL', 'ADDRESS'), 'POP', 'INVALID']);
  return [
    stage.probe(counted, word(120), { gas: 900_000, limit: 1_000_000 }),
    stage.visit(counted, { data: /** @type {Hex} */ (`0x${word(400)}`), gas: 4_000_000 }),
    stage.visit(greedy, { gas: 1_000_000 }),
    stage.probe(failing, '', { gas: 400_000 }),
  ];
}

/** @param {Stage} stage @returns {Draft[]} an inner call reverts: its writes, logs, refunds and warmth go, the outer's stay */
export function reverts(stage) {
  const inner = stage.install(
    assemble(store(0, 0), store(1, 5), store(2, [9, 'SLOAD']), [0, 0, 'LOG0'], put(0, 'GAS'), 32, 0, 'REVERT'),
    { 0: 11, 9: 22 },
  );
  const middle = stage.installCode(
    store(0, 1),
    store(1, call('CALL', inner)),
    [1, 0, 0, 'LOG1'],
    store(2, call('DELEGATECALL', inner)),
    store(3, [0, 'SLOAD']),
    put(0, 'GAS'),
    [32, 0, 'RETURN'],
  );
  const outer = stage.installCode(
    store(0, call('CALL', middle)),
    fetchReturned(),
    ['RETURNDATASIZE', 0, 'LOG0'],
    store(1, call('DELEGATECALL', middle)),
    store(4, [inner, 'BALANCE']),
    store(5, 'GAS'),
  );
  const outerFails = stage.installCode([call('CALL', outer), 0, 0, 'REVERT']);
  return [stage.visit(outerFails), stage.visit(outer), stage.probe(outer), stage.visit(inner)];
}

/** @param {Stage} stage @returns {Draft[]} EIP-1153: per contract, undone by reverts, gone with the transaction */
export function transients(stage) {
  if (!stage.since('cancun')) return [];
  const bump = [[1, 'TLOAD', 1, 'ADD', 1, 'TSTORE'], put(0, [1, 'TLOAD']), 32, 0];
  const bumping = stage.installCode(bump, 'RETURN');
  const undone = stage.installCode(bump, 'REVERT');
  const times = (/** @type {import('../../assembler.mjs').Code[]} */ calls) =>
    calls.map((code, i) => [store(i, code), fetchReturned(32 * i)]);
  const user = stage.installCode(
    [5, 1, 'TSTORE'],
    times([
      call('CALL', bumping),
      call('CALL', bumping),
      call('DELEGATECALL', bumping),
      call('DELEGATECALL', undone),
      call('CALL', undone),
      call('STATICCALL', bumping, { gas: 40_000 }),
      call('CALLCODE', bumping),
    ]),
    store(20, [1, 'TLOAD']),
    [224, 0, 'LOG0'],
  );
  const locked = stage.installCode(
    [0, 'TLOAD', jumpIf('locked'), 1, 0, 'TSTORE'],
    store(0, [call('CALL', 'ADDRESS'), 1, 'ADD']),
    store(1, 'RETURNDATASIZE'),
    [0, 0, 'TSTORE', 'STOP', label('locked'), 3, 0, 'REVERT'],
  );
  return [
    stage.visit(user),
    stage.visit(user),
    stage.visit(locked),
    stage.visit(locked),
    stage.probe(user, '', { kind: 'DELEGATECALL' }),
  ];
}
