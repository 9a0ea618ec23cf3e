// What is planned of a block once, when it is laid out.
//
// Groups of likely conflicts: transactions that may run the same contract. A slot looks for a transaction of another group
// than those that run (pipeline/claims.ts). Transfers that can run no code have no group: what they change are deltas.
// Ether sent with more gas than a transfer needs may be a call: contracts that are paid so make chains as others do.
//
// Large transactions: those with a large share of the block's gas limits start early, the largest first, so that none is
// left over at the end when the other slots have run out of work. Only the first of its group: the others are likely to
// need what the ones before them write. Creations are alone. On 36 mainnet blocks of 100 transactions and more, simulated at two slots, this
// is worth 4 % and a quarter of the redone work; on blocks below 64 transactions it costs more than it gains.
import {
  BLOCK_LARGE,
  BLOCK_OUTCOMES,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  OUT_BYTES,
  OUT_GROUP,
  OUT_LARGE,
  OUT_LARGE_NEXT,
  TX_BYTES,
  TX_DATA_BYTES,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_SENDER_PENDING,
  TX_TO,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';

/** A large transaction asks for this share of the block's gas limits at least. */
const LARGE_SHARE = 1 / 40;
const TRANSFER_GAS = 21000;
/** Wallets allow a transfer more than it needs, but not more than this. */
const MOST_TRANSFER_GAS = 10 * TRANSFER_GAS;
/** Blocks of fewer transactions have no large ones. */
const LEAST_TRANSACTIONS = 64;

/** A number for an address, by its limbs at `at`; two addresses may share one, which costs speed only. */
export function addressHash(words: Int32Array, at: number): number {
  const word = at >>> 2;
  let hash = 0;
  for (let i = 0; i < 5; i++) hash = Math.imul(hash ^ (words[word + i] as number), 0x9e3779b1) ^ (hash >>> 15);
  return hash;
}

// What executing a block in turn takes, in microseconds, fitted to 107 mainnet blocks on one core (AMD EPYC, 2026): a block,
// a transaction, a gas of what those that are no transfers may use beside that.
const BLOCK_US = 25;
const TRANSACTION_US = 2.1;
const GAS_US = 0.00015;
/** Recovering a sender by the native addon. */
const SENDER_US = 30;

// A block that takes less, or has fewer transactions, ends before a second slot has paid for its waking.
const LEAST_US = 150;
const LEAST_STEPS = 4;

/** True if a block is better off on one slot. `expectedUs`: of `planBlock`. */
export const isTooSmall = (expectedUs: number, transactions: number): boolean =>
  expectedUs < LEAST_US || transactions < LEAST_STEPS;

/**
 * Writes OUT_GROUP of every transaction of a laid-out block, and the list of the large ones. `gasAsked`: sum of the gas
 * limits. Returns how many microseconds the block is expected to take on one slot.
 */
export function planBlock(views: Views, block: number, gasAsked: number): number {
  const [txs, outcomes, count] = [BLOCK_TXS, BLOCK_OUTCOMES, BLOCK_TX_COUNT].map((field) =>
    views.u32(block + field),
  ) as [number, number, number];
  const least = count < LEAST_TRANSACTIONS ? Number.POSITIVE_INFINITY : gasAsked * LARGE_SHARE;
  const groups = new Groups(views, outcomes);
  let us = BLOCK_US + TRANSACTION_US * count;
  const large: { step: number; gas: number }[] = [];
  for (let i = 0; i < count; i++) {
    const tx = txs + TX_BYTES * i;
    const isFirst = groups.add(tx, i + 1);
    views.setU32(outcomes + OUT_BYTES * i + OUT_LARGE, 0);
    const gas = gasLimit(views, tx);
    if (views.u32(tx + TX_SENDER_PENDING) !== 0) us += SENDER_US;
    if (isCall(views, tx) || gas > MOST_TRANSFER_GAS) us += GAS_US * (gas - TRANSFER_GAS);
    if (gas >= least && (isCreate(views, tx) || (isFirst && isCall(views, tx)))) large.push({ step: i + 1, gas });
  }
  large.sort((a, b) => b.gas - a.gas);
  startEarly(
    views,
    block,
    large.map(({ step }) => step),
  );
  return us;
}

const gasLimit = (views: Views, tx: number): number =>
  views.u32(tx + TX_GAS_LIMIT) + 2 ** 32 * views.u32(tx + TX_GAS_LIMIT + 4);

const isCreate = (views: Views, tx: number): boolean => views.u32(tx + TX_IS_CREATE) !== 0;
const isCall = (views: Views, tx: number): boolean => views.u32(tx + TX_DATA_BYTES) !== 0 && !isCreate(views, tx);

/** What a transaction without data runs costs gas beyond that of a transfer. */
const mayRunCode = (views: Views, tx: number): boolean =>
  !isCreate(views, tx) && (views.u32(tx + TX_DATA_BYTES) !== 0 || gasLimit(views, tx) > TRANSFER_GAS);

/** Groups are known by their first steps. A step that is alone has none (0): nothing is likely to conflict with it. */
class Groups {
  readonly #firsts = new Map<number, number>();
  readonly #views: Views;
  readonly #outcomes: number;

  constructor(views: Views, outcomes: number) {
    this.#views = views;
    this.#outcomes = outcomes;
  }

  #write(step: number, group: number): void {
    this.#views.setU32(this.#outcomes + OUT_BYTES * (step - 1) + OUT_GROUP, group);
  }

  /** Writes the group of the next step. True if it is the first that may run this contract. */
  add(tx: number, step: number): boolean {
    const views = this.#views;
    this.#write(step, 0);
    if (!mayRunCode(views, tx)) return false;
    const contract = addressHash(views.words, tx + TX_TO);
    const first = this.#firsts.get(contract);
    if (first === undefined) {
      this.#firsts.set(contract, step);
      return true;
    }
    this.#write(first, first);
    this.#write(step, first);
    return false;
  }
}

/** Writes the list of the steps that start early, in this order. Any list will do: it decides nothing but who starts when. */
export function startEarly(views: Views, block: number, steps: readonly number[]): void {
  const outcomes = views.u32(block + BLOCK_OUTCOMES);
  let link = block + BLOCK_LARGE;
  for (const step of steps) {
    const out = outcomes + OUT_BYTES * (step - 1);
    views.setU32(link, step);
    views.setU32(out + OUT_LARGE, 1);
    link = out + OUT_LARGE_NEXT;
  }
  views.setU32(link, 0);
}
