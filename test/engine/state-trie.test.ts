// States that have their whole trie: histories of blocks that are committed, forgotten, invalid or aborted, against the root
// that @ethereumjs/mpt works out anew from the whole state.
import { createEngine, type Engine, type Hex, type RpcTransaction, type RunBlockInput, type State } from 'parallel-evm';
import { createFaultyEngine, type Point } from 'parallel-evm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../scripts/showcase/random.mjs';
import { type PlainState, witnessOf } from '../oracle/witness.ts';
import {
  addressOf,
  EDITOR,
  EDITORS,
  History,
  hex,
  LOOPER,
  PEOPLE,
  PLACES,
  preState,
  quantity,
  STRANGERS,
  word,
} from './histories.ts';
import { FIXTURE_NAMES, fixture } from './scenarios.ts';

const SEED = process.env.SEED ?? 'tries';
const SLOT_COUNTS = [1, 2];
const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

const referenceRoot = async (state: State): Promise<Hex> =>
  (await witnessOf((await state.toJSON()) as PlainState)).root;

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code: string; field: string }) => `${error.code} ${error.field}`,
  );

let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(SLOT_COUNTS.map((slots) => createEngine({ slots, adaptive: false })));
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

describe.each(Object.entries(PLACES))(`histories of random blocks, %s, SEED=${SEED}`, (fork, place) => {
  const seen = { created: 0, deleted: 0, cleared: 0 };

  test.each([0, 1, 2, 3])('history %i: the root after every block, kept or not', async (number) => {
    const random = new Random(`${SEED}/${fork}/${number}`);
    const before = preState(random);
    const states = await Promise.all(engines.map((engine) => engine.createState(before as never, { trie: true })));
    const history = new History(random, place);
    let root = (await witnessOf(before)).root;
    for (let i = 0; i < 20; i++) {
      const kind = random.pick(['kept', 'kept', 'kept', 'kept later', 'forgotten', 'forgotten and none', 'invalid']);
      const { block, accept } = history.block(kind === 'invalid');
      const modes = { commit: !kind.startsWith('forgotten'), ...(/later|none/.test(kind) && { stateRoot: false }) };
      const results = [];
      for (const [e, engine] of engines.entries())
        results.push(await engine.runBlock({ block, state: states[e] as State, ...modes }));
      const [first] = results as [Awaited<ReturnType<Engine['runBlock']>>];
      expect(first.invalid?.code).toBe(kind === 'invalid' ? 'NONCE_TOO_HIGH' : undefined);
      const isKept = kind.startsWith('kept');
      const changes = Object.entries(first.stateDiff.toJSON());
      if (isKept) {
        accept();
        root = await referenceRoot(states[0] as State);
        history.noteCreated(
          changes.filter(([, { code }]) => code === `0x${EDITOR}`).map(([address]) => address as Hex),
        );
      }
      for (const [, { code, deleted, storage }] of changes) {
        seen.created += Number(code === `0x${EDITOR}`);
        seen.deleted += Number(deleted === true);
        seen.cleared += Object.values(storage ?? {}).filter((value) => BigInt(value) === 0n).length;
      }
      for (const [e, state] of states.entries()) {
        expect(await state.root()).toBe(root);
        const { stateRoot, receiptsRoot } = results[e] as typeof first;
        expect(receiptsRoot).toEqual(first.receiptsRoot);
        if (kind === 'kept') expect(hex(stateRoot as Uint8Array)).toBe(root);
        else if (kind === 'forgotten') expect(stateRoot).toHaveLength(32);
        else expect(stateRoot).toBeUndefined();
      }
    }
    await Promise.all(states.map((state) => state.dispose()));
  });

  test('they had what they are about', () => {
    expect(seen.cleared).toBeGreaterThan(0);
    if (fork !== 'istanbul') return;
    expect(seen.created).toBeGreaterThan(0);
    expect(seen.deleted).toBeGreaterThan(0);
  });
});

