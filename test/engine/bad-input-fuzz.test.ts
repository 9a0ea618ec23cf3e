// Input that nobody has thought of: valid blocks, states and files with something broken in them by a seed. Whatever comes
// of it is a result or one ParallelEvmError with a code that is no fault of the library, and the engine goes on.

import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Block } from '@ethereumjs/block';
import { RLP } from '@ethereumjs/rlp';
import { createEngine, type Engine, ParallelEvmError, readBlockFile, type State } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainOf, type Json, makeBlock, Random, rpcForm, withoutSenders } from '../block/blocks.ts';

const SEED = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.ROUNDS ?? 300);
const FORKS = ['chainstart', 'london', 'shanghai', 'prague'];
const FIXTURE = new URL('../fixtures/mini.json.gz', import.meta.url);

/** Codes that bad input can end with. */
const EXPECTED = [
  'BAD_ARGUMENT',
  'BAD_FILE',
  'UNSUPPORTED_CHAIN',
  'MISSING_CODE',
  'MISSING_BLOCK_HASH',
  'STATE_TOO_LARGE',
];

const cyclic: unknown[] = [];
cyclic.push(cyclic);
const deep = Array.from({ length: 50_000 }).reduce<unknown[]>((inner) => [inner], []);

const BLOCKS = new Map(FORKS.map((fork) => [fork, makeBlock(SEED, fork)]));
const blockOf = (fork: string): Block => BLOCKS.get(fork) as Block;

/** Made anew for each use: some of them are changed by further damage. */
const EVIL: (() => unknown)[] = [
  ...[undefined, null, true, false, '', '0x', '0x0', '0x1g', 'latest', '-0x1', '0x-1', ' 0x1', '1e3', '\u0000'].map(
    (value) => () => value,
  ),
  ...[-1, 0, -0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300, 0xff, 127].map((value) => () => value),
  ...[-1n, 0n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 256n - 1n, 2n ** 256n, 2n ** 4096n].map((value) => () => value),
  () => `0x${'f'.repeat(64)}`,
  () => `0x${'0'.repeat(65)}`,
  () => `0x${'ff'.repeat(100_000)}`,
  () => Symbol('evil'),
  () => () => 1,
  () => ({}),
  () => [],
  () => [[]],
  () => new Array(3),
  () => Object.create(null),
  () => JSON.parse('{"__proto__": {"to": "0x"}, "constructor": 1, "toString": 5, "length": 3}'),
  () => new Map([['number', 1]]),
  () => new Date(Number.NaN),
  () => new Uint8Array(0),
  () => new Uint8Array(33),
  () => new Uint16Array(20),
  () => new ArrayBuffer(20),
  () => ({ valueOf: 5, toString: 5, toJSON: 5 }),
  () => cyclic,
  () => deep,
];

const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;

/** One place in a tree of objects and lists gets another value, loses it, or holds a second copy of a neighbour's. */
function damage(random: Random, root: unknown): void {
  let parent = root as Json;
  for (;;) {
    const keys = Object.keys(parent);
    const key = pick(random, keys);
    const child = parent[key];
    const canDescend = typeof child === 'object' && child !== null && !ArrayBuffer.isView(child);
    if (canDescend && Object.keys(child).length > 0 && random.below(4) > 0) {
      parent = child as Json;
      continue;
    }
    const kind = random.below(8);
    if (kind === 0) delete parent[key];
    else if (kind === 1) parent[key] = parent[pick(random, keys)];
    else parent[key] = pick(random, EVIL)();
    return;
  }
}

/** Bytes flipped, cut out, doubled or cut off. */
function damageBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length);
  const length = 1 + random.below(40);
  switch (random.below(4)) {
    case 0:
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
    default:
      return bytes.slice(0, at);
  }
}

/** How a task ends: with its value, or with an error that the library answers for. */
async function endOf<T>(task: () => Promise<T>): Promise<T | ParallelEvmError> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof ParallelEvmError)) throw error;
    expect(EXPECTED).toContain(error.code);
    expect(error.field, error.message).toBeTypeOf('string');
    expect(error, error.message).toHaveProperty('value');
    expect(error.message.length).toBeLessThanOrEqual(1000);
    return error;
  }
}

