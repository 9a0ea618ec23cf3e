// What simulated slots work on together: control words, the block's tasks, what things cost, and the clock.
import type { Views } from '../memory/views.ts';
import type { Words } from '../pipeline/control.ts';
import type { Job } from '../pipeline/job.ts';
import { NO_POINTS } from '../pipeline/points.ts';
import { Attempts } from './attempts.ts';
import type { Clock } from './clock.ts';
import type { SimulationCosts } from './costs.ts';
import type { Task } from './model.ts';

export interface Site {
  readonly words: Words;
  /** What the pipeline's functions take. */
  readonly place: { views: Views; points: typeof NO_POINTS };
  readonly job: Job;
  /** By step. */
  readonly tasks: readonly (Task | undefined)[];
  readonly costs: SimulationCosts;
  readonly clock: Clock;
  readonly attempts: Attempts;
  /** Executions of transactions so far. */
  attempted: number;
}

export function siteOf(
  views: Views,
  job: Job,
  tasks: readonly (Task | undefined)[],
  costs: SimulationCosts,
  clock: Clock,
): Site {
  const { words } = views;
  const place = { views, points: NO_POINTS };
  return { words, place, job, tasks, costs, clock, attempts: new Attempts(words, job), attempted: 0 };
}

/** The task of a transaction's step. */
export const taskOf = ({ tasks }: Site, step: number): Task => tasks[step] as Task;
