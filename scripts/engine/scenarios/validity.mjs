/**
 * Invalid transactions: each reason at a random place of a block of otherwise valid ones, with more invalid ones behind it.
 * The first one in block order is the block's, whatever ran first.
 */
import { assemble } from '../../showcase/assembler.mjs';
import * as code from '../code.mjs';
import { FORKS, since } from '../forks.mjs';
import { BASE_FEE, ETHER } from '../scene.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */
/** @typedef {import('../scene.mjs').Part} Part */

/** One transaction that is wrong by itself. @typedef {{ forks?: string[], part: (scene: Scene) => Partial<Part> }} Fault */

const hash = (/** @type {string} */ version) => `0x${version}${'00'.repeat(31)}`;
const typed = (/** @type {Record<string, unknown>} */ change) => ({ type: 2, change: { accessList: [], ...change } });
const blobs = (/** @type {number} */ count, /** @type {string} */ version) =>
  typed({
    type: '0x3',
    maxFeePerBlobGas: '0x9',
    blobVersionedHashes: Array.from({ length: count }, () => hash(version)),
  });

/** @type {Record<string, Fault>} */
const FAULTS = {
  NONCE_TOO_HIGH: { part: () => ({ nonce: 3n }) },
  NONCE_TOO_LOW: { part: (scene) => ({ from: aged(scene, 5n), nonce: 4n }) },
  NONCE_MAX: {
    part: (scene) => ({ from: aged(scene, 2n ** 64n - 1n), nonce: 1n, change: { nonce: '0xffffffffffffffff' } }),
  },
  INSUFFICIENT_FUNDS: { part: () => ({ value: 101n * ETHER }) },
  SENDER_NOT_EOA: {
    // EIP-3607 holds for all forks that it was adopted in
    forks: since('london'),
    part: (scene) => ({ from: aged(scene, 0n, '00') }),
  },
  INTRINSIC_GAS: { part: () => ({ change: { gas: '0x5207' } }) },
  FEE_BELOW_BASE_FEE: { forks: since('london'), part: () => ({ type: 2, tip: 0n, maxFee: BASE_FEE - 1n }) },
  PRIORITY_ABOVE_MAX_FEE: {
    forks: since('london'),
    part: () => ({ type: 2, change: { maxPriorityFeePerGas: '0xffffffffff' } }),
  },
  BLOCK_GAS_LIMIT: { forks: FORKS.filter((fork) => fork !== 'osaka'), part: () => ({ gas: 60_000_001 }) },
  INITCODE_SIZE: {
    forks: since('shanghai'),
    part: () => ({ gas: 5_000_000, change: { to: null, input: `0x${'00'.repeat(49_153)}` } }),
  },
  FLOOR_GAS: { forks: since('prague'), part: () => ({ data: `0x${'11'.repeat(1000)}`, gas: 50_000, change: {} }) },
  TX_GAS_CAP: { forks: ['osaka'], part: () => ({ change: { gas: '0x1000001' } }) },
  BLOB_NONE: { forks: since('cancun'), part: () => blobs(0, '01') },
  BLOB_HASH_VERSION: { forks: since('cancun'), part: () => blobs(1, '02') },
  BLOB_COUNT: { forks: ['osaka'], part: () => blobs(7, '01') },
  BLOB_FEE_BELOW_BASE_FEE: {
    forks: since('cancun'),
    part: () => ({ ...typed({ type: '0x3', maxFeePerBlobGas: '0x0', blobVersionedHashes: [hash('01')] }) }),
  },
  AUTHORIZATION_NONE: { forks: since('prague'), part: () => typed({ type: '0x4', authorizationList: [] }) },
};

/** @param {Scene} scene @param {bigint} nonce @param {string} [runtime] a sender that is not new */
function aged(scene, nonce, runtime) {
  const actor = scene.person();
  scene.put(actor.address, { nonce, balance: 100n * ETHER, ...(runtime !== undefined && { code: runtime }) });
  actor.nonce = nonce;
  return actor;
}

/** @param {Scene} scene one valid transaction that depends on others, of changing kinds */
function traffic(scene) {
  const counter = scene.contract(code.COUNTER);
  const people = scene.people(8);
  const to = people[3].address;
  return (/** @type {number} */ i) => {
    const from = people[i % 8];
    if (i % 3 === 0) scene.invoke(from, counter);
    else if (i % 3 === 1) scene.pay(from, to);
    else scene.pay(from, scene.stranger());
  };
}

/** @param {Scene} scene @param {number} place @param {() => void} spoil @param {number} [length] */
function spoiled(scene, place, spoil, length = 24) {
  const valid = traffic(scene);
  for (let i = 0; i < length; i++) {
    if (i === place) spoil();
    valid(i);
  }
}

/** @param {[string, Fault]} entry @returns {Scenario[]} in front, at the end, and somewhere */
function ofFault([reason, { forks, part }]) {
  const spoil = (/** @type {Scene} */ scene) => () =>
    scene.spoil(reason, { from: scene.person(), to: scene.stranger(), gas: 60_000, ...part(scene) });
  return ['first', 'somewhere', 'last'].map((where) => ({
    name: `invalid: ${reason}, ${where}`,
    edge: EDGES[reason],
    ...(forks !== undefined && { forks }),
    build: (scene) => {
      const place = { first: 0, somewhere: scene.random.int(1, 22), last: 23 }[where] ?? 0;
      spoiled(scene, place, spoil(scene));
      scene.spoil('NONCE_TOO_HIGH', { from: scene.person(), to: scene.stranger(), nonce: 9n, gas: 21_000 });
    },
  }));
}

