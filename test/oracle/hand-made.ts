// Block files made by hand: a fork, accounts and signed transactions, and everything else filled in. The header's results
// (roots, gas used) are left empty, since working them out is what such a file is for.

import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { createEOACode7702Tx, createFeeMarket1559Tx, type TypedTransaction } from '@ethereumjs/tx';
import {
  bytesToHex,
  createAddressFromPrivateKey,
  createAddressFromString,
  eoaCode7702SignAuthorization,
  generateAddress2,
  hexToBytes,
  type PrefixedHexString,
} from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';

export type Hex = PrefixedHexString;
export type Fork = 'paris' | 'shanghai' | 'cancun' | 'prague';

/** An account before the block: amounts in wei, code as hex text without prefix. */
export interface HandMadeAccount {
  nonce?: number;
  balance?: bigint;
  code?: string;
  /** Slot → value. */
  storage?: Record<number, number>;
}

export interface HandMadeBlock {
  fork: Fork;
  accounts: Record<Hex, HandMadeAccount | null>;
  transactions?: TypedTransaction[];
  /** Address → amount in Gwei. */
  withdrawals?: Record<Hex, number>;
}

/** A parsed block file. */
export interface BlockJson {
  format: string;
  network: string;
  chainId: number;
  number: number;
  hardfork: Fork;
  header: object;
  transactions: object[];
  withdrawals?: object[];
  blockHashes: Record<string, Hex>;
  preState: Record<Hex, object | null>;
  codes: Record<Hex, Hex>;
  expect: object;
}

/** What a test says of a transaction; fees are the same in all. */
export interface Draft {
  to?: Hex;
  nonce?: number;
  value?: bigint;
  data?: string;
  gas?: number;
}

export const GWEI = 1_000_000_000n;
export const ETHER: bigint = GWEI * GWEI;
export const BASE_FEE: bigint = 10n * GWEI;
export const TIP: bigint = 2n * GWEI;
export const COINBASE: Hex = '0xc01bba5e00000000000000000000000000000000';

