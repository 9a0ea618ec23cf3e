// What a simulation knows of each transaction: its time, whom it needs when, and how much there is to confirm.
import { dependenciesOf } from '../analysis/conflicts.ts';
import type { Hex } from '../block/types.ts';
import type { TransactionRecord } from '../result/record.ts';

/** A value of an earlier step that the transaction reads, at a share of its time. */
export interface Need {
  step: number;
  at: number;
}

export interface Task {
  /** Microseconds in turn, on one slot. */
  us: number;
  /** In the order of reading. */
  needs: Need[];
  /** Accounts and slots that it met, and those of them that it changed. */
  keys: number;
  writes: number;
  logBytes: number;
}

const keyOf = (address: Hex, slot = ''): string => `${address} ${slot}`;

/**
 * When each key is met, as a share of the transaction's time: records list the last key first. Keys are taken to be met at
 * even distances.
 */
function momentsOf({ accounts, slots }: TransactionRecord): Map<string, number> {
  const moments = new Map<string, number>();
  accounts.forEach(({ address }, i) => {
    moments.set(keyOf(address), (accounts.length - i - 0.5) / accounts.length);
  });
  slots.forEach(({ address, slot }, i) => {
    moments.set(keyOf(address, slot), (slots.length - i) / (slots.length + 1));
  });
  return moments;
}

/** Accounts and slots that a transaction changed. */
export const writesOf = ({ accounts, slots }: TransactionRecord): number =>
  accounts.filter(({ writes }) => writes.length > 0).length + slots.filter(({ written }) => written).length;

/** By step: the first transaction is at 1. `clock`: microseconds that reading the clock has added to each time. */
export function tasksOf(records: readonly TransactionRecord[], feeRecipient: Hex, clock: number): (Task | undefined)[] {
  const dependencies = dependenciesOf(records, feeRecipient);
  const tasks = records.map((record, i) => {
    const moments = momentsOf(record);
    const needs = (dependencies[i] ?? []).map(({ on, key }) => ({
      step: on + 1,
      at: moments.get(keyOf(key.address, key.slot)) ?? 0,
    }));
    needs.sort((a, b) => a.at - b.at);
    const keys = record.accounts.length + record.slots.length;
    const { ms, logBytes } = record;
    return { us: Math.max(0, ms * 1000 - clock), needs, keys, writes: writesOf(record), logBytes };
  });
  return [undefined, ...tasks];
}
