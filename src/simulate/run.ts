// One run of a block on some slots: the pipeline under a virtual clock.
import { STAT_ABORTS, STAT_DEPENDENCIES, STAT_DETECTED_IN_ADVANCE } from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';
import { redos, statOf } from '../pipeline/control.ts';
import { Clock } from './clock.ts';
import { receiptUs, type SimulationCosts } from './costs.ts';
import { sum } from './measure.ts';
import type { SimulatedBlock } from './memory.ts';
import type { Task } from './model.ts';
import { siteOf } from './site.ts';
import { runAhead } from './slot.ts';

/** What came of one simulated run; microseconds. */
export interface SimulatedRun {
  us: number;
  attempts: number;
  redos: number;
  detectedInAdvance: number;
  dependencies: number;
  aborts: number;
}

/** One slot that does everything in turn. */
function aloneUs(tasks: readonly (Task | undefined)[], costs: SimulationCosts): number {
  const own = tasks.map((task) =>
    task === undefined ? 0 : task.us + costs.confirmAlone + costs.confirmKeyAlone * task.keys + receiptUs(task, costs),
  );
  return costs.post + costs.block + sum(own) + costs.end;
}

export function simulateRun(
  block: SimulatedBlock,
  tasks: readonly (Task | undefined)[],
  costs: SimulationCosts,
  slots: number,
): SimulatedRun {
  const { job, isAlone } = block.post(slots);
  const { views } = block;
  if (isAlone) {
    const none = { redos: 0, detectedInAdvance: 0, dependencies: 0, aborts: 0 };
    return { us: aloneUs(tasks, costs), attempts: job.count, ...none };
  }
  const clock = new Clock(views.words, costs);
  const site = siteOf(views, job, tasks, costs, clock);
  for (let slot = 0; slot < slots; slot++)
    clock.add(runAhead(site, slot), slot === 0 ? costs.post : Math.max(costs.post, costs.wake));
  clock.run();
  if (clock.stuck > 0) throw new ParallelEvmError('INTERNAL', `${clock.stuck} simulated slots wait for ever`);
  return {
    us: clock.now + costs.end,
    attempts: site.attempted,
    redos: redos(views.words),
    detectedInAdvance: statOf(views.words, STAT_DETECTED_IN_ADVANCE),
    dependencies: statOf(views.words, STAT_DEPENDENCIES),
    aborts: statOf(views.words, STAT_ABORTS),
  };
}
