// What attempts ahead of their turn see of the steps below, and whether their results will hold, as the kernels would find
// it: a version counts while its step's control word names the attempt that wrote it (assembly/versions.ts). A value is the
// right one if the attempt that wrote it saw only right ones; each wrong attempt writes values of its own.
import { STEP_DONE, STEP_FINAL, STEP_RUN } from '../../assembly/layout.ts';
import { frontier, type Words } from '../pipeline/control.ts';
import type { Job } from '../pipeline/job.ts';
import { attemptOf, controlOf, stateOf } from '../pipeline/steps.ts';
import type { Need } from './model.ts';

/** What was seen of a step: its final value, none of it, or what a wrong attempt (by number) wrote. */
const RIGHT = -1;
const NOTHING = -2;
/** The version that would answer is taken back and its step not done again. */
export const SUPERSEDED = -3;

/** The newest attempt of a step that has ended. */
export interface Attempted {
  /** It stopped in its midst and left nothing. */
  isVoid: boolean;
  needs: readonly Need[];
  /** By need, as far as it came. */
  seen: readonly number[];
}

export class Attempts {
  readonly #words: Words;
  readonly #job: Job;
  readonly #newest: (Attempted | undefined)[] = [];
  /** Steps of which some attempt has linked versions. */
  readonly #linked = new Set<number>();

  constructor(words: Words, job: Job) {
    this.#words = words;
    this.#job = job;
  }

  /** Before the step is published. */
  note(step: number, attempted: Attempted): void {
    this.#newest[step] = attempted;
    if (!attempted.isVoid) this.#linked.add(step);
  }

  holds(step: number): boolean {
    const attempted = this.#newest[step];
    return attempted !== undefined && !attempted.isVoid && attempted.seen.every((value) => value === RIGHT);
  }

  /** What an attempt sees of `step` now. */
  look(step: number): number {
    if (step < frontier(this.#words)) return RIGHT;
    const control = controlOf(this.#words, this.#job, step);
    const state = stateOf(control);
    if (state === STEP_DONE && !this.#newest[step]?.isVoid) return this.holds(step) ? RIGHT : attemptOf(control);
    if (state === STEP_DONE || state === STEP_FINAL || !this.#linked.has(step)) return NOTHING;
    return state === STEP_RUN && attemptOf(control) === 0 ? NOTHING : SUPERSEDED;
  }

  /** True if what was seen is not what would be seen now, as far as can be said. */
  isOvertaken({ needs, seen }: Pick<Attempted, 'needs' | 'seen'>): boolean {
    return seen.some((value, i) => {
      const now = this.look((needs[i] as Need).step);
      return now !== SUPERSEDED && now !== value;
    });
  }

  /** True if the result of `step` will not hold, as far as can be seen before its turn. */
  isStale(step: number): boolean {
    const attempted = this.#newest[step];
    return attempted !== undefined && (attempted.isVoid || this.isOvertaken(attempted));
  }
}
