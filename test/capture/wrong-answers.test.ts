// Nodes that lack methods, or say what is not so: a capture ends with the state that is true, or with an error that names
// what was wrong, never with a wrong file. Needs `npm run build`.
import { type CapturerOptions, captureBlock, createCapturer, readBlockFile } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Anvil, type Json } from './anvil.ts';
import { changed, lacking, type Override, proofsOf, withMethods } from './nodes.ts';
import { buildTown } from './town.ts';

const HARDFORK = 'prague';
const WRONG = `0x${'ab'.repeat(32)}`;

let node: Anvil;
let blocks: Record<string, number>;
beforeAll(async () => {
  node = await Anvil.start(HARDFORK);
  blocks = await buildTown(node, HARDFORK);
});
afterAll(() => node?.stop());

type Overrides = Readonly<Record<string, Override>>;

const capture = (kind: string, overrides: Overrides, options: Partial<CapturerOptions> = {}) =>
  captureBlock({
    rpc: withMethods(node, overrides),
    block: blocks[kind] as number,
    hardfork: HARDFORK,
    retries: 0,
    ...options,
  });

/** Changes every answer of a method. */
const altered =
  (change: (answer: Json, params: readonly unknown[]) => void): Override =>
  async (params, real) =>
    changed(await real(), (copy) => change(copy, params));

const tracesLacking: Overrides = { debug_traceBlockByHash: lacking, debug_traceBlockByNumber: lacking };
const BY_NUMBER = 'eth_getBlockByNumber';

describe('a node that lacks methods', () => {
  it('is asked for proofs where it does not trace', async () => {
    const { raw, preState } = await capture('storageAndLogs', tracesLacking);
    expect(raw.source).toMatchObject({ state: ['proof'], proven: true });
    expect(preState).toEqual((await capture('storageAndLogs', {}, { source: 'values' })).preState);
  });

  it('is asked for traces by number where it does not find blocks by hash', async () => {
    const { raw } = await capture('storageAndLogs', { debug_traceBlockByHash: lacking });
    expect((raw.source as Json).state).toContain('prestate');
  });

  it('is asked for values where it neither traces nor proves', async () => {
    const { raw } = await capture('storageAndLogs', { ...tracesLacking, eth_getProof: lacking });
    expect(raw.source).toMatchObject({ state: ['values'], proven: false });
  });

  it('is asked once for what it lacks, not for every block', async () => {
    const asked: string[] = [];
    const noting: Override = (params, real) => {
      asked.push('debug_executionWitness');
      return lacking(params, real);
    };
    const rpc = withMethods(node, { debug_executionWitness: noting });
    const capturer = await createCapturer({ rpc, hardfork: HARDFORK });
    for (const kind of ['transfers', 'creations', 'nothing']) await capturer.capture({ block: blocks[kind] as number });
    expect(asked).toHaveLength(1);
  });

  it('is refused where it cannot give the state at all', async () => {
    const pruned: Override = () => {
      throw Object.assign(new Error('missing trie node'), { code: -32000 });
    };
    const all = ['eth_getProof', 'eth_getBalance', 'eth_getTransactionCount', 'eth_getCode', 'eth_getStorageAt'];
    const overrides = { ...tracesLacking, ...Object.fromEntries(all.map((method) => [method, pruned])) };
    await expect(capture('transfers', overrides)).rejects.toMatchObject({
      code: 'RPC_FAILED',
      status: -32000,
      message: expect.stringContaining('missing trie node'),
    });
  });

  it('may lack proofs for keys that the block turns out not to need', async () => {
    const unneeded = `0x${'77'.repeat(20)}`;
    const overrides: Overrides = {
      eth_getProof: ([address, ...rest], real) => (address === unneeded ? lacking(rest, real) : real()),
    };
    // The recipient of a transfer is needed: its balance is part of the state before the block.
    await expect(capture('transfers', overrides, { source: 'proof' })).rejects.toMatchObject({ code: 'RPC_FAILED' });
    const { preState } = await capture('storageAndLogs', overrides, { source: 'proof' });
    expect(preState[unneeded as `0x${string}`]).toBeUndefined();
  });
});

