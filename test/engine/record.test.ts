// A recorded run: the result of any other run, and footprints that account for every change of the block.
import { createEngine, type Engine, type Hex, type TransactionRecord } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIXTURE_NAMES, fixture, stateFor } from './scenarios.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ slots: 2, warmUp: false });
});
afterAll(() => engine?.close());

/** `address slot` of every slot that a transaction says to have changed. */
const writtenSlots = (records: readonly TransactionRecord[]): Set<string> =>
  new Set(
    records.flatMap(({ slots }) => slots.flatMap((each) => (each.written ? [`${each.address} ${each.slot}`] : []))),
  );

/** Contracts that the block itself calls: no transaction's footprint has what they write (EIP-4788, 2935, 7002, 7251). */
const SYSTEM_CONTRACTS: Hex[] = [
  '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
  '0x0000f90827f1c53a10cb7a02335b175320002935',
  '0x00000961ef480eb55e80d19ad83579a64c007002',
  '0x0000bbddc7ce488642fb579f8b00f3a590007251',
];

/** Accounts that came or went: what is gone with a contract's storage is not told slot by slot. */
const destroyed = (records: readonly TransactionRecord[]): Hex[] =>
  records.flatMap(({ accounts }) =>
    accounts.flatMap((each) => (each.writes.includes('existence') ? [each.address] : [])),
  );

describe.each(FIXTURE_NAMES)('%s', (name) => {
  test('recording changes nothing, and misses nothing', async () => {
    const file = await fixture(name);
    const state = await stateFor(engine, file);
    const input = { block: file.block, state, blockHashes: file.blockHashes, commit: false };
    const [plain, recorded] = [await engine.runBlock(input), await engine.runBlock({ ...input, record: true })];
    await state.dispose();
    expect(plain.records).toBeUndefined();
    expect(recorded.receiptsRoot).toEqual(plain.receiptsRoot);
    expect(recorded.gasUsed).toBe(plain.gasUsed);
    expect(recorded.stateDiff.toJSON()).toEqual(plain.stateDiff.toJSON());
    const records = recorded.records as readonly TransactionRecord[];
    expect(records.map(({ gasUsed }) => gasUsed)).toEqual(plain.stats.perTransaction.map(({ gasUsed }) => gasUsed));
    expect(records.every(({ ms }) => ms > 0)).toBe(true);
    expect(records.map(({ gasLimit }) => gasLimit)).toEqual(file.block.transactions.map(({ gas }) => BigInt(gas)));
    const logBytes = plain.receipts.map(({ logs }) =>
      logs.reduce((sum, [, topics, data]) => sum + 40 + 32 * topics.length + 8 * Math.ceil(data.length / 8), 0),
    );
    expect(records.map((record) => record.logBytes)).toEqual(logBytes);

    const written = writtenSlots(records);
    const others = new Set<string>([...SYSTEM_CONTRACTS, ...destroyed(records)]);
    for (const [address, { storage = {} }] of Object.entries(plain.stateDiff.toJSON())) {
      if (others.has(address)) continue;
      for (const slot of Object.keys(storage)) expect(written).toContain(`${address} ${slot}`);
    }
  });
});
