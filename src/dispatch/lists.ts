// Static dispatch: a list of transactions per slot, in block order, so that likely conflicts meet in one slot. Same
// sender → same slot; else same recipient → same slot; a recipient counts as the sender of what it sends later, and an
// EIP-7702 authority as well; else the slot with the least expected gas. A list that has outgrown the shortest one is full:
// the next that would do takes the transaction, or else the slot with the least expected gas.
import {
  AUTH_AUTHORITY,
  AUTH_BYTES,
  BLOCK_OUTCOMES,
  BLOCK_TX_COUNT,
  BLOCK_TXS,
  CTL_LINES,
  LINE_BYTES,
  LINE_CURSOR,
  OUT_BYTES,
  OUT_PLAN_NEXT,
  OUT_PLAN_SLOT,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_BYTES,
  TX_FROM,
  TX_IS_CREATE,
  TX_TO,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import { addressHash } from './groups.ts';

/** What a transaction of a laid-out block is expected to cost, in gas. */
export type ExpectedGas = (tx: number) => number;

/** What has been dealt out so far. */
class Deal {
  readonly #slotOf = new Map<number, number>();
  readonly #load: number[];
  readonly #lengths: number[];
  readonly #queueLimit: number;
  /** Transactions that a full list did not take. */
  overflows = 0;

  constructor(slots: number, queueLimit: number) {
    this.#load = new Array<number>(slots).fill(0);
    this.#lengths = new Array<number>(slots).fill(0);
    this.#queueLimit = queueLimit;
  }

  #isFull(slot: number): boolean {
    return (this.#lengths[slot] as number) - Math.min(...this.#lengths) >= this.#queueLimit;
  }

  #leastLoaded(): number {
    let least = -1;
    for (const [slot, load] of this.#load.entries())
      if (!this.#isFull(slot) && (least < 0 || load < (this.#load[least] as number))) least = slot;
    return least;
  }

  /** The slot of the first of these addresses that has one with room, which becomes that of all of them. */
  place(addresses: number[], gas: number): number {
    const matches = addresses.map((address) => this.#slotOf.get(address)).filter((slot) => slot !== undefined);
    const match = matches.find((slot) => !this.#isFull(slot));
    if (match !== matches[0]) this.overflows++;
    const slot = match ?? this.#leastLoaded();
    for (const address of addresses) this.#slotOf.set(address, slot);
    this.#load[slot] = (this.#load[slot] as number) + gas;
    this.#lengths[slot] = (this.#lengths[slot] as number) + 1;
    return slot;
  }
}

/** Sender first, then recipient, then authorities. */
function addressesOf(views: Views, tx: number): number[] {
  const addresses = [addressHash(views.words, tx + TX_FROM)];
  if (views.u32(tx + TX_IS_CREATE) === 0) addresses.push(addressHash(views.words, tx + TX_TO));
  const authorizations = views.u32(tx + TX_AUTHORIZATIONS);
  for (let i = 0; i < views.u32(tx + TX_AUTHORIZATION_COUNT); i++)
    addresses.push(addressHash(views.words, authorizations + AUTH_BYTES * i + AUTH_AUTHORITY));
  return addresses;
}

/**
 * Writes the lists of `slots` slots into the control words and outcomes. Between jobs. A list that is `queueLimit`
 * transactions longer than the shortest is full. Returns how many transactions went elsewhere for that.
 */
export function dealLists(
  views: Views,
  block: number,
  slots: number,
  queueLimit: number,
  expected: ExpectedGas,
): number {
  const txs = views.u32(block + BLOCK_TXS);
  const outcomes = views.u32(block + BLOCK_OUTCOMES);
  const deal = new Deal(slots, queueLimit);
  /** Where the next step of each list is noted. */
  const ends = Array.from({ length: slots }, (_, slot) => CTL_LINES + LINE_BYTES * slot + LINE_CURSOR);
  for (let i = 0; i < views.u32(block + BLOCK_TX_COUNT); i++) {
    const tx = txs + TX_BYTES * i;
    const out = outcomes + OUT_BYTES * i;
    const slot = deal.place(addressesOf(views, tx), expected(tx));
    views.setU32(out + OUT_PLAN_SLOT, slot);
    views.setU32(out + OUT_PLAN_NEXT, 0);
    views.setU32(ends[slot] as number, i + 1);
    ends[slot] = out + OUT_PLAN_NEXT;
  }
  return deal.overflows;
}
