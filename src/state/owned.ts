// A state's handle: every call waits its turn in the engine's queue, since a running block owns the memory.
import { STATE_BYTES } from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import type { Quantity } from '../hex.ts';
import type { Span } from '../memory/heap.ts';
import { type SpanHolder, stateSpans } from '../memory/sweep.ts';
import type { Views } from '../memory/views.ts';
import type { Workspace } from '../workspace.ts';
import { StateLoader } from './load.ts';
import { parseAddress, parseSlot, type State, type StateAccount, type StateJson, StateReader } from './state.ts';
import type { Codes, PreState } from './types.ts';

/** Directories grow while a state is loaded: the first size is that of a small block's state. */
const FIRST_ENTRIES = 4096;

export class OwnedState implements State, SpanHolder {
  readonly #workspace: Workspace;
  readonly #reader: StateReader;
  #address: number;

  private constructor(workspace: Workspace, address: number) {
    this.#workspace = workspace;
    this.#address = address;
    this.#reader = new StateReader(workspace.space, address, workspace.temp);
  }

  /** In the queue. */
  static async load(workspace: Workspace, stamp: number, preState: PreState, codes: Codes): Promise<OwnedState> {
    const { space, temp } = workspace;
    const address = space.alloc(STATE_BYTES, 'the state');
    if (space.core.stateCreate(address, stamp, FIRST_ENTRIES, FIRST_ENTRIES, FIRST_ENTRIES) === 0) {
      space.free(address);
      throw new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for a state', { field: 'memory.maxBytes' });
    }
    const state = new OwnedState(workspace, address);
    space.holders.add(state);
    try {
      await new StateLoader(space, address, temp, codes).load(preState);
    } catch (cause) {
      state.release();
      throw cause;
    }
    return state;
  }

  /** The state's address; throws CLOSED. */
  get address(): number {
    if (this.#address !== 0) return this.#address;
    throw new ParallelEvmError('CLOSED', 'the state was disposed of', { field: 'state' });
  }

  spans(views: Views): Span[] {
    return stateSpans(views, this.#address);
  }

  belongsTo(workspace: Workspace): boolean {
    return workspace === this.#workspace;
  }

  #read<T>(read: (reader: StateReader) => T): Promise<T> {
    return this.#workspace.inTurn(() => {
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
    space.core.stateRelease(this.#address);
    space.free(this.#address);
    space.holders.delete(this);
    this.#address = 0;
  }
}
