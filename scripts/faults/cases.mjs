/** Which faults there are to try, where, and what each may come to. */
import { FAULT_KINDS, POINTS } from '../../dist/src/testing/index.js';

/** @typedef {'block' | 'calls'} Job */
/** @typedef {{ kind: string, thread: 'slot' | 'executor', point: string, slots: number, job: Job, commit: boolean, sample: number }} Case */

/** Steps of a slot that executes alone, of slots that run ahead, of slots that share calls. */
const ALONE = 'waiting joined token judging confirmed advanced closing closed released growing leaving left precompile';
const AHEAD = `${ALONE} claimed executed published returned redoing looking-ahead sharing helping hashing sleeping`;
const CALLS = 'waiting joined calling executed published keeping closing closed growing leaving left precompile';
const IN_KERNELS = 'kernel';
// 'loading' is a step of witnesses: test/engine/witness-load.test.ts; so are 'hashing' parts of their roots: witness-root.test.ts.

/** @param {string} point @param {number} slots @param {Job} job */
function isReached(point, slots, job) {
  const steps = job === 'calls' ? CALLS : slots === 1 ? ALONE : AHEAD;
  return point === IN_KERNELS || steps.split(' ').includes(point);
}

/**
 * What the run may come to: 'exact', 'died' (SLOT_DIED with the state unchanged), or either. Only a death in the middle of
 * the publication of a step's changes ends a run.
 * @param {Case} test
 */
export function allowed({ point, job }) {
  if (job === 'calls') return ['exact'];
  if (point === 'judging') return ['died'];
  // The result that was judged may have been stale, the verdict one of invalidity, the kernels at a look-up.
  if (point === 'confirmed' || point === 'closing' || point === IN_KERNELS) return ['exact', 'died'];
  // The tree's parts are hashed by the holder of the token, whose step ends with it, and by others.
  if (point === 'hashing') return ['exact', 'died'];
  return ['exact'];
}

/** What a block must have for the point to be reached. @param {string} point @returns {import('./world.mjs').Kind} */
export function scenarioOf(point) {
  if (point === 'sharing' || point === 'helping') return 'reads';
  if (point === 'hashing') return 'wide';
  if (['returned', 'looking-ahead', 'sleeping'].includes(point)) return 'made';
  return point === 'growing' ? 'large' : 'mixed';
}

/** Mechanisms that the point belongs to must be on. @param {string} point @param {import('../showcase/random.mjs').Random} random */
export function policyOf(point, random) {
  const ahead = { preset: 'default', adaptive: false };
  if (point === 'redoing') return { ...ahead, unconfirmed: false, deltas: false };
  if (['returned', 'looking-ahead', 'sharing', 'helping', 'hashing', 'sleeping'].includes(point)) return ahead;
  return random.pick([ahead, { preset: 'default' }, { preset: 'phase1' }, { preset: 'phase2' }]);
}

/** How a slot ends; on the TypeScript path its other thread may, too. @param {string} execution */
function waysOf(execution) {
  const own = FAULT_KINDS.map((kind) => ({ kind, thread: /** @type {const} */ ('slot') }));
  return execution === 'wasm' ? own : [...own, { kind: 'terminate', thread: /** @type {const} */ ('executor') }];
}

/**
 * @param {number} inKernels faults of each kind in the kernels of a job @param {string} execution
 * @returns {Case[]}
 */
export function allCases(inKernels, execution) {
  const jobs = [
    { job: /** @type {const} */ ('block'), commit: true },
    { job: /** @type {const} */ ('block'), commit: false },
    { job: /** @type {const} */ ('calls'), commit: false },
  ];
  return [1, 2].flatMap((slots) =>
    POINTS.flatMap((point) =>
      jobs
        .filter(({ job }) => isReached(point, slots, job))
        .flatMap(({ job, commit }) =>
          waysOf(execution).flatMap((way) =>
            Array.from({ length: point === IN_KERNELS ? inKernels : 1 }, (_, sample) => ({
              ...{ ...way, point, slots, job, commit, sample },
            })),
          ),
        ),
    ),
  );
}

/** @param {Case} test */
export const nameOf = ({ kind, thread, point, slots, job, commit, sample }) =>
  `${kind}${thread === 'slot' ? '' : ` of the ${thread}`} at ${point}${sample > 0 ? ` (${sample})` : ''}, ${slots} slots, ${job}${job === 'block' ? ` commit ${commit}` : ''}`;