describe('the root of a state', () => {
  test.each(FIXTURE_NAMES)('block of fixture %s, committed', async (name) => {
    const { block, preState: before, codes, blockHashes } = await fixture(name);
    for (const engine of engines) {
      const state = await engine.createState(before, { codes, trie: true });
      const { stateRoot } = await engine.runBlock({ block, state, blockHashes });
      const root = await referenceRoot(state);
      expect(hex(stateRoot as Uint8Array)).toBe(root);
      expect(await state.root()).toBe(root);
      await state.dispose();
    }
  });

  test('single transactions have one, too', async () => {
    const [engine] = engines as [Engine];
    const state = await engine.createState({ [PEOPLE[0] as Hex]: { nonce: 0, balance: 10n ** 18n } }, { trie: true });
    const tx = {
      type: '0x0',
      from: PEOPLE[0],
      to: STRANGERS[0],
      value: '0x1',
      input: '0x',
      nonce: '0x0',
      gas: '0x5208',
      gasPrice: '0x0',
    };
    const { stateRoot } = await engine.runTx({ tx: tx as never as RpcTransaction, state });
    expect(hex(stateRoot as Uint8Array)).toBe(await referenceRoot(state));
    const next = { ...tx, nonce: '0x1' } as never as RpcTransaction;
    const before = await state.root();
    expect((await engine.runTx({ tx: next, state, commit: false })).stateRoot).toHaveLength(32);
    expect(await state.root()).toBe(before);
    await state.dispose();
  });

  test('of nothing is that of the empty trie; a call changes nothing', async () => {
    const [engine] = engines as [Engine];
    const state = await engine.createState({}, { trie: true });
    expect(await state.root()).toBe(EMPTY_ROOT);
    await engine.call({ state, to: LOOPER, value: 0n, overrides: { [LOOPER]: { balance: '0x5' } } });
    expect(await state.root()).toBe(EMPTY_ROOT);
    await state.dispose();
  });

  test('is refused where there is no trie, and where the flags are none', async () => {
    const [engine] = engines as [Engine];
    const { block, preState: before, codes, blockHashes } = await fixture('mini');
    const state = await engine.createState(before, { codes });
    const all = await state.toJSON();
    expect(await codeOf(state.root())).toBe('NO_TRIE state');
    expect(await codeOf(engine.runBlock({ block, state, blockHashes, stateRoot: true }))).toBe('NO_TRIE stateRoot');
    expect(await codeOf(engine.runBlock({ block, state, blockHashes, stateRoot: 1 as never }))).toBe(
      'BAD_ARGUMENT stateRoot',
    );
    expect(await codeOf(engine.createState({}, { trie: 'yes' as never }))).toBe('BAD_ARGUMENT trie');
    expect(await state.toJSON()).toEqual(all);
    expect((await engine.runBlock({ block, state, blockHashes })).stateRoot).toBeUndefined();
    await state.dispose();
    expect(await codeOf(state.root())).toBe('CLOSED state');
  });

  test('a traced run gives it, and leaves the prepared block as it was', async () => {
    const { block: source, preState: before, codes, blockHashes } = await fixture('transfers');
    for (const engine of engines) {
      const state = await engine.createState(before, { codes, trie: true });
      const block = await engine.prepare(source);
      const input = { block, state, blockHashes, commit: false };
      const plain = await engine.runBlock(input);
      const traced = await engine.runBlock({ ...input, trace: 'calls' });
      expect(traced.stateRoot).toEqual(plain.stateRoot);
      expect(traced.traces).toHaveLength(plain.receipts.length);
      expect((await engine.runBlock(input)).stateRoot).toEqual(plain.stateRoot);
      await block.dispose();
      await state.dispose();
    }
  });
});

/** A transfer that touches a few accounts, or one that turns in a loop. */
const blockTo = (to: Hex, gas: Hex, change: object = {}): RunBlockInput['block'] =>
  ({
    ...{ gasLimit: '0x1000000000', miner: STRANGERS[0], mixHash: `0x${'00'.repeat(32)}`, ...PLACES.shanghai },
    ...{ parentHash: `0x${'00'.repeat(32)}` },
    transactions: [
      { type: '0x0', from: PEOPLE[0], to, value: '0x1', input: '0x', nonce: '0x0', gas, gasPrice: '0xa', ...change },
    ],
  }) as never;

