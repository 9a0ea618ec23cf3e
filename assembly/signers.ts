// Who has signed a transaction and its authorizations, where a block was laid out without that: found out by the slot that first
// executes it, or by one with nothing else to do before that.
//
// Correct with several slots at the same transaction: all write the same, and what says that it is known comes last.
import { loadAddress } from './code';
import {
  AUTH_AUTHORITY,
  AUTH_BYTES,
  AUTH_SIGNED,
  AUTH_VALID,
  CTX_SPEC,
  CTX_TEMP,
  PC_ECRECOVER,
  SENDER_GIVEN,
  SENDER_KNOWN,
  SIGNED_BYTES,
  STATUS_BAD_SIGNATURE,
  STATUS_HOST_NOT_READY,
  STATUS_STOP,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_FROM,
  TX_SENDER_PENDING,
  TX_SIGNED,
} from './layout';
import { Point } from './points';
import { runPrecompile } from './precompiles';

/**
 * Who has made the signature at `signed`, as limbs at CTX_TEMP + 32. Returns the precompile's bytes: 0 if no key has,
 * negative if the host cannot tell.
 */
function recoverSigner(ctx: usize, signed: usize): i32 {
  const word = ctx + CTX_TEMP;
  const written = runPrecompile(PC_ECRECOVER, signed, SIGNED_BYTES, word, load<u32>(ctx, CTX_SPEC));
  if (written > 0) loadAddress(word + 32, word + 12);
  return written;
}

const isSameAddress = (a: usize, b: usize): bool =>
  load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8) && load<u64>(a, 16) == load<u64>(b, 16);

/** Finds out who sent a transaction that was laid out without its sender, once for all attempts. Returns STATUS_*. */
export function recoverSender(ctx: usize, tx: usize): i32 {
  Point.shared();
  const pending = atomic.load<u32>(tx, TX_SENDER_PENDING);
  if (pending == SENDER_KNOWN) return STATUS_STOP;
  const written = recoverSigner(ctx, load<u32>(tx, TX_SIGNED));
  if (written < 0) return STATUS_HOST_NOT_READY;
  if (written == 0) return STATUS_BAD_SIGNATURE;
  const signer = ctx + CTX_TEMP + 32;
  if (pending == SENDER_GIVEN && !isSameAddress(signer, tx + TX_FROM)) return STATUS_BAD_SIGNATURE;
  memory.copy(tx + TX_FROM, signer, 24);
  Point.shared();
  atomic.store<u32>(tx, SENDER_KNOWN, TX_SENDER_PENDING);
  return STATUS_STOP;
}

/** The same for who signed the authorizations; one that nobody has signed is passed over later. Returns STATUS_*. */
export function recoverAuthorities(ctx: usize, tx: usize): i32 {
  let tuple: usize = load<u32>(tx, TX_AUTHORIZATIONS);
  for (let left = load<u32>(tx, TX_AUTHORIZATION_COUNT); left != 0; left--) {
    Point.shared();
    const signed = atomic.load<u32>(tuple, AUTH_SIGNED);
    if (signed != 0) {
      const written = recoverSigner(ctx, signed);
      if (written < 0) return STATUS_HOST_NOT_READY;
      if (written > 0) memory.copy(tuple + AUTH_AUTHORITY, ctx + CTX_TEMP + 32, 24);
      store<u32>(tuple, written > 0 ? 1 : 0, AUTH_VALID);
      Point.shared();
      atomic.store<u32>(tuple, 0, AUTH_SIGNED);
    }
    tuple += AUTH_BYTES;
  }
  return STATUS_STOP;
}

/** Both, ahead of any attempt. What does not work here is left to the attempt, which says why. */
export function recoverSigners(ctx: usize, tx: usize): void {
  if (recoverSender(ctx, tx) == STATUS_STOP) recoverAuthorities(ctx, tx);
}
