// What each transaction of a recorded block needs of earlier ones, as the default policy sees it: fees, credits, covered
// debits and the sender's nonce are no conflicts (docs/architecture.md).
import type { Hex } from '../block/types.ts';
import type { AccountFootprint, TransactionRecord } from '../result/record.ts';

/** A value that one transaction writes and a later one reads. */
export interface StateKey {
  /** What of the account it is. */
  kind: 'slot' | 'balance' | 'nonce' | 'code' | 'existence';
  /** 20 bytes. */
  address: Hex;
  /** 32 bytes, of a storage slot. */
  slot?: Hex;
}

/** An earlier transaction that has to come first. */
export interface Dependency {
  /** Index of that transaction. */
  on: number;
  /** The value that it wrote and that is needed. */
  key: StateKey;
}

interface BalanceChange {
  index: number;
  amount: bigint;
}

const idOf = (kind: StateKey['kind'], address: Hex, slot = ''): string => `${kind} ${address} ${slot}`;

/** True if the account became empty, or ceased to be, as far as its balance tells. */
const flips = ({ before, after }: AccountFootprint): boolean => (before === 0n) !== (after === 0n);

/** Who wrote what last, while the block is gone through in order. */
class Writers {
  readonly #last = new Map<string, number>();
  readonly #balances = new Map<Hex, BalanceChange[]>();

  last(kind: StateKey['kind'], address: Hex, slot?: Hex): number[] {
    const index = this.#last.get(idOf(kind, address, slot));
    return index === undefined ? [] : [index];
  }

  changesOf(address: Hex): readonly BalanceChange[] {
    return this.#balances.get(address) ?? [];
  }

  note(kind: StateKey['kind'], address: Hex, index: number, slot?: Hex): void {
    this.#last.set(idOf(kind, address, slot), index);
  }

  change(address: Hex, index: number, amount: bigint): void {
    const changes = this.#balances.get(address);
    if (changes === undefined) this.#balances.set(address, [{ index, amount }]);
    else changes.push({ index, amount });
  }

  noteAll({ accounts, slots, fee }: TransactionRecord, index: number, feeRecipient: Hex): void {
    for (const { address, slot, written } of slots) if (written) this.note('slot', address, index, slot);
    for (const account of accounts) {
      const { address, writes, before, after } = account;
      if (writes.includes('nonce')) this.note('nonce', address, index);
      if (writes.includes('code')) this.note('code', address, index);
      if (writes.some((field) => field !== 'balance') || flips(account)) this.note('existence', address, index);
      if (writes.includes('balance')) this.change(address, index, after - before);
    }
    if (fee > 0n) this.change(feeRecipient, index, fee);
  }
}

/** Those who paid in, if without them the balance would not have covered what the transaction drew. */
function creditorsOf({ before, least = 0n }: AccountFootprint, changes: readonly BalanceChange[]): number[] {
  const drawn = before - least;
  const credits = changes.filter(({ amount }) => amount > 0n);
  const received = credits.reduce((sum, { amount }) => sum + amount, 0n);
  return before - received >= drawn ? [] : credits.map(({ index }) => index);
}

function accountDependencies(account: AccountFootprint, writers: Writers): Dependency[] {
  const { address, reads } = account;
  const found = (kind: StateKey['kind'], indexes: readonly number[]): Dependency[] =>
    indexes.map((on) => ({ on, key: { kind, address } }));
  const changes = writers.changesOf(address);
  return reads.flatMap((read) => {
    if (read === 'balance')
      return found(
        'balance',
        changes.map(({ index }) => index),
      );
    if (read === 'cover') return found('balance', creditorsOf(account, changes));
    if (read === 'nonce' || read === 'code') return found(read, writers.last(read, address));
    return read === 'statedNonce' ? [] : found('existence', writers.last('existence', address));
  });
}

const slotDependencies = ({ slots }: TransactionRecord, writers: Writers): Dependency[] =>
  slots.flatMap(({ address, slot }) =>
    writers.last('slot', address, slot).map((on) => ({ on, key: { kind: 'slot' as const, address, slot } })),
  );

/** Dependencies of each transaction, in the order of the block. */
export function dependenciesOf(records: readonly TransactionRecord[], feeRecipient: Hex): Dependency[][] {
  const writers = new Writers();
  return records.map((record, index) => {
    const accounts = record.accounts.flatMap((account) => accountDependencies(account, writers));
    const dependencies = [...slotDependencies(record, writers), ...accounts];
    writers.noteAll(record, index, feeRecipient);
    return dependencies;
  });
}
