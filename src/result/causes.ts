// Why results were taken back, in words: the key that differed, and who wrote it.
import {
  ACCOUNT_ADDRESS,
  CAUSE_BALANCE,
  CAUSE_CODE,
  CAUSE_DESTRUCTION,
  CAUSE_DISTANCES,
  CAUSE_EXISTENCE,
  CAUSE_INVALID,
  CAUSE_LIMITS,
  CAUSE_NONCE,
  CAUSE_PREDICATE,
  CAUSE_STORAGE,
  CAUSE_UNKNOWN,
  SLOT_ACCOUNT,
  SLOT_NUMBER,
  STAT_CAUSES,
  STAT_DISTANCES,
} from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import { statOf, type Words } from '../pipeline/control.ts';

/**
 * What made a result stale. `storage`: a storage slot; `existence`: whether an account is empty; `destruction`: the account
 * was destroyed, its storage with it; `predicate`: a balance that has to suffice, or the nonce that the transaction states;
 * `invalid`: the transaction was not valid on what the attempt saw; `limits`: the attempt ran out of memory, or something
 * was not there yet; `unknown`: what differed in passing could not be seen again.
 */
export type RedoCause =
  | 'balance'
  | 'nonce'
  | 'code'
  | 'storage'
  | 'existence'
  | 'destruction'
  | 'predicate'
  | 'invalid'
  | 'limits'
  | 'unknown';

const NAMES: readonly (readonly [number, RedoCause])[] = [
  [CAUSE_BALANCE, 'balance'],
  [CAUSE_NONCE, 'nonce'],
  [CAUSE_CODE, 'code'],
  [CAUSE_STORAGE, 'storage'],
  [CAUSE_EXISTENCE, 'existence'],
  [CAUSE_DESTRUCTION, 'destruction'],
  [CAUSE_PREDICATE, 'predicate'],
  [CAUSE_INVALID, 'invalid'],
  [CAUSE_LIMITS, 'limits'],
  [CAUSE_UNKNOWN, 'unknown'],
];

const BY_NUMBER: ReadonlyMap<number, RedoCause> = new Map(NAMES);

export const causeName = (kind: number): RedoCause => BY_NUMBER.get(kind) ?? 'unknown';

/** How often each cause took a result back in the last job. */
export const readCauses = (words: Words): Record<RedoCause, number> =>
  Object.fromEntries(NAMES.map(([kind, name]) => [name, statOf(words, STAT_CAUSES + 4 * kind)])) as Record<
    RedoCause,
    number
  >;

/** Results that were taken back in the last job by how far the writer was before them: 1, 2, 3 to 4, 5 to 8, … */
export const readDistances = (words: Words): number[] =>
  Array.from({ length: CAUSE_DISTANCES }, (_, bucket) => statOf(words, STAT_DISTANCES + 4 * bucket));

/** The account, and the storage slot if it is one, that a cause is about. */
export interface CauseKey {
  /** 20 bytes. */
  address: Hex;
  /** 32 bytes. */
  storageSlot?: Hex;
}

/** `entry`: of the account or slot. While the job's memory is as the job has left it. */
export function causeKey(views: Views, kind: number, entry: number): CauseKey {
  if (kind !== CAUSE_STORAGE) return { address: hexOf(views.bigEndian(entry + ACCOUNT_ADDRESS, 20)) };
  const address = hexOf(views.bigEndian(views.u32(entry + SLOT_ACCOUNT) + ACCOUNT_ADDRESS, 20));
  return { address, storageSlot: hexOf(views.bigEndian(entry + SLOT_NUMBER, 32)) };
}
