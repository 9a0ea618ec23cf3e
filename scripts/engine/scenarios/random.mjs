/**
 * Blocks drawn at random from everything that a small town can do: the same few people, contracts and addresses over and
 * over, so that transactions meet in all ways. What such a block comes to, valid or not, the oracle or one slot tells.
 */
import { hexToBytes } from '@ethereumjs/util';
import { creationCode, store } from '../../showcase/assembler.mjs';
import { hashOf } from '../../showcase/random.mjs';
import { versionedHash } from '../../showcase/transactions.mjs';
import * as code from '../code.mjs';
import { create2Address, ETHER, nextContractAddress, ZERO_ADDRESS } from '../scene.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */
/** @typedef {import('../scene.mjs').Hex} Hex */
/** @typedef {import('../../showcase/transactions.mjs').Actor} Actor */

const hex = (/** @type {string} */ digits) => /** @type {Hex} */ (`0x${digits}`);
const slots = (/** @type {number} */ count) => Object.fromEntries([...Array(count).keys()].map((i) => [i, i + 1]));

class Town {
  blobs = 0;

  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.random = scene.random;
    this.people = scene.people(scene.random.int(4, 24));
    this.strangers = [...Array(4)].map(() => scene.stranger());
    this.empties = [...Array(3)].map(() => scene.stranger());
    for (const address of this.empties) scene.put(address, {});
    if (this.random.chance(0.5)) scene.put(scene.coinbase.address, { balance: ETHER });
    const owned = Object.fromEntries(this.people.map(({ address }) => [address, 1000]));
    this.counter = scene.contract(code.COUNTER);
    this.own = scene.contract(code.OWN_COUNTER);
    this.token = scene.contract(code.TOKEN, { storage: owned });
    this.pool = scene.contract(code.POOL, { storage: { 0: 10n ** 15n, 1: 10n ** 15n } });
    this.collectible = scene.contract(code.COLLECTIBLE);
    this.forwarder = scene.contract(code.FORWARDER, { balance: 500n });
    this.caller = scene.contract(code.CALLER, { balance: 50n });
    this.factory = scene.contract(code.FACTORY);
    this.shelf = scene.contract(code.SHELF, { storage: slots(300) });
    this.clearer = scene.contract(code.CLEARER, { storage: slots(40) });
    this.reverter = scene.contract(code.REVERTER);
    this.burner = scene.contract(code.BURNER);
    this.watcher = scene.contract(scene.since('istanbul') ? code.HASH_WATCHER : code.WATCHER);
    this.guard = scene.contract(code.GUARD);
    this.mortals = [...Array(3)].map((_, i) => scene.contract(code.MORTAL, { balance: BigInt(i), storage: { 0: 4 } }));
    if (scene.since('istanbul')) this.#addFactory2(scene);
    if (this.random.chance(0.1)) scene.header.miner = this.random.pick([this.forwarder, this.mortals[0]]);
  }

  /** @param {Scene} scene */
  #addFactory2(scene) {
    this.factory2 = scene.contract(code.create2Factory(3));
    this.mortals.push(create2Address(this.factory2, code.MORTAL_INIT, 3));
  }

  /** @returns {Actor} */
  from() {
    return this.random.popular(this.people, 0.7);
  }

  /** @returns {Hex} anybody or anything at all */
  anything() {
    const { random, people, strangers, empties, mortals, scene } = this;
    const group = random.weighted({ people: 6, strangers: 3, empties: 2, mortals: 2, other: 2 });
    if (group === 'people') return random.popular(people, 0.7).address;
    if (group === 'strangers') return random.pick(strangers);
    if (group === 'empties') return random.pick(empties);
    if (group === 'mortals') return random.pick(mortals);
    const { counter, forwarder, token } = this;
    return random.pick([scene.coinbase.address, ZERO_ADDRESS, hex('3'.padStart(40, '0')), counter, forwarder, token]);
  }
}

/** @typedef {(town: Town) => void} Deed */

