import { createBlock, createBlockFromRLP } from '@ethereumjs/block';
import { Common, createCustomCommon, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { createTx } from '@ethereumjs/tx';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from 'vitest';
import { type BlockInput, decodeBlock, decodeBlockSync } from '../../src/block/decode.ts';
import { assertSupportedChain } from '../../src/block/forks.ts';
import { recoverAddressBy, SECP256K1_ORDER } from '../../src/block/recover.ts';
import { ParallelEvmError } from '../../src/errors.ts';
import { hexOf } from '../../src/hex.ts';
import {
  addressOfKey,
  authorize,
  chainOf,
  type Json,
  makeBlock,
  OLD_FORKS,
  Random,
  rpcForm,
  viemForm,
  withoutSenders,
} from './blocks.ts';

const SEED = Number(process.env.SEED ?? 7702);
const common = new Common({ chain: Mainnet });
const decode = (input: unknown) => decodeBlockSync(input as BlockInput, { common });

function errorOf(run: () => unknown): ParallelEvmError {
  try {
    run();
  } catch (error) {
    if (error instanceof ParallelEvmError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe(`decodeBlock, seed ${SEED}`, () => {
  const forks = [...OLD_FORKS, 'paris', 'shanghai', 'cancun', 'prague', 'osaka', 'bpo1', 'bpo2'];

  it.each(forks)('gives the same plain block for every form of a %s block', (fork) => {
    const block = makeBlock(SEED, fork);
    const rpc = rpcForm(block);
    const plain = decode(rpc);
    expect(plain.hardfork).toBe(fork);
    expect(plain.transactions.map((tx) => hexOf(tx.from))).toEqual(
      block.transactions.map((tx) => tx.getSenderAddress().toString()),
    );
    expect(decode(withoutSenders(rpc))).toEqual(plain);
    expect(decode(viemForm(rpc))).toEqual(plain);
    expect(decode(withoutSenders(viemForm(rpc)))).toEqual(plain);
    expect(decode(block)).toEqual(plain);
    expect(decode(createBlockFromRLP(block.serialize(), { common: chainOf(fork) }))).toEqual(plain);
    expect(decode(block.serialize())).toEqual(plain);
  });

  it('keeps every field of every transaction type', () => {
    const block = makeBlock(SEED + 1, 'prague');
    const plain = decode(block);
    const header = { ...plain.header, expected: undefined };
    expect(header).toEqual({
      number: block.header.number,
      timestamp: block.header.timestamp,
      gasLimit: block.header.gasLimit,
      baseFeePerGas: block.header.baseFeePerGas,
      coinbase: block.header.coinbase.bytes,
      prevRandao: block.header.mixHash,
      parentHash: block.header.parentHash,
      excessBlobGas: block.header.excessBlobGas,
      parentBeaconBlockRoot: block.header.parentBeaconBlockRoot,
      expected: undefined,
    });
    expect(plain.header.expected).toEqual({
      gasUsed: block.header.gasUsed,
      receiptsRoot: block.header.receiptTrie,
      logsBloom: block.header.logsBloom,
      stateRoot: block.header.stateRoot,
      requestsHash: block.header.requestsHash,
      blobGasUsed: block.header.blobGasUsed,
    });
    expect(plain.withdrawals).toEqual(block.withdrawals?.map((withdrawal) => withdrawal.toValue()));
    plain.transactions.forEach((tx, i) => {
      const source = block.transactions[i] as unknown as Record<string, unknown>;
      const { type, nonce, gasLimit, value, data } = tx;
      expect({ type, nonce, gasLimit, value, data }).toEqual({
        type: source.type,
        nonce: source.nonce,
        gasLimit: source.gasLimit,
        value: source.value,
        data: source.data,
      });
      expect(tx.maxFeePerGas).toBe(source.maxFeePerGas ?? source.gasPrice);
      expect(tx.maxPriorityFeePerGas).toBe(source.maxPriorityFeePerGas ?? source.gasPrice);
      expect(tx.to && hexOf(tx.to)).toBe(block.transactions[i]?.to?.toString());
      expect(tx.accessList.map((entry) => [entry.address, entry.storageKeys])).toEqual(source.accessList ?? []);
      expect(tx.maxFeePerBlobGas).toBe(source.maxFeePerBlobGas);
      expect(tx.blobVersionedHashes.map(hexOf)).toEqual(source.blobVersionedHashes ?? []);
    });
    expect(plain.transactions.map((tx) => tx.type)).toEqual([0, 1, 2, 3, 4, 0, 2, 0]);
    expect(plain.transactions.map((tx) => tx.chainId)).toEqual([1n, 1n, 1n, 1n, 1n, 1n, 1n, undefined]);
  });

  it('is asynchronous and rejects with the same errors', async () => {
    const rpc = rpcForm(makeBlock(SEED, 'paris'));
    await expect(decodeBlock(rpc as never, { common })).resolves.toEqual(decode(rpc));
    await expect(decodeBlock(5 as never, { common })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field: 'block' });
  });
});

describe('senders', () => {
  it('are believed where the input names them', () => {
    const rpc = rpcForm(makeBlock(SEED, 'paris'));
    const from = hexOf(new Uint8Array(20).fill(0xab));
    const transactions = (rpc.transactions as Json[]).map((tx) => ({ ...tx, from, r: undefined, v: undefined }));
    expect(decode({ ...rpc, transactions }).transactions.map((tx) => hexOf(tx.from))).toEqual(
      transactions.map(() => from),
    );
  });

  it('are taken from an impersonating block object without a signature', () => {
    const london = chainOf('paris');
    const tx = createTx({ type: 2, maxFeePerGas: 9n, gasLimit: 21_000n }, { common: london, freeze: false });
    const from = new Random(SEED).bytes(20);
    tx.getSenderAddress = () => ({ bytes: from }) as never;
    const block = createBlock({ header: { number: 1n } }, { common: london, freeze: false });
    block.transactions.push(tx);
    expect(decode(block).transactions[0]?.from).toEqual(from);
  });

  it('come from the recovery that the caller gives', () => {
    const rpc = withoutSenders(rpcForm(makeBlock(SEED, 'prague')));
    const signer = new Uint8Array(20).fill(7);
    const plain = decodeBlockSync(rpc as never, { common, recover: () => signer });
    expect(plain.transactions.every((tx) => tx.from === signer)).toBe(true);
    expect(plain.transactions[4]?.authorizationList?.[0]?.authority).toBe(signer);
  });

  it('are the same by a function that computes public keys', () => {
    const recover = recoverAddressBy((hash, signature, parity, out, at) => {
      const bytes = Uint8Array.of(parity, ...signature);
      const key = secp256k1.Signature.fromBytes(bytes, 'recovered').recoverPublicKey(hash).toBytes(false);
      out.set(key.subarray(1), at);
      return true;
    });
    const rpc = withoutSenders(rpcForm(makeBlock(SEED, 'prague')));
    expect(decodeBlockSync(rpc as never, { common, recover })).toEqual(decode(rpc));
    const never = recoverAddressBy(() => false);
    expect(errorOf(() => decodeBlockSync(rpc as never, { common, recover: never }))).toMatchObject({
      field: 'transactions[0].r',
    });
  });

  it('need a signature where neither is there', () => {
    const rpc = withoutSenders(rpcForm(makeBlock(SEED, 'paris')));
    const transactions = (rpc.transactions as Json[]).map((tx) => ({ ...tx, r: undefined }));
    expect(errorOf(() => decode({ ...rpc, transactions }))).toMatchObject({ field: 'transactions[0].r' });
  });
});

describe('authorities', () => {
  const random = new Random(SEED + 2);
  const key = random.bytes(32);
  const good = authorize(key, 1n, random.bytes(20), 5n);
  const authoritiesOf = (change: Json) => {
    const rpc = rpcForm(makeBlock(SEED, 'prague'));
    const transactions = rpc.transactions as Json[];
    transactions[4] = { ...transactions[4], authorizationList: [{ ...good, ...change }] };
    return decode(rpc).transactions[4]?.authorizationList;
  };

  it('are the signers of keccak(5 || rlp([chainId, address, nonce]))', () => {
    expect(authoritiesOf({})).toEqual([
      { chainId: 1n, address: good.address, nonce: 5n, authority: addressOfKey(key) },
    ]);
    const everyChain = authorize(key, 0n, good.address, 5n);
    expect(authoritiesOf({ ...everyChain })?.[0]?.authority).toEqual(addressOfKey(key));
  });

  const noAuthority: [string, Json][] = [
    ['a parity of 2', { yParity: 2n }],
    ['a parity of 255', { yParity: 255n }],
    ['the high s of a valid pair', { s: SECP256K1_ORDER - good.s, yParity: 1n - good.yParity }],
    ['r of zero', { r: 0n }],
    ['s of zero', { s: 0n }],
    ['r of the group order', { r: SECP256K1_ORDER }],
    ['r that is no x-coordinate', { r: 5n }],
    ['another chain', { ...authorize(key, 2n, good.address, 5n) }],
    ['the greatest nonce', { ...authorize(key, 1n, good.address, 2n ** 64n - 1n) }],
  ];
  it.each(noAuthority)('are absent for %s', (_, change) => {
    const [authorization] = authoritiesOf(change) ?? [];
    expect(authorization).toBeDefined();
    expect(authorization).not.toHaveProperty('authority');
  });

  it('are valid up to half the order', () => {
    // A signature with the low s of a pair has an authority, its twin with the high s does not (EIP-2).
    expect(good.s).toBeLessThanOrEqual(SECP256K1_ORDER / 2n);
    expect(authoritiesOf({})?.[0]).toHaveProperty('authority');
  });
});

describe('before Paris', () => {
  it('ommers come with every form that has their headers', () => {
    const block = makeBlock(SEED, 'london');
    const rpc = rpcForm(block);
    const expected = block.uncleHeaders.map((header) => ({ number: header.number, coinbase: header.coinbase.bytes }));
    expect(expected).toHaveLength(1);
    expect([rpc, block, block.serialize()].map((form) => decode(form).ommers)).toEqual([expected, expected, expected]);
  });

  it.each([0n, 7n, -1n])('an ommer %i below the block, which is paid nothing known, is refused', (distance) => {
    const rpc = rpcForm(makeBlock(SEED, 'london'));
    const [ommer] = rpc.ommers as Json[];
    const number = BigInt(rpc.number as string) - distance;
    const error = errorOf(() => decode({ ...rpc, ommers: [{ ...ommer, number }] }));
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'ommers[0].number', value: number });
  });

  it('more than two ommers are refused', () => {
    const rpc = rpcForm(makeBlock(SEED, 'london'));
    const [ommer] = rpc.ommers as Json[];
    expect(decode({ ...rpc, ommers: [ommer, ommer] }).ommers).toHaveLength(2);
    expect(errorOf(() => decode({ ...rpc, ommers: [ommer, ommer, ommer] }))).toMatchObject({ field: 'ommers' });
  });

  it('hashes of ommers do not do', () => {
    const { ommers: _, ...rpc } = rpcForm(makeBlock(SEED, 'london'));
    const error = errorOf(() => decode({ ...rpc, uncles: [hexOf(new Uint8Array(32))] }));
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: 'ommers' });
  });

  it('PREVRANDAO is the difficulty', () => {
    const block = makeBlock(SEED, 'berlin');
    expect(BigInt(hexOf(decode(block).header.prevRandao))).toBe(block.header.difficulty);
  });

  it('the base fee is needed from London on', () => {
    const without = (fork: string) => ({ ...rpcForm(makeBlock(SEED, fork)), baseFeePerGas: undefined });
    expect(errorOf(() => decode(without('london')))).toMatchObject({ field: 'baseFeePerGas' });
    expect(decode(without('berlin')).header.baseFeePerGas).toBe(0n);
  });

  const change = (fork: string, edit: (tx: Json) => Json) => {
    const rpc = withoutSenders(rpcForm(makeBlock(SEED, fork)));
    return { ...rpc, transactions: (rpc.transactions as Json[]).map(edit) };
  };

  it('a high s is valid in Frontier and in no later fork', () => {
    const twin = (tx: Json) => ({
      ...tx,
      s: SECP256K1_ORDER - BigInt(tx.s as string),
      v: 55n - BigInt(tx.v as string),
    });
    expect(decode(change('chainstart', twin))).toEqual(decode(makeBlock(SEED, 'chainstart')));
    expect(errorOf(() => decode(change('homestead', twin)))).toMatchObject({ field: 'transactions[0].s' });
  });

  it('a type 0 is bound to a chain from Spurious Dragon on', () => {
    const error = errorOf(() => decode(change('tangerineWhistle', (tx) => ({ ...tx, v: 37 }))));
    expect(error).toMatchObject({ field: 'transactions[0].v' });
    expect(decode(makeBlock(SEED, 'tangerineWhistle')).transactions[0]).not.toHaveProperty('chainId');
    expect(decode(makeBlock(SEED, 'spuriousDragon')).transactions[0]?.chainId).toBe(1n);
  });

  it.each([
    ['istanbul', 1],
    ['berlin', 2],
    ['grayGlacier', 3],
  ])('%s has no transactions of type %i', (hardfork, type) => {
    const rpc = { ...rpcForm(makeBlock(SEED, 'prague')), difficulty: '0x1', withdrawals: [] };
    const error = errorOf(() => decodeBlockSync(rpc as never, { common, hardfork }));
    expect(error.field).toBe(`transactions[${type}].type`);
  });
});

