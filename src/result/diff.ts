// The state diff of a block: its bytes are copied out of shared memory when the block ends and decoded when asked for.
import {
  DIFF_ACCOUNT,
  DIFF_ADDRESS,
  DIFF_AFTER,
  DIFF_BEFORE,
  DIFF_BYTES,
  DIFF_KIND,
  DIFF_NUMBER,
  REC_BALANCE,
  REC_CODE,
  REC_NONCE,
} from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { hexOf, hexQuantity } from '../hex.ts';
import { Views } from '../memory/views.ts';
import { byKey, codeBytes, wordHex } from '../state/state.ts';

/** What changed of an account: values after the block. `deleted` stands alone. */
export interface AccountDiff {
  /** Wei, 0x-quantity. */
  balance?: Hex;
  /** 0x-quantity. */
  nonce?: Hex;
  /** The byte code. */
  code?: Hex;
  /** 32-byte slot → 32-byte value; zero where the slot was cleared. */
  storage?: Record<Hex, Hex>;
  /** The account is gone. */
  deleted?: true;
}

/** Addresses in ascending order → what changed. */
export type StateDiffJson = Record<Hex, AccountDiff>;

/** The net changes of a block. Empty accounts count as absent (EIP-161), also where an old fork keeps them. */
export interface StateDiff {
  /** Canonical: addresses and slots sorted, only what differs from before the block. */
  toJSON(): StateDiffJson;
}

interface Change {
  diff: AccountDiff;
  slots: Map<Hex, { before: bigint; after: bigint }>;
}

/** The codes that the diff's records point to, by address of their object: taken while the memory still holds them. */
function collectCodes(views: Views, diff: number, bytes: number): Map<number, Hex> {
  const codes = new Map<number, Hex>();
  for (let at = diff; at < diff + bytes; at += DIFF_BYTES) {
    if (views.u32(at + DIFF_KIND) !== DIFF_ACCOUNT) continue;
    const before = views.u32(at + DIFF_BEFORE + REC_CODE);
    const after = views.u32(at + DIFF_AFTER + REC_CODE);
    if (after !== before && after !== 0) codes.set(after, hexOf(codeBytes(views, after)));
  }
  return codes;
}

class Decoder {
  readonly #views: Views;
  readonly #codes: ReadonlyMap<number, Hex>;
  readonly #changes = new Map<Hex, Change>();

  constructor(views: Views, codes: ReadonlyMap<number, Hex>) {
    this.#views = views;
    this.#codes = codes;
  }

  decode(): StateDiffJson {
    for (let at = 0; at < this.#views.bytes.length; at += DIFF_BYTES) {
      const address = hexOf(this.#views.bigEndian(at + DIFF_ADDRESS, 20));
      const change = this.#changes.get(address) ?? { diff: {}, slots: new Map() };
      this.#changes.set(address, change);
      if (this.#views.u32(at + DIFF_KIND) === DIFF_ACCOUNT) this.#account(at, change.diff);
      else this.#slot(at, change);
    }
    const entries = [...this.#changes].map(([address, change]) => [address, finished(change)] as const);
    return Object.fromEntries(entries.filter(([, diff]) => Object.keys(diff).length > 0).sort(byKey));
  }

  #account(at: number, diff: AccountDiff): void {
    const views = this.#views;
    const before = at + DIFF_BEFORE;
    const after = at + DIFF_AFTER;
    if (this.#isEmpty(after)) {
      if (!this.#isEmpty(before)) diff.deleted = true;
      return;
    }
    const nonce = views.u64(after + REC_NONCE);
    if (nonce !== views.u64(before + REC_NONCE)) diff.nonce = hexQuantity(nonce);
    const balance = views.u256(after + REC_BALANCE);
    if (balance !== views.u256(before + REC_BALANCE)) diff.balance = hexQuantity(balance);
    const code = views.u32(after + REC_CODE);
    if (code !== views.u32(before + REC_CODE)) diff.code = this.#codes.get(code) ?? '0x';
  }

  /** Empty and absent (whose records are all zero) are one: EIP-161 has made them so for every later block. */
  #isEmpty(record: number): boolean {
    const views = this.#views;
    const nothing = views.u64(record + REC_NONCE) === 0n && views.u256(record + REC_BALANCE) === 0n;
    return nothing && views.u32(record + REC_CODE) === 0;
  }

  /** A slot of a deleted account comes first with what it was; a value of its new incarnation may follow. */
  #slot(at: number, { slots }: Change): void {
    const slot = wordHex(this.#views.u256(at + DIFF_NUMBER));
    const before = slots.get(slot)?.before ?? this.#views.u256(at + DIFF_BEFORE);
    slots.set(slot, { before, after: this.#views.u256(at + DIFF_AFTER) });
  }
}

function finished({ diff, slots }: Change): AccountDiff {
  if (diff.deleted) return { deleted: true };
  const storage = [...slots].filter(([, { before, after }]) => before !== after);
  if (storage.length === 0) return diff;
  const entries = storage.map(([slot, { after }]) => [slot, wordHex(after)] as const);
  return { ...diff, storage: Object.fromEntries(entries.sort(byKey)) };
}

/** A diff over a copy of the `bytes` encoded bytes at `diff`. */
export function lazyDiff(views: Views, diff: number, bytes: number): StateDiff {
  const codes = collectCodes(views, diff, bytes);
  const copy = views.copy(diff, bytes);
  let json: StateDiffJson | undefined;
  return {
    toJSON: () => {
      json ??= new Decoder(Views.over(copy), codes).decode();
      return json;
    },
  };
}
