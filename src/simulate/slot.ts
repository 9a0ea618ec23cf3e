// A slot's loop, as in pipeline/work.ts, with costs in the place of kernels. Which step is claimed, taken back, reserved or
// retreated from, whom the bell wakes and who may confirm is decided by the pipeline's own functions on the same control
// words: here, in the merger (merger.ts), in executing (execution.ts) and in chores (chores.ts).
import { claim, claimReserved, newBatch, noteGas, reserve } from '../pipeline/claims.ts';
import { bellOf, isClosed } from '../pipeline/control.ts';
import { detectInAdvance, hashChunk, hashHeavy } from './chores.ts';
import type { Activity } from './clock.ts';
import { perform } from './execution.ts';
import { confirmReady } from './merger.ts';
import type { Site } from './site.ts';

/** Works on the block at the site until it is closed. */
export function* runAhead(site: Site, slot: number): Activity {
  const { words, job, costs } = site;
  const batch = newBatch();
  let weighed = 0;
  let isIdle = false;
  while (true) {
    const noted = bellOf(words);
    yield* confirmReady(site, slot, isIdle);
    if (isClosed(words)) return;
    weighed = yield* hashHeavy(site, weighed);
    let step = claim(words, job, slot);
    if (step !== 0) {
      isIdle = false;
      reserve(words, job, step, batch);
      for (; step !== 0; step = claimReserved(words, job, batch, slot)) {
        yield costs.claim;
        yield* perform(site, step, slot);
        noteGas(words, job, step, batch);
      }
    } else if (!isIdle) isIdle = true;
    else if (!(yield* detectInAdvance(site, slot)) && !(yield* hashChunk(site))) yield { noted };
  }
}
