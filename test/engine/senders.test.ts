// Blocks whose senders and authorities the slots recover while they execute, or compare with those that are given: everything
// ends as with signers that are found beforehand, in every form of a block and on both paths of execution.
import { type Block, createBlockFromRLP } from '@ethereumjs/block';
import type { TypedTransaction } from '@ethereumjs/tx';
import { createAddressFromString } from '@ethereumjs/util';
import {
  type BlockInput,
  type BlockResult,
  createEngine,
  type Engine,
  type EngineOptions,
  ParallelEvmError,
  type State,
} from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partsOf } from '../../dist/src/engine.js';
import type { Json } from '../block/blocks.ts';
import * as make from '../oracle/hand-made.ts';
import { type Scenario, stateFor } from './scenarios.ts';
import {
  addressOf,
  authorities,
  authorizations,
  COMMON,
  DAMAGES,
  type Damage,
  damaged,
  type Encoded,
  encoded,
  FORK,
  forms,
  json,
  PEOPLE,
  payments,
  withBadSignature,
} from './signed-blocks.ts';

const wasm = (slots: number): EngineOptions => ({ slots });
const typescript = (slots: number): EngineOptions => ({ slots, execution: 'typescript' });
/** With lists by sender, senders are found beforehand. */
const LISTS = 'wasm, lists';
const SETUPS: Record<string, EngineOptions> = {
  [LISTS]: { slots: 2, preset: 'phase2' },
  ...{ 'wasm, 1 slot': wasm(1), 'wasm, 2 slots': wasm(2), 'wasm, 4 slots': wasm(4) },
  ...{ 'typescript, 1 slot': typescript(1), 'typescript, 2 slots': typescript(2) },
};
/** Each twice: senders that are given are believed, or compared. */
const NAMES: [string, boolean][] = Object.keys(SETUPS).flatMap((name) => [
  [name, false],
  [name, true],
]);
const nameOf = (name: string, verifies: boolean): string => `${name}${verifies ? ', compared' : ''}`;
const engines = new Map<string, Engine>();
beforeAll(async () => {
  for (const [name, verifies] of NAMES) {
    const options = { ...SETUPS[name], adaptive: false, memory: { maxBytes: 2 ** 28 } };
    engines.set(nameOf(name, verifies), await createEngine({ ...options, senders: verifies ? 'verify' : 'trust' }));
  }
});
afterAll(() => Promise.all([...engines.values()].map((engine) => engine.close())));

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

/** What becomes of a block: its outcome, or the error that it ends in. */
async function endingOf(run: () => Promise<BlockResult>): Promise<unknown> {
  try {
    return essence(await run());
  } catch (error) {
    if (!(error instanceof ParallelEvmError)) throw error;
    return { ...error, message: error.message };
  }
}

const BAD = 37;

