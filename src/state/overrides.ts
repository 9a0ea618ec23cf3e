// State overrides: what calls assume about accounts against the state, in the form of geth's eth_call. They are versions
// that are forgotten when the calls are done, so the state itself never has them.
import { OVERRIDE_BALANCE, OVERRIDE_CODE, OVERRIDE_NONCE, OVERRIDE_STORAGE } from '../../assembly/layout.ts';
import {
  fieldOf,
  optional,
  pathOf,
  readBytes,
  readU64,
  readU256,
  type SourceRecord,
  sourceRecord,
} from '../block/fields.ts';
import type { Hex } from '../block/types.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import type { ByteString, Quantity } from '../hex.ts';
import type { Workspace } from '../workspace.ts';
import { AddressKeys, SlotKeys } from './keys.ts';
import { storageValue } from './load.ts';

/** What is assumed of one account; fields that are absent stay as they are. */
export interface AccountOverride {
  /** wei */
  balance?: Quantity | undefined;
  /** Number of transactions sent, or contracts created. */
  nonce?: Quantity | undefined;
  /** The byte code. */
  code?: ByteString | undefined;
  /** The whole storage: slots that are not listed are zero. Not together with `stateDiff`. */
  state?: Readonly<Record<Hex, Quantity | Uint8Array>> | undefined;
  /** Single slots; the others stay as they are. */
  stateDiff?: Readonly<Record<Hex, Quantity | Uint8Array>> | undefined;
}

/** Address → what is assumed of it. */
export type StateOverrides = Readonly<Record<Hex, AccountOverride>>;

interface Override {
  /** 20 bytes. */
  address: Uint8Array;
  /** OVERRIDE_* */
  what: number;
  nonce: bigint;
  balance: bigint;
  code: Uint8Array;
  slots: [number: bigint, value: bigint][];
}

export type Overrides = readonly Override[];

function readSlots(from: SourceRecord, name: string): [bigint, bigint][] {
  const { path, values } = sourceRecord(fieldOf(from, name), pathOf(from, name), 'an object of values by slot');
  const slots = new SlotKeys(Object.keys(values));
  return Object.entries(values).map(([slot, value]) => {
    const field = `${path}[${slot}]`;
    return [slots.parse(slot, field), storageValue(value, field)];
  });
}

function parseOverride(address: Uint8Array, value: unknown, path: string): Override {
  const from = sourceRecord(value, path);
  const replaces = fieldOf(from, 'state') !== undefined;
  const merges = fieldOf(from, 'stateDiff') !== undefined;
  if (replaces && merges) throw badArgument(`${path}.stateDiff`, 'absent beside "state"', fieldOf(from, 'stateDiff'));
  const nonce = optional(readU64, from, 'nonce');
  const balance = optional(readU256, from, 'balance');
  const code = optional(readBytes, from, 'code');
  const given = [nonce !== undefined, balance !== undefined, code !== undefined, replaces];
  const flags = [OVERRIDE_NONCE, OVERRIDE_BALANCE, OVERRIDE_CODE, OVERRIDE_STORAGE];
  return {
    address,
    what: flags.reduce((what, flag, i) => (given[i] ? what | flag : what), 0),
    nonce: nonce ?? 0n,
    balance: balance ?? 0n,
    code: code ?? new Uint8Array(0),
    slots: replaces ? readSlots(from, 'state') : merges ? readSlots(from, 'stateDiff') : [],
  };
}

/** @throws BAD_ARGUMENT naming the field from `overrides[` on */
export function parseOverrides(value: unknown): Overrides {
  const { values } = sourceRecord(value ?? {}, 'overrides', 'an object of accounts by address');
  const addresses = new AddressKeys(Object.keys(values));
  const parsed = Object.entries(values).map(([address, override]) => {
    const path = `overrides[${address}]`;
    return parseOverride(addresses.parse(address, path), override, path);
  });
  return parsed.filter(({ what, slots }) => what !== 0 || slots.length > 0);
}

/** Entries that a directory of the state may grow by. */
export const entriesOf = (overrides: Overrides): number =>
  overrides.reduce((sum, { slots }) => sum + 1 + slots.length, 0);

function fits(address: number): number {
  if (address !== 0) return address >>> 0;
  const facts = { field: 'memory.maxBytes' };
  throw new ParallelEvmError('STATE_TOO_LARGE', 'the overrides do not fit the shared memory', facts);
}

/** The code object of the state for `code`, 0 for none. */
function codeObject({ space }: Workspace, state: number, code: Uint8Array): number {
  if (code.length === 0) return 0;
  const src = space.alloc(code.length, 'an overriding code');
  try {
    space.views.fresh().bytes.set(code, src);
    return fits(space.core.stateSetCode(state, 0, src, code.length));
  } finally {
    space.free(src);
  }
}

/** Publishes the overrides as versions. In the queue, with room reserved and the block's memory reset. */
export function applyOverrides(workspace: Workspace, state: number, block: number, overrides: Overrides): void {
  const { space, temp } = workspace;
  const { core } = space;
  for (const { address, what, nonce, balance, code, slots } of overrides) {
    const object = codeObject(workspace, state, code);
    space.views.fresh().setBigEndian(temp, address);
    space.views.setU256(temp + 32, balance);
    const account = fits(core.overrideAccount(state, block, temp, what, nonce, temp + 32, object));
    for (const [number, value] of slots) {
      space.views.fresh().setU256(temp, number);
      space.views.setU256(temp + 32, value);
      fits(core.overrideSlot(state, block, account, temp, temp + 32));
    }
  }
}
