// The keys of the state that a block names itself: they are asked for before its first run, in one go.
import type { Common } from '@ethereumjs/common';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import { daoAccounts } from '../spec/dao.ts';
import type { FetchedBlock } from './block.ts';
import { addKey, type Keys } from './known.ts';

/** Contracts that are called before the first transaction (EIP-4788, EIP-2935). */
const CALLED_BEFORE: readonly Hex[] = [
  '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
  '0x0000f90827f1c53a10cb7a02335b175320002935',
];

interface NamedAccess {
  address: Hex;
  storageKeys: readonly Hex[];
}

/** The transactions' texts were checked when their senders were recovered. */
interface NamedByTransaction {
  from: Hex;
  to?: Hex | null;
  accessList?: readonly NamedAccess[] | null;
}

/** Accounts that the block pays or moves outside its transactions. */
export function settledAddresses({ header, withdrawals = [], ommers }: FetchedBlock, common: Common): Hex[] {
  const isDaoFork = common.hardforkBlock('dao') === BigInt(header.number as Hex);
  const drained = isDaoFork ? daoAccounts().map(hexOf) : [];
  const paid = withdrawals.map(({ address }) => address as Hex);
  return [header.miner as Hex, ...paid, ...ommers.map(({ miner }) => miner as Hex), ...drained];
}

/** Addresses whose state is another one for the first transaction than before the block, or changes without one. */
export function changedOutside(fetched: FetchedBlock, common: Common): Set<Hex> {
  return new Set([...settledAddresses(fetched, common), ...CALLED_BEFORE]);
}

/** Senders, recipients, access lists, and who is paid. */
export function namedKeys(fetched: FetchedBlock, common: Common): Keys {
  const keys: Keys = new Map();
  for (const address of settledAddresses(fetched, common)) addKey(keys, address);
  for (const { from, to, accessList } of fetched.transactions as unknown as NamedByTransaction[]) {
    addKey(keys, from);
    if (to) addKey(keys, to);
    for (const { address, storageKeys } of accessList ?? []) {
      addKey(keys, address);
      for (const slot of storageKeys) addKey(keys, address, slot);
    }
  }
  return keys;
}
