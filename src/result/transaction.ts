// The result of a single transaction: that of a block with nothing else in it, and how its outermost frame ended.
import { generateAddress } from '@ethereumjs/util';
import { BLOCK_OUTCOMES } from '../../assembly/layout.ts';
import type { PlainTransaction } from '../block/types.ts';
import { writeBigEndian } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import type { Trace } from '../trace/trace.ts';
import { type HaltReason, readEnding } from './call.ts';
import type { StateDiff } from './diff.ts';
import type { Invalid } from './invalid.ts';
import type { Log, Receipt } from './receipts.ts';
import type { BlockResult } from './result.ts';

/** Outcome of a transaction. Of an invalid one only `invalid` means anything; the rest is empty. */
export interface TxResult {
  /** False if execution failed, for whatever reason. */
  success: boolean;
  /** Return data, the reason bytes of a revert, or the code that a creation left. */
  output: Uint8Array;
  /** Gas after refunds, intrinsic gas included. */
  gasUsed: bigint;
  /** In the order in which they were written; empty unless it succeeded. */
  logs: Log[];
  /** Absent if the transaction is invalid. */
  receipt?: Receipt;
  /** Net changes of accounts and storage; decoded when first asked for. */
  stateDiff: StateDiff;
  /** 32 bytes, of a state that has a trie. */
  stateRoot?: Uint8Array;
  /** How execution failed; absent if it succeeded. */
  halt?: HaltReason;
  /** `Error(string)`'s text, or `Panic(0x..)`; absent for other reverts. */
  revertReason?: string;
  /** 20 bytes: the contract that a creation made. */
  createdAddress?: Uint8Array;
  /** Set if the transaction may not be in such a block: the state is then as before. */
  invalid?: Invalid;
  /** Of a traced transaction that is valid. */
  trace?: Trace;
}

/** Yellow Paper section 7, from the nonce that the transaction used. */
function addressOfCreated({ from, nonce }: PlainTransaction): Uint8Array {
  const bytes = new Uint8Array(8);
  writeBigEndian(nonce, bytes, 0, 8);
  const used = bytes.findIndex((byte) => byte !== 0);
  return generateAddress(from, used < 0 ? new Uint8Array(0) : bytes.subarray(used));
}

/** Reads what a block's result does not hold. In the turn of the run: the outcome lies in a slot's arena. */
export function readTransaction(views: Views, block: number, tx: PlainTransaction, result: BlockResult): TxResult {
  const { gasUsed, stateDiff, stateRoot, invalid, receipts, traces } = result;
  const receipt = receipts[0];
  if (invalid || receipt === undefined)
    return { success: false, output: new Uint8Array(0), gasUsed, logs: [], stateDiff, ...(invalid && { invalid }) };
  const ending = readEnding(views.fresh(), views.u32(block + BLOCK_OUTCOMES));
  const created = tx.to === undefined && ending.success ? { createdAddress: addressOfCreated(tx) } : {};
  const [trace] = traces ?? [];
  const extras = { ...created, ...(stateRoot && { stateRoot }), ...(trace && { trace }) };
  return { ...ending, gasUsed, logs: receipt.logs, receipt, stateDiff, ...extras };
}