type Change = (block: Json, txs: Json[]) => void;
const LIST_OF_HASHES = hexOf(new Uint8Array(32).fill(7));

const set =
  (index: number, change: Json): Change =>
  (_, txs) => {
    txs[index] = { ...txs[index], ...change };
  };
const authorization =
  (index: number, change: Json): Change =>
  (_, txs) => {
    const { authorizationList } = txs[4] as unknown as { authorizationList: Json[] };
    Object.assign(authorizationList[index] as Json, change);
  };
const header =
  (change: Json): Change =>
  (block) => {
    Object.assign(block, change);
  };

describe('a bad field is named by its path', () => {
  const key32 = `0x${'11'.repeat(31)}`;
  const badFields: [string, string, Change][] = [
    ['transactions[2].maxFeePerGas', 'a wrong type', set(2, { maxFeePerGas: true })],
    ['transactions[2].maxFeePerGas', 'text that is no hex', set(2, { maxFeePerGas: '12' })],
    ['transactions[2].maxFeePerGas', 'text after the digits', set(2, { maxFeePerGas: '0x12 ' })],
    ['transactions[2].maxFeePerGas', 'no digits', set(2, { maxFeePerGas: '0x' })],
    ['transactions[2].maxFeePerGas', 'a negative bigint', set(2, { maxFeePerGas: -1n })],
    ['transactions[2].maxFeePerGas', 'a negative number', set(2, { maxFeePerGas: -1 })],
    ['transactions[2].maxFeePerGas', 'a fraction', set(2, { maxFeePerGas: 1.5 })],
    ['transactions[2].maxFeePerGas', 'an unsafe integer', set(2, { maxFeePerGas: 2 ** 53 })],
    ['transactions[2].maxFeePerGas', 'not there', set(2, { maxFeePerGas: undefined })],
    ['transactions[2].maxPriorityFeePerGas', 'null', set(2, { maxPriorityFeePerGas: null })],
    ['transactions[1].gasPrice', 'not there', set(1, { gasPrice: undefined })],
    ['transactions[0].value', '2^256', set(0, { value: 2n ** 256n })],
    ['transactions[0].value', '65 digits', set(0, { value: `0x${'0'.repeat(64)}1` })],
    ['transactions[0].nonce', '2^64', set(0, { nonce: 2n ** 64n })],
    ['transactions[0].gas', '2^64', set(0, { gas: '0x10000000000000000' })],
    ['transactions[0].to', '19 bytes', set(0, { to: `0x${'11'.repeat(19)}` })],
    ['transactions[0].to', '21 bytes', set(0, { to: new Uint8Array(21) })],
    ['transactions[0].to', 'no 0x', set(0, { to: '11'.repeat(20) })],
    ['transactions[0].to', 'a wrong digit', set(0, { to: `0x${'11'.repeat(19)}1g` })],
    ['transactions[0].to', 'a character beyond Latin-1', set(0, { to: `0x${'11'.repeat(19)}1\u0131` })],
    ['transactions[0].from', '32 bytes', set(0, { from: LIST_OF_HASHES })],
    ['transactions[0].input', 'half a byte', set(0, { input: '0x123' })],
    ['transactions[0].input', 'not there', set(0, { input: undefined })],
    ['transactions[0].data', 'a number', set(0, { input: undefined, data: 5 })],
    ['transactions[3].to', 'not there in a blob transaction', set(3, { to: null })],
    ['transactions[4].to', 'not there in a set-code transaction', set(4, { to: null })],
    ['transactions[1].accessList', 'not there', set(1, { accessList: undefined })],
    ['transactions[1].accessList[0]', 'a list', set(1, { accessList: [[]] })],
    ['transactions[1].accessList[0].address', 'text', set(1, { accessList: [{ address: 'x', storageKeys: [] }] })],
    [
      'transactions[1].accessList[0].storageKeys[1]',
      '31 bytes',
      set(1, {
        accessList: [{ address: new Uint8Array(20), storageKeys: [LIST_OF_HASHES, key32] }],
      }),
    ],
    ['transactions[3].maxFeePerBlobGas', 'not there', set(3, { maxFeePerBlobGas: undefined })],
    ['transactions[3].blobVersionedHashes[0]', '31 bytes', set(3, { blobVersionedHashes: [key32] })],
    ['transactions[4].authorizationList', 'not there', set(4, { authorizationList: undefined })],
    ['transactions[4].authorizationList[0].nonce', '2^64', authorization(0, { nonce: 2n ** 64n })],
    ['transactions[4].authorizationList[1].yParity', '256', authorization(1, { yParity: 256 })],
    ['transactions[1].chainId', 'another chain', set(1, { chainId: '0x5' })],
    ['transactions[1].chainId', 'not there', set(1, { chainId: undefined })],
    ['transactions[0].chainId', 'another chain in type 0', set(0, { chainId: '0x5' })],
    ['transactions[0].v', 'another chain', set(0, { v: 45 })],
    ['transactions[0].v', 'neither form', set(0, { v: 29 })],
    ['transactions[0].type', '5', set(0, { type: '0x5' })],
    ['transactions[0].type', '0x70', set(0, { type: '0x70' })],
    ['transactions[0].type', 'an unknown name', set(0, { type: 'deposit' })],
    ['transactions[0].type', 'not there', set(0, { type: undefined })],
    ['transactions[0].type', 'a fraction', set(0, { type: 0.5 })],
    ['transactions[0].type', 'empty text', set(0, { type: '' })],
    ['transactions[1]', 'a hash', (_, txs) => void txs.splice(1, 1, LIST_OF_HASHES as never)],
    ['transactions', 'not a list', header({ transactions: {} })],
    ['number', 'null', header({ number: null })],
    ['timestamp', 'text', header({ timestamp: 'now' })],
    ['miner', 'null', header({ miner: null })],
    ['mixHash', 'not there', header({ mixHash: undefined })],
    ['logsBloom', '255 bytes', header({ logsBloom: new Uint8Array(255) })],
    ['baseFeePerGas', 'null', header({ baseFeePerGas: null })],
    ['excessBlobGas', 'not there', header({ excessBlobGas: undefined })],
    ['parentBeaconBlockRoot', 'not there', header({ parentBeaconBlockRoot: undefined })],
    ['withdrawals', 'not there', header({ withdrawals: undefined })],
    [
      'withdrawals[0].amount',
      '2^64',
      header({
        withdrawals: [
          {
            ...{ index: 1, validatorIndex: 1, address: new Uint8Array(20), amount: 2n ** 64n },
          },
        ],
      }),
    ],
  ];
  it.each(badFields)('%s: %s', (field, _, change) => {
    const rpc = rpcForm(makeBlock(SEED, 'prague'));
    change(rpc, rpc.transactions as Json[]);
    const error = errorOf(() => decode(rpc));
    expect(error.code).toBe('BAD_ARGUMENT');
    expect(error.field).toBe(field);
    expect(error.message).toContain(`"${field}" must be `);
    expect(error).toHaveProperty('value');
  });

  const noBlocks: [string, unknown][] = [
    ...([
      ['null', null],
      ['undefined', undefined],
      ['a number', 5],
      ['text', '0x'],
      ['a list', []],
    ] as [string, unknown][]),
  ];
  it.each(noBlocks)('block: %s', (_, input) => {
    expect(errorOf(() => decode(input))).toMatchObject({ code: 'BAD_ARGUMENT', field: 'block' });
  });

  it('types and withdrawals of later forks are refused', () => {
    const at = (fork: string, field: string, value: unknown) => {
      const rpc = rpcForm(makeBlock(SEED, 'prague'));
      return errorOf(() => decodeBlockSync({ ...rpc, [field]: value } as never, { common, hardfork: fork })).field;
    };
    expect(at('cancun', 'number', 1)).toBe('transactions[4].type');
    expect(at('shanghai', 'number', 1)).toBe('transactions[3].type');
    expect(at('paris', 'number', 1)).toBe('withdrawals');
    expect(at('paris', 'withdrawals', [])).toBe('transactions[3].type');
  });
});

