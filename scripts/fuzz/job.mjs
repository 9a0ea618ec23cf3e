/** A process with both sides of its own: checks batches of worlds and answers with counts and failures. */
import { Fuzzer } from './fuzzer.mjs';

const fuzzer = await Fuzzer.start(process.argv[2] ?? '');

/** @param {{ first: number, count: number }} order */
async function answer({ first, count }) {
  process.send?.({ report: await fuzzer.run(first, count) });
}

process.on('message', answer);
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
