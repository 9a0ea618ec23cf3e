// Keys of objects that denote more than their text: addresses in any letter case, slots with any number of leading zeros.
// Two keys for one thing would leave it to their order which one counts, so the second is refused.
import { badArgument } from '../errors.ts';
import { parseBytes, parseQuantity } from '../hex.ts';

/** The form that cannot be written in a second way, because the object that holds it has it only once. */
const CANONICAL_SLOT = /^0x[0-9a-f]{64}$/;

/** Reads the addresses of one object. */
export class AddressKeys {
  readonly #names: ReadonlySet<string>;
  readonly #inOtherCase = new Set<string>();

  constructor(keys: readonly string[]) {
    this.#names = new Set(keys);
  }

  /** @throws BAD_ARGUMENT naming `field` unless the key is an address that no other key is. */
  parse(key: string, field: string): Uint8Array {
    const address = parseBytes(key, field, 20);
    const lower = key.toLowerCase();
    if (lower === key) return address;
    if (this.#names.has(lower) || this.#inOtherCase.has(lower)) throw badArgument(field, 'given once', key);
    this.#inOtherCase.add(lower);
    return address;
  }
}

/** Reads the slots of one account. */
export class SlotKeys {
  readonly #seen = new Set<bigint>();
  readonly #isAmbiguous: boolean;

  constructor(keys: readonly string[]) {
    this.#isAmbiguous = !keys.every((key) => CANONICAL_SLOT.test(key));
  }

  /** @throws BAD_ARGUMENT naming `field` unless the key is a slot that no other key is. */
  parse(key: string, field: string): bigint {
    const slot = parseQuantity(key, field);
    if (!this.#isAmbiguous) return slot;
    if (this.#seen.has(slot)) throw badArgument(field, 'given once', key);
    this.#seen.add(slot);
    return slot;
  }
}
