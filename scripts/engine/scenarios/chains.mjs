/** Several blocks on one state: what one block leaves, the next one finds. */
import { creationCode, store } from '../../showcase/assembler.mjs';
import * as code from '../code.mjs';
import { since } from '../forks.mjs';
import { create2Address, nextContractAddress } from '../scene.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Hex} Hex */

/** @type {Scenario[]} */
export const chains = [
  {
    name: 'five blocks of payments, nonces and counters go on',
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const people = scene.people(8);
      for (let height = 0; height < 5; height++) {
        if (height > 0) scene.nextBlock();
        for (let i = 0; i < 16; i++) {
          if (i % 4 === 0) scene.invoke(scene.random.pick(people), counter);
          else scene.pay(scene.random.pick(people), scene.random.pick(people).address);
        }
      }
    },
    shows: ({ logs }) => BigInt(/** @type {string} */ (logs.at(-1))) === 20n,
  },
  {
    name: 'made in one block, used in the next, destroyed in the third, made again in the fourth',
    forks: since('istanbul'),
    build: (scene) => {
      const factory = scene.contract(code.create2Factory(1));
      const init = code.MORTAL_INIT;
      const child = create2Address(factory, init, 1);
      const people = scene.people(6);
      const make = () =>
        scene.send({ from: people[0], to: factory, data: /** @type {Hex} */ (`0x${init}`), value: 2n, gas: 500_000 });
      make();
      scene.invoke(people[1], child);
      scene.nextBlock();
      for (const from of people) scene.invoke(from, child);
      scene.nextBlock();
      scene.invoke(people[2], child, [people[3].address]);
      scene.pay(people[4], child, 5n, { gas: 60_000 });
      scene.nextBlock();
      make();
      for (const from of people) scene.invoke(from, child);
      scene.nextBlock();
      for (const from of people) scene.invoke(from, child);
    },
  },
  {
    name: 'made, filled and destroyed in one block, made again in the next',
    forks: since('istanbul', 'shanghai'),
    build: (scene) => {
      const factory = scene.contract(code.create2Factory(1));
      const child = create2Address(factory, code.MORTAL_INIT, 1);
      const [maker, user, ender] = scene.people(3);
      const data = /** @type {Hex} */ (`0x${code.MORTAL_INIT}`);
      scene.send({ from: maker, to: factory, data, gas: 500_000 });
      scene.invoke(user, child);
      scene.invoke(ender, child, [user.address]);
      scene.pay(user, child, 5n, { gas: 60_000 }); // an account without storage, as EIP-7610 asks
      scene.nextBlock();
      scene.send({ from: maker, to: factory, data, gas: 500_000 });
      scene.invoke(user, child);
    },
    shows: ({ logs }) => logs.filter((data) => BigInt(data.slice(0, 66)) === 6n).length === 2,
  },
  {
    name: 'storage is written, cleared and written over blocks',
    build: (scene) => {
      const writer = scene.contract(code.WRITER);
      const clearer = scene.contract(code.CLEARER, {
        storage: Object.fromEntries([...Array(20).keys()].map((i) => [i, 1])),
      });
      const people = scene.people(6);
      for (let height = 0; height < 4; height++) {
        if (height > 0) scene.nextBlock();
        for (const [i, from] of people.entries()) {
          const value = height % 2 === 0 ? i + 1 : 2n ** 256n - 2n;
          scene.invoke(from, writer, [i * 2, 4, value], { gas: 400_000 });
          scene.invoke(from, clearer, [(i * 3 + height) % 18, 2]);
        }
      }
    },
  },
  {
    name: 'empty accounts, strangers and a contract that owes its life to a nonce, over blocks',
    build: (scene) => {
      const empty = scene.stranger();
      scene.put(empty, {});
      const [maker, a, b] = scene.people(3);
      const child = nextContractAddress(maker);
      scene.pay(a, empty, 0n);
      scene.send({
        from: maker,
        data: /** @type {Hex} */ (`0x${creationCode(code.COUNTER, store(0, 1))}`),
        gas: 400_000,
      });
      scene.nextBlock();
      scene.pay(a, empty, 0n);
      scene.invoke(b, child);
      scene.nextBlock();
      scene.pay(b, empty, 1n);
      scene.invoke(a, child);
      scene.nextBlock(); // a block without transactions
    },
  },
  {
    name: 'an invalid block after valid ones leaves what they left',
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const people = scene.people(8);
      for (const from of people) scene.invoke(from, counter);
      scene.nextBlock();
      for (const from of people) scene.pay(from, people[0].address);
      scene.nextBlock();
      for (const from of people) scene.invoke(from, counter);
      scene.spoil('NONCE_TOO_LOW', { from: people[0], to: counter, nonce: 1n, gas: 60_000 });
    },
  },
  {
    name: 'delegations last over blocks',
    forks: since('prague'),
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const [owner, ...people] = scene.people(6);
      const authorizations = [{ authority: owner, address: counter }];
      scene.send({ from: people[0], to: scene.stranger(), type: 4, gas: 200_000, authorizations });
      for (let height = 0; height < 3; height++) {
        scene.nextBlock();
        for (const from of people) scene.invoke(from, owner.address);
        scene.pay(owner, people[0].address);
      }
    },
    shows: ({ logs }) => BigInt(/** @type {string} */ (logs.at(-1))) === 15n,
  },
];
