// What is known of the state before the block while it is being captured: exactly the keys that somebody has asked for.
// A key that is not in here was never asked for; one that is absent from the state is in here as such.
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexQuantity, parseQuantity } from '../hex.ts';
import { wordHex } from '../state/state.ts';
import type { PreAccount, PreState } from '../state/types.ts';
import type { SourceKind } from './source.ts';

export const EMPTY_CODE_HASH: Hex = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';

/** An account's own fields; null: there is none. */
export type KnownAccount = { nonce: bigint; balance: bigint; codeHash: Hex } | null;

/** Keys by address: the account itself, and slots of it (32 bytes each). */
export type Keys = Map<Hex, Set<Hex>>;

/** Puts a slot, or with none the account alone, among the keys. */
export function addKey(keys: Keys, address: Hex, slot?: Hex): void {
  const slots = keys.get(address) ?? new Set<Hex>();
  keys.set(address, slots);
  if (slot !== undefined) slots.add(slot);
}

interface Entry {
  account: KnownAccount;
  slots: Map<Hex, bigint>;
  /** Where account and slots came from. */
  sources: Set<SourceKind>;
}

/** A state as a checkpoint holds it: plain JSON, texts in lower case. */
export interface KnownJson {
  preState: PreState;
  codes: Record<Hex, Hex>;
  sources: readonly SourceKind[];
}

export class KnownState {
  readonly #entries = new Map<Hex, Entry>();
  readonly codes: Map<Hex, Hex> = new Map();

  /** Kinds of the sources that the state came from, all of it or that of the addresses in `keys`. */
  sources(keys?: Keys): SourceKind[] {
    const found = new Set<SourceKind>();
    for (const [address, entry] of this.#entries) {
      if (keys === undefined || keys.has(address)) for (const source of entry.sources) found.add(source);
    }
    return [...found].sort();
  }

  setAccount(address: Hex, account: KnownAccount, source: SourceKind): void {
    const known = this.#entries.get(address);
    if (known) {
      known.account = account;
      known.sources.add(source);
    } else this.#entries.set(address, { account, slots: new Map(), sources: new Set([source]) });
  }

  /** The account is known already. */
  setSlot(address: Hex, slot: Hex, value: bigint, source: SourceKind): void {
    const known = this.#entries.get(address);
    known?.slots.set(slot, value);
    known?.sources.add(source);
  }

  /** How much there is. */
  sizes(): { accounts: number; slots: number } {
    let slots = 0;
    for (const entry of this.#entries.values()) slots += entry.slots.size;
    return { accounts: this.#entries.size, slots };
  }

  account(address: Hex): KnownAccount | undefined {
    return this.#entries.get(address)?.account;
  }

  /** Of `keys` those that are not known. Of an account that is not there, all slots are. */
  missing(keys: Keys): Keys {
    const missing: Keys = new Map();
    for (const [address, slots] of keys) {
      const known = this.#entries.get(address);
      if (known === undefined) missing.set(address, new Set(slots));
      else if (known.account !== null) {
        const unknown = [...slots].filter((slot) => !known.slots.has(slot));
        if (unknown.length > 0) missing.set(address, new Set(unknown));
      }
    }
    return missing;
  }

  /** All of it for the engine, or only `keys`; addresses and slots sorted. */
  preState(keys?: Keys): PreState {
    const addresses = [...(keys ?? this.#entries).keys()].sort();
    return Object.fromEntries(addresses.map((address) => [address, this.#accountJson(address, keys?.get(address))]));
  }

  #accountJson(address: Hex, wanted: Set<Hex> | undefined): PreAccount | null {
    const known = this.#entries.get(address);
    if (known === undefined) throw new ParallelEvmError('INTERNAL', `nothing is known of ${address}`);
    const { account, slots } = known;
    if (account === null) return null;
    const listed = [...slots].filter(([slot]) => wanted === undefined || wanted.has(slot)).sort();
    return {
      nonce: hexQuantity(account.nonce),
      balance: hexQuantity(account.balance),
      ...(account.codeHash !== EMPTY_CODE_HASH && { codeHash: account.codeHash }),
      storage: Object.fromEntries(listed.map(([slot, value]) => [slot, hexQuantity(value)])),
    };
  }

  /** The codes of the accounts in `preState`. */
  codesOf(preState: PreState): Record<Hex, Hex> {
    const codes: Record<Hex, Hex> = {};
    for (const account of Object.values(preState)) {
      const hash = account?.codeHash as Hex | undefined;
      const code = hash && this.codes.get(hash);
      if (hash !== undefined && code !== undefined) codes[hash] = code;
    }
    return codes;
  }

  /** Takes over what a checkpoint holds, whose form was checked. An account without its code is asked for again. */
  load({ preState, codes, sources }: KnownJson): void {
    for (const [hash, code] of Object.entries(codes)) this.codes.set(hash as Hex, code);
    for (const [address, account] of Object.entries(preState) as [Hex, PreAccount | null][]) {
      const hash = account?.codeHash as Hex | undefined;
      if (hash !== undefined && !this.codes.has(hash)) continue;
      const slots = Object.entries(account?.storage ?? {}).map(([slot, value]) => [slot, parseQuantity(value, slot)]);
      this.#entries.set(address, {
        account: account && knownAccount(account),
        slots: new Map(slots as [Hex, bigint][]),
        sources: new Set(sources),
      });
    }
  }
}

function knownAccount({ nonce, balance, codeHash }: PreAccount): KnownAccount {
  return {
    nonce: parseQuantity(nonce, 'nonce'),
    balance: parseQuantity(balance, 'balance'),
    codeHash: (codeHash as Hex | undefined) ?? EMPTY_CODE_HASH,
  };
}

/** EIP-161: what nobody can tell from an account that is not there. */
export const isEmptyAccount = ({ nonce, balance, codeHash }: NonNullable<KnownAccount>): boolean =>
  nonce === 0n && balance === 0n && codeHash === EMPTY_CODE_HASH;

export const slotHex = (number: bigint): Hex => wordHex(number);

/** True if hashes below the parent's state root show what these sources say. */
export const areProving = (sources: readonly SourceKind[]): boolean =>
  !sources.includes('prestate') && !sources.includes('values');
