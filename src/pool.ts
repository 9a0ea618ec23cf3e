// The slots of an engine: started through `threads`, then driven by jobs in shared memory.
//
//   alive ──▶ dead ──▶ terminated ──▶ its job goes on without it, or ends with SLOT_DIED ──▶ replaced, before the next job
//
// A slot is dead when its worker ends or fails, and when its loop throws (a trap in a kernel). Nothing that it held is
// touched until its worker is terminated.
import { type Remote, spawn, Thread } from 'threads';
import { removeSignalHandlers, startSlot } from '#host';
import { JOB_BLOCK, STAT_SLOT_DEATHS } from '../assembly/layout.ts';
import { ParallelEvmError } from './errors.ts';
import type { SlotHandle } from './host/types.ts';
import { arenaBytes, arenasOf, arenaWord, dropFormerArenas } from './memory/arenas.ts';
import type { Span } from './memory/heap.ts';
import type { SpanHolder } from './memory/sweep.ts';
import { Views } from './memory/views.ts';
import {
  abandonJob,
  abortJob,
  clearTimes,
  count,
  finishJob,
  isClosed,
  isFinished,
  jobEnded,
  mayBeInside,
  postJob,
  postStop,
  readVerdict,
  type Verdict,
} from './pipeline/control.ts';
import { clearLine, recoverJob } from './pipeline/recovery.ts';
import type { SlotApi, SlotSetup } from './slot-api.ts';

/** What runs jobs: worker slots, or one executor on the caller's thread where memory cannot be shared. */
export interface Crew {
  readonly slots: number;
  /** Starts or ends slots until there are `count`; rejects with SLOT_DIED, and the slots of before, if one does not start. While no job runs. */
  resize(count: number): Promise<void>;
  /** Slots that have died so far. */
  readonly deaths: number;
  /** Posts a job (a block unless `command` says another JOB_*) and runs it to its end. Rejects with SLOT_DIED if no slot can end it. */
  run(signal?: AbortSignal, command?: number): Promise<Verdict>;
  /** Begins to replace slots that have died; the next `run` waits for that. While no job runs. */
  mend(): void;
  /** Slots go back from large arenas to small ones. While no job runs, when nothing of the last one is needed. */
  shrink(): void;
  close(): Promise<void>;
}

/** Where workers come from. */
export interface SlotSource {
  start(slot: number): SlotHandle;
  /** Starts the worker beside a slot (`execution: 'typescript'`), if not the library's own. */
  startExecutor?(slot: number): SlotHandle;
  /** Sets up what a slot has beside its worker; its death is told by the slot's handle. */
  accompany?(setup: SlotSetup): Promise<void>;
  /** Handed to each worker with the rest of its setup. */
  readonly extra?: object;
  /** The kernels that slots run, if not the library's own. */
  readonly kernels?: WebAssembly.Module;
}

/** The platform's workers, with the library's slots. */
export const WORKERS: SlotSource = { start: startSlot };

interface StartedSlot {
  handle: SlotHandle;
  thread: Remote<SlotApi>;
  working: Promise<void>;
}

/** Shared by all slots; each has its own arena, of ARENA_BYTES at first. */
export interface PoolSetup {
  memory: WebAssembly.Memory;
  module: WebAssembly.Module;
  mcl: WebAssembly.Module;
  /** Throws where the memory has no room for one more. */
  newArena(): Span;
  /** Between jobs: has the slot go back to an arena of the first size, if it is in a large one. */
  shrinkArena(slot: number): void;
}

const died = (slot: number, cause: unknown): ParallelEvmError =>
  new ParallelEvmError('SLOT_DIED', `slot ${slot} ended unexpectedly`, { field: 'slot', value: slot, cause });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A worker that loads its code, which takes longer than anything else: what it is set up with can be made meanwhile. */
interface BootingSlot {
  handle: SlotHandle;
  thread: Promise<Remote<SlotApi>>;
}

function bootSlot(source: SlotSource, slot: number): BootingSlot {
  const handle = source.start(slot);
  const thread = Promise.race([spawn<SlotApi>(handle.worker), handle.died]).finally(removeSignalHandlers);
  thread.catch(() => {}); // whoever sets it up sees it
  return { handle, thread };
}

async function startOne(
  source: SlotSource,
  { handle, thread: booting }: BootingSlot,
  setup: SlotSetup,
): Promise<StartedSlot> {
  try {
    const thread = await booting;
    await Promise.race([Promise.all([thread.setUp(setup), source.accompany?.(setup)]), handle.died]);
    return { handle, thread, working: thread.work() };
  } catch (cause) {
    await handle.worker.terminate();
    throw died(setup.slot, cause);
  }
}

