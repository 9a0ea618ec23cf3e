// `parallel-evm/testing`: an engine whose slots end where a test says, to see what becomes of the block. For Node.
//
// It is the production engine: same kernels, pipeline and pool. Only the object that a slot tells of each step it comes by
// is another one, and slots have a small heap, so that it can be exhausted.
import type { Engine, EngineOptions } from '../api.ts';
import { createEngineOn } from '../engine.ts';
import { badArgument } from '../errors.ts';
import { startExecutor, startWorker } from '../host/node.ts';
import type { SlotHandle } from '../host/types.ts';
import type { Machine } from '../machine.ts';
import { surveyHeap } from '../memory/sweep.ts';
import { POINTS, type Point } from '../pipeline/points.ts';
import {
  createPlan,
  FAULT_KINDS,
  type FaultKind,
  PLAN_FIRED,
  PLAN_KIND,
  PLAN_LEFT,
  PLAN_POINT,
  PLAN_SLOT,
  type PlanWords,
  pointNumber,
} from './plan.ts';

export { FAULT_KINDS, type FaultKind, POINTS, type Point };

/** What is to happen, once. */
export interface Fault {
  /** How the slot ends. */
  kind: FaultKind;
  /** At which step of the protocol. */
  point: Point;
  /**
   * Which of a slot's threads: its own unless given, or 'executor', the one beside it (`execution: 'typescript'`), which is
   * terminated while the slot waits at the point.
   */
  thread?: 'slot' | 'executor';
  /** Number of the slot; whichever comes by first unless given. */
  slot?: number;
  /** At which time that the point is reached, from 1; 1 unless given. */
  time?: number;
}

/** Bytes of an engine's heap. */
export interface HeapUse {
  /** Held by somebody: states, blocks, arenas, work memory. */
  held: number;
  /** Of no use to anybody: it can be handed out. */
  free: number;
  /** Neither. */
  lost: number;
}

/** The faults of one engine. */
export interface Faults {
  /**
   * Plans a fault, in place of the one before.
   * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the field
   */
  plan(fault: Fault): void;
  /** Nothing is to happen any more. */
  clear(): void;
  /** How often the planned fault's point was reached by whom it is meant for. */
  readonly reached: number;
  /** The slot that the planned fault has happened to; undefined: it has not happened. */
  readonly slot: number | undefined;
  /** Resolves when the engine has noticed that the planned fault's slot is dead. To be awaited before another fault is planned. */
  noticed(): Promise<void>;
  /**
   * Looks the whole heap through, after what is queued.
   * @throws {ParallelEvmError} `INTERNAL` if parts of it overlap
   */
  heap(): Promise<HeapUse>;
}

/** Options of an engine whose slots can be made to end. */
export interface FaultyEngineOptions extends EngineOptions {
  /** Kernels that call `host.point` before each access to shared words; they alone reach the point 'kernel'. */
  kernels?: WebAssembly.Module;
}

/** Megabytes of a slot's heap: it needs some 15, and more take longer to exhaust. */
const SLOT_HEAP_MB = 48;

function checkFault(
  { kind, point, thread = 'slot', slot = -1, time = 1 }: Fault,
  hasExecutors: boolean,
): Required<Fault> {
  if (!FAULT_KINDS.includes(kind)) throw badArgument('kind', `one of ${FAULT_KINDS.join(', ')}`, kind);
  if (!POINTS.includes(point)) throw badArgument('point', `one of ${POINTS.join(', ')}`, point);
  if (thread !== 'slot' && (thread !== 'executor' || !hasExecutors))
    throw badArgument('thread', 'a thread of a slot', thread);
  if (thread === 'executor' && kind !== 'terminate') throw badArgument('kind', "'terminate' for an executor", kind);
  if (!Number.isInteger(slot) || slot < -1) throw badArgument('slot', 'the number of a slot', slot);
  if (!Number.isInteger(time) || time < 1) throw badArgument('time', 'an integer from 1 on', time);
  return { kind, point, thread, slot, time };
}

