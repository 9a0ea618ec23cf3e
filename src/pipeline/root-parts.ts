// The state root on a source is worked out in parts by all slots: first the storage of each account, then the accounts below
// each child of the top branch (assembly/cutroot.ts).
//
// Correct because a stage begins when nobody is at a part of the one before, and because parts that are missing, of a slot
// that died among them, only mean that the holder of the token works the whole root out by itself.
import {
  CTL_ROOT_PARTS,
  CTL_ROOT_STAGE,
  CUT_CHILD_PARTS,
  ROOT_STAGE_CHILDREN,
  ROOT_STAGE_STORAGES,
} from '../../assembly/layout.ts';
import type { Arena } from './attempts.ts';
import { ring } from './control.ts';
import { awaitHelpers, help, takePart } from './helpers.ts';
import type { Job } from './job.ts';

const OPEN = CTL_ROOT_PARTS >>> 2;
const STAGE = CTL_ROOT_STAGE >>> 2;

function workOnParts({ core, points, slot, views }: Arena, { state }: Job): void {
  const { words } = views;
  const stage = Atomics.load(words, STAGE);
  for (let part = takePart(words, OPEN); part !== 0; part = takePart(words, OPEN)) {
    points.reach('hashing');
    core.rootPart(state, stage, part - 1, slot);
  }
}

/** Takes part in a root that is open. True if there was one. */
export const helpRoot = (arena: Arena, job: Job): boolean =>
  help(arena.views.words, arena.slot, OPEN, () => workOnParts(arena, job));

function workTogether(arena: Arena, job: Job, stage: number, parts: number): void {
  const { words } = arena.views;
  Atomics.store(words, STAGE, stage);
  Atomics.store(words, OPEN, parts);
  ring(words);
  workOnParts(arena, job);
  awaitHelpers(words);
}

/**
 * Works the state root out together with the other slots, where that is worth it. False: it is not there, for whatever reason.
 * By the holder of the token.
 */
export function rootInParts(arena: Arena, job: Job): boolean {
  const { core, views } = arena;
  const cut = core.cutRoot(job.state, job.block);
  if (cut === 0) return false;
  awaitHelpers(views.words); // of a holder that died
  if (cut > 1) workTogether(arena, job, ROOT_STAGE_STORAGES, cut - 1);
  workTogether(arena, job, ROOT_STAGE_CHILDREN, CUT_CHILD_PARTS);
  return core.joinRoot(job.state, job.block) !== 0;
}
