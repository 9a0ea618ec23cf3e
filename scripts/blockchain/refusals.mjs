/**
 * What the suites call the reasons for refusing a block, and what the library says then. A block can have several faults; where
 * the suites see another one first, both codes stand here. `any`: a test that does not say.
 */
import { codesOf as transactionCodes } from '../spec/refusals.mjs';

const MALFORMED = ['MALFORMED_BLOCK'];
const NO_SUCH_FIELDS = ['HEADER_FIELDS'];
const WORK_AFTER_MERGE = ['WRONG_DIFFICULTY', 'WRONG_OMMERS_HASH'];
const PARENT = ['UNKNOWN_PARENT'];
/** London's first blocks, of a header without a base fee and with the gas limit of one: either fault may be seen first. */
const GAS_LIMIT = ['WRONG_GAS_LIMIT', 'HEADER_FIELDS'];

/** @type {Readonly<Record<string, readonly string[]>>} */
const BLOCK_CODES = {
  'BlockException.EXTRA_DATA_INVALID_DAO': ['WRONG_EXTRA_DATA'],
  'BlockException.EXTRA_DATA_TOO_BIG': ['WRONG_EXTRA_DATA'],
  'BlockException.GASLIMIT_TOO_BIG': ['WRONG_GAS_LIMIT'],
  'BlockException.IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS': ['WRONG_DIFFICULTY'],
  'BlockException.IMPORT_IMPOSSIBLE_LEGACY': NO_SUCH_FIELDS,
  'BlockException.IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT': NO_SUCH_FIELDS,
  'BlockException.IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT': NO_SUCH_FIELDS,
  'BlockException.IMPORT_IMPOSSIBLE_PARIS_WRONG_POS': ['WRONG_DIFFICULTY'],
  'BlockException.IMPORT_IMPOSSIBLE_PARIS_WRONG_POW': ['WRONG_DIFFICULTY'],
  'BlockException.IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS': WORK_AFTER_MERGE,
  'BlockException.INCORRECT_BLOCK_FORMAT': NO_SUCH_FIELDS,
  'BlockException.INCORRECT_EXCESS_BLOB_GAS': ['WRONG_EXCESS_BLOB_GAS'],
  'BlockException.INVALID_BASEFEE_PER_GAS': ['WRONG_BASE_FEE'],
  'BlockException.INVALID_BLOCK_NUMBER': ['WRONG_NUMBER'],
  'BlockException.INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT': ['WRONG_TIMESTAMP'],
  'BlockException.INVALID_DEPOSIT_EVENT_LAYOUT': ['DEPOSIT_MALFORMED'],
  'BlockException.INVALID_DIFFICULTY': ['WRONG_DIFFICULTY'],
  'BlockException.INVALID_GASLIMIT': GAS_LIMIT,
  'BlockException.INVALID_GAS_USED': ['WRONG_GAS_USED'],
  'BlockException.INVALID_LOG_BLOOM': ['WRONG_LOGS_BLOOM'],
  'BlockException.INVALID_RECEIPTS_ROOT': ['WRONG_RECEIPTS_ROOT'],
  'BlockException.INVALID_REQUESTS': ['WRONG_REQUESTS_HASH'],
  'BlockException.INVALID_STATE_ROOT': ['WRONG_STATE_ROOT'],
  'BlockException.INVALID_TRANSACTIONS_ROOT': ['WRONG_TRANSACTIONS_ROOT'],
  'BlockException.INVALID_WITHDRAWALS_ROOT': ['WRONG_WITHDRAWALS_ROOT'],
  'BlockException.INVALID_BLOCK_HASH': [],
  'BlockException.RLP_STRUCTURES_ENCODING': MALFORMED,
  'BlockException.RLP_INVALID_ADDRESS': MALFORMED,
  'BlockException.RLP_INVALID_FIELD_OVERFLOW_64': MALFORMED,
  'BlockException.RLP_WITHDRAWALS_NOT_READ': MALFORMED,
  'BlockException.RLP_BLOCK_LIMIT_EXCEEDED': ['BLOCK_SIZE'],
  'BlockException.SYSTEM_CONTRACT_CALL_FAILED': ['SYSTEM_CALL_FAILED'],
  'BlockException.SYSTEM_CONTRACT_EMPTY': ['SYSTEM_CALL_FAILED'],
  'BlockException.UNCLE_PARENT_INCORRECT': ['OMMER_UNRELATED'],
  'BlockException.UNKNOWN_PARENT': PARENT,
  'BlockException.UNKNOWN_PARENT_ZERO': PARENT,
  '1559BlockImportImpossible_BaseFeeWrong': ['WRONG_BASE_FEE'],
  '1559BlockImportImpossible_HeaderIsLegacy': NO_SUCH_FIELDS,
  '3675PoSBlockRejected': ['WRONG_DIFFICULTY'],
  '3675PoWBlockRejected': ['WRONG_DIFFICULTY'],
  '3675PreParis1559BlockRejected': WORK_AFTER_MERGE,
  ExtraDataIncorrectDAO: ['WRONG_EXTRA_DATA'],
  ExtraDataTooBig: ['WRONG_EXTRA_DATA'],
  INPUT_UNMARSHAL_ADDRESS_ERROR: MALFORMED,
  INPUT_UNMARSHAL_ERROR: MALFORMED,
  InvalidDifficulty: ['WRONG_DIFFICULTY'],
  InvalidGasLimit: ['WRONG_GAS_LIMIT'],
  InvalidGasLimit2: GAS_LIMIT,
  InvalidGasUsed: ['WRONG_GAS_USED'],
  InvalidLogBloom: ['WRONG_LOGS_BLOOM'],
  InvalidNumber: ['WRONG_NUMBER'],
  InvalidReceiptsStateRoot: ['WRONG_RECEIPTS_ROOT'],
  InvalidStateRoot: ['WRONG_STATE_ROOT'],
  InvalidTimestamp: ['WRONG_TIMESTAMP'],
  InvalidTimestampOlderParent: ['WRONG_TIMESTAMP'],
  InvalidTransactionsRoot: ['WRONG_TRANSACTIONS_ROOT'],
  InvalidUncleParentHash: ['OMMER_UNRELATED', 'OMMER_IS_ANCESTOR'],
  InvalidUnclesHash: ['WRONG_OMMERS_HASH'],
  InvalidWithdrawals: ['WRONG_WITHDRAWALS_ROOT'],
  LegacyBlockImportImpossible: NO_SUCH_FIELDS,
  LegacyBlockImportImpossible2: NO_SUCH_FIELDS,
  PostParisDifficultyIsNot0: ['WRONG_DIFFICULTY'],
  PostParisUncleHashIsNotEmpty: WORK_AFTER_MERGE,
  RLP_ExpectedAsList: MALFORMED,
  TooManyUncles: ['TOO_MANY_OMMERS'],
  TooMuchGasUsed: ['WRONG_GAS_USED', 'WRONG_GAS_LIMIT'],
  UncleInChain: ['OMMER_IS_ANCESTOR', 'OMMER_REPEATED'],
  UncleIsAncestor: ['OMMER_IS_ANCESTOR'],
  UncleIsBrother: ['OMMER_UNRELATED', 'OMMER_REPEATED'],
  UncleParentIsNotAncestor: ['OMMER_UNRELATED'],
  UncleTooOld: ['OMMER_UNRELATED'],
  UnknownParent: PARENT,
  UnknownParent2: PARENT,
};

