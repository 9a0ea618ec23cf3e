// Static dispatch: a list of transactions per slot, in block order, so that likely conflicts meet in one slot. Same
// sender → same slot; else same recipient → same slot; a recipient counts as the sender of what it sends later, and an
// EIP-7702 authority as well; else the slot with the least expected gas.
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

  constructor(slots: number) {
    this.#load = new Array<number>(slots).fill(0);
  }

  #leastLoaded(): number {
    let least = 0;
    for (let slot = 1; slot < this.#load.length; slot++)
      if ((this.#load[slot] as number) < (this.#load[least] as number)) least = slot;
    return least;
  }

  /** The slot of the first of these addresses that has one, which becomes that of all of them. */
  place(addresses: number[], gas: number): number {
    let slot: number | undefined;
    for (const address of addresses) slot ??= this.#slotOf.get(address);
    slot ??= this.#leastLoaded();
    for (const address of addresses) this.#slotOf.set(address, slot);
    this.#load[slot] = (this.#load[slot] as number) + gas;
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

/** Writes the lists of `slots` slots into the control words and outcomes. Between jobs. */
export function dealLists(views: Views, block: number, slots: number, expected: ExpectedGas): void {
  const txs = views.u32(block + BLOCK_TXS);
  const outcomes = views.u32(block + BLOCK_OUTCOMES);
  const deal = new Deal(slots);
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
}
