// Chains in memory, over a chain that has every fork.
import { createBlockFromRLP } from '@ethereumjs/block';
import { RLP } from '@ethereumjs/rlp';
import { concatBytes } from '@noble/hashes/utils.js';
import {
  type Chain,
  type ChainInput,
  createChain,
  createEngine,
  type Genesis,
  type Hex,
  type ImportResult,
  type Refusal,
  type StateJson,
} from 'parallel-evm';
import { describe, expect, it, vi } from 'vitest';
import { Incoming } from '../../dist/src/chain/incoming.js';
import { rpcOfRlp } from '../../src/block/rlp.ts';
import { scheduleOf } from '../../src/chain/geth-config.ts';
import { blockAt, chainWith, engineOf, open, SLOT_COUNTS, useEngines } from './chains.ts';
import {
  BLOCKS,
  FIELDS,
  GENESIS,
  type Item,
  LAST_ROOT,
  partsOf,
  replaced,
  withField,
  withOmmers,
  withTransactions,
} from './export.ts';

const NOBODY = '0x000000000000000000000000000000000000dead';

useEngines();

const chainOf = (count: number, slots = 1): Promise<Chain> => chainWith(count, engineOf(slots));

const flipped = (value: Uint8Array): Uint8Array =>
  Uint8Array.from(replaced([...value], value.length - 1, (value.at(-1) as number) ^ 1));
const number = (value: Uint8Array): bigint =>
  value.length === 0 ? 0n : BigInt(`0x${Buffer.from(value).toString('hex')}`);
const plus =
  (difference: bigint) =>
  (value: Uint8Array): bigint =>
    number(value) + difference;

/** What an import gives, apart from times. */
const essence = ({ result, ...about }: ImportResult): unknown => ({
  ...about,
  outcome: result && [result.gasUsed, result.receiptsRoot, result.stateRoot, result.receipts.length],
});

/** The transaction with r = 5 in its signature: no key makes that, since 5³ + 7 has no root. */
function withoutSigner(transaction: Item): Item {
  const isTyped = transaction instanceof Uint8Array;
  const fields = (isTyped ? RLP.decode(transaction.subarray(1)) : transaction) as Item[];
  const changed = replaced(fields, fields.length - 2, Uint8Array.of(5));
  return isTyped ? concatBytes(transaction.subarray(0, 1), RLP.encode(changed)) : changed;
}

/** What the chain says against a block; it must be as before. */
async function refusalOf(chain: Chain, block: Uint8Array): Promise<Refusal> {
  const before = { ...chain.head };
  const { invalid } = await chain.importBlock(block);
  expect(chain.head).toEqual(before);
  expect(await chain.state.root()).toBe(before.stateRoot);
  return invalid as Refusal;
}