/** Rounds with a random source each; what fails says the seed that repeats it alone. */
async function rounds(name: string, run: (random: Random) => Promise<unknown>): Promise<void> {
  const outcomes = { result: 0, error: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const seed = SEED * 1_000_003 + round;
    try {
      const end = await run(new Random(seed));
      outcomes[end instanceof ParallelEvmError ? 'error' : 'result'] += 1;
    } catch (cause) {
      throw new Error(`${name}, SEED=${SEED}, round ${round}: ${String(cause)}`, { cause });
    }
  }
  expect(outcomes.error).toBeGreaterThan(ROUNDS / 10);
}

describe(`with SEED=${SEED}`, () => {
  let engine: Engine;
  let state: State;
  let before: string;
  const account = { nonce: 0, balance: 10n ** 24n };

  beforeAll(async () => {
    engine = await createEngine({ slots: 2 });
    const accounts = Object.fromEntries(
      FORKS.flatMap((fork) => blockOf(fork).transactions.map((tx) => [tx.getSenderAddress().toString(), account])),
    );
    state = await engine.createState(accounts);
    before = JSON.stringify(await state.toJSON());
  });
  afterAll(async () => {
    expect(JSON.stringify(await state.toJSON())).toBe(before);
    await engine.close();
  });

  const runBlock = (block: unknown) =>
    endOf(() => engine.runBlock({ block: block as never, state, commit: false, signal: AbortSignal.timeout(20_000) }));

  test('damaged JSON-RPC blocks', async () => {
    await rounds('JSON-RPC', (random) => {
      const rpc = rpcForm(blockOf(pick(random, FORKS)));
      const block = random.below(2) ? rpc : withoutSenders(rpc);
      const copy = structuredClone(block);
      damage(random, copy);
      return runBlock(copy);
    });
  });

  test('damaged bytes of blocks', async () => {
    const encoded = FORKS.map((fork) => blockOf(fork).serialize());
    await rounds('RLP bytes', (random) => runBlock(damageBytes(random, pick(random, encoded))));
  });

  test('well-formed RLP of something else', async () => {
    const items = FORKS.map((fork) => RLP.decode(blockOf(fork).serialize()) as unknown);
    const parts = [[], [[]], new Uint8Array(0), new Uint8Array(33), Uint8Array.of(0), Uint8Array.of(5), [1, 2, 3]];
    await rounds('RLP items', (random) => {
      const copy = structuredClone(pick(random, items)) as unknown[];
      let parent = copy;
      while (random.below(4) > 0) {
        const child = pick(random, parent);
        if (!Array.isArray(child) || child.length === 0) break;
        parent = child;
      }
      const at = random.below(parent.length);
      if (random.below(3) === 0) parent.splice(at, 1);
      else if (random.below(2) === 0) parent.splice(at, 0, parent[at]);
      else parent[at] = pick(random, parts);
      return runBlock(RLP.encode(copy as never));
    });
  });

  test('damaged @ethereumjs/block objects', async () => {
    await rounds('objects', (random) => {
      const fork = pick(random, FORKS);
      const { header, transactions, uncleHeaders, withdrawals } = blockOf(fork);
      const parts = structuredClone({
        header: header.raw() as unknown,
        uncleHeaders: uncleHeaders.map((ommer) => ommer.raw()) as unknown[],
        withdrawals: withdrawals?.map((withdrawal) => withdrawal.raw()) as unknown[] | undefined,
        transactions: transactions.map((tx) => ({ type: tx.type as unknown, raw: tx.raw() as unknown })),
      });
      damage(random, parts);
      const whole = (raw: unknown): unknown => ({ raw: () => raw });
      const all = (list: unknown, make: (item: never) => unknown): unknown =>
        Array.isArray(list) ? (list as never[]).map(make) : list;
      return runBlock({
        common: chainOf(fork),
        header: whole(parts.header),
        uncleHeaders: all(parts.uncleHeaders, whole),
        withdrawals: all(parts.withdrawals, whole),
        transactions: all(
          parts.transactions,
          (tx: Json | null) => tx && { type: tx.type, raw: () => tx.raw, isSigned: () => true, cache: {} },
        ),
      });
    });
  });

  test('damaged calls, simulations and single transactions', async () => {
    const [tx] = rpcForm(blockOf('prague')).transactions as Json[];
    const address = `0x${'22'.repeat(20)}`;
    await rounds('calls', (random) => {
      const draft = {
        from: address,
        to: address,
        data: '0x1234',
        value: 0,
        gas: 100_000,
        accessList: [{ address, storageKeys: [`0x${'11'.repeat(32)}`] }],
        block: { number: 5, timestamp: 7, gasLimit: 30_000_000, baseFeePerGas: 0, hardfork: 'cancun', chainId: 1 },
        blockHashes: { 4: `0x${'33'.repeat(32)}` },
        overrides: { [address]: { balance: 5, code: '0x00', stateDiff: { '0x1': 7 } } },
      };
      damage(random, draft);
      const { block, blockHashes, overrides, ...call } = draft;
      const shared = { state, block, blockHashes, signal: AbortSignal.timeout(20_000) };
      if (random.below(3) === 0) return endOf(() => engine.call({ ...call, ...shared, overrides } as never));
      if (random.below(2) === 0)
        return endOf(() => engine.simulate({ calls: [call, call], ...shared, overrides } as never));
      const copy = structuredClone(tx) as Json;
      damage(random, copy);
      return endOf(() => engine.runTx({ tx: copy, state, commit: false } as never));
    });
  });

  test('damaged states', async () => {
    const { preState, codes } = await readBlockFile(readFileSync(FIXTURE));
    const accounts = Object.entries(preState).slice(0, 12);
    await rounds('states', async (random) => {
      const input = structuredClone({ preState: Object.fromEntries(accounts), codes });
      damage(random, input);
      const end = await endOf(() => engine.createState(input.preState, { codes: input.codes }));
      if (end instanceof ParallelEvmError) return end;
      await end.dispose();
      return end;
    });
  });

  test('damaged block files', async () => {
    const json = gunzipSync(readFileSync(FIXTURE));
    const file = JSON.parse(json.toString()) as Json;
    const small = { ...file, preState: {}, codes: {}, transactions: (file.transactions as unknown[]).slice(0, 2) };
    const plain = new TextEncoder().encode(JSON.stringify(small));
    const packed = gzipSync(plain);
    await rounds('files', (random) => {
      if (random.below(2) === 0)
        return endOf(() => readBlockFile(damageBytes(random, random.below(2) ? plain : packed)));
      const copy = JSON.parse(JSON.stringify(small)) as Json;
      damage(random, copy);
      const text = JSON.stringify(copy, (_, value) =>
        typeof value === 'bigint' ? String(value) : value === deep || value === cyclic ? [[]] : value,
      );
      return endOf(() => readBlockFile(new TextEncoder().encode(text)));
    });
  });

  test('anything at all in place of a file, a state, a block or options', async () => {
    const tasks: ((value: unknown) => Promise<unknown>)[] = [
      (value) => readBlockFile(value as never),
      (value) => engine.createState(value as never),
      (value) => engine.createState({}, value as never),
      (value) => engine.runBlock(value as never),
      (value) => engine.runBlock({ block: value as never, state }),
      (value) => engine.runTx({ tx: value as never, state, commit: false }),
      (value) => engine.call({ state, block: value as never }),
      (value) => engine.call({ state, overrides: value as never }),
      (value) => engine.call({ state, blockHashes: value as never }),
      (value) => engine.simulate({ state, calls: value as never }),
      (value) => engine.call({ state: value as never }),
      (value) => createEngine({ slots: value as never, memory: { maxBytes: 1 } }),
      (value) => createEngine({ slots: 1, memory: value as never, execution: 5 as never }),
      (value) => createEngine({ common: value as never, slots: 0 }),
    ];
    let errors = 0;
    for (const task of tasks)
      for (const evil of EVIL) {
        const end = await endOf(() => task(evil())).catch((error) => {
          throw new Error(`${task}: ${String(evil)}: ${error.stack}`);
        });
        if (end instanceof ParallelEvmError) errors += 1;
      }
    expect(errors).toBeGreaterThan(tasks.length * EVIL.length * 0.7);
  });
});
