/** What the protocol itself adds to a block: requests, deposits, withdrawals, blobs, beacon roots and old block hashes. */
import { hexToBytes } from '@ethereumjs/util';
import { word } from '../../showcase/abi.mjs';
import { assemble, call } from '../../showcase/assembler.mjs';
import { hashOf } from '../../showcase/random.mjs';
import {
  BEACON_ROOTS,
  CONSOLIDATION_REQUESTS,
  HISTORY,
  WITHDRAWAL_REQUESTS,
} from '../../showcase/system-contracts.mjs';
import { versionedHash } from '../../showcase/transactions.mjs';
import * as code from '../code.mjs';
import { placeOf, since } from '../forks.mjs';

/** @typedef {import('../scenarios.mjs').Scenario} Scenario */
/** @typedef {import('../scene.mjs').Scene} Scene */
/** @typedef {import('../scene.mjs').Hex} Hex */

/** EIP-6110 */
export const DEPOSIT_CONTRACT = /** @type {Hex} */ ('0x00000000219ab540356cbb839cbe05303d7705fa');
const DEPOSIT_EVENT = '0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5';
/** Logs its call data as a deposit. */
const DEPOSIT_CODE = assemble(code.COPY_INPUT, DEPOSIT_EVENT, 'CALLDATASIZE', 0, 'LOG1');

const key = (/** @type {number} */ byte) => byte.toString(16).padStart(2, '0').repeat(48);
const padded = (/** @type {string} */ hex) => hex.padEnd(Math.ceil(hex.length / 64) * 64, '0');

/** @param {number} i @returns {string} the event data that EIP-6110 lays down: five byte strings at fixed places */
function depositData(i) {
  const fields = [key(i + 1), word(i), (32 + i).toString(16).padStart(16, '0'), 'ab'.repeat(96), word(i).slice(48)];
  const offsets = [160, 256, 320, 384, 512].map(word).join('');
  return offsets + fields.map((field) => word(field.length / 2) + padded(field)).join('');
}

/** @param {Scene} scene @param {number} i @returns {Hex} */
const blobHash = (scene, i) => versionedHash(hexToBytes(hashOf(`${scene.seed}/blob/${i}`)));

