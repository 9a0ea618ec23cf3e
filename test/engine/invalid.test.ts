// Validity: for each reason there is a block whose second transaction is invalid for it. The result names the first such
// transaction in block order, at any slot count; the state stays what it was, and the engine goes on.

import type { Engine, Hex, InvalidCode, RpcBlock, RpcTransaction, State } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { push, REVERT, STOP } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { Engines } from './scenarios.ts';

const SLOT_COUNTS = [1, 2];
const ALICE: Hex = '0xa11ce00000000000000000000000000000000001';
const BOB: Hex = '0xb0b0000000000000000000000000000000000002';
const CONTRACT: Hex = '0xc0de000000000000000000000000000000000003';
const AGED: Hex = '0xa6ed000000000000000000000000000000000004';
const RECIPIENT: Hex = '0x0e10000000000000000000000000000000000005';
const DEPOSIT_CONTRACT: Hex = '0x00000000219ab540356cbb839cbe05303d7705fa';
const DEPOSIT_EVENT = '0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5';
/** Mainnet has Osaka at this time, after the last fork that blocks are made for. */
const OSAKA_TIME = 1_764_800_000;

let engines: Engines;
beforeAll(async () => {
  engines = await Engines.start(SLOT_COUNTS);
});
afterAll(() => engines?.close());

type Change = Partial<Record<keyof RpcTransaction, unknown>>;

interface Case {
  fork?: make.Fork | 'osaka';
  tx: Change;
  accounts?: make.HandMadeBlock['accounts'];
  /** -1: the block itself is invalid, which no single transaction can be. */
  txIndex?: -1;
  /** Only the block's second transaction is: the first has used gas. */
  needsBlock?: true;
}

const hash = (version: string): Hex => `0x${version}${'00'.repeat(31)}`;
const blobs = (count: number, change: Change = {}): Change => ({
  type: '0x3',
  maxFeePerBlobGas: '0x1',
  blobVersionedHashes: Array.from({ length: count }, () => hash('01')),
  ...change,
});
const bytes = (count: number): Hex => `0x${'11'.repeat(count)}`;

/** Reasons that decoding gives before anything is executed: such a transaction cannot be written down. */
type Refused = 'TX_TYPE_UNSUPPORTED' | 'BLOB_CREATE' | 'AUTHORIZATION_CREATE';

const CASES: Record<Exclude<InvalidCode, Refused>, Case> = {
  SENDER_NOT_EOA: { tx: { from: CONTRACT, nonce: 1 } },
  NONCE_TOO_LOW: { tx: { from: AGED, nonce: 6 } },
  NONCE_TOO_HIGH: { tx: { from: AGED, nonce: 8 } },
  NONCE_MAX: { tx: { from: RECIPIENT, nonce: 2n ** 64n - 1n } },
  FEE_BELOW_BASE_FEE: { tx: { maxFeePerGas: make.BASE_FEE - 1n, maxPriorityFeePerGas: 0 } },
  PRIORITY_ABOVE_MAX_FEE: { tx: { maxPriorityFeePerGas: make.BASE_FEE * 3n } },
  INSUFFICIENT_FUNDS: { tx: { value: make.ETHER * 10n } },
  INTRINSIC_GAS: { tx: { gas: 20_999 } },
  FLOOR_GAS: { fork: 'prague', tx: { gas: 50_000, input: bytes(1000) } },
  TX_GAS_CAP: { fork: 'osaka', tx: { gas: 2 ** 24 + 1 } },
  BLOCK_GAS_LIMIT: { tx: { gas: 30_000_000 }, needsBlock: true },
  INITCODE_SIZE: { tx: { to: null, gas: 2_000_000, input: bytes(49_153) } },
  BLOB_NONE: { tx: blobs(0) },
  BLOB_HASH_VERSION: { tx: blobs(2, { blobVersionedHashes: [hash('01'), hash('02')] }) },
  BLOB_COUNT: { fork: 'osaka', tx: blobs(7) },
  BLOB_FEE_BELOW_BASE_FEE: { tx: blobs(1, { maxFeePerBlobGas: 0 }) },
  BLOCK_BLOB_GAS: { tx: blobs(7) },
  AUTHORIZATION_NONE: { fork: 'prague', tx: { type: '0x4', authorizationList: [] } },
  SYSTEM_CALL_FAILED: {
    fork: 'prague',
    tx: {},
    accounts: { [make.WITHDRAWAL_REQUESTS]: { nonce: 1, code: REVERT } },
    txIndex: -1,
  },
  DEPOSIT_MALFORMED: {
    fork: 'prague',
    tx: { to: DEPOSIT_CONTRACT },
    accounts: { [DEPOSIT_CONTRACT]: { nonce: 1, code: `${push(DEPOSIT_EVENT)}${push(0)}${push(0)}a1${STOP}` } },
    txIndex: -1,
  },
};

/** The reasons that a transaction can have by itself. */
const SINGLE = (Object.entries(CASES) as [InvalidCode, Case][]).filter(
  ([, { txIndex, needsBlock }]) => txIndex !== -1 && !needsBlock,
);

const transaction = (change: Change): RpcTransaction =>
  ({
    type: '0x2',
    chainId: 1,
    from: ALICE,
    nonce: 0,
    gas: 100_000,
    maxFeePerGas: make.BASE_FEE + make.TIP,
    maxPriorityFeePerGas: make.TIP,
    to: RECIPIENT,
    value: 0,
    input: '0x',
    accessList: [],
    ...change,
  }) as RpcTransaction;

