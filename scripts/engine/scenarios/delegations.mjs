/** EIP-7702: accounts that get, change and lose code in the middle of a block, and whose nonces others raise. */
import { assemble, call, creationCode, store } from '../../showcase/assembler.mjs';
import * as code from '../code.mjs';
import { since } from '../forks.mjs';
import { ETHER, nextContractAddress, ZERO_ADDRESS } from '../scene.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */
/** @typedef {import('../scene.mjs').Hex} Hex */
/** @typedef {import('../../showcase/transactions.mjs').Actor} Actor */

/** @param {Scene} scene @param {Actor} from @param {string} to @param {[Actor, string][]} pairs authority and its delegate */
function delegate(scene, from, to, pairs) {
  const authorizations = pairs.map(([authority, address]) => ({ authority, address: /** @type {Hex} */ (address) }));
  return scene.send({ from, to: /** @type {Hex} */ (to), type: 4, gas: 400_000, authorizations });
}

/** Gives all its ether to (heir). */
const DRAIN = assemble(store(0, call('CALL', code.argument(0), { value: 'SELFBALANCE' })));
/** Creates a contract without code. */
const CREATOR = assemble(store(0, [0, 0, 0, 'CREATE']));

/** @param {string} address @param {bigint} nonce @returns {Hex} what its CREATE at that nonce makes */
const childOf = (address, nonce) => nextContractAddress(/** @type {Actor} */ ({ address, nonce }));

