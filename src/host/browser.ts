// Workers in browsers. Same exports as node.ts.
import type { SlotHandle } from './types.ts';

function handleOf(worker: Worker): SlotHandle {
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'slot failed to load')));
  });
  died.catch(() => {}); // whoever waits for the slot sees it
  return { worker: worker as unknown as SlotHandle['worker'], died };
}

export function startSlot(): SlotHandle {
  return handleOf(new Worker(new URL('./slot.js', import.meta.url), { type: 'module' }));
}

export function startExecutor(): SlotHandle {
  return handleOf(new Worker(new URL('./executor.js', import.meta.url), { type: 'module' }));
}

export function removeSignalHandlers(): void {}

/** Makes way for what waits on this thread. A timer would be held back some milliseconds when asked for often. */
export function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Cores that this page may use. */
export function coreCount(): number {
  return navigator.hardwareConcurrency;
}

/** Why this page cannot share memory between threads; empty if it can. */
export function sharingObstacles(): string[] {
  if (globalThis.crossOriginIsolated) return [];
  return ['the page is not cross-origin isolated (needs COOP: same-origin and COEP: require-corp or credentialless)'];
}