// EIP-161: an account that is empty when it is touched is deleted, and its storage with it (Yellow Paper, section 4.1: that is
// a part of the account). It has none when somebody pays it later.
describe.each(SLOT_COUNTS)('an account of nothing but storage, with %i slots', (slots) => {
  const [ghost] = STRANGERS as [Hex];
  const [alice] = PEOPLE as [Hex];
  const rich = { nonce: '0x0', balance: '0xffffffffff' } as const;
  const before: PlainState = { [ghost]: { nonce: '0x0', balance: '0x0', storage: { '0x1': '0x5' } }, [alice]: rich };
  const pays = (nonce: number, value: Hex): object => {
    const fields = { type: '0x0', from: alice, to: ghost, input: '0x', gas: '0x5208', gasPrice: '0xa' };
    return { ...fields, nonce: quantity(nonce), value };
  };
  const touch = pays(0, '0x0');
  const pay = pays(1, '0x1');
  const withdrawal = { index: '0x0', validatorIndex: '0x0', address: ghost, amount: '0x0' };

  test.each<[string, object[]]>([
    ['in one block', [{ transactions: [touch, pay] }]],
    ['in two blocks', [{ transactions: [touch] }, { transactions: [pay] }]],
    ['by a withdrawal of nothing', [{ withdrawals: [withdrawal] }, { transactions: [pays(0, '0x1')] }]],
  ])('is touched and paid, %s', async (_, blocks) => {
    const engine = engines[SLOT_COUNTS.indexOf(slots)] as Engine;
    const state = await engine.createState(before as never, { trie: true });
    for (const change of blocks) {
      const block = { ...(blockTo(ghost, '0x5208') as object), miner: PEOPLE[1], transactions: [], ...change } as never;
      expect((await engine.runBlock({ block, state })).invalid).toBeUndefined();
    }
    const after = (await state.toJSON()) as PlainState;
    expect(after[ghost]).toEqual({ nonce: '0x0', balance: '0x1' });
    expect(await state.root()).toBe((await witnessOf(after)).root);
    await state.dispose();
  });
});

describe.each(SLOT_COUNTS)('with %i slots', (slots) => {
  const before = preState(new Random(SEED));

  test('an aborted run leaves the trie as it was', async () => {
    const engine = engines[SLOT_COUNTS.indexOf(slots)] as Engine;
    const state = await engine.createState(before as never, { trie: true });
    const root = await state.root();
    const run = engine.runBlock({ block: blockTo(LOOPER, '0x800000000'), state, signal: AbortSignal.timeout(50) });
    expect(await codeOf(run)).toBe('ABORTED signal');
    expect(await state.root()).toBe(root);
    const { stateRoot } = await engine.runBlock({ block: blockTo(STRANGERS[1] as Hex, '0x5208'), state });
    expect(hex(stateRoot as Uint8Array)).toBe(await referenceRoot(state));
    await state.dispose();
  });

  test('many changes, in one storage and in many accounts', async () => {
    const engine = engines[SLOT_COUNTS.indexOf(slots)] as Engine;
    const state = await engine.createState(before as never, { trie: true });
    const random = new Random(`${SEED}/many`);
    for (let round = 0; round < 4; round++) {
      const edits = (count: number) =>
        `0x${Array.from({ length: count }, () => word(BigInt(random.int(0, 2000))) + word(random.next() % 3n)).join('')}`;
      const sent = { type: '0x0', value: '0x0', gas: '0x4c4b40', gasPrice: '0xa', nonce: quantity(round) };
      const transactions = PEOPLE.slice(0, 8).map((from, i) => ({
        ...{ ...sent, from, to: EDITORS[i < 5 ? 5 : i - 4], input: edits(i < 5 ? 150 : 20) },
      }));
      const withdrawals = Array.from({ length: 300 }, (_, i) => ({
        ...{
          index: quantity(i),
          validatorIndex: '0x0',
          amount: '0x1',
          address: addressOf('3a7e', random.int(0, 5000)),
        },
      }));
      const block = { ...(blockTo(STRANGERS[1] as Hex, '0x5208') as object), transactions, withdrawals } as never;
      const isPutOff = round === 2;
      const { stateRoot, invalid } = await engine.runBlock({ block, state, ...(isPutOff && { stateRoot: false }) });
      expect(invalid).toBeUndefined();
      const root = await referenceRoot(state);
      if (!isPutOff) expect(hex(stateRoot as Uint8Array)).toBe(root);
      expect(await state.root()).toBe(root);
    }
    await state.dispose();
  });

  test.each<Point>(['judging', 'confirmed', 'closing', 'closed'])('a slot that ends at "%s"', async (point) => {
    const { engine, faults } = await createFaultyEngine({ slots, warmUp: false });
    const state = await engine.createState(before as never, { trie: true });
    const root = await state.root();
    const block = blockTo(STRANGERS[1] as Hex, '0x5208');
    const { stateRoot: expected } = await engine.runBlock({ block, state, commit: false });
    faults.plan({ kind: 'exception', point });
    const outcome = await engine.runBlock({ block, state }).catch((error: { code: string }) => error.code);
    expect(faults.slot).toBeDefined();
    if (typeof outcome === 'string') {
      expect(outcome).toBe('SLOT_DIED');
      expect(await state.root()).toBe(root);
      expect((await engine.runBlock({ block, state })).stateRoot).toEqual(expected);
    } else expect(outcome.stateRoot).toEqual(expected);
    expect(await state.root()).toBe(hex(expected as Uint8Array));
    expect(await referenceRoot(state)).toBe(hex(expected as Uint8Array));
    expect(await faults.heap()).toMatchObject({ lost: 0 });
    await engine.close();
  });
});

