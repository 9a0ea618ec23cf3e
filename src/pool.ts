// The slots of an engine: started through `threads`, then driven by jobs in shared memory. A slot that dies ends the job
// of the moment with SLOT_DIED; the pool then starts anew, so the engine goes on with the next job.
import { type Remote, spawn, Thread } from 'threads';
import { removeSignalHandlers, startSlot } from '#host';
import { JOB_BLOCK } from '../assembly/layout.ts';
import { ParallelEvmError } from './errors.ts';
import type { SlotHandle } from './host/types.ts';
import {
  abandonJob,
  abortJob,
  jobEnded,
  postJob,
  postStop,
  readVerdict,
  type Verdict,
  type Words,
} from './pipeline/control.ts';
import type { SlotApi, SlotSetup } from './slot.ts';

/** What runs jobs: worker slots, or one executor on the caller's thread where memory cannot be shared. */
export interface Crew {
  readonly slots: number;
  /** Posts a job (a block unless `command` says JOB_CALLS) and runs it to its end. Rejects with SLOT_DIED if a slot dies. */
  run(signal?: AbortSignal, command?: number): Promise<Verdict>;
  close(): Promise<void>;
}

interface StartedSlot {
  handle: SlotHandle;
  thread: Remote<SlotApi>;
  working: Promise<void>;
}

/** Shared by all slots; each has its own arena. */
export interface PoolSetup {
  memory: WebAssembly.Memory;
  module: WebAssembly.Module;
  mcl: WebAssembly.Module;
  arenas: number[];
}

const died = (slot: number, cause: unknown): ParallelEvmError =>
  new ParallelEvmError('SLOT_DIED', `slot ${slot} ended unexpectedly`, { field: 'slot', value: slot, cause });

/** A worker that loads its code, which takes longer than anything else: what it is set up with can be made meanwhile. */
interface BootingSlot {
  handle: SlotHandle;
  thread: Promise<Remote<SlotApi>>;
}

function bootSlot(): BootingSlot {
  const handle = startSlot();
  const thread = Promise.race([spawn<SlotApi>(handle.worker), handle.died]).finally(removeSignalHandlers);
  thread.catch(() => {}); // whoever sets it up sees it
  return { handle, thread };
}

async function startOne({ handle, thread: booting }: BootingSlot, setup: SlotSetup): Promise<StartedSlot> {
  try {
    const thread = await booting;
    await Promise.race([thread.setUp(setup), handle.died]);
    return { handle, thread, working: thread.work() };
  } catch (cause) {
    handle.worker.terminate();
    throw died(setup.slot, cause);
  }
}

export class SlotPool implements Crew {
  readonly #setup: PoolSetup;
  readonly #words: Words;
  #slots: StartedSlot[] = [];
  /** The first death since the slots were started. */
  #death: ParallelEvmError | undefined;
  /** Tells the run of the moment; one callback, since a promise that never settles would collect a reaction per run. */
  #onDeath: ((death: ParallelEvmError) => void) | undefined;

  private constructor(setup: PoolSetup) {
    this.#setup = setup;
    this.#words = new Int32Array(setup.memory.buffer as unknown as SharedArrayBuffer);
  }

  get slots(): number {
    return this.#setup.arenas.length;
  }

  /** Starts `count` workers at once and sets them up with what `prepare` gives, an arena for each. */
  static async start(count: number, prepare: () => Promise<PoolSetup>): Promise<SlotPool> {
    const booting = Array.from({ length: count }, bootSlot);
    let pool: SlotPool;
    try {
      pool = new SlotPool(await prepare());
    } catch (cause) {
      for (const { handle } of booting) handle.worker.terminate();
      throw cause;
    }
    await pool.#startSlots(booting);
    return pool;
  }

  async #startSlots(booting: readonly BootingSlot[] = this.#setup.arenas.map(bootSlot)): Promise<void> {
    const { memory, module, mcl, arenas } = this.#setup;
    const starts = booting.map((slot, i) =>
      startOne(slot, { memory, module, mcl, arena: arenas[i] as number, slot: i }),
    );
    const results = await Promise.allSettled(starts);
    this.#slots = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      await this.#terminate();
      throw failed.reason;
    }
    this.#death = undefined;
    this.#slots.forEach((slot, i) => {
      this.#watch(slot, i);
    });
  }

  /** A slot is dead when its worker ends or fails, and when its loop throws (a trap in a kernel). */
  #watch(watched: StartedSlot, index: number): void {
    const die = (cause: unknown): void => {
      if (!this.#slots.includes(watched)) return; // terminated on purpose
      this.#death ??= died(index, cause);
      this.#onDeath?.(this.#death);
    };
    watched.handle.died.catch(die);
    watched.working.catch(die);
  }

  /** Nothing of a slot runs any more when this resolves. */
  async #terminate(): Promise<void> {
    await Promise.all(this.#slots.splice(0).map(({ thread }) => Thread.terminate(thread)));
  }

  /** Resolves when `task` does; rejects when a slot dies first or is dead already. */
  async #unlessDead(task: () => Promise<unknown>): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#onDeath = reject;
        if (this.#death) reject(this.#death);
        else task().then(() => resolve(), reject);
      });
    } finally {
      this.#onDeath = undefined;
    }
  }

  async run(signal?: AbortSignal, command: number = JOB_BLOCK): Promise<Verdict> {
    const abort = (): void => abortJob(this.#words);
    signal?.addEventListener('abort', abort);
    try {
      await this.#unlessDead(() => jobEnded(this.#words, postJob(this.#words, command)));
      return readVerdict(this.#words);
    } catch (cause) {
      await this.#terminate();
      abandonJob(this.#words);
      await this.#startSlots();
      throw cause;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    postStop(this.#words);
    await this.#unlessDead(() => Promise.all(this.#slots.map(({ working }) => working))).catch(() => {}); // dead is closed too
    await this.#terminate();
  }
}
