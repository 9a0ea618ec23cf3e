/** A started worker as the pool sees it: a web-Worker-like object and its death notice. */
export interface SlotHandle {
  worker: {
    addEventListener(type: string, listener: (event: never) => void): void;
    removeEventListener(type: string, listener: (event: never) => void): void;
    postMessage(value: unknown, transfer?: never[]): void;
    terminate(): unknown;
  };
  /** Rejects when the worker dies or fails to load; never resolves. */
  died: Promise<never>;
}