describe.each(SLOT_COUNTS)('a chain at %i slots', (slots) => {
  it('takes blocks of every fork, to the published state root', async () => {
    const chain = await createChain({ engine: engineOf(slots), genesis: GENESIS });
    open.push(chain);
    const forks = new Set<string>();
    for (const [i, block] of BLOCKS.entries()) {
      const { number, hash, hardfork, invalid, transactionCount, result } = await chain.importBlock(block);
      expect(invalid).toBeUndefined();
      expect(number).toBe(BigInt(i + 1));
      expect(result?.receipts).toHaveLength(transactionCount as number);
      expect(chain.head).toMatchObject({ number, hash });
      forks.add(hardfork as string);
    }
    expect(chain.head.stateRoot).toBe(LAST_ROOT);
    expect(await chain.state.root()).toBe(LAST_ROOT);
    expect(forks.size).toBe(19);
  });

  it('takes blocks that are handed in all at once as one after another', async () => {
    const one = await chainOf(0, slots);
    const expected: unknown[] = [];
    for (const block of BLOCKS) expected.push(essence(await one.importBlock(block)));
    await one.close();
    const chain = await chainOf(0, slots);
    const results = await Promise.all(BLOCKS.map((block) => chain.importBlock(block)));
    expect(results.map(essence)).toEqual(expected);
    expect(await chain.state.root()).toBe(LAST_ROOT);
  });

  it('begins with a block that waits while the one before executes', async () => {
    const begin = vi.spyOn(Incoming.prototype, 'begin');
    const chain = await chainOf(0, slots);
    expect(begin).not.toHaveBeenCalled();
    const imports = BLOCKS.slice(0, 10).map((block) => chain.importBlock(block));
    await imports[0];
    const early = begin.mock.contexts[0] as Incoming;
    expect(early.rlp).toEqual(blockAt(2));
    await Promise.all(imports);
    expect(begin).toHaveBeenCalledTimes(9);
    begin.mockRestore();
  });

  it.each([30, 34, 36, 42, 54])('refuses block %i alike, alone or behind its parent', async (at) => {
    const [, list] = partsOf(blockAt(at));
    expect(list.length).toBeGreaterThan(0);
    const bad = await withTransactions(blockAt(at), replaced(list, 0, withoutSigner(list[0] as Item)));
    const cases = [
      bad,
      withField(blockAt(at), 'stateRoot', flipped),
      withField(blockAt(at), 'gasLimit', plus(2n ** 40n)),
      blockAt(at).subarray(0, -1),
    ];
    const codes: unknown[] = [];
    for (const block of cases) {
      const other = await chainOf(at - 1, slots);
      const alone = await other.importBlock(block);
      await other.close(); // directories of old blocks take much memory
      codes.push(alone.invalid?.code);
      const chain = await chainOf(at - 2, slots);
      const [parent, early, child] = await Promise.allSettled(
        [blockAt(at - 1), block, blockAt(at + 1) ?? block].map((each) => chain.importBlock(each)),
      );
      expect(parent).toMatchObject({ status: 'fulfilled', value: { number: BigInt(at - 1) } });
      expect(early).toEqual({ status: 'fulfilled', value: expect.objectContaining({ invalid: alone.invalid }) });
      expect(child?.status === 'rejected' ? child.reason.code : child?.value.invalid?.code).toBe(
        at === BLOCKS.length ? alone.invalid?.code : 'UNKNOWN_PARENT',
      );
      expect((await chain.importBlock(blockAt(at))).invalid).toBeUndefined();
      await chain.close();
    }
    expect(codes).toEqual(['MALFORMED_BLOCK', 'WRONG_STATE_ROOT', 'WRONG_GAS_LIMIT', 'MALFORMED_BLOCK']);
  });
});

