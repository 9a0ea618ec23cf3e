// Blocks in RLP, whose senders the slots recover while they execute: everything ends as with senders recovered beforehand.
import { createBlock } from '@ethereumjs/block';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import type { TypedTransaction } from '@ethereumjs/tx';
import { type BlockResult, type Engine, ParallelEvmError, type State } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as make from '../oracle/hand-made.ts';
import { Engines, type Scenario, scenarioOf, stateFor } from './scenarios.ts';

const SLOTS = [1, 2, 4];
const PEOPLE = 40;
const FORK = 'cancun';

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOTS);
});
afterAll(() => engines.close());

const people = Array.from({ length: PEOPLE }, (_, i) => make.person('senders', String(i)));
const addressOf = (i: number): make.Hex => (people[i % PEOPLE] as make.Person).address;

/** Everybody sends to the next one, twice. */
const payments = (): TypedTransaction[] =>
  Array.from({ length: 2 * PEOPLE }, (_, i) =>
    make.signed(FORK, people[i % PEOPLE] as make.Person, {
      to: addressOf(i + 1),
      nonce: Math.floor(i / PEOPLE),
      value: BigInt(1000 + i),
      gas: 21_000,
    }),
  );

interface Encoded {
  scenario: Scenario;
  rlp: Uint8Array;
}

function encoded(transactions: TypedTransaction[]): Encoded {
  const accounts = Object.fromEntries(people.map(({ address }) => [address, { balance: make.ETHER }]));
  const scenario = scenarioOf(make.blockFile({ fork: FORK, accounts, transactions }));
  const common = createCustomCommon({}, Mainnet, { hardfork: FORK });
  const { miner, sha3Uncles, ...header } = scenario.header as unknown as Record<string, make.Hex>;
  const data = { header: { ...header, coinbase: miner, uncleHash: sha3Uncles }, transactions, withdrawals: [] };
  return { scenario, rlp: createBlock(data as never, { common }).serialize() };
}

/** The block with r of a transaction's signature changed to one that is no abscissa of the curve. */
function withBadSignature(rlp: Uint8Array, index: number): Uint8Array {
  const block = RLP.decode(rlp) as unknown as [unknown, Uint8Array[]];
  const typed = block[1][index] as Uint8Array;
  const fields = RLP.decode(typed.subarray(1)) as Uint8Array[];
  fields[fields.length - 2] = Uint8Array.of(5); // 5³ + 7 has no root
  const body = RLP.encode(fields);
  block[1][index] = Uint8Array.of(typed[0] as number, ...body);
  return RLP.encode(block as never);
}

async function errorOf(promise: Promise<unknown>): Promise<ParallelEvmError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ParallelEvmError) return error;
  throw new Error('no typed error', { cause: error });
}

const essence = ({ gasUsed, receiptsRoot, logsBloom, stateDiff, invalid }: BlockResult): unknown => [
  invalid,
  gasUsed,
  receiptsRoot,
  logsBloom,
  stateDiff.toJSON(),
];

async function withState<T>(engine: Engine, scenario: Scenario, task: (state: State) => Promise<T>): Promise<T> {
  const state = await stateFor(engine, scenario);
  try {
    return await task(state);
  } finally {
    await state.dispose();
  }
}

describe.each(SLOTS)('senders that %i slots recover', (slots) => {
  const run = (block: Scenario['block'] | Uint8Array, scenario: Scenario): Promise<BlockResult> =>
    withState(engines.at(slots), scenario, (state) => engines.at(slots).runBlock({ block, state, commit: false }));

  test('give what known senders give', async () => {
    const { scenario, rlp } = encoded(payments());
    const known = await run(scenario.block, scenario);
    expect(known.invalid).toBeUndefined();
    expect(essence(await run(rlp, scenario))).toEqual(essence(known));
  });

  test('are known to every run of the same bytes', async () => {
    const { scenario, rlp } = encoded(payments());
    await withState(engines.at(slots), scenario, async (state) => {
      const engine = engines.at(slots);
      const first = await engine.runBlock({ block: rlp, state });
      const second = await engine.runBlock({ block: rlp, state });
      expect(first.invalid).toBeUndefined();
      expect(second.invalid).toMatchObject({ txIndex: 0 }); // the nonces are used
    });
  });

  test('are refused where no key has made a signature, as in preparing the block', async () => {
    const { scenario, rlp } = encoded(payments());
    const bad = withBadSignature(rlp, 37);
    await withState(engines.at(slots), scenario, async (state) => {
      const engine = engines.at(slots);
      const before = state.toJSON();
      const prepared = await errorOf(engine.prepare(bad));
      const error = await errorOf(engine.runBlock({ block: bad, state }));
      expect(prepared.field).toContain('transactions[37]');
      expect({ ...error, message: error.message }).toEqual({ ...prepared, message: prepared.message });
      expect(state.toJSON()).toEqual(before);
    });
  });

  test('are refused before an invalid transaction is a result', async () => {
    const poor = make.person('senders', 'poor');
    const [first, ...others] = payments() as [TypedTransaction, ...TypedTransaction[]];
    const broke = make.signed(FORK, poor, { to: addressOf(0), value: 1n, gas: 21_000 });
    const { scenario, rlp } = encoded([first, broke, ...others]);
    const result = await run(rlp, scenario);
    expect(result.invalid).toMatchObject({ txIndex: 1 });
    expect((await errorOf(run(withBadSignature(rlp, 20), scenario))).field).toContain('transactions[20]');
  });
});