test('a trie that the memory has no room for is refused, and leaves nothing behind', async () => {
  const { engine, faults } = await createFaultyEngine({
    slots: 1,
    warmUp: false,
    memory: { maxBytes: 2 ** 26 + 2 ** 17 },
  });
  const many = Object.fromEntries(
    Array.from({ length: 150_000 }, (_, i) => [addressOf('57a6', i), { nonce: 0, balance: 1 }]),
  );
  const { held } = await faults.heap();
  await (await engine.createState(many)).dispose(); // without a trie there is room
  expect(await codeOf(engine.createState(many, { trie: true }))).toBe('STATE_TOO_LARGE memory.maxBytes');
  expect(await faults.heap()).toMatchObject({ held, lost: 0 });
  const state = await engine.createState({}, { trie: true });
  expect(await state.root()).toBe(EMPTY_ROOT);
  await engine.close();
});

test('blocks that are forgotten, and slots that come and go, take no more memory', async () => {
  const { engine, faults } = await createFaultyEngine({ slots: 1, warmUp: false });
  const state = await engine.createState(preState(new Random(SEED)) as never, { trie: true });
  const [editor] = EDITORS as [Hex];
  const edit = (nonce: number, value: bigint): RunBlockInput['block'] => {
    const input = `0x${Array.from({ length: 60 }, (_, i) => word(BigInt(i)) + word(value)).join('')}`;
    return blockTo(editor, '0x1e8480', { nonce: quantity(nonce), value: '0x0', input });
  };
  const held = async () => (await faults.heap()).held;
  const roots = new Set<string>();
  const usage: number[] = [];
  for (let i = 0; i < 60; i++) {
    const block = edit(i, BigInt(i % 2));
    for (let tries = 0; tries < 5; tries++) await engine.runBlock({ block, state, commit: false });
    const { stateRoot } = await engine.runBlock({ block, state });
    roots.add(hex(stateRoot as Uint8Array));
    usage.push(await held());
  }
  expect(roots.size).toBe(60);
  expect(hex((await engine.runBlock({ block: edit(60, 3n), state })).stateRoot as Uint8Array)).toBe(
    await referenceRoot(state),
  );
  expect(usage.slice(2)).toEqual(usage.slice(2).map(() => usage[2]));
  await state.dispose();
  await engine.close();
});
