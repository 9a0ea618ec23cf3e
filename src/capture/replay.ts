// Runs a block again and again on what is known of its state so far, on the caller's thread: between two runs a node is
// asked for more, which takes longer than any run.
import type { Common } from '@ethereumjs/common';
import { stageBlock } from '../block/decode.ts';
import { LaidOut } from '../block/prepared.ts';
import { type RecoverAddress, recoverAddressBy } from '../block/recover.ts';
import type { RpcBlock } from '../block/rpc.ts';
import { Senders } from '../block/senders.ts';
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { InlineSlot } from '../inline.ts';
import { ARENA_BYTES } from '../memory/arenas.ts';
import { createSpace } from '../memory/shared.ts';
import { loadPrecompiles, loadRecover } from '../precompiles/host.ts';
import { compileMcl } from '../precompiles/mcl-module.ts';
import type { BlockResult } from '../result/result.ts';
import { BlockRunner } from '../run.ts';
import { OwnedState } from '../state/owned.ts';
import type { Codes, PreState } from '../state/types.ts';
import { Workspace } from '../workspace.ts';
import type { Keys } from './known.ts';
import { ReadRecorder } from './recorder.ts';

const MEMORY_BYTES = 2 ** 29;

/** The state before a block, as far as it is known. */
export interface ReplayState {
  preState: PreState;
  codes: Codes;
  /** Decimal block number → hash. */
  blockHashes: Readonly<Record<string, Hex>>;
}

/** What came of a run: its result, or the block whose hash BLOCKHASH asked for in vain. */
export type Replayed = { reads: Keys } & ({ result: BlockResult } | { missingHash: bigint });

/** A block that is laid out to be run. */
export interface Replay {
  /** @throws as `engine.runBlock`, but for block hashes */
  run(state: ReplayState): Promise<Replayed>;
  dispose(): Promise<void>;
}

/** An engine with one slot that says what it reads. */
export class Replayer {
  readonly recover: RecoverAddress;
  readonly #workspace: Workspace;
  readonly #runner: BlockRunner;
  readonly #senders: Senders;
  readonly #recorder: ReadRecorder;
  #states = 0;

  private constructor(workspace: Workspace, recorder: ReadRecorder, senders: Senders, recover: RecoverAddress) {
    const { space } = workspace;
    const arena = space.alloc(ARENA_BYTES, "a slot's arena");
    this.#workspace = workspace;
    this.#recorder = recorder;
    this.#senders = senders;
    this.recover = recover;
    this.#runner = new BlockRunner(
      workspace,
      new InlineSlot(recorder.core, space.views, arena, space.context, space.instantiate),
    );
  }

  static async start(): Promise<Replayer> {
    const mcl = await compileMcl();
    const libs = await loadPrecompiles(mcl);
    const [space, recover] = await Promise.all([createSpace(MEMORY_BYTES, false, libs), loadRecover(mcl)]);
    const recorder = new ReadRecorder(space.core, space.views);
    return new Replayer(new Workspace(space), recorder, new Senders(space, recover), recoverAddressBy(recover));
  }

  /** @throws as `engine.prepare` */
  async prepare(block: RpcBlock, common: Common): Promise<Replay> {
    const staged = await stageBlock(block, { common, recover: this.recover, senders: this.#senders });
    const laidOut = await this.#workspace.inTurn(() => new LaidOut(this.#workspace, staged, common));
    return {
      run: (state) => this.#workspace.inTurn(() => this.#run(laidOut, state)),
      dispose: () => laidOut.dispose(),
    };
  }

  async #run(laidOut: LaidOut, { preState, codes, blockHashes }: ReplayState): Promise<Replayed> {
    this.#states += 1;
    const state = await OwnedState.load(this.#workspace, this.#states, preState, codes);
    const { depositContract } = laidOut;
    const rest = { commit: false, signal: undefined, prepareMs: 0, record: false, depositContract };
    try {
      const result = await this.#runner.run(laidOut, state, { blockHashes, ...rest });
      return { result, reads: this.#recorder.take() };
    } catch (error) {
      const reads = this.#recorder.take();
      if (!(error instanceof ParallelEvmError) || error.code !== 'MISSING_BLOCK_HASH') throw error;
      return { missingHash: error.value as bigint, reads };
    } finally {
      state.release();
    }
  }
}
