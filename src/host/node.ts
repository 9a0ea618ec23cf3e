// Workers in Node: worker_threads behind the EventTarget methods that `threads` calls. This file and browser.ts have the
// same exports; nothing else in the library asks where it runs.
import { availableParallelism } from 'node:os';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { SlotHandle } from './types.ts';

type Listener = (event: never) => void;

class SlotWorker extends Worker {
  readonly #forwards = new Map<Listener, (value: unknown) => void>();

  constructor(url: URL, options: WorkerOptions) {
    super(url, options);
    this.setMaxListeners(0); // threads adds one listener per call in flight
  }

  addEventListener(type: string, listener: Listener): void {
    const forward =
      type === 'message'
        ? (data: unknown): void => listener({ data } as never)
        : (event: unknown): void => listener(event as never);
    this.#forwards.set(listener, forward);
    this.on(type as 'message', forward);
  }

  removeEventListener(type: string, listener: Listener): void {
    const forward = this.#forwards.get(listener);
    if (forward) this.off(type as 'message', forward);
    this.#forwards.delete(listener);
  }
}

/** Makes way for what waits on this thread. A timer would take a millisecond. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Starts the script at `url` as the worker of a slot. */
export function startWorker(url: URL, options: WorkerOptions = {}): SlotHandle {
  const worker = new SlotWorker(url, options);
  const died = new Promise<never>((_, reject) => {
    worker.on('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => reject(new Error(`slot exited with code ${code}`)));
  });
  died.catch(() => {}); // whoever waits for the slot sees it; a slot that nobody waits for may end
  return { worker, died };
}

export function startSlot(): SlotHandle {
  return startWorker(new URL('../slot.js', import.meta.url));
}

/** Starts the worker that executes for a slot (`execution: 'typescript'`). */
export function startExecutor(): SlotHandle {
  return startWorker(new URL('../typescript/executor.js', import.meta.url));
}

/** `threads` installs SIGINT and SIGTERM handlers that end the host process with code 0: takes them off again. */
export function removeSignalHandlers(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    for (const listener of process.listeners(signal))
      if (String(listener).includes('terminateWorkersAndMaster')) process.off(signal, listener);
}

/** Cores that this process may use. */
export function coreCount(): number {
  return availableParallelism();
}

/** Why this platform cannot share memory between threads; empty if it can. */
export function sharingObstacles(): string[] {
  return [];
}
