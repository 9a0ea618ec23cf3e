/** A process with an engine for each slot count: runs the cases of one file after another and answers with what failed. */
import { createEngine } from '../../dist/src/index.js';
import { failuresOf, serve } from '../spec/jobs.mjs';
import { casesOf } from './cases.mjs';
import { SLOTS } from './slots.mjs';

const MAX_BYTES = 2 ** 32;
/** Blocks of a few transactions run ahead, too. */
const options = { adaptive: false, warmUp: false, memory: { maxBytes: MAX_BYTES } };

const engines = new Map(
  await Promise.all(
    SLOTS.map(async (slots) => /** @type {const} */ ([slots, await createEngine({ ...options, slots })])),
  ),
);

serve(async (path, body, places) => {
  const counts = { blocks: 0, refused: 0 };
  const failures = await failuresOf(casesOf(path, body), places, { engines, counts }, path);
  return { failures, ...counts };
});
