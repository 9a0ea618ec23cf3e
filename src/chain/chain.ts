// A chain in memory: a state with its trie, the newest headers, and one way to change them. A block is judged in the order
// of what the judgement costs: its form, header, lists and ommers, then its transactions by executing them, and at last what
// the header says of the outcome, on which hangs whether the changes stay.
//
// Where the next block waits already, the last piece, the state root, is worked out while that one runs (`commit:
// 'pipelined'`). Until it is known the block is unverified: the newest one of the chain for the next block's judgement, but
// nobody sees it, and if the root is another one than the header says, both blocks are taken back.
import type { Common } from '@ethereumjs/common';
import type { Engine } from '../api.ts';
import { assertEthereumRules } from '../block/chains.ts';
import type { BlockInput } from '../block/decode.ts';
import { rlpOfBlock } from '../block/encode.ts';
import type { ForkName } from '../block/forks.ts';
import type { LaidOut } from '../block/prepared.ts';
import type { Hex } from '../block/types.ts';
import { type EngineParts, partsOf, type Reading } from '../engine.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf, type Quantity } from '../hex.ts';
import { checkCommon, checkObject, checkSignal } from '../input.ts';
import { Queue } from '../queue.ts';
import type { BlockResult } from '../result/result.ts';
import type { OpenBlock } from '../rules/body.ts';
import { bodyFaults } from '../rules/body-rules.ts';
import type { BlockFault, Faults } from '../rules/faults.ts';
import type { Header } from '../rules/header.ts';
import { headerFaults } from '../rules/header-rules.ts';
import { executionFaults, outcomeFaults } from '../rules/outcome.ts';
import type { OwnedState } from '../state/owned.ts';
import type { State, StateAccount } from '../state/state.ts';
import { type Ancestor, Ancestors } from './ancestors.ts';
import { type Genesis, openGenesis } from './genesis.ts';
import { Incoming } from './incoming.ts';
import type { ImportResult, Judgement } from './judgement.ts';
import { OMMER_REACH, ommerFaults } from './ommers.ts';
import { decoded, type Refusal, refusal } from './refusal.ts';
import { forkAt, type Schedule } from './schedule.ts';
import { Unverified } from './unverified.ts';

/** What a chain is made of. */
export interface ChainInput {
  /** Executes the blocks. It stays open when the chain is closed. */
  engine: Engine;
  /** The block and state that the chain begins with. */
  genesis: Genesis;
  /** Rules of the chain, where the genesis has none; the engine's unless given. Not changed. */
  common?: Common;
}

/** The newest block of a chain. */
export interface ChainHead {
  /** Number of the block. */
  readonly number: bigint;
  /** 32 bytes. */
  readonly hash: Hex;
  /** 32 bytes: the root after the block. */
  readonly stateRoot: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
  /** Sum of the difficulties from the genesis block on. */
  readonly totalDifficulty: bigint;
}

/**
 * A chain of blocks, each on top of the one before. Calls queue; of imports the next one is decoded while the one before
 * executes. Every method rejects with `CLOSED` after `close()`.
 */
export interface Chain {
  /** The newest block. */
  readonly head: ChainHead;
  /** The state after the head, for reading and for calls on it. Blocks that are run and committed on it break the chain. */
  readonly state: State;
  /**
   * Checks a block against all rules, executes it and makes it the head. An invalid block is a result (`invalid`), never a
   * throw; chain and state are as before then, and after an error.
   * @throws {ParallelEvmError} `UNKNOWN_PARENT` where the parent is not the head; `BAD_ARGUMENT` for what is no block in any
   * accepted form; `MISSING_CODE`, `STATE_TOO_LARGE`, `ABORTED`, `SLOT_DIED`, `CLOSED`
   * @example
   * ```ts
   * const { number, invalid } = await chain.importBlock(rlp);
   * ```
   */
  importBlock(block: BlockInput, options?: { signal?: AbortSignal }): Promise<ImportResult>;
  /** The account at an address (20 bytes), or undefined if there is none. */
  getAccount(address: Hex | Uint8Array): Promise<StateAccount | undefined>;
  /** The value of a storage slot; 0 where nothing is stored. */
  getStorage(address: Hex | Uint8Array, slot: Quantity): Promise<bigint>;
  /** Gives the memory back. Idempotent; the engine stays open. */
  close(): Promise<void>;
}

const first = (faults: Faults): BlockFault | undefined => faults.next().value ?? undefined;

function unknownParent({ number, parentHash }: Header, head: Header): ParallelEvmError {
  const value = hexOf(parentHash);
  const message = `block ${number} is on top of ${value}, and the head is block ${head.number}, ${head.hash}`;
  return new ParallelEvmError('UNKNOWN_PARENT', message, { field: 'parentHash', value });
}

/** A judgement that may still be to come, in a box: whoever awaits the box does not wait for it. */
interface Judged {
  judgement: Promise<Judgement>;
  /** Set if the block is known to be invalid. */
  invalid?: Refusal;
}

