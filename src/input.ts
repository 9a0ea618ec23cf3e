// Checks of what the engine's methods are given beside blocks, calls and states: each gives the value back, or a
// BAD_ARGUMENT that names the field.
import type { Common } from '@ethereumjs/common';
import { sourceRecord } from './block/fields.ts';
import type { Hex } from './block/types.ts';
import { badArgument } from './errors.ts';
import { OwnedState } from './state/owned.ts';
import type { Workspace } from './workspace.ts';

/** The options object of a method. */
export function checkObject(value: unknown, field: string): void {
  sourceRecord(value, field);
}

export function checkFlag<Otherwise extends boolean | undefined>(
  value: unknown,
  field: string,
  otherwise: Otherwise,
): boolean | Otherwise {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw badArgument(field, 'true or false', value);
  return value;
}

export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw badArgument('signal', 'an AbortSignal', signal);
}

export function checkHashes(hashes: unknown): Readonly<Record<string, Hex>> {
  if (hashes === undefined) return {};
  checkObject(hashes, 'blockHashes');
  return hashes as Readonly<Record<string, Hex>>; // its entries are checked when they are read
}

export function checkState(state: unknown, workspace: Workspace): OwnedState {
  if (state instanceof OwnedState && state.belongsTo(workspace)) return state;
  throw badArgument('state', 'a state that this engine created', state);
}

/** By shape and not by class: a program may hold several copies of the package. */
export function checkCommon(common: unknown): Common | undefined {
  if (common === undefined) return undefined;
  const methods = ['copy', 'chainId', 'hardforks', 'getHardforkBy', 'setHardfork', 'consensusType', 'eips'] as const;
  const fits =
    typeof common === 'object' &&
    common !== null &&
    methods.every((name) => name in common && typeof (common as Record<string, unknown>)[name] === 'function');
  if (!fits) throw badArgument('common', 'a Common of @ethereumjs/common', common);
  return common as Common;
}
