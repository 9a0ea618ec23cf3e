// Storage roots that slots with nothing to execute work out, on a witness, while the last transaction still runs: they count where
// nothing comes in between, and the state root is that of @ethereumjs/mpt wherever something does.
import { createEngine, type Engine } from 'parallel-evm';
import { createFaultyEngine, FAULT_KINDS } from 'parallel-evm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as make from '../oracle/hand-made.ts';
import { scenarioOf } from './scenarios.ts';
import { type Verifiable, verifiable } from './verifiable.ts';

type Hex = make.Hex;

const FORK = 'shanghai';
const CONTRACTS = 6;
const HAD = 12;

const at = (kind: number, i: number): Hex => `0x${(kind * 2 ** 20 + i * 7919 + 1).toString(16).padStart(40, 'b')}`;
const word = (value: number): string => value.toString(16).padStart(64, '0');

/** slot[i] = CALLDATALOAD(0) for i from CALLDATALOAD(32) down to 1 */
const FILLING = '6020355b5f35815560019003806003570000';
/** CALLDATALOAD(0) rounds that do nothing, then a call of CALLDATALOAD(32), if that is one, with the rest of the data. */
const SLOW = [
  ...['5f35', '5b', '60019003', '80', '6002', '57'], // 02: again
  ...['60203580', '6013', '57', '00', '5b'], // 13: there is one
  ...['604036', '03', '60405f37', '5f5f', '60403603', '5f5f', '85', '5a', 'f1', '00'],
].join('');

const CALLS: Record<string, { value: number; slots: number }> = {
  'writes what is new': { value: 77, slots: 3 },
  'writes what was there before the block': { value: 7, slots: HAD },
  'takes slots out': { value: 0, slots: 20 },
};

/** Each contract fills 20 slots; the last transaction takes its time, and then calls the first contract, if asked. */
function blockOf(rounds: number, last: { value: number; slots: number } | undefined) {
  const drafts: make.Draft[] = Array.from({ length: CONTRACTS }, (_, i) => ({
    ...{ to: at(1, i), data: `${word(9 + i)}${word(20)}`, gas: 1_000_000 },
  }));
  const rest =
    last === undefined ? word(0) : `${at(1, 0).slice(2).padStart(64, '0')}${word(last.value)}${word(last.slots)}`;
  drafts.push({ to: at(2, 0), data: `${word(rounds)}${rest}`, gas: 20_000_000 });
  const people = drafts.map((_, i) => make.person('early-root', String(i)));
  const accounts: make.HandMadeBlock['accounts'] = { [at(2, 0)]: { nonce: 1, code: SLOW } };
  for (const { address } of people) accounts[address] = { balance: make.ETHER };
  const storage = Object.fromEntries(Array.from({ length: HAD }, (_, i) => [i + 1, 7]));
  for (let i = 0; i < CONTRACTS; i++) accounts[at(1, i)] = { nonce: 1, code: FILLING, storage };
  const list = drafts.map((draft, i) => make.signed(FORK, people[i] as make.Person, { nonce: 0, ...draft }));
  return { list, made: scenarioOf(make.blockFile({ fork: FORK, accounts, transactions: list })) };
}

let two: Engine;
let five: Engine;
beforeAll(async () => {
  [two, five] = (await Promise.all([2, 5].map((slots) => createEngine({ slots, adaptive: false })))) as [
    Engine,
    Engine,
  ];
});
afterAll(() => Promise.all([two.close(), five.close()]));

async function made(last: { value: number; slots: number } | undefined, rounds = 500_000): Promise<Verifiable> {
  const { list, made } = blockOf(rounds, last);
  return verifiable(two, made, list, FORK);
}

/** Early roots that counted in a verification, which gives the right root. */
async function earlyRoots(engine: Engine, { input, root }: Verifiable): Promise<number> {
  const before = engine.metrics().mechanisms.earlyRoots;
  expect((await engine.verifyBlock(input)).stateRoot).toBe(root);
  return engine.metrics().mechanisms.earlyRoots - before;
}

/** Slots that share a core with others may never wait while another executes: so many verifications are enough for once. */
const MOST_RUNS = 200;

/** The same of the first verification in which any counted. */
async function firstEarlyRoots(engine: Engine, block: Verifiable): Promise<number> {
  for (let run = 1; run < MOST_RUNS; run++) {
    const counted = await earlyRoots(engine, block);
    if (counted > 0) return counted;
  }
  return earlyRoots(engine, block);
}

test('count where the last transaction changes nothing of them', async () => {
  const block = await made(undefined);
  for (const engine of [two, five]) {
    const counted = await firstEarlyRoots(engine, block);
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(CONTRACTS);
  }
});

describe('are worked out anew where the last transaction', () => {
  test.each(Object.entries(CALLS))('%s', async (_, last) => {
    const block = await made(last);
    for (const engine of [two, five]) {
      const counted = await firstEarlyRoots(engine, block);
      expect(counted).toBeGreaterThan(0);
      expect(counted).toBeLessThan(CONTRACTS);
    }
  });
});

test('are none on one slot', async () => {
  const block = await made(undefined, 1000);
  const engine = await createEngine({ slots: 1 });
  expect(await earlyRoots(engine, block)).toBe(0);
  await engine.close();
});

test('are worked out on the TypeScript path too', async () => {
  const block = await made(undefined, 20_000);
  const engine = await createEngine({ slots: 2, execution: 'typescript', adaptive: false });
  expect(await firstEarlyRoots(engine, block)).toBeGreaterThan(0);
  await engine.close();
});

describe('a slot that dies at one', () => {
  test.each(FAULT_KINDS)('by %s', async (kind) => {
    const block = await made(undefined);
    const { engine, faults } = await createFaultyEngine({ slots: 2, warmUp: false, adaptive: false });
    faults.plan({ kind, point: 'rooting', time: 2 });
    for (let run = 0; run < MOST_RUNS && faults.slot === undefined; run++) await earlyRoots(engine, block);
    expect(faults.slot).toBeDefined();
    await faults.noticed();
    faults.clear();
    await earlyRoots(engine, block);
    await engine.close();
  });
});
