/** Contracts that keep to themselves and contracts that everybody wants; reads by the thousand; failures of every kind. */

import { word } from '../../showcase/abi.mjs';
import { assemble, call, put, store } from '../../showcase/assembler.mjs';
import { signDigest } from '../../showcase/transactions.mjs';
import * as code from '../code.mjs';
import { since } from '../forks.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */

/** @param {Scene} scene @param {{ address: string }[]} owners @param {number} amount each */
const token = (scene, owners, amount = 1000) =>
  scene.contract(code.TOKEN, { storage: Object.fromEntries(owners.map(({ address }) => [address, amount])) });

const pool = (/** @type {Scene} */ scene) =>
  scene.contract(code.POOL, { storage: { 0: 10n ** 15n, 1: 3n * 10n ** 15n } });

/** @param {number} count @param {number} [from] */
const numbered = (count, from = 0) => Object.fromEntries(Array.from({ length: count }, (_, i) => [from + i, i + 1]));

/** @param {Scene} scene @returns {[number, string][]} precompile and input */
function precompileCalls(scene) {
  const digest = word(0x1234);
  const [v, r, s] = signDigest(scene.person(), `0x${digest}`);
  const one = word(1) + word(2);
  const infinity = `c0${'00'.repeat(47)}`;
  /** @type {[number, string][]} */
  const inputs = [
    [1, digest + word(v) + r.slice(2) + s.slice(2)],
    [2, 'ab'.repeat(300)],
    [3, 'cd'.repeat(100)],
    [4, 'ef'.repeat(50)],
  ];
  if (scene.since('byzantium'))
    inputs.push(
      [5, `${word(32).repeat(3)}${'fe'.repeat(96)}`],
      [6, one + one],
      [7, one + word(9)],
      [8, '00'.repeat(192)],
    );
  if (scene.since('istanbul')) inputs.push([9, `0000000c${'01'.repeat(64)}${'02'.repeat(128)}${'03'.repeat(16)}01`]);
  if (scene.since('cancun')) inputs.push([10, word(1) + word(5) + word(0) + infinity + infinity]);
  if (scene.since('prague')) inputs.push([11, '00'.repeat(256)], [15, '00'.repeat(384)], [16, word(0) + word(5)]);
  if (scene.since('osaka')) inputs.push([0x100, '11'.repeat(160)]);
  return inputs;
}

