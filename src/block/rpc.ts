// The JSON-RPC form of a block with full transactions, as nodes and clients return it (execution-apis
// `eth_getBlockByNumber`). Quantities may be 0x-hex, bigints or numbers, byte strings 0x-hex or Uint8Arrays, `null`
// counts as absent: what `JSON.parse` gives and what viem's `getBlock({ includeTransactions: true })` gives both fit.
// Fields not named here (hashes, sizes, indices) may be there and are not read.

import type { ByteString, Quantity } from '../hex.ts';

/** EIP-2930 access-list entry. */
export interface RpcAccess {
  address: ByteString;
  storageKeys: readonly ByteString[];
}

/** EIP-7702 authorization with its signature. */
export interface RpcAuthorization {
  chainId: Quantity;
  address: ByteString;
  nonce: Quantity;
  yParity: Quantity;
  r: Quantity;
  s: Quantity;
}

export interface RpcTransaction {
  /** EIP-2718 type as a quantity (`'0x2'`, 2), or viem's name for it. */
  type: Quantity | 'legacy' | 'eip2930' | 'eip1559' | 'eip4844' | 'eip7702';
  chainId?: Quantity | null | undefined;
  nonce: Quantity;
  /** Gas limit. */
  gas: Quantity;
  /** Wei per gas, types 0 and 1; on later types it is the effective price and is not read. */
  gasPrice?: Quantity | null | undefined;
  maxFeePerGas?: Quantity | null | undefined;
  maxPriorityFeePerGas?: Quantity | null | undefined;
  /** Absent or null: contract creation. */
  to?: ByteString | null | undefined;
  value: Quantity;
  /** Call data or init code; `data` is read where `input` is absent. */
  input?: ByteString | undefined;
  data?: ByteString | undefined;
  accessList?: readonly RpcAccess[] | null | undefined;
  maxFeePerBlobGas?: Quantity | null | undefined;
  blobVersionedHashes?: readonly ByteString[] | null | undefined;
  authorizationList?: readonly RpcAuthorization[] | null | undefined;
  /** The sender. Believed where it is present; where it is absent the signature is needed and the sender recovered. */
  from?: ByteString | null | undefined;
  /** 27 or 28, or 35 + 2 * chain id + parity (EIP-155) on type 0; the parity on later types without `yParity`. */
  v?: Quantity | null | undefined;
  yParity?: Quantity | null | undefined;
  r?: Quantity | null | undefined;
  s?: Quantity | null | undefined;
}

/** EIP-4895 withdrawal; `amount` in Gwei. */
export interface RpcWithdrawal {
  index: Quantity;
  validatorIndex: Quantity;
  address: ByteString;
  amount: Quantity;
}

export interface RpcHeader {
  number: Quantity | null;
  timestamp: Quantity;
  gasLimit: Quantity;
  baseFeePerGas?: Quantity | null | undefined;
  /** The fee recipient. */
  miner: ByteString | null;
  /** PREVRANDAO, from Paris on. */
  mixHash?: ByteString | undefined;
  /** Before Paris. */
  difficulty?: Quantity | undefined;
  parentHash: ByteString;
  /** From Cancun on. */
  excessBlobGas?: Quantity | null | undefined;
  /** From Cancun on. */
  parentBeaconBlockRoot?: ByteString | null | undefined;
  /** What the header claims about the execution's result, each compared where it is present. */
  gasUsed?: Quantity | null | undefined;
  blobGasUsed?: Quantity | null | undefined;
  receiptsRoot?: ByteString | null | undefined;
  logsBloom?: ByteString | null | undefined;
  stateRoot?: ByteString | null | undefined;
  requestsHash?: ByteString | null | undefined;
}

export interface RpcBlock extends RpcHeader {
  /** Full transactions: hashes alone cannot be executed. */
  transactions: readonly RpcTransaction[];
  /** From Shanghai on. */
  withdrawals?: readonly RpcWithdrawal[] | null | undefined;
  /** Hashes of the ommers. */
  uncles?: readonly ByteString[] | undefined;
  /** The ommers' headers: needed before Paris where there are any, since they are paid. */
  ommers?: readonly Pick<RpcHeader, 'number' | 'miner'>[] | undefined;
}
