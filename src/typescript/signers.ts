// Who signed a transaction and its authorizations, where that was left to the slots: assembly/signers.ts in TypeScript, with the
// same library for the recovery.
import { keccak_256 } from '@noble/hashes/sha3.js';
import {
  AUTH_AUTHORITY,
  AUTH_BYTES,
  AUTH_SIGNED,
  AUTH_VALID,
  PC_ECRECOVER,
  SENDER_GIVEN,
  SENDER_KNOWN,
  SIGNED_BYTES,
  STATUS_BAD_SIGNATURE,
  STATUS_HOST_NOT_READY,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_FROM,
  TX_SENDER_PENDING,
  TX_SIGNED,
} from '../../assembly/layout.ts';
import { AttemptEnd, type Context } from './context.ts';

const KEY_BYTES = 64;
const ADDRESS_BYTES = 20;

/** The 20 bytes of who has made the signature at `signed`; undefined where no key has. @throws {AttemptEnd} without the library */
function signerOf({ memory, precompile, scratch }: Context, signed: number): Uint8Array | undefined {
  memory.reach(signed + SIGNED_BYTES); // the library's own view may end before it
  const written = precompile(PC_ECRECOVER, signed, SIGNED_BYTES, scratch);
  if (written < 0) throw new AttemptEnd(STATUS_HOST_NOT_READY);
  return written === 0 ? undefined : keccak_256(memory.take(scratch, KEY_BYTES)).subarray(-ADDRESS_BYTES);
}

/**
 * Finds out who sent a transaction that was laid out without its sender, or whether it is who was given.
 * @throws {AttemptEnd} STATUS_BAD_SIGNATURE
 */
export function recoverSender(context: Context, tx: number): void {
  const { memory } = context;
  const pending = memory.load32(tx + TX_SENDER_PENDING);
  if (pending === SENDER_KNOWN) return;
  const signer = signerOf(context, memory.u32(tx + TX_SIGNED));
  if (signer === undefined) throw new AttemptEnd(STATUS_BAD_SIGNATURE);
  const isOther = memory.reversed(tx + TX_FROM, ADDRESS_BYTES).some((byte, i) => byte !== signer[i]);
  if (pending === SENDER_GIVEN && isOther) throw new AttemptEnd(STATUS_BAD_SIGNATURE);
  memory.putReversed(tx + TX_FROM, signer, ADDRESS_BYTES);
  memory.store32(tx + TX_SENDER_PENDING, SENDER_KNOWN);
}

/** The same for who signed the authorizations; one that nobody has signed is passed over later. */
export function recoverAuthorities(context: Context, tx: number): void {
  const { memory } = context;
  const first = memory.u32(tx + TX_AUTHORIZATIONS);
  const end = first + AUTH_BYTES * memory.u32(tx + TX_AUTHORIZATION_COUNT);
  for (let tuple = first; tuple < end; tuple += AUTH_BYTES) {
    const signed = memory.load32(tuple + AUTH_SIGNED);
    if (signed === 0) continue;
    const signer = signerOf(context, signed);
    if (signer !== undefined) memory.putReversed(tuple + AUTH_AUTHORITY, signer, ADDRESS_BYTES);
    memory.setU32(tuple + AUTH_VALID, signer === undefined ? 0 : 1);
    memory.store32(tuple + AUTH_SIGNED, 0);
  }
}

/** Both, ahead of any attempt. What does not work here is left to the attempt, which says why. @throws {AttemptEnd} */
export function recoverSigners(context: Context, tx: number): void {
  recoverSender(context, tx);
  recoverAuthorities(context, tx);
}
