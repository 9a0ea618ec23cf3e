// Slots under a virtual clock: each is a generator that yields how long what it does takes. The one whose time is the
// earliest goes on, so that what slots share changes in the order of their times.
import { bellOf, ring, type Words } from '../pipeline/control.ts';
import type { SimulationCosts } from './costs.ts';

/** A slot has nothing to do until the bell differs from what it was. */
export interface Rest {
  noted: number;
}

/** Microseconds, or a rest. */
export type Activity = Generator<number | Rest, void, undefined>;

/** What is done on the way to a result. */
export type Doing<T> = Generator<number | Rest, T, undefined>;

interface Runner {
  activity: Activity;
  /** When it goes on; in a rest, when that began. */
  at: number;
  rest: Rest | undefined;
}

export class Clock {
  readonly #words: Words;
  readonly #costs: SimulationCosts;
  readonly #runners: Runner[] = [];
  /** Microseconds since the block was posted. */
  now = 0;

  constructor(words: Words, costs: SimulationCosts) {
    this.#words = words;
    this.#costs = costs;
  }

  add(activity: Activity, at: number): void {
    this.#runners.push({ activity, at, rest: undefined });
  }

  #earliest(): Runner | undefined {
    let earliest: Runner | undefined;
    for (const runner of this.#runners)
      if (runner.rest === undefined && (earliest === undefined || runner.at < earliest.at)) earliest = runner;
    return earliest;
  }

  /** Rings the bell for all who rest. Who has looked for work for a moment only is awake at once. */
  *ring(): Doing<void> {
    ring(this.#words);
    let sleepers = 0;
    for (const runner of this.#runners) {
      if (runner.rest === undefined) continue;
      const isAsleep = this.now - runner.at > this.#costs.spin;
      if (isAsleep) sleepers++;
      const ends = this.now + (isAsleep ? this.#costs.wake : 0);
      runner.at = ends;
      runner.rest = undefined;
    }
    if (sleepers > 0) yield this.#costs.ring;
  }

  /** Runs until nobody goes on any more. */
  run(): void {
    for (let runner = this.#earliest(); runner !== undefined; runner = this.#earliest()) {
      this.now = runner.at;
      const { done, value } = runner.activity.next();
      if (done) this.#runners.splice(this.#runners.indexOf(runner), 1);
      else if (typeof value === 'number') runner.at += value;
      else if (bellOf(this.#words) === value.noted) runner.rest = value;
    }
  }

  /** Slots that rest for good: none, or the pipeline has lost a wake-up. */
  get stuck(): number {
    return this.#runners.length;
  }
}
