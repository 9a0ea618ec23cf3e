// The canonical state diff: one law per rule of its form, on blocks made by hand, for the oracle and for the engine. Then
// the oracle itself, and the comparison that reports differences.

import { type BlockInput, createEngine, type Engine } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADD,
  CALLDATALOAD,
  CALLER,
  create2,
  deploy,
  MOD,
  push,
  REVERT,
  STOP,
  selfdestruct,
  sstore,
  TIMESTAMP,
} from './oracle/bytecode.ts';
import { firstDifference, headerDifference } from './oracle/difference.mjs';
import * as make from './oracle/hand-made.ts';
import { runReference, type StateDiff } from './oracle/reference.mjs';

const SEED = process.env.SEED ?? 'oracle';
const alice = make.person(SEED, 'alice');
const bob = make.person(SEED, 'bob');
const CONTRACT: make.Hex = '0xc0de000000000000000000000000000000000001';
const FACTORY: make.Hex = '0xfac7000000000000000000000000000000000002';
const HEIR: make.Hex = '0x0e10000000000000000000000000000000000003';
const NOBODY: make.Hex = '0x0b0d000000000000000000000000000000000004';
const PSEUDO_CALLER = `0x${'f'.repeat(39)}e`;
const BEACON_ROOTS: make.Hex = '0x000f3df6d732807ef1319fb7b8bb8522d0beac02';

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const word = (value: number | bigint): string => `0x${value.toString(16).padStart(64, '0')}`;

const RICH = { [alice.address]: { balance: make.ETHER }, [bob.address]: { balance: make.ETHER } };

