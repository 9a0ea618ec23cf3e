// Blocks made from a seed: every transaction type, signed by keys that the seed gives, in each form that the library
// reads. The forms are written out here field by field, apart from the code under test.

import { type Block, createBlock } from '@ethereumjs/block';
import { Common, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { createTx, type TypedTransaction } from '@ethereumjs/tx';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hexOf, hexQuantity } from '../../src/hex.ts';

export type Json = Record<string, unknown>;

/** mulberry32: the same numbers from the same seed on every machine. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.next() & 0xff);
  }
  below(bound: number): number {
    return this.next() % bound;
  }
  amount(bits: number): bigint {
    return BigInt(hexOf(this.bytes(32))) >> BigInt(256 - bits);
  }
}

/** A block object with blob transactions needs a `kzg` to be there, although nothing calls it. */
export const chainOf = (hardfork: string): Common =>
  new Common({ chain: Mainnet, hardfork, customCrypto: { kzg: {} as never } });

export interface TestAuthorization {
  chainId: bigint;
  address: Uint8Array;
  nonce: bigint;
  yParity: bigint;
  r: bigint;
  s: bigint;
}

/** EIP-7702: signs keccak(0x05 || rlp([chainId, address, nonce])). */
export function authorize(key: Uint8Array, chainId: bigint, address: Uint8Array, nonce: bigint): TestAuthorization {
  const message = Uint8Array.of(5, ...RLP.encode([chainId, address, nonce]));
  const signed = secp256k1.sign(keccak_256(message), key, { prehash: false, format: 'recovered' });
  const { r, s, recovery } = secp256k1.Signature.fromBytes(signed, 'recovered');
  return { chainId, address, nonce, yParity: BigInt(recovery ?? 0), r, s };
}

export const addressOfKey = (key: Uint8Array): Uint8Array =>
  keccak_256(secp256k1.getPublicKey(key, false).subarray(1)).slice(12);

const authorizationJson = (a: TestAuthorization) => ({
  chainId: hexQuantity(a.chainId),
  address: hexOf(a.address),
  nonce: hexQuantity(a.nonce),
  yParity: hexQuantity(a.yParity),
  r: hexQuantity(a.r),
  s: hexQuantity(a.s),
});

function transactionData(random: Random, type: number, create: boolean): Record<string, unknown> {
  const priority = random.amount(40);
  const gasPrice = random.amount(60);
  const prices = type < 2 ? { gasPrice } : { maxFeePerGas: priority + gasPrice, maxPriorityFeePerGas: priority };
  const data: Record<string, unknown> = {
    type,
    nonce: BigInt(random.next()),
    gasLimit: 100_000n + random.amount(20),
    ...prices,
    to: create ? undefined : hexOf(random.bytes(20)),
    value: random.amount(random.below(3) * 60),
    data: random.bytes(random.below(70)),
  };
  if (type > 0) {
    const storageKeys = Array.from({ length: random.below(3) }, () => hexOf(random.bytes(32)));
    data.accessList = random.below(4) === 0 ? [] : [{ address: hexOf(random.bytes(20)), storageKeys }];
  }
  if (type === 3) {
    data.maxFeePerBlobGas = random.amount(50);
    data.blobVersionedHashes = [1, 2].map(() => hexOf(Uint8Array.of(1, ...random.bytes(31))));
  }
  if (type === 4) {
    const sign = (chainId: bigint) => authorize(random.bytes(32), chainId, random.bytes(20), random.amount(40));
    data.authorizationList = [sign(1n), sign(0n)].map(authorizationJson);
  }
  return data;
}

/** Height of a block of each fork before Paris, on mainnet. */
const HEIGHTS: Record<string, bigint> = {
  ...{ chainstart: 100n, homestead: 1_200_000n, dao: 1_930_000n, tangerineWhistle: 2_500_000n },
  ...{ spuriousDragon: 3_000_000n, byzantium: 5_000_000n, petersburg: 8_000_000n, istanbul: 9_100_000n },
  ...{ muirGlacier: 10_000_000n, berlin: 12_500_000n, london: 13_000_000n },
  ...{ arrowGlacier: 14_000_000n, grayGlacier: 15_100_000n },
};
export const OLD_FORKS: readonly string[] = Object.keys(HEIGHTS);