describe('a chain', () => {
  it('takes a block as RLP, as JSON-RPC and as an object alike', async () => {
    const { common } = scheduleOf({ path: 'config', values: GENESIS.config });
    const forms: ((block: Uint8Array) => unknown)[] = [
      (block) => rpcOfRlp(block),
      (block) => createBlockFromRLP(block, { common, setHardfork: true, skipConsensusFormatValidation: true }),
    ];
    for (const form of forms) {
      const chain = await chainOf(0);
      // Paris by total difficulty is in no schedule of @ethereumjs/common: up to the block before it.
      for (const block of BLOCKS.slice(0, 35)) {
        const { invalid, hash } = await chain.importBlock(form(block) as Uint8Array);
        expect(invalid).toBeUndefined();
        expect(hash).toBe(chain.head.hash);
      }
      expect(chain.head.number).toBe(35n);
    }
  });

  it('reads accounts and slots of its head', async () => {
    const chain = await chainOf(BLOCKS.length);
    const state = await chain.state.toJSON();
    const [address, account] = Object.entries(state).find(([, { storage }]) => storage !== undefined) as [
      Hex,
      StateJson[Hex],
    ];
    const [slot, value] = Object.entries(account.storage as Record<Hex, Hex>)[0] as [Hex, Hex];
    expect(await chain.getStorage(address, slot)).toBe(BigInt(value));
    expect((await chain.getAccount(address))?.balance).toBe(BigInt(account.balance));
    expect(await chain.getAccount(NOBODY)).toBeUndefined();
  });

  it('begins alike with a genesis.json, a header, and the form of the official tests', async () => {
    const { config, coinbase, difficulty, gasLimit, extraData, mixHash } = GENESIS;
    const first = await chainOf(0);
    const preState = await first.state.toJSON();
    const { stateRoot } = first.head;
    const [parentOfFirst] = partsOf(blockAt(1))[0];
    expect(first.head.hash).toBe(`0x${Buffer.from(parentOfFirst as Uint8Array).toString('hex')}`);
    const header = {
      ...{
        parentHash: `0x${'00'.repeat(32)}`,
        sha3Uncles: `0x${Buffer.from(partsOf(blockAt(1))[0][1] as Uint8Array).toString('hex')}`,
      },
      ...{ miner: coinbase, stateRoot, transactionsRoot: EMPTY_ROOT, receiptsRoot: EMPTY_ROOT },
      ...{ logsBloom: `0x${'00'.repeat(256)}`, difficulty, number: '0x0' },
      ...{ gasLimit, gasUsed: '0x0', timestamp: '0x0', extraData },
      ...{ mixHash, nonce: '0x0000000000000000' },
    };
    const { sha3Uncles, miner, transactionsRoot, receiptsRoot, logsBloom, ...rest } = header;
    const fixture = {
      ...rest,
      ...{ uncleHash: sha3Uncles, coinbase: miner, transactionsTrie: transactionsRoot, receiptTrie: receiptsRoot },
      bloom: logsBloom,
    };
    for (const genesis of [
      { header, preState, config },
      { genesisBlockHeader: fixture, pre: preState },
    ] as unknown[]) {
      const chain = await createChain({ engine: engineOf(), genesis: genesis as Genesis });
      open.push(chain);
      expect(chain.head).toEqual(first.head);
    }
    const wrong = { ...header, stateRoot: EMPTY_ROOT };
    await expect(
      createChain({ engine: engineOf(), genesis: { header: wrong, preState, config } as unknown as Genesis }),
    ).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field: 'genesis.header.stateRoot' });
  });

  it('refuses a block whose parent is not the head, by an error', async () => {
    const chain = await chainOf(3);
    for (const other of [2, 3, 5])
      await expect(chain.importBlock(blockAt(other))).rejects.toMatchObject({
        code: 'UNKNOWN_PARENT',
        field: 'parentHash',
      });
    expect((await chain.importBlock(blockAt(4))).invalid).toBeUndefined();
  });

  it('takes calls in the order in which they come', async () => {
    const chain = await chainOf(0);
    const results = await Promise.all(BLOCKS.slice(0, 8).map((block) => chain.importBlock(block)));
    expect(results.map(({ invalid }) => invalid)).toEqual(Array(8).fill(undefined));
    expect(chain.head.number).toBe(8n);
  });

  it('is of no use when it is closed, and leaves the engine as it is', async () => {
    const chain = await chainOf(1);
    await chain.close();
    await chain.close();
    await expect(chain.importBlock(blockAt(2))).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(chain.getAccount(NOBODY)).rejects.toMatchObject({ code: 'CLOSED' });
    expect((await chainOf(2)).head.number).toBe(2n);
  });

  it('has its own copy of the bytes that it is given', async () => {
    const chain = await chainOf(1);
    const bytes = blockAt(2).slice();
    const result = chain.importBlock(bytes);
    bytes.fill(0);
    expect((await result).invalid).toBeUndefined();
  });

  it('leaves nothing in the memory, whatever was taken and refused', async () => {
    const engine = await createEngine({ slots: 1, memory: { maxBytes: 2 ** 28 } });
    const wrong = withField(blockAt(3), 'stateRoot', flipped);
    // Directories for blocks of 45 Mgas take some 20 MiB of it each time.
    for (let i = 0; i < 40; i++) {
      const chain = await createChain({ engine, genesis: GENESIS });
      for (const block of [blockAt(1), blockAt(2)]) expect((await chain.importBlock(block)).invalid).toBeUndefined();
      expect((await chain.importBlock(wrong)).invalid?.code).toBe('WRONG_STATE_ROOT');
      await expect(chain.importBlock(blockAt(1))).rejects.toThrow();
      await chain.close();
    }
    await engine.close();
  });

  it('stays where it is when an import is aborted', async () => {
    const chain = await chainOf(1);
    const signal = AbortSignal.abort();
    await expect(chain.importBlock(blockAt(2), { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(chain.head.number).toBe(1n);
    expect((await chain.importBlock(blockAt(2))).invalid).toBeUndefined();
  });

  it('names what is no engine, genesis, common or block', async () => {
    const engine = engineOf();
    const cases: [unknown, string][] = [
      [{ engine: {}, genesis: GENESIS }, 'engine'],
      [{ engine, genesis: null }, 'genesis'],
      [{ engine, genesis: {} }, 'genesis'],
      [{ engine, genesis: { ...GENESIS, gasLimit: undefined } }, 'genesis.gasLimit'],
      [{ engine, genesis: { ...GENESIS, config: { ...GENESIS.config, chainId: 'x' } } }, 'genesis.config.chainId'],
      [{ engine, genesis: { header: '0x', preState: {} } }, 'genesis.header'],
      [{ engine, genesis: GENESIS, common: 1 }, 'common'],
    ];
    for (const [input, field] of cases)
      await expect(createChain(input as ChainInput)).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field });
    const chain = await chainOf(0);
    await expect(chain.importBlock(7 as unknown as Uint8Array)).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      field: 'block',
    });
  });
});

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