const engines: Engine[] = [];
beforeAll(async () => {
  engines.push(await createEngine({ slots: 1 }), await createEngine({ slots: 2 }));
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

async function engineDiff(engine: Engine | undefined, file: make.BlockJson): Promise<StateDiff | undefined> {
  const { header, transactions, withdrawals, preState, codes, blockHashes } = file;
  const state = await engine?.createState(preState as Parameters<Engine['createState']>[0], { codes });
  if (state === undefined) return undefined;
  const block = { ...header, transactions, withdrawals } as unknown as BlockInput;
  const result = await engine?.runBlock({ block, state, blockHashes });
  expect(result?.invalid).toBeUndefined();
  await state.dispose();
  return result?.stateDiff.toJSON();
}

const RUNNERS: Record<string, (file: make.BlockJson) => Promise<StateDiff | undefined>> = {
  'the oracle': async (file) => (await runReference(file)).stateDiff,
  'one slot': (file) => engineDiff(engines[0], file),
  'two slots': (file) => engineDiff(engines[1], file),
};

describe.each(Object.entries(RUNNERS))('the state diff of %s', (_name, run) => {
  const diffOf = async (block: make.HandMadeBlock): Promise<StateDiff> => (await run(make.blockFile(block))) ?? {};

  /** The diff of one transaction by alice, who pays for it and whose fee the coinbase gets. */
  async function diffOfOne(fork: make.Fork, draft: make.Draft, accounts: make.HandMadeBlock['accounts'] = {}) {
    const transactions = [make.signed(fork, alice, draft)];
    const diff = await diffOf({ fork, accounts: { ...RICH, ...accounts }, transactions });
    expect(diff[alice.address], `seed ${SEED}`).toMatchObject({ nonce: '0x1' });
    expect(diff[make.COINBASE]).toHaveProperty('balance');
    const { [alice.address]: _sender, [make.COINBASE]: _coinbase, ...others } = diff;
    return others;
  }

  describe('accounts', () => {
    test('a transfer changes balance and nonce of the sender, balances of recipient and coinbase, and nothing else', async () => {
      const transactions = [make.signed('paris', alice, { to: NOBODY, value: 5n })];
      const bystander = { [CONTRACT]: { nonce: 1, balance: 9n, code: STOP, storage: { 1: 1 } } };
      expect(await diffOf({ fork: 'paris', accounts: { ...RICH, ...bystander }, transactions })).toEqual({
        [alice.address]: { balance: hex(make.ETHER - 5n - 21_000n * (make.BASE_FEE + make.TIP)), nonce: '0x1' },
        [NOBODY]: { balance: '0x5' },
        [make.COINBASE]: { balance: hex(21_000n * make.TIP) },
      });
    });

    test('addresses and slots are sorted', async () => {
      const code = sstore(9, 1) + sstore(0x80, 1) + sstore(2, 1) + STOP;
      const transactions = [make.signed('paris', alice, { to: CONTRACT })];
      const diff = await diffOf({ fork: 'paris', accounts: { ...RICH, [CONTRACT]: { nonce: 1, code } }, transactions });
      expect(Object.keys(diff)).toEqual([alice.address, CONTRACT, make.COINBASE].sort());
      expect(Object.keys(diff[CONTRACT]?.storage ?? {})).toEqual([word(2), word(9), word(0x80)]);
    });

    test('a new contract shows nonce, code and storage', async () => {
      const init = deploy(STOP, sstore(1, 0x1234));
      const diff = await diffOfOne('paris', { data: init });
      expect(Object.values(diff)).toEqual([{ nonce: '0x1', code: '0x00', storage: { [word(1)]: word(0x1234) } }]);
    });

    test('a reverted transaction leaves its fee and nonce only', async () => {
      const code = sstore(1, 1) + REVERT;
      expect(await diffOfOne('paris', { to: CONTRACT, value: 7n }, { [CONTRACT]: { nonce: 1, code } })).toEqual({});
    });

    test('an account known not to exist is as good as one not listed', async () => {
      expect(await diffOfOne('paris', { to: NOBODY, value: 5n }, { [NOBODY]: null })).toEqual({
        [NOBODY]: { balance: '0x5' },
      });
    });

    test('withdrawals are paid in Gwei, and one of nothing leaves nothing', async () => {
      const withdrawals = { [NOBODY]: 3, [HEIR]: 0 };
      expect(await diffOf({ fork: 'shanghai', accounts: {}, withdrawals })).toEqual({
        [NOBODY]: { balance: hex(3n * make.GWEI) },
      });
    });
  });

  describe('storage', () => {
    test('a cleared slot is 32 bytes of zero', async () => {
      const account = { nonce: 1, code: sstore(1, 0) + STOP, storage: { 1: 5, 2: 6 } };
      expect(await diffOfOne('paris', { to: CONTRACT }, { [CONTRACT]: account })).toEqual({
        [CONTRACT]: { storage: { [word(1)]: word(0) } },
      });
    });

    test('a slot written with what it held, or written and put back, is unchanged', async () => {
      const account = { nonce: 1, code: sstore(1, 5) + sstore(2, 9) + sstore(2, 6) + STOP, storage: { 1: 5, 2: 6 } };
      expect(await diffOfOne('paris', { to: CONTRACT }, { [CONTRACT]: account })).toEqual({});
    });
  });

  describe('deletion', () => {
    const doomed = { nonce: 1, balance: 8n, code: selfdestruct(HEIR), storage: { 1: 5 } };

    test('a deleted account is { deleted: true } alone', async () => {
      expect(await diffOfOne('paris', { to: CONTRACT }, { [CONTRACT]: doomed })).toEqual({
        [CONTRACT]: { deleted: true },
        [HEIR]: { balance: '0x8' },
      });
    });

    test('from Cancun on an older contract survives SELFDESTRUCT without its balance', async () => {
      expect(await diffOfOne('cancun', { to: CONTRACT }, { [CONTRACT]: doomed })).toEqual({
        [CONTRACT]: { balance: '0x0' },
        [HEIR]: { balance: '0x8' },
      });
    });

    test('a contract made and destroyed in one transaction does not appear', async () => {
      const init = sstore(1, 1) + selfdestruct(HEIR);
      expect(await diffOfOne('cancun', { data: init, value: 4n })).toEqual({ [HEIR]: { balance: '0x4' } });
    });

    test('an empty account that a touch removes does not appear', async () => {
      expect(await diffOfOne('paris', { to: NOBODY }, { [NOBODY]: {} })).toEqual({});
    });

    test('a deleted account that is paid again is a new account with its old slots zero', async () => {
      const transactions = [
        make.signed('paris', alice, { to: CONTRACT }),
        make.signed('paris', bob, { to: CONTRACT, value: 3n }),
      ];
      const diff = await diffOf({ fork: 'paris', accounts: { ...RICH, [CONTRACT]: doomed }, transactions });
      expect(diff[CONTRACT]).toEqual({ balance: '0x3', nonce: '0x0', code: '0x', storage: { [word(1)]: word(0) } });
    });

    test('a contract deleted and made again shows its new values, other old slots as zero', async () => {
      const init = deploy(STOP, sstore(2, 7) + sstore(3, 9));
      const reborn = make.create2Address(FACTORY, init);
      const accounts = {
        ...RICH,
        [FACTORY]: { nonce: 1, code: create2(init) + STOP },
        [reborn]: { nonce: 1, code: selfdestruct(HEIR), storage: { 1: 5, 2: 6, 3: 9 } },
      };
      const transactions = [make.signed('paris', alice, { to: reborn }), make.signed('paris', bob, { to: FACTORY })];
      const diff = await diffOf({ fork: 'paris', accounts, transactions });
      expect(diff[reborn]).toEqual({ code: '0x00', storage: { [word(1)]: word(0), [word(2)]: word(7) } });
      expect(diff[FACTORY]).toEqual({ nonce: '0x2' });
    });
  });

  describe('code', () => {
    const target: make.Hex = '0x7a76e70000000000000000000000000000000005';

    test('a delegation is code, and raises the nonce of its authority', async () => {
      const transactions = [make.delegating(alice, NOBODY, bob, target, 0)];
      const diff = await diffOf({ fork: 'prague', accounts: RICH, transactions });
      expect(diff[bob.address]).toEqual({ nonce: '0x1', code: `0xef0100${target.slice(2)}` });
    });

    test('a delegation taken back is empty code', async () => {
      const delegated = { balance: make.ETHER, nonce: 1, code: `ef0100${target.slice(2)}` };
      const transactions = [make.delegating(alice, NOBODY, bob, `0x${'00'.repeat(20)}`, 1)];
      const diff = await diffOf({ fork: 'prague', accounts: { ...RICH, [bob.address]: delegated }, transactions });
      expect(diff[bob.address]).toEqual({ nonce: '0x2', code: '0x' });
    });
  });

  describe('system calls', () => {
    test('their contracts change, their pseudo-caller leaves no trace', async () => {
      const code = sstore(0, CALLER) + STOP;
      expect(await diffOf({ fork: 'prague', accounts: { [make.WITHDRAWAL_REQUESTS]: { nonce: 1, code } } })).toEqual({
        [make.WITHDRAWAL_REQUESTS]: { storage: { [word(0)]: word(BigInt(PSEUDO_CALLER)) } },
      });
    });

    test('the beacon root is stored beside the time', async () => {
      // what EIP-4788's contract does when the system calls it
      const timeSlot = [push(8191), TIMESTAMP, MOD].join('');
      const rootSlot = [push(8191), timeSlot, ADD].join('');
      const root = [push(0), CALLDATALOAD].join('');
      const code = sstore(timeSlot, TIMESTAMP) + sstore(rootSlot, root) + STOP;
      const time = BigInt(make.timestampOf('cancun'));
      const slot = time % 8191n;
      expect(await diffOf({ fork: 'cancun', accounts: { [BEACON_ROOTS]: { nonce: 1, code } } })).toEqual({
        [BEACON_ROOTS]: { storage: { [word(slot)]: word(time), [word(slot + 8191n)]: word(0xbeac) } },
      });
    });
  });
});

describe('the oracle', () => {
  const code = [sstore(1, CALLER), push(0), push(0), 'a0', STOP].join(''); // LOG0 of nothing
  const file = make.blockFile({
    fork: 'prague',
    accounts: { ...RICH, [CONTRACT]: { nonce: 1, code } },
    transactions: [make.signed('prague', alice, { to: CONTRACT }), make.signed('prague', bob, { to: CONTRACT })],
  });

  test('every run starts from the pre-state', async () => {
    const { ms: _once, ...once } = await runReference(file);
    const { ms: _twice, ...twice } = await runReference(file, { repeat: 2 });
    expect(twice).toEqual(once);
    expect(once.stateDiff[alice.address]).toMatchObject({ nonce: '0x1' });
  });

  test('receipts have type, status, cumulative gas, bloom and logs', async () => {
    const { receipts, gasUsed } = await runReference(file);
    expect(receipts.map(({ type, status, logs }) => ({ type, status, logs: logs.length }))).toEqual([
      { type: 2, status: 1, logs: 1 },
      { type: 2, status: 1, logs: 1 },
    ]);
    expect(receipts[1]?.cumulativeBlockGasUsed).toBe(gasUsed);
    expect(receipts[0]?.bitvector.some((byte) => byte !== 0)).toBe(true);
  });

  test('a header that says something else is refused when it is to be compared', async () => {
    await expect(runReference(file, { validate: true })).rejects.toThrow(/invalid/);
  });

  test('a code that the file leaves out is an error when it is run', async () => {
    const without = { ...file, codes: {} };
    await expect(runReference(without)).rejects.toThrow(/is not in the file/);
  });
});

describe('the comparison', () => {
  const receipt = { status: 1, cumulativeBlockGasUsed: 21_000n, logs: [[Uint8Array.of(1, 2), [], Uint8Array.of(3)]] };

  test('equal content is no difference, whatever the order of keys', () => {
    expect(firstDifference({ b: Uint8Array.of(1), a: 1n }, { a: 1n, b: Uint8Array.of(1) }, 'x')).toBeUndefined();
    expect(firstDifference([structuredClone(receipt)], [receipt], 'receipts')).toBeUndefined();
  });

  test.each([
    ['a number', { ...receipt, status: 0 }, '.status'],
    ['an amount', { ...receipt, cumulativeBlockGasUsed: 21_001n }, '.cumulativeBlockGasUsed'],
    ['a byte', { ...receipt, logs: [[Uint8Array.of(1, 2), [], Uint8Array.of(4)]] }, '.logs[0][2]'],
    ['the length of bytes', { ...receipt, logs: [[Uint8Array.of(1), [], Uint8Array.of(3)]] }, '.logs[0][0]'],
    ['an entry too many', { ...receipt, logs: [...receipt.logs, []] }, '.logs[1]'],
    ['an entry too few', { ...receipt, logs: [] }, '.logs[0]'],
    ['a field too many', { ...receipt, blobGasUsed: 1n }, '.blobGasUsed'],
    ['another type', { ...receipt, cumulativeBlockGasUsed: 21_000 }, '.cumulativeBlockGasUsed'],
  ])('%s is found and named', (_what, got, path) => {
    expect(firstDifference([got], [receipt], 'r')?.path).toBe(`r[0]${path}`);
  });

  const result = {
    gasUsed: 5n,
    receiptsRoot: new Uint8Array(32).fill(1),
    logsBloom: new Uint8Array(256),
    requestsHash: new Uint8Array(32).fill(2),
  };
  const header = {
    gasUsed: '0x5',
    receiptsRoot: `0x${'01'.repeat(32)}`,
    logsBloom: `0x${'00'.repeat(256)}`,
    requestsHash: `0x${'02'.repeat(32)}`,
  };

  test('a result that the header describes has no difference, with or without requests', () => {
    const { requestsHash: _hash, ...early } = header;
    expect(headerDifference(header, result)).toBeUndefined();
    expect(headerDifference(early, result)).toBeUndefined();
  });

  test.each(Object.keys(header))('a wrong %s is found', (field) => {
    const wrong = { ...header, [field]: '0x7' };
    expect(headerDifference(wrong, result)?.path).toBe(`header.${field}`);
  });

  test('a requests hash that is missing is found', () => {
    const { requestsHash: _hash, ...without } = result;
    expect(headerDifference(header, without)?.path).toBe('header.requestsHash');
  });
});
