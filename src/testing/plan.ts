// The fault that tests have planned, in words that the caller and all slots share.
import { POINTS, type Point } from '../pipeline/points.ts';

/** How a slot can end. */
export const FAULT_KINDS = [
  /** The worker ends itself. */
  'exit',
  /** The worker is terminated from outside, while it waits at the point. */
  'terminate',
  /** A trap in WebAssembly. */
  'trap',
  /** The worker's heap is exhausted. */
  'memory',
  /** An exception of JavaScript. */
  'exception',
] as const;

/** How a slot ends; see `FAULT_KINDS`. */
export type FaultKind = (typeof FAULT_KINDS)[number];

export type PlanWords = Int32Array<SharedArrayBuffer>;

/** Number of the point + 1; 0: nothing is planned. */
export const PLAN_POINT = 0;
/** The only slot that is meant, -1: any. */
export const PLAN_SLOT = 1;
/** Times that the point is still to be reached. */
export const PLAN_LEFT = 2;
export const PLAN_KIND = 3;
/** Number of the slot that it has happened to + 1; 0: it has not happened. */
export const PLAN_FIRED = 4;
/** Never changes: a slot that is to be terminated waits on it. */
export const PLAN_END = 5;
const PLAN_WORDS = 6;

export const createPlan = (): PlanWords => new Int32Array(new SharedArrayBuffer(4 * PLAN_WORDS));

export const pointNumber = (point: Point): number => POINTS.indexOf(point) + 1;
