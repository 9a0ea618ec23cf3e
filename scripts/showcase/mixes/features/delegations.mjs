/** EIP-7702: tuples that hold and tuples that do not, and everything that looks at or runs a delegated account. */
import { word } from '../../abi.mjs';
import { assemble, call, creationCode, fetchReturned, put, store } from '../../assembler.mjs';
import { Actor } from '../../transactions.mjs';

/** @typedef {import('../stage.mjs').Stage} Stage */
/** @typedef {import('../../transactions.mjs').Draft} Draft */
/** @typedef {import('../../transactions.mjs').Hex} Hex */

const ZERO = /** @type {Hex} */ (`0x${'0'.repeat(40)}`);
const SHA256 = /** @type {Hex} */ (`0x${'0'.repeat(39)}2`);

/** @param {Stage} stage @returns {Draft[]} */
export function delegations(stage) {
  if (!stage.since('prague')) return [];
  return [...tuples(stage), ...observations(stage), ...lives(stage)];
}

/** @param {Stage} stage @param {string} name @returns {Actor} an account that nobody has heard of */
const newcomer = (stage, name) => new Actor(`${stage.world.seed}/newcomer/${name}`);

/** Counts its runs in slot 0 and logs who it is. @param {Stage} stage @returns {Hex} */
const counter = (stage) =>
  stage.installCode(
    store(0, [0, 'SLOAD', 1, 'ADD']),
    put(0, 'ADDRESS'),
    put(32, 'CALLER'),
    put(64, 'CALLVALUE'),
    96,
    0,
    'LOG0',
  );

/** @param {Stage} stage @returns {Draft[]} */
function tuples(stage) {
  const { users } = stage;
  const address = counter(stage);
  const from = users[12];
  const send = (
    /** @type {Actor} */ to,
    /** @type {import('../../transactions.mjs').Authorization[]} */ ...authorizations
  ) => ({
    from,
    to: to.address,
    gas: 250_000,
    type: 4,
    authorizations,
  });
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => newcomer(stage, name));
  return [
    send(a, { authority: a, address }), // a new account: no refund, code runs at once
    send(a, { authority: a, address, chainId: 0n }), // again, for all chains: refund
    send(a, { authority: a, address: ZERO }), // cleared
    send(b, { authority: b, address, nonce: 5n }), // nonce too high
    send(b, { authority: b, address, chainId: 5n }), // another chain
    send(b, { authority: b, address, nonce: 2n ** 64n - 1n }), // EIP-2681
    send(b, { authority: b, address, nonce: 0n, highS: true }), // EIP-2
    send(c, { authority: c, address: SHA256 }, { authority: c, address }), // the last one counts
    send(d, { authority: d, address, nonce: 0n }, { authority: d, address: ZERO, nonce: 0n }), // the second has a used nonce
    send(from, { authority: from, address }), // by the sender itself
    send(from, { authority: from, address: ZERO, nonce: 0n }), // its own, but stale
    send(e, { authority: e, address: SHA256 }), // a precompile has no code to run
    { ...send(e, { authority: e, address }), to: stage.installCode(0, 0, 'REVERT') }, // reverts, and still delegates
    { from: users[13], to: e.address, gas: 120_000, value: 5n },
    { from: users[13], to: d.address, gas: 120_000 },
  ];
}

/** @param {Stage} stage @returns {Draft[]} EXTCODE* see the designator, calls see the code behind it, and only one step of it */
function observations(stage) {
  const { users } = stage;
  const [seen, chained, looped] = ['seen', 'chained', 'looped'].map((name) => newcomer(stage, name));
  const watcher = (/** @type {Hex} */ who) =>
    stage.installCode(
      store(0, [who, 'EXTCODESIZE']),
      store(1, [who, 'EXTCODEHASH']),
      [32, 0, 0, who, 'EXTCODECOPY'],
      store(2, [0, 'MLOAD']),
      store(3, [call('CALL', who, { gas: 150_000 }), 1, 'ADD']),
      store(4, [call('DELEGATECALL', who, { gas: 150_000 }), 1, 'ADD']),
      store(5, [call('STATICCALL', who, { gas: 50_000 }), 1, 'ADD']),
      store(6, [call('CALLCODE', who, { gas: 150_000 }), 1, 'ADD']),
      fetchReturned(64),
      ['MSIZE', 0, 'LOG0'],
      store(7, 'GAS'),
    );
  const address = counter(stage);
  const authorizations = [
    { authority: seen, address },
    { authority: chained, address: seen.address },
    { authority: looped, address: looped.address },
  ];
  const list = [{ address, storageKeys: [/** @type {Hex} */ (`0x${word(0)}`)] }];
  const watch = (/** @type {Actor} */ who) => ({ from: users[14], to: watcher(who.address), gas: 900_000 });
  return [
    { from: users[14], to: users[15].address, gas: 200_000, type: 4, authorizations },
    watch(seen),
    { ...watch(seen), type: 1, accessList: list },
    watch(chained),
    watch(looped),
  ];
}

/** @param {Stage} stage @returns {Draft[]} a delegated account sends, creates and tries to destroy itself */
function lives(stage) {
  const { users } = stage;
  const owner = users[15];
  const creating = stage.installCode(
    put(0, BigInt(`0x${creationCode('00').padEnd(64, '0')}`)),
    store(0, [creationCode('00').length / 2, 0, 0, 'CREATE']),
  );
  const destroying = stage.installCode('CALLER', 'SELFDESTRUCT');
  const use = (/** @type {Hex} */ address) => ({
    from: owner,
    to: owner.address,
    gas: 300_000,
    type: 4,
    authorizations: [{ authority: owner, address }],
  });
  return [
    { ...use(creating), creator: owner },
    { from: owner, to: users[0].address, value: 1n, gas: 21_000 }, // EIP-3607 lets delegated senders pass
    { from: users[0], to: owner.address, gas: 200_000, creator: owner },
    { ...use(stage.install(assemble('INVALID'))), gas: 150_000 },
    use(ZERO),
    { from: owner, to: users[0].address, value: 1n, gas: 21_000 },
    use(destroying),
    { from: users[1], to: owner.address, value: 5n, gas: 100_000 }, // takes all the owner's ether, and so comes last
  ];
}