describe('signatures', () => {
  const signed = (index: number, change: (tx: Json) => Json): ParallelEvmError => {
    const rpc = withoutSenders(rpcForm(makeBlock(SEED, 'prague')));
    const transactions = rpc.transactions as Json[];
    transactions[index] = change(transactions[index] as Json);
    return errorOf(() => decode(rpc));
  };

  it.each([0, 1, 2, 3, 4, 7])('with a high s are refused (transaction %i)', (i) => {
    const error = signed(i, (tx) => ({ ...tx, s: SECP256K1_ORDER - BigInt(tx.s as string) }));
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT', field: `transactions[${i}].s` });
  });

  it('that no key can have made are refused', () => {
    expect(signed(2, (tx) => ({ ...tx, r: 0n }))).toMatchObject({ field: 'transactions[2].r' });
    expect(signed(2, (tx) => ({ ...tx, r: 5n }))).toMatchObject({ field: 'transactions[2].r' });
    expect(signed(2, (tx) => ({ ...tx, s: 0n }))).toMatchObject({ field: 'transactions[2].r' });
    expect(signed(2, (tx) => ({ ...tx, yParity: 2 }))).toMatchObject({ field: 'transactions[2].yParity' });
    expect(signed(2, (tx) => ({ ...tx, yParity: undefined, v: 27 }))).toMatchObject({ field: 'transactions[2].v' });
  });

  it('may name the parity of a typed transaction v', () => {
    const rpc = withoutSenders(rpcForm(makeBlock(SEED, 'prague')));
    const transactions = (rpc.transactions as Json[]).map(({ yParity: _, ...tx }) => tx);
    expect(decode({ ...rpc, transactions })).toEqual(decode(rpc));
  });
});

