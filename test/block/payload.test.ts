// What a transaction signs, written from its record, against the encoding of `@ethereumjs/rlp`: at every length where a head
// changes its form, and at random.
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { describe, expect, it } from 'vitest';
import { PayloadWriter } from '../../src/block/payload.ts';
import { type SignedAuthorization, signingHash, type UnsignedTransaction } from '../../src/block/signature.ts';
import { stagePlain } from '../../src/block/staging.ts';
import type { PlainAccess } from '../../src/block/types.ts';
import { Random } from './blocks.ts';

const SEED = Number(process.env.SEED ?? 155);
const DRAWN = 300;
const LENGTHS = [0, 1, 2, 55, 56, 57, 255, 256, 257, 65_535, 65_536, 70_000];
const FROM = new Uint8Array(20);

const bodyOf = (type: number): UnsignedTransaction => ({
  type,
  nonce: 0n,
  gasLimit: 21_000n,
  maxFeePerGas: 7n,
  maxPriorityFeePerGas: 7n,
  to: new Uint8Array(20).fill(0xab),
  value: 0n,
  data: new Uint8Array(0),
  accessList: [],
  blobVersionedHashes: [],
  ...(type > 0 && { chainId: 1n }),
  ...(type === 3 && { maxFeePerBlobGas: 1n, blobVersionedHashes: [new Uint8Array(32).fill(1)] }),
});

const encodedList = (list: readonly SignedAuthorization[]): Uint8Array =>
  RLP.encode(list.map((each) => [each.chainId, each.address, each.nonce, each.yParity, each.r, each.s]));

const writer = new PayloadWriter();
/** The hash of what the writer writes of the transaction's record. */
function writtenHash(tx: UnsignedTransaction, authorizations: readonly SignedAuthorization[]): Uint8Array {
  const { authorizationList: _list, ...staged } = tx;
  const stage = stagePlain([{ ...staged, from: FROM }]);
  const chain = tx.chainId === undefined ? undefined : RLP.encode(tx.chainId);
  const list = tx.type === 4 ? encodedList(authorizations) : undefined;
  return keccak_256(writer.write(stage.views, stage.record(0), tx.type, chain, list));
}

function expectSame(tx: UnsignedTransaction, authorizations: readonly SignedAuthorization[] = []): void {
  expect(writtenHash(tx, authorizations)).toEqual(signingHash(tx, authorizations));
}

const drawnAuthorization = (random: Random): SignedAuthorization => ({
  chainId: random.amount(8 * random.below(9)),
  address: random.bytes(20),
  nonce: random.amount(8 * random.below(9)),
  yParity: BigInt(random.below(256)),
  r: random.amount(256),
  s: random.amount(256),
});

const drawnAccess = (random: Random): PlainAccess => ({
  address: random.bytes(20),
  storageKeys: Array.from({ length: random.below(5) }, () => random.bytes(32)),
});

function drawn(random: Random, type: number): UnsignedTransaction {
  const { to, chainId: _chain, ...body } = bodyOf(type);
  const isBound = type > 0 || random.below(2) === 0;
  const fee = random.amount(8 * random.below(33));
  return {
    ...body,
    nonce: random.amount(8 * random.below(9)),
    gasLimit: random.amount(8 * random.below(9)),
    maxFeePerGas: fee,
    maxPriorityFeePerGas: type < 2 ? fee : random.amount(8 * random.below(33)),
    value: random.amount(8 * random.below(33)),
    data: random.bytes(random.below(3) * random.below(200)),
    accessList: type === 0 ? [] : Array.from({ length: random.below(4) }, () => drawnAccess(random)),
    ...((type > 2 || random.below(3) > 0) && to && { to: random.bytes(20) }),
    ...(isBound && { chainId: BigInt([1, 127, 128, 1337, 11_155_111][random.below(5)] as number) }),
    ...(type === 3 && {
      maxFeePerBlobGas: random.amount(8 * random.below(33)),
      blobVersionedHashes: Array.from({ length: random.below(7) }, () => random.bytes(32)),
    }),
  };
}

describe.each([0, 1, 2, 3, 4])('what a transaction of type %i signs', (type) => {
  it.each(LENGTHS)('has data of %i bytes, whatever the first', (length) => {
    for (const first of [0, 1, 0x7f, 0x80, 0xff]) {
      const data = new Uint8Array(length).fill(0x33);
      data.fill(first, 0, 1);
      expectSame({ ...bodyOf(type), data });
    }
  });

  it('has integers without leading zeros', () => {
    for (const value of [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x100n, 2n ** 64n - 1n, 2n ** 255n, 2n ** 256n - 1n]) {
      const small = value & (2n ** 64n - 1n);
      const fees = { maxFeePerGas: value, maxPriorityFeePerGas: type < 2 ? value : small };
      expectSame({ ...bodyOf(type), nonce: small, gasLimit: small, value, ...fees });
    }
  });

  it(`is that of drawn ones, seed ${SEED}`, () => {
    const random = new Random(SEED + type);
    for (let i = 0; i < DRAWN; i++) {
      const authorizations = Array.from({ length: random.below(4) }, () => drawnAuthorization(random));
      expectSame(drawn(random, type), authorizations);
    }
  });
});

it('has access lists of any length, keys in their order', () => {
  const random = new Random(SEED);
  for (const keys of [0, 1, 2, 7, 8, 2000])
    for (const addresses of [1, 2, 3]) {
      const storageKeys = Array.from({ length: keys }, () => random.bytes(32));
      const accessList = Array.from({ length: addresses }, () => ({ address: random.bytes(20), storageKeys }));
      expectSame({ ...bodyOf(1), accessList });
    }
});
