// A state's handle: every call waits its turn in the engine's queue, since a running block owns the memory.
import { STATE_BYTES, STATE_SOURCE, STATE_TREE } from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf, type Quantity } from '../hex.ts';
import type { Span } from '../memory/heap.ts';
import { type SpanHolder, stateSpans } from '../memory/sweep.ts';
import type { Views } from '../memory/views.ts';
import type { Workspace } from '../workspace.ts';
import { Layer } from './layer.ts';
import { StateLoader } from './load.ts';
import { parseAddress, parseSlot, type State, type StateAccount, type StateJson, StateReader } from './state.ts';
import { buildTree } from './tree.ts';
import type { Codes, PreState } from './types.ts';

/** Directories grow while a state is loaded: the first size is that of a small block's state. */
const FIRST_ENTRIES = 4096;

/** What a state looks up in that its own entries lack. */
export interface Source {
  /** SOURCE_* record. */
  address: number;
  /** Most entries that look-ups can add to a directory. */
  reach: number;
  /** In the queue: gives its memory back. */
  release(): void;
}

/** A state root is asked for of a state without a trie. */
export const noTrie = (field: string): ParallelEvmError =>
  new ParallelEvmError('NO_TRIE', 'the state has no trie: create it with "trie: true"', { field });

export class OwnedState implements State, SpanHolder {
  readonly #workspace: Workspace;
  readonly #reader: StateReader;
  #address: number;
  #source: Source | undefined;
  #layer: Layer | undefined;
  /** Finds out whether the block of the layer stays, and ends the layer. In the queue. */
  verifies: (() => Promise<void>) | undefined;

  private constructor(workspace: Workspace, address: number) {
    this.#workspace = workspace;
    this.#address = address;
    this.#reader = new StateReader(workspace.space, address, workspace.temp);
  }

  /** In the queue. */
  static async load(
    workspace: Workspace,
    stamp: number,
    preState: PreState,
    codes: Codes,
    trie = false,
  ): Promise<OwnedState> {
    const state = OwnedState.#empty(workspace, stamp);
    try {
      await new StateLoader(workspace.space, state.address, workspace.temp, codes).load(preState);
      if (trie) await buildTree(workspace.space, state.address);
    } catch (cause) {
      state.release();
      throw cause;
    }
    return state;
  }

  /** In the queue: a state that looks up what it does not have. It takes the source over. */
  static over(workspace: Workspace, stamp: number, source: Source): OwnedState {
    const state = OwnedState.#empty(workspace, stamp);
    state.#source = source;
    workspace.space.views.fresh().setU32(state.address + STATE_SOURCE, source.address);
    return state;
  }

  static #empty(workspace: Workspace, stamp: number): OwnedState {
    const { space } = workspace;
    const address = space.alloc(STATE_BYTES, 'the state');
    if (space.core.stateCreate(address, stamp, FIRST_ENTRIES, FIRST_ENTRIES, FIRST_ENTRIES) === 0) {
      space.free(address);
      throw new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for a state', { field: 'memory.maxBytes' });
    }
    const state = new OwnedState(workspace, address);
    space.holders.add(state);
    return state;
  }

  /** Most entries that look-ups of a block can add to a directory. */
  get reach(): number {
    return this.#source?.reach ?? 0;
  }

  /** Whether runs give a state root: the state has its whole trie, or a source with a part of one. In the queue. */
  get hasTrie(): boolean {
    return this.#source !== undefined || this.hasTree;
  }

  /** Whether the state has its whole trie. In the queue. */
  get hasTree(): boolean {
    return this.#workspace.space.views.fresh().u32(this.address + STATE_TREE) !== 0;
  }

  /** The state's address; throws CLOSED. */
  get address(): number {
    if (this.#address !== 0) return this.#address;
    throw new ParallelEvmError('CLOSED', 'the state was disposed of', { field: 'state' });
  }

  /** The newest block, while it can be taken back. */
  get layer(): Layer | undefined {
    return this.#layer;
  }

  /** In the queue: ends the block that has just run on the state; it becomes the base, and can be taken back. */
  keep(): void {
    this.#layer = Layer.keep(this.#workspace.space, this.address);
  }

  /** In the queue: the layer's block stays, or is taken back, and with it the layer ends. */
  endLayer(holds: boolean): void {
    if (holds) this.#layer?.accept();
    else this.#layer?.drop();
    this.#layer = undefined;
  }

  /** In the queue: what reads the state, or runs on it, sees no block that may be taken back. */
  async settled(): Promise<void> {
    if (this.#layer !== undefined) await this.verifies?.();
  }

  spans(views: Views): Span[] {
    return stateSpans(views, this.#address);
  }

  belongsTo(workspace: Workspace): boolean {
    return workspace === this.#workspace;
  }

  #read<T>(read: (reader: StateReader) => T): Promise<T> {
    return this.#workspace.inTurn(async () => {
      await this.settled();
      void this.address;
      return read(this.#reader);
    });
  }

  async getAccount(address: Hex | Uint8Array): Promise<StateAccount | undefined> {
    const key = parseAddress(address);
    return this.#read((reader) => reader.account(key));
  }

  async getStorage(address: Hex | Uint8Array, slot: Quantity): Promise<bigint> {
    const key = parseAddress(address);
    const number = parseSlot(slot);
    return this.#read((reader) => reader.storage(key, number));
  }

  async getCode(address: Hex | Uint8Array): Promise<Uint8Array> {
    const key = parseAddress(address);
    return this.#read((reader) => reader.code(key));
  }

  root(): Promise<Hex> {
    const { space, temp } = this.#workspace;
    return this.#read(() => {
      if (!this.hasTree) throw noTrie('state');
      space.core.treeRoot(this.address, temp);
      return hexOf(space.views.copy(temp, 32));
    });
  }

  toJSON(): Promise<StateJson> {
    return this.#read((reader) => reader.json());
  }

  async dispose(): Promise<void> {
    if (this.#address !== 0) await this.#workspace.whenIdle(() => this.release());
  }

  /** In the queue. */
  release(): void {
    if (this.#address === 0) return;
    const { space } = this.#workspace;
    this.#layer?.release();
    this.#layer = undefined;
    space.core.stateRelease(this.#address);
    space.free(this.#address);
    space.holders.delete(this);
    this.#source?.release();
    this.#source = undefined;
    this.#address = 0;
  }
}
