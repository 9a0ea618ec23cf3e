// The worker of a slot that can be made to end.
import { expose } from 'threads/worker';
import { type SlotSetup, slotApi } from '../slot-api.ts';
import { FaultPoints } from './fault-points.ts';
import type { PlanWords } from './plan.ts';

interface FaultySetup extends SlotSetup {
  plan: PlanWords;
}

expose(
  slotApi((setup) => {
    const points = new FaultPoints((setup as FaultySetup).plan, setup.slot);
    return {
      points,
      wrap:
        (precompile) =>
        (...args) => {
          points.reach('precompile');
          return precompile(...args);
        },
    };
  }),
);
