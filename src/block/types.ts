/** `0x`-prefixed hexadecimal text. */
export type Hex = `0x${string}`;

/** EIP-7702 authorization; `authority` is the recovered signer, absent when the signature or a field is invalid. */
export interface PlainAuthorization {
  chainId: bigint;
  /** 20 bytes: the code to delegate to. */
  address: Uint8Array;
  nonce: bigint;
  authority?: Uint8Array;
}

/** EIP-2930 access-list entry: a 20-byte address and its 32-byte storage keys. */
export interface PlainAccess {
  address: Uint8Array;
  storageKeys: Uint8Array[];
}

/** One transaction with its sender known, as the engine lays it out. Amounts in wei, gas in gas. */
export interface PlainTransaction {
  /** EIP-2718 type: 0 to 4. */
  type: number;
  chainId?: bigint;
  nonce: bigint;
  gasLimit: bigint;
  /** `gasPrice` for types 0 and 1. */
  maxFeePerGas: bigint;
  /** Equal to `maxFeePerGas` for types 0 and 1. */
  maxPriorityFeePerGas: bigint;
  /** 20 bytes; absent: contract creation. */
  to?: Uint8Array;
  value: bigint;
  data: Uint8Array;
  accessList: PlainAccess[];
  /** Type 3 only. */
  maxFeePerBlobGas?: bigint;
  blobVersionedHashes: Uint8Array[];
  /** Type 4 only. */
  authorizationList?: PlainAuthorization[];
  /** 20 bytes: the sender. */
  from: Uint8Array;
}

/** EIP-4895 withdrawal; `amount` in Gwei. */
export interface PlainWithdrawal {
  index: bigint;
  validatorIndex: bigint;
  address: Uint8Array;
  amount: bigint;
}

/** What an ommer's reward depends on. */
export interface PlainOmmer {
  number: bigint;
  coinbase: Uint8Array;
}

/** The header fields that execution reads, and the ones that its result is compared with. */
export interface PlainHeader {
  number: bigint;
  timestamp: bigint;
  gasLimit: bigint;
  /** 0 before London. */
  baseFeePerGas: bigint;
  /** 20 bytes: the fee recipient. */
  coinbase: Uint8Array;
  /** 32 bytes: PREVRANDAO (`mixHash`); the difficulty before Paris. */
  prevRandao: Uint8Array;
  /** 32 bytes; empty where no parent is known. */
  parentHash: Uint8Array;
  excessBlobGas?: bigint;
  /** Wei per blob gas, in place of what `excessBlobGas` gives. */
  blobBaseFee?: bigint;
  /** 32 bytes, from Cancun on. */
  parentBeaconBlockRoot?: Uint8Array;
  /** What the header claims; each absent when the input does not say. */
  expected: {
    gasUsed?: bigint;
    receiptsRoot?: Uint8Array;
    logsBloom?: Uint8Array;
    stateRoot?: Uint8Array;
    requestsHash?: Uint8Array;
    blobGasUsed?: bigint;
  };
}

/** A decoded block without its transactions. */
export interface BlockFrame {
  /** Fork name as in `@ethereumjs/common`: 'chainstart' to 'osaka', 'bpo1', 'bpo2', ... */
  hardfork: string;
  chainId: bigint;
  header: PlainHeader;
  withdrawals?: PlainWithdrawal[];
  /** Empty from Paris on. */
  ommers: PlainOmmer[];
}

/** A decoded block: plain data, every sender and authority known. */
export interface PlainBlock extends BlockFrame {
  transactions: PlainTransaction[];
}
