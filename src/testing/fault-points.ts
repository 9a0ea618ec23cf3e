// The points of a slot that ends where the plan says so.
import type { Point, Points } from '../pipeline/points.ts';
import {
  FAULT_KINDS,
  type FaultKind,
  PLAN_END,
  PLAN_FIRED,
  PLAN_KIND,
  PLAN_LEFT,
  PLAN_POINT,
  PLAN_SLOT,
  type PlanWords,
  pointNumber,
} from './plan.ts';

/** (module (func (export "trap") unreachable)) */
const TRAP = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x08, 0x01, 0x04, 0x74, 0x72, 0x61, 0x70, 0x00, 0x00, 0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b],
]);

function trap(): void {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(TRAP));
  (exports as { trap(): void }).trap();
}

function exhaustMemory(): void {
  for (const hoard: object[] = []; ; ) hoard.push(new Array(4096).fill(hoard.length));
}

/** Between the judgements on single results. */
const STEPWISE_POINTS: readonly Point[] = ['judging', 'confirmed', 'advanced'];

export class FaultPoints implements Points {
  readonly #plan: PlanWords;
  readonly #slot: number;

  constructor(plan: PlanWords, slot: number) {
    this.#plan = plan;
    this.#slot = slot;
  }

  get stepwise(): boolean {
    const point = Atomics.load(this.#plan, PLAN_POINT);
    return STEPWISE_POINTS.some((each) => pointNumber(each) === point);
  }

  reach(point: Point): void {
    const plan = this.#plan;
    if (Atomics.load(plan, PLAN_POINT) !== pointNumber(point)) return;
    const only = Atomics.load(plan, PLAN_SLOT);
    if (only >= 0 && only !== this.#slot) return;
    if (Atomics.sub(plan, PLAN_LEFT, 1) !== 1) return;
    Atomics.store(plan, PLAN_FIRED, this.#slot + 1);
    Atomics.notify(plan, PLAN_FIRED);
    this.#end(FAULT_KINDS[Atomics.load(plan, PLAN_KIND)] as FaultKind, point);
  }

  #end(kind: FaultKind, point: Point): void {
    if (kind === 'exit') process.exit(1); // of a worker: ends the thread
    if (kind === 'terminate') Atomics.wait(this.#plan, PLAN_END, 0);
    if (kind === 'trap') trap();
    if (kind === 'memory') exhaustMemory();
    throw new Error(`slot ${this.#slot} was to fail at the point '${point}'`);
  }
}