/** @type {Record<string, string>} */
const EDGES = {
  NONCE_TOO_HIGH: 'E1',
  NONCE_TOO_LOW: 'E1',
  NONCE_MAX: 'E1',
  INSUFFICIENT_FUNDS: 'E4',
  BLOCK_GAS_LIMIT: 'E21',
};

/** Reasons that lie in the transactions before. @type {Scenario[]} */
const ORDERED = [
  {
    name: 'invalid: a nonce that was used earlier in the block',
    edge: 'E1',
    build: (scene) => {
      const from = scene.person();
      scene.pay(from, scene.stranger());
      spoiled(scene, 11, () => scene.spoil('NONCE_TOO_LOW', { from, to: scene.stranger(), nonce: 0n, gas: 21_000 }));
    },
  },
  {
    name: 'invalid: a nonce whose predecessor comes later',
    edge: 'E1',
    build: (scene) => {
      const from = scene.person();
      scene.pay(from, scene.stranger());
      spoiled(scene, 7, () => scene.spoil('NONCE_TOO_HIGH', { from, to: scene.stranger(), nonce: 2n, gas: 21_000 }));
      scene.pay(from, scene.stranger());
    },
  },
  {
    name: 'valid: nonces of several senders, interleaved',
    edge: 'E2',
    build: (scene) => {
      const people = scene.people(5);
      for (let i = 0; i < 50; i++) scene.pay(scene.random.pick(people), scene.random.pick(people).address, 3n);
    },
  },
  {
    name: 'invalid: the sender has spent its funds before',
    edge: 'E4',
    build: (scene) => {
      const from = scene.person(2n * ETHER);
      scene.pay(from, scene.stranger(), ETHER);
      spoiled(scene, 9, () =>
        scene.spoil('INSUFFICIENT_FUNDS', { from, to: scene.stranger(), value: ETHER, gas: 21_000 }),
      );
    },
  },
  {
    name: 'invalid: the fees of failed transactions used up the funds',
    edge: 'E12',
    build: (scene) => {
      const burner = scene.contract(code.BURNER);
      const gas = 100_000n;
      const from = scene.person(3n * gas * 20n * 10n ** 9n);
      const fees = { gas, type: 0, tip: BASE_FEE }; // 20 Gwei in all where there is a base fee, 20 where there is none
      for (let i = 0; i < 2; i++) scene.invoke(from, burner, [], fees);
      spoiled(scene, 5, () => scene.spoil('INSUFFICIENT_FUNDS', { from, to: burner, ...fees, gas: gas + 1n }));
    },
  },
  {
    name: 'invalid: more gas than is left in the block',
    edge: 'E21',
    build: (scene) => {
      scene.gasLimit = 2_000_000;
      const burner = scene.contract(code.BURNER);
      const people = scene.people(12);
      people.forEach((from, i) => {
        scene.pay(from, scene.stranger());
        if (i === 3 || i === 6) scene.invoke(from, burner, [], { gas: 800_000 });
      });
      const left = 2_000_000 - 12 * 21_000 - 2 * 800_000;
      scene.pay(people[0], scene.stranger(), 1n, { gas: left }); // exactly what is left, most of it given back
      scene.spoil('BLOCK_GAS_LIMIT', { from: people[1], to: scene.stranger(), gas: left - 20_999 });
      scene.pay(people[2], scene.stranger());
    },
    fails: 2,
  },
  {
    name: 'valid: refunds make room for the last transaction',
    edge: 'E21',
    build: (scene) => {
      const clearer = scene.contract(code.CLEARER, {
        storage: Object.fromEntries(Array.from({ length: 80 }, (_, i) => [i, 1])),
      });
      for (const [i, from] of scene.people(8).entries()) scene.invoke(from, clearer, [i * 10, 10]);
      for (const from of scene.people(8)) scene.pay(from, scene.stranger());
      scene.pay(scene.person(), scene.stranger(), 1n, { gas: scene.since('osaka') ? 16_000_000 : 58_000_000 });
    },
  },
  {
    name: 'invalid: the chosen one of two invalid ones is the lower, though it takes longer',
    build: (scene) => {
      const burner = scene.contract(assemble({ raw: code.BURNER }));
      const [slow, quick] = scene.people(2);
      scene.invoke(slow, burner, [], { gas: 3_000_000 });
      spoiled(scene, 20, () => scene.spoil('NONCE_TOO_LOW', { from: slow, to: burner, nonce: 0n, gas: 3_000_000 }));
      scene.spoil('NONCE_TOO_HIGH', { from: quick, to: scene.stranger(), nonce: 1n, gas: 21_000 });
    },
  },
];

/** @type {Scenario[]} */
export const validity = [
  ...Object.entries(FAULTS).flatMap(ofFault),
  ...ORDERED.map((it) => ({ fails: /** @type {const} */ ('some'), ...it })),
];
