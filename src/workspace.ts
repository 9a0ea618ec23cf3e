// What the parts of one engine share on the caller's thread: the memory, the queue that orders all access to it, and
// whether the engine is still open.
import { CTX_TEMP, FLAG_REQUESTS, SPEC_BYTES, SPEC_FLAGS } from '../assembly/layout.ts';
import { ParallelEvmError } from './errors.ts';
import type { SharedSpace } from './memory/shared.ts';
import { Queue } from './queue.ts';
import { forkRecord } from './spec/rules.ts';

export class Workspace {
  readonly space: SharedSpace;
  /** Argument area of the caller's calls into the kernels, 128 bytes. */
  readonly temp: number;
  readonly #queue = new Queue();
  readonly #specs = new Map<string, number>();
  #closed = false;

  constructor(space: SharedSpace) {
    this.space = space;
    this.temp = space.context + CTX_TEMP;
  }

  assertOpen(): void {
    if (this.#closed) throw new ParallelEvmError('CLOSED', 'the engine was closed');
  }

  /** Runs a task when everything before it is done. Rejects with CLOSED when the engine is closed by then. */
  inTurn<T>(task: () => Promise<T> | T): Promise<T> {
    return this.#queue.run(() => {
      this.assertOpen();
      return task();
    });
  }

  /** Like inTurn, for giving things back: nothing is left to do once the engine is closed. */
  whenIdle(task: () => void): Promise<void> {
    return this.#queue.run(() => {
      if (!this.#closed) task();
    });
  }

  /** Runs `end` when everything before it is done; whatever comes later finds the engine closed. Once only. */
  async close(end: () => Promise<void>): Promise<void> {
    await this.#queue.run(async () => {
      if (this.#closed) return;
      this.#closed = true;
      await end();
    });
  }

  /** The shared record of a fork's rules, written when it is first needed. */
  spec(hardfork: string): number {
    const known = this.#specs.get(hardfork);
    if (known !== undefined) return known;
    const record = forkRecord(hardfork);
    const at = this.space.alloc(SPEC_BYTES, 'the rules of a fork');
    this.space.views.bytes.set(record, at);
    this.#specs.set(hardfork, at);
    return at;
  }

  /** True if the fork has execution requests (EIP-7685). */
  hasRequests(hardfork: string): boolean {
    return (this.space.views.u32(this.spec(hardfork) + SPEC_FLAGS) & FLAG_REQUESTS) !== 0;
  }
}
