// One slot in the test's own thread: the kernels are entered step by step, so a test can stop an attempt wherever the
// library would, change what it lacked, and enter again.

import { Common, Mainnet } from '@ethereumjs/common';
import {
  ACCOUNT_BASE,
  BLOCK_DIFF,
  BLOCK_DIFF_BYTES,
  BLOCK_WORK,
  CODE_START,
  CONFIRM_OK,
  CTL_ABORT,
  CTL_BLOCK,
  CTL_STATE,
  CTX_ACCOUNTS,
  CTX_DETAIL,
  LACC_CODE,
  LACC_ENTRY,
  LACC_NEXT,
  MODE_IN_TURN,
  OUT_GAS_USED,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  OUT_STATUS,
  REC_CODE,
  STATE_BYTES,
  STATUS_STOP,
} from '../../assembly/layout.ts';
import { type BlockInput, decodeBlock } from '../../src/block/decode.ts';
import { putBlockHashes } from '../../src/block/layout.ts';
import { LaidOut } from '../../src/block/prepared.ts';
import { type HostPrecompile, instantiateCore } from '../../src/core.ts';
import { hexOf } from '../../src/hex.ts';
import { ARENA_BYTES } from '../../src/memory/arenas.ts';
import { createSpace, type SharedSpace } from '../../src/memory/shared.ts';
import { Views } from '../../src/memory/views.ts';
import { Arena } from '../../src/pipeline/attempts.ts';
import { outcomeOf, readJob, txOf } from '../../src/pipeline/job.ts';
import { lazyDiff, type StateDiffJson } from '../../src/result/diff.ts';
import { OwnedState } from '../../src/state/owned.ts';
import { Workspace } from '../../src/workspace.ts';
import type { Scenario } from './scenarios.ts';

const MEMORY_BYTES = 2 ** 27;

/** What a transaction came to. */
export interface Ending {
  status: number;
  gasUsed: bigint;
  output: string;
  diff: StateDiffJson;
}

/** How an attempt stood when it stopped. */
export interface Stop {
  status: number;
  /** CTX_DETAIL: what it lacks. */
  detail: number;
}

/** A block with one transaction, laid out, and an attempt of it. */
export class Stepper {
  readonly space: SharedSpace;
  readonly arena: Arena;
  readonly laidOut: LaidOut;
  readonly state: number;

  private constructor(space: SharedSpace, arena: Arena, laidOut: LaidOut, state: number) {
    this.space = space;
    this.arena = arena;
    this.laidOut = laidOut;
    this.state = state;
  }

  static async start(scenario: Scenario, host: (memory: WebAssembly.Memory) => HostPrecompile): Promise<Stepper> {
    const space = await createSpace(MEMORY_BYTES, true);
    const workspace = new Workspace(space);
    const common = new Common({ chain: Mainnet });
    const state = await OwnedState.load(workspace, 1, scenario.preState, scenario.codes);
    const laidOut = new LaidOut(workspace, await decodeBlock(scenario.block as BlockInput, { common }), common);
    space.core.stateReserve(state.address, 1024, 1024, 1024);
    space.core.bumpReset(laidOut.address + BLOCK_WORK);
    const core = instantiateCore(space.module, space.memory, host(space.memory));
    const arena = new Arena(core, new Views(space.memory), space.alloc(ARENA_BYTES, 'the arena'));
    const stepper = new Stepper(space, arena, laidOut, state.address);
    stepper.giveHashes(scenario.blockHashes);
    stepper.#begin();
    return stepper;
  }

  get #job() {
    return readJob(this.arena.views, 1);
  }

  /** Sets the hashes that BLOCKHASH knows. */
  giveHashes(known: Record<string, string>): void {
    const bytes = Object.entries(known).map(
      ([number, hash]) => [BigInt(number), Buffer.from(hash.slice(2), 'hex')] as const,
    );
    putBlockHashes(this.space.views.fresh(), this.laidOut.address, this.laidOut.number, new Map(bytes));
  }

  /** Sets or clears the word that tells running attempts to stop. */
  abort(on: boolean): void {
    this.space.views.setU32(CTL_ABORT, Number(on));
  }

  /** Puts a code in place of the object that stands for it, where the attempt and the state's base have that. */
  giveCode(missing: number, code: string): void {
    const { core, views, alloc } = this.space;
    const bytes = Buffer.from(code, 'hex');
    const elsewhere = alloc(STATE_BYTES, 'a state');
    core.stateCreate(elsewhere, 2, 16, 16, 16); // the attempt's own state takes the missing code for the code
    const src = alloc(bytes.length, 'a code');
    views.fresh().bytes.set(bytes, src);
    const object = core.stateSetCode(elsewhere, 0, src, bytes.length) >>> 0;
    if (views.fresh().bytes[object + CODE_START] !== bytes[0]) throw new Error('the code was not stored');
    for (let at = views.u32(this.arena.ctx + CTX_ACCOUNTS); at !== 0; at = views.u32(at + LACC_NEXT)) {
      if (views.u32(at + LACC_CODE) !== missing) continue;
      views.setU32(at + LACC_CODE, object);
      views.setU32(views.u32(at + LACC_ENTRY) + ACCOUNT_BASE + REC_CODE, object);
    }
  }

  #begin(): void {
    const { views, core, ctx } = this.arena;
    views.fresh();
    views.setU32(CTL_BLOCK, this.laidOut.address);
    views.setU32(CTL_STATE, this.state);
    const job = this.#job;
    this.arena.attach(job);
    core.startAttempt(ctx, txOf(job, 1), outcomeOf(job, 1), 1, MODE_IN_TURN);
    const status = core.beginTransaction(ctx);
    if (status !== STATUS_STOP) throw new Error(`the transaction did not begin: ${status}`);
  }

  /** Runs until the attempt stops or all its frames have ended (STATUS_STOP). */
  run(): Stop {
    const { views, core, ctx } = this.arena;
    const status = core.run(ctx);
    return { status, detail: views.fresh().u32(ctx + CTX_DETAIL) };
  }

  /** Settles the transaction after its frames have ended. */
  finish(): Ending {
    const { views, core, ctx } = this.arena;
    const { address } = this.laidOut;
    const job = this.#job;
    const out = outcomeOf(job, 1);
    core.finishTransaction(ctx);
    if (core.endAttempt(ctx) === 0) throw new Error('the attempt does not fit its arena');
    const output = hexOf(views.fresh().copy(views.u32(out + OUT_OUTPUT), views.u32(out + OUT_OUTPUT_BYTES)));
    const confirmed = core.confirmTransaction(this.state, address, 1, txOf(job, 1), out, 1, 0);
    if (confirmed !== CONFIRM_OK) throw new Error(`the transaction was not confirmed: ${confirmed}`);
    core.encodeDiff(this.state, address);
    views.fresh();
    const diff = lazyDiff(views, views.u32(address + BLOCK_DIFF), views.u32(address + BLOCK_DIFF_BYTES)).toJSON();
    return { status: views.u32(out + OUT_STATUS), gasUsed: views.u64(out + OUT_GAS_USED), output, diff };
  }
}
