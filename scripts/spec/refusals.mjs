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
  TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED: ['BLOCK_BLOB_GAS', 'BLOB_COUNT'],
  TYPE_3_TX_CONTRACT_CREATION: UNDECODABLE,
  TYPE_4_TX_CONTRACT_CREATION: UNDECODABLE,
  TYPE_4_EMPTY_AUTHORIZATION_LIST: ['AUTHORIZATION_NONE'],
};

/**
 * Whether what the library said agrees with the test. Old tests do not say that they are refused: there only the state
 * tells, which must be as before.
 * @param {string | undefined} refusal the library's code @param {string | undefined} expected alternatives, parted by |
 */
export function refusalFits(refusal, expected) {
  if (expected === undefined) return true;
  if (refusal === undefined) return false;
  const code = refusal.split(':')[0] ?? '';
  return expected.split('|').some((name) => CODES[name.replace('TransactionException.', '')]?.includes(code));
}