const judged = (judgement: Judgement): Judged => ({
  judgement: Promise.resolve(judgement),
  ...(judgement.invalid !== undefined && { invalid: judgement.invalid }),
});

class MemoryChain implements Chain {
  readonly state: OwnedState;
  readonly #engine: EngineParts;
  readonly #schedule: Schedule;
  readonly #ancestors: Ancestors;
  readonly #queue = new Queue();
  /** Blocks whose turn has not come, the next one first. */
  readonly #waiting: Incoming[] = [];
  /** The newest ancestor, while it is that. */
  #unverified: Unverified | undefined;
  #closed = false;

  constructor(engine: EngineParts, schedule: Schedule, state: OwnedState, genesis: Header) {
    this.state = state;
    this.#engine = engine;
    this.#schedule = schedule;
    this.#ancestors = new Ancestors({ header: genesis, ommers: [], totalDifficulty: genesis.difficulty });
    state.verifies = () => this.#verifyInTurn();
  }

  get head(): ChainHead {
    const [newest, before] = this.#ancestors.newest(2);
    const { header, totalDifficulty } = (this.#unverified ? before : newest) as Ancestor;
    const { number, hash, timestamp } = header;
    return { number, hash, stateRoot: hexOf(header.stateRoot), timestamp, totalDifficulty };
  }

  async importBlock(block: BlockInput, options: { signal?: AbortSignal } = {}): Promise<ImportResult> {
    checkObject(options, 'options');
    const signal = checkSignal(options.signal);
    const rlp = rlpOfBlock(block).slice(); // the caller may use its bytes again
    const incoming = new Incoming(rlp, signal, (bytes, fork) => this.#engine.stage(bytes, this.#readingUnder(fork)));
    this.#waiting.push(incoming);
    const { imported } = await this.#queue.run(() => this.#takeTurn(incoming));
    return imported;
  }

  getAccount(address: Hex | Uint8Array): Promise<StateAccount | undefined> {
    return this.state.getAccount(address);
  }

  getStorage(address: Hex | Uint8Array, slot: Quantity): Promise<bigint> {
    return this.state.getStorage(address, slot);
  }

  close(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#unverified) await this.#verify();
      this.#closed = true;
      await this.state.dispose();
    });
  }

  #assertOpen(): void {
    if (this.#closed) throw new ParallelEvmError('CLOSED', 'the chain was closed', { field: 'chain' });
  }

  #readingUnder(fork: ForkName): Reading {
    return { common: this.#schedule.common, hardfork: fork };
  }

  /** Whatever becomes of the block, the one before it is verified. */
  async #takeTurn(incoming: Incoming): Promise<{ imported: Promise<ImportResult> }> {
    this.#waiting.shift();
    const before = this.#unverified;
    try {
      this.#assertOpen();
      return await this.#import(incoming);
    } finally {
      if (before !== undefined && before === this.#unverified) await this.#verify();
    }
  }

  async #import(incoming: Incoming): Promise<{ imported: Promise<ImportResult> }> {
    const opened = await incoming.opened();
    if ('invalid' in opened) return { imported: Promise.resolve(opened) };
    const block = opened.value;
    if (this.#unverified && !this.#isOnHead(block.header)) await this.#verify();
    this.#assertOnHead(block.header);
    const { number, hash } = block.header;
    const about = { number, hash, transactionCount: block.transactions.length };
    const { totalDifficulty } = this.#ancestors.head;
    const fork = await decoded(() => forkAt(this.#schedule, block.header, totalDifficulty));
    if ('invalid' in fork) return { imported: Promise.resolve({ ...about, ...fork }) };
    const { judgement } = await this.#judge(block, fork.value, incoming);
    return { imported: judgement.then((outcome) => ({ ...about, hardfork: fork.value, ...outcome })) };
  }

  #isOnHead({ parentHash }: Header): boolean {
    return hexOf(parentHash) === this.#ancestors.head.header.hash;
  }

  #assertOnHead(header: Header): void {
    if (!this.#isOnHead(header)) throw unknownParent(header, this.#ancestors.head.header);
  }

  #ancestorOf({ header, ommers }: OpenBlock): Ancestor {
    const totalDifficulty = this.#ancestors.head.totalDifficulty + header.difficulty;
    return { header, ommers: ommers.map(({ hash }) => hash), totalDifficulty };
  }