/** @type {Scenario[]} */
export const protocol = [
  {
    name: 'withdrawal and consolidation requests of many senders',
    forks: since('prague'),
    build: (scene) => {
      for (const [i, from] of scene.people(20).entries()) {
        const [to, data] =
          i % 3 === 0
            ? [CONSOLIDATION_REQUESTS, key(i + 1) + key(i + 101)]
            : [WITHDRAWAL_REQUESTS, key(i + 1) + word(i).slice(48)];
        const value = i % 5 === 4 ? 0n : 100n; // without its fee a request is refused
        scene.send({ from, to: /** @type {Hex} */ (to), data: /** @type {Hex} */ (`0x${data}`), value, gas: 300_000 });
      }
    },
    fails: 'some',
  },
  {
    name: 'requests queue over blocks, and their fee rises',
    forks: since('prague'),
    build: (scene) => {
      const people = scene.people(10);
      for (let height = 0; height < 3; height++) {
        for (const [i, from] of people.entries()) {
          const data = /** @type {Hex} */ (`0x${key(10 * height + i + 1)}${word(i).slice(48)}`);
          const [to, value] = [/** @type {Hex} */ (WITHDRAWAL_REQUESTS), BigInt(i)];
          for (let k = 0; k < 2; k++) scene.send({ from, to, data, value, gas: 300_000 });
        }
        if (height < 2) scene.nextBlock();
      }
    },
    fails: 'some',
  },
  {
    name: 'deposits, among other logs and in failed calls',
    forks: since('prague'),
    build: (scene) => {
      scene.put(DEPOSIT_CONTRACT, { nonce: 1n, code: DEPOSIT_CODE });
      const counter = scene.contract(code.COUNTER);
      const caller = scene.contract(code.CALLER);
      const undone = scene.contract(
        assemble(code.COPY_INPUT, call('CALL', DEPOSIT_CONTRACT, { input: [0, 'CALLDATASIZE'] }), 0, 0, 'REVERT'),
      );
      for (const [i, from] of scene.people(16).entries()) {
        const data = /** @type {Hex} */ (`0x${depositData(i)}`);
        const through = /** @type {Hex} */ (`0x${word(DEPOSIT_CONTRACT)}${word(0)}${depositData(i)}`);
        if (i % 4 === 0) scene.send({ from, to: DEPOSIT_CONTRACT, data });
        else if (i % 4 === 1) scene.send({ from, to: caller, data: through });
        else if (i % 4 === 2) scene.send({ from, to: undone, data });
        else scene.invoke(from, counter);
      }
    },
    fails: 4,
  },
  {
    name: 'a deposit that is not laid out as one makes the block invalid',
    forks: since('prague'),
    build: (scene) => {
      scene.put(DEPOSIT_CONTRACT, { nonce: 1n, code: DEPOSIT_CODE });
      const people = scene.people(6);
      for (const from of people) scene.pay(from, scene.stranger());
      scene.send({ from: people[0], to: DEPOSIT_CONTRACT, data: '0x1234' });
      scene.spoilBlock('DEPOSIT_MALFORMED');
      for (const from of people) scene.pay(from, scene.stranger());
    },
  },
  {
    name: 'a system contract that fails makes the block invalid',
    forks: since('prague'),
    build: (scene) => {
      scene.put(WITHDRAWAL_REQUESTS, { nonce: 1n, code: assemble(0, 0, 'REVERT') });
      for (const from of scene.people(6)) scene.pay(from, scene.stranger());
      scene.spoilBlock('SYSTEM_CALL_FAILED');
    },
  },
  {
    name: 'beacon roots and old block hashes are read where they are written',
    forks: since('cancun'),
    build: (scene) => {
      const caller = scene.contract(code.CALLER);
      const { timestamp } = placeOf(scene.fork);
      const history = scene.since('prague') ? HISTORY : BEACON_ROOTS;
      for (const [i, from] of scene.people(12).entries())
        if (i % 2 === 0) scene.invoke(from, caller, [BEACON_ROOTS, 0, timestamp - (i % 3)]);
        else scene.invoke(from, caller, [history, 0, scene.number - 1 - (i % 3)]);
    },
  },
  {
    name: 'withdrawals to accounts that the block touched, made and destroyed',
    forks: since('shanghai'),
    build: (scene) => {
      const people = scene.people(6);
      const [fresh, untouched] = [scene.stranger(), scene.stranger()];
      const mortal = scene.contract(code.MORTAL, { balance: 5n, storage: { 0: 1 } });
      scene.pay(people[0], fresh);
      scene.invoke(people[1], mortal, [people[2].address]);
      scene.pay(people[3], people[4].address);
      for (const address of [fresh, untouched, mortal, people[3].address, fresh, people[5].address])
        scene.withdraw(address, 3);
      scene.withdraw(scene.stranger(), 0);
      scene.nextBlock();
      scene.pay(people[0], untouched, 0n);
      scene.pay(people[5], mortal, 1n, { gas: 60_000 });
      scene.withdraw(mortal, 1);
    },
  },
  {
    name: 'a withdrawal of nothing sweeps an empty account away',
    edge: 'E9',
    forks: since('shanghai'),
    build: (scene) => {
      const empty = scene.stranger();
      scene.put(empty, {});
      scene.pay(scene.person(), scene.stranger());
      scene.withdraw(empty, 0);
    },
  },
  {
    name: 'blobs up to the limit, their fees and hashes',
    forks: since('cancun'),
    build: (scene) => {
      const look = scene.contract(assemble(code.logWords([0, 'BLOBHASH'], [1, 'BLOBHASH'], 'BLOBBASEFEE')));
      for (const [i, from] of scene.people(12).entries()) {
        const blobs = Array.from({ length: 1 + (i % 2) }, (_, k) => blobHash(scene, 2 * i + k));
        if (i % 3 === 0) scene.send({ from, to: look, type: 3, blobs });
        else scene.invoke(from, look);
      }
    },
  },
  {
    name: 'one blob too many',
    forks: since('cancun'),
    build: (scene) => {
      const most = scene.since('prague') ? 9 : 6;
      const people = scene.people(most + 1);
      people.forEach((from, i) => {
        const part = { from, to: scene.stranger(), type: 3, gas: 21_000, blobs: [blobHash(scene, i)] };
        if (i < most) scene.send(part);
        else scene.spoil('BLOCK_BLOB_GAS', part);
        scene.pay(from, scene.stranger());
      });
    },
  },
  {
    name: 'blob fees that a balance covers only once',
    forks: since('cancun'),
    build: (scene) => {
      const other = scene.person();
      const poor = scene.person(2n * 131_072n * 10n ** 11n); // what one blob may cost at most, twice
      const blob = (/** @type {number} */ i) => ({
        to: scene.stranger(),
        type: 3,
        gas: 21_000,
        blobs: [blobHash(scene, i)],
      });
      scene.send({ from: poor, ...blob(0) });
      scene.pay(other, scene.stranger());
      scene.pay(poor, scene.stranger(), 131_072n * 10n ** 11n);
      scene.spoil('INSUFFICIENT_FUNDS', { from: poor, ...blob(1) });
      scene.pay(other, poor.address);
    },
  },
];
