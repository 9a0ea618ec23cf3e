/** Transactions as such: all types and kinds of recipients, prices, exact gas, the fee recipient as a party; precompiles and system contracts. */

import { bytesToHex, hexToBytes } from '@ethereumjs/util';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { word } from '../../abi.mjs';
import { strangerAddress } from '../../cast.mjs';
import { BEACON_ROOTS, CONSOLIDATION_REQUESTS, HISTORY, WITHDRAWAL_REQUESTS } from '../../system-contracts.mjs';
import { signDigest } from '../../transactions.mjs';

/** @typedef {import('../stage.mjs').Stage} Stage */
/** @typedef {import('../../transactions.mjs').Draft} Draft */
/** @typedef {import('../../transactions.mjs').Hex} Hex */

const GWEI = 10n ** 9n;
/** @param {number} number @returns {Hex} */
const precompile = (number) => /** @type {Hex} */ (`0x${number.toString(16).padStart(40, '0')}`);

/** @param {Stage} stage @returns {Draft[]} */
export function payments(stage) {
  const { users, world } = stage;
  const { coinbase } = world;
  const from = users[9];
  const pay = (/** @type {Hex} */ to, /** @type {Partial<Draft>} */ rest = {}) => ({
    from,
    to,
    value: 10n,
    gas: 21_000,
    ...rest,
  });
  return [
    pay(strangerAddress(world)),
    pay(strangerAddress(world), { value: 0n }),
    pay(from.address, { type: 0 }),
    pay(precompile(0), { type: 0, unprotected: true }),
    pay(precompile(4), { gas: 30_000 }),
    pay(precompile(2), { gas: 21_000 }), // not a wei left for the precompile
    pay(coinbase.address, { tip: 3n * GWEI }),
    pay(users[10].address, { from: coinbase }),
    pay(coinbase.address, { from: coinbase, value: 0n }),
    pay(users[10].address, { tip: 0n }),
    pay(users[10].address, { maxFee: world.baseFee + 5n, tip: world.baseFee }), // the tip is cut to 5 wei
    pay(users[10].address, {
      type: 1,
      gas: 21_000 + 2400 + 1900,
      accessList: [{ address: from.address, storageKeys: [`0x${word(1)}`] }],
    }),
    pay(users[10].address, { data: `0x${'00'.repeat(300)}${'ff'.repeat(300)}`, gas: 60_000 }),
    pay(users[10].address, { data: '0x00', gas: 21_010 }),
  ];
}

/** @param {Stage} stage @returns {[number, string][]} address and input; every one is called through the prober */
function precompileInputs(stage) {
  const message = 'deadbeef'.repeat(8);
  const [v, r, s] = signDigest(stage.users[0], `0x${message}`);
  const signed = message + word(v) + r.slice(2) + s.slice(2);
  const sizes = (/** @type {number[]} */ ...lengths) => lengths.map(word).join('');
  const generator = word(1) + word(2);
  const blake = `0000000c${'01'.repeat(64)}${'02'.repeat(128)}${'03'.repeat(16)}01`;
  /** @type {[number, string][]} */
  const always = [
    [1, signed],
    [1, signed.replace(word(v), word(29))],
    [1, signed.slice(0, 200)],
    [2, message],
    [2, ''],
    [3, `${message}00`],
    [4, `${message}00`],
    [5, `${sizes(1, 1, 1)}030507`],
    [5, `${sizes(32, 32, 32)}${'fe'.repeat(96)}`],
    [5, `${sizes(0, 0, 0)}`],
    [5, `${sizes(2, 1, 2)}ffff020000`],
    [5, `${sizes(1025, 0, 1)}${'01'.repeat(1025)}05`], // too long since EIP-7823
    [5, ''],
    [6, generator + generator],
    [6, generator],
    [6, word(1) + word(1)],
    [7, generator + word(9)],
    [7, generator + word(-1)],
    [8, ''],
    [8, '00'],
    [8, '00'.repeat(192)],
    [9, blake],
    [9, `${blake.slice(0, -2)}02`],
    [9, blake.slice(2)],
    [0x12, message],
  ];
  return [
    ...always,
    ...(stage.since('cancun') ? pointEvaluations() : []),
    ...(stage.since('prague') ? curveInputs() : []),
    ...(stage.since('osaka') ? p256Inputs(stage) : []),
  ];
}

