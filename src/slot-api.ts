// What a worker does: set up and ended through `threads`, worked through the control words. It calls nothing asynchronous
// once it is in its loop; libraries are loaded before.
import { type Core, type HostPrecompile, instantiateCore } from './core.ts';
import type { Span } from './memory/heap.ts';
import { Views } from './memory/views.ts';
import { Arena } from './pipeline/attempts.ts';
import { NO_POINTS, type Points } from './pipeline/points.ts';
import { workUntilStopped } from './pipeline/work.ts';
import { createHostPrecompile, loadPrecompiles } from './precompiles/host.ts';

export interface SlotSetup {
  memory: WebAssembly.Memory;
  module: WebAssembly.Module;
  /** The curves' library. */
  mcl: WebAssembly.Module;
  arena: Span;
  slot: number;
  /** Execution, look-ups and conflict detection in TypeScript; a thread beside the slot executes for it then. */
  execution?: 'typescript';
}

export interface SlotApi {
  setUp(setup: SlotSetup): Promise<void>;
  /** Returns when the stop command is posted. */
  work(): void;
}

/** Where somebody else comes in: at the protocol's steps, in the host's precompiles. */
export interface SlotHooks {
  points: Points;
  wrap(precompile: HostPrecompile): HostPrecompile;
}

const NO_HOOKS: SlotHooks = { points: NO_POINTS, wrap: (precompile) => precompile };

async function kernelsOf(
  { execution, memory, slot }: SlotSetup,
  core: Core,
  precompile: HostPrecompile,
): Promise<Core> {
  if (execution !== 'typescript') return core;
  const { typescriptCore } = await import('./typescript/kernels.ts');
  return typescriptCore(memory, core, precompile, slot);
}

export function slotApi(hooksOf: (setup: SlotSetup) => SlotHooks = () => NO_HOOKS): SlotApi {
  let work: (() => void) | undefined;
  return {
    async setUp(setup) {
      const { memory, module, mcl, arena, slot } = setup;
      const { points, wrap } = hooksOf(setup);
      const precompile = wrap(createHostPrecompile(memory, await loadPrecompiles(mcl)));
      const instantiate = (kernels: WebAssembly.Module) =>
        instantiateCore(kernels, memory, precompile, () => points.reach('kernel'));
      const place = { bytes: arena.bytes, slot, points, instantiate };
      const core = instantiate(module);
      const own = new Arena(await kernelsOf(setup, core, precompile), new Views(memory), arena.at, place);
      work = () => workUntilStopped(own, slot);
    },
    work() {
      work?.();
    },
  };
}
