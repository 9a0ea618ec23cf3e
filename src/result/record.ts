// What a recorded run tells of each transaction: what it read, wrote, and how long it took.
import {
  BLOCK_OUTCOMES,
  BLOCK_TXS,
  FACC_ADDRESS,
  FACC_AFTER,
  FACC_BEFORE,
  FACC_BYTES,
  FACC_LOW,
  FACC_READS,
  FACC_WRITES,
  FOOTPRINT_ACCOUNTS,
  FOOTPRINT_HEAD,
  FOOTPRINT_SLOTS,
  FSLOT_BYTES,
  FSLOT_NUMBER,
  FSLOT_OWNER,
  FSLOT_WRITTEN,
  OUT_BYTES,
  OUT_FEE,
  OUT_FOOTPRINT,
  OUT_GAS_USED,
  OUT_LOGS_BYTES,
  OUT_MS,
  READ_BALANCE,
  READ_CODE,
  READ_COVER,
  READ_EMPTY,
  READ_NONCE,
  READ_STATED_NONCE,
  READ_STORAGE,
  TX_BYTES,
  TX_DATA,
  TX_DATA_BYTES,
  TX_FROM,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_TO,
  WRITE_BALANCE,
  WRITE_CODE,
  WRITE_EXISTENCE,
  WRITE_NONCE,
} from '../../assembly/layout.ts';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { Views } from '../memory/views.ts';

/**
 * A field of an account that a result depends on. `cover`: that the balance is enough, whatever it is; `statedNonce`: that
 * the nonce is the transaction's; `existence`: whether the account is empty; `storage`: that its storage was not destroyed.
 */
export type AccountRead = 'balance' | 'cover' | 'nonce' | 'statedNonce' | 'code' | 'existence' | 'storage';
/** A field of an account that changed; `existence` with its storage. */
export type AccountWrite = 'balance' | 'nonce' | 'code' | 'existence';

/** What a transaction had to do with an account. */
export interface AccountFootprint {
  /** 20 bytes. */
  address: Hex;
  /** What its result depends on. */
  reads: AccountRead[];
  /** What it changed. */
  writes: AccountWrite[];
  /** Wei before the transaction. */
  before: bigint;
  /** Wei after it, without the fee recipient's reward. */
  after: bigint;
  /** With `cover`: wei that the tightest check left over. */
  least?: bigint;
}

/** A storage slot that a transaction met. */
export interface SlotFootprint {
  /** Of the contract, 20 bytes. */
  address: Hex;
  /** 32 bytes. */
  slot: Hex;
  /** False: only read. */
  written: boolean;
}

/** What one transaction of a recorded run did. */
export interface TransactionRecord {
  /** The sender, 20 bytes. */
  from: Hex;
  /** Absent: a contract creation. */
  to?: Hex;
  /** First four bytes of the call data, where it has as many. */
  selector?: Hex;
  /** Gas after refunds. */
  gasUsed: bigint;
  /** Gas that it may use at most. */
  gasLimit: bigint;
  /** Bytes of its logs in memory: 40 for each, 32 for each topic, and the data. */
  logBytes: number;
  /** Milliseconds that executing took. */
  ms: number;
  /** wei that the fee recipient gets. */
  fee: bigint;
  /** Accounts that it met. */
  accounts: AccountFootprint[];
  /** Storage slots that it met. */
  slots: SlotFootprint[];
}

const READS: readonly [number, AccountRead][] = [
  [READ_BALANCE, 'balance'],
  [READ_COVER, 'cover'],
  [READ_STATED_NONCE, 'statedNonce'],
  [READ_CODE, 'code'],
  [READ_EMPTY, 'existence'],
  [READ_STORAGE, 'storage'],
];
const WRITES: readonly [number, AccountWrite][] = [
  [WRITE_BALANCE, 'balance'],
  [WRITE_NONCE, 'nonce'],
  [WRITE_CODE, 'code'],
  [WRITE_EXISTENCE, 'existence'],
];

const named = <T>(bits: number, names: readonly [number, T][]): T[] =>
  names.flatMap(([bit, name]) => ((bits & bit) === 0 ? [] : [name]));

/** A nonce that is only held against the stated one counts as that. */
function readsOf(bits: number): AccountRead[] {
  const reads = named(bits, READS);
  return (bits & (READ_NONCE | READ_STATED_NONCE)) === READ_NONCE ? [...reads, 'nonce'] : reads;
}

const addressAt = (views: Views, at: number): Hex => hexOf(views.bigEndian(at, 20));

function readAccount(views: Views, at: number): AccountFootprint {
  const reads = readsOf(views.u32(at + FACC_READS));
  return {
    address: addressAt(views, at + FACC_ADDRESS),
    reads,
    writes: named(views.u32(at + FACC_WRITES), WRITES),
    before: views.u256(at + FACC_BEFORE),
    after: views.u256(at + FACC_AFTER),
    ...(reads.includes('cover') && { least: views.u256(at + FACC_LOW) }),
  };
}

const readSlot = (views: Views, at: number): SlotFootprint => ({
  address: addressAt(views, at + FSLOT_OWNER),
  slot: hexOf(views.bigEndian(at + FSLOT_NUMBER, 32)),
  written: views.u32(at + FSLOT_WRITTEN) !== 0,
});

function target(views: Views, tx: number): Pick<TransactionRecord, 'to' | 'selector'> {
  if (views.u32(tx + TX_IS_CREATE) !== 0) return {};
  const selector = views.u32(tx + TX_DATA_BYTES) < 4 ? undefined : hexOf(views.copy(views.u32(tx + TX_DATA), 4));
  return { to: addressAt(views, tx + TX_TO), ...(selector !== undefined && { selector }) };
}

function readRecord(views: Views, tx: number, out: number): TransactionRecord {
  const head = views.u32(out + OUT_FOOTPRINT);
  const accounts = head + FOOTPRINT_HEAD;
  const accountCount = views.u32(head + FOOTPRINT_ACCOUNTS);
  const slots = accounts + accountCount * FACC_BYTES;
  return {
    from: addressAt(views, tx + TX_FROM),
    ...target(views, tx),
    gasUsed: views.u64(out + OUT_GAS_USED),
    logBytes: views.u32(out + OUT_LOGS_BYTES),
    gasLimit: views.u64(tx + TX_GAS_LIMIT),
    ms: views.data.getFloat64(out + OUT_MS, true),
    fee: views.u256(out + OUT_FEE),
    accounts: Array.from({ length: accountCount }, (_, i) => readAccount(views, accounts + FACC_BYTES * i)),
    slots: Array.from({ length: views.u32(head + FOOTPRINT_SLOTS) }, (_, i) =>
      readSlot(views, slots + FSLOT_BYTES * i),
    ),
  };
}

/** The records of a recorded block that ended well, in order. */
export function readRecords(views: Views, block: number, count: number): TransactionRecord[] {
  const [txs, outcomes] = [views.u32(block + BLOCK_TXS), views.u32(block + BLOCK_OUTCOMES)];
  return Array.from({ length: count }, (_, i) => readRecord(views, txs + TX_BYTES * i, outcomes + OUT_BYTES * i));
}