/** A change of a block's header, and what it is refused for. */
interface HeaderCase {
  field: string;
  change: (value: Uint8Array) => unknown;
  code: string;
  /** Numbers of the blocks that are changed; the last of each era unless given. */
  at?: number[];
}

/** Of the eras before London, before Paris, and of the newest fork. */
const ERAS = [26, 35, 54];
const [WORK, LONDON_WORK, NEWEST] = ERAS as [number, number, number];

const HEADER_CASES: HeaderCase[] = [
  { field: 'sha3Uncles', change: flipped, code: 'WRONG_OMMERS_HASH' },
  { field: 'stateRoot', change: flipped, code: 'WRONG_STATE_ROOT' },
  { field: 'transactionsRoot', change: flipped, code: 'WRONG_TRANSACTIONS_ROOT' },
  { field: 'receiptsRoot', change: flipped, code: 'WRONG_RECEIPTS_ROOT' },
  { field: 'logsBloom', change: flipped, code: 'WRONG_LOGS_BLOOM' },
  { field: 'difficulty', change: plus(1n), code: 'WRONG_DIFFICULTY' },
  { field: 'number', change: plus(1n), code: 'WRONG_NUMBER', at: [WORK, LONDON_WORK] },
  { field: 'gasLimit', change: (value) => number(value) + number(value) / 1024n, code: 'WRONG_GAS_LIMIT' },
  { field: 'gasLimit', change: () => 2n ** 63n, code: 'WRONG_GAS_LIMIT' },
  { field: 'gasLimit', change: () => 4999n, code: 'WRONG_GAS_LIMIT' },
  { field: 'gasUsed', change: plus(1n), code: 'WRONG_GAS_USED' },
  { field: 'gasUsed', change: () => 2n ** 40n, code: 'WRONG_GAS_USED' },
  { field: 'timestamp', change: () => 1n, code: 'WRONG_TIMESTAMP', at: [WORK, LONDON_WORK] },
  { field: 'extraData', change: () => new Uint8Array(33), code: 'WRONG_EXTRA_DATA' },
  { field: 'nonce', change: flipped, code: 'WRONG_NONCE', at: [NEWEST] },
  { field: 'baseFeePerGas', change: plus(1n), code: 'WRONG_BASE_FEE', at: [LONDON_WORK, NEWEST] },
  { field: 'baseFeePerGas', change: () => undefined, code: 'HEADER_FIELDS', at: [LONDON_WORK, NEWEST] },
  { field: 'withdrawalsRoot', change: flipped, code: 'WRONG_WITHDRAWALS_ROOT', at: [NEWEST] },
  { field: 'blobGasUsed', change: plus(131072n), code: 'WRONG_BLOB_GAS_USED', at: [NEWEST] },
  { field: 'blobGasUsed', change: () => 22n * 131072n, code: 'WRONG_BLOB_GAS_USED', at: [NEWEST] },
  { field: 'excessBlobGas', change: plus(131072n), code: 'WRONG_EXCESS_BLOB_GAS', at: [NEWEST] },
  { field: 'parentBeaconBlockRoot', change: () => undefined, code: 'HEADER_FIELDS', at: [NEWEST] },
  { field: 'requestsHash', change: flipped, code: 'WRONG_REQUESTS_HASH', at: [NEWEST] },
  { field: 'requestsHash', change: () => undefined, code: 'HEADER_FIELDS', at: [NEWEST] },
  { field: 'miner', change: () => new Uint8Array(19), code: 'MALFORMED_BLOCK' },
  { field: 'number', change: () => Uint8Array.of(0, 1), code: 'MALFORMED_BLOCK' },
];

