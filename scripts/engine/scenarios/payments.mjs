/** Ether from here to there: independent, hot, in chains, to nobody, of nothing. */
import { BURNER, FORWARDER } from '../code.mjs';
import { since } from '../forks.mjs';
import { ETHER } from '../scene.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */

const FEE = 21_000n * 20n * 10n ** 9n; // more than any payment here costs

/** @param {Scene} scene @param {bigint[]} amounts a line of people, each with what the last one sends and nothing else */
function relay(scene, amounts) {
  const first = scene.person(amounts[0] + FEE);
  const line = [first, ...amounts.slice(1).map(() => scene.person(0n))];
  line.forEach((from, i) => {
    scene.pay(from, line[i + 1]?.address ?? scene.stranger(), amounts[i], { tip: 0n });
  });
  return line;
}

/** @type {Scenario[]} */
export const payments = [
  {
    name: 'independent transfers',
    build: (scene) => {
      for (const from of scene.people(40)) scene.pay(from, scene.person().address);
    },
  },
  {
    name: 'one hot recipient',
    build: (scene) => {
      const to = scene.person().address;
      for (const from of scene.people(40)) scene.pay(from, to);
    },
  },
  {
    name: 'one hot recipient that did not exist',
    build: (scene) => {
      const to = scene.stranger();
      for (const from of scene.people(20)) scene.pay(from, to);
    },
  },
  {
    name: 'one hot sender, a chain of nonces',
    build: (scene) => {
      const from = scene.person();
      for (let i = 0; i < 40; i++) scene.pay(from, scene.stranger());
    },
  },
  {
    name: 'a ring of payments, everybody sender and recipient',
    build: (scene) => {
      const ring = scene.people(8);
      for (let i = 0; i < 48; i++) scene.pay(ring[i % 8], ring[(i + 1) % 8].address, ETHER);
    },
  },
  {
    name: 'credits to absent accounts, and at once again',
    build: (scene) => {
      for (const from of scene.people(12)) {
        const to = scene.stranger();
        scene.pay(from, to);
        scene.pay(from, to);
        scene.pay(from, to, 0n);
      }
    },
  },
  {
    name: 'zero-value touches of absent, empty and rich accounts',
    edge: 'E9',
    build: (scene) => {
      const [empty, lucky] = [scene.stranger(), scene.stranger()];
      for (const address of [empty, lucky]) scene.put(address, {});
      const [a, b, c, d, rich] = scene.people(5);
      scene.pay(a, empty, 0n);
      scene.pay(b, lucky, 0n); // removed by EIP-161, then paid at the same time as it is touched
      scene.pay(c, lucky, 5n);
      scene.pay(d, lucky, 0n);
      scene.pay(a, rich.address, 0n);
      scene.pay(b, scene.stranger(), 0n);
      scene.pay(c, empty, 0n);
    },
  },
  {
    name: 'empty accounts are deleted, and then paid',
    edge: 'E9',
    build: (scene) => {
      const empties = Array.from({ length: 10 }, () => scene.stranger());
      for (const address of empties) scene.put(address, {});
      const people = scene.people(10);
      empties.forEach((to, i) => {
        scene.pay(people[i], to, 0n);
        if (i % 2 === 0) scene.pay(people[(i + 3) % 10], to, 7n);
        if (i % 3 === 0) scene.pay(people[(i + 5) % 10], to, 0n);
      });
    },
  },
  {
    name: 'payments to precompiles and to oneself',
    build: (scene) => {
      for (const [i, from] of scene.people(9).entries()) {
        scene.pay(from, `0x${(i + 1).toString(16).padStart(40, '0')}`, 3n, { gas: 400_000 });
        scene.pay(from, from.address, 5n);
      }
    },
    fails: 'some', // several precompiles refuse empty input
  },
  {
    name: 'four hundred tiny transactions',
    forks: ['byzantium', 'london', 'osaka'],
    build: (scene) => {
      const people = scene.people(60);
      for (let i = 0; i < 400; i++)
        scene.pay(scene.random.pick(people), scene.random.popular(people).address, BigInt(i));
    },
  },
  {
    name: 'large gas limits among small ones',
    build: (scene) => {
      const burner = scene.contract(BURNER);
      for (const [i, from] of scene.people(30).entries()) {
        if (i % 10 === 4) scene.invoke(from, burner, [], { gas: 4_000_000 });
        else if (i % 10 === 7) scene.pay(from, scene.stranger(), 1n, { gas: 12_000_000 });
        else scene.pay(from, scene.stranger());
      }
    },
    fails: 3,
  },
  {
    name: 'debits that only earlier credits allow',
    edge: 'E4',
    build: (scene) => {
      const amounts = Array.from({ length: 16 }, (_, i) => ETHER - BigInt(i) * FEE);
      relay(scene, amounts);
      relay(scene, amounts.slice(8));
    },
  },
  {
    name: 'debits that only a later credit would allow',
    edge: 'E4',
    build: (scene) => {
      const amounts = Array.from({ length: 8 }, (_, i) => ETHER - BigInt(i) * FEE);
      relay(scene, amounts);
      const poor = scene.person(0n);
      const giver = scene.person();
      scene.spoil('INSUFFICIENT_FUNDS', { from: poor, to: giver.address, value: 1n, gas: 21_000 });
      scene.pay(giver, poor.address, ETHER);
    },
  },
  {
    name: 'a contract pays until it has nothing left',
    build: (scene) => {
      const purse = scene.contract(FORWARDER, { balance: 10n });
      for (const from of scene.people(16)) scene.invoke(from, purse, [scene.stranger(), 3n]);
    },
    shows: ({ logs }) => logs.filter((data) => BigInt(data.slice(0, 66)) === 1n).length === 3,
    forks: since('byzantium'),
  },
  {
    name: 'a contract is filled and emptied in turns',
    build: (scene) => {
      const purse = scene.contract(FORWARDER);
      for (const [i, from] of scene.people(18).entries()) {
        if (i % 3 === 0) scene.invoke(from, purse, [purse, 0], { value: 6n, gas: 150_000 });
        else scene.invoke(from, purse, [scene.stranger(), 4n]);
      }
    },
    fails: 'some',
  },
  {
    name: 'one contract pays many, many pay through one',
    build: (scene) => {
      const through = scene.contract(FORWARDER);
      const heirs = scene.people(4);
      for (const [i, from] of scene.people(24).entries())
        scene.invoke(from, through, [heirs[i % 4].address, 0], { value: 1000n });
    },
  },
];
