// Rules for ommers (Yellow Paper section 11.1): headers that are valid on top of an ancestor, at most six generations off,
// which are no ancestors themselves and have not been ommers before.
import { hexOf } from '../hex.ts';
import type { Ancestor } from './ancestors.ts';
import type { OpenBlock } from './body.ts';
import type { Faults } from './faults.ts';
import type { Header } from './header.ts';
import { headerFaults, unless } from './header-rules.ts';
import { forkAt, type Schedule } from './schedule.ts';

/** An ommer's parent is at most so many generations above the block. */
const GENERATIONS = 7;

/** How many blocks are needed above the one that is judged. */
export const OMMER_REACH: number = GENERATIONS;

/** The ommer is a valid header on top of its parent. */
function* ommerHeaderFaults(ommer: Header, path: string, parent: Ancestor, schedule: Schedule): Faults {
  const fork = forkAt(schedule, ommer, parent.totalDifficulty);
  for (const fault of headerFaults(ommer, { fork, common: schedule.common, parent: parent.header }))
    yield { ...fault, code: 'OMMER_INVALID', field: `${path}.${fault.field}` };
}

/** `ancestors`: the newest OMMER_REACH blocks, newest first, the parent among them. */
export function* ommerFaults({ ommers }: OpenBlock, ancestors: readonly Ancestor[], schedule: Schedule): Faults {
  const used = new Set(ancestors.flatMap((ancestor) => ancestor.ommers));
  for (const [i, ommer] of ommers.entries()) {
    const [path, { hash }] = [`ommers[${i}]`, ommer];
    yield* unless(!used.has(hash), 'OMMER_REPEATED', path, 'another header', hash, 'a header is an ommer once');
    used.add(hash);
    const isAncestor = ancestors.some(({ header }) => header.hash === hash);
    yield* unless(!isAncestor, 'OMMER_IS_ANCESTOR', path, 'no ancestor', hash, 'an ancestor is no ommer');
    const parentHash = hexOf(ommer.parentHash);
    const parent = ancestors.slice(1).find(({ header }) => header.hash === parentHash);
    const reason = 'the parent of an ommer is an ancestor, two to seven generations up';
    if (parent !== undefined) yield* ommerHeaderFaults(ommer, path, parent, schedule);
    else yield* unless(false, 'OMMER_UNRELATED', `${path}.parentHash`, 'an ancestor', parentHash, reason);
  }
}
