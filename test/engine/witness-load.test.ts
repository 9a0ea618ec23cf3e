// Loading a witness on all slots: the verdict is the same at any number of them, wherever one dies on the way, and wherever a
// node or code is wrong.
import { hexToBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { createEngine, type Engine, readBlockFile, type VerifyBlockInput } from 'parallel-evm';
import { createFaultyEngine, FAULT_KINDS, type Faults } from 'parallel-evm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlainState, witnessOf } from '../oracle/witness.ts';
import { codeOf } from './endless.ts';

type Hex = `0x${string}`;
type Witness = { nodes: Hex[]; codes: Hex[]; parentStateRoot: Hex };
type Input = Omit<VerifyBlockInput, 'witness'> & { witness: Witness };

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;
const addressOf = (i: number): Hex => hexOf(keccak_256(new TextEncoder().encode(`bystander ${i}`)).slice(12));

/** Accounts that make the witness one of many parts, some with codes of their own. */
const BYSTANDERS = 1500;
/** Longer than a part, so that it is one by itself. */
const LONG_CODE: Hex = `0x${'5b'.repeat(60_000)}`;

let input: Input;
let root: Hex;

beforeAll(async () => {
  const file = await readBlockFile('test/fixtures/mini.json.gz');
  const codes = [
    LONG_CODE,
    ...Array.from({ length: 40 }, (_, i): Hex => `0x60${(i + 1).toString(16).padStart(4, '0')}50`),
  ];
  const preState = { ...(file.preState as Record<Hex, object>) };
  for (let i = 0; i < BYSTANDERS; i++) preState[addressOf(i)] = { nonce: 1, balance: `0x${(i + 1).toString(16)}` };
  for (const [i, code] of codes.entries()) preState[addressOf(i)] = { nonce: 1, balance: '0x1', code };
  const engine = await createEngine({ slots: 1 });
  const state = await engine.createState(preState as never, { codes: file.codes });
  const before = await witnessOf((await state.toJSON()) as PlainState);
  await engine.runBlock({ block: file.block, state, blockHashes: file.blockHashes });
  root = (await witnessOf((await state.toJSON()) as PlainState)).root;
  await engine.close();
  const witness = {
    nodes: before.nodes,
    codes: [...Object.values(file.codes as Record<Hex, Hex>), ...codes],
    parentStateRoot: before.root,
  };
  input = { block: { ...file.block, stateRoot: root } as never, witness, blockHashes: file.blockHashes };
});

async function expectVerified(engine: Engine): Promise<void> {
  const { ok, stateRoot, mismatches } = await engine.verifyBlock(input);
  expect({ ok, stateRoot, mismatches }).toEqual({ ok: true, stateRoot: root, mismatches: [] });
}

test.each([1, 2, 3, 5])('the verdict is the same at %i slots', async (slots) => {
  const engine = await createEngine({ slots });
  for (let i = 0; i < 3; i++) await expectVerified(engine);
  await engine.close();
});

test('on the TypeScript path slots load it as well', async () => {
  const engine = await createEngine({ slots: 2, execution: 'typescript' });
  await expectVerified(engine);
  await engine.close();
});

test('nodes and codes may come more than once, and codes be empty', async () => {
  const { nodes, codes, parentStateRoot } = input.witness;
  const twice = { nodes: [...nodes, ...nodes], codes: [...codes, '0x', ...codes, '0x'] as Hex[], parentStateRoot };
  for (const slots of [1, 3]) {
    const engine = await createEngine({ slots });
    const { ok, stateRoot, mismatches } = await engine.verifyBlock({ ...input, witness: twice });
    expect({ ok, stateRoot, mismatches }).toEqual({ ok: true, stateRoot: root, mismatches: [] });
    await engine.close();
  }
});

test('nodes and codes may be bytes, texts and texts in capitals side by side', async () => {
  const forms = [(text: Hex) => text, hexToBytes, (text: Hex): Hex => `0x${text.slice(2).toUpperCase()}`];
  const mixed = (list: Hex[]) =>
    list.map((text, i) => (forms[Math.floor(i / 5) % forms.length] as (text: Hex) => unknown)(text));
  const { nodes, codes, parentStateRoot } = input.witness;
  for (const slots of [1, 2]) {
    const engine = await createEngine({ slots });
    const witness = { nodes: mixed(nodes), codes: mixed(codes), parentStateRoot } as never;
    const { ok, stateRoot } = await engine.verifyBlock({ ...input, witness });
    expect({ ok, stateRoot }).toEqual({ ok: true, stateRoot: root });
    await engine.close();
  }
});

test('what is no node and no code is refused by name, and the next witness is loaded', async () => {
  const engine = await createEngine({ slots: 2 });
  const { witness } = input;
  const wrong = (name: 'nodes' | 'codes', at: number, value: unknown) => {
    const list: unknown[] = [...witness[name]];
    list[at] = value;
    return engine
      .verifyBlock({ ...input, witness: { ...witness, [name]: list } as never })
      .catch((error: unknown) => error);
  };
  for (const name of ['nodes', 'codes'] as const)
    for (const at of [0, witness[name].length - 1])
      for (const value of ['0x0g', '0x123', '0x\u0130\u0131', 7])
        expect(await wrong(name, at, value)).toMatchObject({
          code: 'BAD_ARGUMENT',
          field: expect.stringContaining(`[${at}]`),
          value,
        });
  await expectVerified(engine);
  await engine.close();
});

test('a node that was changed in any part is missing under its hash', async () => {
  const engine = await createEngine({ slots: 3 });
  const { witness } = input;
  let missing = 0;
  for (let at = 0; at < witness.nodes.length; at += 23) {
    const node = witness.nodes[at] as Hex;
    const last = node.at(-1) === '0' ? '1' : '0';
    const changed: Hex = `0x${node.slice(2, -1)}${last}`;
    const nodes = witness.nodes.map((each, i) => (i === at ? changed : each));
    const result = await engine
      .verifyBlock({ ...input, witness: { ...witness, nodes } })
      .catch((error: { code: string }) => error);
    if ('code' in result) {
      expect(result.code).toBe('MISSING_NODE');
      missing++;
    } else expect(result).toMatchObject({ ok: true, stateRoot: root }); // nobody asked for it
  }
  expect(missing).toBeGreaterThan(0);
  const isRoot = (node: Hex) => hexOf(keccak_256(hexToBytes(node))) === witness.parentStateRoot;
  const nodes = witness.nodes.filter((node) => !isRoot(node));
  expect(nodes.length).toBe(witness.nodes.length - 1);
  expect(await codeOf(engine.verifyBlock({ ...input, witness: { ...witness, nodes } }))).toBe('MISSING_NODE');
  await engine.close();
});

describe.each([1, 2])('a slot dies while %i load', (slots) => {
  let engine: Engine;
  let faults: Faults;
  beforeAll(async () => {
    ({ engine, faults } = await createFaultyEngine({ slots, warmUp: false }));
  });
  afterAll(() => engine.close());

  test.each(FAULT_KINDS)('by %s', async (kind) => {
    const around = (['joined', 'closing', 'closed', 'leaving'] as const).map((point) => ({ point, time: 1 }));
    for (const place of [...[1, 2, 4].map((time) => ({ point: 'loading' as const, time })), ...around]) {
      faults.plan({ kind, ...place });
      await expectVerified(engine);
      expect(faults.slot).toBeDefined();
      await faults.noticed();
      faults.clear();
      expect(await faults.heap()).toMatchObject({ lost: 0 });
    }
    await expectVerified(engine);
  });
});

test('an engine may be closed while it loads', async () => {
  for (const slots of [1, 2]) {
    const engine = await createEngine({ slots });
    const run = engine.verifyBlock(input).catch((error: unknown) => error);
    await engine.close();
    const outcome = (await run) as { ok?: boolean; code?: string };
    expect(outcome.ok === true || outcome.code === 'CLOSED').toBe(true);
  }
});

test('the signal ends loading', async () => {
  const engine = await createEngine({ slots: 2 });
  const stop = new AbortController();
  const run = codeOf(engine.verifyBlock({ ...input, signal: stop.signal }));
  setImmediate(() => stop.abort());
  expect(await run).toBe('ABORTED');
  await expectVerified(engine);
  await engine.close();
});