describe('block RLP', () => {
  const bytes = makeBlock(SEED, 'prague').serialize();
  type Item = Uint8Array | Item[];
  const rebuilt = (change: (items: Item[]) => void): Uint8Array => {
    const items = RLP.decode(bytes) as Item[];
    change(items);
    return RLP.encode(items);
  };
  const part = (items: Item[], index: number): Item[] => items[index] as Item[];

  const bad: [string, string, Uint8Array][] = [
    ['block', 'cut off', bytes.subarray(0, -1)],
    ['block', 'trailing bytes', Uint8Array.of(...bytes, 0)],
    ['block', 'empty', new Uint8Array(0)],
    ['block', 'a string', RLP.encode('block')],
    ['block', 'five items', rebuilt((items) => items.push([]))],
    ['header', 'too few fields', rebuilt((items) => items.splice(0, 1, part(items, 0).slice(0, 14)))],
    ['header', 'too many fields', rebuilt((items) => part(items, 0).push(new Uint8Array(32)))],
    ['header.number', 'leading zero', rebuilt((items) => part(items, 0).splice(8, 1, Uint8Array.of(0, 1)))],
    ['mixHash', '31 bytes', rebuilt((items) => part(items, 0).splice(13, 1, new Uint8Array(31)))],
    ['transactions', 'bytes', rebuilt((items) => items.splice(1, 1, Uint8Array.of(1)))],
    ['transactions[0]', '10 items', rebuilt((items) => part(part(items, 1), 0).push(new Uint8Array(0)))],
    ['transactions[1].type', 'type 5', rebuilt((items) => part(items, 1).splice(1, 1, Uint8Array.of(5, 0xc0)))],
    [
      'transactions[1].type',
      'type 0 in an envelope',
      rebuilt((items) => part(items, 1).splice(1, 1, Uint8Array.of(0))),
    ],
    ['transactions[1].type', 'empty envelope', rebuilt((items) => part(items, 1).splice(1, 1, new Uint8Array(0)))],
    ['transactions[1]', 'damaged envelope', rebuilt((items) => part(items, 1).splice(1, 1, Uint8Array.of(1, 0xc5)))],
    ['transactions[0].nonce', 'a list', rebuilt((items) => part(part(items, 1), 0).splice(0, 1, []))],
    ['withdrawals[0]', '3 items', rebuilt((items) => part(part(items, 3), 0).pop())],
    ['withdrawals', 'not there', rebuilt((items) => items.pop())],
  ];
  it.each(bad)('%s: %s', (field, _, input) => {
    expect(errorOf(() => decode(input))).toMatchObject({ code: 'BAD_ARGUMENT', field });
  });
});

