// A block that has become the base of its state before its state root is known, so that the next one can run on it. It can
// still be taken back: what it has replaced is kept here, and in the tree. One at a time, and the newest block.
import { CTX_TEMP, STATE_TREE, TREE_OF_BASE, TREE_TOP } from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';
import type { SharedSpace } from '../memory/shared.ts';
import { Slices } from './slices.ts';
import { hashTreeParts } from './tree.ts';

/** A fault of this library: the change that a block makes of its state's trie is not there. */
export const notInTrie = (): ParallelEvmError =>
  new ParallelEvmError('INTERNAL', 'a block was committed that is not in the trie of its state');

export class Layer {
  readonly #space: SharedSpace;
  readonly #state: number;
  readonly #span: number;

  private constructor(space: SharedSpace, state: number, span: number) {
    this.#space = space;
    this.#state = state;
    this.#span = span;
  }

  /**
   * Ends the block that has just run on the state at `state`, which has a tree: what is confirmed becomes the base.
   * @throws STATE_TOO_LARGE, and nothing has changed
   */
  static keep(space: SharedSpace, state: number): Layer {
    const span = space.alloc(space.core.layerBytes(state), 'what a block has replaced');
    if (space.core.treeKeep(state) === 0) {
      space.free(span);
      throw notInTrie();
    }
    space.core.stateKeep(state, span);
    return new Layer(space, state, span);
  }

  /** The top of the tree as it is after the block, for slots to hash beside the next one. */
  get top(): number {
    const views = this.#space.views.fresh();
    return views.u32(views.u32(this.#state + STATE_TREE) + TREE_TOP) | TREE_OF_BASE;
  }

  /** Hashes what is left of the tree, making way for other work of the caller's thread. Between jobs. */
  hash(): Promise<void> {
    return hashTreeParts(this.#space.core, this.top, new Slices());
  }

  /** The state root after the block, 32 bytes; hashes what is left. */
  root(): Uint8Array {
    const { core, views, context } = this.#space;
    const at = context + CTX_TEMP;
    core.treeRoot(this.#state, at);
    return views.copy(at, 32);
  }

  /** The block stays. */
  accept(): void {
    this.#space.core.treeEndKept(this.#state, 1);
    this.release();
  }

  /** The block is taken back. Between jobs. */
  drop(): void {
    this.#space.core.stateRestore(this.#span);
    this.#space.core.treeEndKept(this.#state, 0);
    this.release();
  }

  /** Gives the memory back; what becomes of the block does not matter any more. */
  release(): void {
    this.#space.free(this.#span);
  }
}
