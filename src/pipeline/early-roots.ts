// Slots with nothing to execute work storage roots on a source out while the last transactions still execute.
//
// Correct because only the holder of the token looks at what is confirmed; what it copies does not change any more, and whether
// a root still holds is seen at the end (assembly/storageroot.ts). Who had the token looks at the frontier again afterwards, as
// every holder must.
import { BLOCK_ROOT, CTL_EARLY, CTL_NEXT, ROOT_NOW, STATE_SOURCE } from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { frontier, releaseToken, takeToken, type Words } from './control.ts';
import type { Job } from './job.ts';
import { canConfirm } from './merger.ts';

const LOOKED = CTL_EARLY >>> 2;

/** All transactions are claimed: there is nothing to come but what executes now. */
const isEnding = (words: Words, job: Job): boolean => Atomics.load(words, CTL_NEXT >>> 2) > job.count;

/** True if something was confirmed since a slot has looked in vain. */
const hasMoved = (words: Words): boolean => Atomics.load(words, LOOKED) !== frontier(words) + 1;

/** Works one storage root out, if there is one to begin with. True if there is work now. */
export function hashEarly(arena: Arena, job: Job): boolean {
  const { core, points, slot, views } = arena;
  const { words } = views;
  if (!isEnding(words, job) || !hasMoved(words)) return false;
  if (views.u32(job.block + BLOCK_ROOT) !== ROOT_NOW || views.u32(job.state + STATE_SOURCE) === 0) return false;
  if (!takeToken(words, slot)) return false;
  const early = core.beginEarlyRoot(job.state, job.block);
  if (early === 0) Atomics.store(words, LOOKED, frontier(words) + 1);
  releaseToken(words);
  if (early === 0) return canConfirm(arena, job);
  points.reach('rooting');
  core.earlyRoot(job.state, early);
  return true;
}
