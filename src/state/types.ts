// The state before a block as plain data: what the caller knows of the accounts that the block touches.
// What is not listed does not exist or is zero.

import type { Hex } from '../block/types.ts';
import type { ByteString, Quantity } from '../hex.ts';

/** One account; amounts in wei. Without `code` and `codeHash` it has no code. */
export interface PreAccount {
  /** Number of transactions sent, or contracts created. */
  nonce: Quantity;
  /** Wei. */
  balance: Quantity;
  /** The byte code itself. */
  code?: ByteString | undefined;
  /** keccak-256 of the byte code, which the `codes` beside the state hold. */
  codeHash?: ByteString | undefined;
  /** Slot → value: slots 0x-hex of up to 32 bytes, values quantities or up to 32 big-endian bytes. */
  storage?: Readonly<Record<Hex, Quantity | Uint8Array>> | undefined;
}

/** Address → account, or null for an account known not to exist. */
export type PreState = Readonly<Record<Hex, PreAccount | null>>;

/** Code hash → byte code. */
export type Codes = Readonly<Record<Hex, ByteString>>;
