// What keeps a simulated block from being faster: the run once more without each of its costs.
import type { SimulationCosts } from './costs.ts';
import { sum } from './measure.ts';
import type { SimulatedBlock } from './memory.ts';
import type { Task } from './model.ts';
import { simulateRun } from './run.ts';

/**
 * `dependencies`: transactions that need what others write, with what is redone for it; `largest`: transactions that are more
 * than a slot's share; `confirmation`: comparing and publishing, one transaction after another; `finish`: the block's
 * beginning and end, receipts; `hand-off`: posting, waking, the way back; `attempts`: claiming, and what running ahead
 * takes beside executing; `contention`: slots that slow each other down; `work`: none of these, the transactions' own time.
 */
export type SimulationLimit =
  | 'dependencies'
  | 'largest'
  | 'confirmation'
  | 'finish'
  | 'hand-off'
  | 'attempts'
  | 'contention'
  | 'work';

const NAMES: readonly Exclude<SimulationLimit, 'work'>[] = [
  ...(['dependencies', 'largest', 'confirmation', 'finish', 'hand-off', 'attempts', 'contention'] as const),
];

/** A limit that holds less of the time is none. */
const LEAST_SHARE = 0.1;

type Tasks = readonly (Task | undefined)[];

const FREE: Readonly<Record<string, Partial<SimulationCosts>>> = {
  confirmation: { confirm: 0, confirmKey: 0, confirmAlone: 0, confirmKeyAlone: 0, token: 0 },
  finish: { block: 0, receipt: 0, logByte: 0 },
  'hand-off': { post: 0, end: 0, wake: 0, ring: 0 },
  attempts: { claim: 0, attempt: 0, write: 0 },
  contention: { contention: 1 },
};

function tasksWithout(name: string, tasks: Tasks, slots: number): Tasks {
  if (name === 'dependencies') return tasks.map((task) => task && { ...task, needs: [] });
  if (name !== 'largest') return tasks;
  const share = sum(tasks.map((task) => task?.us ?? 0)) / slots;
  return tasks.map((task) => task && { ...task, us: Math.min(task.us, share) });
}

/** Microseconds that a run of `us` would be shorter by without each cost. */
export function savingsOf(
  block: SimulatedBlock,
  tasks: Tasks,
  costs: SimulationCosts,
  slots: number,
  us: number,
): Record<Exclude<SimulationLimit, 'work'>, number> {
  const saved = NAMES.map((name) => {
    const run = simulateRun(block, tasksWithout(name, tasks, slots), { ...costs, ...FREE[name] }, slots);
    return [name, Math.max(0, us - run.us)] as const;
  });
  return Object.fromEntries(saved) as Record<Exclude<SimulationLimit, 'work'>, number>;
}

/** The cost without which most would be saved. */
export function limitOf(savings: Record<Exclude<SimulationLimit, 'work'>, number>, us: number): SimulationLimit {
  const [first] = NAMES.map((name) => [name, savings[name]] as const).sort((a, b) => b[1] - a[1]);
  return first === undefined || first[1] < LEAST_SHARE * us ? 'work' : first[0];
}
