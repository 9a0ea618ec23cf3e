// Blocks whose transactions are signed, in every form, and what can be wrong with their signatures.
import { createBlock, createBlockFromRLP } from '@ethereumjs/block';
import { type Common, createCustomCommon, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { createEOACode7702Tx, type TypedTransaction } from '@ethereumjs/tx';
import { hexToBytes } from '@ethereumjs/util';
import { SECP256K1_ORDER } from '../../src/block/recover.ts';
import { authorize, type Json } from '../block/blocks.ts';
import * as make from '../oracle/hand-made.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';

export const PEOPLE = 40;
/** 5³ + 7 has no root. */
export const NO_ABSCISSA = 5n;
export const FORK = 'prague';

export const COMMON: Common = createCustomCommon({}, Mainnet, { hardfork: FORK });

const people = Array.from({ length: PEOPLE }, (_, i) => make.person('senders', String(i)));
export const addressOf = (i: number): make.Hex => (people[i % PEOPLE] as make.Person).address;

/** Everybody sends to the next one, twice. */
export const payments = (): TypedTransaction[] =>
  Array.from({ length: 2 * PEOPLE }, (_, i) =>
    make.signed(FORK, people[i % PEOPLE] as make.Person, {
      to: addressOf(i + 1),
      nonce: Math.floor(i / PEOPLE),
      value: BigInt(1000 + i),
      gas: 21_000,
    }),
  );

const sponsors = Array.from({ length: 12 }, (_, i) => make.person('senders', `sponsor ${i}`));
export const authorities = sponsors.map((_, i) => make.person('senders', `authority ${i}`));
const TARGET: make.Hex = '0x7a46e70000000000000000000000000000000000';
const quantity = (value: bigint): make.Hex => `0x${value.toString(16)}`;

interface Tuple {
  chainId: bigint;
  nonce: bigint;
  yParity: bigint;
  r: bigint;
  s: bigint;
}

/** What is signed otherwise, then what is changed after signing. */
const TUPLES: [before: Partial<Tuple>, change: (tuple: Tuple) => Partial<Tuple>][] = [
  [{}, () => ({})],
  [{ chainId: 0n }, () => ({})],
  [{ chainId: 5n }, () => ({})],
  [{ nonce: 1n }, () => ({})],
  [{ nonce: 2n ** 64n - 1n }, () => ({})],
  [{}, ({ yParity }) => ({ yParity: 1n - yParity })],
  [{}, ({ yParity, s: low }) => ({ yParity: 1n - yParity, s: SECP256K1_ORDER - low })],
  [{}, () => ({ yParity: 2n })],
  [{}, () => ({ r: NO_ABSCISSA })],
  [{}, () => ({ r: SECP256K1_ORDER })],
  [{}, () => ({ r: 0n })],
  [{}, () => ({ s: 0n })],
];

/** A transaction with one authorization, its sender's signature over it as it is. */
function authorizing(index: number): TypedTransaction {
  const [before, change] = TUPLES[index] as (typeof TUPLES)[number];
  const { chainId = 1n, nonce = 0n } = before;
  const tuple = authorize((authorities[index] as make.Person).key, chainId, hexToBytes(TARGET), nonce);
  const { address: _target, ...numbers } = { ...tuple, ...change(tuple) };
  const inHex = Object.entries(numbers).map(([name, value]) => [name, quantity(value)]);
  const data = {
    ...{
      chainId: 1,
      nonce: 0,
      gasLimit: 200_000,
      maxFeePerGas: make.BASE_FEE + make.TIP,
      maxPriorityFeePerGas: make.TIP,
    },
    ...{ to: addressOf(0), value: 0n, data: '0x' as make.Hex },
    authorizationList: [{ address: TARGET, ...(Object.fromEntries(inHex) as Record<keyof Tuple, make.Hex>) }],
  };
  return createEOACode7702Tx(data as never, { common: COMMON }).sign((sponsors[index] as make.Person).key);
}

export const authorizations = (): TypedTransaction[] => TUPLES.map((_, i) => authorizing(i));

export interface Encoded {
  scenario: Scenario;
  rlp: Uint8Array;
}

export function encoded(transactions: TypedTransaction[]): Encoded {
  const rich = [...people, ...sponsors].map(({ address }) => [address, { balance: make.ETHER }]);
  const scenario = scenarioOf(make.blockFile({ fork: FORK, accounts: Object.fromEntries(rich), transactions }));
  const { miner, sha3Uncles, ...header } = scenario.header as unknown as Record<string, make.Hex>;
  const data = { header: { ...header, coinbase: miner, uncleHash: sha3Uncles }, transactions, withdrawals: [] };
  return { scenario, rlp: createBlock(data as never, { common: COMMON }).serialize() };
}

/** What is done to a transaction that the JSON has. */
export type Damage = (tx: Json) => void;

/** The block as JSON, without its senders unless they are to stay. */
export function json({ scenario }: Encoded, keepsSenders = false): Json {
  const block = structuredClone(scenario.block) as unknown as Json;
  if (!keepsSenders) for (const tx of block.transactions as Json[]) delete tx.from;
  return block;
}

export function damaged(block: Json, index: number, damage: Damage): Json {
  damage((block.transactions as Json[])[index] as Json);
  return block;
}

/** The block in RLP with r of a transaction's signature changed to one that is no abscissa of the curve. */
export function withBadSignature(rlp: Uint8Array, index: number): Uint8Array {
  const block = RLP.decode(rlp) as unknown as [unknown, Uint8Array[]];
  const typed = block[1][index] as Uint8Array;
  const fields = RLP.decode(typed.subarray(1)) as Uint8Array[];
  fields[fields.length - 2] = Uint8Array.of(Number(NO_ABSCISSA));
  block[1][index] = Uint8Array.of(typed[0] as number, ...RLP.encode(fields));
  return RLP.encode(block as never);
}

/** The forms of a block, its senders not given. */
export function forms(block: Encoded): Record<string, unknown> {
  return {
    RLP: block.rlp,
    JSON: json(block),
    object: createBlockFromRLP(block.rlp, { common: COMMON, freeze: false }),
  };
}

/** What is wrong with a transaction's signature. */
export const DAMAGES: Record<string, Damage> = {
  'no key has signed': (tx) => {
    tx.r = quantity(NO_ABSCISSA);
  },
  'r is 0': (tx) => {
    tx.r = '0x0';
  },
  's is 0': (tx) => {
    tx.s = '0x0';
  },
  'r is the order': (tx) => {
    tx.r = quantity(SECP256K1_ORDER);
  },
  's is high': (tx) => {
    tx.s = quantity(SECP256K1_ORDER - BigInt(tx.s as string));
    tx.v = quantity(1n - BigInt(tx.v as string));
    tx.yParity = tx.v;
  },
  'the parity is 2': (tx) => {
    tx.v = '0x2';
    tx.yParity = '0x2';
  },
  'another chain is meant': (tx) => {
    tx.chainId = '0x5';
  },
  'there is none': (tx) => {
    delete tx.s;
  },
  's is no number': (tx) => {
    tx.s = '0x';
  },
};
