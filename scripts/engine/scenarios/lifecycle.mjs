/** Accounts that come, go and come again within a block. */
import { assemble, call, creationCode, put, store } from '../../showcase/assembler.mjs';
import * as code from '../code.mjs';
import { since } from '../forks.mjs';
import { create2Address, nextContractAddress } from '../scene.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */
/** @typedef {import('../scene.mjs').Hex} Hex */

/** Forks with CREATE2 in which SELFDESTRUCT deletes, and in which it only empties (EIP-6780). */
const DELETING = ['istanbul', 'london', 'shanghai'];
const EMPTYING = since('cancun');
const SALT = 7;

const hex = (/** @type {string} */ digits) => /** @type {Hex} */ (`0x${digits}`);

/** @param {Scene} scene @param {string} init @param {number} [salt] a factory, and where it puts what `init` makes */
function factoryOf(scene, init, salt = SALT) {
  const factory = scene.contract(code.create2Factory(salt));
  return { factory, child: create2Address(factory, init, salt) };
}

/** @param {Scene} scene a contract that looks at an address */
const watcher = (scene) => scene.contract(scene.since('istanbul') ? code.HASH_WATCHER : code.WATCHER);

/** Pays and creates one address in one transaction; the creation code ends the contract before it began. */
const doomedInit = (/** @type {string} */ heir) => assemble(store(1, 2), heir, 'SELFDESTRUCT');