describe('the fork', () => {
  const block = makeBlock(SEED, 'paris');

  it('is the explicit one before all others', () => {
    expect(decodeBlockSync(block, { common, hardfork: 'paris' }).hardfork).toBe('paris');
    const cancun = makeBlock(SEED, 'cancun');
    expect(decodeBlockSync(cancun, { common, hardfork: 'prague' }).hardfork).toBe('prague');
  });

  it('is that of a block object before the schedule', () => {
    const shanghaiTime = makeBlock(SEED, 'shanghai');
    const asCancun = createBlock(
      { header: { timestamp: shanghaiTime.header.timestamp, number: 17_500_000n } },
      {
        common: chainOf('paris'),
      },
    );
    expect(decode(asCancun).hardfork).toBe('paris');
  });

  it('comes from the schedule without changing it', () => {
    const chain = new Common({ chain: Mainnet, hardfork: 'london' });
    expect(decodeBlockSync(rpcForm(block) as never, { common: chain }).hardfork).toBe('paris');
    expect(chain.hardfork()).toBe('london');
  });

  it('by the netsplit name has the rules of paris', () => {
    expect(decodeBlockSync(block, { common, hardfork: 'mergeNetsplitBlock' }).hardfork).toBe('paris');
  });

  it('must not contradict the height', () => {
    const rpc = { ...rpcForm(block), number: 12_000_000, timestamp: 1_700_000_000 };
    expect(errorOf(() => decode(rpc))).toMatchObject({ code: 'BAD_ARGUMENT', field: 'timestamp' });
  });

  it.each(['amsterdam', 'pragu', 'toString', ''])('%j is not supported', (hardfork) => {
    const error = errorOf(() => decodeBlockSync(block, { common, hardfork }));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_CHAIN', field: 'hardfork', value: hardfork });
  });

  it('of a custom chain with plain rules is supported, with extra EIPs it is not', () => {
    const custom = createCustomCommon({ chainId: 1337, name: 'devnet' }, Mainnet, { hardfork: 'cancun' });
    expect(() => assertSupportedChain(custom)).not.toThrow();
    const extra = new Common({ chain: Mainnet, hardfork: 'cancun', eips: [2935] });
    expect(errorOf(() => assertSupportedChain(extra)).code).toBe('UNSUPPORTED_CHAIN');
    const amsterdam = new Common({ chain: Mainnet, hardfork: 'amsterdam' });
    expect(errorOf(() => assertSupportedChain(amsterdam)).code).toBe('UNSUPPORTED_CHAIN');
  });
});
