// Transactions without a block around them, as the official state tests and fuzzers have them: under the rules of any
// fork, without system calls, rewards, withdrawals and requests. Internal: this is no part of the library's interface.
//
// The way from the decoded transactions to the result is the engine's own; only the fork record differs, in the flags of
// what surrounds transactions and in what a test overrides.
import { Common, Mainnet } from '@ethereumjs/common';
import {
  BLOCK_OUTCOMES,
  FLAG_BEACON_ROOT,
  FLAG_BLOCK_HASHES,
  FLAG_REQUESTS,
  OUT_BYTES,
  OUT_CONTROL,
  OUT_OUTPUT,
  OUT_OUTPUT_BYTES,
  SPEC_BYTES,
  SPEC_FLAGS,
  STEP_DONE,
  STEP_STATE,
} from '../assembly/layout.ts';
import { type BlockInput, decodeBlock } from './block/decode.ts';
import { LaidOut } from './block/prepared.ts';
import type { Hex, PlainBlock } from './block/types.ts';
import { type Machine, startMachine } from './machine.ts';
import type { Execution } from './policy.ts';
import { WORKERS } from './pool.ts';
import type { BlockResult } from './result/result.ts';
import { forkRecord } from './spec/rules.ts';
import { OwnedState } from './state/owned.ts';
import type { PreState } from './state/types.ts';

const MAX_BYTES = 2 ** 32;
const SURROUNDINGS = FLAG_BEACON_ROOT | FLAG_BLOCK_HASHES | FLAG_REQUESTS;
const NO_OVERRIDES: Readonly<Record<number, number>> = {};

/** A block whose header is the environment of its transactions. */
export interface BareRun {
  block: BlockInput;
  /** As `@ethereumjs/common` names it; the chain is mainnet. */
  hardfork: string;
  state: OwnedState;
  blockHashes?: Readonly<Record<string, Hex>>;
  /** SPEC_* offset → u32, in place of the fork's numbers. */
  overrides?: Readonly<Record<number, number>>;
  /** Leave the changes in the state; true unless given. */
  commit?: boolean;
}

export interface BareResult extends BlockResult {
  /** What the first transaction's outermost frame returned; empty if the block is invalid. */
  output: Uint8Array;
  /** Transactions whose result was confirmed as it was found ahead of its turn. */
  ranAhead: number;
}

/** An engine for such runs. Calls queue. */
export class BareEngine {
  readonly #machine: Machine;
  readonly #common = new Common({ chain: Mainnet });
  readonly #specs = new Map<string, number>();
  #states = 0;

  private constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** With `runsAhead`, transactions are executed ahead of their turn first and then confirmed, as others in a block are. */
  static async start(slots: number, runsAhead = false, execution: Execution = 'wasm'): Promise<BareEngine> {
    const machine = await startMachine(slots, MAX_BYTES, false, WORKERS, execution);
    machine.runner.runsAhead = runsAhead;
    return new BareEngine(machine);
  }

  createState(preState: PreState, trie = false): Promise<OwnedState> {
    const { workspace } = this.#machine;
    return workspace.inTurn(() => OwnedState.load(workspace, ++this.#states, preState, {}, trie));
  }

  /** The block as plain data, decoded as `run` does. */
  decode(block: BlockInput, hardfork: string): Promise<PlainBlock> {
    return decodeBlock(block, { common: this.#common, hardfork, recover: this.#machine.recover });
  }

  /** Runs the block's transactions. Throws and reports invalid ones as the engine does. */
  async run(run: BareRun): Promise<BareResult> {
    const { state, blockHashes = {}, commit = true } = run;
    const plain = await this.decode(run.block, run.hardfork);
    const { workspace, runner } = this.#machine;
    return workspace.inTurn(async () => {
      const spec = this.#spec(plain.hardfork, run.overrides ?? NO_OVERRIDES);
      const block = new LaidOut(workspace, plain, this.#common, spec);
      try {
        const options = {
          blockHashes,
          commit,
          signal: undefined,
          prepareMs: 0,
          depositContract: '',
          record: false,
          trace: undefined,
        };
        const result = await runner.run(block, state, options);
        const output = result.invalid || plain.transactions.length === 0 ? new Uint8Array(0) : this.#output(block);
        return { ...result, output, ranAhead: this.#ranAhead(block) };
      } finally {
        block.release();
      }
    });
  }

  close(): Promise<void> {
    const { workspace, crew } = this.#machine;
    return workspace.close(() => crew.close());
  }

  #ranAhead({ address, transactionCount }: LaidOut): number {
    const { views } = this.#machine.workspace.space;
    const outcomes = views.u32(address + BLOCK_OUTCOMES);
    const states = Array.from({ length: transactionCount }, (_, i) =>
      views.u32(outcomes + OUT_BYTES * i + OUT_CONTROL),
    );
    return states.filter((control) => (control & STEP_STATE) === STEP_DONE).length;
  }

  #output({ address }: LaidOut): Uint8Array {
    const { views } = this.#machine.workspace.space;
    const outcome = views.u32(address + BLOCK_OUTCOMES);
    return views.copy(views.u32(outcome + OUT_OUTPUT), views.u32(outcome + OUT_OUTPUT_BYTES));
  }

  /** The record of the fork without what surrounds transactions; kept for the engine's life. */
  #spec(hardfork: string, overrides: Readonly<Record<number, number>>): number {
    const name = hardfork + JSON.stringify(overrides);
    const known = this.#specs.get(name);
    if (known !== undefined) return known;
    const record = forkRecord(hardfork);
    const view = new DataView(record.buffer);
    view.setUint32(SPEC_FLAGS, view.getUint32(SPEC_FLAGS, true) & ~SURROUNDINGS, true);
    for (const [offset, value] of Object.entries(overrides)) view.setUint32(Number(offset), value, true);
    const { space } = this.#machine.workspace;
    const at = space.alloc(SPEC_BYTES, 'the rules of a fork');
    space.views.bytes.set(record, at);
    this.#specs.set(name, at);
    return at;
  }
}
