// Long work on the caller's thread is done in slices, so that it makes way for others.
import { nextTurn } from '#host';

const SLICE_MS = 4;

/** Makes way for other work of the caller's thread whenever a slice is used up. */
export class Slices {
  #until: number = performance.now() + SLICE_MS;
  async pause(): Promise<void> {
    if (performance.now() < this.#until) return;
    await nextTurn();
    this.#until = performance.now() + SLICE_MS;
  }
}
