/** Whether both sides refuse a transaction, and for a fault that it has. */

/** What the reference says, and which of our codes that can be. @type {readonly (readonly [RegExp, readonly string[]])[]} */
const SAID = [
  [/EIP-\d+ not enabled/, ['BAD_ARGUMENT tx.type']],
  [/enough funds/, ['INSUFFICIENT_FUNDS']],
  [/higher gas limit than the block/, ['BLOCK_GAS_LIMIT']],
  [/exceeds the maximum allowed by EIP-7825/, ['TX_GAS_CAP']],
  [/INTRINSIC_GAS_TOO_LOW/, ['INTRINSIC_GAS', 'FLOOR_GAS']],
  [/EIP-3607/, ['SENDER_NOT_EOA']],
  [/less than the block's baseFeePerGas/, ['FEE_BELOW_BASE_FEE']],
  [/maxFeePerGas cannot be less than maxPriorityFeePerGas/, ['PRIORITY_ABOVE_MAX_FEE']],
  [/should have a "to" field/, ['BAD_ARGUMENT tx.to']],
  [/correct nonce/, ['NONCE_TOO_LOW', 'NONCE_TOO_HIGH']],
  [/nonce cannot equal or exceed/, ['NONCE_MAX']],
  [/initcode size/, ['INITCODE_SIZE']],
  [/authorization list is empty/, ['AUTHORIZATION_NONE']],
  [/does not start with KZG commitment version/, ['BLOB_HASH_VERSION']],
  [/less than block blobGasPrice/, ['BLOB_FEE_BELOW_BASE_FEE']],
  [/blobs exceeds max \d+ blobs per tx/, ['BLOB_COUNT']],
  [/at least one blob/, ['BLOB_NONE']],
  [/exceed maximum blob gas per block/, ['BLOCK_BLOB_GAS']],
];

/**
 * @param {string | undefined} ours @param {string | undefined} said @param {readonly string[]} faults that it has
 * @returns {import('../../test/oracle/difference.mjs').Difference | undefined}
 */
export function refusalDifference(ours, said, faults) {
  const path = `refusal (faults: ${faults.join(', ') || 'none'})`;
  if (ours === undefined || !faults.includes(ours)) return { path, got: String(ours), expected: String(said) };
  const fitting = said === undefined ? [] : (SAID.find(([pattern]) => pattern.test(said))?.[1] ?? []);
  return fitting.some((code) => faults.includes(code)) ? undefined : { path, got: ours, expected: String(said) };
}