/** @type {Scenario[]} */
export const delegations = [
  {
    name: 'accounts are delegated, run, re-delegated and cleared',
    build: (scene) => {
      const [one, two] = [scene.contract(code.COUNTER), scene.contract(code.OWN_COUNTER)];
      const people = scene.people(8);
      const owners = [scene.person(), scene.person(0n)];
      for (const owner of owners) {
        delegate(scene, people[0], owner.address, [[owner, one]]);
        scene.invoke(people[1], owner.address);
        delegate(scene, people[2], owner.address, [[owner, two]]);
        scene.invoke(people[3], owner.address);
        delegate(scene, people[4], owner.address, [[owner, ZERO_ADDRESS]]);
        scene.invoke(people[5], owner.address);
        delegate(scene, people[6], owner.address, [
          [owner, two],
          [owner, one],
        ]);
        scene.invoke(people[7], owner.address);
      }
    },
    shows: ({ logs }) => logs.length === 12,
  },
  {
    name: 'chains and loops of delegations go one step',
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const [a, b, c, d] = scene.people(4);
      const people = scene.people(10);
      delegate(scene, people[0], people[1].address, [
        [a, counter],
        [b, a.address],
        [c, d.address],
        [d, c.address],
      ]);
      for (const [i, from] of people.entries()) scene.invoke(from, [a, b, c, d][i % 4].address, [], { gas: 150_000 });
      delegate(scene, people[2], b.address, [[b, counter]]);
      scene.invoke(people[3], b.address);
    },
    fails: 'some', // a designator as code is no instruction
  },
  {
    name: 'the authority sends later, and counts the raised nonce',
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const owners = scene.people(6);
      const people = scene.people(6);
      owners.forEach((owner, i) => {
        scene.pay(owner, scene.stranger());
        delegate(scene, people[i], owner.address, [[owner, counter]]);
        scene.pay(owner, scene.stranger()); // EIP-3607 lets a delegated sender pass
        scene.pay(owner, owner.address, 1n, { gas: 150_000 });
      });
    },
  },
  {
    name: 'the authority does not count the raised nonce',
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const [owner, from] = scene.people(2);
      delegate(scene, from, owner.address, [[owner, counter]]);
      scene.pay(from, scene.stranger());
      scene.spoil('NONCE_TOO_LOW', { from: owner, to: scene.stranger(), nonce: 0n, gas: 21_000 });
      scene.pay(from, scene.stranger());
    },
  },
  {
    name: 'senders delegate themselves',
    build: (scene) => {
      const [counter, watcher] = [scene.contract(code.COUNTER), scene.contract(code.HASH_WATCHER)];
      for (const from of scene.people(6)) {
        delegate(scene, from, from.address, [[from, counter]]);
        scene.invoke(scene.person(), watcher, [from.address]);
        delegate(scene, from, from.address, [[from, ZERO_ADDRESS]]);
        scene.invoke(scene.person(), watcher, [from.address]);
      }
    },
  },
  {
    name: 'authorizations that another one has made stale',
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const owners = scene.people(4);
      const people = scene.people(12);
      people.forEach((from, i) => {
        const authority = owners[i % 4];
        const address = i % 3 === 0 ? ZERO_ADDRESS : counter;
        // all of them name nonce 0 or 1: whoever comes first in block order has it
        const authorizations = [{ authority, address: /** @type {Hex} */ (address), nonce: BigInt(i >> 3) }];
        scene.send({ from, to: /** @type {Hex} */ (authority.address), type: 4, gas: 300_000, authorizations });
      });
    },
  },
  {
    name: 'somebody empties a delegated account before it sends',
    build: (scene) => {
      const drain = scene.contract(DRAIN);
      const owner = scene.person(3n * ETHER);
      const [a, b] = scene.people(2);
      delegate(scene, a, scene.stranger(), [[owner, drain]]);
      scene.pay(owner, scene.stranger(), ETHER);
      scene.invoke(b, owner.address, [b.address]);
      scene.spoil('INSUFFICIENT_FUNDS', { from: owner, to: a.address, value: 1n, gas: 21_000 });
      scene.pay(a, owner.address, ETHER, { gas: 150_000 });
    },
  },
  {
    name: 'the code of a delegate appears in the same block',
    build: (scene) => {
      const maker = scene.person();
      const [owner, late] = scene.people(2);
      const people = scene.people(6);
      const factory = scene.contract(code.FACTORY);
      scene.send({
        from: maker,
        to: factory,
        data: /** @type {Hex} */ (`0x${creationCode(code.COUNTER)}`),
        gas: 400_000,
      });
      const child = childOf(factory, 1n);
      delegate(scene, people[0], owner.address, [[owner, child]]);
      for (const from of people) scene.invoke(from, owner.address);
      delegate(scene, people[1], late.address, [[late, childOf(factory, 2n)]]); // nothing there yet
      scene.invoke(people[2], late.address);
      scene.send({
        from: maker,
        to: factory,
        data: /** @type {Hex} */ (`0x${creationCode(code.COUNTER)}`),
        gas: 400_000,
      });
      scene.invoke(people[3], late.address);
    },
    shows: ({ logs }) => logs.length === 2 + 8,
  },
  {
    name: 'a delegated account creates, which takes a nonce',
    build: (scene) => {
      const creator = scene.contract(CREATOR);
      const owner = scene.person();
      const people = scene.people(3);
      delegate(scene, people[0], scene.stranger(), [[owner, creator]]);
      for (const from of people) scene.send({ from, to: /** @type {Hex} */ (owner.address), creator: owner });
      scene.pay(owner, scene.stranger(), 5n);
      scene.send({ from: people[0], to: /** @type {Hex} */ (owner.address), creator: owner });
      scene.spoil('NONCE_TOO_LOW', { from: owner, to: scene.stranger(), nonce: 5n, gas: 21_000 });
    },
  },
  {
    name: 'a delegation stands although its transaction reverts',
    build: (scene) => {
      const [counter, fails] = [scene.contract(code.COUNTER), scene.contract(code.REVERTER)];
      for (const owner of scene.people(4)) {
        const [a, b] = scene.people(2);
        delegate(scene, a, fails, [[owner, counter]]);
        scene.invoke(b, owner.address);
      }
    },
    fails: 4,
    shows: ({ logs }) => logs.length === 4,
  },
  {
    name: 'tokens and swaps by delegated accounts, authorities crosswise',
    build: (scene) => {
      const counter = scene.contract(code.OWN_COUNTER);
      const people = scene.people(8);
      for (let i = 0; i < 24; i++) {
        const [from, authority, to] = [people[i % 8], people[(i * 3 + 1) % 8], people[(i * 5 + 2) % 8]];
        if (from !== authority) delegate(scene, from, to.address, [[authority, i % 5 === 4 ? ZERO_ADDRESS : counter]]);
        scene.pay(to, from.address, 9n, { gas: 150_000 });
      }
    },
  },
].map((scenario) => ({ forks: since('prague'), ...scenario }));
