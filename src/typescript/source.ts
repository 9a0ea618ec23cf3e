// Slots with a thread beside each that executes for it. The two live and die together: the death of either is the slot's,
// and ending the slot ends both. The rest of this folder is loaded in the workers, where it is asked for.
import { spawn } from 'threads';
import { removeSignalHandlers, startExecutor } from '#host';
import type { SlotHandle } from '../host/types.ts';
import { Views } from '../memory/views.ts';
import type { SlotSource } from '../pool.ts';
import type { ExecutorApi } from './executor-api.ts';
import { clearHandOver } from './hand-over.ts';

/** Loading `@ethereumjs/evm` takes a third of a second, on a busy machine many times that. */
const MOST_LOADING_MS = 60_000;

interface Executor {
  handle: SlotHandle;
  /** Tells of a fault. */
  fail(cause: unknown): void;
}

/** Both workers as one. */
function paired({ worker, died }: SlotHandle, executor: SlotHandle, failed: Promise<never>): SlotHandle {
  const together = Promise.race([died, executor.died, failed]);
  together.catch(() => {}); // whoever waits for the slot sees it
  return {
    worker: {
      addEventListener: (type, listener) => worker.addEventListener(type, listener),
      removeEventListener: (type, listener) => worker.removeEventListener(type, listener),
      postMessage: (value, transfer) => worker.postMessage(value, transfer),
      terminate: () => Promise.all([worker.terminate(), executor.worker.terminate()]),
    },
    died: together,
  };
}

/** The slots of `base`, executing in TypeScript. */
export function typescriptSource(base: SlotSource): SlotSource {
  const executors = new Map<number, Executor>();
  return {
    ...base,
    extra: { ...base.extra, execution: 'typescript' },
    start(slot) {
      const handle = base.startExecutor?.(slot) ?? startExecutor();
      let fail: Executor['fail'] = () => {};
      const failed = new Promise<never>((_, reject) => {
        fail = reject;
      });
      executors.set(slot, { handle, fail });
      return paired(base.start(slot), handle, failed);
    },
    async accompany({ memory, module, mcl, slot }) {
      const { handle, fail } = executors.get(slot) as Executor;
      clearHandOver(new Views(memory).words, slot);
      const thread = await Promise.race([
        spawn<ExecutorApi>(handle.worker, { timeout: MOST_LOADING_MS }),
        handle.died,
      ]).finally(removeSignalHandlers);
      await thread.setUp({ memory, module, mcl, slot });
      thread.work().catch(fail);
    },
  };
}
