// Rules for ommers (Yellow Paper section 11.1): headers that are valid on top of an ancestor, at most six generations off,
// which are no ancestors themselves and have not been ommers before.
import { unlessRefused } from '../errors.ts';
import { hexOf } from '../hex.ts';
import type { OpenBlock } from '../rules/body.ts';
import { type Faults, RULES, unless } from '../rules/faults.ts';
import type { Header } from '../rules/header.ts';
import { headerFaults } from '../rules/header-rules.ts';
import type { Ancestor } from './ancestors.ts';
import { forkAt, type Schedule } from './schedule.ts';

/** An ommer's parent is at most so many generations above the block. */
const GENERATIONS = 7;

/** How many blocks are needed above the one that is judged. */
export const OMMER_REACH: number = GENERATIONS;

/** The ommer is a valid header on top of its parent. */
function* ommerHeaderFaults(ommer: Header, path: string, parent: Ancestor, schedule: Schedule): Faults {
  const fork = unlessRefused(() => forkAt(schedule, ommer, parent.totalDifficulty));
  const field = `${path}.timestamp`;
  if (fork === undefined)
    return yield* unless(false, { ...RULES.ommerTime, field }, 'within the fork', ommer.timestamp);
  for (const fault of headerFaults(ommer, { fork, common: schedule.common, parent: parent.header }))
    yield { ...fault, code: 'OMMER_INVALID', field: `${path}.${fault.field}` };
}

/** `ancestors`: the newest OMMER_REACH blocks, newest first, the parent among them. */
export function* ommerFaults({ ommers }: OpenBlock, ancestors: readonly Ancestor[], schedule: Schedule): Faults {
  const used = new Set(ancestors.flatMap((ancestor) => ancestor.ommers));
  for (const [i, ommer] of ommers.entries()) {
    const [field, { hash }, parentHash] = [`ommers[${i}]`, ommer, hexOf(ommer.parentHash)];
    yield* unless(!used.has(hash), { ...RULES.ommerOnce, field }, 'another header', hash);
    used.add(hash);
    const isAncestor = ancestors.some(({ header }) => header.hash === hash);
    yield* unless(!isAncestor, { ...RULES.ommerAncestor, field }, 'no ancestor', hash);
    const parent = ancestors.slice(1).find(({ header }) => header.hash === parentHash);
    if (parent !== undefined) yield* ommerHeaderFaults(ommer, field, parent, schedule);
    else yield* unless(false, { ...RULES.ommerParent, field: `${field}.parentHash` }, 'an ancestor', parentHash);
  }
}