describe('a block that is not the one that was asked for', () => {
  const wrong: [string, Overrides, RegExp][] = [
    [
      'has another hash than its header',
      { [BY_NUMBER]: altered((block) => Object.assign(block, { hash: WRONG })) },
      /hash/,
    ],
    ['has a changed header', { [BY_NUMBER]: altered((block) => Object.assign(block, { gasUsed: '0x1' })) }, /hash/],
    ['lacks a field', { [BY_NUMBER]: altered((block) => void delete block.miner) }, /miner/],
    ['is text', { [BY_NUMBER]: () => 'block' }, /object/],
    ['is another one', { [BY_NUMBER]: () => node.ask(BY_NUMBER, ['0x2', true]) }, /another block/],
    [
      'has only hashes of transactions',
      { [BY_NUMBER]: ([number]) => node.ask(BY_NUMBER, [number, false]) },
      /transaction/,
    ],
    ['has another parent', { eth_getBlockByHash: () => node.ask(BY_NUMBER, ['0x2', false]) }, /another block/],
    [
      'has a transaction from somebody else',
      {
        [BY_NUMBER]: altered((block) =>
          Object.assign((block.transactions as Json[])[0] as Json, { from: `0x${'11'.repeat(20)}` }),
        ),
      },
      /transactions\[0\]\.from/,
    ],
    [
      'has a transaction that was changed',
      { [BY_NUMBER]: altered((block) => Object.assign((block.transactions as Json[])[0] as Json, { value: '0x999' })) },
      /transactions\[0\]\.from/,
    ],
  ];

  it.each(wrong)('%s', async (_, overrides, message) => {
    await expect(capture('transfers', overrides)).rejects.toMatchObject({
      code: 'RPC_WRONG_ANSWER',
      message: expect.stringMatching(message),
    });
  });

  it('is not there', async () => {
    await expect(captureBlock({ rpc: node.url, block: 10_000, hardfork: HARDFORK })).rejects.toMatchObject({
      code: 'RPC_FAILED',
      field: 'block',
    });
  });

  it('is the genesis block', async () => {
    await expect(captureBlock({ rpc: node.url, block: 0, hardfork: HARDFORK })).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      field: 'block',
    });
  });

  it('lacks transactions', async () => {
    const overrides = { [BY_NUMBER]: altered((block) => void (block.transactions as Json[]).pop()) };
    await expect(capture('transfers', overrides)).rejects.toMatchObject({ code: 'CAPTURE_MISMATCH', field: 'gasUsed' });
  });

  it('is of another chain or fork than was said', async () => {
    await expect(capture('transfers', { eth_chainId: () => '0xa' })).rejects.toMatchObject({
      code: expect.stringMatching(/UNSUPPORTED_CHAIN|BAD_ARGUMENT/),
    });
    const unknown = captureBlock({ rpc: node.url, block: 3 });
    await expect(unknown).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field: 'hardfork' });
  });
});

