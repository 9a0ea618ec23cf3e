// What counts as a conflict: made-up records, each with one thing to find.
import type { AccountFootprint, Hex, SlotFootprint, TransactionRecord } from 'parallel-evm';
import { describe, expect, test } from 'vitest';
import { dependenciesOf } from '../../src/analysis/conflicts.ts';
import { explainBlock } from '../../src/analysis/explain.ts';
import { knownSelectors } from '../../src/analysis/selectors.ts';

const A: Hex = `0x${'aa'.repeat(20)}`;
const MINER: Hex = `0x${'ff'.repeat(20)}`;
const SLOT: Hex = `0x${'01'.repeat(32)}`;

const record = (change: Partial<TransactionRecord>): TransactionRecord => ({
  ...{ from: A, gasUsed: 21_000n, gasLimit: 21_000n, logBytes: 0, ms: 1, fee: 0n, accounts: [], slots: [] },
  ...change,
});
const slot = (written: boolean): SlotFootprint => ({ address: A, slot: SLOT, written });
const account = (change: Partial<AccountFootprint>): AccountFootprint => ({
  ...{ address: A, reads: [], writes: [], before: 100n, after: 100n },
  ...change,
});
/** Which transactions each one needs. */
const needed = (...records: TransactionRecord[]): number[][] =>
  dependenciesOf(records, MINER).map((all) => all.map(({ on }) => on));

const credit = (before: bigint, after: bigint) =>
  record({ accounts: [account({ writes: ['balance'], before, after })] });

describe('dependenciesOf', () => {
  test('a slot that was written is needed by who reads it, from its last writer', () => {
    const [write, read] = [record({ slots: [slot(true)] }), record({ slots: [slot(false)] })];
    expect(needed(read, write, write, read, read)).toEqual([[], [], [1], [2], [2]]);
  });

  test('an exact balance needs all who changed it', () => {
    const look = record({ accounts: [account({ reads: ['balance'] })] });
    expect(needed(credit(100n, 110n), credit(110n, 120n), look)).toEqual([[], [], [0, 1]]);
  });

  test('credits and covered debits need nobody', () => {
    const debit = record({
      accounts: [account({ reads: ['cover'], writes: ['balance'], before: 110n, after: 60n, least: 60n })],
    });
    expect(needed(credit(100n, 110n), debit)).toEqual([[], []]);
  });

  test('a debit that only credits cover needs their givers', () => {
    const debit = record({
      accounts: [account({ reads: ['cover'], writes: ['balance'], before: 110n, after: 5n, least: 5n })],
    });
    expect(needed(credit(100n, 110n), debit)).toEqual([[], [0]]);
  });

  test('the fee recipient changes with every fee', () => {
    const pays = record({ fee: 1n });
    const look = record({ accounts: [account({ address: MINER, reads: ['balance'] })] });
    expect(needed(pays, record({}), look)).toEqual([[], [], [0]]);
  });

  test('the stated nonce is a predicate, a nonce that is looked at is not', () => {
    const sends = record({ accounts: [account({ reads: ['statedNonce'], writes: ['nonce'] })] });
    const looks = record({ accounts: [account({ reads: ['nonce'] })] });
    expect(needed(sends, sends, looks)).toEqual([[], [], [1]]);
  });

  test('who asks whether an account is empty needs who brought it to life', () => {
    const asks = record({ accounts: [account({ reads: ['existence'], before: 5n, after: 5n })] });
    expect(needed(credit(0n, 5n), credit(5n, 6n), asks)).toEqual([[], [], [0]]);
  });
});

describe('explainBlock', () => {
  const chain = Array.from({ length: 12 }, () => record({ to: A, selector: '0xa9059cbb', slots: [slot(true)] }));

  test('tells a chain, its key and its contract', () => {
    const explained = explainBlock(chain, { feeRecipient: MINER, slots: [2] });
    expect(explained.criticalPath.links).toHaveLength(12);
    expect(explained.speedups).toEqual([{ slots: 2, factor: 1 }]);
    expect(explained.hotKeys).toEqual([{ kind: 'slot', address: A, slot: SLOT, dependents: 11, ms: 11 }]);
    expect(explained.hotContracts[0]).toMatchObject({
      ...{ address: A, transactions: 12, dependents: 11 },
      functions: [{ name: 'transfer(address,uint256)', calls: 12 }],
    });
    expect(explained.reasons.map(({ code }) => code)).toEqual(['LONG_CHAIN', 'HOT_KEY']);
  });

  test('tells when nothing stands in the way', () => {
    const free = Array.from({ length: 12 }, () => record({}));
    const explained = explainBlock(free, { feeRecipient: MINER });
    expect(explained.speedups.map(({ factor }) => factor)).toEqual([2, 4, 6, 12]);
    expect(explained.reasons.map(({ code }) => code)).toEqual(['NONE']);
  });

  test('of an empty block says so', () => {
    const explained = explainBlock([], { feeRecipient: MINER });
    expect(explained).toMatchObject({ transactions: 0, ms: 0, speedups: [], hotKeys: [] });
    expect(explained.reasons.map(({ code }) => code)).toEqual(['EMPTY']);
  });

  test('takes the fee recipient in any form', () => {
    const pays = record({ fee: 1n });
    const looks = record({ accounts: [account({ address: MINER, reads: ['balance'] })] });
    for (const feeRecipient of [MINER, MINER.toUpperCase().replace('X', 'x') as Hex, new Uint8Array(20).fill(0xff)])
      expect(explainBlock([pays, looks], { feeRecipient }).dependents).toBe(1);
  });

  test.each([
    ['feeRecipient', { feeRecipient: '0x01' as Hex }],
    ['slots', { feeRecipient: MINER, slots: 2 as unknown as number[] }],
    ['slots[1]', { feeRecipient: MINER, slots: [2, 0] }],
    ['slots[0]', { feeRecipient: MINER, slots: [1.5] }],
    ['most', { feeRecipient: MINER, most: -1 }],
    ['options', undefined as unknown as { feeRecipient: Hex }],
  ])('refuses %s out of range', (field, options) => {
    expect(() => explainBlock([], options)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT', field }));
  });
});

test('selectors are those that everybody knows', () => {
  const names = knownSelectors();
  expect(names.get('0xa9059cbb')).toBe('transfer(address,uint256)');
  expect(names.get('0x38ed1739')).toMatch(/^swapExactTokensForTokens/);
  expect(names.get('0x3593564c')).toBe('execute(bytes,bytes[],uint256)');
});
