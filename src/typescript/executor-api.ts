// What the thread beside a slot does: executes what the slot asks for until it is terminated.
import { instantiateCore } from '../core.ts';
import { Views } from '../memory/views.ts';
import { loadPrecompiles } from '../precompiles/host.ts';
import { NOT_LOADED } from '../precompiles/types.ts';
import { Context } from './context.ts';
import { answer, nextAsked } from './hand-over.ts';
import { Machine } from './machine.ts';
import { Memory } from './memory.ts';

export interface ExecutorSetup {
  memory: WebAssembly.Memory;
  module: WebAssembly.Module;
  /** The curves' library. */
  mcl: WebAssembly.Module;
  slot: number;
}

export interface ExecutorApi {
  setUp(setup: ExecutorSetup): Promise<void>;
  /** Never resolves. Rejects with what is a fault of this library. */
  work(): Promise<void>;
}

export function executorApi(): ExecutorApi {
  let work: () => Promise<void> = async () => {};
  return {
    async setUp({ memory, module, mcl, slot }) {
      const precompile = (): number => NOT_LOADED;
      const core = instantiateCore(module, memory, precompile);
      const context = new Context(new Memory(memory), core, precompile);
      const machine = new Machine(context, await loadPrecompiles(mcl));
      const { words } = new Views(memory);
      work = async () => {
        for (;;) {
          const asked = await nextAsked(words, slot);
          context.at = asked.at;
          core.bind(asked.at);
          answer(words, slot, asked, await machine.execute(asked.kind));
        }
      };
    },
    work: () => work(),
  };
}