/** The polynomial zero: commitment and proof are the point at infinity, and every value is 0. @returns {[number, string][]} */
function pointEvaluations() {
  const infinity = `c0${'00'.repeat(47)}`;
  const versioned = `01${bytesToHex(sha256(hexToBytes(`0x${infinity}`))).slice(4)}`;
  const input = (/** @type {number} */ y) => versioned + word(5) + word(y) + infinity + infinity;
  return [
    [10, input(0)],
    [10, input(1)],
    [10, '00'.repeat(192)],
  ];
}

/** EIP-2537, with zeros for the points at infinity. @returns {[number, string][]} */
function curveInputs() {
  const zeros = (/** @type {number} */ bytes) => '00'.repeat(bytes);
  return [
    [0x0b, zeros(256)],
    [0x0b, zeros(255)],
    [0x0b, `${zeros(127)}01${zeros(128)}`],
    [0x0c, zeros(128) + word(3)],
    [0x0d, zeros(512)],
    [0x0e, zeros(256) + word(3)],
    [0x0f, zeros(384)],
    [0x10, zeros(63).concat('05')],
    [0x11, zeros(127).concat('07')],
  ];
}

/** EIP-7951. @param {Stage} stage @returns {[number, string][]} */
function p256Inputs({ world: { random } }) {
  const key = random.bytes(32);
  const digest = random.bytes(32);
  const hex = (/** @type {Uint8Array} */ bytes) => bytesToHex(bytes).slice(2);
  const signature = p256.sign(digest, key, { prehash: false });
  const point = p256.getPublicKey(key, false).subarray(1);
  const good = hex(digest) + hex(signature) + hex(point);
  return [
    [0x100, good],
    [0x100, `${word(1)}${good.slice(64)}`],
    [0x100, good.slice(2)],
  ];
}

/** @param {Stage} stage @returns {Draft[]} */
export function precompiles(stage) {
  const inputs = precompileInputs(stage);
  const probes = inputs.map(([number, input]) => stage.probe(number, input, { gas: 120_000, limit: 250_000 }));
  const starved = [1, 2, 3, 4, 6, 8].map((number) => stage.probe(number, '00'.repeat(64), { gas: 10 }));
  const paid = stage.probe(3, '', { value: 6n });
  const direct = stage.visit(precompile(2), { data: '0x010203', gas: 60_000 });
  const borrowed = stage.probe(4, 'abcd', { kind: 'DELEGATECALL' });
  return [...probes, ...starved, paid, direct, borrowed];
}

/** @param {Stage} stage @returns {Draft[]} what anybody may ask or tell the system contracts */
export function systemCalls(stage) {
  const { world, users } = stage;
  /** @type {Draft[]} */
  const drafts = [];
  if (stage.since('cancun')) {
    const times = [world.timestamp, world.timestamp - 12, world.timestamp - 24, world.timestamp - 1, 0];
    drafts.push(...times.map((time) => stage.probe(BEACON_ROOTS, word(time))), stage.probe(BEACON_ROOTS, '01'));
  }
  if (!stage.since('prague')) return drafts;
  const blocks = [world.number - 1, world.number - 2, world.number, world.number - 8192];
  drafts.push(...blocks.map((number) => stage.probe(HISTORY, word(number))));
  const key = (/** @type {number} */ byte) => byte.toString(16).padStart(2, '0').repeat(48);
  const request = (/** @type {string} */ data, /** @type {Hex} */ to) => ({
    from: users[11],
    to,
    data: /** @type {Hex} */ (`0x${data}`),
    value: 1000n,
    gas: 300_000,
  });
  const withdrawals = Array.from({ length: 4 }, (_, i) => request(key(i + 1) + word(i).slice(48), WITHDRAWAL_REQUESTS));
  const consolidations = Array.from({ length: 3 }, (_, i) =>
    request(key(i + 16) + key(i + 32), CONSOLIDATION_REQUESTS),
  );
  return [
    ...drafts,
    ...withdrawals,
    ...consolidations,
    stage.probe(WITHDRAWAL_REQUESTS),
    stage.probe(CONSOLIDATION_REQUESTS),
    stage.probe(WITHDRAWAL_REQUESTS, key(9) + word(1).slice(48)), // pays no fee, and is refused
    { ...request('00'.repeat(55), WITHDRAWAL_REQUESTS), gas: 60_000 },
  ];
}
