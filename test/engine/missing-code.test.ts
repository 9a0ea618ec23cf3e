// Codes of which a state knows only the hash, where not their instructions matter but what kind of code they are: a
// sender may have a delegation and nothing else (EIP-3607), an authority a delegation or nothing (EIP-7702). What is not
// known is no answer, on either path: the run ends with MISSING_CODE.

import { createEngine, type Engine, type EngineOptions, ParallelEvmError } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { push, STOP } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { type PlainState, witnessOf } from '../oracle/witness.ts';
import { runAlone, scenarioOf, stateFor } from './scenarios.ts';

const OPTIONS: EngineOptions[] = [
  { slots: 1 },
  { slots: 2, adaptive: false },
  { slots: 1, execution: 'typescript' },
  { slots: 2, adaptive: false, execution: 'typescript' },
];
const [alice, bob, owner] = ['alice', 'bob', 'owner'].map((name) => make.person('missing code', name)) as [
  make.Person,
  make.Person,
  make.Person,
];
const OTHER: make.Hex = '0x0dd0000000000000000000000000000000000001';
const TARGET: make.Hex = '0x7a26e70000000000000000000000000000000002';
const CODE = `${push(1)}${STOP}`;
const DELEGATION = `ef0100${TARGET.slice(2)}`;

/** A transaction that has nothing to do with the code, and behind it one that does. */
function fileOf(code: string, second: ReturnType<typeof make.signed>): make.BlockJson {
  const accounts = {
    [alice.address]: { balance: make.ETHER },
    [bob.address]: { balance: make.ETHER },
    [owner.address]: { balance: make.ETHER, code },
  };
  const transactions = [make.signed('prague', alice, { to: OTHER, value: 1n }), second];
  return make.blockFile({ fork: 'prague', accounts, transactions });
}
const sending = make.signed('prague', owner, { to: OTHER, value: 1n });
const authorizing = make.delegating(bob, OTHER, owner, TARGET, 0);

let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(OPTIONS.map((options) => createEngine({ ...options, memory: { maxBytes: 2 ** 28 } })));
});
afterAll(() => Promise.all((engines ?? []).map((engine) => engine.close())));

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe.each([
  ['a sender with code', CODE, sending],
  ['a sender with a delegation', DELEGATION, sending],
  ['an authority with code', CODE, authorizing],
  ['an authority with a delegation', DELEGATION, authorizing],
])('%s', (_, code, transaction) => {
  const file = fileOf(code, transaction);
  const hash = (file.preState[owner.address] as { codeHash: make.Hex }).codeHash;
  const { [hash]: _bytes, ...codes } = file.codes;
  const missing = { code: 'MISSING_CODE', field: 'codes', value: hash, txIndex: 1 };

  test.each(OPTIONS.map((options, i) => [options, i] as const))('is not judged by its hash: %o', async (_, i) => {
    const engine = engines[i] as Engine;
    const { block, ...scenario } = scenarioOf(file);
    const state = await stateFor(engine, { ...scenario, block, codes });
    const before = await state.toJSON();
    const error = await errorOf(engine.runBlock({ block, state }));
    expect(error).toBeInstanceOf(ParallelEvmError);
    expect(error).toMatchObject(missing);
    expect(await state.toJSON()).toEqual(before);
    await state.dispose();
  });

  test.each(OPTIONS.map((options, i) => [options, i] as const))('nor on a witness: %o', async (_, i) => {
    const { block } = scenarioOf(file);
    const { root, nodes } = await witnessOf(file.preState as PlainState);
    const witness = { nodes, codes: Object.values(codes), parentStateRoot: root };
    expect(await errorOf((engines[i] as Engine).verifyBlock({ block, witness }))).toMatchObject(missing);
  });
});

test('where the code is known, it says who may send and who may be delegated', async () => {
  const delegated = { code: `0x${DELEGATION}` };
  for (const engine of engines) {
    const ending = async (code: string, second: typeof sending): Promise<unknown> => {
      const { result, after } = await runAlone(engine, scenarioOf(fileOf(code, second)), true);
      const { code: left, nonce } = after[owner.address] as { code?: string; nonce: string };
      return { invalid: result.invalid?.code, code: left, nonce };
    };
    expect(await ending(CODE, sending)).toMatchObject({ invalid: 'SENDER_NOT_EOA' });
    expect(await ending(DELEGATION, sending)).toEqual({ invalid: undefined, ...delegated, nonce: '0x1' });
    expect(await ending(CODE, authorizing)).toEqual({ invalid: undefined, code: `0x${CODE}`, nonce: '0x0' });
    expect(await ending(DELEGATION, authorizing)).toEqual({ invalid: undefined, ...delegated, nonce: '0x1' });
  }
});