const FORKS: Fork[] = ['paris', 'shanghai', 'cancun', 'prague'];
/** A number and a time at which mainnet has the fork, for those who tell the fork by them. */
const PLACES: Record<Fork, { number: number; timestamp: number }> = {
  paris: { number: 16_000_000, timestamp: 1_668_800_000 },
  shanghai: { number: 18_000_000, timestamp: 1_693_100_000 },
  cancun: { number: 20_500_000, timestamp: 1_723_300_000 },
  prague: { number: 22_700_000, timestamp: 1_749_800_000 },
};
/** EIP-7002 and EIP-7251: a block of Prague is invalid without code at these addresses. */
export const WITHDRAWAL_REQUESTS: Hex = '0x00000961ef480eb55e80d19ad83579a64c007002';
export const CONSOLIDATION_REQUESTS: Hex = '0x0000bbddc7ce488642fb579f8b00f3a590007251';
const NO_REQUESTS: HandMadeBlock['accounts'] = {
  [WITHDRAWAL_REQUESTS]: { nonce: 1, code: '00' },
  [CONSOLIDATION_REQUESTS]: { nonce: 1, code: '00' },
};
const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`;

const quantity = (value: number | bigint): Hex => `0x${value.toString(16)}`;
const word = (value: number | bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;
export const timestampOf = (fork: Fork): number => PLACES[fork].timestamp;
const commonAt = (hardfork: Fork) => createCustomCommon({}, Mainnet, { hardfork });

/** A person with a key drawn from a seed. */
export interface Person {
  address: Hex;
  key: Uint8Array;
}

export function person(seed: string, name: string): Person {
  const key = keccak_256(new TextEncoder().encode(`${seed}/${name}`));
  return { key, address: createAddressFromPrivateKey(key).toString() };
}

const fields = ({ to, nonce = 0, value = 0n, data = '', gas = 500_000 }: Draft) => ({
  chainId: 1,
  nonce,
  gasLimit: gas,
  maxFeePerGas: BASE_FEE + TIP,
  maxPriorityFeePerGas: TIP,
  value,
  data: `0x${data}` as Hex,
  ...(to !== undefined && { to: createAddressFromString(to) }),
});

export function signed(fork: Fork, from: Person, draft: Draft): TypedTransaction {
  return createFeeMarket1559Tx(fields(draft), { common: commonAt(fork) }).sign(from.key);
}

/** A call of `to` by which `authority` points its account at `target`. */
export function delegating(from: Person, to: Hex, authority: Person, target: Hex, nonce: number): TypedTransaction {
  const unsigned = { chainId: '0x1' as Hex, address: target, nonce: quantity(nonce) };
  const authorization = eoaCode7702SignAuthorization(unsigned, authority.key);
  const common = commonAt('prague');
  return createEOACode7702Tx({ ...fields({ to }), authorizationList: [authorization] }, { common }).sign(from.key);
}

/** Where CREATE2 with salt 0 puts a contract. */
export function create2Address(factory: Hex, init: string): Hex {
  return bytesToHex(generateAddress2(hexToBytes(factory), new Uint8Array(32), hexToBytes(`0x${init}`)));
}

/** Authorization numbers are byte strings in the library, where zero is `0x`. */
const minimal = (bytes: string): Hex => quantity(BigInt(bytes === '0x' ? 0 : bytes));

function transactionJson(tx: TypedTransaction): object {
  const { gasLimit, data, authorizationList, ...json } = tx.toJSON();
  const from = tx.getSenderAddress().toString();
  const authorizations = authorizationList?.map((it) => ({
    address: it.address,
    chainId: minimal(it.chainId),
    nonce: minimal(it.nonce),
    yParity: minimal(it.yParity),
    r: minimal(it.r),
    s: minimal(it.s),
  }));
  return {
    ...json,
    gas: gasLimit,
    input: data,
    hash: bytesToHex(tx.hash()),
    from,
    ...(authorizations && { authorizationList: authorizations }),
  };
}

function headerJson(fork: Fork): object {
  const from = (first: Fork): boolean => FORKS.indexOf(fork) >= FORKS.indexOf(first);
  return {
    number: quantity(PLACES[fork].number),
    timestamp: quantity(PLACES[fork].timestamp),
    parentHash: word(0xabcdef),
    sha3Uncles: '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347',
    miner: COINBASE,
    stateRoot: ZERO_HASH,
    transactionsRoot: ZERO_HASH,
    receiptsRoot: ZERO_HASH,
    logsBloom: `0x${'00'.repeat(256)}`,
    difficulty: '0x0',
    gasLimit: quantity(30_000_000),
    gasUsed: '0x0',
    extraData: '0x',
    mixHash: ZERO_HASH,
    nonce: '0x0000000000000000',
    baseFeePerGas: quantity(BASE_FEE),
    ...(from('shanghai') && { withdrawalsRoot: ZERO_HASH }),
    ...(from('cancun') && { blobGasUsed: '0x0', excessBlobGas: '0x0', parentBeaconBlockRoot: word(0xbeac) }),
    ...(from('prague') && { requestsHash: ZERO_HASH }),
  };
}

function accountJson({ nonce = 0, balance = 0n, code = '', storage = {} }: HandMadeAccount): object {
  const slots = Object.entries(storage).map(([slot, value]) => [word(BigInt(slot)), quantity(value)]);
  return {
    nonce: quantity(nonce),
    balance: quantity(balance),
    ...(code !== '' && { codeHash: bytesToHex(keccak_256(hexToBytes(`0x${code}`))) }),
    storage: Object.fromEntries(slots),
  };
}

/** The block as a block file (`evm-block/1`), parsed. */
export function blockFile({ fork, accounts: given, transactions = [], withdrawals = {} }: HandMadeBlock): BlockJson {
  const accounts: HandMadeBlock['accounts'] = { ...(fork === 'prague' ? NO_REQUESTS : {}), ...given };
  const codes: Record<Hex, Hex> = {};
  for (const account of Object.values(accounts)) {
    const code: Hex = `0x${account?.code ?? ''}`;
    if (code !== '0x') codes[bytesToHex(keccak_256(hexToBytes(code)))] = code;
  }
  const withdrawn = Object.entries(withdrawals).map(([address, gwei], i) => ({
    index: quantity(i),
    validatorIndex: quantity(i),
    address,
    amount: quantity(gwei),
  }));
  const state = Object.entries(accounts).map(([address, it]) => [address, it === null ? null : accountJson(it)]);
  return {
    format: 'evm-block/1',
    network: 'mainnet',
    chainId: 1,
    number: PLACES[fork].number,
    hardfork: fork,
    header: headerJson(fork),
    transactions: transactions.map(transactionJson),
    ...(fork !== 'paris' && { withdrawals: withdrawn }),
    blockHashes: { [PLACES[fork].number - 1]: word(0xabcdef) },
    preState: Object.fromEntries(state),
    codes,
    expect: {},
  };
}