describe('state that is not true', () => {
  it('is found by its proof', async () => {
    const forged = altered((proof) => {
      const nodes = proof.accountProof as string[];
      const last = nodes[nodes.length - 1] as string;
      nodes[nodes.length - 1] = last.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    });
    await expect(capture('transfers', { eth_getProof: forged }, { source: 'proof' })).rejects.toMatchObject({
      code: 'RPC_WRONG_ANSWER',
      method: 'eth_getProof',
    });
  });

  it('is not read from beside its proof', async () => {
    const lying = altered((proof) => Object.assign(proof, { balance: '0x0', nonce: '0x63', codeHash: WRONG }));
    const file = await capture('transfers', { eth_getProof: lying }, { source: 'proof' });
    expect(file.preState).toEqual((await capture('transfers', {}, { source: 'proof' })).preState);
  });

  it('is found where a code does not have its hash', async () => {
    const overrides: Overrides = { eth_getCode: () => '0x00' };
    await expect(capture('storageAndLogs', overrides, { source: 'proof' })).rejects.toMatchObject({
      code: 'RPC_WRONG_ANSWER',
      method: 'eth_getCode',
    });
  });

  it('is found by running the block', async () => {
    const overrides: Overrides = { eth_getStorageAt: async () => `0x${'00'.repeat(31)}01` };
    await expect(capture('storageAndLogs', { ...overrides }, { source: 'values' })).rejects.toMatchObject({
      code: 'CAPTURE_MISMATCH',
      field: 'gasUsed',
    });
  });

  it('is proven where a trace did not hold', async () => {
    const lying = altered((traces) => {
      for (const { result } of Object.values(traces) as { result: Json }[])
        for (const account of Object.values(result) as Json[]) if (account.code) account.code = '0x00';
    });
    const { raw, preState } = await capture('storageAndLogs', { debug_traceBlockByHash: lying });
    expect(raw.source).toMatchObject({ state: ['proof'], proven: true });
    expect(preState).toEqual((await capture('storageAndLogs', {}, { source: 'proof' })).preState);
  });

  it.each([
    ['that is no list', () => ({})],
    ['of another block', () => node.ask('debug_traceBlockByNumber', ['0x2', { tracer: 'prestateTracer' }])],
    [
      'with other transactions',
      altered((traces) => Object.assign((traces as unknown as Json[])[0] as Json, { txHash: WRONG })),
    ],
    [
      'with a wrong account',
      altered((traces) => {
        const [{ result }] = traces as unknown as [{ result: Json }];
        for (const address of Object.keys(result)) result[address] = 7;
      }),
    ],
  ] as [string, Override][])('is not taken from a trace %s', async (_, trace) => {
    const overrides = { debug_traceBlockByHash: trace, debug_traceBlockByNumber: lacking };
    expect((await capture('storageAndLogs', overrides)).raw.source).toMatchObject({ state: ['proof'], proven: true });
  });

  it('is not taken from a trace of what an earlier transaction has made', async () => {
    // As geth has it: what is made is left out of the trace of the transaction that makes it.
    const made = altered((traces) => {
      for (const { result } of Object.values(traces) as { result: Json }[])
        for (const [address, account] of Object.entries(result) as [string, Json][])
          if (account.balance === '0x0' && !account.code && !account.nonce) delete result[address];
    });
    const overrides = { debug_traceBlockByHash: made };
    const { raw, preState } = await capture('madeAndUsed', overrides, { source: 'prestate' });
    expect((raw.source as Json).state).toContain('prestate');
    expect(preState).toEqual((await capture('madeAndUsed', {}, { source: 'proof' })).preState);
  });

  it('is taken from a trace up to where it is missing', async () => {
    const broken = altered((traces) => {
      (traces as unknown as Json[])[1] = { error: 'execution timeout' };
    });
    const { raw, preState } = await capture('storageAndLogs', { debug_traceBlockByHash: broken });
    expect((raw.source as Json).state).toEqual(['prestate', 'proof']);
    expect(preState).toEqual((await capture('storageAndLogs', {}, { source: 'proof' })).preState);
  });

  it.each(['proof', 'values', 'auto'] as const)('is not taken from an unfinished capture by %s', async (source) => {
    const whole = await capture('storageAndLogs', {}, { source });
    const raw = changed(whole.raw, ({ preState }) => {
      for (const account of Object.values(preState as Json) as (Json | null)[]) if (account) account.nonce = '0x63';
    });
    const resumeFrom = await readBlockFile(new TextEncoder().encode(JSON.stringify(raw)));
    const { preState } = await captureBlock({
      rpc: node.url,
      block: blocks.storageAndLogs as number,
      hardfork: HARDFORK,
      source,
      resumeFrom,
    });
    expect(preState).toEqual(whole.preState);
  });

  it('is completed where a witness is not complete', async () => {
    const proven = await capture('storageAndLogs', {}, { source: 'proof' });
    const { state, codes } = await proofsOf(node, proven);
    const overrides = { debug_executionWitness: () => ({ state: state.slice(0, -2), codes: codes.slice(1) }) };
    const { raw, preState } = await capture('storageAndLogs', overrides, { source: 'witness' });
    expect(raw.source).toMatchObject({ state: ['proof', 'witness'], proven: true });
    expect(preState).toEqual(proven.preState);
  });

  it.each([
    ['without nodes', { state: [], codes: [] }],
    ['of nodes that are none', { state: [7] }],
    ['that is text', 'witness'],
  ])('is not taken from a witness %s', async (_, witness) => {
    const overrides = { debug_executionWitness: () => witness };
    expect((await capture('transfers', overrides, { source: 'witness' })).raw.source).toMatchObject({
      state: ['proof'],
    });
  });

  it.each([
    ['a balance', 'eth_getBalance', 'a lot'],
    ['a nonce', 'eth_getTransactionCount', '0x10000000000000000'],
    ['a code', 'eth_getCode', '0x0'],
    ['a slot', 'eth_getStorageAt', null],
  ])('is not read from %s that is none', async (_, method, answer) => {
    await expect(capture('storageAndLogs', { [method]: () => answer }, { source: 'values' })).rejects.toMatchObject({
      code: 'RPC_WRONG_ANSWER',
      method,
    });
  });
});

describe('options of a capture', () => {
  it.each([
    { source: 'everything' },
    { hardfork: 'tomorrow' },
    { block: 'pending' },
    { block: -1 },
    { block: '0x12zz' },
    { rpc: undefined },
  ])('are refused where they are wrong: %j', async (wrong) => {
    const options = { rpc: node.url, block: 3, hardfork: HARDFORK, ...wrong };
    await expect(captureBlock(options as never)).rejects.toMatchObject({
      code: expect.stringMatching(/BAD_ARGUMENT|UNSUPPORTED_CHAIN/),
    });
  });

  it('include a signal that ends it', async () => {
    const controller = new AbortController();
    const slow: Override = async (_, real) => {
      controller.abort();
      return real();
    };
    const options = { signal: controller.signal };
    await expect(capture('transfers', { eth_getProof: slow }, options)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