/** @type {Scenario[]} */
export const lifecycle = [
  {
    name: 'a contract is made, and called by the next transactions',
    edge: 'E22',
    build: (scene) => {
      for (const maker of scene.people(6)) {
        const child = nextContractAddress(maker);
        scene.send({ from: maker, data: hex(creationCode(code.COUNTER, store(0, 3))), gas: 400_000 });
        for (const from of scene.people(3)) scene.invoke(from, child);
      }
    },
    shows: ({ logs }) => logs.length === 18 && BigInt(logs[2]) === 6n,
  },
  {
    name: 'a contract is called before and after it is made',
    edge: 'E22',
    build: (scene) => {
      const maker = scene.person();
      const child = nextContractAddress(maker);
      const early = scene.people(3);
      for (const from of early) scene.invoke(from, child, [], { value: 2n });
      scene.send({ from: maker, data: hex(creationCode(code.COUNTER)), gas: 400_000 });
      for (const from of early) scene.invoke(from, child);
    },
    shows: ({ logs }) => logs.length === 3,
  },
  {
    name: 'CREATE by a contract that several call: addresses follow its nonce',
    edge: 'E3',
    build: (scene) => {
      const factory = scene.contract(code.FACTORY);
      const look = watcher(scene);
      for (const [i, from] of scene.people(18).entries()) {
        if (i % 3 === 2) scene.invoke(from, look, [factory]);
        else scene.send({ from, to: factory, data: hex(creationCode(code.COUNTER)), value: BigInt(i), gas: 400_000 });
      }
    },
    shows: ({ logs }) => new Set(logs.filter((data) => data.length === 66)).size === 12,
  },
  {
    name: 'EXTCODEHASH and EXTCODESIZE: absent, paid, with code, in turns',
    edge: 'E11',
    build: (scene) => {
      const look = watcher(scene);
      const maker = scene.person();
      const child = nextContractAddress(maker);
      const people = scene.people(12);
      const watch = (/** @type {number} */ i) => scene.invoke(people[i], look, [child]);
      watch(0);
      scene.pay(people[1], child, 0n);
      watch(2);
      scene.pay(people[3], child, 9n);
      watch(4);
      scene.send({ from: maker, data: hex(creationCode(code.COUNTER)), value: 1n, gas: 400_000 });
      watch(5);
      scene.invoke(people[6], child);
      watch(7);
    },
  },
  {
    name: 'an account that was there and empty, looked at as empty and as existing',
    edge: 'E10',
    build: (scene) => {
      const empties = [scene.stranger(), scene.stranger(), scene.stranger()];
      for (const address of empties) scene.put(address, {});
      const look = watcher(scene);
      const giver = scene.contract(code.FORWARDER, { balance: 1000n }); // a call with value asks whether the target is empty
      const people = scene.people(18);
      for (const [i, from] of people.entries()) {
        const address = empties[i % 3];
        if (i < 6) scene.invoke(from, look, [address]);
        else if (i < 12) scene.invoke(from, giver, [address, i % 2]);
        else scene.invoke(from, i % 2 === 0 ? look : giver, [address, 1]);
      }
    },
  },
  {
    name: 'a rich address gets a contract, its ether stays',
    edge: 'E5',
    forks: since('istanbul'),
    build: (scene) => {
      const { factory, child } = factoryOf(scene, code.MORTAL_INIT);
      const look = watcher(scene);
      const people = scene.people(8);
      scene.pay(people[0], child, 77n);
      scene.invoke(people[1], look, [child]);
      scene.send({ from: people[2], to: factory, data: hex(code.MORTAL_INIT), value: 3n, gas: 500_000 });
      scene.invoke(people[3], child, []);
      scene.pay(people[4], child, 20n, { gas: 100_000 });
      scene.invoke(people[5], look, [child]);
    },
    shows: ({ logs }) => BigInt(`0x${logs.at(-1)?.slice(2, 66)}`) === 100n,
  },
  {
    name: 'SELFDESTRUCT, and the storage is read in the same transaction',
    edge: 'E6',
    build: (scene) => {
      const slots = { 0: 40 };
      const people = scene.people(9);
      for (let k = 0; k < 3; k++) {
        const mortal = scene.contract(code.MORTAL, { storage: slots, balance: 5n });
        const twice = scene.contract(
          assemble(
            put(0, people[k].address),
            store(0, call('CALL', mortal, { gas: 60_000, input: [0, 32] })), // ends it
            store(1, call('CALL', mortal, { gas: 60_000 })), // its slot 0 is still 40, then 41
            store(2, call('CALL', mortal, { gas: 60_000, value: 'CALLVALUE' })),
            store(3, [mortal, 'EXTCODESIZE']),
          ),
        );
        scene.invoke(people[3 * k], twice, [], { gas: 400_000, value: 3n });
        scene.invoke(people[3 * k + 1], mortal); // the next one finds nothing before Cancun
        scene.invoke(people[3 * k + 2], mortal, [], { value: 2n });
      }
    },
    shows: ({ logs }) =>
      logs.some((data) => BigInt(data.slice(0, 66)) === 41n) && logs.some((data) => BigInt(data.slice(0, 66)) === 42n),
  },
  {
    name: 'an absent account is paid, made and destroyed in one transaction',
    edge: 'E7',
    forks: since('istanbul'),
    build: (scene) => {
      const heir = scene.stranger();
      const init = doomedInit(heir);
      const bytes = init.length / 2;
      const people = scene.people(9);
      const target = (/** @type {string} */ from) => create2Address(from, init, SALT);
      // the contract's own address decides where it creates, and is known only after its code is: the target is an argument
      const maker = scene.contract(
        assemble(
          [32, 'CALLDATASIZE', 'SUB', 32, 0, 'CALLDATACOPY'],
          put(512, call('CALL', code.argument(0), { gas: 30_000, value: 1 })),
          put(544, [SALT, bytes, 0, 2, 'CREATE2']),
          put(576, [code.argument(0), 'BALANCE']),
          [96, 512, 'LOG0'],
        ),
        { balance: 100n },
      );
      const child = target(maker);
      const look = watcher(scene);
      people.forEach((from, i) => {
        if (i % 3 === 1) scene.invoke(from, look, [child]);
        else if (i % 3 === 2) scene.invoke(from, look, [heir]);
        else scene.send({ from, to: maker, data: hex(child.slice(2).padStart(64, '0') + init), gas: 400_000 });
      });
    },
    shows: ({ logs }) => BigInt(`0x${logs[0].slice(2, 66)}`) === 1n && BigInt(`0x${logs[0].slice(66, 130)}`) !== 0n,
  },
  {
    name: 'CREATE2 on an address that was destroyed earlier in the block',
    edge: 'E8',
    forks: DELETING,
    build: (scene) => redeploy(scene),
    shows: ({ logs }) => logs.filter((data) => BigInt(data.slice(0, 66)) === 6n).length === 3,
  },
  {
    name: 'CREATE2 on an address that SELFDESTRUCT no longer frees',
    edge: 'E8',
    forks: EMPTYING,
    build: (scene) => redeploy(scene),
    shows: ({ logs }) => logs.filter((data) => BigInt(data) === 0n).length === 2, // the second and third creations fail
  },
  {
    name: 'made and destroyed in one transaction, and made again in the next',
    edge: 'E8',
    forks: since('istanbul'),
    build: (scene) => {
      const heir = scene.stranger();
      const init = creationCode(code.MORTAL, store(0, 5), store(1, 6));
      const people = scene.people(10);
      const brief = scene.contract(
        assemble(
          code.COPY_INPUT,
          store(0, [SALT, 'CALLDATASIZE', 0, 'CALLVALUE', 'CREATE2']),
          put(0, heir),
          store(1, [call('CALL', [0, 'SLOAD'], { input: [0, 32] }), 1, 'SLOAD', 'ADD']),
          store(2, [0, 'SLOAD', 'EXTCODESIZE']),
        ),
      );
      const look = watcher(scene);
      const child = create2Address(brief, init, SALT);
      people.forEach((from, i) => {
        if (i % 2 === 0) scene.send({ from, to: brief, data: hex(init), value: BigInt(i), gas: 600_000 });
        else if (i % 4 === 1) scene.invoke(from, look, [child]);
        else scene.pay(from, child, 3n, { gas: 60_000 });
      });
    },
  },
  {
    name: 'SELFDESTRUCT, and the address is paid again',
    edge: 'E17',
    build: (scene) => {
      const people = scene.people(20);
      const heir = scene.stranger();
      for (let k = 0; k < 4; k++) {
        const mortal = scene.contract(code.MORTAL, { storage: { 0: 1, 5: 6 }, balance: 50n });
        const [a, b, c, d, e] = people.slice(5 * k);
        scene.invoke(a, mortal, [heir]);
        if (k % 2 === 0) scene.pay(b, mortal, 11n, { gas: 100_000 });
        scene.invoke(c, mortal, [heir]); // again: there is no code any more, or there is
        scene.pay(d, mortal, 0n, { gas: 100_000 });
        scene.invoke(e, scene.contract(code.WATCHER), [mortal]);
      }
    },
  },
  {
    name: 'SELFDESTRUCT to oneself, to an absent account, to one that is paid meanwhile',
    build: (scene) => {
      const people = scene.people(16);
      const heirs = [scene.stranger(), scene.person(5n).address];
      for (let k = 0; k < 4; k++) {
        const mortal = scene.contract(code.MORTAL, { balance: BigInt(k % 2) * 40n });
        const heir = k === 3 ? mortal : heirs[k % 2];
        scene.pay(people[4 * k], heir, 2n, { gas: 100_000 });
        scene.invoke(people[4 * k + 1], mortal, [heir]);
        scene.invoke(people[4 * k + 2], mortal, [heir], { value: 9n });
        scene.pay(people[4 * k + 3], mortal, 1n, { gas: 100_000 });
      }
    },
  },
  {
    name: 'creations that fail, and what is at their addresses then',
    build: (scene) => {
      const look = watcher(scene);
      const inits = [assemble(store(0, 1), 'INVALID'), assemble(store(0, 1), [0, 0, 'REVERT']), creationCode('00'), ''];
      for (const [i, maker] of scene.people(8).entries()) {
        const child = nextContractAddress(maker);
        scene.send({ from: maker, data: hex(inits[i % 4]), value: 4n, gas: 200_000 });
        scene.invoke(scene.person(), look, [child]);
      }
    },
    fails: 4,
  },
  {
    name: 'a collision: two ways to one address, the second fails',
    forks: since('istanbul'),
    build: (scene) => {
      const { factory, child } = factoryOf(scene, code.MORTAL_INIT);
      for (const [i, from] of scene.people(9).entries()) {
        if (i % 3 === 0) scene.send({ from, to: factory, data: hex(code.MORTAL_INIT), gas: 500_000 });
        else scene.invoke(from, child);
      }
    },
    shows: ({ logs }) => logs.filter((data) => data.length === 66 && BigInt(data) === 0n).length === 2,
  },
  {
    name: 'a contract without code: its nonce and storage keep it alive',
    build: (scene) => {
      const maker = scene.person();
      const child = nextContractAddress(maker);
      const people = scene.people(6);
      scene.send({ from: maker, data: hex(assemble(store(0, 1), 0, 0, 'RETURN')), gas: 200_000 });
      for (const from of people) scene.pay(from, child, 0n);
      scene.invoke(people[0], scene.contract(code.WATCHER), [child]);
    },
  },
];

/** Three rounds of: make, use, destroy, pay or not. @param {Scene} scene */
function redeploy(scene) {
  const { factory, child } = factoryOf(scene, code.MORTAL_INIT);
  const heir = scene.stranger();
  const people = scene.people(15);
  for (let round = 0; round < 3; round++) {
    const [maker, user, ender, payer, late] = people.slice(5 * round);
    scene.send({ from: maker, to: factory, data: hex(code.MORTAL_INIT), value: 1n, gas: 500_000 });
    scene.invoke(user, child); // slot 0 is 6 whenever the contract is a new one
    scene.invoke(ender, child, [heir]);
    if (round === 1) scene.pay(payer, child, 13n, { gas: 60_000 }); // ether waits for the next one
    scene.invoke(late, scene.contract(code.WATCHER), [child]);
  }
}