/** Names that stand for one of several faults of a transaction. @type {Readonly<Record<string, readonly string[]>>} */
const EITHER = {
  SenderNotEOAorNoCASH: ['SENDER_NOT_EOA', 'INSUFFICIENT_FUNDS'],
  TR_FeeCapLessThanBlocksORGasLimitReached: ['FEE_BELOW_BASE_FEE', 'BLOCK_GAS_LIMIT'],
  TR_FeeCapLessThanBlocksORNoFunds: ['FEE_BELOW_BASE_FEE', 'INSUFFICIENT_FUNDS', 'INTRINSIC_GAS'],
};
/** The transactions of which this is said have too little gas as well, which is seen before the price. */
const TOO_CHEAP = 'TransactionException.INSUFFICIENT_MAX_FEE_PER_GAS|TransactionException.INSUFFICIENT_ACCOUNT_FUNDS';

/** An ommer whose header is wrong, by the field. @type {Readonly<Record<string, readonly string[]>>} */
const OMMER_FIELDS = {
  baseFeePerGas: ['WRONG_BASE_FEE', 'HEADER_FIELDS'],
  difficulty: ['WRONG_DIFFICULTY'],
  extraData: ['WRONG_EXTRA_DATA'],
  gasLimit: ['WRONG_GAS_LIMIT'],
  gasUsed: ['WRONG_GAS_USED'],
  number: ['WRONG_NUMBER'],
  timestamp: ['WRONG_TIMESTAMP'],
};

/** A block that cannot be decoded, seen by what the decoder says of the transaction at fault. */
const DECODER = 'MALFORMED_BLOCK';

/** @param {string} name @returns {readonly string[]} */
function codesOf(name) {
  const codes = BLOCK_CODES[name] ?? EITHER[name];
  if (codes !== undefined) return codes;
  const known = transactionCodes(name);
  if (known === undefined) throw new Error(`unknown exception ${name}`);
  return known.map((code) => (code === 'BAD_ARGUMENT' ? DECODER : code));
}

/** @param {{ code: string, field?: string | undefined }} refusal @returns {readonly string[]} */
function faultsOf({ code, field }) {
  if (code !== 'OMMER_INVALID') return [code];
  return OMMER_FIELDS[field?.split('.').at(-1) ?? ''] ?? [];
}

/**
 * Whether a refusal is for the stated reason.
 * @param {{ code: string, field?: string | undefined }} refusal @param {string} expected alternatives, parted by |
 */
export function refusalFits(refusal, expected) {
  if (expected === 'any') return true;
  if (expected === TOO_CHEAP && refusal.code === 'INTRINSIC_GAS') return true;
  const allowed = expected.split('|').flatMap(codesOf);
  return faultsOf(refusal).some((code) => allowed.includes(code));
}

/** Whether the stated reason is a transaction. @param {string} expected */
export const isTransactions = (expected) =>
  expected !== 'any' && expected.split('|').every((name) => BLOCK_CODES[name] === undefined);
