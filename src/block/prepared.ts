// A block that was decoded and laid out once, to be run as often as one likes.
import type { Common } from '@ethereumjs/common';
import { FLAG_REQUESTS, SPEC_FLAGS } from '../../assembly/layout.ts';
import { planBlock } from '../dispatch/groups.ts';
import { ParallelEvmError } from '../errors.ts';
import { depositContractOf } from '../result/requests.ts';
import { blobRules } from '../spec/blobs.ts';
import { blockCredits } from '../spec/credits.ts';
import { daoAccounts } from '../spec/dao.ts';
import type { Workspace } from '../workspace.ts';
import { type BlobRules, layOutBlock, type Settlement } from './layout.ts';
import { Stage, stagePlain } from './staging.ts';
import type { BlockFrame, PlainBlock } from './types.ts';

/** A decoded block in shared memory, owned by the engine that prepared it. */
export interface PreparedBlock {
  /** Number of the block. */
  readonly number: bigint;
  /** Rules that it runs under, as `@ethereumjs/common` names them. */
  readonly hardfork: string;
  /** Transactions in it. */
  readonly transactionCount: number;
  /** Gives the block's memory back. */
  dispose(): Promise<void>;
}

/** True for the one block that carries out the DAO fork. */
const forksFromDao = (common: Common, { header }: BlockFrame): boolean => common.hardforkBlock('dao') === header.number;

const settlementOf = (common: Common, frame: BlockFrame): Settlement => ({
  credits: blockCredits(frame),
  drains: forksFromDao(common, frame) ? daoAccounts() : [],
});

/** A block whose transactions are staged already. */
export interface StagedBlock extends BlockFrame {
  transactions: Stage;
}

export class LaidOut implements PreparedBlock {
  readonly frame: BlockFrame;
  readonly transactionCount: number;
  /** Sum of the transactions' gas limits. */
  readonly gasAsked: number;
  /** What executing it in turn is expected to take, microseconds. */
  readonly expectedUs: number;
  readonly blobs: BlobRules;
  /** True if senders were left to who executes the transactions: bad signatures show when it is run. */
  readonly defersSenders: boolean;
  /** 0x-hex: whose logs are deposits (EIP-6110). */
  readonly depositContract: string;
  readonly #workspace: Workspace;
  readonly #spec: number;
  #block: number;

  /**
   * In the queue. `common` has the chain's blob schedule. With `bareSpec`, the address of a fork record, the block is
   * nothing but its transactions under those rules.
   */
  constructor(workspace: Workspace, decoded: PlainBlock | StagedBlock, common: Common, bareSpec?: number) {
    this.#workspace = workspace;
    const { transactions, ...frame } = decoded;
    const stage = transactions instanceof Stage ? transactions : stagePlain(transactions);
    this.frame = frame;
    this.transactionCount = stage.count;
    this.gasAsked = stage.gasAsked();
    this.defersSenders = stage.pendingSenders > 0;
    this.blobs = blobRules(common, frame);
    this.depositContract = depositContractOf(common);
    this.#spec = bareSpec ?? workspace.spec(frame.hardfork);
    const settlement = bareSpec === undefined ? settlementOf(common, frame) : { credits: [], drains: [] };
    const block = layOutBlock(workspace.space, frame, stage, this.#spec, this.blobs, settlement);
    this.expectedUs = planBlock(workspace.space.views, block, this.gasAsked);
    this.#block = block;
  }

  get number(): bigint {
    return this.frame.header.number;
  }
  get hardfork(): string {
    return this.frame.hardfork;
  }

  /** True if the block has execution requests (EIP-7685). */
  get hasRequests(): boolean {
    return (this.#workspace.space.views.u32(this.#spec + SPEC_FLAGS) & FLAG_REQUESTS) !== 0;
  }

  /** The block's address; throws CLOSED. */
  get address(): number {
    if (this.#block !== 0) return this.#block;
    throw new ParallelEvmError('CLOSED', 'the prepared block was disposed of', { field: 'block' });
  }

  belongsTo(workspace: Workspace): boolean {
    return workspace === this.#workspace;
  }

  async dispose(): Promise<void> {
    if (this.#block !== 0) await this.#workspace.whenIdle(() => this.release());
  }

  /** In the queue. */
  release(): void {
    if (this.#block !== 0) this.#workspace.space.free(this.#block);
    this.#block = 0;
  }
}