class PlannedFaults implements Faults {
  readonly words: PlanWords = createPlan();
  readonly #workers = { slot: new Map<number, SlotHandle>(), executor: new Map<number, SlotHandle>() };
  #time = 0;
  #deathsBefore = 0;
  #machine: Machine | undefined;

  start(slot: number): SlotHandle {
    const limits = { maxOldGenerationSizeMb: SLOT_HEAP_MB, maxYoungGenerationSizeMb: 8 };
    const handle = startWorker(new URL('./slot.js', import.meta.url), { resourceLimits: limits });
    this.#workers.slot.set(slot, handle);
    return handle;
  }

  startExecutor(slot: number): SlotHandle {
    const handle = startExecutor();
    this.#workers.executor.set(slot, handle);
    return handle;
  }

  watch(machine: Machine): void {
    this.#machine = machine;
  }

  /** What the faults' engine works with. */
  get #engine(): Machine {
    return this.#machine as Machine;
  }

  plan(fault: Fault): void {
    const { kind, point, thread, slot, time } = checkFault(fault, this.#workers.executor.size > 0);
    this.clear();
    const { words } = this;
    Atomics.store(words, PLAN_KIND, FAULT_KINDS.indexOf(kind));
    Atomics.store(words, PLAN_SLOT, slot);
    Atomics.store(words, PLAN_LEFT, time);
    this.#time = time;
    this.#deathsBefore = this.#engine.crew.deaths;
    Atomics.store(words, PLAN_POINT, pointNumber(point));
    if (kind === 'terminate') void this.#terminateFired(this.#workers[thread]);
  }

  clear(): void {
    Atomics.store(this.words, PLAN_POINT, 0);
    Atomics.store(this.words, PLAN_FIRED, 0);
    Atomics.notify(this.words, PLAN_FIRED); // who waits for the one before finds that it did not happen
  }

  async #terminateFired(workers: ReadonlyMap<number, SlotHandle>): Promise<void> {
    await Atomics.waitAsync(this.words, PLAN_FIRED, 0).value;
    const { slot } = this;
    if (slot !== undefined) await workers.get(slot)?.worker.terminate();
  }

  get reached(): number {
    return this.#time - Atomics.load(this.words, PLAN_LEFT);
  }

  get slot(): number | undefined {
    const fired = Atomics.load(this.words, PLAN_FIRED);
    return fired === 0 ? undefined : fired - 1;
  }

  async noticed(): Promise<void> {
    while (this.#engine.crew.deaths === this.#deathsBefore) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  heap(): Promise<HeapUse> {
    const { workspace } = this.#engine;
    return workspace.inTurn(() => {
      const { held, free, lost } = surveyHeap(workspace.space);
      return { held, free, lost: lost.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
  }
}

/**
 * Starts an engine whose slots can be made to end. Nothing happens until a fault is planned.
 *
 * @throws {ParallelEvmError} as `createEngine`
 * @example
 * ```ts
 * const { engine, faults } = await createFaultyEngine({ slots: 2 });
 * faults.plan({ kind: 'trap', point: 'executed', time: 3 });
 * const result = await engine.runBlock({ block, state }); // exact; result.stats.slotDeaths is 1
 * ```
 */
export async function createFaultyEngine(
  options: FaultyEngineOptions = {},
): Promise<{ engine: Engine; faults: Faults }> {
  const { kernels, ...rest } = options;
  const faults = new PlannedFaults();
  const source = {
    start: (slot: number) => faults.start(slot),
    startExecutor: (slot: number) => faults.startExecutor(slot),
    extra: { plan: faults.words },
  };
  const { engine, machine } = await createEngineOn(kernels ? { ...source, kernels } : source, rest);
  faults.watch(machine);
  return { engine, faults };
}
