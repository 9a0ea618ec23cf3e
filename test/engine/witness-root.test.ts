// The state root on a witness, worked out in parts by all slots: that of @ethereumjs/mpt at any number of slots, wherever a slot
// dies on the way, and the same refusal where a node lacks.
import type { TypedTransaction } from '@ethereumjs/tx';
import { createEngine, type Engine } from 'parallel-evm';
import { createFaultyEngine, FAULT_KINDS } from 'parallel-evm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as make from '../oracle/hand-made.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';
import { type Verifiable, verifiable } from './verifiable.ts';

type Hex = make.Hex;
type Input = Verifiable['input'];

/** SELFDESTRUCT takes accounts away there. */
const FORK = 'shanghai';
const SLOT_COUNTS = [1, 2, 3, 5];

const at = (kind: number, i: number): Hex => `0x${(kind * 2 ** 20 + i * 7919 + 1).toString(16).padStart(40, 'a')}`;
const word = (value: number): string => value.toString(16).padStart(64, '0');

/** slot[i] = CALLDATALOAD(0) for i from CALLDATALOAD(32) down to 1 */
const FILLING = '6020355b5f35815560019003806003570000';
/** The caller gets what it has: SELFDESTRUCT(CALLER). */
const ENDING = '33ff';

/** Contracts and the slots that they have; the first has more than the others together. */
const CONTRACTS = 14;
const HAD = 60;
const HAD_BY_FIRST = 300;
const ENDS = 5;
const BYSTANDERS = 300;
const PAYMENTS = 60;

const senders = Array.from({ length: CONTRACTS + ENDS + PAYMENTS }, (_, i) => make.person('witness-root', String(i)));

const storage = (count: number): Record<number, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [i + 1, 7]));

/** Slots that a call sets, and to what: they change, most of them go, or there are more. */
const CALLS = [
  { slots: 40, value: 9 },
  { slots: 50, value: 0 },
  { slots: 90, value: 8 },
];

function transactions(): TypedTransaction[] {
  const calls = Array.from({ length: CONTRACTS }, (_, i) => {
    const { slots, value } = i === 0 ? { slots: 250, value: 9 } : (CALLS[i % CALLS.length] as (typeof CALLS)[0]);
    return { to: at(1, i), data: `${word(value)}${word(slots)}`, gas: 3_000_000 };
  });
  const ends = Array.from({ length: ENDS }, (_, i) => ({ to: at(2, i), gas: 100_000 }));
  const payments = Array.from({ length: PAYMENTS }, (_, i) => ({
    ...{ to: i % 2 === 0 ? at(3, i) : at(4, i), value: 5n, gas: 21_000 },
  }));
  const drafts: make.Draft[] = [...calls, ...ends, ...payments];
  return drafts.map((draft, i) => make.signed(FORK, senders[i] as make.Person, { nonce: 0, ...draft }));
}

function scenario(list: TypedTransaction[]): Scenario {
  const accounts: make.HandMadeBlock['accounts'] = {};
  for (const { address } of senders) accounts[address] = { balance: make.ETHER };
  for (let i = 0; i < CONTRACTS; i++)
    accounts[at(1, i)] = { nonce: 1, code: FILLING, storage: storage(i === 0 ? HAD_BY_FIRST : HAD) };
  for (let i = 0; i < ENDS; i++) accounts[at(2, i)] = { nonce: 1, balance: 3n, code: ENDING, storage: storage(4) };
  for (let i = 0; i < BYSTANDERS; i++) accounts[at(3, i)] = { nonce: 1, balance: 2n };
  return scenarioOf(make.blockFile({ fork: FORK, accounts, transactions: list }));
}

let engines: Engine[];
let input: Input;
let root: Hex;

beforeAll(async () => {
  engines = await Promise.all(SLOT_COUNTS.map((slots) => createEngine({ slots, adaptive: false })));
  const list = transactions();
  ({ input, root } = await verifiable(engines[0] as Engine, scenario(list), list, FORK));
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** What a verification comes to: a root, or what is missing. */
async function outcome(engine: Engine, asked: Input): Promise<unknown> {
  try {
    const { stateRoot, invalid } = await engine.verifyBlock(asked);
    return { stateRoot, invalid };
  } catch (error) {
    const { code, field, value } = error as never;
    return { code, field, value };
  }
}

const right = (): unknown => ({ stateRoot: root, invalid: undefined });

test('is that of the reference at one slot, two, three and five', async () => {
  for (let i = 0; i < 3; i++) for (const engine of engines) expect(await outcome(engine, input)).toEqual(right());
});

test('is that of the reference on the TypeScript path', async () => {
  const engine = await createEngine({ slots: 2, execution: 'typescript', adaptive: false });
  expect(await outcome(engine, input)).toEqual(right());
  await engine.close();
});

test('is refused in the same way where a node differs', async () => {
  const codes = new Set<unknown>();
  const { nodes } = input.witness;
  for (let i = 0; i < nodes.length; i += 13) {
    const node = nodes[i] as Hex;
    const other = `${node.slice(0, -1)}${node.endsWith('0') ? '1' : '0'}` as Hex;
    const changed = {
      ...input,
      witness: { ...input.witness, nodes: nodes.map((each, k) => (k === i ? other : each)) },
    };
    const [first, second] = [
      await outcome(engines[0] as Engine, changed),
      await outcome(engines[1] as Engine, changed),
    ];
    expect(second).toEqual(first);
    codes.add((first as { code?: string }).code);
  }
  expect(codes).toEqual(new Set([undefined, 'MISSING_NODE']));
});

describe('by slots of which one dies', () => {
  /** A part for each contract that is called, one for each nibble. */
  const PARTS = CONTRACTS + 16;

  test('in all parts', async () => {
    const { engine, faults } = await createFaultyEngine({ slots: 2, warmUp: false, adaptive: false });
    faults.plan({ kind: 'exception', point: 'hashing', time: 10_000 });
    expect(await outcome(engine, input)).toEqual(right());
    expect(faults.reached).toBe(PARTS);
    await engine.close();
  });

  test.each(FAULT_KINDS)('by %s', async (kind) => {
    const { engine, faults } = await createFaultyEngine({ slots: 3, warmUp: false, adaptive: false });
    for (const time of [1, 2, CONTRACTS, CONTRACTS + 1, PARTS]) {
      faults.plan({ kind, point: 'hashing', time });
      const came = await outcome(engine, input);
      // Who has the token dies with it, the others do not matter.
      if ((came as { code?: string }).code === undefined) expect(came).toEqual(right());
      else expect(came).toMatchObject({ code: 'SLOT_DIED' });
      expect(faults.slot).toBeDefined();
      await faults.noticed();
      faults.clear();
      expect(await outcome(engine, input)).toEqual(right());
      expect(await faults.heap()).toMatchObject({ lost: 0 });
    }
    await engine.close();
  });
});
