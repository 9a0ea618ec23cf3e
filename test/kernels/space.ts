// A shared space as the caller's thread has it, without slots: kernels can be called one by one.

import { CTX_TEMP, STATE_BYTES } from '../../assembly/layout.ts';
import { createSpace, type SharedSpace } from '../../src/memory/shared.ts';

export interface Bench {
  space: SharedSpace;
  state: number;
  /** Argument area. */
  temp: number;
}

export async function benchWithState(maxBytes = 2 ** 28): Promise<Bench> {
  const space = await createSpace(maxBytes, true);
  const state = space.alloc(STATE_BYTES, 'a state');
  if (space.core.stateCreate(state, 1, 16, 16, 16) === 0) throw new Error('no memory for a state');
  return { space, state, temp: space.context + CTX_TEMP };
}