describe.each(NAMES)('signers on %s, senders compared: %s', (name, verifies) => {
  const engine = (): Engine => engines.get(nameOf(name, verifies)) as Engine;
  const run = (block: unknown, { scenario }: Encoded): Promise<BlockResult> =>
    withState(engine(), scenario, (state) => engine().runBlock({ block: block as BlockInput, state, commit: false }));
  const runPrepared = async (block: unknown, { scenario }: Encoded): Promise<BlockResult> => {
    const prepared = await engine().prepare(block as BlockInput);
    try {
      return await withState(engine(), scenario, (state) =>
        engine().runBlock({ block: prepared, state, commit: false }),
      );
    } finally {
      await prepared.dispose();
    }
  };
  const pendingOf = async (block: unknown): Promise<number> =>
    (await partsOf(engine()).stage(block as BlockInput, {})).transactions.pendingSenders;
  /** Both ways end in the same error, and the state is as before. */
  const refusalOf = async (block: unknown, around: Encoded): Promise<ParallelEvmError> =>
    withState(engine(), around.scenario, async (state) => {
      const before = await state.toJSON();
      const prepared = await errorOf(engine().prepare(block as BlockInput));
      const error = await errorOf(engine().runBlock({ block: block as BlockInput, state }));
      expect({ ...error, message: error.message }).toEqual({ ...prepared, message: prepared.message });
      expect(await state.toJSON()).toEqual(before);
      return error;
    });

  test('give in each form what signers give that are found beforehand', async () => {
    const block = encoded([...payments(), ...authorizations()]);
    const known = await runPrepared(block.scenario.block, block);
    expect(known.invalid).toBeUndefined();
    for (const form of Object.values({ ...forms(block), given: json(block, true) }))
      expect(essence(await run(form, block))).toEqual(essence(known));
    const diff = known.stateDiff.toJSON();
    const delegated = authorities.flatMap(({ address }, i) => (diff[address]?.code === undefined ? [] : [i]));
    expect(delegated).toEqual([0, 1]);
  });

  test('are left to the slots, unless they are given and believed, or lists need them', async () => {
    const block = encoded([...payments(), ...authorizations()]);
    const all = name === LISTS ? 0 : block.scenario.block.transactions.length;
    for (const form of Object.values(forms(block))) expect(await pendingOf(form)).toBe(all);
    expect(await pendingOf(json(block, true))).toBe(verifies ? all : 0);
    const object = createBlockFromRLP(block.rlp, { common: COMMON });
    for (const tx of object.transactions) tx.getSenderAddress(); // kept by what is frozen
    expect(await pendingOf(object)).toBe(verifies ? all : 0);
  });

  test('are told as time that slots were busy, for each run anew', async () => {
    const block = encoded(payments());
    expect((await runPrepared(block.rlp, block)).stats.ms.busy.senders).toBe(0);
    for (let i = 0; i < 3; i++) {
      const { execute, busy } = (await run(block.rlp, block)).stats.ms;
      expect(busy.senders > 0).toBe(name !== LISTS);
      expect(busy.receipts).toBeGreaterThan(0);
      expect(busy.senders + busy.receipts).toBeLessThan(engine().capabilities.slots * execute);
    }
  });

  test('are known to every run of the same bytes', async () => {
    const { scenario, rlp } = encoded(payments());
    await withState(engine(), scenario, async (state) => {
      const first = await engine().runBlock({ block: rlp, state });
      const second = await engine().runBlock({ block: rlp, state });
      expect(first.invalid).toBeUndefined();
      expect(second.invalid).toMatchObject({ txIndex: 0 }); // the nonces are used
    });
  });

  test.each(Object.entries(DAMAGES))('are refused as in preparing the block where %s', async (_what, damage) => {
    const block = encoded([...payments(), ...authorizations()]);
    for (const index of [BAD, 2 * PEOPLE]) {
      const error = await refusalOf(damaged(json(block), index, damage), block);
      expect(error.field).toContain(`transactions[${index}]`);
    }
    const given = damaged(json(block, true), BAD, damage);
    expect(await endingOf(() => run(given, block))).toEqual(await endingOf(() => runPrepared(given, block)));
  });

  test('are refused in RLP as in preparing the block where no key has signed', async () => {
    const block = encoded(payments());
    const error = await refusalOf(withBadSignature(block.rlp, BAD), block);
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: `transactions[${BAD}].r` });
  });

  test('are refused before an invalid transaction is a result', async () => {
    const poor = make.person('senders', 'poor');
    const [first, ...others] = payments() as [TypedTransaction, ...TypedTransaction[]];
    const broke = make.signed(FORK, poor, { to: addressOf(0), value: 1n, gas: 21_000 });
    const block = encoded([first, broke, ...others]);
    expect((await run(block.rlp, block)).invalid).toMatchObject({ txIndex: 1 });
    expect((await run(json(block), block)).invalid).toMatchObject({ txIndex: 1 });
    expect((await refusalOf(withBadSignature(block.rlp, 20), block)).field).toContain('transactions[20]');
    const bad = damaged(json(block), 20, DAMAGES['no key has signed'] as Damage);
    expect((await refusalOf(bad, block)).field).toContain('transactions[20]');
  });

  test('of another key than the given sender’s are believed, or refused by name', async () => {
    const block = encoded([...payments(), ...authorizations()]);
    for (const index of [BAD, 2 * PEOPLE + 3]) {
      const wrong = json(block, true);
      const tx = (wrong.transactions as Json[])[index] as Json;
      const [from, other] = [tx.from, addressOf(index + 5)];
      tx.from = other;
      if (!verifies) {
        expect(await endingOf(() => run(wrong, block))).toEqual(await endingOf(() => runPrepared(wrong, block)));
        continue;
      }
      const facts = { field: `transactions[${index}].from`, value: other, sender: from, txIndex: index };
      expect(await refusalOf(wrong, block)).toMatchObject({ code: 'WRONG_SENDER', ...facts });
    }
  });

  test('of an object are those of its keys', async () => {
    const block = encoded(payments());
    const { object } = forms(block) as { object: Block };
    const impersonating = (object.transactions as TypedTransaction[])[BAD] as TypedTransaction;
    const sender = addressOf(BAD);
    const other = createAddressFromString(addressOf(BAD + 1));
    expect((await run(object, block)).invalid).toBeUndefined();
    impersonating.getSenderAddress = () => other;
    if (verifies) expect(await refusalOf(object, block)).toMatchObject({ code: 'WRONG_SENDER', txIndex: BAD, sender });
    else expect(await endingOf(() => run(object, block))).toEqual(await endingOf(() => runPrepared(object, block)));
  });
});

test('"senders" is one of two words', async () => {
  const error = await errorOf(createEngine({ senders: 'guess' as never }));
  expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'senders', value: 'guess' });
});