/** Time of a block of each fork from Paris on, on mainnet. */
const TIMES: Record<string, number> = {
  ...{ paris: 1_670_000_000, shanghai: 1_690_000_000, cancun: 1_720_000_000 },
  ...{ prague: 1_750_000_000, osaka: 1_764_900_000, bpo1: 1_766_000_000, bpo2: 1_770_000_000 },
};
const OLD_TIME = 1_600_000_000;

const FEE_MARKET = ['london', 'arrowGlacier', 'grayGlacier', 'paris', 'shanghai'];

function newestType(hardfork: string): number {
  if (FEE_MARKET.includes(hardfork)) return 2;
  if (hardfork === 'berlin') return 1;
  if (hardfork in HEIGHTS) return 0;
  return hardfork === 'cancun' ? 3 : 4;
}

function signedTransactions(random: Random, hardfork: string, common: Common): TypedTransaction[] {
  const newest = newestType(hardfork);
  const kinds = Array.from({ length: newest + 1 }, (_, type) => ({ type, create: false }));
  kinds.push({ type: 0, create: true }, { type: Math.min(newest, 2), create: true });
  return kinds.map(({ type, create }) =>
    createTx(transactionData(random, type, create) as never, { common }).sign(random.bytes(32)),
  );
}

/** A type 0 without replay protection (v = 27 or 28): the one kind that `sign` does not make after EIP-155. */
function unprotectedTransaction(random: Random, common: Common): TypedTransaction {
  const frontier = new Common({ chain: Mainnet, hardfork: 'homestead' });
  const signed = createTx(transactionData(random, 0, false) as never, { common: frontier }).sign(random.bytes(32));
  return createTx(signed.toJSON() as never, { common });
}

function headerFields(random: Random, hardfork: string): Json {
  const isOld = hardfork in HEIGHTS;
  const hasBaseFee = !isOld || FEE_MARKET.includes(hardfork);
  const hasBlobs = !isOld && !FEE_MARKET.includes(hardfork);
  return {
    parentHash: random.bytes(32),
    coinbase: hexOf(random.bytes(20)),
    stateRoot: random.bytes(32),
    receiptTrie: random.bytes(32),
    logsBloom: random.bytes(256),
    number: HEIGHTS[hardfork] ?? 16_000_000n + BigInt(random.below(1_000_000)),
    gasLimit: 30_000_000n,
    gasUsed: random.amount(24),
    timestamp: TIMES[hardfork] ?? OLD_TIME,
    extraData: random.bytes(9),
    mixHash: random.bytes(32),
    ...(isOld && { difficulty: random.amount(50) }),
    ...(hasBaseFee && { baseFeePerGas: random.amount(40) }),
    ...(hasBlobs && { blobGasUsed: 131_072n, excessBlobGas: random.amount(30) }),
    ...(hasBlobs && { parentBeaconBlockRoot: random.bytes(32) }),
  };
}

const randomWithdrawal = (random: Random) => ({
  index: random.amount(40),
  validatorIndex: random.amount(30),
  address: hexOf(random.bytes(20)),
  amount: random.amount(50),
});

/** A block of the fork with every transaction type that it allows; an ommer before Paris, withdrawals from Shanghai. */
export function makeBlock(seed: number, hardfork: string): Block {
  const random = new Random(seed);
  const common = chainOf(hardfork);
  const transactions = [...signedTransactions(random, hardfork, common), unprotectedTransaction(random, common)];
  const header = headerFields(random, hardfork);
  const isOld = hardfork in HEIGHTS;
  const ommer = { ...headerFields(random, hardfork), number: (header.number as bigint) - 1n };
  const withdrawals = [randomWithdrawal(random), randomWithdrawal(random)];
  const body = {
    ...(isOld && { uncleHeaders: [ommer] }),
    ...(!isOld && hardfork !== 'paris' && { withdrawals }),
  };
  const options = { common, skipConsensusFormatValidation: true };
  return createBlock({ header, transactions, ...body } as never, options);
}