/** @type {Record<string, { weight: number, since?: string, deed: Deed }>} */
const DEEDS = {
  pay: {
    weight: 20,
    deed: (t) => {
      const value = t.random.chance(0.2) ? 0n : t.random.amount(ETHER);
      t.scene.pay(t.from(), t.anything(), value, { gas: t.random.chance(0.5) ? 21_000 : 90_000 });
    },
  },
  payNew: { weight: 5, deed: (t) => void t.scene.pay(t.from(), t.scene.stranger(), 1n) },
  count: { weight: 5, deed: (t) => void t.scene.invoke(t.from(), t.random.chance(0.5) ? t.counter : t.own) },
  token: { weight: 8, deed: (t) => void t.scene.invoke(t.from(), t.token, [t.anything(), t.random.int(0, 400)]) },
  swap: { weight: 4, deed: (t) => void t.scene.invoke(t.from(), t.pool, [t.random.int(1, 9999), t.random.int(0, 1)]) },
  mint: { weight: 3, deed: (t) => void t.scene.invoke(t.from(), t.collectible) },
  forward: {
    weight: 6,
    deed: (t) =>
      void t.scene.invoke(t.from(), t.forwarder, [t.anything(), t.random.int(0, 90)], {
        value: BigInt(t.random.int(0, 90)),
      }),
  },
  call: {
    weight: 6,
    deed: (t) => {
      const data = t.random.chance(0.3) ? [t.anything()] : [];
      t.scene.invoke(t.from(), t.caller, [t.anything(), t.random.int(0, 3), ...data], {
        value: BigInt(t.random.int(0, 2)),
      });
    },
  },
  watch: { weight: 7, deed: (t) => void t.scene.invoke(t.from(), t.watcher, [t.anything()]) },
  guard: {
    weight: 3,
    deed: (t) => void t.scene.invoke(t.from(), t.guard, [t.random.pick([t.reverter, t.counter, t.anything()])]),
  },
  create: {
    weight: 4,
    deed: (t) => {
      const from = t.from();
      t.mortals.push(nextContractAddress(from, t.scene.pending(from)));
      t.scene.send({ from, data: hex(code.MORTAL_INIT), value: BigInt(t.random.int(0, 1)), gas: 400_000 });
    },
  },
  make: {
    weight: 3,
    deed: (t) =>
      void t.scene.send({ from: t.from(), to: t.factory, data: hex(creationCode('00', store(0, 1))), gas: 300_000 }),
  },
  make2: {
    weight: 5,
    since: 'istanbul',
    deed: (t) =>
      void t.scene.send({ from: t.from(), to: t.factory2, data: hex(code.MORTAL_INIT), value: 1n, gas: 400_000 }),
  },
  use: {
    weight: 5,
    deed: (t) => void t.scene.invoke(t.from(), t.random.pick(t.mortals), [], { value: BigInt(t.random.int(0, 1)) }),
  },
  destroy: { weight: 6, deed: (t) => void t.scene.invoke(t.from(), t.random.pick(t.mortals), [t.anything()]) },
  read: {
    weight: 2,
    deed: (t) => void t.scene.invoke(t.from(), t.shelf, [t.random.int(0, 100), t.random.int(8, 250)], { gas: 900_000 }),
  },
  write: {
    weight: 3,
    deed: (t) =>
      void t.scene.invoke(t.from(), t.shelf, [t.random.int(0, 300), t.random.int(1, 6), t.random.int(0, 2)], {
        gas: 250_000,
      }),
  },
  clear: {
    weight: 2,
    deed: (t) => void t.scene.invoke(t.from(), t.clearer, [t.random.int(0, 36), t.random.int(1, 6)]),
  },
  fail: {
    weight: 2,
    deed: (t) => void t.scene.invoke(t.from(), t.reverter, t.random.chance(0.5) ? [] : [1], { gas: 60_000 }),
  },
  burn: { weight: 1, deed: (t) => void t.scene.invoke(t.from(), t.burner, [], { gas: t.random.int(30_000, 700_000) }) },
  coinbasePays: {
    weight: 2,
    deed: (t) => {
      if (t.scene.accounts.has(t.scene.coinbase.address))
        t.scene.pay(t.scene.coinbase, t.anything(), 5n, { gas: 60_000 });
    },
  },
  blob: {
    weight: 2,
    since: 'cancun',
    deed: (t) => {
      if (t.blobs++ > 4) return;
      const blobs = [versionedHash(hexToBytes(/** @type {Hex} */ (hashOf(`${t.scene.seed}/${t.blobs}`))))];
      t.scene.send({ from: t.from(), to: t.anything(), type: 3, gas: 90_000, blobs });
    },
  },
  delegate: {
    weight: 6,
    since: 'prague',
    deed: (t) => {
      const address = t.random.pick([t.counter, t.token, t.own, ZERO_ADDRESS, t.mortals[0], t.people[0].address]);
      const authority = t.from();
      t.scene.send({
        from: t.from(),
        to: t.anything(),
        type: 4,
        gas: 300_000,
        authorizations: [{ authority, address: /** @type {Hex} */ (address) }],
      });
    },
  },
};

/** Few of them, in few blocks. @type {Deed[]} */
const CRIMES = [
  (t) => t.scene.send({ from: t.from(), to: t.anything(), nonce: BigInt(t.random.int(0, 3)), gas: 60_000 }),
  (t) => t.scene.pay(t.from(), t.anything(), 100n * ETHER, { gas: 60_000 }),
  (t) => {
    for (let i = 0; i < 4; i++) t.scene.invoke(t.from(), t.burner, [], { gas: 16_000_000 });
  },
  (t) => t.scene.pay(t.scene.person(1n), t.anything(), 1n),
];

/** @param {Scene} scene @param {number} count of transactions @param {number} [blocks] */
export function randomTown(scene, count, blocks = 1) {
  const town = new Town(scene);
  const open = Object.entries(DEEDS).filter(([, { since = 'chainstart' }]) => scene.since(since));
  const weights = Object.fromEntries(open.map(([name, { weight }]) => [name, weight * scene.random.real()]));
  for (let height = 0; height < blocks; height++) {
    if (height > 0) scene.nextBlock();
    town.blobs = 0;
    const crimeRate = scene.random.chance(0.12) ? 2 / count : 0;
    for (let i = 0; i < count; i++) {
      if (crimeRate > 0 && scene.random.chance(crimeRate)) scene.random.pick(CRIMES)(town);
      DEEDS[scene.random.weighted(weights)].deed(town);
    }
    if (scene.since('shanghai')) for (let i = 0; i < 3; i++) scene.withdraw(town.anything(), i + 1);
  }
}

/** @type {Scenario[]} */
export const random = Array.from({ length: 12 }, (_, i) => ({
  name: `a town at random, ${i + 1}`,
  build: (scene) => randomTown(scene, 30 + 5 * i, 1 + (i % 3)),
  fails: 'any',
}));
