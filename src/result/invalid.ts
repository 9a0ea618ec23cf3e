// Why a block is invalid, as the kernels number it and as callers read it.
import * as layout from '../../assembly/layout.ts';

/** Why a block is invalid; each code's sentence is in `Invalid.reason`. */
export type InvalidCode =
  | 'TX_TYPE_UNSUPPORTED'
  | 'SENDER_NOT_EOA'
  | 'NONCE_TOO_LOW'
  | 'NONCE_TOO_HIGH'
  | 'NONCE_MAX'
  | 'FEE_BELOW_BASE_FEE'
  | 'PRIORITY_ABOVE_MAX_FEE'
  | 'INSUFFICIENT_FUNDS'
  | 'INTRINSIC_GAS'
  | 'FLOOR_GAS'
  | 'TX_GAS_CAP'
  | 'BLOCK_GAS_LIMIT'
  | 'INITCODE_SIZE'
  | 'BLOB_CREATE'
  | 'BLOB_NONE'
  | 'BLOB_HASH_VERSION'
  | 'BLOB_COUNT'
  | 'BLOB_FEE_BELOW_BASE_FEE'
  | 'BLOCK_BLOB_GAS'
  | 'AUTHORIZATION_NONE'
  | 'AUTHORIZATION_CREATE'
  | 'SYSTEM_CALL_FAILED'
  | 'DEPOSIT_MALFORMED';

/** The first transaction (in block order) that makes the block invalid, and why. */
export interface Invalid {
  /** -1: the block itself. */
  txIndex: number;
  /** Which rule is broken. */
  code: InvalidCode;
  /** The rule, in a sentence. */
  reason: string;
}

/** Code → number in the kernels, sentence. */
const REASONS: Readonly<Record<InvalidCode, readonly [number, string]>> = {
  TX_TYPE_UNSUPPORTED: [layout.INVALID_TX_TYPE, 'the fork does not have this transaction type'],
  SENDER_NOT_EOA: [layout.INVALID_SENDER_CODE, 'the sender has code that is no delegation (EIP-3607)'],
  NONCE_TOO_LOW: [layout.INVALID_NONCE_LOW, "the nonce is below the sender's"],
  NONCE_TOO_HIGH: [layout.INVALID_NONCE_HIGH, "the nonce is above the sender's"],
  NONCE_MAX: [layout.INVALID_NONCE_MAX, "the sender's nonce cannot be raised (EIP-2681)"],
  FEE_BELOW_BASE_FEE: [layout.INVALID_FEE_BELOW_BASE, 'maxFeePerGas is below the base fee (EIP-1559)'],
  PRIORITY_ABOVE_MAX_FEE: [layout.INVALID_PRIORITY_ABOVE_MAX, 'maxPriorityFeePerGas is above maxFeePerGas (EIP-1559)'],
  INSUFFICIENT_FUNDS: [layout.INVALID_FUNDS, "the sender's balance does not cover value, gas and blob gas"],
  INTRINSIC_GAS: [layout.INVALID_INTRINSIC_GAS, 'the gas limit is below the intrinsic gas'],
  FLOOR_GAS: [layout.INVALID_FLOOR_GAS, "the gas limit is below the data's floor (EIP-7623)"],
  TX_GAS_CAP: [layout.INVALID_TX_GAS_CAP, 'the gas limit is above 2^24 (EIP-7825)'],
  BLOCK_GAS_LIMIT: [layout.INVALID_BLOCK_GAS, 'the gas limit is above the gas left in the block'],
  INITCODE_SIZE: [layout.INVALID_INITCODE, 'the init code is longer than allowed (EIP-3860)'],
  BLOB_CREATE: [layout.INVALID_BLOB_CREATE, 'a blob transaction cannot create a contract (EIP-4844)'],
  BLOB_NONE: [layout.INVALID_BLOB_NONE, 'a blob transaction needs a blob (EIP-4844)'],
  BLOB_HASH_VERSION: [layout.INVALID_BLOB_HASH, 'a versioned hash is not of version 1 (EIP-4844)'],
  BLOB_COUNT: [layout.INVALID_BLOB_COUNT, 'too many blobs in one transaction (EIP-7594)'],
  BLOB_FEE_BELOW_BASE_FEE: [layout.INVALID_BLOB_FEE, 'maxFeePerBlobGas is below the blob base fee (EIP-4844)'],
  BLOCK_BLOB_GAS: [layout.INVALID_BLOCK_BLOB_GAS, "the block's blob gas exceeds its limit (EIP-4844)"],
  AUTHORIZATION_NONE: [layout.INVALID_AUTH_EMPTY, 'a set-code transaction needs an authorization (EIP-7702)'],
  AUTHORIZATION_CREATE: [layout.INVALID_AUTH_CREATE, 'a set-code transaction cannot create a contract (EIP-7702)'],
  SYSTEM_CALL_FAILED: [layout.INVALID_SYSTEM_CALL, 'a system call after the transactions failed (EIP-7002, EIP-7251)'],
  DEPOSIT_MALFORMED: [layout.INVALID_DEPOSIT, 'a deposit event is not laid out as EIP-6110 demands'],
};

/** `number` is an INVALID_* of the kernels. */
export function invalidOf(txIndex: number, number: number): Invalid {
  for (const [code, [known, reason]] of Object.entries(REASONS))
    if (known === number) return { txIndex, code: code as InvalidCode, reason };
  throw new RangeError(`no reason has the number ${number}`);
}
