// What the parts of one engine share on the caller's thread: the memory, the queue that orders all access to it, and
// whether the engine is still open.
import {
  CTX_TEMP,
  FLAG_BEACON_ROOT,
  FLAG_BLOCK_HASHES,
  FLAG_REQUESTS,
  SPEC_BYTES,
  SPEC_FLAGS,
} from '../assembly/layout.ts';
import { ParallelEvmError } from './errors.ts';
import type { SharedSpace } from './memory/shared.ts';
import { Queue } from './queue.ts';
import { forkRecord } from './spec/rules.ts';

const SURROUNDINGS = FLAG_BEACON_ROOT | FLAG_BLOCK_HASHES | FLAG_REQUESTS;

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

  /** Whether slots of other threads can work on the memory. */
  get isShared(): boolean {
    return !(this.space.memory.buffer instanceof ArrayBuffer);
  }

  assertOpen(): void {
    if (this.#closed) throw new ParallelEvmError('CLOSED', 'the engine was closed', { field: 'engine' });
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
    return this.#record(hardfork, hardfork, 0);
  }

  /** The same without what surrounds transactions in a block: system calls and requests. */
  bareSpec(hardfork: string): number {
    return this.#record(`bare ${hardfork}`, hardfork, SURROUNDINGS);
  }

  /** In the queue: gives back all records of rules. No block may need one any more. */
  release(): void {
    for (const record of this.#specs.values()) this.space.free(record);
    this.#specs.clear();
  }

  #record(name: string, hardfork: string, dropped: number): number {
    const known = this.#specs.get(name);
    if (known !== undefined) return known;
    const record = forkRecord(hardfork);
    const view = new DataView(record.buffer, record.byteOffset);
    view.setUint32(SPEC_FLAGS, view.getUint32(SPEC_FLAGS, true) & ~dropped, true);
    const at = this.space.alloc(SPEC_BYTES, 'the rules of a fork');
    this.space.views.bytes.set(record, at);
    this.#specs.set(name, at);
    return at;
  }
}