  /** What can be said against the block without executing it. In the queue. */
  *#faults(block: OpenBlock, fork: ForkName): Faults {
    const { common } = this.#schedule;
    yield* headerFaults(block.header, { fork, common, parent: this.#ancestors.head.header });
    yield* bodyFaults(block, fork, this.#engine.workspace.space);
    yield* ommerFaults(block, this.#ancestors.newest(OMMER_REACH), this.#schedule);
  }

  /** While a block executes: decodes the one that waits for it. */
  #lookAhead({ header }: OpenBlock): void {
    const before = this.#ancestors.head.totalDifficulty + header.difficulty;
    this.#waiting[0]?.begin(({ header: next }) =>
      hexOf(next.parentHash) === header.hash ? forkAt(this.#schedule, next, before) : undefined,
    );
  }

  async #judge(block: OpenBlock, fork: ForkName, incoming: Incoming): Promise<Judged> {
    const { workspace, layOut, runOnce } = this.#engine;
    const fault = await workspace.inTurn(() => first(this.#faults(block, fork)));
    if (fault !== undefined) return judged({ invalid: refusal(fault) });
    const { read, ms } = await incoming.staged(fork);
    if ('invalid' in read) return judged(read);
    const started = performance.now();
    const laidOut = await layOut(read.value, this.#schedule.common);
    const prepareMs = ms + performance.now() - started;
    const execute = (): Promise<Judged> =>
      workspace.inTurn(() => this.#execute(block, laidOut, prepareMs, incoming.signal));
    try {
      // Senders are left to the slots: a bad signature may show only now.
      const outcome = await decoded(() => runOnce(block.rlp, this.#readingUnder(fork), laidOut, execute));
      return 'invalid' in outcome ? judged(outcome) : outcome.value;
    } finally {
      await laidOut.dispose();
    }
  }

  /** In the engine's queue. Throws UNKNOWN_PARENT where the block before turns out to be invalid. */
  async #execute(
    block: OpenBlock,
    laidOut: LaidOut,
    prepareMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Judged> {
    const { runner } = this.#engine;
    const { header } = block;
    const keeps = this.#waiting.length > 0 && runner.policy.commit === 'pipelined';
    let fault: BlockFault | undefined;
    const accepts = (result: BlockResult): boolean => {
      if (!this.#isVerified()) return false;
      fault = first(keeps ? executionFaults(header, result) : outcomeFaults(header, result));
      return fault === undefined;
    };
    const { depositContract } = laidOut;
    const meanwhile = (): void => this.#lookAhead(block);
    const ends = { commit: true, record: false, accepts, keeps };
    const modes = { ...ends, runsOnLayer: true, meanwhile, prepareMs, depositContract };
    const options = { blockHashes: this.#ancestors.hashes(), signal, ...modes };
    const result = await runner.run(laidOut, this.state, options);
    await this.#verifyInTurn();
    this.#assertOnHead(header);
    if (result.invalid !== undefined) return judged({ invalid: result.invalid, result });
    if (fault !== undefined) return judged({ invalid: refusal(fault), result });
    this.#ancestors.add(this.#ancestorOf(block));
    if (!keeps) return judged({ result });
    this.#unverified = new Unverified(header, result);
    return this.#unverified;
  }

  /** Whether the newest ancestor holds. Asked in the midst of a run on it: where it does not, it is taken back after that. */
  #isVerified(): boolean {
    const root = this.state.layer?.root();
    if (this.#unverified === undefined || root === undefined) return true;
    if (!this.#unverified.holds(root)) return false;
    this.#end(this.#unverified, root);
    return true;
  }

  /** Works out whether the newest ancestor holds; if not, it is taken back. */
  async #verify(): Promise<void> {
    try {
      await this.#engine.workspace.inTurn(() => this.#verifyInTurn());
    } catch (error) {
      if (this.#unverified) this.#ancestors.removeHead();
      this.#unverified?.fail(error);
      this.#unverified = undefined;
      throw error;
    }
  }

  async #verifyInTurn(): Promise<void> {
    if (this.#unverified === undefined) return;
    void this.state.address; // throws CLOSED
    await this.state.layer?.hash();
    this.#end(this.#unverified, this.state.layer?.root() as Uint8Array);
  }

  #end(block: Unverified, root: Uint8Array): void {
    const holds = block.holds(root);
    this.#unverified = undefined;
    this.state.endLayer(holds);
    if (!holds) this.#ancestors.removeHead();
    block.end(root);
  }
}

/**
 * Begins a chain in memory: loads the genesis state with its trie and checks it against the genesis header.
 * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the field, `UNSUPPORTED_CHAIN`, `STATE_TOO_LARGE`
 * @example
 * ```ts
 * const chain = await createChain({ engine, genesis: JSON.parse(text) });
 * for (const block of blocks) await chain.importBlock(block);
 * ```
 */
export async function createChain(input: ChainInput): Promise<Chain> {
  checkObject(input, 'input');
  const engine = partsOf(input.engine);
  const common = checkCommon(input.common)?.copy() ?? engine.common;
  assertEthereumRules(common.chainId());
  const { schedule, preState, codes, header } = openGenesis(input.genesis, common);
  const state = await engine.createState(preState, codes);
  try {
    return new MemoryChain(engine, schedule, state, header(await state.root()));
  } catch (error) {
    await state.dispose();
    throw error;
  }
}