/** @type {Scenario[]} */
export const contracts = [
  {
    name: 'many senders to one contract, each its own slot',
    build: (scene) => {
      const to = scene.contract(code.OWN_COUNTER);
      for (const from of scene.people(40)) scene.invoke(from, to);
    },
  },
  {
    name: 'a counter that everybody raises',
    build: (scene) => {
      const to = scene.contract(code.COUNTER);
      const people = scene.people(12);
      for (let i = 0; i < 60; i++) scene.invoke(people[i % 12], to);
    },
    shows: ({ logs }) => logs.length === 60 && BigInt(logs[59]) === 60n,
  },
  {
    name: 'token payments, independent',
    build: (scene) => {
      const owners = scene.people(40);
      const tokens = [token(scene, owners), token(scene, owners)];
      owners.forEach((from, i) => {
        scene.invoke(from, tokens[i % 2], [scene.stranger(), 10 + i]);
      });
    },
  },
  {
    name: 'token payments, hot owner and hot recipient',
    build: (scene) => {
      const owners = scene.people(12);
      const to = token(scene, owners, 60);
      for (let i = 0; i < 36; i++)
        scene.invoke(owners[i % 2 === 0 ? 0 : i % 12], to, [owners[(i * 5) % 12].address, 7]);
    },
    fails: 'some',
  },
  {
    name: 'token payments that only earlier ones make possible',
    build: (scene) => {
      const line = scene.people(16);
      const to = token(scene, line.slice(0, 1), 500);
      line.forEach((from, i) => {
        scene.invoke(from, to, [line[i + 1]?.address ?? scene.stranger(), 500 - i]);
      });
      scene.invoke(line[0], to, [line[1].address, 1]);
    },
    fails: 1,
  },
  {
    name: 'swaps on two pools',
    build: (scene) => {
      const pools = [pool(scene), pool(scene)];
      for (const [i, from] of scene.people(36).entries())
        scene.invoke(from, pools[i % 2], [10_000 + 17 * i, scene.random.int(0, 1)]);
    },
  },
  {
    name: 'swaps on independent pools',
    build: (scene) => {
      for (const from of scene.people(30)) scene.invoke(from, pool(scene), [12_345, 1]);
    },
  },
  {
    name: 'mints that share a number',
    build: (scene) => {
      const to = scene.contract(code.COLLECTIBLE);
      for (const from of scene.people(36)) scene.invoke(from, to);
    },
  },
  {
    name: 'storage is cleared, for refunds, and filled again',
    build: (scene) => {
      const clearer = scene.contract(code.CLEARER, { storage: numbered(64) });
      for (const [i, from] of scene.people(12).entries()) scene.invoke(from, clearer, [(i % 4) * 12, 10 + i]); // ranges overlap: whoever comes first is refunded
      const writer = scene.contract(code.WRITER, { storage: numbered(30) });
      for (const [i, from] of scene.people(9).entries())
        scene.invoke(from, writer, [0, 10, i % 3 === 1 ? 2n ** 256n - 5n : i], { gas: 400_000 });
    },
  },
  {
    name: 'a thousand slots read while others write some of them',
    edge: 'M11',
    forks: ['byzantium', 'istanbul', 'london', 'cancun', 'osaka'],
    build: (scene) => {
      const shelf = scene.contract(code.SHELF, { storage: numbered(1200) });
      for (const [i, from] of scene.people(12).entries()) {
        if (i % 3 === 2) scene.invoke(from, shelf, [i * 80, 3, 5000], { gas: 200_000 });
        else scene.invoke(from, shelf, [0, 1000 + 8 * i], { gas: 4_500_000 });
      }
    },
  },
  {
    name: 'BLOCKHASH of the parent, of the oldest, of none',
    build: (scene) => {
      const backwards = (/** @type {number} */ n) => [n, 'NUMBER', 'SUB', 'BLOCKHASH'];
      const to = scene.contract(assemble(code.logWords(...[0, 1, 2, 3, 256, 257].map(backwards))));
      for (const from of scene.people(8)) scene.invoke(from, to);
    },
    shows: ({ logs }) => BigInt(logs[0].slice(0, 66)) === 0n && BigInt(`0x${logs[0].slice(66, 130)}`) !== 0n,
  },
  {
    name: 'reverts, halts and empty tanks',
    edge: 'E12',
    build: (scene) => {
      const to = scene.contract(code.REVERTER, { storage: { 0: 1 } });
      const burner = scene.contract(code.BURNER);
      for (const [i, from] of scene.people(24).entries()) {
        if (i % 4 === 0) scene.invoke(from, to, [], { gas: 90_000 });
        else if (i % 4 === 1) scene.invoke(from, to, [1], { gas: 90_000 });
        else if (i % 4 === 2) scene.invoke(from, burner, [], { gas: 60_000 + i });
        else scene.pay(from, scene.stranger());
      }
    },
    fails: 18,
  },
  {
    name: 'inner reverts: their writes go, the ones around stay',
    edge: 'E13',
    build: (scene) => {
      const fails = scene.contract(code.REVERTER, { storage: { 0: 9 } });
      const counter = scene.contract(code.COUNTER);
      const guard = scene.contract(code.GUARD);
      const around = scene.contract(
        assemble(
          store(1, [call('CALL', counter, { gas: 60_000 }), 1, 'SLOAD', 'ADD']),
          put(0, [call('CALL', fails, { gas: 60_000 }), 1, 'SLOAD', 'ADD']),
          [32, 0, 'LOG0'],
        ),
      );
      for (const [i, from] of scene.people(18).entries())
        if (i % 3 === 0) scene.invoke(from, around, [], { gas: 300_000 });
        else scene.invoke(from, guard, [i % 3 === 1 ? fails : counter], { gas: 200_000 });
    },
  },
  {
    name: 'precompiles, called and as recipients',
    build: (scene) => {
      const caller = scene.contract(code.CALLER);
      const inputs = precompileCalls(scene);
      for (const [i, from] of scene.people(2 * inputs.length).entries()) {
        const [number, input] = inputs[i % inputs.length];
        const to = /** @type {`0x${string}`} */ (`0x${number.toString(16).padStart(40, '0')}`);
        const data = /** @type {`0x${string}`} */ (`0x${i < inputs.length ? word(to) + word(0) : ''}${input}`);
        scene.send({ from, to: i < inputs.length ? caller : to, data, gas: 700_000 });
      }
    },
    fails: 'some', // the KZG proof is for another hash
  },
  {
    name: 'access lists and transient storage start anew in each transaction',
    edge: 'E16',
    forks: since('cancun'),
    build: (scene) => {
      const to = scene.contract(
        assemble(
          code.logWords([7, 'TLOAD'], ['GAS', 5, 'SLOAD', 'POP', 'GAS']),
          [[7, 'TLOAD', 1, 'ADD'], 7, 'TSTORE'],
          store(6, [7, 'TLOAD', 6, 'SLOAD', 'ADD']),
        ),
        { storage: { 5: 5 } },
      );
      const accessList = [{ address: to, storageKeys: [/** @type {`0x${string}`} */ (`0x${word(5)}`)] }];
      for (const [i, from] of scene.people(16).entries())
        scene.invoke(from, to, [], { type: 2, ...(i % 2 === 1 && { accessList }) });
    },
    shows: ({ logs }) => logs.every((data) => BigInt(data.slice(0, 66)) === 0n),
  },
  {
    name: 'access lists before transient storage',
    edge: 'E16',
    forks: ['london', 'shanghai'],
    build: (scene) => {
      const to = scene.contract(assemble(code.logWords(['GAS', 5, 'SLOAD', 'POP', 'GAS', 'SWAP1', 'SUB'])), {
        storage: { 5: 5 },
      });
      const accessList = [{ address: to, storageKeys: [/** @type {`0x${string}`} */ (`0x${word(5)}`)] }];
      for (const [i, from] of scene.people(12).entries())
        scene.invoke(from, to, [], { type: 1 + (i % 2), ...(i % 3 === 1 && { accessList }) });
    },
    shows: ({ logs }) => BigInt(logs[1]) < BigInt(logs[0]),
  },
  {
    name: 'logs keep their order and numbers across failures',
    edge: 'E14',
    build: (scene) => {
      const counter = scene.contract(code.COUNTER);
      const fails = scene.contract(code.REVERTER);
      const chatty = scene.contract(
        assemble(
          Array.from({ length: 12 }, (_, i) => [put(0, i), 32, 0, 'LOG0']),
          call('CALL', counter, { gas: 60_000 }),
          [1, 2, 3, 4, 32, 0, 'LOG4'],
        ),
      );
      for (const [i, from] of scene.people(20).entries())
        scene.invoke(from, [chatty, fails, counter, chatty][i % 4], [], { gas: 250_000 });
    },
    fails: 5,
  },
  {
    name: 'cumulative gas of transactions that end early, late and not',
    edge: 'E15',
    build: (scene) => {
      const writer = scene.contract(code.WRITER);
      const clearer = scene.contract(code.CLEARER, { storage: numbered(40) });
      for (const [i, from] of scene.people(20).entries()) {
        const [to, range] = i % 2 === 0 ? [writer, [i, 4, 9]] : [clearer, [2 * i, 2]];
        scene.invoke(from, to, range, { gas: i % 5 === 3 ? 24_000 : 200_000 });
      }
    },
    fails: 4,
  },
  {
    name: 'what the block says of itself',
    edge: 'E19',
    build: (scene) => {
      const facts = ['NUMBER', 'TIMESTAMP', 'COINBASE', 'GASLIMIT', 'PREVRANDAO', 'ORIGIN', 'GASPRICE'];
      if (scene.since('istanbul')) facts.push('CHAINID', 'SELFBALANCE');
      if (scene.since('london')) facts.push('BASEFEE');
      if (scene.since('cancun')) facts.push('BLOBBASEFEE');
      const to = scene.contract(assemble(code.logWords(...facts), store(0, ['NUMBER', 0, 'SLOAD', 'ADD'])));
      for (const from of scene.people(10)) scene.invoke(from, to);
    },
  },
  {
    name: 'a library behind many contracts',
    forks: since('homestead'),
    build: (scene) => {
      const library = scene.contract(code.COUNTER, { storage: { 0: 100 } });
      const proxy = assemble([0, 0, 0, 0, library, [30_000, 'GAS', 'SUB'], 'DELEGATECALL'], store(9, 'CALLER'));
      const proxies = Array.from({ length: 4 }, () => scene.contract(proxy));
      for (const [i, from] of scene.people(24).entries()) scene.invoke(from, proxies[i % 4]);
    },
  },
];
