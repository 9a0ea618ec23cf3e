/**
 * What the suites call the reasons for refusing a transaction, and what the library says then. A transaction can have
 * several faults; where the suites see another one first, both codes stand here.
 */
const TOO_DEAR = ['INSUFFICIENT_FUNDS'];
const TOO_LITTLE_GAS = ['INTRINSIC_GAS', 'FLOOR_GAS'];
/** Types and forms that the decoder refuses. */
const UNDECODABLE = ['BAD_ARGUMENT'];

/** @type {Readonly<Record<string, readonly string[]>>} */
const CODES = {
  TR_TypeNotSupported: UNDECODABLE,
  TR_RLP_WRONGVALUE: UNDECODABLE,
  TR_NoFunds: TOO_DEAR,
  TR_NoFundsX: TOO_DEAR,
  TR_NoFundsOrGas: [...TOO_DEAR, ...TOO_LITTLE_GAS],
  SenderNotEOA: ['SENDER_NOT_EOA'],
  IntrinsicGas: TOO_LITTLE_GAS,
  TR_IntrinsicGas: TOO_LITTLE_GAS,
  TR_NonceHasMaxValue: ['NONCE_MAX'],
  TR_InitCodeLimitExceeded: ['INITCODE_SIZE'],
  TR_BLOBCREATE: UNDECODABLE,
  TR_BLOBVERSION_INVALID: ['BLOB_HASH_VERSION'],
  TR_EMPTYBLOB: ['BLOB_NONE'],
  TR_BLOBLIST_OVERSIZE: ['BLOB_COUNT', 'BLOCK_BLOB_GAS'],
  INSUFFICIENT_ACCOUNT_FUNDS: TOO_DEAR,
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: TOO_DEAR,
  INTRINSIC_GAS_TOO_LOW: TOO_LITTLE_GAS,
  INTRINSIC_GAS_BELOW_FLOOR_GAS_COST: ['FLOOR_GAS'],
  SENDER_NOT_EOA: ['SENDER_NOT_EOA'],
  NONCE_IS_MAX: ['NONCE_MAX'],
  INITCODE_SIZE_EXCEEDED: ['INITCODE_SIZE'],
  GAS_LIMIT_EXCEEDS_MAXIMUM: ['TX_GAS_CAP'],
  INSUFFICIENT_MAX_FEE_PER_GAS: ['FEE_BELOW_BASE_FEE'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS: ['PRIORITY_ABOVE_MAX_FEE'],
  TYPE_1_TX_PRE_FORK: UNDECODABLE,
  TYPE_2_TX_PRE_FORK: UNDECODABLE,
  TYPE_3_TX_PRE_FORK: UNDECODABLE,
  TYPE_3_TX_ZERO_BLOBS: ['BLOB_NONE'],
  TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH: ['BLOB_HASH_VERSION'],
  TYPE_3_TX_BLOB_COUNT_EXCEEDED: ['BLOB_COUNT', 'BLOCK_BLOB_GAS'],
  TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED: ['BLOCK_BLOB_GAS', 'BLOB_COUNT', 'WRONG_BLOB_GAS_USED'],
  TYPE_3_TX_CONTRACT_CREATION: UNDECODABLE,
  TYPE_4_TX_CONTRACT_CREATION: UNDECODABLE,
  TYPE_4_EMPTY_AUTHORIZATION_LIST: ['AUTHORIZATION_NONE'],
  TR_FeeCapLessThanBlocks: ['FEE_BELOW_BASE_FEE'],
  TR_GasLimitReached: ['BLOCK_GAS_LIMIT'],
  TR_NonceTooHigh: ['NONCE_TOO_HIGH'],
  TR_NonceTooLow: ['NONCE_TOO_LOW'],
  TR_TipGtFeeCap: ['PRIORITY_ABOVE_MAX_FEE'],
  GAS_ALLOWANCE_EXCEEDED: ['BLOCK_GAS_LIMIT'],
  INSUFFICIENT_MAX_FEE_PER_BLOB_GAS: ['BLOB_FEE_BELOW_BASE_FEE'],
  NONCE_MISMATCH_TOO_HIGH: ['NONCE_TOO_HIGH'],
  NONCE_MISMATCH_TOO_LOW: ['NONCE_TOO_LOW'],
  TYPE_NOT_SUPPORTED: UNDECODABLE,
};

/** The codes for a reason, undefined for one that is not of a transaction. @param {string} name */
export const codesOf = (name) => CODES[name.replace('TransactionException.', '')];

/**
 * Whether what the library said agrees with the test. Old tests do not say that they are refused: there only the state
 * tells, which must be as before.
 * @param {string | undefined} refusal the library's code @param {string | undefined} expected alternatives, parted by |
 */
export function refusalFits(refusal, expected) {
  if (expected === undefined) return true;
  if (refusal === undefined) return false;
  const code = refusal.split(':')[0] ?? '';
  return expected.split('|').some((name) => codesOf(name)?.includes(code));
}

/** Where a transaction cannot be decoded at all, a broken list may be found before the field that is named. */
const WHOLE = '';
const SIGNATURE = ['v', 'r', 's'];
const ACCESS_ADDRESS = ['type', 'accessList[0].address'];
const ACCESS_KEY = ['type', 'accessList[0].storageKeys[0]'];

/**
 * For transactions by themselves: the library's code, or the fields of which one must be at fault.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const FAULTS = {
  INTRINSIC_GAS_TOO_LOW: ['INTRINSIC_GAS'],
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: TOO_DEAR,
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2: ['PRIORITY_ABOVE_MAX_FEE'],
  INITCODE_SIZE_EXCEEDED: ['INITCODE_SIZE'],
  NONCE_TOO_BIG: ['NONCE_MAX'],
  TYPE_NOT_SUPPORTED: ['type', WHOLE],
  ADDRESS_TOO_SHORT: ['to'],
  ADDRESS_TOO_LONG: ['to'],
  NONCE_OVERFLOW: ['nonce'],
  GASLIMIT_OVERFLOW: ['gas'],
  GASPRICE_OVERFLOW: ['gasPrice', 'maxFeePerGas'],
  PRIORITY_OVERFLOW: ['maxPriorityFeePerGas'],
  VALUE_OVERFLOW: ['value'],
  INVALID_CHAINID: ['v'],
  INVALID_SIGNATURE_VRS: SIGNATURE,
  EC_RECOVERY_FAIL: ['r'],
  RLP_LEADING_ZEROS_NONCE: ['nonce'],
  RLP_LEADING_ZEROS_GASLIMIT: ['gas'],
  RLP_LEADING_ZEROS_GASPRICE: ['gasPrice'],
  RLP_LEADING_ZEROS_BASEFEE: ['maxFeePerGas'],
  RLP_LEADING_ZEROS_PRIORITY_FEE: ['maxPriorityFeePerGas'],
  RLP_LEADING_ZEROS_VALUE: ['value'],
  RLP_LEADING_ZEROS_V: ['v'],
  RLP_LEADING_ZEROS_R: ['r'],
  RLP_LEADING_ZEROS_S: ['s'],
  RLP_LEADING_ZEROS_DATA_SIZE: [WHOLE],
  RLP_LEADING_ZEROS_NONCE_SIZE: [WHOLE],
  RLP_ERROR_SIZE_LEADING_ZEROS: [WHOLE],
  RLP_ERROR_SIZE: [WHOLE],
  RLP_ERROR_EOF: ['type'],
  RLP_INVALID_HEADER: ['type'],
  RLP_TOO_FEW_ELEMENTS: [WHOLE],
  RLP_TOO_MANY_ELEMENTS: [WHOLE],
  RLP_INVALID_NONCE: ['nonce'],
  RLP_INVALID_GASLIMIT: ['gas', WHOLE],
  RLP_INVALID_TO: ['to', WHOLE],
  RLP_INVALID_DATA: ['input'],
  RLP_INVALID_SIGNATURE_R: ['r', WHOLE],
  RLP_INVALID_SIGNATURE_S: ['s', WHOLE],
  RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_LONG: ACCESS_ADDRESS,
  RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_SHORT: ACCESS_ADDRESS,
  RLP_INVALID_ACCESS_LIST_STORAGE_TOO_LONG: ACCESS_KEY,
  RLP_INVALID_ACCESS_LIST_STORAGE_TOO_SHORT: ACCESS_KEY,
};

/**
 * Whether the fault that the library found in a transaction is the one that a test states.
 * @param {string | undefined} fault the library's code, or the path of the field from the transaction on
 * @param {string} expected
 */
export function faultFits(fault, expected) {
  if (fault === undefined) return false;
  return FAULTS[expected.replace('TransactionException.', '')]?.includes(fault) ?? false;
}
