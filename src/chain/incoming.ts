// A block on its way into a chain. The one that waits next is taken apart and decoded while its parent executes, as if the
// parent were the head already: that changes nothing but the time, since its turn judges it as any other. What was found out
// early counts where the rules turn out to be those that it was decoded under.
import type { ForkName } from '../block/forks.ts';
import type { StagedBlock } from '../block/prepared.ts';
import { type OpenBlock, openBlock } from '../rules/body.ts';
import { type Decoded, decoded } from './refusal.ts';

/** Decodes a block under the rules of a fork. */
export type StageUnder = (rlp: Uint8Array, fork: ForkName) => Promise<StagedBlock>;

/** Transactions that are decoded, and what that took, milliseconds. */
export interface Staged {
  read: Decoded<StagedBlock>;
  ms: number;
}

interface Early {
  opened: Decoded<OpenBlock>;
  fork?: ForkName;
  staged?: Staged;
}

export class Incoming {
  readonly rlp: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly #stageUnder: StageUnder;
  #early: Promise<Early | undefined> | undefined;

  constructor(rlp: Uint8Array, signal: AbortSignal | undefined, stageUnder: StageUnder) {
    this.rlp = rlp;
    this.signal = signal;
    this.#stageUnder = stageUnder;
  }

  /**
   * Begins before the block's turn. `forkOf`: the rules that it will be under, undefined for a block that has no chance. An error
   * is met again when the turn has come.
   */
  begin(forkOf: (block: OpenBlock) => ForkName | undefined): void {
    this.#early = this.#begin(forkOf).catch(() => undefined);
  }

  async #begin(forkOf: (block: OpenBlock) => ForkName | undefined): Promise<Early> {
    const opened = await this.#open();
    const fork = 'value' in opened ? forkOf(opened.value) : undefined;
    return fork === undefined ? { opened } : { opened, fork, staged: await this.#stage(fork) };
  }

  #open(): Promise<Decoded<OpenBlock>> {
    return decoded(() => openBlock(this.rlp));
  }

  async #stage(fork: ForkName): Promise<Staged> {
    const started = performance.now();
    const read = await decoded(() => this.#stageUnder(this.rlp, fork));
    return { read, ms: performance.now() - started };
  }

  /** The block taken apart. */
  async opened(): Promise<Decoded<OpenBlock>> {
    return (await this.#early)?.opened ?? this.#open();
  }

  /** The block decoded under the rules of `fork`. */
  async staged(fork: ForkName): Promise<Staged> {
    const early = await this.#early;
    return early?.staged !== undefined && early.fork === fork ? early.staged : this.#stage(fork);
  }
}
