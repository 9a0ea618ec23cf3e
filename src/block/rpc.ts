// The JSON-RPC form of a block with full transactions, as nodes and clients return it (execution-apis
// `eth_getBlockByNumber`). Quantities may be 0x-hex, bigints or numbers, byte strings 0x-hex or Uint8Arrays, `null`
// counts as absent: what `JSON.parse` gives and what viem's `getBlock({ includeTransactions: true })` gives both fit.
// Fields not named here (hashes, sizes, indices) may be there and are not read.

import type { ByteString, Quantity } from '../hex.ts';

/** EIP-2930 access-list entry. */
export interface RpcAccess {
  /** 20 bytes. */
  address: ByteString;
  /** 32 bytes each. */
  storageKeys: readonly ByteString[];
}

/** EIP-7702 authorization with its signature. */
export interface RpcAuthorization {
  /** 0: any chain. */
  chainId: Quantity;
  /** The delegate, 20 bytes. */
  address: ByteString;
  /** The authority's nonce. */
  nonce: Quantity;
  /** 0 or 1. */
  yParity: Quantity;
  /** Of the signature. */
  r: Quantity;
  /** Of the signature. */
  s: Quantity;
}

/** A transaction as JSON-RPC has it, or as viem formats it. Fields of other types than its own may be absent or null. */
export interface RpcTransaction {
  /** EIP-2718 type as a quantity (`'0x2'`, 2), or viem's name for it. */
  type: Quantity | 'legacy' | 'eip2930' | 'eip1559' | 'eip4844' | 'eip7702';
  /** Number of the chain (EIP-155). */
  chainId?: Quantity | null | undefined;
  /** The sender's nonce. */
  nonce: Quantity;
  /** Gas limit. */
  gas: Quantity;
  /** Wei per gas, types 0 and 1; on later types it is the effective price and is not read. */
  gasPrice?: Quantity | null | undefined;
  /** Wei per gas, from type 2 on (EIP-1559). */
  maxFeePerGas?: Quantity | null | undefined;
  /** Wei per gas, from type 2 on (EIP-1559). */
  maxPriorityFeePerGas?: Quantity | null | undefined;
  /** Absent or null: contract creation. */
  to?: ByteString | null | undefined;
  /** Wei. */
  value: Quantity;
  /** Call data or init code; `data` is read where `input` is absent. */
  input?: ByteString | undefined;
  /** Another name of `input`. */
  data?: ByteString | undefined;
  /** From type 1 on (EIP-2930). */
  accessList?: readonly RpcAccess[] | null | undefined;
  /** Wei per blob gas, type 3 (EIP-4844). */
  maxFeePerBlobGas?: Quantity | null | undefined;
  /** 32 bytes each, type 3 (EIP-4844). */
  blobVersionedHashes?: readonly ByteString[] | null | undefined;
  /** Type 4 (EIP-7702). */
  authorizationList?: readonly RpcAuthorization[] | null | undefined;
  /** The sender. Believed where it is present; where it is absent the signature is needed and the sender recovered. */
  from?: ByteString | null | undefined;
  /** 27 or 28, or 35 + 2 * chain id + parity (EIP-155) on type 0; the parity on later types without `yParity`. */
  v?: Quantity | null | undefined;
  /** 0 or 1, from type 1 on. */
  yParity?: Quantity | null | undefined;
  /** Of the signature. */
  r?: Quantity | null | undefined;
  /** Of the signature. */
  s?: Quantity | null | undefined;
}

/** EIP-4895 withdrawal; `amount` in Gwei. */
export interface RpcWithdrawal {
  /** Its number among all withdrawals. */
  index: Quantity;
  /** Number of the validator. */
  validatorIndex: Quantity;
  /** Who gets it, 20 bytes. */
  address: ByteString;
  /** Gwei. */
  amount: Quantity;
}

/** A block's header as JSON-RPC has it, or as viem formats it. */
export interface RpcHeader {
  /** Number of the block. */
  number: Quantity | null;
  /** Seconds. */
  timestamp: Quantity;
  /** Gas that the transactions may use at most. */
  gasLimit: Quantity;
  /** Wei per gas, from London on (EIP-1559). */
  baseFeePerGas?: Quantity | null | undefined;
  /** The fee recipient. */
  miner: ByteString | null;
  /** PREVRANDAO, from Paris on. */
  mixHash?: ByteString | undefined;
  /** Before Paris. */
  difficulty?: Quantity | undefined;
  /** 32 bytes. */
  parentHash: ByteString;
  /** From Cancun on. */
  excessBlobGas?: Quantity | null | undefined;
  /** From Cancun on. */
  parentBeaconBlockRoot?: ByteString | null | undefined;
  /** What the header claims about the execution's result, each compared where it is present. */
  gasUsed?: Quantity | null | undefined;
  /** From Cancun on (EIP-4844). */
  blobGasUsed?: Quantity | null | undefined;
  /** 32 bytes. */
  receiptsRoot?: ByteString | null | undefined;
  /** 256 bytes. */
  logsBloom?: ByteString | null | undefined;
  /** 32 bytes. */
  stateRoot?: ByteString | null | undefined;
  /** 32 bytes, from Prague on (EIP-7685). */
  requestsHash?: ByteString | null | undefined;
}

/** A block as JSON-RPC has it, with full transactions, or as viem formats it. */
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
