// The block of the warm-up and the state that it runs on: transfers, tokens, swaps, calls, creations, hashes and
// arithmetic by a few senders, some with several transactions, so that executing ahead and redoing both happen.
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { RpcBlock, RpcTransaction } from '../block/rpc.ts';
import type { Hex } from '../block/types.ts';
import { hexOf, hexQuantity, parseBytes } from '../hex.ts';
import type { PreAccount, PreState } from '../state/types.ts';
import { ARITHMETIC, contracts, FACTORY, HASHES, HUB, POOL, TOKEN } from './programs.ts';

/** The rules that it runs under: the newest, whose kernels are those of all. */
export const WARM_UP_FORK = 'osaka';

const SENDERS = 12;
const ETHER = 10n ** 18n;
const FEE = 10n ** 9n;

const wordOf = (value: bigint): string => value.toString(16).padStart(64, '0');
const personAt = (index: number): Hex => `0x${(0x7700_0000n + BigInt(index)).toString(16).padStart(40, '7')}`;
const pair = (address: Hex, amount: bigint): Hex => `0x${wordOf(BigInt(address))}${wordOf(amount)}`;

/**
 * What a round of transactions calls; undefined is a transfer. Half are transfers: the kernels around an execution are
 * called once for each transaction and would else be the last to be warm.
 */
const ROUND: readonly (Hex | undefined)[] = [
  ...[TOKEN, undefined, POOL, undefined, HUB, undefined, TOKEN, undefined, ARITHMETIC, undefined, TOKEN, undefined],
  ...[HASHES, undefined, POOL, undefined, FACTORY, undefined, TOKEN, undefined, HUB, undefined, TOKEN, undefined],
  ...[POOL, undefined, ARITHMETIC, undefined, TOKEN, undefined, undefined, TOKEN],
];

/** Any word: its bits are spread by a multiplication. */
const wordAt = (index: number): bigint =>
  (BigInt(index + 1) * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251n) % 2n ** 256n;

function inputOf(target: Hex | undefined, index: number): Hex {
  if (target === undefined) return '0x';
  if (target === ARITHMETIC || target === HASHES) return `0x${wordOf(wordAt(index))}`;
  return pair(personAt(SENDERS + (index % 5)), 1000n + BigInt(index));
}

function transactionAt(index: number): RpcTransaction {
  const target = ROUND[index % ROUND.length];
  const isOld = index % 8 === 0;
  const fees = isOld ? { gasPrice: 2n * FEE } : { maxFeePerGas: 2n * FEE, maxPriorityFeePerGas: FEE };
  const accessList = index % 8 === 1 ? [{ address: TOKEN, storageKeys: [`0x${wordOf(0n)}` as Hex] }] : [];
  return {
    ...fees,
    type: isOld ? 0 : 2,
    chainId: 1,
    nonce: Math.floor(index / SENDERS),
    gas: 400_000,
    to: target ?? personAt(index % 7),
    value: target === undefined || target === HUB ? 1000n : 0n,
    input: inputOf(target, index),
    accessList,
    from: personAt(index % SENDERS),
  };
}

/** `transactions` in number; every sender is known. */
export function warmUpBlock(transactions: number): RpcBlock {
  const zeros: Hex = `0x${'00'.repeat(32)}`;
  return {
    number: 24_000_000,
    timestamp: 1_765_000_000,
    gasLimit: 30_000_000,
    baseFeePerGas: FEE,
    miner: personAt(99),
    mixHash: hexOf(keccak_256(new Uint8Array(1))),
    parentHash: hexOf(keccak_256(new Uint8Array(2))),
    excessBlobGas: 0,
    parentBeaconBlockRoot: zeros,
    transactions: Array.from({ length: transactions }, (_, i) => transactionAt(i)),
    withdrawals: [{ index: 0, validatorIndex: 1, address: personAt(50), amount: 1000 }],
  } as RpcBlock;
}

/** The storage slot of an owner's balance in the token. */
export const balanceSlot = (owner: Hex): Hex =>
  hexOf(keccak_256(parseBytes(`0x${wordOf(BigInt(owner))}${wordOf(0n)}`, 'owner')));

/** Accounts before that block. */
export function warmUpState(): PreState {
  const senders = Array.from({ length: SENDERS }, (_, i) => personAt(i));
  const state: Record<Hex, PreAccount> = {};
  for (const sender of senders) state[sender] = { nonce: 0, balance: 1000n * ETHER };
  for (const [address, code] of contracts()) state[address] = { nonce: 1, balance: ETHER, code };
  const owners = [...senders, POOL];
  const balances = owners.map((owner) => [balanceSlot(owner), hexQuantity(10n ** 24n)] as const);
  const reserves = { [`0x${wordOf(0n)}`]: hexQuantity(10n ** 24n), [`0x${wordOf(1n)}`]: hexQuantity(10n ** 22n) };
  state[TOKEN] = { ...(state[TOKEN] as PreAccount), storage: Object.fromEntries(balances) };
  state[POOL] = { ...(state[POOL] as PreAccount), storage: reserves };
  return state;
}
