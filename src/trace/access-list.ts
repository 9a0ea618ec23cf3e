// The access list (EIP-2930) of everything that a transaction meets, in the form of eth_createAccessList: sender, recipient
// and precompiles are warm anyway and named only with slots, and so is a contract that it creates.
import type { Hex } from '../block/types.ts';
import type { FoundAccount } from './footprints.ts';

/** An account of an access list. */
export interface AccessListItem {
  /** 20 bytes. */
  address: Hex;
  /** 32 bytes each. */
  storageKeys: Hex[];
}

/** By address and slot. */
export interface AccessListTrace {
  /** By address and slot. */
  accessList: AccessListItem[];
  /** Gas after refunds, without the list. */
  gasUsed: Hex;
}

/** Whose addresses cost nothing to name and bring nothing. */
export interface WarmAnyway {
  from: Hex;
  /** Absent: a creation. */
  to: Hex | undefined;
  isPrecompile(address: Hex): boolean;
}

export function accessListTrace(
  accounts: readonly FoundAccount[],
  { from, to, isPrecompile }: WarmAnyway,
  gasUsed: Hex,
): AccessListTrace {
  const isLeftOut = ({ address, isMet, slots, isCreationTarget }: FoundAccount): boolean =>
    !isMet || (slots.length === 0 && (address === from || address === to || isPrecompile(address) || isCreationTarget));
  const accessList = accounts
    .filter((account) => !isLeftOut(account))
    .map(({ address, slots }) => ({ address, storageKeys: slots.map(({ slot }) => slot) }));
  return { accessList, gasUsed };
}