describe.each(ERAS)('block %i', (at) => {
  it('is refused for each field of its header that is wrong, the chain as before', async () => {
    const chain = await chainOf(at - 1, 2);
    for (const { field, change, code, at: places = ERAS } of HEADER_CASES) {
      if (!places.includes(at)) continue;
      const refusal = await refusalOf(chain, withField(blockAt(at), field, change));
      expect({ field, code: refusal.code, txIndex: refusal.txIndex }).toEqual({ field, code, txIndex: -1 });
      expect(refusal.field?.replace('header.', '')).toBe(field);
    }
    expect((await chain.importBlock(blockAt(at))).invalid).toBeUndefined();
  });
});

describe('a block', () => {
  it('is refused with fields or lists of another fork', async () => {
    const [header, ...rest] = partsOf(blockAt(WORK));
    const chain = await chainOf(WORK - 1);
    const withBaseFee = RLP.encode([[...header, Uint8Array.of(7)], ...rest] as Item[]);
    expect(await refusalOf(chain, withBaseFee)).toMatchObject({ code: 'HEADER_FIELDS', field: 'baseFeePerGas' });
    const withWithdrawals = RLP.encode([header, rest[0], rest[1], []] as Item[]);
    expect(await refusalOf(chain, withWithdrawals)).toMatchObject({ code: 'MALFORMED_BLOCK', field: 'withdrawals' });
  });

  it('is refused where its bytes are no block, whatever is cut off or added', async () => {
    const chain = await chainOf(NEWEST - 1);
    const block = blockAt(NEWEST);
    const broken: Uint8Array[] = [
      new Uint8Array(0),
      Uint8Array.of(1),
      Uint8Array.of(0xc0),
      concatBytes(block, Uint8Array.of(0)),
    ];
    for (let bytes = 1; bytes < block.length; bytes += 97) broken.push(block.subarray(0, bytes));
    for (const bytes of broken) {
      const { number, invalid } = await chain.importBlock(bytes);
      expect(invalid?.code).toBe('MALFORMED_BLOCK');
      expect(number).toBeUndefined();
    }
    expect((await chain.importBlock(block)).invalid).toBeUndefined();
  });

  it('is refused or right whatever byte of it is changed, and never an error but of its parent', async () => {
    let chain = await chainOf(NEWEST - 1, 2);
    const block = blockAt(NEWEST);
    const { hash: parent } = chain.head;
    const outcomes = new Map<string, number>();
    for (let at = 0; at < block.length; at += 5) {
      const bytes = block.slice();
      bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
      const { invalid } = await chain
        .importBlock(bytes)
        .catch((error) => ({ invalid: { code: error.code as string } }));
      const code = invalid?.code ?? 'taken';
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
      if (code === 'taken') {
        // Extra data and what executes nothing in this block may be anything.
        expect(await chain.state.root()).toBe(chain.head.stateRoot);
        await chain.close();
        chain = await chainOf(NEWEST - 1, 2);
      }
      expect(chain.head.hash).toBe(parent);
    }
    const known = ['taken', 'UNKNOWN_PARENT', 'MALFORMED_BLOCK', 'INSUFFICIENT_FUNDS'];
    for (const code of outcomes.keys()) expect(known.includes(code) || code.startsWith('WRONG_')).toBe(true);
    expect(outcomes.get('taken') ?? 0).toBeLessThan(10);
    expect(outcomes.get('WRONG_TRANSACTIONS_ROOT')).toBeGreaterThan(10);
  });

  it('is refused for a transaction that its list may not have', async () => {
    const chain = await chainOf(NEWEST - 1);
    const [, transactions] = partsOf(blockAt(NEWEST));
    const block = (list: Item[]): Promise<Uint8Array> => withTransactions(blockAt(NEWEST), list);
    const [first] = transactions as [Item];
    const twice = await refusalOf(chain, await block([...transactions, first]));
    expect(twice).toMatchObject({ code: 'NONCE_TOO_LOW', txIndex: transactions.length });
    const foreign = await refusalOf(chain, await block([...transactions, Uint8Array.of(0x7e, 0xc0)]));
    expect(foreign).toMatchObject({ code: 'MALFORMED_BLOCK', txIndex: transactions.length });
    const unsigned = await refusalOf(chain, await block([Uint8Array.of(2, 0xc0), ...transactions]));
    expect(unsigned).toMatchObject({ code: 'MALFORMED_BLOCK', txIndex: 0 });
  });

  it('is refused from Osaka on where its encoding is longer than 8 MiB', async () => {
    const chain = await chainOf(NEWEST - 1);
    const [header, transactions, ...rest] = partsOf(blockAt(NEWEST));
    const large = RLP.encode([header, [...transactions, new Uint8Array(8 * 2 ** 20)], ...rest] as Item[]);
    expect(await refusalOf(chain, large)).toMatchObject({ code: 'BLOCK_SIZE', must: 'at most 8388608 bytes' });
  });

  it('names the ommer that breaks a rule', async () => {
    const chain = await chainOf(WORK - 1);
    const headerAt = (number: number): Uint8Array[] => partsOf(blockAt(number))[0];
    const sibling = replaced(headerAt(WORK - 1), FIELDS.indexOf('extraData'), Uint8Array.of(1));
    const cases: [Item[], string, string][] = [
      [[headerAt(WORK - 1)], 'OMMER_IS_ANCESTOR', 'ommers[0]'],
      [[sibling, sibling], 'OMMER_REPEATED', 'ommers[1]'],
      [
        [replaced(sibling, FIELDS.indexOf('parentHash'), new Uint8Array(32))],
        'OMMER_UNRELATED',
        'ommers[0].parentHash',
      ],
      [[replaced(sibling, FIELDS.indexOf('gasLimit'), Uint8Array.of(1))], 'OMMER_INVALID', 'ommers[0].gasLimit'],
      [[sibling, sibling, sibling], 'TOO_MANY_OMMERS', 'ommers'],
    ];
    for (const [ommers, code, field] of cases)
      expect(await refusalOf(chain, withOmmers(blockAt(WORK), ommers))).toMatchObject({ code, field });
  });

  it('is refused with an ommer whose time is that of a later fork than its number', async () => {
    const { config, ...rest } = GENESIS;
    const timely = { ...config, terminalTotalDifficulty: undefined };
    const chain = await createChain({ engine: engineOf(), genesis: { ...rest, config: timely } as Genesis });
    open.push(chain);
    for (const block of BLOCKS.slice(0, WORK - 1)) await chain.importBlock(block);
    const ommer = replaced(partsOf(blockAt(WORK - 1))[0], FIELDS.indexOf('timestamp'), Uint8Array.of(1, 0, 0));
    const refusal = await refusalOf(chain, withOmmers(blockAt(WORK), [ommer]));
    expect(refusal).toMatchObject({ code: 'OMMER_INVALID', field: 'ommers[0].timestamp' });
    const late = withField(blockAt(WORK), 'timestamp', () => Uint8Array.of(1, 0, 0));
    expect(await refusalOf(chain, late)).toMatchObject({ code: 'MALFORMED_BLOCK', field: 'timestamp' });
  });
});
