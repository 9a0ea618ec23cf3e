// What a chain says of a block.
import type { Hex } from '../block/types.ts';
import type { BlockResult } from '../result/result.ts';
import type { Refusal } from './refusal.ts';

/** What became of a block. Of bytes in which no header could be read, nothing but `invalid` is known. */
export interface ImportResult {
  /** Number of the block. */
  number?: bigint;
  /** Hash of the block, 32 bytes. */
  hash?: Hex;
  /** Rules of the block, as `@ethereumjs/common` names them. */
  hardfork?: string;
  /** Transactions in it. */
  transactionCount?: number;
  /** Set if the block is invalid: chain and state are then as before. */
  invalid?: Refusal;
  /** What executing the block gave, if it came to that. */
  result?: BlockResult;
}

/** What became of a block that is on top of the head. */
export type Judgement = Pick<ImportResult, 'invalid' | 'result'>;