const GOOD = transaction({ from: BOB, value: 7 });

interface Prepared {
  block: RpcBlock;
  state: State;
  tx: RpcTransaction;
}

/** A block of a good transaction, those that `tx` and `more` tell, and its state. */
async function blockWith(
  engine: Engine,
  { fork = 'cancun', tx, accounts = {} }: Case,
  more: Change[] = [],
): Promise<Prepared> {
  const file = make.blockFile({
    fork: fork === 'osaka' ? 'prague' : fork,
    accounts: {
      [ALICE]: { balance: make.ETHER },
      [BOB]: { balance: make.ETHER },
      [AGED]: { balance: make.ETHER, nonce: 7 },
      [CONTRACT]: { balance: make.ETHER, nonce: 1, code: STOP },
      ...accounts,
    },
  });
  const preState = { ...file.preState, [RECIPIENT]: { nonce: 2n ** 64n - 1n, balance: make.ETHER } };
  const state = await engine.createState(preState as Parameters<Engine['createState']>[0], { codes: file.codes });
  const invalid = transaction(tx);
  const transactions = [GOOD, invalid, ...more.map(transaction)];
  const time = fork === 'osaka' ? { timestamp: OSAKA_TIME, number: 23_950_000 } : {};
  const { header, withdrawals } = file;
  return { block: { ...header, ...time, withdrawals, transactions } as unknown as RpcBlock, state, tx: invalid };
}

const contextOf = ({ number, timestamp, gasLimit, baseFeePerGas, miner }: RpcBlock): object => ({
  ...{ number, timestamp, gasLimit, baseFeePerGas, coinbase: miner },
});

describe.each(SLOT_COUNTS)('at %i slots', (slots) => {
  let engine: Engine;
  beforeAll(() => {
    engine = engines.at(slots);
  });

  describe.each(Object.entries(CASES))('%s', (code, scenario) => {
    const { txIndex = 1 } = scenario;

    test('makes the block invalid, leaves the state, and the engine goes on', async () => {
      const { block, state } = await blockWith(engine, scenario);
      const before = JSON.stringify(await state.toJSON());
      const result = await engine.runBlock({ block, state });
      expect(result.invalid).toEqual({ txIndex, code, reason: expect.stringMatching(/\w+ \w+/) });
      expect([result.gasUsed, result.receipts, result.stateDiff.toJSON()]).toEqual([0n, [], {}]);
      expect(JSON.stringify(await state.toJSON())).toBe(before);

      const fine = await blockWith(engine, { fork: scenario.fork ?? 'cancun', tx: {} });
      const after = await engine.runBlock({ block: fine.block, state: fine.state });
      expect(after.invalid).toBeUndefined();
      expect(after.gasUsed).toBe(42_000n);
      await Promise.all([state.dispose(), fine.state.dispose()]);
    });

    test('is the reason that counts before a later one', async () => {
      const { block, state } = await blockWith(engine, scenario, txIndex === 1 ? [{ from: BOB, nonce: 99 }, {}] : []);
      expect((await engine.runBlock({ block, state })).invalid).toMatchObject({ txIndex, code });
      await state.dispose();
    });
  });

  test.each(SINGLE)('%s makes a single transaction invalid', async (code, scenario) => {
    const { block, state, tx } = await blockWith(engine, scenario);
    const before = JSON.stringify(await state.toJSON());
    const result = await engine.runTx({ tx, state, block: contextOf(block) });
    expect(result).toMatchObject({ success: false, invalid: { txIndex: 0, code }, logs: [], gasUsed: 0n });
    expect(JSON.stringify(await state.toJSON())).toBe(before);
    expect(await engine.runTx({ tx: GOOD, state, block: contextOf(block) })).toMatchObject({ success: true });
    await state.dispose();
  });

  const refused: Record<Refused, [Case, string]> = {
    TX_TYPE_UNSUPPORTED: [{ fork: 'shanghai', tx: blobs(1) }, 'type'],
    BLOB_CREATE: [{ tx: blobs(1, { to: null }) }, 'to'],
    AUTHORIZATION_CREATE: [{ fork: 'prague', tx: { type: '0x4', authorizationList: [], to: null } }, 'to'],
  };
  test.each(Object.entries(refused))('%s is a bad argument already', async (_code, [scenario, field]) => {
    const { block, state, tx } = await blockWith(engine, scenario);
    const path = `transactions[1].${field}`;
    await expect(engine.runBlock({ block, state })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field: path });
    const run = engine.runTx({ tx, state, block: contextOf(block) });
    await expect(run).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field: `tx.${field}` });
    await state.dispose();
  });

  test('a transaction that only the ones before it make invalid is found', async () => {
    const spends = { from: ALICE, value: make.ETHER / 2n };
    const { block, state } = await blockWith(engine, { tx: spends }, [{ ...spends, nonce: 1 }]);
    expect((await engine.runBlock({ block, state })).invalid).toMatchObject({ txIndex: 2, code: 'INSUFFICIENT_FUNDS' });
    await state.dispose();
  });

  test('a transaction that only the ones before it make valid is valid', async () => {
    const poor: Hex = '0x9009000000000000000000000000000000000006';
    const gift = { value: make.ETHER / 2n, to: poor };
    const { block, state } = await blockWith(engine, { tx: gift }, [{ from: poor, value: make.ETHER / 4n }]);
    const result = await engine.runBlock({ block, state });
    expect(result.invalid).toBeUndefined();
    expect(result.receipts.map(({ status }) => status)).toEqual([1, 1, 1]);
    await state.dispose();
  });
});