export class SlotPool implements Crew, SpanHolder {
  readonly #source: SlotSource;
  readonly #setup: PoolSetup;
  readonly #views: Views;
  readonly #arenas: Span[] = [];
  /** By number; undefined: terminated, not replaced. */
  readonly #slots: (StartedSlot | undefined)[] = [];
  /** Slots that are dead and not replaced; those of which the run of the moment knows nothing yet. */
  readonly #dead = new Map<number, ParallelEvmError>();
  readonly #unseen = new Set<number>();
  /** Tells the run of the moment; one callback, since a promise that never settles would collect a reaction per run. */
  #onDeath: (() => void) | undefined;
  #mending: Promise<void> | undefined;
  deaths = 0;

  private constructor(source: SlotSource, setup: PoolSetup) {
    this.#source = source;
    this.#setup = setup;
    this.#views = new Views(setup.memory);
  }

  get slots(): number {
    return this.#slots.length;
  }

  /** Starts `count` workers at once and sets them up with what `prepare` gives, an arena for each. */
  static async start(
    count: number,
    prepare: () => Promise<PoolSetup>,
    source: SlotSource = WORKERS,
  ): Promise<SlotPool> {
    const booting = Array.from({ length: count }, (_, slot) => bootSlot(source, slot));
    try {
      const pool = new SlotPool(source, await prepare());
      await pool.#add(booting);
      return pool;
    } catch (cause) {
      for (const { handle } of booting) handle.worker.terminate();
      throw cause;
    }
  }

