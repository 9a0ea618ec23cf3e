// Which rule a block breaks, where neither a transaction nor its execution is at fault.

/** Why a block is refused; each code's rule is in `reason`. */
export type BlockFaultCode =
  | 'MALFORMED_BLOCK'
  | 'BLOCK_SIZE'
  | 'HEADER_FIELDS'
  | 'WRONG_NUMBER'
  | 'WRONG_TIMESTAMP'
  | 'WRONG_GAS_LIMIT'
  | 'WRONG_GAS_USED'
  | 'WRONG_EXTRA_DATA'
  | 'WRONG_DIFFICULTY'
  | 'WRONG_NONCE'
  | 'WRONG_BASE_FEE'
  | 'WRONG_EXCESS_BLOB_GAS'
  | 'WRONG_BLOB_GAS_USED'
  | 'WRONG_OMMERS_HASH'
  | 'WRONG_TRANSACTIONS_ROOT'
  | 'WRONG_WITHDRAWALS_ROOT'
  | 'WRONG_RECEIPTS_ROOT'
  | 'WRONG_LOGS_BLOOM'
  | 'WRONG_STATE_ROOT'
  | 'WRONG_REQUESTS_HASH'
  | 'TOO_MANY_OMMERS'
  | 'OMMER_REPEATED'
  | 'OMMER_IS_ANCESTOR'
  | 'OMMER_UNRELATED'
  | 'OMMER_INVALID';

/** A rule that a block breaks. Both sides as text: amounts in decimal, bytes in hex. */
export interface BlockFault {
  code: BlockFaultCode;
  /** The field at fault, as a path (`gasLimit`, `ommers[0].number`). */
  field: string;
  /** What the rule demands. */
  expected: string;
  /** What the block has. */
  actual: string;
  /** The rule, in a sentence. */
  reason: string;
}

export type Faults = Generator<BlockFault, void, undefined>;
