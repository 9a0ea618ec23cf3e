// Engines with one slot and with two, for the tests of a file, and chains over them that are closed after each.
import { type Chain, createChain, createEngine, type Engine } from 'parallel-evm';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { BLOCKS, GENESIS } from './export.ts';

export const SLOT_COUNTS = [1, 2];

export const blockAt = (number: number): Uint8Array => BLOCKS[number - 1] as Uint8Array;

let engines: Engine[];

export const engineOf = (slots = 1): Engine => engines[SLOT_COUNTS.indexOf(slots)] as Engine;

/** Chains that are to be closed when the test is over. */
export const open: Chain[] = [];

/** Starts the engines before the tests of the file, and ends what they leave. */
export function useEngines(): void {
  beforeAll(async () => {
    engines = await Promise.all(
      SLOT_COUNTS.map((slots) => createEngine({ slots, adaptive: false, memory: { maxBytes: 2 ** 29 } })),
    );
  });
  afterEach(async () => {
    for (const chain of open.splice(0)) await chain.close();
  });
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));
}

/** A chain with the first `count` blocks, imported one after the other. */
export async function chainWith(count: number, engine: Engine): Promise<Chain> {
  const chain = await createChain({ engine, genesis: GENESIS });
  open.push(chain);
  for (const block of BLOCKS.slice(0, count)) expect((await chain.importBlock(block)).invalid).toBeUndefined();
  return chain;
}
