import type { Block } from '@ethereumjs/block';
import type { Common } from '@ethereumjs/common';
import type { Log } from '@ethereumjs/evm';
import type { World } from './world.mjs';

/** What changed in one account: values after the block; `deleted` stands alone. */
export interface AccountDiff {
  balance?: string;
  nonce?: string;
  code?: string;
  storage?: Record<string, string>;
  deleted?: true;
}

export type StateDiff = Record<string, AccountDiff>;

export interface PlainReceipt {
  type: number;
  status: number;
  cumulativeBlockGasUsed: bigint;
  bitvector: Uint8Array;
  logs: Log[];
  /** Type 3 only. */
  blobGasUsed?: bigint;
  /** Type 3 only. */
  blobGasPrice?: bigint;
}

export interface ReferenceOutput {
  gasUsed: bigint;
  receiptsRoot: Uint8Array;
  logsBloom: Uint8Array;
  requestsHash?: Uint8Array;
  receipts: PlainReceipt[];
  /** Time of `runBlock` alone. */
  ms: number;
}

export interface ReferenceRun extends ReferenceOutput {
  /** The state after the block. */
  world: World;
  stateDiff(): StateDiff;
}

export interface ReferenceResult extends ReferenceOutput {
  stateDiff: StateDiff;
}

export interface ReferenceOptions {
  repeat?: number;
  validate?: boolean;
}

export interface Reference {
  block: Block;
  run(options?: { validate?: boolean }): Promise<ReferenceRun>;
}

export function commonOf(rules: { chainId: number | string; hardfork: string }): Common;
export function decodeFile(file: object, common?: Common): Block;
export function prepareBlock(block: Block, before: World, blockHashes: Record<string, string>): Reference;
export function prepareReference(file: object): Reference;
export function runReference(file: object, options?: ReferenceOptions): Promise<ReferenceResult>;
