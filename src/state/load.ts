// Loads a pre-state into shared memory. Everything is checked before it is written; a state that fails is given back as a
// whole. Long states are loaded in slices, so that the caller's thread is never held for long.
import { sourceRecord } from '../block/fields.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { hexOf, parseBytes, parseQuantity, U64_MAX } from '../hex.ts';
import type { SharedSpace } from '../memory/shared.ts';
import { AddressKeys, SlotKeys } from './keys.ts';
import { Slices } from './slices.ts';
import type { Codes, PreAccount, PreState } from './types.ts';

export const MAX_CODE_BYTES: number = 2 ** 24;

/** Addresses of 20-byte hex in any letter case; storage keys of up to 32 bytes. */
export function storageValue(value: unknown, field: string): bigint {
  if (!(value instanceof Uint8Array)) return parseQuantity(value, field);
  if (value.length > 32) throw badArgument(field, 'at most 32 bytes', `${value.length} bytes`);
  return value.length === 0 ? 0n : BigInt(hexOf(value));
}

export class StateLoader {
  readonly #space: SharedSpace;
  readonly #state: number;
  readonly #codes: Map<string, Uint8Array>;
  /** Argument areas: address or slot number, balance or value, code hash. */
  readonly #temp: number;
  #scratch = 0;
  #scratchBytes = 0;

  constructor(space: SharedSpace, state: number, temp: number, codes: Codes) {
    this.#space = space;
    this.#state = state;
    this.#temp = temp;
    this.#codes = new Map();
    for (const [hash, code] of Object.entries(codes)) {
      const field = `codes[${hash}]`;
      this.#codes.set(hexOf(parseBytes(hash, field, 32)), parseBytes(code, field));
    }
  }

  async load(preState: PreState): Promise<void> {
    const slices = new Slices();
    const addresses = new AddressKeys(Object.keys(preState));
    try {
      for (const [text, account] of Object.entries(preState)) {
        const field = `preState[${text}]`;
        const address = addresses.parse(text, field);
        if (account !== null) this.#account(address, account, field);
        await slices.pause();
      }
    } finally {
      this.#freeBuffer();
    }
  }

  #account(address: Uint8Array, account: PreAccount, field: string): void {
    const { values } = sourceRecord(account, field, 'an account or null');
    const nonce = parseQuantity(account.nonce, `${field}.nonce`, U64_MAX);
    const balance = parseQuantity(account.balance, `${field}.balance`);
    const code = this.#code(account, field);
    const storage = sourceRecord(values.storage ?? {}, `${field}.storage`, 'an object of values by slot').values;
    const { core, views } = this.#space;
    views.fresh().setBigEndian(this.#temp, address);
    views.setU256(this.#temp + 32, balance);
    const entry = this.#fits(core.stateSetAccount(this.#state, this.#temp, nonce, this.#temp + 32, code));
    const slots = new SlotKeys(Object.keys(storage));
    for (const [text, value] of Object.entries(storage)) {
      const path = `${field}.storage[${text}]`;
      this.#slot(entry, slots.parse(text, path), value, path);
    }
  }

  #slot(entry: number, number: bigint, value: unknown, field: string): void {
    const stored = storageValue(value, field);
    if (stored === 0n) return;
    const { core, views } = this.#space;
    views.fresh().setU256(this.#temp, number);
    views.setU256(this.#temp + 32, stored);
    this.#fits(core.stateSetSlot(this.#state, entry, this.#temp, this.#temp + 32));
  }

  /** The account's code object, 0 if it has no code. */
  #code(account: PreAccount, field: string): number {
    if (account.code !== undefined) return this.#codeObject(parseBytes(account.code, `${field}.code`), undefined);
    if (account.codeHash === undefined) return 0;
    const hash = parseBytes(account.codeHash, `${field}.codeHash`, 32);
    const text = hexOf(hash);
    if (text === EMPTY_CODE_HASH) return 0;
    const code = this.#codes.get(text);
    if (code !== undefined) return this.#codeObject(code, hash);
    this.#space.views.fresh().bytes.set(hash, this.#temp + 64);
    return this.#fits(this.#space.core.stateSetMissingCode(this.#state, this.#temp + 64));
  }

  #codeObject(code: Uint8Array, hash: Uint8Array | undefined): number {
    if (code.length === 0) return 0;
    if (code.length > MAX_CODE_BYTES)
      throw badArgument('code', `at most ${MAX_CODE_BYTES} bytes`, `${code.length} bytes`);
    const src = this.#buffer(code.length);
    const { core, views } = this.#space;
    views.fresh().bytes.set(code, src);
    const object = this.#fits(core.stateSetCode(this.#state, 0, src, code.length));
    if (hash === undefined) return object;
    const actual = hexOf(views.fresh().copy(object, 32));
    if (actual !== hexOf(hash))
      throw badArgument(`codes[${hexOf(hash)}]`, 'code with that hash', `code with hash ${actual}`);
    return object;
  }

  #buffer(bytes: number): number {
    if (bytes <= this.#scratchBytes) return this.#scratch;
    this.#freeBuffer();
    this.#scratch = this.#space.alloc(bytes, 'a code');
    this.#scratchBytes = bytes;
    return this.#scratch;
  }

  #freeBuffer(): void {
    if (this.#scratch !== 0) this.#space.free(this.#scratch);
    this.#scratch = 0;
    this.#scratchBytes = 0;
  }

  #fits(address: number): number {
    if (address !== 0) return address >>> 0;
    throw new ParallelEvmError('STATE_TOO_LARGE', 'the state does not fit the shared memory', {
      field: 'memory.maxBytes',
    });
  }
}

const EMPTY_CODE_HASH = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';
