/** The fee recipient, whose balance every transaction raises: looked at, paid, paying, being a contract, being destroyed. */
import { assemble, store } from '../../showcase/assembler.mjs';
import * as code from '../code.mjs';
import { since } from '../forks.mjs';
import { ETHER } from '../scene.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */

/** @param {Scene} scene @param {string} runtime @param {import('../scene.mjs').Account} [rest] the fee recipient becomes a contract */
function coinbaseContract(scene, runtime, rest) {
  const address = scene.contract(runtime, rest);
  scene.header.miner = address;
  return address;
}

/** @type {Scenario[]} */
export const coinbase = [
  {
    name: 'BALANCE of the coinbase, at every other transaction',
    edge: 'M16',
    build: (scene) => {
      const look = scene.contract(assemble(code.logWords(['COINBASE', 'BALANCE'], ['COINBASE', 'EXTCODESIZE'])));
      for (const [i, from] of scene.people(24).entries())
        if (i % 2 === 0) scene.invoke(from, look);
        else scene.pay(from, scene.stranger());
    },
    shows: ({ logs }) => new Set(logs).size === logs.length,
  },
  {
    name: 'transfers to the coinbase',
    edge: 'M16',
    build: (scene) => {
      for (const [i, from] of scene.people(24).entries())
        scene.pay(from, i % 3 === 0 ? scene.coinbase.address : scene.stranger(), BigInt(i % 4));
    },
  },
  {
    name: 'the coinbase sends',
    edge: 'E20',
    build: (scene) => {
      scene.put(scene.coinbase.address, { balance: ETHER });
      const people = scene.people(20);
      people.forEach((from, i) => {
        if (i % 4 === 1) scene.pay(scene.coinbase, people[0].address, 5n);
        else if (i % 4 === 3) scene.pay(scene.coinbase, scene.coinbase.address, 7n);
        else scene.pay(from, scene.stranger());
      });
    },
  },
  {
    name: 'the coinbase sends what it has from fees alone',
    edge: 'E20',
    build: (scene) => {
      const people = scene.people(12);
      const tip = 10n ** 11n;
      for (const from of people) scene.pay(from, scene.stranger(), 1n, { tip, maxFee: 3n * tip });
      for (let i = 0; i < 4; i++) scene.pay(scene.coinbase, people[i].address, 3n, { tip: 0n, maxFee: scene.baseFee });
    },
  },
  {
    name: 'the coinbase sends more than the fees so far',
    edge: 'E20',
    build: (scene) => {
      const people = scene.people(6);
      for (const from of people) scene.pay(from, scene.stranger());
      scene.spoil('INSUFFICIENT_FUNDS', { from: scene.coinbase, to: people[0].address, value: ETHER, gas: 21_000 });
      for (const from of people) scene.pay(from, scene.stranger());
    },
  },
  {
    name: 'the coinbase is a contract that pays and counts',
    build: (scene) => {
      const own = scene.since('istanbul') ? 'SELFBALANCE' : ['ADDRESS', 'BALANCE'];
      const address = coinbaseContract(scene, assemble(code.logWords(own), store(0, [0, 'SLOAD', 1, 'ADD'])));
      for (const [i, from] of scene.people(16).entries())
        if (i % 2 === 0) scene.invoke(from, address, [], { value: BigInt(i) });
        else scene.pay(from, scene.stranger());
    },
    shows: ({ logs }) => new Set(logs).size === 8,
  },
  {
    name: 'the coinbase is a contract that pays out of its fees',
    build: (scene) => {
      const address = coinbaseContract(scene, code.FORWARDER);
      for (const [i, from] of scene.people(12).entries())
        scene.invoke(from, address, [scene.stranger(), i % 3 === 0 ? 10n ** 13n : 1n]);
    },
  },
  {
    name: 'the coinbase is destroyed, and gets its fee',
    build: (scene) => {
      const address = coinbaseContract(scene, code.MORTAL, { storage: { 0: 3 }, balance: 9n });
      const heir = scene.stranger();
      const people = scene.people(8);
      scene.pay(people[0], scene.stranger());
      scene.invoke(people[1], address);
      scene.invoke(people[2], address, [heir]);
      scene.invoke(people[3], address); // before Cancun nothing is there but ether
      scene.invoke(people[4], scene.contract(code.WATCHER), [address]);
      scene.invoke(people[5], address, [heir]);
      scene.pay(people[6], scene.stranger());
    },
  },
  {
    name: 'SELFDESTRUCT to the coinbase',
    build: (scene) => {
      const people = scene.people(16);
      const look = scene.contract(code.WATCHER);
      for (let k = 0; k < 4; k++) {
        const mortal = scene.contract(code.MORTAL, { balance: BigInt(k) * 1000n });
        scene.pay(people[4 * k], mortal, 5n, { gas: 100_000 });
        scene.invoke(people[4 * k + 1], mortal, [scene.coinbase.address]);
        if (k % 2 === 0) scene.invoke(people[4 * k + 2], look, [scene.coinbase.address]);
        scene.pay(people[4 * k + 3], scene.stranger());
      }
    },
  },
  {
    name: 'transactions without a price, and a coinbase that is only touched',
    edge: 'E18',
    build: (scene) => {
      scene.baseFee = 0n;
      const look = scene.contract(code.WATCHER);
      const people = scene.people(16);
      people.forEach((from, i) => {
        const free = { tip: 0n, maxFee: 0n };
        if (i % 4 === 2) scene.invoke(from, look, [scene.coinbase.address], free);
        else scene.pay(from, i % 4 === 3 ? scene.coinbase.address : scene.stranger(), i % 8 === 3 ? 0n : 1n, free);
      });
    },
  },
  {
    name: 'an empty coinbase gets nothing',
    edge: 'E18',
    forks: since('spuriousDragon'),
    build: (scene) => {
      scene.baseFee = 0n;
      scene.put(scene.coinbase.address, {});
      const people = scene.people(8);
      for (const from of people) scene.pay(from, scene.stranger(), 1n, { tip: 0n, maxFee: 0n });
    },
  },
  {
    name: 'a withdrawal or a reward on top of fees and payments',
    build: (scene) => {
      const people = scene.people(8);
      for (const from of people) scene.pay(from, scene.coinbase.address, 3n);
      if (!scene.since('shanghai')) return;
      scene.withdraw(scene.coinbase.address, 17);
      scene.withdraw(people[0].address, 1);
      scene.withdraw(scene.stranger(), 0);
      scene.withdraw(scene.stranger(), 5);
    },
  },
];
