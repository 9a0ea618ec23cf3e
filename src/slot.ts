// The worker: set up and ended through `threads`, worked through the control words. It calls nothing asynchronous once it
// is in its loop; libraries are loaded before.
import { expose } from 'threads/worker';
import { instantiateCore } from './core.ts';
import { Views } from './memory/views.ts';
import { Arena } from './pipeline/attempts.ts';
import { workUntilStopped } from './pipeline/work.ts';
import { createHostPrecompile, loadPrecompiles } from './precompiles/host.ts';

export interface SlotSetup {
  memory: WebAssembly.Memory;
  module: WebAssembly.Module;
  /** The curves' library. */
  mcl: WebAssembly.Module;
  /** Address of the slot's arena, ARENA_BYTES long. */
  arena: number;
  slot: number;
}

let work: (() => void) | undefined;

const api = {
  async setUp({ memory, module, mcl, arena, slot }: SlotSetup): Promise<void> {
    const core = instantiateCore(module, memory, createHostPrecompile(memory, await loadPrecompiles(mcl)));
    const slotArena = new Arena(core, new Views(memory), arena);
    work = () => workUntilStopped(slotArena, slot);
  },
  /** Returns when the stop command is posted. */
  work(): void {
    work?.();
  },
};

export type SlotApi = typeof api;

expose(api);