  async resize(count: number): Promise<void> {
    await this.#mended();
    const { slots } = this;
    if (count < slots) await this.#endFrom(count);
    const booting = Array.from({ length: Math.max(0, count - slots) }, (_, i) => bootSlot(this.#source, slots + i));
    try {
      await this.#add(booting);
    } catch (cause) {
      for (const { handle } of booting) handle.worker.terminate();
      throw cause;
    }
  }

  /** Sets slots up behind those that there are, all of them or none. */
  async #add(booting: readonly BootingSlot[]): Promise<void> {
    const before = this.slots;
    try {
      for (const slot of booting.keys()) this.#addPlace(before + slot);
      const started = await Promise.allSettled(booting.map((boot, i) => this.#startSlot(before + i, boot)));
      const failed = started.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    } catch (cause) {
      await this.#endFrom(before);
      throw cause;
    }
  }

  #addPlace(slot: number): void {
    const arena = this.#setup.newArena();
    this.#arenas.push(arena);
    this.#slots.push(undefined);
    this.#views.fresh().setU32(arenaWord(slot), arena.at);
    clearTimes(this.#views, slot);
  }

  /** Ends the slots from `first` on. Their arenas are nobody's, for the sweep to find. */
  async #endFrom(first: number): Promise<void> {
    const leaving = [...this.#slots.keys()].slice(first);
    await Promise.all(leaving.map((slot) => this.#terminate(slot)));
    for (const slot of leaving) {
      this.#dead.delete(slot);
      this.#unseen.delete(slot);
      clearLine(this.#views.words, slot);
    }
    this.#slots.length = first;
    this.#arenas.length = first;
  }

  spans(views: Views): Span[] {
    return this.#slots.flatMap((_, slot) => arenasOf(views, slot));
  }

  /** The arena that a slot is started on: the one that its predecessor was in. */
  #arenaOf(slot: number): Span {
    const views = this.#views.fresh();
    const at = views.u32(arenaWord(slot));
    const known = this.#arenas[slot] as Span;
    // Whoever died while it was set up may have left its arena half laid out.
    if (known.at !== at) this.#arenas[slot] = { at, bytes: arenaBytes(views, at) };
    return this.#arenas[slot] as Span;
  }

  async #startSlot(slot: number, booting: BootingSlot = bootSlot(this.#source, slot)): Promise<void> {
    const { memory, module, mcl } = this.#setup;
    const setup = { ...this.#source.extra, memory, module, mcl, arena: this.#arenaOf(slot), slot };
    clearLine(this.#views.words, slot);
    const started = await startOne(this.#source, booting, setup);
    this.#slots[slot] = started;
    this.#dead.delete(slot);
    this.#unseen.delete(slot);
    this.#watch(started, slot);
  }

  #watch(watched: StartedSlot, slot: number): void {
    const die = (cause: unknown): void => {
      if (this.#slots[slot] !== watched || this.#dead.has(slot)) return; // terminated on purpose, or known
      this.deaths++;
      this.#dead.set(slot, died(slot, cause));
      this.#unseen.add(slot);
      this.#onDeath?.();
    };
    watched.handle.died.catch(die);
    watched.working.catch(die);
  }

  /** Nothing of the slot runs any more when this resolves. */
  async #terminate(slot: number): Promise<void> {
    const started = this.#slots[slot];
    this.#slots[slot] = undefined;
    if (started) await Thread.terminate(started.thread);
  }

  async #terminateAll(): Promise<void> {
    await Promise.all(this.#slots.map((_, slot) => this.#terminate(slot)));
  }

  get #alive(): number[] {
    return [...this.#slots.keys()].filter((slot) => this.#slots[slot] !== undefined && !this.#dead.has(slot));
  }

  /** Resolves when `task` does, or sooner if a slot dies. */
  async #unlessDeath(task: Promise<unknown>): Promise<void> {
    try {
      await new Promise<unknown>((resolve, reject) => {
        this.#onDeath = () => resolve(undefined);
        task.then(resolve, reject);
      });
    } finally {
      this.#onDeath = undefined;
    }
  }

  /**
   * Resolves when the job has ended. The last slot out says so, unless one died inside: then the job has ended when it is
   * closed and all others are out.
   */
  async #ended(job: number): Promise<void> {
    const { words } = this.#views;
    const lostSteps = new Set<number>();
    let isWhole = true;
    while (!isFinished(words, job)) {
      const [dead] = this.#unseen;
      if (dead !== undefined) {
        isWhole = false;
        await this.#carryOn(dead, lostSteps);
      } else if (isWhole) await this.#unlessDeath(jobEnded(words, job));
      else if (isClosed(words) && !this.#alive.some((slot) => mayBeInside(words, slot))) finishJob(words, job);
      else await this.#unlessDeath(pause(1));
    }
  }

  /** Throws if the job cannot go on without the slot. A step that has cost two slots is not tried on a third one. */
  async #carryOn(dead: number, lostSteps: Set<number>): Promise<void> {
    this.#unseen.delete(dead);
    await this.#terminate(dead);
    const recovery = recoverJob(this.#views.fresh(), dead, this.#alive);
    if (recovery === undefined || recovery.steps.some((step) => lostSteps.has(step))) throw this.#dead.get(dead);
    for (const step of recovery.steps) lostSteps.add(step);
    count(this.#views.words, STAT_SLOT_DEATHS);
    if (recovery.needsNewcomer) await this.#startSlot(dead);
  }

  async run(signal?: AbortSignal, command: number = JOB_BLOCK): Promise<Verdict> {
    if (this.#dead.size > 0) await this.#mended();
    const { words } = this.#views;
    const abort = (): void => abortJob(words);
    signal?.addEventListener('abort', abort);
    const job = postJob(words, command);
    try {
      await this.#ended(job);
      return readVerdict(words);
    } catch (cause) {
      for (const slot of this.#alive) this.#dead.set(slot, died(slot, cause));
      this.#unseen.clear();
      await this.#terminateAll();
      abandonJob(words);
      finishJob(words, job);
      throw cause;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  mend(): void {
    for (const slot of this.#dead.keys()) dropFormerArenas(this.#views.fresh(), slot);
    this.#mended().catch(() => {}); // the next run tries again
  }

  shrink(): void {
    for (const slot of this.#alive) this.#setup.shrinkArena(slot);
  }

  async #mended(): Promise<void> {
    if (this.#dead.size === 0) return;
    this.#mending ??= this.#replaceDead().finally(() => {
      this.#mending = undefined;
    });
    await this.#mending;
  }

  async #replaceDead(): Promise<void> {
    const dead = [...this.#dead.keys()];
    await Promise.all(dead.map((slot) => this.#terminate(slot)));
    const started = await Promise.allSettled(dead.map((slot) => this.#startSlot(slot)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async close(): Promise<void> {
    await this.#mending?.catch(() => {});
    postStop(this.#views.words);
    const ends = this.#alive.map((slot) => {
      const { handle, working } = this.#slots[slot] as StartedSlot;
      return Promise.race([working, handle.died]).catch(() => {}); // dead is closed too
    });
    await Promise.all(ends);
    await this.#terminateAll();
  }
}
