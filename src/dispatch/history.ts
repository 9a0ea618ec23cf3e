// What transactions to a contract cost, learned from the blocks that an engine ran: the plan of a block is only as good as
// what it expects of the block's transactions. Gas limits say little; half of what they allow is usual.
import { TX_DATA_BYTES, TX_GAS_LIMIT, TX_IS_CREATE, TX_TO } from '../../assembly/layout.ts';
import { badArgument } from '../errors.ts';
import type { Views } from '../memory/views.ts';

/** Moving averages of gas by recipient, as plain JSON: 40 hex digits of the address → gas. */
export type GasHistory = Record<string, number>;

/** Weight of the newest transaction. */
const NEW = 1 / 8;
/** Contracts that are remembered; the longest unused go first. */
const MOST_CONTRACTS = 16384;
const TRANSFER_GAS = 21000;

const keyOf = (views: Views, tx: number): string => {
  let key = '';
  for (const byte of views.bigEndian(tx + TX_TO, 20)) key += byte.toString(16).padStart(2, '0');
  return key;
};

const isPlain = (views: Views, tx: number): boolean => views.u32(tx + TX_DATA_BYTES) === 0;

export class History {
  readonly #gas = new Map<string, number>();

  /** Gas that the transaction at `tx` of a laid-out block is expected to use. */
  expected(views: Views, tx: number): number {
    const guess = Number(views.u64(tx + TX_GAS_LIMIT)) / 2;
    if (views.u32(tx + TX_IS_CREATE) !== 0) return guess;
    return this.#gas.get(keyOf(views, tx)) ?? (isPlain(views, tx) ? TRANSFER_GAS : guess);
  }

  /** Notes what it used. */
  learn(views: Views, tx: number, gasUsed: number): void {
    if (views.u32(tx + TX_IS_CREATE) !== 0) return;
    const key = keyOf(views, tx);
    const before = this.#gas.get(key);
    this.#gas.delete(key); // re-inserted as the newest
    this.#gas.set(key, before === undefined ? gasUsed : before + (gasUsed - before) * NEW);
    if (this.#gas.size <= MOST_CONTRACTS) return;
    for (const oldest of this.#gas.keys()) {
      this.#gas.delete(oldest);
      return;
    }
  }

  toJSON(): GasHistory {
    return Object.fromEntries([...this.#gas].map(([key, gas]) => [key, Math.round(gas)]));
  }

  /** Takes an exported history over. @throws {ParallelEvmError} `BAD_ARGUMENT` */
  load(history: unknown): void {
    if (typeof history !== 'object' || history === null) throw badArgument('history', 'an object', history);
    const entries = Object.entries(history);
    for (const [key, gas] of entries) {
      if (!/^[0-9a-f]{40}$/.test(key)) throw badArgument('history', 'keyed by 40 lower-case hex digits', key);
      if (typeof gas !== 'number' || !(gas >= 0 && gas <= Number.MAX_SAFE_INTEGER))
        throw badArgument(`history.${key}`, 'an amount of gas', gas);
    }
    for (const [key, gas] of entries.slice(-MOST_CONTRACTS)) this.#gas.set(key, gas as number);
  }
}