/** `eth_getBlockByNumber` with full transactions: hex throughout, `null` for what is not there. */
export function rpcForm(block: Block): Json {
  const { header } = block;
  const quantity = (value: bigint | undefined) => (value === undefined ? undefined : hexQuantity(value));
  const bytes = (value: Uint8Array | undefined) => (value === undefined ? undefined : hexOf(value));
  const json: Json = {
    hash: hexOf(block.hash()),
    parentHash: hexOf(header.parentHash),
    miner: header.coinbase.toString(),
    stateRoot: hexOf(header.stateRoot),
    receiptsRoot: hexOf(header.receiptTrie),
    logsBloom: hexOf(header.logsBloom),
    difficulty: quantity(header.difficulty),
    number: quantity(header.number),
    gasLimit: quantity(header.gasLimit),
    gasUsed: quantity(header.gasUsed),
    timestamp: quantity(header.timestamp),
    extraData: hexOf(header.extraData),
    mixHash: hexOf(header.mixHash),
    baseFeePerGas: quantity(header.baseFeePerGas),
    blobGasUsed: quantity(header.blobGasUsed),
    excessBlobGas: quantity(header.excessBlobGas),
    parentBeaconBlockRoot: bytes(header.parentBeaconBlockRoot),
    requestsHash: bytes(header.requestsHash),
    ommers: block.uncleHeaders.map((ommer) => ({
      number: hexQuantity(ommer.number),
      miner: ommer.coinbase.toString(),
    })),
    withdrawals: block.withdrawals?.map((withdrawal) => withdrawal.toJSON()),
    transactions: block.transactions.map(rpcTransaction),
  };
  return JSON.parse(JSON.stringify(json)) as Json;
}

const EFFECTIVE_PRICE = '0x77';

/** From the raw fields: the objects' own `toJSON` writes a zero as `0x`, which is no quantity. */
function rpcAuthorizations(tx: TypedTransaction): Json {
  if (!('authorizationList' in tx)) return {};
  const names = ['chainId', 'address', 'nonce', 'yParity', 'r', 's'];
  const textOf = (name: string, bytes: Uint8Array) =>
    name === 'address' ? hexOf(bytes) : hexQuantity(BigInt(bytes.length === 0 ? 0 : hexOf(bytes)));
  const items = tx.authorizationList.map((raw) =>
    Object.fromEntries(names.map((name, i) => [name, textOf(name, raw[i] as Uint8Array)])),
  );
  return { authorizationList: items };
}

function rpcTransaction(tx: TypedTransaction): Json {
  const { gasLimit, data, v, ...rest } = tx.toJSON();
  const parity = tx.type === 0 ? {} : { yParity: v };
  return {
    gasPrice: EFFECTIVE_PRICE,
    ...rest,
    ...parity,
    ...rpcAuthorizations(tx),
    v,
    type: hexQuantity(tx.type),
    gas: gasLimit,
    input: data,
    to: tx.to?.toString() ?? null,
    from: tx.getSenderAddress().toString(),
    blockHash: null,
  };
}

const VIEM_TYPES = ['legacy', 'eip2930', 'eip1559', 'eip4844', 'eip7702'];
const VIEM_BIGINTS = ['value', 'gas', 'gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas', 'maxFeePerBlobGas', 'v'];
const VIEM_NUMBERS = ['nonce', 'chainId', 'yParity'];
const VIEM_HEADER = [
  ...['number', 'timestamp', 'gasLimit', 'gasUsed', 'difficulty', 'baseFeePerGas', 'blobGasUsed', 'excessBlobGas'],
];

const mapped = (json: Json, names: readonly string[], map: (text: string) => unknown): Json =>
  Object.fromEntries(names.filter((name) => name in json).map((name) => [name, map(json[name] as string)]));

/** What viem makes of a JSON-RPC block: bigints for amounts, numbers for nonces and ids, names for types. */
export function viemForm(rpc: Json): Json {
  const transactions = (rpc.transactions as Json[]).map((tx) => ({
    ...tx,
    ...mapped(tx, VIEM_BIGINTS, BigInt),
    ...mapped(tx, VIEM_NUMBERS, Number),
    type: VIEM_TYPES[Number(tx.type)],
    typeHex: tx.type,
    authorizationList: (tx.authorizationList as Json[] | undefined)?.map((item) => ({
      ...item,
      ...mapped(item, VIEM_NUMBERS, Number),
    })),
  }));
  return { ...rpc, ...mapped(rpc, VIEM_HEADER, BigInt), transactions };
}

/** The block without what names senders: they have to be recovered. */
export const withoutSenders = (rpc: Json): Json => ({
  ...rpc,
  transactions: (rpc.transactions as Json[]).map(({ from: _, ...tx }) => tx),
});
